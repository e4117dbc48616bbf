"""Pages of the register cost as many statements with much as with little, also those for paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations
from propman.assets.models import AssetPhotoStage
from propman.communities import operations as communities
from propman.communities.models import Engagement
from propman.communities.queries import blank_labels
from propman.files.operations import Upload, prepare
from propman.files.store import FileStore
from tests import stories
from tests import world as small
from tests.assets.works import Works, item, part
from tests.statements import counted

NOW = clock.now()
TODAY = clock.local_date(NOW)

PAGES = {
    "/register": "clerk_jie",
    "/register?q=屋面": "clerk_jie",
    "/register/places/{community}": "clerk_jie",
    "/register/places/{entrance}": "clerk_jie",
    "/register/parts": "clerk_jie",
    "/register/parts?place={building}&condition=3": "clerk_jie",
    "/register/parts?warranty=365&work_class=basic": "clerk_jie",
    "/register/unwatched": "clerk_jie",
    "/parts/{part}": "clerk_jie",
    "/parts/{part}/change": "clerk_jie",
    "/take-overs": "clerk_jie",
    "/take-overs/{take_over}": "clerk_jie",
    "/labels/places/{community}": "dispatcher_mei",
    "/labels/places/{community}/places": "dispatcher_mei",
    "/labels/places/{community}/parts": "dispatcher_mei",
    "/labels/sheets/{sheet}": "dispatcher_mei",
    "/p/{blank}?place={building}": "dispatcher_mei",
    "/p/{part_code}": "",
    "/p/{code}": "",
}
MOST = {"/parts/{part}": 27, "/parts/{part}/change": 24}  # one of them is what the repairs of the part took


def grow(session: Session, works: Works, number: int, roof_id: int, store: FileStore) -> None:
    """More of everything that the pages show."""
    world = works.world
    building = communities.add_place(session, parent_id=world.community.id, name=f"{number + 50}号楼", actor_id=None,
                                     now=NOW)  # fmt: skip
    door = communities.add_place(session, parent_id=building.id, name="1单元", actor_id=None, now=NOW)
    communities.draw_code(session, place_id=door.id, actor_id=None, now=NOW)
    made = item(session, works.project, building, 100 + number, "B12", "HEAT2", "供热",
                accepted_on=TODAY - timedelta(days=100 + number))  # fmt: skip
    for place in (building, door, world.entrance, world.building, world.community):
        for type_code in ("B01", "B12"):
            added = part(session, works, place_id=place.id, type_code=type_code, work_item_id=made.id,
                         maintainer_id=world.company.id)  # fmt: skip
            operations.record_condition(session, asset_id=added.id, score=2, found_on=TODAY, actor_id=None, now=NOW)
            operations.draw_part_code(session, asset_id=added.id, actor_id=None, now=NOW)
    operations.record_condition(session, asset_id=roof_id, score=3, found_on=TODAY, note=f"第{number}次",
                                actor_id=world.worker_zhao.id, now=NOW)  # fmt: skip
    operations.add_photos(session, asset_id=roof_id, stage=AssetPhotoStage.NOW, taken_on=TODAY, store=store, now=NOW,
                          pictures=prepare([Upload(stories.picture())]), actor_id=None)  # fmt: skip
    operations.replace_part_code(session, asset_id=roof_id, actor_id=None, now=NOW)
    street = communities.add_place(session, parent_id=world.street.id, name=f"第{number}小区", actor_id=None, now=NOW)
    engagement = communities.engage(session, community_id=street.id, organisation_id=world.company.id, actor_id=None,
                                    starts_on=TODAY, now=NOW)  # fmt: skip
    if number % 2:
        operations.open_take_over(session, engagement_id=engagement.id, now=NOW)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_cost_the_same_however_much_they_show(
    app: Flask, session: Session, works: Works, new_client: Callable[[], FlaskClient], store: FileStore
) -> None:
    world = works.world
    roof = part(session, works)
    for number in range(2):
        grow(session, works, number, roof.id, store)
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    take_over = operations.open_take_over(session, engagement_id=engagement.id, now=NOW)
    sheet = communities.draw_blanks(session, community_id=world.community.id, count=30, actor_id=None, now=NOW)
    things = {
        "community": world.community.id, "building": world.building.id, "entrance": world.entrance.id, "part": roof.id,
        "take_over": take_over.id, "sheet": sheet.id, "blank": blank_labels(session, sheet.id)[0].code,
        "code": world.code, "part_code": "",
    }  # fmt: skip
    browsers = {who: new_client() for who in set(PAGES.values())}
    for who, browser in browsers.items():
        if who:
            small.sign_in(session, browser, world.people[who])

    def costs() -> dict[str, int]:
        found = {}
        things["part_code"] = operations.replace_part_code(session, asset_id=roof.id, actor_id=None, now=NOW).code
        for address, who in PAGES.items():
            with counted(app) as statements:
                page = browsers[who].get(address.format_map(things))
            assert page.status_code == 200, (address, page.location)
            found[address] = len(statements)
        return found

    few = costs()
    for number in range(2, 9):
        grow(session, works, number, roof.id, store)
    assert costs() == few
    assert not {address: cost for address, cost in few.items() if cost > MOST.get(address, 18)}, few
