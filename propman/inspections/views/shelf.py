"""What pages of other rooms show of plans: by which ones a part is inspected, and what moves with its papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from propman import clock
from propman.assets.models import Asset
from propman.db import db
from propman.inspections.labels import COUNTS_FROM
from propman.inspections.models import Counts
from propman.inspections.queries.part_plans import InPlan, plans_of
from propman.inspections.views.told import named
from propman.web import current_viewer
from propman.web.filters import day


class Line(NamedTuple):
    """A plan that inspects a part; `moves` says what becomes of it, where the register names another day by now."""

    name: str
    url: str
    said: str
    moves: str | None
    from_first_use: bool


class Shelf:
    """For one page; the names are those that templates use."""

    def plans_of(self, part: Asset) -> Sequence[Line]:
        """The plans that inspect a part, as far as whoever is looking sees them."""
        found = plans_of(db.session(), current_viewer(), part, clock.local_date(clock.now()))
        names = named(one.plan for one in found) if found else {}
        return [
            Line(names[one.plan.id], url_for("inspections.plan", plan_id=one.plan.id), _said(one), _moves(one),
                 one.counts is Counts.FIRST_USE)
            for one in found
        ]  # fmt: skip


def _said(one: InPlan) -> str:
    what = COUNTS_FROM[one.counts]
    if one.counts is Counts.COMPLETION:  # the day on which it joined says nothing once it was inspected
        said = [_("counted from %(what)s", what=what)]
    else:
        said = [_("counted from %(day)s (%(what)s)", day=day(one.target.anchor_on), what=what)]
    if one.before is not None:
        said.append(_("up to %(day)s still from %(before)s", day=day(one.target.starts_on),
                      before=day(one.before.anchor_on)))  # fmt: skip
    if one.on is not None:
        said.append(_("next due day %(day)s", day=day(one.on)))
    return " · ".join(map(str, said))


def _moves(one: InPlan) -> str | None:
    if one.anew is None:
        return None
    return str(_(
        "Its inspections were counted from %(before)s; by the register they count from %(anew)s now. What is due from "
        "tomorrow on moves within ten minutes; what is due by today stays due.",
        before=day(one.target.anchor_on), anew=day(one.anew),
    ))  # fmt: skip
