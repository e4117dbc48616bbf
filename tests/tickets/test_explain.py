"""The explanation of a deadline, rebuilt from what is stored, leads to the deadline that is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from propman import clock
from propman.calendar import OFFICE_HOURS, WorkCalendar
from propman.catalogue.queries import work_calendar
from propman.tickets import explain, operations, queries
from propman.tickets.explain import CHANGED, PAUSED, Pause, Run
from propman.tickets.models import ClockKind, TicketClock
from propman.tickets.models.kinds import STAND_STILL
from propman.tickets.workflow import Action
from tests import stories
from tests import world as worlds
from tests.shipped import at

MONDAY = at("2026-11-16 09:00")


def calendar(make_up: bool = True) -> WorkCalendar:
    return WorkCalendar(
        days={}, names={}, official_years=frozenset({2026}), hours=OFFICE_HOURS, make_up_workdays=make_up, version="v"
    )


def messages(run: Run) -> list[str]:
    return [step.message for step in explain.steps(run, lambda _at: calendar())]


def run_of(**facts: object) -> Run:
    usual = {"limit": "4 h", "priority": "P2", "started_at": MONDAY, "stopped_at": None,
             "due_at": MONDAY + timedelta(hours=5, minutes=30)}  # fmt: skip
    return Run(**{**usual, **facts})  # type: ignore[arg-type]


def test_pauses_are_read_from_the_moves() -> None:
    later = MONDAY + timedelta(days=1)
    moves = [(Action.SUBMIT, MONDAY), (Action.HOLD, MONDAY), (Action.HANDED_OVER, later), (Action.RESUME, later)]

    assert explain.pauses([*moves, (Action.HOLD, later)]) == [Pause(MONDAY, later), Pause(later, None)]


def test_pause_that_lasts_is_said_and_moves_nothing_yet() -> None:
    assert messages(run_of(pauses=[Pause(MONDAY, None)]))[-1] == PAUSED
    assert CHANGED not in messages(run_of(pauses=[Pause(MONDAY, None)]))


@pytest.mark.parametrize(
    "pause",
    [
        Pause(MONDAY - timedelta(days=3), MONDAY - timedelta(days=2)),  # of an earlier run
        Pause(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)),  # of a later run
        Pause(MONDAY + timedelta(minutes=1), None),  # ended with the run itself
    ],
)
def test_pause_that_does_not_belong_to_the_run_adds_nothing(pause: Pause) -> None:
    stopped = MONDAY + timedelta(hours=2)

    assert messages(run_of(stopped_at=stopped, pauses=[pause])) == messages(run_of(stopped_at=stopped))


def test_deadline_that_a_correction_would_change_stands_and_says_so() -> None:
    assert messages(run_of(due_at=MONDAY + timedelta(days=1)))[-1] == CHANGED


def test_no_limit_is_one_sentence() -> None:
    assert len(messages(run_of(limit="agreed", due_at=None))) == 1


@pytest.mark.parametrize(
    ("category", "holds"),
    [
        ("lift_trapped", 0),
        ("water", 1),
        ("sewage", 2),
        ("lights", 2),
        ("door_camera", 2),
        ("leak", 1),
        ("environment", 2),
    ],
)
def test_rebuilt_deadline_is_the_stored_one(session: Session, category: str, holds: int) -> None:
    world = worlds.build(session)
    now = clock.now() - timedelta(days=30)
    ticket = stories.report(session, world, category=category, now=now)
    for _number in range(holds):
        stories.hold(session, world, ticket, now=now + timedelta(hours=3))
        now += timedelta(days=4, hours=7)
        operations.resume(session, ticket=ticket, viewer=worlds.viewer(session, world.dispatcher_mei, now=now),
                          seen_version=ticket.version, now=now)  # fmt: skip
    stories.complete(session, world, ticket, now=now)
    operations.reopen(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=now,
                      note="还没好", store=world.store)  # fmt: skip
    pauses = explain.pauses((event.action, event.at) for event in queries.timeline(session, ticket))
    runs = queries.clocks_of(session, ticket)

    assert len([run for run in runs if run.kind in {ClockKind.RESPOND, ClockKind.RESOLVE}]) == 3
    assert len(pauses) == holds
    for stored in runs:
        steps = rebuilt(session, ticket.priority, stored, pauses)
        assert CHANGED not in {step.message for step in steps}
        assert PAUSED not in {step.message for step in steps}


def rebuilt(session: Session, priority: str, stored: TicketClock, pauses: list[Pause]) -> tuple[explain.Step, ...]:
    run = Run(
        limit=stored.limit, priority=priority, started_at=stored.started_at, stopped_at=stored.stopped_at,
        due_at=stored.due_at, pauses=pauses if stored.kind in STAND_STILL else (),
    )  # fmt: skip
    return explain.steps(run, lambda at: work_calendar(session, clock.local_date(at)))
