"""Appointments, and the milestones beside the two clocks: what starts, pauses and stops them, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.kept import changed
from propman.catalogue.models import ClockRule
from propman.checks import recount
from propman.errors import Refused
from propman.notify.models import Notice
from propman.tickets import operations, sla
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.sla import Verdict
from propman.tickets.workflow import Action
from tests import world as small
from tests.stories import assign, complete, hold, holder, report, start
from tests.tickets import referrals as r
from tests.tickets.visits import appoint, arrive, make_safe
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def run_of(session: Session, ticket: Ticket, kind: ClockKind) -> TicketClock | None:
    return session.scalars(
        select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    ).one_or_none()


def cover(session: Session, world: World) -> Ticket:
    """A missing manhole cover: on site and made safe within two hours."""
    return report(session, world, category="missing_cover", now=TUESDAY)


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def verdicts(session: Session, ticket: Ticket, now: datetime) -> dict[ClockKind, Verdict]:
    runs = session.scalars(select(TicketClock).where(TicketClock.ticket_id == ticket.id))
    return {run.kind: sla.verdict(run.due_at, run.stopped_at, now) for run in runs}


class TestMilestones:
    def test_they_start_with_the_report_where_the_rule_sets_a_limit(self, session: Session, world: World) -> None:
        ticket = cover(session, world)
        for kind in (ClockKind.ON_SITE, ClockKind.MAKE_SAFE):
            run = run_of(session, ticket, kind)
            assert run is not None
            assert (run.started_at, run.due_at) == (TUESDAY, TUESDAY + 2 * HOUR)
        plain = report(session, world, category="in_home", now=TUESDAY)  # agreed, and none
        assert run_of(session, plain, ClockKind.ON_SITE) is run_of(session, plain, ClockKind.MAKE_SAFE) is None
        nothing_is_broken(session)

    def test_at_once_is_fifteen_minutes(self, session: Session, world: World) -> None:
        session.execute(update(ClockRule).where(ClockRule.category == "missing_cover").values(on_site="at once"))
        changed(session)
        run = run_of(session, cover(session, world), ClockKind.ON_SITE)
        assert run is not None
        assert run.due_at == TUESDAY + timedelta(minutes=15)

    def test_who_arrives_and_makes_safe_in_time_met_them_and_the_two_clocks_run_on(
        self, session: Session, world: World
    ) -> None:
        ticket = assign(session, world, cover(session, world), now=TUESDAY)
        due = ticket.due_at
        arrive(session, world, ticket, now=TUESDAY + HOUR)
        make_safe(session, world, ticket, now=TUESDAY + 2 * HOUR)
        found = verdicts(session, ticket, TUESDAY + 2 * HOUR)
        assert found[ClockKind.ON_SITE] is found[ClockKind.MAKE_SAFE] is Verdict.MET
        assert found[ClockKind.RESOLVE] is Verdict.RUNNING
        assert (ticket.due_at, ticket.due_kind) == (due, ClockKind.RESOLVE)
        nothing_is_broken(session)

    def test_who_never_said_so_was_there_when_work_began_and_made_it_safe_by_repairing_it(
        self, session: Session, world: World
    ) -> None:
        ticket = start(session, world, cover(session, world), now=TUESDAY + HOUR)
        found = verdicts(session, ticket, TUESDAY + 3 * HOUR)
        assert (found[ClockKind.ON_SITE], found[ClockKind.MAKE_SAFE]) == (Verdict.MET, Verdict.LATE)
        operations.complete(session, ticket=ticket, viewer=viewer(session, world.worker_zhao, now=TUESDAY),
                            seen_version=ticket.version, now=TUESDAY + 3 * HOUR, note="好了",
                            store=world.store)  # fmt: skip
        assert verdicts(session, ticket, TUESDAY + 4 * HOUR)[ClockKind.MAKE_SAFE] is Verdict.MISSED
        nothing_is_broken(session)

    @pytest.mark.parametrize("end", ["withdraw", "decline"])
    def test_a_report_that_ends_otherwise_ends_them_unanswered(self, session: Session, world: World, end: str) -> None:
        ticket = cover(session, world)
        who = holder(ticket) if end == "withdraw" else viewer(session, world.dispatcher_mei, now=TUESDAY)
        getattr(operations, end)(session, ticket=ticket, viewer=who, seen_version=1, now=TUESDAY, note="不修")
        for kind in (ClockKind.ON_SITE, ClockKind.MAKE_SAFE):
            run = run_of(session, ticket, kind)
            assert run is not None
            assert (run.stopped_at, run.answered) == (TUESDAY, False)
        nothing_is_broken(session)

    def test_a_hold_pauses_who_is_to_come_but_not_the_danger(self, session: Session, world: World) -> None:
        session.execute(update(ClockRule).where(ClockRule.category == "lights").values(make_safe="4 h"))
        changed(session)
        ticket = hold(session, world, report(session, world, now=TUESDAY), now=TUESDAY + HOUR)
        on_site, safe = (run_of(session, ticket, kind) for kind in (ClockKind.ON_SITE, ClockKind.MAKE_SAFE))
        assert on_site is not None
        assert safe is not None
        before, danger = on_site.due_at, safe.due_at
        nothing_is_broken(session)
        make_safe(session, world, ticket, now=TUESDAY + 2 * HOUR, by=world.dispatcher_mei)
        operations.resume(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                          seen_version=ticket.version, now=TUESDAY + 3 * HOUR)  # fmt: skip
        assert before is not None
        assert on_site.due_at is not None
        assert on_site.due_at > before
        assert (safe.due_at, safe.stopped_at) == (danger, TUESDAY + 2 * HOUR)
        nothing_is_broken(session)

    def test_the_contractor_arrives_and_the_company_makes_safe_while_it_waits(
        self, session: Session, world: World
    ) -> None:
        ticket = r.refer(session, world, r.leak(session, world, now=TUESDAY), now=TUESDAY)
        make_safe(session, world, ticket, by=world.dispatcher_mei, now=TUESDAY)
        arrive(session, world, r.accept(session, world, ticket, now=TUESDAY), by=world.contractor_deng, now=TUESDAY)
        nothing_is_broken(session)

    def test_the_reporter_is_told(self, session: Session, world: World) -> None:
        ticket = assign(session, world, report(session, world, by=world.resident_lin, now=TUESDAY), now=TUESDAY)
        make_safe(session, world, arrive(session, world, ticket, now=TUESDAY), now=TUESDAY)
        told = set(session.scalars(select(Notice.topic).where(Notice.recipient_id == world.resident_lin.id)))
        assert told >= {"ticket.reporter.arrive", "ticket.reporter.make_safe"}


class TestAppointments:
    def test_the_last_one_agreed_stands_and_both_are_told(self, session: Session, world: World) -> None:
        ticket = assign(session, world, report(session, world, by=world.resident_lin, now=TUESDAY), now=TUESDAY)
        appoint(session, world, ticket, now=TUESDAY)
        appoint(session, world, ticket, now=TUESDAY, begins=time(14), ends=time(15, 30), by=world.worker_zhao)
        day = clock.local_date(TUESDAY) + DAY
        assert ticket.appointed_from == clock.at_local(day, time(14))
        assert ticket.appointed_until == clock.at_local(day, time(15, 30))
        told = session.execute(select(Notice.topic, Notice.recipient_id).where(Notice.topic.like("%.appoint"))).all()
        assert set(told) == {("ticket.reporter.appoint", world.resident_lin.id),
                             ("ticket.worker.appoint", world.worker_zhao.id)}  # fmt: skip
        nothing_is_broken(session)

    @pytest.mark.parametrize(
        ("days", "begins", "ends", "field"),
        [(0, time(9), time(11), "on"), (-1, time(9), time(11), "on"), (400, time(9), time(11), "on"),
         (1, time(11), time(11), "ends"), (1, time(11), time(9), "ends")],
    )  # fmt: skip
    def test_it_lies_ahead_and_ends_after_it_begins(
        self, session: Session, world: World, days: int, begins: time, ends: time, field: str
    ) -> None:
        ticket = report(session, world, now=TUESDAY)
        on = clock.local_date(TUESDAY) + days * DAY
        with pytest.raises(Refused) as refused:
            appoint(session, world, ticket, now=TUESDAY, on=on, begins=begins, ends=ends)
        assert (refused.value.status, refused.value.field, ticket.version) == (422, field, 1)

    def test_it_lapses_with_the_repair_and_with_whoever_agreed_it(self, session: Session, world: World) -> None:
        done = appoint(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
        complete(session, world, done, now=TUESDAY)
        referred = appoint(session, world, r.leak(session, world, now=TUESDAY), now=TUESDAY)
        r.refer(session, world, referred, now=TUESDAY)
        assert done.appointed_from is referred.appointed_from is None
        nothing_is_broken(session)


@pytest.mark.parametrize("harm", ["the ticket has another", "an event changed it", "a milestone stands still"])
def test_the_recount_finds_it(session: Session, world: World, harm: str) -> None:
    ticket = appoint(session, world, cover(session, world), now=TUESDAY)
    arrive(session, world, assign(session, world, ticket, now=TUESDAY), now=TUESDAY)
    nothing_is_broken(session)
    later = {"appointed_from": TUESDAY + DAY, "appointed_until": TUESDAY + 2 * DAY}
    if harm == "the ticket has another":
        session.execute(update(Ticket).values(**later))
    elif harm == "an event changed it":
        session.execute(update(TicketEvent).where(TicketEvent.action == Action.ASSIGN).values(**later))
    else:
        session.execute(update(TicketClock).where(TicketClock.kind == ClockKind.RESOLVE).values(paused_at=TUESDAY))
    session.expire_all()
    broken = {finding.id for finding in recount(session, promises(session)) if finding.broken}
    assert broken == {"I11" if harm == "a milestone stands still" else "I08"}
