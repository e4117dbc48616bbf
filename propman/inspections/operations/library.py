"""The library of inspections, as a city knows it better: a row more, by the operations of the catalogue.

What the rows of each kind hold, and what of it cannot be meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from propman.catalogue import queries
from propman.catalogue.models import InspectionItem, InspectionSchedule, InspectionTemplate
from propman.catalogue.operations import guards
from propman.catalogue.operations.fitting import CODE, CODE_SENTENCE, MOST_POSITION, Columns, Kind, Said
from propman.communities.seasons import SHORTEST
from propman.data import inspections as data
from propman.data.inspections import About, CountsFrom, Grade, ItemKind, OnHolidays
from propman.data.reading import Trade
from propman.data.works import UsualMaintainer
from propman.errors import Refused
from propman.inspections import heating, recurrence
from propman.inspections.schedule import Schedule, Season, judge
from propman.personal import clean
from propman.roles import Role
from propman.text import N_

TEMPLATE_CODE = re.compile(r"[A-Z][0-9]{2,4}")
MOST_TOLERANCE = 50
MOST_GAP = 3650
MOST_FIGURE = 1_000_000
_FIRST = date(2024, 1, 1)  # of five years in which every day there is, is
LONGEST = {"name": (40, 60), "who": (120, 200), "basis": (200, 300), "evidence": (120, 200)}


def fit_template(session: Session, row: Any, said: Said, today: date) -> Columns:
    """What it is called, about what it is, who may do it, on what it rests, what is shown as proof."""
    guards.fit_code(row.code, TEMPLATE_CODE, N_("A code is a capital letter and two to four digits: B26."))
    about, on = About(said["about"]), max(said["valid_from"], today)
    known = {one.code for one in queries.asset_types(session, on)}
    types = guards.fit_list(tuple(said["asset_types"] or ()), known, field="asset_types")
    if (about is About.PART) != (types is not None):
        raise Refused(N_("A part is of one of the types that you name; nothing else has types."), field="asset_types")
    roles = guards.fit_list(tuple(said["roles"] or ()), set(Role), field="roles")
    if roles is None:
        raise Refused(N_("Choose at least one role."), field="roles")
    return {
        **_texts(said, LONGEST), "about": about, "asset_types": types, "roles": roles,
        "alternatives": bool(said["alternatives"]), "maintainer": UsualMaintainer(said["maintainer"]),
        "trade": Trade(said["trade"]) if said["trade"] else None, "grade": Grade(said["grade"]),
        "position": within(said["position"], 1, MOST_POSITION, "position"),
    }  # fmt: skip


def fit_schedule(session: Session, row: Any, said: Said, today: date) -> Columns:
    """The rule as `recurrence` writes it, once it fires and keeps its greatest gap; season, tolerance, holidays."""
    guards.fit_code(row.code, CODE, CODE_SENTENCE)
    _known_template(session, row.template, max(said["valid_from"], today))
    gap = within(said["greatest_gap"], 1, MOST_GAP, "greatest_gap")
    rule = recurrence.read(said["rule"])
    season = _season(said)
    if said["in_heating_season"]:
        _fit_heating(rule, season, gap)
    counts_from = CountsFrom(said["counts_from"])
    refuse_anchor(rule, counts_from)
    if not isinstance(rule, recurrence.Upon):
        judge(example(rule, max(said["valid_from"], today), season, gap))
    return {
        **_texts(said, {"name": (40, 60)}), "rule": rule.text, "counts_from": counts_from, "greatest_gap": gap,
        "tolerance": within(said["tolerance"], 0, MOST_TOLERANCE, "tolerance"), "early": bool(said["early"]),
        "season_from": season.starts if season else None, "season_to": season.ends if season else None,
        "in_heating_season": bool(said["in_heating_season"]), "binding": bool(said["binding"]),
        "on_holidays": OnHolidays(said["on_holidays"]),
        "position": within(said["position"], 1, MOST_POSITION, "position"),
    }  # fmt: skip


def fit_item(session: Session, row: Any, said: Said, today: date) -> Columns:
    """What is looked at, how it is answered and within what limits, whether with a photograph, at which schedules."""
    guards.fit_code(row.code, CODE, CODE_SENTENCE)
    on = max(said["valid_from"], today)
    _known_template(session, row.template, on)
    kind, unit = ItemKind(said["kind"]), " ".join(clean(said["unit"] or "").split()) or None
    if unit and not (unit.isprintable() and len(unit) <= 20):
        raise Refused(N_("Please keep it to %(most)s characters."), field="unit", most=20)
    least, most = (within(said[name], 0, MOST_FIGURE, name) for name in ("least", "most"))
    if least is not None and most is not None and most < least:
        raise Refused(N_("The limits are reversed."), field="most")
    if not data.fits(kind, unit, least, most):
        raise Refused(N_("Only a number has a unit and limits, and a count the percentage that passes."), field="kind")
    there = {one.code for one in queries.inspection_schedules(session, on).get(row.template, ())}
    schedules = guards.fit_list(tuple((said["schedules"] or "").split()), there, field="schedules")
    return {
        **_texts(said, {"name": (60, 100)}), "kind": kind, "unit": unit, "least": least, "most": most,
        "photo": bool(said["photo"]), "schedules": schedules,
        "position": within(said["position"], 1, MOST_POSITION, "position"),
    }  # fmt: skip


def example(rule: recurrence.Recurrence, today: date, season: Season | None, gap: int | None) -> Schedule:
    """A schedule that counts from `today`; one that counts back from a day, from a day so far ahead."""
    ahead = rule.number if isinstance(rule, recurrence.Before) else 0
    return Schedule(rule, today + timedelta(days=ahead), today, None, season, gap)


def refuse_anchor(rule: recurrence.Recurrence, counts_from: CountsFrom) -> None:
    """Refuse a rule that does not go with the day from which it is counted."""
    fitting: dict[type, set[CountsFrom]] = {
        recurrence.Before: {CountsFrom.WARRANTY_END},
        recurrence.After: {CountsFrom.ACCEPTANCE, CountsFrom.FIRST_USE},
        recurrence.Years: {CountsFrom.ACCEPTANCE, CountsFrom.FIRST_USE},
        recurrence.Upon: {CountsFrom.EVENT},
        recurrence.Rule: {CountsFrom.CALENDAR, CountsFrom.COMPLETION},
    }
    if counts_from not in fitting[type(rule)]:
        raise Refused(N_("This rule cannot be counted from that day."), field="counts_from")


def _season(said: Said) -> Season | None:
    starts, ends = (" ".join((said[name] or "").split()) for name in ("season_from", "season_to"))
    if not starts and not ends:
        return None
    try:
        return Season(starts, ends)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="season_from") from None


def _fit_heating(rule: recurrence.Recurrence, season: Season | None, gap: int | None) -> None:
    """Refuse in a heating season what would not come round in each of them, a greatest gap, and no days that hold where
    nobody entered one.
    """
    if not isinstance(rule, recurrence.Rule) or not _often(rule):
        sentence = N_("A heating season can be as short as %(days)s days: the rule must come round at least as often.")
        raise Refused(sentence, field="rule", days=SHORTEST)
    if gap is not None:
        raise Refused(
            N_("A summer lies between two heating seasons: no greatest number of days can hold there."),
            field="greatest_gap",
        )
    try:
        ends = season and heating.heated((), _FIRST, season)
    except ValueError:
        ends = None
    if ends is None:
        raise Refused(N_("Say which days hold where nobody entered a heating season, like 11-01 and 03-31."),
                      field="season_from")  # fmt: skip


def _often(rule: recurrence.Rule) -> bool:
    """Whether it comes round in every season, wherever that lies in the year."""
    try:
        judge(example(rule, _FIRST, None, SHORTEST))
    except Refused:
        return False
    return True


def _texts(said: Said, longest: Mapping[str, tuple[int, int]]) -> Columns:
    """Each text in both languages, on one line."""
    fields = chain.from_iterable(
        ((f"{what}_zh", zh), (f"{what}_en", en)) for what, (zh, en) in longest.items()
    )  # fmt: skip
    return {field: guards.fit_line(said[field], field=field, most=most) for field, most in fields}


def within(number: Any, least: int, most: int, field: str) -> Any:
    """`number`, or None. Raises `Refused` for one that is not from `least` to `most`."""
    if number is not None and not least <= number <= most:
        raise Refused(N_("It must be a number from %(least)s to %(most)s."), field=field, least=least, most=most)
    return number


def _known_template(session: Session, code: str, on: date) -> None:
    if code not in queries.inspection_templates(session, on):
        raise Refused(N_("%(name)s is not in the catalogue."), field="template", name=code[:40])


KINDS: Mapping[str, Kind] = {
    "templates": Kind(InspectionTemplate, ("code",), fit_template),
    "schedules": Kind(InspectionSchedule, ("template", "code"), fit_schedule),
    "items": Kind(InspectionItem, ("template", "code"), fit_item, stays=("kind",)),
}
"""By the word in their address."""
