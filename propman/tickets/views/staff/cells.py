"""The cells of the queue as HTML: fifty lines are most of its page, so they are put together from ready parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape

from propman.tickets.queries import Shown
from propman.tickets.views.recourse_words import Badge
from propman.tickets.views.staff.lines import Line
from propman.tickets.views.staff.pressing import Pressing
from propman.web.filters import left, moment, span

CLOCK_TONES = {"running": "idle", "soon": "soon", "over": "over", "paused": "idle", "none": "idle"}
CLOCK_SIGNS = {"paused": "pause", "over": "warn"}
"""As the macro `clock` of _macros/ticket.html has them, for what presses."""

URGENT = {"P0": ("over", "warn"), "P1": ("soon", None)}
"""Tone and sign of a priority, as its macro has them; of every other it is quiet."""


class Cells(NamedTuple):
    """One line, cell by cell, as HTML: the template writes it as it is, so each part was escaped here or drawn by
    `web.signs`. `ticket` is for whoever lays something beside it.
    """

    ticket: Shown
    number: str
    choose: str
    priority: str
    url: str
    what: str
    where: str
    clock: str
    held: str
    badges: str
    age: str


def cells(lines: Iterable[Line], now: datetime, *, shows_holder: bool) -> list[Cells]:
    """`lines` as the table shows them; `shows_holder`: with the organisation that has each."""
    drawing = _Drawing(now, shows_holder=shows_holder)
    return [drawing.cells(line) for line in lines]


class _Drawing:
    """What is found once for all lines of a page: signs, badges, and words with a place for what differs."""

    def __init__(self, now: datetime, *, shows_holder: bool) -> None:
        ready: dict[str, Any] = current_app.jinja_env.globals
        self.badge, self.sign, self.now, self.shows_holder = ready["badge"], ready["icon"], now, shows_holder
        self.reported, self.none = str(escape(_("Reported %(at)s", at="{}"))), escape(_("no time limit"))
        self.choose = str(escape(_("Choose %(number)s", number="{}")))

    def cells(self, line: Line) -> Cells:
        ticket, several = line.ticket, line.households
        badges = (self.badge(one.label, one.tone, one.sign) for one in line.badges)
        return Cells(
            ticket=ticket,
            number=ticket.number,
            choose=self.choose.replace("{}", ticket.number),
            priority=self.badge(ticket.priority, *URGENT.get(ticket.priority, ("idle", None))),
            url=line.url,
            what=escape(line.what),
            where=f"{escape(line.where)} {self.badge(several, 'soon', 'home') if several else ''}",
            clock=self.clock(line.clock) if line.clock else "",
            held=self.held(line),
            badges=" ".join(badges),
            age=self.age(ticket.submitted_at),
        )

    def clock(self, due: Pressing) -> str:
        room = "" if not due.label or due.label.endswith("：") else " "  # a full-width colon brings its own
        words = escape(due.words) if due.words else _time(due.due_at) if due.due_at else self.none
        tone, sign = CLOCK_TONES[due.standing], self.sign(CLOCK_SIGNS.get(due.standing, "clock"))
        return f'<span class="badge clock {tone}">{sign}<span>{escape(due.label)}{room}{words}</span></span>'

    def held(self, line: Line) -> str:
        one, ticket = line.held, line.ticket
        who = self.badge(one.label, one.tone, one.sign) if isinstance(one, Badge) else escape(one or "")
        if self.shows_holder or ticket.referral_id is not None:
            who += Markup('<span class="note holder">{}</span>').format(ticket.organisation)
        return f"<span>{who}</span>" if who else ""

    def age(self, at: datetime) -> str:
        title = self.reported.replace("{}", moment(at))
        since = escape(span(self.now - at))
        return f'<time class="nowrap" datetime="{at.isoformat(timespec="seconds")}" title="{title}">{since}</time>'


def _time(due_at: datetime) -> str:
    at, words = moment(due_at), escape(left(due_at))
    return f'<time datetime="{due_at.isoformat()}" title="{at}" data-due>{words}</time>'
