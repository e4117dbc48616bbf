"""How stands what waits for somebody's answer: an urge, an objection to the dispatch. In words."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _

from propman import clock
from propman.tickets.models import Objection, Urge
from propman.tickets.views.recourse_words import Badge
from propman.web.filters import day


def urge_badge(urge: Urge | None, now: datetime) -> Badge | None:
    """By when an urge wants its answer, or since when that is overdue; None where nobody urges."""
    return None if urge is None else urged_badge(urge.answer_by_on, now)


def urged_badge(answer_by_on: date, now: datetime) -> Badge:
    """The same of an urge that wants its answer by `answer_by_on`."""
    if answer_by_on < clock.local_date(now):
        return Badge(str(_("urged, answer overdue since %(day)s", day=day(answer_by_on))), "over", "warn")
    return Badge(str(_("urged: answer by %(day)s", day=day(answer_by_on))), "soon", "warn")


def objection_badge(objection: Objection | None) -> Badge | None:
    """Since when somebody objects, and whose they say it is; None where nobody does."""
    if objection is None:
        return None
    return objected_badge(objection.objected_at, objection.concerns.name if objection.concerns else None)


def objected_badge(objected_at: datetime, concerns: str | None) -> Badge:
    """The same of an objection made at `objected_at`, which says that it `concerns` the organisation of that name."""
    since = day(objected_at)
    if concerns is None:
        return Badge(str(_("objection since %(day)s", day=since)), "soon", "cross")
    words = _("objection since %(day)s: said to be for %(organisation)s", day=since, organisation=concerns)
    return Badge(str(words), "soon", "cross")


def added_badge() -> Badge:
    """That something was added after closing, and nobody has noted anything since."""
    return Badge(str(_("added after closing: note what is done about it")), "soon", "plus")
