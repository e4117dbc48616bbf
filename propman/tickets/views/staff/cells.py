"""The cells of the queue as HTML: fifty lines are most of its page, so they are put together from ready parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from propman import clock
from propman.accounts.labels import person_word
from propman.catalogue.queries import category_names
from propman.db import db
from propman.tickets.labels import PRIORITIES, STATES, WARRANTY
from propman.tickets.models.ticket import nobody_confirmed
from propman.tickets.queries import Shown
from propman.tickets.views.recourse_words import Badge, warranty_badge
from propman.tickets.views.referral_words import open_referral_badge
from propman.tickets.views.staff.pressing import Pressing, pressing
from propman.tickets.views.urge_words import objected_badge, urged_badge
from propman.tickets.workflow import State
from propman.web.filters import MINUTE, day, language, left_in_words, span_in_words
from propman.web.signs import CLOCK_SIGNS, CLOCK_TONES
from propman.web.written import escaped

SIGNS = {
    State.SUBMITTED: "inbox", State.ASSIGNED: "person", State.UNDERWAY: "tool", State.ON_HOLD: "pause",
    State.COMPLETED: "check", State.CONFIRMED: "done", State.DECLINED: "cross", State.CANCELLED: "cross",
    State.MERGED: "merge",
}  # fmt: skip
TONES = {State.ON_HOLD: "soon", State.COMPLETED: "ok", State.CONFIRMED: "ok"}
"""As the macro `state` of _macros/ticket.html has them."""

URGENT = {"P0": ("over", "warn"), "P1": ("soon", None)}
"""Tone and sign of a priority, as its macro has them; of every other it is quiet."""

NUMBER = "0000-0000000"  # stands for a number in what is made once for all lines


class Cells(NamedTuple):
    """One line, cell by cell, as HTML: the template writes it as it is, so each part was escaped here or drawn by
    `web.signs`. `state` is its code, `referred` whether somebody else is asked to come.
    """

    number: str
    version: int
    state: str
    referred: bool
    choose: str
    priority: str
    url: str
    what: str
    where: str
    clock: str
    held: str
    badges: str
    age: str


def cells(rows: Iterable[Shown], now: datetime, *, shows_holder: bool, sees_flags: bool) -> list[Cells]:
    """The tickets of these `rows` as the table shows them, in their order.

    `shows_holder`: with the organisation that has each; `sees_flags`: with what was paid although under warranty.
    """
    drawing = _Drawing(now, shows_holder=shows_holder, sees_flags=sees_flags)
    return [drawing.cells(row) for row in rows]


@lru_cache(maxsize=20_000)  # the same lines are looked at again and again, and when they were reported stays
def _stamps(at: datetime, precision: str) -> tuple[str, str]:
    """A moment as machines read it, and as people do."""
    return at.isoformat(timespec=precision), clock.to_the_minute(at)


class _Parts:
    """What is the same on every page in one language: signs, badges, and words around what differs."""

    def __init__(self) -> None:
        badge, sign = _drawer("badge"), _drawer("icon")
        self.states = {str(each): badge(str(STATES[each]), TONES.get(each, "idle"), SIGNS[each]) for each in State}
        self.verdicts = {str(each): badge(*_as_drawn(warranty_badge(each))) for each in WARRANTY}
        self.priorities = {each: badge(each, *URGENT.get(each, ("idle", None))) for each in PRIORITIES}
        self.closed_by_system = badge(_("Closed by the system"), "idle", "clock")
        self.recheck = badge(_("Needs a re-check"), "soon", "search")
        self.flagged = badge(_("Paid although under warranty"), "over", "warn")
        self.nobody = badge(_("nobody yet"), "soon", "person")
        self.clocks = {
            standing: f'<span class="badge clock {tone}">{sign(CLOCK_SIGNS.get(standing, "clock"))}<span>'
            for standing, tone in CLOCK_TONES.items()
        }
        self.no_limit = escaped(_("no time limit"))
        self.reported = escaped(_("Reported %(at)s", at=NUMBER)).split(NUMBER)
        self.choose = escaped(_("Choose %(number)s", number=NUMBER)).split(NUMBER)
        self.page = escaped(url_for("tickets.ticket", number=NUMBER)).split(NUMBER)


@cache
def _parts(_language: str, _root: str) -> _Parts:
    return _Parts()


def _drawer(what: str) -> Callable[..., str]:
    """Draws a "badge" or an "icon" as plain text: what is put together here is not escaped once more."""
    draw: Any = current_app.jinja_env.globals[what]
    return lambda *said: str(draw(*said))


def _as_drawn(one: Badge) -> tuple[str, str, str | None]:
    return one.label, one.tone, one.sign


class _Drawing:
    """Draws the lines of one page."""

    def __init__(self, now: datetime, *, shows_holder: bool, sees_flags: bool) -> None:
        self.now, self.shows_holder, self.sees_flags = now, shows_holder, sees_flags
        self.language = language()
        self.parts = _parts(self.language, request.root_path)
        self.badge = _drawer("badge")
        names = category_names(db.session(), clock.local_date(now), self.language)
        self.what = {code: escaped(name) for code, name in names.items()}

    def cells(self, row: Shown) -> Cells:
        parts, number = self.parts, row.number
        due = pressing(row, self.now, self.language)
        return Cells(
            number=number,
            version=row.version,
            state=row.state,
            referred=row.referral_id is not None,
            choose=number.join(parts.choose),
            priority=parts.priorities[row.priority],
            url=number.join(parts.page),
            what=self.what.get(row.category) or escaped(row.category),
            where=self.where(row),
            clock=self.clock(due) if due else "",
            held=self.held(row),
            badges=self.badges(row),
            age=self.age(row.submitted_at),
        )

    def where(self, row: Shown) -> str:
        where, number = escaped(row.where), row.households
        if number == 1:
            return where
        return f"{where} {self.badge(ngettext('%(num)d household', '%(num)d households', number), 'soon', 'home')}"

    def clock(self, due: Pressing) -> str:
        label, words = escaped(due.label), self.parts.no_limit
        room = "" if not label or label.endswith("：") else " "  # a full-width colon brings its own
        if due.words:
            words = escaped(due.words)
        elif due.due_at:
            words = self.time(due.due_at)
        return f"{self.parts.clocks[due.standing]}{label}{room}{words}</span></span>"

    def time(self, due_at: datetime) -> str:
        ahead = due_at >= self.now
        minutes = (due_at - self.now if ahead else self.now - due_at) // MINUTE
        words = escaped(left_in_words(minutes, ahead, self.language))
        stamp, title = _stamps(due_at, "auto")
        return f'<time datetime="{stamp}" title="{title}" data-due>{words}</time>'

    def held(self, row: Shown) -> str:
        """Who has it: a person, an organisation that it is referred to, or nobody yet."""
        who = ""
        if row.assignee_id is not None:
            who = escaped(row.assignee or person_word(None))
        elif row.answer_due_at is not None:  # as every open referral has it
            who = self.drawn(open_referral_badge(row.accepted_at, row.answer_due_at, self.now))
        elif row.state == State.SUBMITTED:
            who = self.parts.nobody
        if self.shows_holder or row.referral_id is not None:
            who += f'<span class="note holder">{escaped(row.organisation)}</span>'
        return f"<span>{who}</span>" if who else ""

    def badges(self, row: Shown) -> str:
        """The state, then all else that is open beside it."""
        parts = self.parts
        unconfirmed = nobody_confirmed(row.state, row.stars, row.completed_at, recheck=row.recheck)
        found = [parts.closed_by_system if unconfirmed else parts.states[row.state]]
        if row.recheck and row.state != State.CONFIRMED:
            found.append(parts.recheck)
        if row.asked_at is not None:
            words = _("waits for the reporter since %(day)s", day=day(row.asked_at))
            found.append(self.badge(words, "soon", "info"))
        if row.objected_at is not None:
            found.append(self.drawn(objected_badge(row.objected_at, row.concerns)))
        if row.answer_by_on is not None:
            found.append(self.drawn(urged_badge(row.answer_by_on, self.now)))
        if row.verdict is not None:
            found.append(parts.verdicts[row.verdict])
        if self.sees_flags and row.flagged:
            found.append(parts.flagged)
        if row.reopened:
            words = ngettext("reopened once", "reopened %(num)d times", row.reopened)
            found.append(self.badge(words, "soon", "reopen"))
        return " ".join(found)

    def age(self, at: datetime) -> str:
        stamp, title = _stamps(at, "seconds")
        since = escaped(span_in_words(max((self.now - at) // MINUTE, 0), self.language))
        return f'<time class="nowrap" datetime="{stamp}" title="{title.join(self.parts.reported)}">{since}</time>'

    def drawn(self, one: Badge) -> str:
        return self.badge(*_as_drawn(one))
