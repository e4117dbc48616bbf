"""Lines of the queue in words, also where the desk shows some of them: each word is found once, no query is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from propman import clock
from propman.accounts.labels import person_word
from propman.assets.warranty import Verdict
from propman.catalogue.queries import categories
from propman.db import db
from propman.tickets.labels import STATES, WARRANTY
from propman.tickets.queries import Shown
from propman.tickets.views.recourse_words import Badge, warranty_badge
from propman.tickets.views.referral_words import open_referral_badge
from propman.tickets.views.staff.pressing import Pressing, pressing
from propman.tickets.views.urge_words import objected_badge, urged_badge
from propman.tickets.workflow import State
from propman.web.filters import day, name_of

SIGNS = {
    State.SUBMITTED: "inbox", State.ASSIGNED: "person", State.UNDERWAY: "tool", State.ON_HOLD: "pause",
    State.COMPLETED: "check", State.CONFIRMED: "done", State.DECLINED: "cross", State.CANCELLED: "cross",
    State.MERGED: "merge",
}  # fmt: skip
TONES = {State.ON_HOLD: "soon", State.COMPLETED: "ok", State.CONFIRMED: "ok"}
"""As the macro `state` of _macros/ticket.html has them."""

NUMBER = "0000-0000000"  # stands in an address that is made once for all lines


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of the queue, in words."""

    ticket: Shown
    url: str
    what: str
    where: str
    clock: Pressing | None
    held: Badge | str | None  # a person's name, or why there is none
    badges: list[Badge]  # its state first
    households: str | None  # for how many it stands, where it does for several


def lines_shown(rows: Iterable[Shown], now: datetime, *, sees_flags: bool = False) -> list[Line]:
    """The tickets of these `rows` as lines of a queue, in their order: no statement but for the rules."""
    what = {kind.code: name_of(kind) for kind in categories(db.session(), clock.local_date(now))}
    covers = {verdict: warranty_badge(verdict) for verdict in WARRANTY}
    states = {state: Badge(str(STATES[state]), TONES.get(state, "idle"), SIGNS[state]) for state in State}
    page = url_for("tickets.ticket", number=NUMBER)
    return [
        Line(
            ticket=row,
            url=page.replace(NUMBER, row.number),
            what=what.get(row.category, row.category),
            where=row.where,
            clock=pressing(row, now),
            held=_held(row, now),
            badges=_badges(row, states[row.state], covers, now, sees_flags=sees_flags),
            households=_households(row.households),
        )
        for row in rows
    ]


def _held(row: Shown, now: datetime) -> Badge | str | None:
    if row.assignee_id is not None:
        return person_word(row.assignee)
    if row.referral_id is not None:
        return open_referral_badge(row.accepted_at, row.answer_due_at, now)
    return Badge(_("nobody yet"), "soon", "person") if row.state == State.SUBMITTED else None


def _badges(
    row: Shown, state: Badge, covers: Mapping[Verdict, Badge], now: datetime, *, sees_flags: bool
) -> list[Badge]:
    """The state, then all else that is open beside it."""
    closed_by_system = row.state == State.CONFIRMED and row.stars is None
    found = [Badge(_("Closed by the system"), "idle", "clock") if closed_by_system else state]
    if row.asked_at is not None:
        found.append(Badge(_("waits for the reporter since %(day)s", day=day(row.asked_at)), "soon", "info"))
    if row.objected_at is not None:
        found.append(objected_badge(row.objected_at, row.concerns))
    if row.answer_by_on is not None:
        found.append(urged_badge(row.answer_by_on, now))
    if row.verdict is not None:
        found.append(covers[row.verdict])
    if sees_flags and row.flagged:
        found.append(Badge(_("Paid although under warranty"), "over", "warn"))
    if row.reopened:
        found.append(Badge(ngettext("reopened once", "reopened %(num)d times", row.reopened), "soon", "reopen"))
    return found


def _households(number: int) -> str | None:
    return ngettext("%(num)d household", "%(num)d households", number) if number > 1 else None
