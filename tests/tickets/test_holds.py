"""A hold has a reason and a day, and ends with that day: by itself, at its start, however late the job comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.checks import recount
from propman.communities.operations import change_over
from propman.errors import Refused
from propman.notify.models import Notice
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Ticket
from propman.tickets.workflow import Action, HoldReason, Party, State
from tests import world as small
from tests.desk import Desk, said
from tests.stories import assign, hold, report
from tests.tickets import referrals as r
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin, a workday
DAY = timedelta(days=1)
TODAY = clock.local_date(TUESDAY)
WAKES = clock.at_local(TODAY + 7 * DAY)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def due(session: Session, ticket: Ticket) -> datetime | None:
    return next(run for run in queries.clocks_of(session, ticket) if run.kind is ClockKind.RESOLVE).due_at


def held(session: Session, world: World, *, days: int = 7, by: User | None = None) -> Ticket:
    """A leak, somebody sent, on hold since Tuesday."""
    ticket = report(session, world, by=by, category="lights", now=TUESDAY)
    return hold(session, world, assign(session, world, ticket, now=TUESDAY), now=TUESDAY, until_on=TODAY + days * DAY)


def last(session: Session, ticket: Ticket) -> tuple[Action, Party, State, datetime]:
    event = queries.timeline(session, ticket)[-1]
    return event.action, event.party, event.to_state, event.at


def test_it_goes_on_at_the_start_of_its_day_and_not_before(session: Session, world: World) -> None:
    ticket = held(session, world, by=world.resident_lin)
    before = due(session, ticket)
    assert operations.wake_holds(session, now=WAKES - timedelta(seconds=1)) == 0
    assert operations.wake_holds(session, now=WAKES) == 1
    assert operations.wake_holds(session, now=WAKES) == 0
    assert last(session, ticket) == (Action.RESUME, Party.SYSTEM, State.ASSIGNED, WAKES)
    after = due(session, ticket)
    assert before is not None
    assert after is not None
    assert after > before
    rows = session.scalars(select(Notice).where(Notice.topic.like("ticket.%.resume"))).all()
    assert {(row.topic.split(".")[1], row.recipient_id) for row in rows} == {
        ("reporter", world.resident_lin.id), ("worker", world.worker_zhao.id), ("dispatch", world.dispatcher_mei.id),
    }  # fmt: skip
    nothing_is_broken(session)


def test_missed_days_cost_the_reporter_nothing(session: Session, world: World) -> None:
    """A hold whose day passed while the jobs stood still ends on its day all the same."""
    punctual, late = held(session, world), held(session, world)
    with session.begin_nested() as undone:
        operations.wake_holds(session, now=WAKES)
        wanted = due(session, punctual)
        undone.rollback()
    session.expire_all()
    operations.wake_holds(session, now=WAKES + 9 * DAY)
    assert due(session, late) == wanted
    assert last(session, late)[3] == WAKES
    nothing_is_broken(session)


@pytest.mark.parametrize("after", [timedelta(0), DAY], ids=["as its day begins", "a day late"])
def test_a_step_that_comes_before_the_job_lets_it_go_on_first(session: Session, world: World, after: timedelta) -> None:
    ticket, later = held(session, world), WAKES + after
    zhao = viewer(session, world.worker_zhao, now=later)
    operations.start(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=later, store=world.store)
    assert [(event.action, event.at) for event in queries.timeline(session, ticket)[-2:]] == [
        (Action.RESUME, WAKES), (Action.START, later),
    ]  # fmt: skip
    nothing_is_broken(session)


@pytest.mark.parametrize(
    ("change_in", "order"),
    [(3, [Action.HANDED_OVER, Action.RESUME]), (9, [Action.RESUME, Action.HANDED_OVER])],
)
def test_with_a_change_of_hands_each_lies_on_its_own_day(
    session: Session, world: World, change_in: int, order: list[Action]
) -> None:
    ticket, changes_on = held(session, world), TODAY + change_in * DAY
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=changes_on,
                actor_id=None, now=TUESDAY)  # fmt: skip
    operations.wake_holds(session, now=WAKES + 5 * DAY)
    at = {Action.HANDED_OVER: clock.at_local(changes_on), Action.RESUME: WAKES}
    assert [(event.action, event.at) for event in queries.timeline(session, ticket)[-2:]] == [
        (action, at[action]) for action in order
    ]  # fmt: skip
    assert (ticket.state, ticket.organisation_id) == (State.SUBMITTED, world.far_company.id)
    nothing_is_broken(session)


def test_what_is_referred_goes_on_with_whom_it_is_referred_to(session: Session, world: World) -> None:
    ticket = r.accept(session, world, r.refer(session, world, r.leak(session, world, now=TUESDAY), now=TUESDAY),
                      now=TUESDAY)  # fmt: skip
    hold(session, world, ticket, now=TUESDAY, until_on=TODAY + 7 * DAY, cause=HoldReason.SEASON)
    operations.wake_holds(session, now=WAKES)
    assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, world.contractor_deng.id)
    nothing_is_broken(session)


def test_without_a_reason_out_of_the_list_it_is_refused(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    with pytest.raises(Refused) as refused:
        operations.hold(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY), now=TUESDAY,
                        seen_version=1, until_on=TODAY + DAY, cause=None, note="等")  # fmt: skip
    assert (refused.value.field, ticket.state) == ("cause", State.SUBMITTED)


def test_pages_count_holds_apart_and_by_reason(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    now = clock.now()
    for cause in (HoldReason.PARTS, HoldReason.PARTS, HoldReason.FUNDS):
        hold(session, world, report(session, world, now=now), now=now, cause=cause)
    ticket = report(session, world, now=now)
    again = hold(session, world, report(session, world, now=now - 3 * DAY), now=now - 2 * DAY)
    operations.resume(session, ticket=again, viewer=viewer(session, world.dispatcher_mei, now=now), now=now - DAY,
                      seen_version=again.version)  # fmt: skip
    hold(session, world, again, now=now, until_on=clock.local_date(now) + DAY, cause=HoldReason.ACCESS)
    session.commit()
    mei = Desk(small.sign_in(session, new_client(), world.dispatcher_mei))
    home = mei.read("/")
    assert "Open 1 without those on hold" in home
    assert "On hold 4 until a day" in home
    assert ticket.number in mei.read("/queue?state=at_work")
    on_hold = mei.read("/queue?state=on_hold")
    assert "for money 1 for parts 2 for somebody to let us in 1" in on_hold
    assert ticket.number not in on_hold
    assert mei.open("/queue?state=on_hold&waits=funds").text.count("/tickets/") == 1
    assert "There is no such reason to wait." in said(mei.open("/queue?waits=nothing"))
    page = mei.read(f"/tickets/{again.number}")
    tomorrow = clock.local_date(now) + DAY
    assert f"waits for somebody to let us in until {tomorrow:%Y-%m-%d %a}; 1 day left; since" in page
    assert "hold number 2" in page
