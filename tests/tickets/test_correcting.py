"""Corrections and later deadlines: what is counted anew, what stays beside it, who decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.catalogue.kept import changed
from propman.catalogue.models import ClockRule
from propman.catalogue.queries import work_calendar
from propman.checks import recount
from propman.errors import Refused
from propman.notify.models import Notice
from propman.tickets import explain, operations, queries, sla
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import Correction
from propman.tickets.workflow import Action
from tests import world as small
from tests.stories import assign, hold, report, start
from tests.tickets import referrals as r
from tests.tickets.visits import arrive
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def correct(session: Session, world: World, ticket: Ticket, *, now: datetime = TUESDAY, by: User | None = None,
            note: str | None = "电话里问清楚了", **to: Any) -> TicketEvent:  # fmt: skip
    stands = {"category": ticket.category, "priority": ticket.priority, "place_id": ticket.place_id,
              "asset_id": ticket.asset_id}  # fmt: skip
    return operations.correct(
        session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now), now=now, note=note,
        seen_version=ticket.version, correction=Correction(**(stands | to)),
    )  # fmt: skip


def runs_of(session: Session, ticket: Ticket, kind: ClockKind) -> list[TicketClock]:
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    return list(session.scalars(query.order_by(TicketClock.run)))


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def told(session: Session, action: str) -> set[tuple[str, int]]:
    rows = session.scalars(select(Notice).where(Notice.topic.like(f"%.{action}")))
    return {(row.topic.split(".")[1], row.recipient_id) for row in rows}


class TestCorrections:
    def test_both_clocks_are_what_they_would_have_been_from_the_start(self, session: Session, world: World) -> None:
        ticket = report(session, world, category="lights", now=TUESDAY)
        right = report(session, world, category="water", now=TUESDAY)
        before = {kind: run.due_at for kind in ClockKind for run in runs_of(session, ticket, kind)}
        event = correct(session, world, ticket, category="water", priority="P1", now=TUESDAY + HOUR)
        for kind in ClockKind:
            found, wanted = runs_of(session, ticket, kind), runs_of(session, right, kind)
            if not found and not wanted:
                continue
            assert found[-1].due_at == wanted[-1].due_at
            assert found[-1].started_at == TUESDAY
            assert len(found) == 1 or (found[0].due_at, found[0].stopped_at) == (before[kind], TUESDAY + HOUR)
        assert (ticket.category, ticket.priority, ticket.due_at) == ("water", "P1", right.due_at)
        assert event.changes == {"category": ["lights", "water"], "priority": ["P2", "P1"]}
        assert event.resolve_due_at == runs_of(session, right, ClockKind.RESOLVE)[0].due_at
        nothing_is_broken(session)

    def test_holds_are_counted_into_the_new_deadline(self, session: Session, world: World) -> None:
        def story(category: str) -> Ticket:
            ticket = hold(session, world, report(session, world, category=category, now=TUESDAY), now=TUESDAY + HOUR)
            operations.resume(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                              seen_version=ticket.version, now=TUESDAY + 2 * DAY)  # fmt: skip
            return ticket

        wrong, right = story("lights"), story("heat")
        correct(session, world, wrong, category="heat", priority=right.priority, now=TUESDAY + 3 * DAY)
        last = [runs_of(session, ticket, ClockKind.RESOLVE)[-1].due_at for ticket in (wrong, right)]
        assert last[0] == last[1]
        nothing_is_broken(session)

    def test_one_that_waits_goes_on_waiting(self, session: Session, world: World) -> None:
        wrong = hold(session, world, report(session, world, category="lights", now=TUESDAY), now=TUESDAY + HOUR)
        right = hold(session, world, report(session, world, category="heat", now=TUESDAY), now=TUESDAY + HOUR)
        correct(session, world, wrong, category="heat", priority=right.priority, now=TUESDAY + 2 * HOUR)
        nothing_is_broken(session)
        for ticket in (wrong, right):
            operations.resume(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                              seen_version=ticket.version, now=TUESDAY + DAY)  # fmt: skip
        last = [runs_of(session, ticket, ClockKind.RESOLVE)[-1].due_at for ticket in (wrong, right)]
        assert last[0] == last[1]
        nothing_is_broken(session)

    def test_what_was_done_stays_done_and_is_judged_by_the_new_limit(self, session: Session, world: World) -> None:
        ticket = assign(session, world, report(session, world, category="water", now=TUESDAY), now=TUESDAY + HOUR)
        respond = runs_of(session, ticket, ClockKind.RESPOND)[0]
        assert sla.verdict(respond.due_at, respond.stopped_at, TUESDAY + HOUR) is sla.Verdict.MISSED
        correct(session, world, ticket, category="lights", priority="P2", now=TUESDAY + 2 * HOUR)
        old, new = runs_of(session, ticket, ClockKind.RESPOND)
        assert (old.stopped_at, new.stopped_at, new.answered) == (TUESDAY + HOUR, TUESDAY + HOUR, True)
        assert sla.verdict(new.due_at, new.stopped_at, TUESDAY + HOUR) is sla.Verdict.MET
        nothing_is_broken(session)

    def test_a_milestone_that_nobody_counted_is_reached_when_it_was(self, session: Session, world: World) -> None:
        ticket = arrive(session, world, assign(session, world, report(session, world, category="in_home", now=TUESDAY),
                                               now=TUESDAY), now=TUESDAY + HOUR)  # fmt: skip
        assert runs_of(session, ticket, ClockKind.ON_SITE) == []
        correct(session, world, ticket, category="missing_cover", priority="P0", now=TUESDAY + 3 * HOUR)
        [there], [safe] = (runs_of(session, ticket, kind) for kind in (ClockKind.ON_SITE, ClockKind.MAKE_SAFE))
        assert (there.stopped_at, there.answered) == (TUESDAY + HOUR, True)
        assert (safe.stopped_at, safe.due_at) == (None, TUESDAY + 2 * HOUR)
        nothing_is_broken(session)

    def test_the_reporter_and_the_person_sent_are_told(self, session: Session, world: World) -> None:
        ticket = assign(session, world, report(session, world, by=world.resident_lin, now=TUESDAY), now=TUESDAY)
        correct(session, world, ticket, priority="P3")
        assert told(session, "correct") == {("reporter", world.resident_lin.id), ("worker", world.worker_zhao.id)}

    def test_another_place_is_judged_anew_and_counts_nothing_anew(self, session: Session, world: World) -> None:
        ticket = report(session, world, now=TUESDAY)
        before = queries.verdict_of(session, ticket)
        due = ticket.due_at
        correct(session, world, ticket, place_id=world.building.id)
        after = queries.verdict_of(session, ticket)
        assert (before.run, after.run) == (1, 2)  # type: ignore[union-attr]
        assert (ticket.place_id, ticket.due_at) == (world.building.id, due)
        assert len(runs_of(session, ticket, ClockKind.RESOLVE)) == 1
        nothing_is_broken(session)

    @pytest.mark.parametrize(
        ("to", "field"),
        [
            ({"category": "nothing"}, "category"),
            ({"priority": "P9"}, "priority"),
            ({"place_id": 0}, "place"),
            ({}, None),
        ],
    )
    def test_what_cannot_be_is_refused_without_a_trace(
        self, session: Session, world: World, to: dict[str, Any], field: str | None
    ) -> None:
        ticket = report(session, world, now=TUESDAY)
        with pytest.raises(Refused) as refused:
            correct(session, world, ticket, **to)
        assert (refused.value.status, refused.value.field, ticket.version) == (422, field, 1)

    def test_a_foreign_place_is_no_place(self, session: Session, world: World) -> None:
        ticket = report(session, world, now=TUESDAY)
        with pytest.raises(Refused) as refused:
            correct(session, world, ticket, place_id=world.far_entrance.id)
        assert refused.value.field == "place"

    def test_no_emergency_waits(self, session: Session, world: World) -> None:
        ticket = hold(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
        with pytest.raises(Refused) as refused:
            correct(session, world, ticket, priority="P0")
        assert refused.value.field == "priority"

    def test_of_a_flat_it_is_private_and_no_longer(self, session: Session, world: World) -> None:
        ticket = report(session, world, now=TUESDAY)
        correct(session, world, ticket, category="in_home", priority="P3")
        assert ticket.private
        correct(session, world, ticket, category="lights", priority="P2")
        assert not ticket.private


class TestExtensions:
    @pytest.fixture
    def ticket(self, session: Session, world: World) -> Ticket:
        """A repair that zhao works on, with a deadline."""
        return start(session, world, report(session, world, by=world.resident_lin, now=TUESDAY), now=TUESDAY)

    @staticmethod
    def ask(session: Session, ticket: Ticket, who: User, *, on: date | None = None) -> TicketEvent:
        until_on = on or clock.local_date(TUESDAY) + 20 * DAY
        return operations.request_extension(
            session, ticket=ticket, viewer=viewer(session, who, now=TUESDAY), seen_version=ticket.version,
            now=TUESDAY + HOUR, until_on=until_on, note="等配件",
        )  # fmt: skip

    @staticmethod
    def decide(session: Session, ticket: Ticket, who: User, *, grant: bool = True) -> TicketEvent:
        act = operations.grant_extension if grant else operations.refuse_extension
        return act(session, ticket=ticket, viewer=viewer(session, who, now=TUESDAY), seen_version=ticket.version,
                   now=TUESDAY + 2 * HOUR, note="属实")  # fmt: skip

    def test_granted_by_another_the_deadline_moves_and_the_old_one_stays(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        due = ticket.due_at
        self.ask(session, ticket, world.worker_zhao)
        assert ticket.due_at == due
        self.decide(session, ticket, world.dispatcher_mei)
        old, new = runs_of(session, ticket, ClockKind.RESOLVE)
        wanted = sla.end_of(clock.local_date(TUESDAY) + 20 * DAY)
        assert (old.due_at, old.stopped_at) == (due, TUESDAY + 2 * HOUR)
        assert ticket.due_at == new.due_at == wanted
        assert ticket.extension_until_on is None
        assert ("reporter", world.resident_lin.id) in told(session, "grant_extension")
        assert ("worker", world.worker_zhao.id) in told(session, "grant_extension")
        nothing_is_broken(session)

    def test_refused_the_deadline_stands(self, session: Session, world: World, ticket: Ticket) -> None:
        due = ticket.due_at
        self.ask(session, ticket, world.worker_zhao)
        self.decide(session, ticket, world.dispatcher_mei, grant=False)
        assert (ticket.due_at, ticket.extension_until_on) == (due, None)
        assert ("reporter", world.resident_lin.id) in told(session, "refuse_extension")
        nothing_is_broken(session)

    def test_nobody_decides_on_what_they_asked_for_themselves(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        self.ask(session, ticket, world.dispatcher_mei)
        with pytest.raises(Refused) as refused:
            self.decide(session, ticket, world.dispatcher_mei)
        assert refused.value.status == 403
        assert {who for who, _id in told(session, "request_extension")} >= {"office"}
        self.decide(session, ticket, world.clerk_jie)  # of the street office above it
        nothing_is_broken(session)

    def test_it_is_asked_for_once_and_decided_on_once(self, session: Session, world: World, ticket: Ticket) -> None:
        with pytest.raises(Refused) as nothing:
            self.decide(session, ticket, world.dispatcher_mei)
        self.ask(session, ticket, world.worker_zhao)
        with pytest.raises(Refused) as again:
            self.ask(session, ticket, world.dispatcher_mei)
        assert nothing.value.status == again.value.status == 409

    def test_it_lies_after_the_deadline_that_stands(self, session: Session, world: World, ticket: Ticket) -> None:
        with pytest.raises(Refused) as refused:
            self.ask(session, ticket, world.worker_zhao, on=clock.local_date(TUESDAY) + DAY)
        assert (refused.value.status, refused.value.field) == (422, "until_on")

    def test_it_lapses_with_the_repair(self, session: Session, world: World, ticket: Ticket) -> None:
        self.ask(session, ticket, world.worker_zhao)
        operations.complete(session, ticket=ticket, viewer=viewer(session, world.worker_zhao, now=TUESDAY), note="好了",
                            seen_version=ticket.version, now=TUESDAY + 2 * HOUR, store=world.store)  # fmt: skip
        assert ticket.extension_until_on is None
        nothing_is_broken(session)

    def test_a_hold_after_it_moves_it_further_and_the_steps_say_so(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        self.ask(session, ticket, world.worker_zhao)
        self.decide(session, ticket, world.dispatcher_mei)
        hold(session, world, ticket, now=TUESDAY + DAY)
        operations.resume(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                          seen_version=ticket.version, now=TUESDAY + 3 * DAY)  # fmt: skip
        old, new = runs_of(session, ticket, ClockKind.RESOLVE)
        events = queries.timeline(session, ticket)
        pauses = explain.pauses((event.action, event.at) for event in events)
        assert old.stopped_at is not None
        assert new.extended_on is not None
        run = explain.Run(new.limit, new.priority, new.started_at, None, new.due_at, pauses,
                          (new.extended_on, old.stopped_at))  # fmt: skip
        steps = explain.steps(run, lambda at: work_calendar(session, clock.local_date(at)))
        assert explain.EXTENDED in {step.message for step in steps}
        assert explain.CHANGED not in {step.message for step in steps}
        nothing_is_broken(session)

    def test_the_contractor_asks_and_the_company_decides(self, session: Session, world: World) -> None:
        session.execute(update(ClockRule).where(ClockRule.category == "leak").values(resolve="7 days"))
        changed(session)
        ticket = r.accept(session, world, r.refer(session, world, r.leak(session, world, now=TUESDAY), now=TUESDAY),
                          now=TUESDAY)  # fmt: skip
        self.ask(session, ticket, world.contractor_deng)
        self.decide(session, ticket, world.dispatcher_mei)
        nothing_is_broken(session)

    def test_a_street_office_that_only_watches_sees_no_contact(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        clerk = viewer(session, world.clerk_jie, now=TUESDAY)
        parties = queries.parties_of(session, ticket, clerk, queries.holder_today(session, ticket, TUESDAY))
        assert parties == {"street_office"}
        assert not queries.sees_contact(session, ticket, parties)


@pytest.mark.parametrize("harm", ["asked by nobody", "replaced by no move", "another day"])
def test_the_recount_finds_it(session: Session, world: World, harm: str) -> None:
    ticket = start(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    TestExtensions.ask(session, ticket, world.worker_zhao)
    TestExtensions.decide(session, ticket, world.dispatcher_mei)
    nothing_is_broken(session)
    day = clock.local_date(TUESDAY) + 30 * DAY
    if harm == "asked by nobody":
        session.execute(update(Ticket).values(extension_until_on=day, extension_by_id=world.worker_zhao.id))
    elif harm == "another day":
        session.execute(update(TicketEvent).where(TicketEvent.action == Action.GRANT_EXTENSION)
                        .values(extension_until_on=day))  # fmt: skip
    else:
        session.execute(update(TicketEvent).where(TicketEvent.action == Action.GRANT_EXTENSION)
                        .values(action=Action.REFUSE_EXTENSION))  # fmt: skip
    session.expire_all()
    broken = {finding.id for finding in recount(session, promises(session)) if finding.broken}
    assert broken == {"I08" if harm == "asked by nobody" else "I11"}
