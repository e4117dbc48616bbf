"""A round on which nothing was said to apply, at every point, ends no duty: nobody looked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import draw_code
from propman.files.store import FileStore
from propman.inspections import operations as inspections
from propman.inspections.models import Duty
from propman.inspections.queries import made_up
from propman.inspections.schedule import End
from propman.rounds import invariants
from propman.rounds import operations as rounds
from propman.rounds.judging import Result
from propman.rounds.models import RoundPoint
from propman.rounds.queries.lately import last_at, results_of
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import made
from tests.rounds import walks
from tests.statements import costs
from tests.world import World, in_english, viewer

TODAY = clock.local_date(clock.now())
TOLD = "Somebody went, and every item was said not to apply: nothing was looked at, so it is not done."
ON_IT = "every item was said not to apply. Nothing was looked at, so it is not done"


@pytest.fixture
def here(world: World, tmp_path: Path) -> World:
    world.store = FileStore(tmp_path)
    return world


def recounted(session: Session) -> tuple[str, ...]:
    """What the recount of rounds finds."""
    return invariants.promises(session)["D03"]().broken


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
        (("nothing", "nothing"), None, True),
        (("nothing", "looked"), End.DONE, False),
        (("nothing", "fail"), End.DONE, False),
        (("looked", "looked"), End.DONE, False),
        (("nothing", "left"), None, False),  # it is under way
    ],
)
def test_who_looked_at_nothing_has_not_done_it(
    session: Session,
    here: World,
    new_client: Callable[[], FlaskClient],
    how: tuple[str, ...],
    ended: End | None,
    told: bool,
) -> None:
    duty, round_id = walked(session, here, *how)
    assert (duty.ended_as, duty.done_on is not None) == (ended, ended is not None)
    worker, manager = (Desk(small.sign_in(session, new_client(), who)) for who in (here.worker_zhao, here.manager_han))
    for desk in (worker, manager):
        page = desk.read(f"/inspections/duties/{duty.id}")
        assert (TOLD in page) is told
        assert (ON_IT in desk.read(f"/inspections/rounds/{round_id}")) is told
    assert ("Begin it in" in worker.read(f"/inspections/duties/{duty.id}")) is told
    assert recounted(session) == ()


def test_whoever_goes_again_and_looks_has_done_it(session: Session, here: World) -> None:
    duty, _round_id = walked(session, here, "nothing", "nothing")
    again = walks.begin(session, here, duty)
    for point in walks.points(session, again):
        walks.record(session, here, again, point)
    assert duty.ended_as is End.DONE
    assert recounted(session) == ()


def test_the_recount_finds_what_was_done_without_a_look(session: Session, here: World) -> None:
    _duty, round_id = walked(session, here, "looked", "looked")
    for point in session.scalars(select(RoundPoint).where(RoundPoint.round_id == round_id)):
        point.result = Result.NOT_APPLICABLE
    session.flush()
    assert [said for said in recounted(session) if "looked at nothing" in said]


def test_what_was_missed_is_not_made_up_for_without_a_look(session: Session, here: World) -> None:
    duty = walks.due(session, here)
    inspections.end_missed(session, now=clock.at_local(duty.cut_off_on + timedelta(days=1), time(12)))
    for how in (walks.not_one, None):
        found = walks.begin(session, here, duty)
        for point in walks.points(session, found):
            walks.record(session, here, found, point, given=how(session, found, point) if how else None)
        assert (duty.ended_as, bool(made_up(session, duty.id))) == (End.MISSED, how is None)


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


ENDINGS: dict[str, Callable[[Session, World, Duty], object]] = {
    "excused": lambda session, world, duty: inspections.grant_excuse(
        session, excuse_id=made.asked(session, world, duty).id, viewer=viewer(session, world.clerk_jie), words=None,
        now=clock.now()),
    "done": lambda session, world, duty: inspections.end(
        session, duty_id=duty.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=clock.now()),
    "made up for": lambda session, world, duty: (missed(session, duty), inspections.make_up(
        session, duty_id=duty.id, actor_id=world.worker_zhao.id, note=None, now=clock.now())),
    "missed": lambda session, world, duty: missed(session, duty),
    "open": lambda session, world, duty: None,
}  # fmt: skip


def missed(session: Session, duty: Duty) -> None:
    """Its time is over."""
    inspections.end_missed(session, now=clock.at_local(duty.cut_off_on + timedelta(days=1), time(12)))
    assert duty.ended_as is End.MISSED


@pytest.mark.parametrize(("how", "told"), [
    ("excused", None), ("done", None), ("made up for", None),
    ("missed", "so it is not made up for: go again."),
    ("open", "so it is not done: go again, or your company can ask for it to be excused."),
])  # fmt: skip
def test_it_is_told_as_long_as_it_waits_for_somebody_to_look(
    session: Session, here: World, client: FlaskClient, how: str, told: str | None
) -> None:
    duty, round_id = walked(session, here, "nothing", "nothing")
    ENDINGS[how](session, here, duty)
    session.commit()
    desk = Desk(small.sign_in(session, client, here.worker_zhao))
    page = desk.open(f"/inspections/rounds/{round_id}")
    waits = re.search(f'href="/inspections/duties/{duty.id}">[^<]+</a>: every item was said not to apply.', page.text)
    assert (waits is not None, "every item was said" in said(page)) == (told is not None,) * 2
    assert told is None or f"Nothing was looked at, {told}" in said(page)
    assert (TOLD in desk.read(f"/inspections/duties/{duty.id}")) is (told is not None)
    [over] = re.findall(r'class="notice (\w+)">(?:(?!class="notice).)*This round is over since', page.text, re.DOTALL)
    assert over == "idle"  # nothing to be glad of


@pytest.mark.parametrize(("how", "told"), [("nothing", True), ("looked", False)])
def test_my_inspections_say_where_somebody_looked_at_nothing(
    app: Flask, session: Session, here: World, client: FlaskClient, how: str, told: bool
) -> None:
    """However many there are: one statement."""
    walked(session, here, "nothing", how)
    desk = Desk(small.sign_in(session, client, here.worker_zhao))
    assert ("somebody went and looked at nothing" in desk.read("/inspections/work")) is told
    [few] = costs(app, desk, ["/inspections/work"])
    for template, schedule in (("T06", "month"), ("T21", "grade_1")):
        duty = walks.due(session, here, template, schedule)
        found = walks.begin(session, here, duty)
        for point in walks.points(session, found):
            walks.record(session, here, found, point, given=walks.not_one(session, found, point))
    session.commit()
    assert desk.read("/inspections/work").count("somebody went and looked at nothing") == told + 2
    assert not told or costs(app, desk, ["/inspections/work"]) == [few]


def test_the_page_behind_a_label_says_nothing_of_an_inspection_where_nobody_looked(
    session: Session, here: World, client: FlaskClient
) -> None:
    walked(session, here, "nothing", "nothing")
    assert last_at(session, here.entrance) == []
    assert "last inspected" not in said(in_english(client).get(f"/p/{here.code}"))
