"""How stands what waits for somebody's answer: an urge, an objection to the dispatch. In words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from propman import clock
from propman.tickets.models import Objection, Urge
from propman.tickets.views.recourse_words import Badge
from propman.web.filters import day


def urge_badge(urge: Urge | None, now: datetime) -> Badge | None:
    """By when an urge wants its answer, or since when that is overdue; None where nobody urges."""
    if urge is None:
        return None
    if urge.answer_by_on < clock.local_date(now):
        return Badge(str(_("urged, answer overdue since %(day)s", day=day(urge.answer_by_on))), "over", "warn")
    return Badge(str(_("urged: answer by %(day)s", day=day(urge.answer_by_on))), "soon", "warn")


def objection_badge(objection: Objection | None) -> Badge | None:
    """Since when somebody objects, and whose they say it is; None where nobody does."""
    if objection is None:
        return None
    since = day(objection.objected_at)
    if objection.concerns is None:
        return Badge(str(_("objection since %(day)s", day=since)), "soon", "cross")
    return Badge(
        str(_("objection since %(day)s: said to be for %(organisation)s", day=since,
              organisation=objection.concerns.name)), "soon", "cross",
    )  # fmt: skip


def added_badge() -> Badge:
    """That something was added after closing, and nobody has noted anything since."""
    return Badge(str(_("added after closing: note what is done about it")), "soon", "plus")
