"""The form by which somebody is sent, on the page of a report that waits for it. It goes where the page of that step
goes, which also takes a word for who goes, and shows a refused one with what was chosen.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import sendable
from propman.idempotency import new_key
from propman.rota.labels import choices
from propman.rota.queries import duties
from propman.tickets.queries.rows import Holder, TicketRow
from propman.web.speech import speech
from propman.web.written import grouped


class Sending(NamedTuple):
    """Key of the form, version that was seen, and whom one can send, as the options of a list."""

    key: str
    version: int
    people: Markup


def sending_of(session: Session, ticket: TicketRow, holder: Holder, now: datetime) -> Sending:
    """The form for `ticket` in the hands of `holder`. Two statements, which stand ready."""
    people = sendable(session, [holder.id], clock.local_date(now))
    duty = duties(session, [holder.id], now, known=people)[holder.id]
    speak = speech()
    offered = [(str(one.value), str(one.label), one.optgroup) for one in choices(people, duty)]
    return Sending(new_key(now), ticket.version, grouped([("", speak("Choose…"), None), *offered]))
