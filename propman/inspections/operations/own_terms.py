"""What people say of a plan otherwise than its template does, and what of it the law does not allow.

They keep the greatest gap that the template names (特种设备安全监察条例 Art 31: lifts, 15 days). Where it names none,
terms that fall short of it want a reason (`versions`); and there are none where the law or standard says itself how
often (消防法 Art 16: each year; 城镇排水与污水处理条例 Art 27: before the flood season).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from propman.catalogue.models import InspectionSchedule
from propman.errors import Refused
from propman.inspections import recurrence
from propman.inspections.models import Counts
from propman.inspections.operations.library import MOST_GAP, MOST_TOLERANCE, example, refuse_anchor, within
from propman.inspections.operations.versions import Terms
from propman.inspections.schedule import OnHolidays, Schedule, Season, falls_short
from propman.text import N_

_LESS = {
    OnHolidays.AS_IS: {OnHolidays.BEFORE, OnHolidays.AFTER, OnHolidays.SKIP},
    OnHolidays.BEFORE: {OnHolidays.AFTER, OnHolidays.SKIP},
    OnHolidays.AFTER: {OnHolidays.SKIP},
    OnHolidays.SKIP: set[OnHolidays](),
}
"""By what a template does on holidays what asks for less: of a daily round on free days one walk would serve for all of
them, and what is wanted before a day would come after it.
"""


@dataclass(frozen=True)
class OwnTerms:
    """What people say of a plan otherwise than its template does."""

    rule: str
    tolerance: int
    early: bool
    greatest_gap: int | None
    season: tuple[str, str] | None
    on_holidays: OnHolidays


def own_terms(
    own: OwnTerms, row: InspectionSchedule, meant: Season | None, first_on: date, anchors: Collection[date] = ()
) -> Terms:
    """What people say, within what the schedule allows, which means the season `meant`, of what is counted from these
    `anchors`. Raises `Refused`.
    """
    rule = recurrence.read(own.rule)
    _anchored(rule, row.counts_from)
    season = _season(own.season) if own.season else None
    within(own.tolerance, 0, MOST_TOLERANCE, "tolerance")
    within(own.greatest_gap, 1, MOST_GAP, "greatest_gap")
    allowed = row.greatest_gap
    if allowed is not None and own.greatest_gap is not None and own.greatest_gap > allowed:
        sentence = N_("At most %(most)s days may lie between two visits, says the template; %(days)s are too many.")
        raise Refused(sentence, field="greatest_gap", most=allowed, days=own.greatest_gap)
    if allowed is not None and own.on_holidays is OnHolidays.SKIP:
        raise Refused(N_("Where at most so many days may lie between two visits, none is left out for a holiday."),
                      field="on_holidays")  # fmt: skip
    short = _asks_for_less(own, row, season, meant, first_on, anchors)
    return Terms(rule.text, first_on, row.counts_from, own.on_holidays, season, own.tolerance, own.early,
                 own.greatest_gap if own.greatest_gap is not None else allowed, falls_short=short)  # fmt: skip


def _asks_for_less(
    own: OwnTerms, row: InspectionSchedule, season: Season | None, meant: Season | None, first_on: date,
    anchors: Collection[date],
) -> bool:  # fmt: skip
    """Whether `own` asks for less than the schedule does: more rarely (where that names a greatest gap, it says how
    rarely), not on holidays, with more time for each, or so that one visit is of use for two. Raises `Refused` where
    nothing may be less.
    """
    less = {
        "rule": row.greatest_gap is None and _more_rarely(own.rule, season, row.rule, meant, first_on, anchors),
        "on_holidays": own.on_holidays in _LESS[row.on_holidays],
        "tolerance": own.tolerance > row.tolerance,
        "early": own.early and not row.early,
    }
    field = next((name for name, is_so in less.items() if is_so), None)
    if field is not None and row.binding:
        raise Refused(N_("The law or standard of this inspection says how often: a plan cannot say it more rarely, for "
                         "other parts of the year, not on holidays, or with more time."), field=field)  # fmt: skip
    return field is not None


def _more_rarely(
    own: str, season: Season | None, asked: str, meant: Season | None, first_on: date, anchors: Collection[date]
) -> bool:
    """Whether the rule `own` comes round more rarely than `asked`, of anything that is counted from one of `anchors`,
    and of what joins new where the papers of each say from when on.
    """
    mine, theirs = recurrence.read(own), recurrence.read(asked)
    examples = [(example(mine, first_on, season, None), example(theirs, first_on, meant, None))]
    pairs = [(Schedule(mine, one, first_on, None, season), Schedule(theirs, one, first_on, None, meant))
             for one in anchors]  # fmt: skip
    whole = pairs if pairs and isinstance(theirs, recurrence.Rule) else [*pairs, *examples]
    return any(falls_short(mine, theirs) for mine, theirs in whole)


def _anchored(rule: recurrence.Recurrence, counts: Counts) -> None:
    """Raises `Refused` beside the rule where it does not go with the day from which the schedule counts."""
    try:
        refuse_anchor(rule, counts)
    except Refused:
        sentence = N_("This inspection counts from another day than this rule: give one of the kind its template has.")
        raise Refused(sentence, field="rule") from None


def _season(typed: tuple[str, str]) -> Season:
    """The season from one day to another. Raises `Refused` beside the first of both that is none."""
    for name, day in zip(("season_from", "season_to"), typed, strict=True):
        try:
            Season(day, day)
        except Refused as refusal:
            raise Refused(refusal.sentence, field=name) from None
    return Season(*typed)
