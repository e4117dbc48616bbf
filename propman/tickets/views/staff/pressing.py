"""The one clock that presses on a ticket now, for lists: as the macro `clock` takes it. No query."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman.tickets import sla
from propman.tickets.labels import CLOCKS
from propman.tickets.models import ClockKind, Ticket, TicketClock
from propman.tickets.queries import Shown
from propman.tickets.views.clock_lines import STANDINGS
from propman.tickets.views.holds import waits
from propman.tickets.workflow import FINAL, State

SOON, PASSED = timedelta(hours=4), timedelta()
DONE = FINAL | {State.COMPLETED}
TO_DO = {ClockKind.RESPOND: _l("Send somebody:"), ClockKind.RESOLVE: _l("Repair:")}


class Pressing(NamedTuple):
    """As the macro `clock` of _macros/ticket.html wants it; `words` stand where time would be counted."""

    label: str
    standing: str
    due_at: datetime | None = None
    words: str | None = None


@cache
def _to_do(kind: ClockKind, _language: str) -> str:
    return str(TO_DO[kind])


def milestone(run: TicketClock, now: datetime) -> Pressing:
    """How a milestone stands at `now`."""
    return Pressing(
        str(_("%(what)s:", what=CLOCKS[run.kind])), STANDINGS[sla.verdict(run.due_at, run.stopped_at, now)], run.due_at
    )


def pressing(ticket: Ticket | Shown, now: datetime, language: str) -> Pressing | None:
    """What to say of the deadline of `ticket` in the reader's `language`; None once it is closed, or while only the
    reporter can answer.
    """
    if ticket.state in DONE:
        return None
    if ticket.due_at is not None and ticket.due_kind is not None:
        left = ticket.due_at - now
        standing = "over" if left < PASSED else "soon" if left < SOON else "running"
        return Pressing(_to_do(ticket.due_kind, language), standing, ticket.due_at)
    if ticket.state == State.ON_HOLD:
        return Pressing("", "paused", words=waits(ticket.hold_until_on, ticket.hold_reason))
    return Pressing("", "none")
