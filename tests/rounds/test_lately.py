"""What other rooms show of inspections: the page behind a label, and the time axis of a part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.models import Duty
from propman.rounds.queries.axis import Kind, axis
from propman.rounds.queries.lately import last_at
from tests import stories
from tests import world as small
from tests.assets import works
from tests.desk import Desk, said
from tests.inspections import lived
from tests.world import World, viewer

TODAY = clock.local_date(clock.now())


@pytest.fixture
def world(session: Session) -> World:
    return small.build(session)


def test_the_page_of_a_place_says_when_it_was_inspected_and_what_was_missed_since_and_no_names(
    session: Session, client: FlaskClient, world: World
) -> None:
    made = lived.live(session, world, TODAY - timedelta(days=14))
    lived.live(session, world, TODAY, world.far_building)
    [last] = last_at(session, world.entrance)
    again = session.get_one(Duty, made["again"])
    assert (last.template, last.done_on, last.found, last.missed_on) == ("T18", again.due_on, None, None)
    session.commit()
    page = said(small.in_english(client).get(f"/p/{world.code}"))
    assert f"last inspected on {again.due_on}" in page
    assert (world.worker_zhao.name or "") not in page
    while lived.operations.end_missed(session, now=clock.now()):
        pass
    session.commit()
    assert f"missed on {again.due_on + timedelta(days=21)}" in said(client.get(f"/p/{world.code}"))


def test_the_page_of_a_part_has_one_time_axis(
    session: Session, new_client: Callable[[], FlaskClient], world: World
) -> None:
    part = works.part(session, works.furnish(session, world))
    lived.live(session, world, TODAY, asset_id=part.id)
    ticket = stories.complete(session, world, stories.report(session, world))
    ticket.asset_id = part.id
    session.commit()
    seen = viewer(session, world.manager_han)
    found = axis(session, part, seen, clock.now())
    assert [point.on for point in found] == sorted((point.on for point in found), reverse=True)
    assert {Kind.REPORTED, Kind.REPAIRED, Kind.INSPECTED} <= {point.kind for point in found}
    page = Desk(small.sign_in(session, new_client(), world.manager_han)).read(f"/parts/{part.id}")
    assert "One after the other" in page
    assert "Inspection" in page
    assert Kind.INSPECTED not in {point.kind for point in axis(session, part, viewer(session, world.far_dispatcher),
                                                               clock.now())}  # fmt: skip
