"""What is taken over from another system: one event and nothing else; then a report like any other, without clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.callbacks import invariants as callbacks
from propman.callbacks.queries import Wanted, call_list, waiting_count
from propman.db import Base
from propman.errors import Refused
from propman.idempotency import IdempotencyKey
from propman.notify.models import Notice
from propman.roles import Viewer
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import (
    Channel,
    Escalation,
    ImportedTicket,
    Ticket,
    TicketClock,
    TicketEvent,
    TicketPayer,
    TicketVerdict,
)
from propman.tickets.workflow import Action, HoldReason, Party, State
from tests import stories, world
from tests.tickets import extensions, imports
from tests.world import World

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NOTHING: tuple[type[Base], ...] = (
    TicketClock, Notice, TicketVerdict, TicketPayer, Escalation, IdempotencyKey,
)  # fmt: skip


@pytest.fixture
def town(session: Session) -> World:
    return world.build(session, now=TUESDAY)


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def broken(session: Session) -> list[str]:
    """What the recount finds."""
    found = {**promises(session), **callbacks.promises(session)}
    return [line for recount in found.values() for line in recount().broken]


def jobs(session: Session, now: datetime) -> int:
    """How many tickets the jobs move or tell of at `now`."""
    every = (operations.escalate, operations.close_unanswered, operations.hand_over_due, operations.wake_holds,
             operations.tell_of_urges)  # fmt: skip
    return sum(job(session, now=now) for job in every)


def mei(session: Session, town: World, now: datetime = TUESDAY) -> Viewer:
    return world.viewer(session, town.dispatcher_mei, now=now)


def test_one_event_tells_of_it_and_nothing_else_arises(session: Session, town: World) -> None:
    before = {table: count(session, table) for table in NOTHING}
    open_one = imports.taken_over(session, town, now=TUESDAY)
    closed = imports.closed(session, town, now=TUESDAY)
    events = session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id)).all()
    assert [(event.action, event.party, event.from_state, event.to_state, event.at) for event in events] == [
        (Action.IMPORTED, Party.SYSTEM, None, State.SUBMITTED, TUESDAY),
        (Action.IMPORTED, Party.SYSTEM, None, State.CONFIRMED, TUESDAY),
    ]
    assert {ticket.channel for ticket in (open_one, closed)} == {Channel.IMPORTED}
    assert open_one.submitted_at == TUESDAY - timedelta(hours=1)
    assert closed.confirmed_at == TUESDAY - timedelta(days=1)
    assert not closed.closed_by_system
    assert {ticket.organisation_id for ticket in (open_one, closed)} == {town.company.id}
    row = session.scalars(select(ImportedTicket).where(ImportedTicket.ticket_id == open_one.id)).one()
    assert (row.source, row.source_id, row.status, row.month) == ("old", "1", "处理中", "2026-11")
    assert {table: count(session, table) for table in NOTHING} == before
    assert jobs(session, TUESDAY + timedelta(days=400)) == 0
    assert broken(session) == []


def test_the_same_row_is_taken_over_once(session: Session, town: World) -> None:
    imports.taken_over(session, town, now=TUESDAY)
    with pytest.raises(Exception, match=r"imported_ticket"), session.begin_nested():
        imports.taken_over(session, town, now=TUESDAY)
    imports.taken_over(session, town, source="other", now=TUESDAY)
    assert count(session, Ticket) == 2


def test_it_is_worked_on_like_any_other_and_never_has_a_deadline(session: Session, town: World) -> None:
    """Held, let go on, corrected to something that has milestones beside, repaired, and closed by the system."""
    now, worker = TUESDAY, world.viewer(session, town.worker_zhao, now=TUESDAY)
    ticket = imports.taken_over(session, town, now=now)
    other = imports.taken_over(session, town, "2", now=now)
    extensions.correct(session, town, ticket, now=now)
    stories.hold(session, town, other, now=now, cause=HoldReason.PARTS)
    operations.resume(session, ticket=other, viewer=mei(session, town), seen_version=other.version, now=now)
    with pytest.raises(Refused, match="no deadline"):
        operations.request_extension(session, ticket=ticket, viewer=mei(session, town), seen_version=ticket.version,
                                     now=now, until_on=now.date() + timedelta(days=9), note="再等等")  # fmt: skip
    with pytest.raises(Refused, match="nobody is there who could answer"):
        operations.ask(session, ticket=ticket, viewer=mei(session, town), seen_version=ticket.version, now=now,
                       note="在家吗？")  # fmt: skip
    stories.assign(session, town, ticket, now=now)
    operations.arrive(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now)
    operations.make_safe(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now)
    operations.start(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now, store=town.store)
    operations.complete(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now, note="好了",
                        store=town.store)  # fmt: skip
    assert count(session, TicketClock) == 0
    assert ticket.due_at is None
    assert waiting_count(session, mei(session, town), now) == 0  # nobody left a telephone
    later = now + timedelta(days=60)
    assert jobs(session, later) == 1
    assert ticket.closed_by_system  # after it was repaired here, and nobody answered
    assert count(session, TicketClock) == 0
    assert set(session.scalars(select(TicketEvent.month))) == {None}  # it enters no rate, whatever becomes of it
    assert broken(session) == []


def test_no_report_is_merged_with_it_and_it_with_none(session: Session, town: World) -> None:
    old = imports.taken_over(session, town, now=TUESDAY)
    fresh = stories.report(session, town, now=TUESDAY, apart=False)
    assert fresh.lead_id is None
    assert [one.id for one in queries.alike_at(session, town.entrance, TUESDAY)] == [fresh.id]
    assert [one.id for one in queries.public_open_at(session, town.entrance)] == [fresh.id]
    assert old not in queries.leads_for(session, stories.report(session, town, now=TUESDAY))
    for one, other in ((old, fresh), (fresh, old)):
        with pytest.raises(Refused):
            operations.merge(session, ticket=one, viewer=mei(session, town), seen_version=one.version, now=TUESDAY,
                             number=other.number)  # fmt: skip
    assert not session.scalars(select(TicketEvent).where(TicketEvent.action == Action.MERGE)).all()
    assert broken(session) == []


def test_nobody_is_called_about_what_was_closed_elsewhere(session: Session, town: World) -> None:
    closed = imports.closed(session, town, now=TUESDAY)
    for wanted in Wanted:
        assert not call_list(session, mei(session, town), wanted, TUESDAY)
    assert queries.outcomes(session, mei(session, town), TUESDAY) == queries.Outcomes(0, 0, 0, 0, 0)
    with pytest.raises(Refused):
        stories.assign(session, town, closed, now=TUESDAY)


def test_engagements_can_begin_before_what_was_taken_over_was_reported(session: Session, town: World) -> None:
    """Who answered for it in those years, another system knows."""
    imports.taken_over(session, town, now=TUESDAY, opened_at=TUESDAY - timedelta(days=3000), community=town.unmanaged,
                       place=town.unmanaged)  # fmt: skip
    assert queries.first_report_on(session, town.unmanaged.id) == TUESDAY.date()


def test_its_words_are_erased_with_it(session: Session, town: World) -> None:
    closed = imports.closed(session, town, now=TUESDAY)
    operations.erase_on_request(session, ticket=closed, viewer=mei(session, town), now=TUESDAY)
    event = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == closed.id)).one()
    left = [text.body for text in (closed.description, closed.spot, event.note) if text is not None]
    assert left == [None, None, None]
