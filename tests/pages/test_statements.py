"""Lists whose rooms have no such test of their own cost as many statements with many rows as with few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.operations import Particulars, add_membership, change_person, create_person, invite
from propman.communities.operations import add_place
from propman.config import Settings
from propman.notify.models import Channel, Notice
from propman.roles import NOBODY, Role
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.world import World

LISTS = {
    "/admin/people": "administrator_guan",
    "/admin/people/{neighbour}": "administrator_guan",
    "/admin/people/{neighbour}/roles/new?role=resident&q=楼": "administrator_guan",
    "/admin/outbox": "administrator_guan",
    "/audit": "auditor_shen",
    "/audit?who=管": "administrator_guan",
    "/inbox": "dispatcher_mei",
    "/intake?community={community}": "dispatcher_mei",
    "/report": "neighbour_wu",
    "/me": "neighbour_wu",
}


def grow(session: Session, world: World, number: int) -> None:
    """One more row of everything that the lists show."""
    now, guan = clock.now(), worlds.viewer(session, world.administrator_guan)
    building = add_place(session, parent_id=world.community.id, name=f"{number + 50}号楼", actor_id=None, now=now)
    add_place(session, parent_id=building.id, name="1单元", actor_id=None, now=now)
    new = Particulars(name=f"新人{number}", phone=str(13900000000 + number))
    person = create_person(session, particulars=new, viewer=guan, now=now)
    add_membership(session, person=person, role=Role.WORKER, organisation=world.company, place=None,
                   starts_on=clock.local_date(now), viewer=NOBODY, now=now)  # fmt: skip
    add_membership(session, person=world.neighbour_wu, role=Role.GRID_WORKER, organisation=None, place=building,
                   starts_on=clock.local_date(now), viewer=NOBODY, now=now)  # fmt: skip
    renamed = Particulars(name=f"吴建国{number}", phone=world.neighbour_wu.phone or "")
    change_person(session, person=world.neighbour_wu, particulars=renamed, viewer=guan, now=now)
    invite(session, person=person, viewer=NOBODY, now=now)
    stories.report(session, world)
    session.flush()
    waiting = select(Notice).where(Notice.channel == Channel.EMAIL, Notice.dead_at.is_(None)).limit(1)
    session.scalars(waiting).one().dead_at = now


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lists_cost_the_same_however_long_they_are(
    app: Flask, session: Session, settings: Settings, new_client: Callable[[], FlaskClient]
) -> None:
    world = worlds.build(session, files=settings.files_dir)
    things = {"neighbour": world.neighbour_wu.id, "community": world.community.id}
    for number in range(2):
        grow(session, world, number)
    people = {name: worlds.sign_in(session, new_client(), world.people[name]) for name in set(LISTS.values())}

    def costs() -> dict[str, int]:
        found = {}
        for address, who in LISTS.items():
            with counted(app) as statements:
                page = people[who].get(address.format_map(things))
            assert page.status_code == 200, (address, page.location)
            found[address] = len(statements)
        return found

    few = costs()
    for number in range(2, 15):
        grow(session, world, number)
    assert costs() == few
    assert max(few.values()) <= 16, few
