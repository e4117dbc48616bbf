"""How an urge stands, in words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from propman import clock
from propman.tickets.models import Urge
from propman.tickets.views.recourse_words import Badge
from propman.web.filters import day


def urge_badge(urge: Urge | None, now: datetime) -> Badge | None:
    """By when an urge wants its answer, or since when that is overdue; None where nobody urges."""
    if urge is None:
        return None
    if urge.answer_by_on < clock.local_date(now):
        return Badge(str(_("urged, answer overdue since %(day)s", day=day(urge.answer_by_on))), "over", "warn")
    return Badge(str(_("urged: answer by %(day)s", day=day(urge.answer_by_on))), "soon", "warn")
