"""What a hold waits for, in words: for lists, timelines and the page of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from propman import clock
from propman.tickets.labels import HOLD_REASONS
from propman.tickets.queries.rows import AnyEvent, AnyTicket
from propman.tickets.workflow import Action, HoldReason
from propman.web.filters import day


def waits(until_on: date | None, reason: HoldReason | str | None) -> str:
    """What a hold waits for, and until when."""
    why = HOLD_REASONS[HoldReason(reason or HoldReason.OTHER)]
    return str(_("waits %(reason)s until %(day)s", reason=why, day=day(until_on)))


def hold_told(ticket: AnyTicket, events: Sequence[AnyEvent], now: datetime) -> str | None:
    """Of a `ticket` on hold: for what, until when and how long yet, since when, and the how manieth hold it is; None
    for another. `events` is its timeline.
    """
    if ticket.hold_until_on is None:
        return None
    begun = [event for event in events if event.action is Action.HOLD]
    left = (ticket.hold_until_on - clock.local_date(now)).days
    parts = [
        waits(ticket.hold_until_on, ticket.hold_reason),
        ngettext("%(num)d day left", "%(num)d days left", left) if left > 0 else _("the day has come"),
        _("since %(day)s", day=day(begun[-1].at)) if begun else "",
        _("hold number %(number)s", number=len(begun)) if len(begun) > 1 else "",
    ]
    return str(_("; ")).join(str(part) for part in parts if part)
