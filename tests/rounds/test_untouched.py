"""A round on which nothing was said to apply, at every point, ends its duty; who reads it reads that nobody looked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import draw_code
from propman.files.store import FileStore
from propman.inspections.models import Duty
from propman.inspections.schedule import End
from propman.rounds import operations as rounds
from propman.rounds.judging import Result
from propman.rounds.queries.lately import last_at, results_of
from tests import world as small
from tests.desk import Desk, said
from tests.rounds import walks
from tests.statements import costs
from tests.world import World, in_english, viewer

TODAY = clock.local_date(clock.now())
TOLD = "Nothing of it was looked at: every item was said not to apply."
ON_IT = "nothing of it was looked at on this round, every item was said not to apply"


@pytest.fixture
def here(world: World, tmp_path: Path) -> World:
    world.store = FileStore(tmp_path)
    return world


def walked(session: Session, world: World, *how: str) -> tuple[Duty, int]:
    """A duty of two entrances, and the round on which they were passed: "looked", "fail", "nothing", or left."""
    draw_code(session, place_id=world.other_entrance.id, actor_id=None, now=clock.now())
    duty = walks.due(session, world)
    found = walks.begin(session, world, duty)
    for point, which in zip(walks.points(session, found), how, strict=True):
        if which == "nothing":
            walks.record(session, world, found, point, given=walks.not_one(session, found, point))
        elif which != "left":
            walks.record(session, world, found, point, failing="exits" if which == "fail" else None)
    session.commit()
    return duty, found.id


@pytest.mark.parametrize(
    ("how", "ended", "told"),
    [
        (("nothing", "nothing"), End.DONE, True),
        (("nothing", "looked"), End.DONE, False),
        (("nothing", "fail"), End.DONE, False),
        (("looked", "looked"), End.DONE, False),
        (("nothing", "left"), None, False),  # it is under way
    ],
)
def test_what_was_done_without_a_look_says_so_wherever_it_is_read(
    session: Session,
    here: World,
    new_client: Callable[[], FlaskClient],
    how: tuple[str, ...],
    ended: End | None,
    told: bool,
) -> None:
    duty, round_id = walked(session, here, *how)
    assert duty.ended_as is ended
    worker, manager = (Desk(small.sign_in(session, new_client(), who)) for who in (here.worker_zhao, here.manager_han))
    for desk in (worker, manager):
        page = desk.read(f"/inspections/duties/{duty.id}")
        assert (TOLD in page, "nothing looked at" in page) == (told, told)
        assert (ON_IT in desk.read(f"/inspections/rounds/{round_id}")) is told
    official = Desk(small.sign_in(session, new_client(), here.official_qian))
    listed = official.read(f"/inspections/duties?since={TODAY}&until={TODAY}")
    assert ("nothing looked at" in listed) is told
    if ended:
        list_ = f"/inspections/compliance/list?name=done&from={TODAY:%Y-%m}&to={TODAY:%Y-%m}"
        assert ("nothing looked at" in official.read(list_)) is told


def test_two_rounds_of_one_duty_are_told_together(session: Session, here: World) -> None:
    """Who went before looked at the first entrance: then something of it was looked at."""
    duty, round_id = walked(session, here, "looked", "left")
    now, zhao = clock.now(), viewer(session, here.worker_zhao)
    rounds.close_round(session, round_id=round_id, viewer=zhao, now=now)
    again = walks.begin(session, here, duty)
    for point in walks.points(session, again):
        walks.record(session, here, again, point, given=walks.not_one(session, again, point))
    assert duty.ended_as is End.DONE
    assert results_of(session, [duty.id]) == {duty.id: Result.PASS}


def test_the_page_behind_a_label_does_not_say_that_nothing_was_wrong_where_nobody_looked(
    session: Session, here: World, client: FlaskClient
) -> None:
    walked(session, here, "nothing", "nothing")
    [last] = last_at(session, here.entrance)
    assert (last.done_on, last.found) == (TODAY, Result.NOT_APPLICABLE)
    page = said(in_english(client).get(f"/p/{here.code}"))
    assert "nothing was looked at: every item was said not to apply" in page
    assert "nothing was found wrong" not in page


def test_a_list_asks_once_however_long_it_is(
    session: Session, here: World, app: Flask, new_client: Callable[[], FlaskClient]
) -> None:
    desk = Desk(small.sign_in(session, new_client(), here.official_qian))
    address = f"/inspections/duties?since={TODAY}&until={TODAY}"
    walked(session, here, "nothing", "nothing")
    [short] = costs(app, desk, [address])
    for schedule in ("grade_1", "grade_2", "grade_3"):
        duty = walks.due(session, here, "T21", schedule)
        found = walks.begin(session, here, duty)
        for point in walks.points(session, found):
            walks.record(session, here, found, point, given=walks.not_one(session, found, point))
    session.commit()
    assert costs(app, desk, [address]) == [short]
    assert desk.read(address).count("nothing looked at") == 4
