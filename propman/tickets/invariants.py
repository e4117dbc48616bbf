"""The promises about tickets (docs/architecture.md: I02, I04, I07, I08, I10, I11, I12), recounted from stored data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.communities.codes import well_formed
from propman.communities.invariants import overlapping_engagements
from propman.communities.models import Engagement, Organisation, OrganisationKind, PlaceCode
from propman.idempotency import IdempotencyKey
from propman.invariants import Finding, Promises
from propman.notify import queries as notify
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.tracking import NUMBER
from propman.tickets.workflow import Action, State, legal

Story = tuple[Ticket, list[TicketEvent]]


def promises(session: Session) -> Promises:
    """What is promised of tickets, each counted afresh when it is called; writes nothing. The stories are read once."""
    stories = cache(lambda: list(_stories(session)))
    return {
        "I02": lambda: one_key_one_ticket(session),
        "I04": lambda: committed_together(session, stories()),
        "I07": lambda: numbers_unique(session),
        "I08": lambda: legal_histories(stories()),
        "I10": lambda: one_eligible_holder(session, stories()),
        "I11": lambda: clocks_follow_events(session, stories()),
        "I12": lambda: time_never_goes_back(stories()),
    }


def _stories(session: Session) -> Iterator[Story]:
    events = session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.version))
    by_ticket = {ticket_id: list(rows) for ticket_id, rows in groupby(events, lambda event: event.ticket_id)}
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id)):
        yield ticket, by_ticket.get(ticket.id, [])


def one_key_one_ticket(session: Session) -> Finding:
    """I02: a key that made a ticket names exactly one, and no two keys name the same."""
    answers = [
        (f"{row.principal} {row.key_hash[:6]}…", row.answer["ticket_id"])
        for row in session.scalars(select(IdempotencyKey))
        if "ticket_id" in row.answer
    ]
    known = set(session.scalars(select(Ticket.id)))
    named: dict[int, str] = {}
    broken = []
    for who, ticket_id in answers:
        if ticket_id not in known:
            broken.append(f"{who} names ticket {ticket_id}, which is not there")
        elif ticket_id in named:
            broken.append(f"{who} and {named[ticket_id]} name the same ticket {ticket_id}")
        named[ticket_id] = who
    return Finding("I02", len(answers), tuple(broken))


def committed_together(session: Session, stories: Sequence[Story]) -> Finding:
    """I04: each ticket has exactly one first event, both clocks, and with each event the outbox rows it promised."""
    clocks = set(session.execute(select(TicketClock.ticket_id, TicketClock.kind).where(TicketClock.run == 1)))
    told = notify.told(session)
    broken = []
    for ticket, events in stories:
        firsts = sum(event.action is Action.SUBMIT for event in events)
        if firsts != 1:
            broken.append(f"ticket {ticket.id} has {firsts} first events")
        broken += [f"ticket {ticket.id} has no {kind} clock" for kind in ClockKind if (ticket.id, kind) not in clocks]
        for event in events:
            written = told[f"ticket_event:{event.id}"]
            if written != event.notices:
                broken.append(f"event {event.id} promised {event.notices} notices, {written} are there or forgotten")
    return Finding("I04", len(stories), tuple(broken))


def numbers_unique(session: Session) -> Finding:
    """I07: numbers have their form and are unique; place codes are 13 random letters, and never serve two places."""
    numbers = list(session.scalars(select(Ticket.number)))
    codes = list(session.scalars(select(PlaceCode.code)))
    broken = [f"number {number!r} has not its form" for number in numbers if not NUMBER.fullmatch(number)]
    broken += ["numbers repeat"] if len(set(numbers)) < len(numbers) else []
    broken += [f"code {code!r} has not its form" for code in codes if not well_formed(code)]
    return Finding("I07", len(numbers) + len(codes), tuple(broken))


def legal_histories(stories: Sequence[Story]) -> Finding:
    """I08: every history is a path of the table of moves, and ends where the ticket stands."""
    broken = []
    for ticket, events in stories:
        state: State | None = None
        for version, event in enumerate(events, start=1):
            row = legal(event.action, state) if state is not None else None
            first = event.action is Action.SUBMIT and state is None and event.to_state is State.SUBMITTED
            lawful = first or (row is not None and event.to_state in row.to and event.party in row.parties)
            if not lawful or event.from_state is not state or event.version != version:
                broken.append(f"ticket {ticket.id}: event {event.id} {event.action} from {state} is not legal")
            state = event.to_state
        if state is not ticket.state or ticket.version != len(events):
            broken.append(f"ticket {ticket.id} stands at {ticket.state}, its events at {state}")
    return Finding("I08", len(stories), tuple(broken))


def one_eligible_holder(session: Session, stories: Sequence[Story]) -> Finding:
    """I10: a ticket has one holder, the one its last event names; each was in charge when somebody was sent, and the
    person sent worked there that day; no two engagements of a community overlap.

    Days begin at 00:00, and are changed at noon: on the day on which hands change, or a person leaves, whoever was
    there until then may have sent or gone before it was entered.
    """
    engaged: dict[int, list[Engagement]] = {}
    for engagement in session.scalars(select(Engagement)):
        engaged.setdefault(engagement.community_id, []).append(engagement)
    offices = set(session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.STREET_OFFICE)))
    posts: dict[tuple[int, int | None], list[Membership]] = {}
    for post in session.scalars(select(Membership)):
        posts.setdefault((post.user_id, post.organisation_id), []).append(post)
    broken = list(overlapping_engagements(session))
    for ticket, events in stories:
        if events and (events[-1].organisation_id, events[-1].assignee_id) != (
            ticket.organisation_id,
            ticket.assignee_id,
        ):
            broken.append(f"ticket {ticket.id} is not held by whom its last event names")
        for event in events:
            if event.action not in {Action.ASSIGN, Action.REASSIGN} or event.assignee_id is None:
                continue
            on = clock.local_date(event.at)
            if event.organisation_id not in _in_charge(engaged.get(ticket.community_id, []), offices, on):
                broken.append(f"ticket {ticket.id}: event {event.id} was sent by one not in charge")
            there = posts.get((event.assignee_id, event.organisation_id), [])
            if not any(post.in_force(on) or post.ends_on == on for post in there):
                broken.append(f"ticket {ticket.id}: event {event.id} sent a person who did not work there")
    return Finding("I10", len(stories), tuple(broken))


def _in_charge(engaged: Sequence[Engagement], offices: set[int], on: date) -> set[int]:
    """Who was in charge of a community at some time of the day `on`: with the ones of the day before, where an
    engagement begins or ends on it."""
    changed = any(on in {engagement.starts_on, engagement.ends_on} for engagement in engaged)
    days = (on, on - timedelta(days=1)) if changed else (on,)
    managers = [{one.organisation_id for one in engaged if one.in_force(day)} for day in days]
    return set().union(*(found or offices for found in managers))


def clocks_follow_events(session: Session, stories: Sequence[Story]) -> Finding:
    """I11: pauses are disjoint and inside the ticket's life, only a move changes a deadline, runs follow each other,
    and what presses on a ticket is the deadline of its running clock.
    """
    query = select(TicketClock).order_by(TicketClock.ticket_id, TicketClock.kind, TicketClock.run)
    runs = {ticket_id: list(rows) for ticket_id, rows in groupby(session.scalars(query), lambda run: run.ticket_id)}
    broken: list[str] = []
    for ticket, events in stories:
        own = runs.get(ticket.id, [])
        broken += [f"ticket {ticket.id}: {fault}" for fault in _clock_faults(ticket, events, own)]
    return Finding("I11", sum(len(rows) for rows in runs.values()), tuple(broken))


def _clock_faults(ticket: Ticket, events: list[TicketEvent], runs: list[TicketClock]) -> Iterator[str]:
    last = {run.kind: run for run in runs}
    if events and last.get(ClockKind.RESPOND) and events[-1].respond_due_at != last[ClockKind.RESPOND].due_at:
        yield "its respond deadline is not the one of its last event"
    if events and last.get(ClockKind.RESOLVE) and events[-1].resolve_due_at != last[ClockKind.RESOLVE].due_at:
        yield "its resolve deadline is not the one of its last event"
    for before, after in pairwise(events):
        moved_by = {Action.RESUME, Action.REOPEN}
        if before.resolve_due_at != after.resolve_due_at and after.action not in moved_by:
            yield f"event {after.id} {after.action} moved the resolve deadline"
        earlier = after.resolve_due_at and before.resolve_due_at and after.resolve_due_at < before.resolve_due_at
        if earlier and after.action is Action.RESUME:
            yield f"event {after.id} moved the resolve deadline back"
        if before.respond_due_at != after.respond_due_at:
            yield f"event {after.id} moved the respond deadline"
    for run in runs:
        if events and run.started_at < events[0].at:
            yield f"its {run.kind} run {run.run} began before it"
    for one, two in pairwise(runs):
        if one.kind is two.kind and (one.stopped_at is None or one.stopped_at > two.started_at):
            yield f"its {one.kind} runs {one.run} and {two.run} overlap"
    paused = [run for run in runs if run.paused_at is not None]
    if bool(paused) != (ticket.state is State.ON_HOLD) and any(run.stopped_at is None for run in runs):
        yield "it is paused and not on hold, or on hold and not paused"
    pressing = [run.due_at for run in runs if run.stopped_at is None and run.paused_at is None and run.due_at]
    if (ticket.due_at is None) != (not pressing) or (pressing and ticket.due_at not in pressing):
        yield "what presses on it is not the deadline of a running clock"


def time_never_goes_back(stories: Sequence[Story]) -> Finding:
    """I12: no event lies before the previous event of its ticket."""
    broken = [
        f"ticket {ticket.id}: event {after.id} lies before event {before.id}"
        for ticket, events in stories
        for before, after in pairwise(events)
        if after.at < before.at
    ]
    return Finding("I12", sum(len(events) for _, events in stories), tuple(broken))
