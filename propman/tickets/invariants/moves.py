"""Promises about the history of a ticket: legal, with one holder at a time, never back in time (I08, I10, I12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from propman.tickets.models import Referral, Ticket, TicketEvent
from propman.tickets.queries import REFERRED_TO, referral_by_event
from propman.tickets.workflow import Action, State, legal


def legal_histories(stories: Sequence[Story]) -> Finding:
    """I08: every history is a path of the table of moves, and ends where the ticket stands."""
    broken = []
    for ticket, events in stories:
        state: State | None = None
        for version, (event, referred, _after) in enumerate(referral_by_event(events), start=1):
            row = legal(event.action, state, referred=referred is not None) if state is not None else None
            first = event.action is Action.SUBMIT and state is None and event.to_state is State.SUBMITTED
            lawful = first or (row is not None and event.to_state in row.to and event.party in row.parties)
            if not lawful or event.from_state is not state or event.version != version:
                broken.append(f"ticket {ticket.id}: event {event.id} {event.action} from {state} is not legal")
            state = event.to_state
        if state is not ticket.state or ticket.version != len(events):
            broken.append(f"ticket {ticket.id} stands at {ticket.state}, its events at {state}")
    return Finding("I08", len(stories), tuple(broken))


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
        did: where an engagement begins or ends on it, whoever was in charge the day before counts too.
        """
        on, engaged = clock.local_date(event.at), self.engaged.get(ticket.community_id, [])
        changed = any(on in {engagement.starts_on, engagement.ends_on} for engagement in engaged)
        days = (on, on - timedelta(days=1)) if changed else (on,)
        managers = [{one.organisation_id for one in engaged if one.in_force(day)} for day in days]
        return event.organisation_id in set().union(*(found or self.offices for found in managers))

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
    for event, referred, _after in referral_by_event(events):
        if event.action is Action.ACCEPT and not (
            event.organisation_id == referred and rights.works_there(event, REFERRED_TO)
        ):
            yield f": event {event.id} was accepted by one whom it was not referred to"
        if event.action not in {Action.ASSIGN, Action.REASSIGN} or event.assignee_id is None:
            continue
        if not rights.in_charge(ticket, event):
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
