"""What pages of other rooms show: when a place was inspected last, the rounds of a duty, the time axis of a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman import clock
from propman.assets.labels import CONDITIONS
from propman.assets.models import Asset
from propman.catalogue.queries import categories, inspection_templates_ever
from propman.db import db
from propman.inspections.labels import END_SIGNS, END_TONES, ENDS
from propman.inspections.models import Duty
from propman.inspections.views.told import inside
from propman.roles import Permission
from propman.rounds.judging import Result
from propman.rounds.queries import Walked, Work, rounds_of, work_of
from propman.rounds.queries.axis import Happening, Kind, axis
from propman.rounds.queries.lately import Last
from propman.web import current_viewer
from propman.web.filters import day, name_of

SIGNS = {
    Kind.REPORTED: "send", Kind.REPAIRED: "tool", Kind.CONDITION: "star", Kind.ACCEPTED: "done",
    Kind.WARRANTY_END: "clock", Kind.REMOVED: "cross",
}  # fmt: skip


FOUND = {
    Result.PASS: (_l("nothing was found wrong"), "ok"), Result.FAIL: (_l("something was found and reported"), "soon"),
}  # fmt: skip


class Inspected(NamedTuple):
    """What everybody may know of the inspections of one template: its name, when, and badges (word, tone)."""

    name: str
    when: str | None
    badges: Sequence[tuple[str, str]]


class AxisLine(NamedTuple):
    """One line of a time axis."""

    on: date
    title: str
    sign: str
    tone: str
    url: str | None = None


def inspected(lasts: Sequence[Last]) -> list[Inspected]:
    """In words. No names, and nothing of what was found but that it was reported."""
    known = inspection_templates_ever(db.session()) if lasts else {}
    found = []
    for last in lasts:
        name = name_of(known[last.template]) if last.template in known else last.template
        badges = []
        if last.found is not None:
            badges.append(FOUND[last.found])
        if last.missed_on is not None:
            badges.append((_("missed on %(day)s", day=day(last.missed_on)), "over"))
        when = _("last inspected on %(day)s", day=day(last.done_on)) if last.done_on else None
        found.append(Inspected(name, when, badges))
    return found


class Shelf:
    """For one page; the names are those that templates use."""

    def axis(self, part: Asset) -> list[AxisLine]:
        """What happened to a part, the latest day first, as far as whoever is looking sees it."""
        session, now = db.session(), clock.now()
        today = clock.local_date(now)
        kinds = {kind.code: name_of(kind) for kind in categories(session, today)}
        known = inspection_templates_ever(session)
        names = {code: name_of(row) for code, row in known.items()}
        points = axis(session, part, current_viewer(), now)
        return [_line(point, today, kinds, names) for point in points]

    def of(self, duty: Duty) -> Sequence[Walked]:
        """The rounds that were for a duty, which whoever is looking may see."""
        return rounds_of(db.session(), duty, current_viewer(), clock.now())

    def work(self, duty: Duty) -> Work | None:
        """The duty as work of whoever is looking; None where it is not theirs to do now."""
        now, viewer = clock.now(), current_viewer()
        if duty.opens_on > clock.local_date(now) or not viewer.may(Permission.INSPECT):
            return None
        return next(iter(work_of(db.session(), viewer, now, duty_ids=[duty.id])), None)

    def where(self, found: Sequence[Walked]) -> Mapping[int, str]:
        """By place where the points of these rounds are inside their community."""
        return inside([point.place for walked in found for point in walked.points])


def _line(point: Happening, today: date, kinds: dict[str, str], names: dict[str, str]) -> AxisLine:
    if point.kind is Kind.INSPECTED and point.template is not None:
        ended, name = point.ended_as, names.get(point.template, point.template)
        title = _("Inspection %(name)s: %(end)s", name=name, end=ENDS[ended])
        url = url_for("inspections.duty", duty_id=point.duty_id)
        return AxisLine(point.on, title, END_SIGNS[ended], END_TONES.get(ended, "idle") if ended else "idle", url)
    if point.number is not None and point.category is not None:
        what = {"what": kinds.get(point.category, point.category), "number": point.number}
        title = _("Reported: %(what)s (%(number)s)", **what)
        if point.kind is Kind.REPAIRED:
            title = _("Repaired: %(what)s (%(number)s)", **what)
        tone = "ok" if point.kind is Kind.REPAIRED else "soon"
        return AxisLine(point.on, title, SIGNS[point.kind], tone, url_for("tickets.ticket", number=point.number))
    if point.score is not None:
        title = _("Condition: %(score)s of 5, %(word)s", score=point.score, word=CONDITIONS[point.score])
        return AxisLine(point.on, title, SIGNS[point.kind], {1: "over", 2: "over", 3: "soon"}.get(point.score, "ok"))
    over = point.kind is Kind.WARRANTY_END and point.on < today
    titles = {Kind.ACCEPTED: _("Accepted"), Kind.REMOVED: _("Removed"),
              Kind.WARRANTY_END: _("The warranty ended") if over else _("The warranty ends")}  # fmt: skip
    return AxisLine(point.on, str(titles[point.kind]), SIGNS[point.kind], "idle")
