"""Erasing the personal content of a ticket: rows are emptied, photographs and voice notes deleted after the commit.

Its history stays.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.audit.operations import record
from propman.errors import Refused
from propman.files.operations import erase_photo
from propman.personal import PersonalText, erase
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.models import (
    Attachment,
    Ticket,
    TicketAnswer,
    TicketEvent,
    TicketPayer,
    TicketVerdict,
    WorkPart,
    WorkRecord,
)
from propman.tickets.operations.finding import forget_findable
from propman.tickets.workflow import FINAL, Party
from propman.voice.models import VoiceNote
from propman.voice.operations import erase_voice


def erase_on_request(session: Session, *, ticket: Ticket, viewer: Viewer, now: datetime) -> None:
    """`erase_ticket` for whoever dispatches `ticket`, once it is closed. Raises `Refused` 403 for others, else 422."""
    holder = queries.holder_today(session, ticket, now)
    may_erase(ticket, queries.parties_of(session, ticket, viewer, holder))
    erase_ticket(session, ticket=ticket, actor_id=viewer.user_id, now=now)


def may_erase(ticket: Ticket, parties: Collection[Party]) -> None:
    """Raises `Refused` as `erase_on_request`, for one who is these `parties` to `ticket`."""
    if Party.DISPATCHER not in parties:
        raise Refused(N_("This step is for somebody else to take."), status=403)
    if ticket.state not in FINAL:
        raise Refused(N_("Personal content is erased once the ticket is closed."))


def erase_ticket(session: Session, *, ticket: Ticket, actor_id: int | None, now: datetime) -> None:
    """Empty every personal text of `ticket`, mark its photographs and voice notes erased; events, times, counts stay.

    The caller commits, then calls `delete_erased_files` and `delete_erased_voices`. A second time changes nothing.
    """
    notes = select(TicketEvent.note_id).where(TicketEvent.ticket_id == ticket.id)
    names = select(Attachment.file_name_id).where(Attachment.ticket_id == ticket.id)
    found = select(TicketVerdict.note_id).where(TicketVerdict.ticket_id == ticket.id)
    paid = select(TicketPayer.reason_id).where(TicketPayer.ticket_id == ticket.id)
    answered = select(TicketAnswer.text_id).where(TicketAnswer.ticket_id == ticket.id)
    used = select(WorkPart.what_id).join(WorkRecord, WorkRecord.id == WorkPart.record_id)
    said = (notes, names, found, paid, answered, used.where(WorkRecord.ticket_id == ticket.id))
    own = (ticket.description_id, ticket.spot_id, ticket.caller_name_id, ticket.caller_phone_id)
    ids = {each for query in said for each in session.scalars(query)} | set(own)
    for row in session.scalars(select(PersonalText).where(PersonalText.id.in_(ids - {None}))):
        erase(row, now=now)
    for attachment in session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id)):
        erase_photo(session, photo=attachment.photo, now=now)
    spoken = select(VoiceNote).join(TicketEvent, TicketEvent.voice_id == VoiceNote.id)
    for note in session.scalars(spoken.where(TicketEvent.ticket_id == ticket.id)):
        erase_voice(session, note=note, now=now)
    forget_findable(session, ticket_id=ticket.id)
    record(session, act="erased", subject_kind="ticket", subject_id=ticket.id, actor_id=actor_id, now=now)
    session.flush()
