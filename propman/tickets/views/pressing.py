"""The one clock that presses on a ticket now, for lists: as the macro `clock` takes it. No query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from propman.tickets.labels import CLOCKS
from propman.tickets.models import Ticket
from propman.tickets.workflow import FINAL, State
from propman.web.filters import day

SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Pressing:
    """As the macro `clock` of _macros/ticket.html wants it; `words` stand where time would be counted."""

    label: str
    standing: str
    due_at: datetime | None = None
    words: str | None = None


def pressing(ticket: Ticket, now: datetime) -> Pressing | None:
    """What to say of the deadline of `ticket`; None once it is closed."""
    if ticket.state in FINAL:
        return None
    if ticket.due_at is not None and ticket.due_kind is not None:
        left = ticket.due_at - now
        standing = "over" if left < timedelta() else "soon" if left < SOON else "running"
        return Pressing(str(CLOCKS[ticket.due_kind]), standing, ticket.due_at)
    if ticket.state is State.ON_HOLD:
        return Pressing("", "paused", words=_("waits until %(day)s", day=day(ticket.hold_until_on)))
    if ticket.state is State.COMPLETED:
        return Pressing("", "none", words=_("waits for the reporter"))
    return Pressing("", "none")
