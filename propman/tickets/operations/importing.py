"""Taking over what another system holds: tickets with one event, without clocks, notices, verdicts or call-backs.

docs/decisions/taken-over.md says why. What is claimed was checked before, by `backlog`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import Category
from propman.catalogue.queries import category
from propman.communities.models import Place
from propman.communities.queries import responsible_on
from propman.personal import PersonalText, TextKind, clean
from propman.tickets import urgency
from propman.tickets.models import Channel, ImportedTicket, Ticket, TicketEvent
from propman.tickets.operations.finding import keep_findable
from propman.tickets.tracking import draw_number
from propman.tickets.workflow import Action, Party, State

NO_KEY = ""
"""The key of what no resident holds a link or a PIN of: no installation has one of this name."""


@dataclass(frozen=True)
class Claim:
    """What the other system says of one of its reports. `state` is submitted, or confirmed where it is closed."""

    source: str
    source_id: str
    state: State
    opened_at: datetime
    closed_at: datetime | None
    status: str  # in its own words
    channel: str
    category: str
    community: Place
    place: Place  # the community, or something inside it
    words: str
    spot: str
    result: str  # what it says of how it stands or ended


def take_over(session: Session, *, claims: Sequence[Claim], now: datetime) -> Sequence[Ticket]:
    """Make one ticket of each of `claims`, in one go: held by whoever is in charge today, told to nobody. Flushes.

    Its times are those that the other system claims; its one event, `imported`, happens `now`. Raises LookupError for a
    category that is not in force, and IntegrityError where a rival took one of them over, or drew its number.
    """
    today = clock.local_date(now)
    kinds = {code: _kind(session, code, now) for code in {claim.category for claim in claims}}
    holders = {place.id: responsible_on(session, place.id, today).id for place in {claim.community for claim in claims}}
    numbers = _numbers(session, len(claims), now)
    tickets = [
        _ticket(claim, kinds[claim.category], holders[claim.community.id], next(numbers), now) for claim in claims
    ]
    for column, kind, bodies in (
        ("description_id", TextKind.DESCRIPTION, [claim.words for claim in claims]),
        ("spot_id", TextKind.SPOT, [claim.spot for claim in claims]),
    ):
        for ticket, text_id in zip(tickets, _written(session, kind, bodies, now), strict=True):
            setattr(ticket, column, text_id)
    session.add_all(tickets)
    session.flush()
    notes = _written(session, TextKind.NOTE, [claim.result for claim in claims], now)
    for ticket, claim, note_id in zip(tickets, claims, notes, strict=True):
        session.add(_event(ticket, note_id, now))
        session.add(_row(ticket, claim))
    keep_findable(session, ticket_ids=[ticket.id for ticket in tickets])
    return tickets


def _kind(session: Session, code: str, now: datetime) -> Category:
    kind = category(session, code, clock.local_date(now))
    if kind is None:
        raise LookupError(f"no category {code}")
    return kind


def _numbers(session: Session, count: int, now: datetime) -> Iterator[str]:
    """As many numbers that nobody has."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {draw_number(clock.local_date(now)) for _ in range(count - len(free))} - free
        free |= drawn - set(session.scalars(select(Ticket.number).where(Ticket.number.in_(drawn))))
    return iter(free)


def _ticket(claim: Claim, kind: Category, holder_id: int, number: str, now: datetime) -> Ticket:
    rank, queue_at = urgency.of(state=claim.state, priority=kind.priority, due_at=None, submitted_at=claim.opened_at,
                                moved_at=claim.closed_at or now)  # fmt: skip
    return Ticket(
        number=number, tracking_key_id=NO_KEY, community_id=claim.community.id, place_id=claim.place.id,
        category=kind.code, priority=kind.priority, private=kind.private, channel=Channel.IMPORTED, state=claim.state,
        version=1, organisation_id=holder_id, urgency=rank, queue_at=queue_at, submitted_at=claim.opened_at,
        confirmed_at=claim.closed_at if claim.state is State.CONFIRMED else None,
    )  # fmt: skip


def _event(ticket: Ticket, note_id: int | None, now: datetime) -> TicketEvent:
    return TicketEvent(
        ticket_id=ticket.id, version=1, action=Action.IMPORTED, to_state=ticket.state, at=now, party=Party.SYSTEM,
        organisation_id=ticket.organisation_id, community_id=ticket.community_id, category=ticket.category, month=None,
        note_id=note_id, notices=0,
    )  # fmt: skip


def _row(ticket: Ticket, claim: Claim) -> ImportedTicket:
    return ImportedTicket(
        source=claim.source, source_id=claim.source_id, ticket_id=ticket.id, opened_at=claim.opened_at,
        closed_at=claim.closed_at, status=claim.status, channel=claim.channel,
        month=f"{clock.local(claim.opened_at):%Y-%m}",
    )  # fmt: skip


def _written(session: Session, kind: TextKind, bodies: Sequence[str], now: datetime) -> list[int | None]:
    """The ids of the personal texts that hold `bodies`, None for an empty one."""
    cleaned = [clean(body) for body in bodies]
    rows = [PersonalText(kind=kind, body=body, written_at=now) if body else None for body in cleaned]
    session.add_all(row for row in rows if row is not None)
    session.flush()
    return [row.id if row else None for row in rows]
