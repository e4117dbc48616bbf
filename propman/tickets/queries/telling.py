"""The story of one ticket: its events, clocks, photographs and voice notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from propman import clock
from propman.accounts.models import User
from propman.errors import NotFound
from propman.files.models import Photo
from propman.personal import PersonalText
from propman.tickets.models import TWO_CLOCKS, Attachment, ClockKind, ImportedTicket, Ticket, TicketClock, TicketEvent
from propman.tickets.workflow import Action
from propman.voice.models import VoiceNote

_TIMELINE = (
    select(TicketEvent)
    .where(TicketEvent.ticket_id == bindparam("ticket_id"))
    .options(
        joinedload(TicketEvent.note).load_only(PersonalText.body, PersonalText.erased_at),
        *(joinedload(who).load_only(User.name) for who in (TicketEvent.actor, TicketEvent.assignee)),
    )
    .order_by(TicketEvent.version)
)
_CLOCKS = (
    select(TicketClock)
    .where(TicketClock.ticket_id == bindparam("ticket_id"))
    .order_by(TicketClock.kind, TicketClock.run)
)


def timeline(session: Session, ticket: Ticket) -> Sequence[TicketEvent]:
    """The events of `ticket` in order, with notes and people; one statement.

    Their organisation is mostly that of the ticket, and voice notes and leads are rare: these come when asked for.
    """
    return session.scalars(_TIMELINE, {"ticket_id": ticket.id}).all()


def claim_of(session: Session, ticket: Ticket) -> ImportedTicket | None:
    """What another system says of `ticket`, where it was taken over from one."""
    return session.scalars(select(ImportedTicket).where(ImportedTicket.ticket_id == ticket.id)).one_or_none()


def known_on(session: Session, ticket: Ticket) -> date:
    """The local day on which `ticket` became known here, by whose rules it is named: that of its report; of what was
    taken over that of its first event.
    """
    first = select(TicketEvent.at).where(TicketEvent.ticket_id == ticket.id, TicketEvent.version == 1)
    return clock.local_date(ticket.submitted_at if ticket.timed else session.scalars(first).one())


def last_completion_id(session: Session, ticket: Ticket) -> int | None:
    """The move by which `ticket` was last completed: what its reporter, the system or a caller now judges."""
    query = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.COMPLETE)
    return session.scalar(query.order_by(TicketEvent.version.desc()).limit(1))


def clocks_of(session: Session, ticket: Ticket) -> Sequence[TicketClock]:
    """All runs of the clocks of `ticket`, in order."""
    return session.scalars(_CLOCKS, {"ticket_id": ticket.id}).all()


def milestones_of(session: Session, tickets: Iterable[Ticket]) -> dict[int, list[TicketClock]]:
    """The latest run of each milestone of `tickets`, by ticket; one statement."""
    found: dict[int, dict[ClockKind, TicketClock]] = {ticket.id: {} for ticket in tickets}
    query = select(TicketClock).where(TicketClock.ticket_id.in_(found), TicketClock.kind.not_in(TWO_CLOCKS))
    for run in session.scalars(query.order_by(TicketClock.id)):
        found[run.ticket_id][run.kind] = run
    return {ticket_id: list(runs.values()) for ticket_id, runs in found.items()}


def attachments_of(session: Session, ticket: Ticket, *, with_erased: bool = False) -> Sequence[Attachment]:
    """The photographs of `ticket`, in order, with their files' rows; erased ones only if asked for."""
    query = (
        select(Attachment)
        .join(Attachment.photo)
        .where(Attachment.ticket_id == ticket.id)
        .options(joinedload(Attachment.photo), joinedload(Attachment.file_name))
        .order_by(Attachment.id)
    )
    return session.scalars(query if with_erased else query.where(Photo.erased_at.is_(None))).all()


def photo_on(session: Session, ticket: Ticket, key: str) -> Photo:
    """The photograph with `key` if it hangs on `ticket` and is not erased. Raises `NotFound`."""
    query = (
        select(Photo)
        .join(Attachment, Attachment.photo_id == Photo.id)
        .where(Attachment.ticket_id == ticket.id, Photo.key == key, Photo.erased_at.is_(None))
    )
    photo = session.scalars(query).one_or_none()
    if photo is None:
        raise NotFound()
    return photo


def voice_on(session: Session, ticket: Ticket, key: str) -> VoiceNote:
    """The voice note with `key` if it came with a move of `ticket` and is not erased. Raises `NotFound`."""
    query = select(VoiceNote).join(TicketEvent, TicketEvent.voice_id == VoiceNote.id)
    query = query.where(TicketEvent.ticket_id == ticket.id, VoiceNote.key == key, VoiceNote.erased_at.is_(None))
    note = session.scalars(query).one_or_none()
    if note is None:
        raise NotFound()
    return note


def first_voices(session: Session, tickets: Iterable[Ticket]) -> dict[int, TicketEvent]:
    """The first event of each of `tickets` that came with a voice note, which is loaded, by ticket; one statement."""
    query = select(TicketEvent).join(TicketEvent.voice).options(contains_eager(TicketEvent.voice))
    of_these = TicketEvent.ticket_id.in_([ticket.id for ticket in tickets])
    return {event.ticket_id: event for event in session.scalars(query.where(of_these, TicketEvent.version == 1))}


SAID_SINCE = frozenset({Action.ANSWER, Action.ADD})
"""What a reporter says of a report after it was sent."""


def said_since(session: Session, tickets: Iterable[Ticket]) -> dict[int, list[TicketEvent]]:
    """What the reporters of `tickets` have said in words since, oldest first, by ticket; one statement."""
    found: dict[int, list[TicketEvent]] = {ticket.id: [] for ticket in tickets}
    query = select(TicketEvent).join(TicketEvent.note).options(contains_eager(TicketEvent.note))
    query = query.where(TicketEvent.ticket_id.in_(found), TicketEvent.action.in_(SAID_SINCE))
    for event in session.scalars(query.order_by(TicketEvent.id)):
        found[event.ticket_id].append(event)
    return found
