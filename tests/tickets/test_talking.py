"""Talking about a ticket: questions and answers, notes, late information; who is told and who reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman.checks import recount
from propman.errors import Refused, Stale
from propman.notify.models import Notice
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.operations.talking import ADDED_IN_A_DAY
from propman.tickets.workflow import Action, Party, State
from tests import world as small
from tests.stories import assign, complete, confirm, hold, holder, picture, report
from tests.tickets import referrals as r
from tests.tickets.talks import add, answer, answered, ask, note
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def told(session: Session, ticket: Ticket, action: str) -> dict[str, set[int]]:
    """Audience -> who was told of `action`."""
    found: dict[str, set[int]] = {}
    for row in session.scalars(select(Notice).where(Notice.topic.like(f"%.{action}"))):
        if row.facts["number"] == ticket.number:
            found.setdefault(row.topic.split(".")[1], set()).add(row.recipient_id)
    return found


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def test_a_question_waits_until_it_is_answered_and_changes_neither_state_nor_clocks(
    session: Session, world: World
) -> None:
    ticket = report(session, world, by=world.resident_lin, now=TUESDAY)
    due, state = ticket.due_at, ticket.state
    ask(session, world, ticket, now=TUESDAY + HOUR)
    ask(session, world, ticket, now=TUESDAY + 2 * HOUR, note="哪个单元？")
    assert (ticket.state, ticket.due_at, ticket.asked_at) == (state, due, TUESDAY + HOUR)
    assert told(session, ticket, "ask") == {"reporter": {world.resident_lin.id}}
    answer(session, world, ticket, by=viewer(session, world.resident_lin, now=TUESDAY), now=TUESDAY + 3 * HOUR)
    assert (ticket.state, ticket.due_at, ticket.asked_at) == (state, due, None)
    assert world.dispatcher_mei.id in told(session, ticket, "answer")["dispatch"]
    nothing_is_broken(session)


def test_a_second_answer_and_one_of_nothing_are_refused(session: Session, world: World) -> None:
    ticket = ask(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    with pytest.raises(Refused) as empty:
        answer(session, world, ticket, now=TUESDAY, note="  ")
    assert (empty.value.status, empty.value.field) == (422, "note")
    answer(session, world, ticket, now=TUESDAY, note="", photo=picture())
    with pytest.raises(Refused) as again:
        answer(session, world, ticket, now=TUESDAY)
    assert again.value.status == 409
    assert [each.stage for each in queries.attachments_of(session, ticket)] == ["report"]


def test_what_is_said_on_hold_leaves_the_day_and_the_clocks(session: Session, world: World) -> None:
    ticket = hold(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    until_on = ticket.hold_until_on
    answered(session, world, add(session, world, note(session, world, ticket, now=TUESDAY), now=TUESDAY), now=TUESDAY)
    assert (ticket.state, ticket.hold_until_on) == (State.ON_HOLD, until_on)
    nothing_is_broken(session)


def test_a_question_falls_away_with_the_end_of_the_report(session: Session, world: World) -> None:
    ticket = ask(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    confirm(session, world, ticket, now=TUESDAY)
    assert ticket.asked_at is None
    with pytest.raises(Refused) as ended:
        ask(session, world, ticket, now=TUESDAY)
    assert ended.value.status == 409
    nothing_is_broken(session)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.DECLINED, State.CANCELLED])
def test_late_information_reaches_whoever_is_in_charge_and_opens_nothing(
    session: Session, world: World, state: State
) -> None:
    ticket = report(session, world, now=TUESDAY)
    seen = {"ticket": ticket, "seen_version": 1, "now": TUESDAY}
    if state is State.CONFIRMED:
        confirm(session, world, ticket, now=TUESDAY)
    elif state is State.DECLINED:
        operations.decline(session, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY), note="不归物业", **seen)
    else:
        operations.withdraw(session, viewer=holder(ticket), **seen)
    add(session, world, ticket, now=TUESDAY + HOUR)
    assert ticket.state is state
    audiences = told(session, ticket, "add")
    assert set(audiences) == {"dispatch"}
    assert world.dispatcher_mei.id in audiences["dispatch"]
    nothing_is_broken(session)


def test_information_in_time_reaches_the_person_sent_as_well(session: Session, world: World) -> None:
    ticket = add(session, world, assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY), now=TUESDAY)
    assert told(session, ticket, "add")["worker"] == {world.worker_zhao.id}


def test_something_is_added_some_times_a_day(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    for _time in range(ADDED_IN_A_DAY):
        add(session, world, ticket, now=TUESDAY)
    with pytest.raises(Refused) as often:
        add(session, world, ticket, now=TUESDAY)
    assert often.value.status == 429
    add(session, world, ticket, now=TUESDAY + timedelta(days=1))


def test_talk_is_never_too_late_and_a_note_overtakes_nobody(session: Session, world: World) -> None:
    ticket = complete(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    seen = ticket.version
    note(session, world, ticket, now=TUESDAY)
    add(session, world, ticket, now=TUESDAY, seen_version=1)
    with pytest.raises(Stale):  # what was added may change the answer
        operations.confirm(session, ticket=ticket, viewer=holder(ticket), seen_version=seen, now=TUESDAY, stars=5)
    note(session, world, ticket, now=TUESDAY)
    operations.confirm(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version - 1, now=TUESDAY,
                       stars=5)  # fmt: skip
    with pytest.raises(Stale):  # nobody saw what has not happened yet
        add(session, world, ticket, now=TUESDAY, seen_version=ticket.version + 1)
    nothing_is_broken(session)


class TestNotes:
    """Who reads them."""

    @pytest.fixture
    def ticket(self, session: Session, world: World) -> Ticket:
        """A note of the company, one of the contractor, one of the company while it is referred."""
        ticket = r.leak(session, world, now=TUESDAY)
        note(session, world, ticket, now=TUESDAY, words="before")
        r.accept(session, world, r.refer(session, world, ticket, now=TUESDAY), now=TUESDAY)
        note(session, world, ticket, now=TUESDAY, by=world.contractor_deng, words="theirs")
        note(session, world, ticket, now=TUESDAY, words="while referred")
        return ticket

    @staticmethod
    def words(events: list[TicketEvent]) -> list[str | None]:
        return [event.note.body for event in events if event.action is Action.NOTE and event.note]

    def test_the_reporter_reads_none(self, session: Session, ticket: Ticket) -> None:
        assert self.words(queries.heard_by_reporter(queries.timeline(session, ticket))) == []

    def test_the_contractor_reads_its_own(self, session: Session, world: World, ticket: Ticket) -> None:
        events = queries.timeline(session, ticket)
        assert self.words(queries.heard(events, world.contractor.id)) == ["theirs"]
        assert self.words(queries.heard(events, world.utility.id)) == []

    @pytest.mark.parametrize("party", [Party.DISPATCHER, Party.ASSIGNEE])
    def test_who_works_on_it_reads_those_of_the_company(self, session: Session, ticket: Ticket, party: Party) -> None:
        events = queries.timeline(session, ticket)
        assert self.words(queries.heard_inside(events, {party})) == ["before", "while referred"]

    def test_who_only_reads_the_ticket_reads_none(self, session: Session, ticket: Ticket) -> None:
        assert self.words(queries.heard_inside(queries.timeline(session, ticket), set())) == []

    def test_nobody_is_told(self, session: Session, ticket: Ticket) -> None:
        assert told(session, ticket, "note") == {}
        nothing_is_broken(session)


@pytest.mark.parametrize("harm", ["an answer to nothing", "a question that was never put"])
def test_the_recount_finds_what_was_never_asked(session: Session, world: World, harm: str) -> None:
    ticket = answered(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    if harm == "an answer to nothing":
        session.execute(update(TicketEvent).where(TicketEvent.action == Action.ASK).values(action=Action.NOTE))
    else:
        session.execute(update(Ticket).where(Ticket.id == ticket.id).values(asked_at=TUESDAY))
    session.expire_all()
    assert [finding.id for finding in recount(session, promises(session)) if finding.broken] == ["I08"]
