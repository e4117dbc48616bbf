"""Promises about the history of a ticket: legal, with one holder at a time, never back in time (I08, I10, I12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.communities.invariants import overlapping_engagements
from propman.communities.models import Engagement, Organisation, OrganisationKind
from propman.invariants import Finding
from propman.roles import Role
from propman.tickets.invariants.stories import Story
from propman.tickets.models import Channel, Referral, Ticket, TicketEvent
from propman.tickets.queries import REFERRED_TO, referral_by_event
from propman.tickets.workflow import FINAL, MOVES, Action, Move, State, legal


def legal_histories(stories: Sequence[Story]) -> Finding:
    """I08: every history is a path of the table of moves, and ends where the ticket stands: its state, the question
    that waits, the appointment that holds.
    """
    broken = [f"ticket {ticket.id}: {fault}" for ticket, events in stories for fault in _path_faults(ticket, events)]
    return Finding("I08", len(stories), tuple(broken))


def _path_faults(ticket: Ticket, events: Sequence[TicketEvent]) -> Iterator[str]:
    state: State | None = None
    asked: datetime | None = None
    extension: date | None = None
    before: TicketEvent | None = None
    recheck = ticket.channel is Channel.INSPECTION
    for version, (event, referred, _after) in enumerate(referral_by_event(events), start=1):
        row = legal(event.action, state, referred=referred is not None, recheck=recheck) if state is not None else None
        recheck = recheck or event.action is Action.FINDING
        first = state is None and _begins(ticket, event)
        answers_nothing = event.action is Action.ANSWER and asked is None
        lawful = (first or _follows(row, event, state)) and not answers_nothing
        if not lawful or event.from_state is not state or event.version != version:
            yield f"event {event.id} {event.action} from {state} is not legal"
        if (event.to_state is State.MERGED) != (event.lead_id is not None):
            yield f"event {event.id} {event.action} names a lead and is not merged, or is and names none"
        if _appointed(event) != _appointed_after(event, before):
            yield f"event {event.id} {event.action} changed the appointment"
        extension = _extension_after(event, extension, before)
        state, asked, before = event.to_state, _asked_after(event, asked), event
    if state is not ticket.state or ticket.version != len(events):
        yield f"it stands at {ticket.state}, its events at {state}"
    if asked != ticket.asked_at:
        yield f"it waits for its reporter since {ticket.asked_at}, by its events {asked}"
    if extension != ticket.extension_until_on:
        yield f"it asks for a deadline on {ticket.extension_until_on}, by its events {extension}"
    if before is not None and before.lead_id != ticket.lead_id:
        yield f"it is merged with {ticket.lead_id}, by its events with {before.lead_id}"
    if before is not None and _appointed(before) != (ticket.appointed_from, ticket.appointed_until):
        yield "it has not the appointment of its last event"


def _begins(ticket: Ticket, event: TicketEvent) -> bool:
    """Whether `event` is what a history begins with: the report, or that it was taken over from another system."""
    if ticket.channel is not Channel.IMPORTED:
        return event.action is Action.SUBMIT and event.to_state is State.SUBMITTED
    rows = (row for row in MOVES if row.action is event.action and row.begins(event.to_state))
    return any(event.party in row.parties for row in rows)


def _follows(row: Move | None, event: TicketEvent, state: State | None) -> bool:
    """Whether `event` is what `row` allows in `state`."""
    return row is not None and state is not None and event.to_state in row.targets(state) and event.party in row.parties


def _asked_after(event: TicketEvent, asked: datetime | None) -> datetime | None:
    """Since when a question waits for the reporter after `event`, and `asked` before it."""
    if event.action is Action.ANSWER or event.to_state in FINAL:
        return None
    return asked or (event.at if event.action is Action.ASK else None)


def _extension_after(event: TicketEvent, extension: date | None, before: TicketEvent | None) -> date | None:
    """The later deadline that waits for a decision after `event`, and `extension` before it."""
    if event.action is Action.REQUEST_EXTENSION:
        return event.extension_until_on
    passed_on = before is not None and before.organisation_id != event.organisation_id
    settled = event.action in {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION} or event.changes
    return None if settled or passed_on or event.to_state in {*FINAL, State.COMPLETED} else extension


def _appointed(event: TicketEvent) -> tuple[datetime | None, datetime | None]:
    return event.appointed_from, event.appointed_until


def _appointed_after(event: TicketEvent, before: TicketEvent | None) -> tuple[datetime | None, datetime | None]:
    """The appointment that must stand after `event`: what was agreed, until it lapses."""
    if event.action is Action.APPOINT:
        return _appointed(event)
    ended = event.to_state in {*FINAL, State.COMPLETED}
    if before is None or ended or before.organisation_id != event.organisation_id:
        return None, None
    return _appointed(before)


@dataclass(frozen=True)
class _Rights:
    """Who was in charge where, who worked for whom, and what was referred to whom, on any day."""

    engaged: dict[int, list[Engagement]]
    offices: set[int]
    posts: dict[tuple[int, int | None], list[Membership]]
    referrals: dict[int, list[Referral]]

    @classmethod
    def read(cls, session: Session) -> _Rights:
        engaged: dict[int, list[Engagement]] = {}
        for engagement in session.scalars(select(Engagement)):
            engaged.setdefault(engagement.community_id, []).append(engagement)
        kind = Organisation.kind == OrganisationKind.STREET_OFFICE
        posts: dict[tuple[int, int | None], list[Membership]] = {}
        for post in session.scalars(select(Membership)):
            posts.setdefault((post.user_id, post.organisation_id), []).append(post)
        rows = session.scalars(select(Referral).order_by(Referral.ticket_id, Referral.id))
        referrals = {ticket_id: list(own) for ticket_id, own in groupby(rows, lambda row: row.ticket_id)}
        return cls(engaged, set(session.scalars(select(Organisation.id).where(kind))), posts, referrals)

    def in_charge(self, ticket: Ticket, event: TicketEvent) -> bool:
        """Whether the holder after `event` managed the community at some time that day, or is an office while nobody
        did: where an engagement begins or ends on it, whoever was in charge the day before counts too; and where one
        ends, an office may have been until the next was entered.
        """
        on, engaged = clock.local_date(event.at), self.engaged.get(ticket.community_id, [])
        changed = any(on in {engagement.starts_on, engagement.ends_on} for engagement in engaged)
        days = (on, on - timedelta(days=1)) if changed else (on,)
        managers = [{one.organisation_id for one in engaged if one.in_force(day)} for day in days]
        gap = self.offices if any(on == engagement.ends_on for engagement in engaged) else set[int]()
        return event.organisation_id in gap.union(*(found or self.offices for found in managers))

    def works_there(self, event: TicketEvent, roles: frozenset[Role] | None = None) -> bool:
        """Whether the person sent held a post, of `roles` if any are named, in the holder after `event` that day."""
        posts = self.posts.get((event.assignee_id or 0, event.organisation_id), [])
        on = clock.local_date(event.at)
        there = (post for post in posts if post.in_force(on) or post.ends_on == on)
        return any(roles is None or post.role in roles for post in there)


def one_eligible_holder(session: Session, stories: Sequence[Story]) -> Finding:
    """I10: a ticket has one holder, the one its last event names; each was in charge when somebody was sent, and the
    person sent worked there that day; no two engagements of a community overlap; the referrals of a ticket are those
    of its moves, and who accepted one worked for whom it was referred to.

    Days begin at 00:00, and are changed at noon: on the day on which hands change, or a person leaves, whoever was
    there until then may have sent or gone before it was entered.
    """
    rights = _Rights.read(session)
    broken = list(overlapping_engagements(session))
    for ticket, events in stories:
        broken += [f"ticket {ticket.id}{fault}" for fault in _holder_faults(ticket, events, rights)]
        if _referred(events) != [_span(row) for row in rights.referrals.get(ticket.id, [])]:
            broken.append(f"ticket {ticket.id}: its referrals are not those of its moves")
    return Finding("I10", len(stories), tuple(broken))


def _holder_faults(ticket: Ticket, events: Sequence[TicketEvent], rights: _Rights) -> Iterator[str]:
    if events and (events[-1].organisation_id, events[-1].assignee_id) != (ticket.organisation_id, ticket.assignee_id):
        yield " is not held by whom its last event names"
    placed = {event.organisation_id for event in events if event.action is Action.UPHOLD_OBJECTION}
    if ticket.placed_with_id is not None and ticket.placed_with_id not in placed:
        yield " is placed with one whom no decision names"
    for event, referred, _after in referral_by_event(events):
        if event.action is Action.ACCEPT and not (
            event.organisation_id == referred and rights.works_there(event, REFERRED_TO)
        ):
            yield f": event {event.id} was accepted by one whom it was not referred to"
        if event.action not in {Action.ASSIGN, Action.REASSIGN} or event.assignee_id is None:
            continue
        if event.organisation_id not in placed and not rights.in_charge(ticket, event):
            yield f": event {event.id} was sent by one not in charge"
        if not rights.works_there(event):
            yield f": event {event.id} sent a person who did not work there"


_Span = tuple[int, datetime, datetime | None]


def _referred(events: Sequence[TicketEvent]) -> list[_Span]:
    """To whom the moves of a ticket referred it, from when to when."""
    spans: list[_Span] = []
    for event, before, after in referral_by_event(events):
        if after is not None and before is None:
            spans.append((after, event.at, None))
        elif before is not None and after is None:
            spans[-1] = (before, spans[-1][1], event.at)
    return spans


def _span(row: Referral) -> _Span:
    return row.organisation_id, row.sent_at, row.ended_at


def time_never_goes_back(stories: Sequence[Story]) -> Finding:
    """I12: no event lies before the previous event of its ticket."""
    broken = [
        f"ticket {ticket.id}: event {after.id} lies before event {before.id}"
        for ticket, events in stories
        for before, after in pairwise(events)
        if after.at < before.at
    ]
    return Finding("I12", sum(len(events) for _, events in stories), tuple(broken))
