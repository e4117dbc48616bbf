"""Erasing the personal content of a ticket: rows are emptied, photographs deleted after the commit; history stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.audit.operations import record
from propman.files.operations import erase_photo
from propman.personal import PersonalText, erase
from propman.tickets.models import Attachment, Ticket, TicketEvent


def erase_ticket(session: Session, *, ticket: Ticket, actor_id: int | None, now: datetime) -> None:
    """Empty every personal text of `ticket` and mark its photographs erased; events, times and counts stay.

    The caller commits, then calls `files.operations.delete_erased_files`. A second time changes nothing.
    """
    notes = select(TicketEvent.note_id).where(TicketEvent.ticket_id == ticket.id)
    names = select(Attachment.file_name_id).where(Attachment.ticket_id == ticket.id)
    own = (ticket.description_id, ticket.spot_id, ticket.caller_name_id, ticket.caller_phone_id)
    ids = {*session.scalars(notes), *session.scalars(names), *own} - {None}
    for row in session.scalars(select(PersonalText).where(PersonalText.id.in_(ids))):
        erase(row, now=now)
    for attachment in session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id)):
        erase_photo(session, photo=attachment.photo, now=now)
    record(session, act="erased", subject_kind="ticket", subject_id=ticket.id, actor_id=actor_id, now=now)
    session.flush()
