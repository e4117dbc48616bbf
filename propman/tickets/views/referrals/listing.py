"""What is referred to the viewer's organisation: what is to be answered first, then what is to be repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.db import db
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.models import Referral, Ticket
from propman.tickets.views import blueprint
from propman.tickets.views.recourse_words import Badge, warranty_badge
from propman.tickets.views.referral_words import ReferralLine, referral_line
from propman.tickets.workflow import State
from propman.web import current_viewer, requires
from propman.web.filters import name_of


@dataclass(frozen=True)
class Line:
    """One referral in words. What became of its ticket is told while it is open alone."""

    ticket: Ticket
    told: ReferralLine
    what: str
    where: str
    warranty: Badge | None

    @property
    def group(self) -> str:
        """Under which heading of the page it stands."""
        row = self.told.row
        if row.ended_at is not None:
            return "ended"
        if self.ticket.state is State.COMPLETED:
            return "done"
        return "to_do" if row.accepted_at is not None else "waiting"


@blueprint.get("/referrals")
@requires(Permission.SEE_REFERRALS)
def referrals() -> str:
    """Every referral that the viewer has access to: the open ones by deadline, then those that have ended."""
    now = clock.now()
    open_ones, ended = queries.referrals_to(db.session(), current_viewer(), now)
    shown = _lines([*open_ones, *ended], now)
    groups = {name: [line for line in shown if line.group == name] for name in ("waiting", "to_do", "done", "ended")}
    return render_template("tickets/referrals.html", groups=groups, lines=shown)


def _lines(rows: Sequence[Referral], now: datetime) -> list[Line]:
    session = db.session()
    places = lines(session, [row.ticket.place for row in rows])
    what = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(now))}
    verdicts = queries.verdicts_at_sending(session, rows)
    return [
        Line(
            ticket=row.ticket,
            told=referral_line(row, now),
            what=what.get(row.ticket.category, row.ticket.category),
            where=address(places[row.ticket.place_id]),
            warranty=warranty_badge(verdicts[row.id]) if row.id in verdicts else None,
        )
        for row in rows
    ]
