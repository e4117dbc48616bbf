"""Where one goes on from "My inspections" and from a round; what a label leads to whose point is recorded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import draw_code
from propman.rounds import operations as rounds
from tests.desk import Desk, said
from tests.rounds import walks
from tests.world import World, sign_in, viewer

WORK = "/inspections/work"
DAY = timedelta(days=1)


@pytest.fixture
def desk(session: Session, client: FlaskClient, world: World) -> Desk:
    """The browser of a worker."""
    return Desk(sign_in(session, client, world.worker_zhao))


@pytest.mark.parametrize("overdue", [False, True])
def test_what_is_on_ones_round_leads_to_it(session: Session, world: World, desk: Desk, overdue: bool) -> None:
    duty = walks.due(session, world)
    if overdue:
        duty.due_on = duty.do_on = duty.opens_on = duty.closes_on = clock.local_date(clock.now()) - DAY
    found = walks.begin(session, world, duty)
    session.commit()
    page = desk.open(WORK).text
    [between] = re.findall(rf'(.{{12}})<a href="/inspections/rounds/{found.id}">on your round</a>', page)
    assert between.endswith("</span> " if overdue else " · ")
    walks.record(session, world, found, walks.points(session, found)[0])
    session.commit()
    assert f'<a class="button primary" href="{WORK}">' in desk.open(f"/inspections/rounds/{found.id}").text


def test_what_is_left_of_a_round_that_is_over_was_not_done(session: Session, world: World, desk: Desk) -> None:
    found = walks.begin(session, world, walks.due(session, world))
    session.commit()
    address = f"/inspections/rounds/{found.id}"
    under_way = desk.read(address)
    rounds.close_round(session, round_id=found.id, viewer=viewer(session, world.worker_zhao), now=clock.now())
    session.commit()
    over = desk.read(address)
    for words, page, other in ((" Left ", under_way, over), (" Not done on this round ", over, under_way)):
        assert words in page
        assert words not in other


def test_a_label_whose_points_are_recorded_is_no_stranger(session: Session, world: World, desk: Desk) -> None:
    other = draw_code(session, place_id=world.other_entrance.id, actor_id=None, now=clock.now()).code
    found = walks.begin(session, world, walks.due(session, world))
    point = next(one for one in walks.points(session, found) if one.place_id == world.entrance.id)
    address = f"/inspections/rounds/{found.id}?code="
    session.commit()
    assert desk.open(address + world.code).status_code == 303
    walks.record(session, world, found, point)
    session.commit()
    strange = draw_code(session, place_id=world.far_building.id, actor_id=None, now=clock.now()).code
    session.commit()
    for code, words in ((world.code, "What this label stands for is recorded already on this round."),
                        (strange, "This label stands for no point that is left on this round.")):  # fmt: skip
        answer = desk.open(address + code)
        assert answer.status_code == 422
        assert words in said(answer)
    assert desk.open(address + other).status_code == 303
