"""What a community lacks before it can go live: the rules as a table, the facts from stored rows, the two pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.catalogue.kept import changed
from propman.catalogue.models import ClockRule
from propman.catalogue.operations import add_rule
from propman.communities.models import PlaceCode
from propman.communities.operations import add_season, draw_code
from propman.portal.facts import facts_of
from propman.portal.readiness import Facts, Line, badness, checklist, lacking
from tests import world as worlds
from tests.assets import works as renovated
from tests.desk import Desk
from tests.statements import counted
from tests.world import World

NOW = clock.now()
TODAY = clock.local_date(NOW)
WHOLE = Facts(managed=True, reachable=2, buildings=3, bare_buildings=0, entrances=6, labelled=6,
              numbers_for={"water", "heat", "gas_leak"}, season=True, parts=9, flats=6, flats_reached=6,
              unchecked_limits=0, provisional=None)  # fmt: skip


def test_nothing_is_missing_of_a_whole_community() -> None:
    assert lacking(checklist(WHOLE)) == ()
    assert badness(checklist(WHOLE)) == (0, 0)


@pytest.mark.parametrize(
    ("known", "line", "worst"),
    [
        ({"flats_reached": 5}, Line.HOUSEHOLDS, 0), ({"flats": 0, "flats_reached": 0}, Line.HOUSEHOLDS, 0),
        ({"managed": False}, Line.MANAGER, 0), ({"reachable": 0}, Line.DISPATCHERS, 1),
        ({"bare_buildings": 1}, Line.PLACES, 1), ({"labelled": 5}, Line.LABELS, 1),
        ({"numbers_for": {"water", "heat"}}, Line.NUMBERS, 0), ({"season": False}, Line.SEASON, 0),
        ({"parts": 0}, Line.PARTS, 0), ({"unchecked_limits": 1}, Line.LIMITS, 0),
        ({"provisional": 2027}, Line.CALENDAR, 0),
    ],
)  # fmt: skip
def test_each_line_is_missing_by_its_own_fact(known: dict[str, Any], line: Line, worst: int) -> None:
    checks = checklist(replace(WHOLE, **known))
    assert [check.line for check in lacking(checks)] == [line]
    assert badness(checks) == (worst, 1)


def test_a_community_without_anything_lacks_its_labels_too_and_one_that_is_not_heated_no_season() -> None:
    bare = replace(WHOLE, buildings=0, entrances=0, labelled=0, season=None)
    assert {check.line for check in lacking(checklist(bare))} == {Line.PLACES, Line.LABELS}
    assert Line.SEASON not in {check.line for check in checklist(bare)}


def known(session: Session, world: World) -> Facts:
    return facts_of(session, [world.community], TODAY)[world.community.id]


def test_facts_follow_what_is_stored(world: World, session: Session) -> None:
    before = known(session, world)
    assert before.managed
    assert before.reachable > 0
    assert before.season is False
    assert before.numbers_for == set()
    assert before.unchecked_limits > 0
    add_season(session, place_id=world.county.id, from_year=2020, to_year=None, starts="10-20", ends="04-20",
               source="文件", verified_on=TODAY, actor_id=None, now=NOW)  # fmt: skip
    number = {"number": "0451-96556", "name_zh": "供水", "name_en": "Water",
              "categories": ("water", "heat", "gas_leak"),
              "areas": world.county.division_code, "position": 9, "source": "x", "verified_on": None,
              "valid_from": TODAY}  # fmt: skip
    add_rule(session, kind="numbers", said=number, actor_id=None, now=NOW)
    session.execute(update(ClockRule).values(verified_on=TODAY))
    changed(session)
    renovated.part(session, renovated.furnish(session, world))
    session.flush()
    after = known(session, world)
    assert after.season
    assert after.numbers_for == {"water", "heat", "gas_leak"}
    assert (after.unchecked_limits, after.entrances) == (0, before.entrances)
    assert after.parts > before.parts
    far = facts_of(session, [world.far_community], TODAY)[world.far_community.id]
    assert far.numbers_for == set()
    assert far.parts != after.parts


def test_a_label_counts_while_it_is_in_use_and_a_dispatcher_while_the_account_opens(
    world: World, session: Session
) -> None:
    before = known(session, world)
    session.execute(update(PlaceCode).where(PlaceCode.place_id == world.entrance.id).values(revoked_at=NOW))
    assert known(session, world).labelled == before.labelled - 1
    draw_code(session, place_id=world.entrance.id, actor_id=None, now=NOW)
    assert known(session, world).labelled == before.labelled
    session.execute(update(User).values(password_hash=None))
    assert known(session, world).reachable == 0


def test_the_list_begins_with_the_worst_and_leads_to_where_it_is_mended(
    world: World, session: Session, client: FlaskClient, new_client: Callable[[], FlaskClient]
) -> None:
    desk = Desk(worlds.sign_in(session, client, world.official_qian))
    page = desk.read("/readiness")
    assert world.community.name in page
    assert world.far_community.name not in page
    assert page.index(world.unmanaged.name) < page.index(world.community.name)
    assert world.unmanaged.name not in desk.read("/readiness?lack=season").split("Not done yet")[0]
    one = desk.open(f"/readiness/{world.community.id}").text
    assert 'href="/seasons"' in one
    assert "the administrator mends it" in one
    assert desk.open(f"/readiness/{world.far_community.id}").status_code == 404
    guan = Desk(worlds.sign_in(session, new_client(), world.administrator_guan))
    assert f"/readiness/{world.community.id}" in guan.open(f"/admin/places/{world.community.id}").text
    assert 'href="/admin/rules/clocks"' in guan.open(f"/readiness/{world.community.id}").text


def test_the_list_costs_the_same_however_many_communities_there_are(app: Flask, world: World, session: Session) -> None:
    costs = []
    for communities in ([world.community], [world.community, world.far_community, world.unmanaged]):
        with counted(app) as statements:
            facts_of(session, communities, TODAY)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 14
