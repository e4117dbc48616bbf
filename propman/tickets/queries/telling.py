"""The story of one ticket: its events, clocks, photographs and voice notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, Table, bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.db import Packing, read
from propman.errors import NotFound
from propman.files.models import Photo
from propman.personal import PersonalText
from propman.tickets.models import TWO_CLOCKS, Attachment, ClockKind, ImportedTicket, Ticket, TicketClock, TicketEvent
from propman.tickets.queries.rows import (
    AnyTicket,
    ClockRow,
    EventRow,
    LeadNumber,
    OrganisationName,
    Person,
    Voice,
    text_of,
)
from propman.tickets.workflow import Action
from propman.voice.models import VoiceNote

_EVENT, _CLOCK = cast(Table, TicketEvent.__table__), cast(Table, TicketClock.__table__)
_NOTE, _VOICE, _BODY = (cast(Table, model.__table__) for model in (PersonalText, VoiceNote, Organisation))
_ACTOR, _SENT, _LEAD = (
    cast(Table, User.__table__).alias(),
    cast(Table, User.__table__).alias(),
    Ticket.__table__.alias(),
)
_OF_AN_EVENT = EventRow._fields[: EventRow._fields.index("organisation")]
_EVENTS = Packing((
    *(_EVENT.c[name] for name in _OF_AN_EVENT), _BODY.c.name, _NOTE.c.body, _NOTE.c.erased_at, _VOICE.c.key,
    _VOICE.c.milliseconds, _VOICE.c.erased_at, _ACTOR.c.name, _SENT.c.name, _LEAD.c.number,
))  # fmt: skip
_WITH_WHAT_THEY_NAME = (
    _EVENT.join(_BODY, _BODY.c.id == _EVENT.c.organisation_id)
    .outerjoin(_NOTE, _NOTE.c.id == _EVENT.c.note_id)
    .outerjoin(_VOICE, _VOICE.c.id == _EVENT.c.voice_id)
    .outerjoin(_ACTOR, _ACTOR.c.id == _EVENT.c.actor_id)
    .outerjoin(_SENT, _SENT.c.id == _EVENT.c.assignee_id)
    .outerjoin(_LEAD, _LEAD.c.id == _EVENT.c.lead_id)
)
_CLOCKS = Packing([_CLOCK.c["time_limit" if name == "limit" else name] for name in ClockRow._fields])


def packed_story(ticket_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """What `story` reads, as one column of a statement about the ticket with that id."""
    return _EVENTS.rows(_WITH_WHAT_THEY_NAME, _EVENT.c.ticket_id == ticket_id)


def packed_runs(ticket_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """What `runs` reads, as one column of a statement about the ticket with that id."""
    return _CLOCKS.rows(_CLOCK, _CLOCK.c.ticket_id == ticket_id)


_STORY = select(packed_story(bindparam("ticket_id", type_=BigInteger)))
_RUNS = select(packed_runs(bindparam("ticket_id", type_=BigInteger)))


def story_of(session: Session, ticket: AnyTicket) -> list[EventRow]:
    """The events of `ticket` in order as pages tell them, with words, voice notes and people; one statement."""
    return story(read(session, _STORY, {"ticket_id": ticket.id}).scalar_one())


def story(packed: list[Any] | None) -> list[EventRow]:
    """The events of `packed_story`, in order."""
    return sorted((_event(*row) for row in _EVENTS.read_all(packed)), key=attrgetter("version"))


def _event(event_id: int, actor_id: int | None, assignee_id: int | None, *row: Any) -> EventRow:
    *own, body, words, erased, key, length, unheard, actor, sent, lead = row
    return EventRow._make((
        event_id, actor_id, assignee_id, *own, OrganisationName(body), text_of(words, erased),
        Voice(key, length, unheard) if key else None, Person(actor) if actor_id else None,
        Person(sent) if assignee_id else None, LeadNumber(lead) if lead else None,
    ))  # fmt: skip


def runs_of(session: Session, ticket: AnyTicket) -> list[ClockRow]:
    """All runs of the clocks of `ticket` as pages tell them."""
    return runs(read(session, _RUNS, {"ticket_id": ticket.id}).scalar_one())


def runs(packed: list[Any] | None) -> list[ClockRow]:
    """The runs of `packed_runs`."""
    return [ClockRow._make(row) for row in _CLOCKS.read_all(packed)]


def timeline(session: Session, ticket: Ticket) -> Sequence[TicketEvent]:
    """The events of `ticket` in order, whole."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.version)
    return session.scalars(query).all()


def claim_of(session: Session, ticket: AnyTicket) -> ImportedTicket | None:
    """What another system says of `ticket`, where it was taken over from one."""
    return session.scalars(select(ImportedTicket).where(ImportedTicket.ticket_id == ticket.id)).one_or_none()


def known_on(session: Session, ticket: AnyTicket) -> date:
    """The local day on which `ticket` became known here, by whose rules it is named: that of its report; of what was
    taken over that of its first event.
    """
    if ticket.timed:
        return clock.local_date(ticket.submitted_at)
    first = select(TicketEvent.at).where(TicketEvent.ticket_id == ticket.id, TicketEvent.version == 1)
    return clock.local_date(session.scalars(first).one())


def last_completion_id(session: Session, ticket: Ticket) -> int | None:
    """The move by which `ticket` was last completed: what its reporter, the system or a caller now judges."""
    query = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.COMPLETE)
    return session.scalar(query.order_by(TicketEvent.version.desc()).limit(1))


def clocks_of(session: Session, ticket: Ticket) -> Sequence[TicketClock]:
    """All runs of the clocks of `ticket`, in order, whole."""
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id)
    return session.scalars(query.order_by(TicketClock.kind, TicketClock.run)).all()


def milestones_of(session: Session, tickets: Iterable[Ticket]) -> dict[int, list[TicketClock]]:
    """The latest run of each milestone of `tickets`, by ticket; one statement."""
    found: dict[int, dict[ClockKind, TicketClock]] = {ticket.id: {} for ticket in tickets}
    query = select(TicketClock).where(TicketClock.ticket_id.in_(found), TicketClock.kind.not_in(TWO_CLOCKS))
    for run in session.scalars(query.order_by(TicketClock.id)):
        found[run.ticket_id][run.kind] = run
    return {ticket_id: list(runs.values()) for ticket_id, runs in found.items()}


def attachments_of(session: Session, ticket: AnyTicket, *, with_erased: bool = False) -> Sequence[Attachment]:
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
