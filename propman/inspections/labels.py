"""The words of inspections: how often by a rule, about what, on what it rests, how it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from flask import Flask
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman.accounts.role_rules import ROLE_WORDS
from propman.data.inspections import About, CountsFrom, Grade, ItemKind, OnHolidays
from propman.inspections import recurrence
from propman.inspections.models import Duty, DutyAct
from propman.inspections.queries import OVERDUE
from propman.inspections.queries.excuses import Wishes
from propman.inspections.recurrence import After, Before, Frequency, Recurrence, Rule, Upon, Years
from propman.inspections.schedule import End
from propman.roles import Role
from propman.rota.forms import WEEKDAYS
from propman.text import N_
from propman.web.filters import day, in_language, language, quantity

ABOUT = {
    About.COMMUNITY: _l("the community"),
    About.BUILDING: _l("each building"),
    About.ENTRANCE: _l("each entrance"),
    About.PART: _l("each part"),
}
GRADES = {
    Grade.LAW: _l("national law"),
    Grade.LOCAL: _l("local rule"),
    Grade.STANDARD: _l("standard"),
    Grade.PROPOSAL: _l("proposal"),
}
TONES = {Grade.LAW: "ok", Grade.LOCAL: "idle", Grade.STANDARD: "idle", Grade.PROPOSAL: "soon"}
COUNTS_FROM = {
    CountsFrom.CALENDAR: _l("the calendar, whenever the work is done"),
    CountsFrom.COMPLETION: _l("the last valid inspection"),
    CountsFrom.ACCEPTANCE: _l("acceptance"),
    CountsFrom.WARRANTY_END: _l("the end of the warranty"),
    CountsFrom.FIRST_USE: _l("first use"),
    CountsFrom.EVENT: _l("an event"),
}
HOLIDAYS = {
    OnHolidays.AS_IS: _l("done on the day, also on holidays"),
    OnHolidays.BEFORE: _l("done on the workday before"),
    OnHolidays.AFTER: _l("done on the workday after"),
    OnHolidays.SKIP: _l("left out, and recorded"),
}
KIND_WORDS = {
    ItemKind.CHECK: _l("pass, fail or not applicable"),
    ItemKind.NUMBER: _l("a number"),
    ItemKind.COUNT: _l("so many of a total"),
}
ENDS = {
    None: _l("to do"),
    End.DONE: _l("done in time"),
    End.LATE: _l("done late"),
    End.MISSED: _l("missed"),
    End.EXCUSED: _l("excused"),
    End.SKIPPED: _l("left out for a holiday"),
}
"""How a duty ended; None: it is open."""
END_TONES = {End.DONE: "ok", End.LATE: "soon", End.MISSED: "over"}
END_SIGNS = {None: "clock", End.DONE: "done", End.LATE: "check", End.MISSED: "warn", End.EXCUSED: "pause",
             End.SKIPPED: "pause"}  # fmt: skip
ACTS = {
    DutyAct.MOVE: _l("Moved to another day"),
    DutyAct.ASK_EXCUSE: _l("Asked to be excused"),
    DutyAct.REFUSE_EXCUSE: _l("Not excused"),
    DutyAct.MAKE_UP: _l("Made up for"),
    DutyAct.SUPERSEDE: _l("Counts no more: the plan was changed"),
}
"""What happened to a duty, other than its end."""
POSITIONS = {1: _l("first"), 2: _l("second"), 3: _l("third"), 4: _l("fourth"), -1: _l("last")}
INTERVALS = {
    Frequency.DAILY: (N_("every day"), N_("every %(number)s days")),
    Frequency.WEEKLY: (N_("every week"), N_("every %(number)s weeks")),
    Frequency.MONTHLY: (N_("every month"), N_("every %(number)s months")),
    Frequency.YEARLY: (N_("each year"), N_("every %(number)s years")),
}
WISHES = {
    Wishes.WAITING: _l("to be decided"),
    Wishes.DECIDED: _l("decided"),
    Wishes.LAPSED: _l("the inspection ended first"),
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LEAP = 2028  # a year that has every day
_SHORTEST, _LONGEST = 28, 31  # days of a month


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        about_word=lambda about: str(ABOUT[about]),
        grade_word=lambda grade: str(GRADES[grade]),
        grade_tone=lambda grade: TONES[grade],
        counts_from_word=lambda anchor: str(COUNTS_FROM[anchor]),
        on_holidays_word=lambda behaviour: str(HOLIDAYS[behaviour]),
        how_often=how_often,
        season_words=season_words,
        end_word=lambda ended_as: str(_("overdue, not done") if ended_as == OVERDUE else ENDS[ended_as]),
        end_tone=lambda ended_as: "over" if ended_as == OVERDUE else END_TONES.get(ended_as, "idle"),
        end_sign=lambda ended_as: "warn" if ended_as == OVERDUE else END_SIGNS[ended_as],
        standing=standing,
        said=in_language,
        answer_word=answer,
        roles_words=lambda roles: listed(str(_(ROLE_WORDS[Role(each)])) for each in roles.split(",")),
    )


def standing(duty: Duty, today: date) -> tuple[str, str, str]:
    """How a duty stands on the day `today`: in words, the tone of it, and its sign."""
    if duty.superseded_by is not None:
        return str(_("counts no more")), "idle", "cross"
    if duty.ended_as is not None:
        return str(ENDS[duty.ended_as]), END_TONES.get(duty.ended_as, "idle"), END_SIGNS[duty.ended_as]
    if today < duty.opens_on:
        return str(_("from %(day)s on", day=day(duty.opens_on))), "idle", "clock"
    if today <= duty.closes_on:
        return str(_("to be done by %(day)s", day=day(duty.closes_on))), "soon", "clock"
    return str(_("overdue, missed after %(day)s", day=day(duty.cut_off_on))), "over", "warn"


def how_often(row: Any) -> str:
    """A schedule in words: "every 14 days, at most 15 days apart"."""
    said = [rule_words(recurrence.read(row.rule), row.counts_from)]
    if row.in_heating_season:
        said.append(_("in the heating season of the place"))
    elif row.season_from:
        said.append(season_words(row))
    if row.greatest_gap:
        said.append(ngettext("at most %(num)d day apart", "at most %(num)d days apart", row.greatest_gap))
    return ("，" if language() == "zh" else ", ").join(said)


def season_words(row: Any) -> str:
    """The days that a schedule names: "from 1 November to 31 March"."""
    starts, ends = _month_and_day(row.season_from), _month_and_day(row.season_to)
    return str(_("from %(starts)s to %(ends)s", starts=starts, ends=ends))


def rule_words(rule: Recurrence, counts_from: CountsFrom) -> str:
    """A rule in words, without its season and gap."""
    anchor = str(COUNTS_FROM[counts_from])
    if isinstance(rule, Years):
        return str(_("%(years)s years after %(anchor)s, then each year", years=listed(rule.years), anchor=anchor))
    if isinstance(rule, After):
        return str(_("%(months)s months after %(anchor)s", months=listed(rule.months), anchor=anchor))
    if isinstance(rule, Before):
        return str(
            ngettext("%(num)d day before %(anchor)s", "%(num)d days before %(anchor)s", rule.number, anchor=anchor)
        )
    return _upon(rule) if isinstance(rule, Upon) else _by_rule(cast("Rule", rule))


def _upon(rule: Upon) -> str:
    if rule.starts:
        said = ngettext("within %(num)d day of the start of an event", "within %(num)d days of the start of an event",
                        rule.number)  # fmt: skip
    else:
        said = ngettext("within %(num)d day of the end of an event", "within %(num)d days of the end of an event",
                        rule.number)  # fmt: skip
    return str(said)


def _by_rule(rule: Rule) -> str:
    often, when = _interval(rule), _of_days(rule) or _of_months(rule)
    return str(_("%(often)s %(when)s", often=often, when=when)) if when else often


def _interval(rule: Rule) -> str:
    """How often, without the days that are named."""
    one, more = INTERVALS[rule.frequency]
    return str(_(more, number=rule.interval) if rule.interval > 1 else _(one))


def _of_days(rule: Rule) -> str:
    """The days that a rule names: of the week, of months, of the year."""
    months = _of_months(rule)
    if rule.weekdays:
        days = listed(WEEKDAYS[_DAYS.index(each)] for each in rule.weekdays)
        if rule.position is not None:
            which = _("on the %(which)s %(days)s of the month", which=POSITIONS[rule.position], days=days)
        else:
            which = _("on %(days)s", days=days)
        return str(_("%(often)s %(when)s", often=which, when=months)) if months else which
    if not rule.monthdays:
        return ""
    if rule.frequency is Frequency.YEARLY:
        named = (_month_and_day(f"{month:02}-{day:02}") for month in rule.months for day in rule.monthdays)
        return str(_("on %(days)s", days=listed(named)))
    which = _on_days(rule.monthdays)
    return str(_("%(often)s %(when)s", often=which, when=months)) if months else which


def _on_days(days: tuple[int, ...]) -> str:
    """The days of a month: a 31st is its last day, and a 29th or 30th is that where it has none."""
    named = [each for each in days if each < _LONGEST]
    if not named:
        return str(_("on the last day of the month"))
    of = {"days": listed(named)}
    said = _("on day %(days)s", **of)
    if _LONGEST in days:
        said = _("on day %(days)s and on the last day of the month", **of)
    if named[-1] <= _SHORTEST:
        return str(said)
    return str(_("%(on_days)s, or the last day of a shorter month", on_days=said))


def _of_months(rule: Rule) -> str:
    if not rule.months:
        return ""
    pattern = "M月" if language() == "zh" else "MMMM"
    return str(_("in %(months)s", months=listed(format_date(date(_LEAP, each, 1), pattern) for each in rule.months)))


def _month_and_day(text: str) -> str:
    """ "05-10" as "10 May"; a 31st of a shorter month as "the last day of April"."""
    month, day = map(int, text.split("-"))
    if not _is_day(month, day):
        named = format_date(date(_LEAP, month, 1), "M月" if language() == "zh" else "MMMM")
        return str(_("the last day of %(month)s", month=named))
    return str(format_date(date(_LEAP, month, day), "M月d日" if language() == "zh" else "d MMMM"))


def _is_day(month: int, day: int) -> bool:
    try:
        date(_LEAP, month, day)
    except ValueError:
        return False
    return True


def listed(words: Iterable[object]) -> str:
    """ "6, 12 and 24"."""
    *first, last = map(str, words)
    if language() == "zh":
        return "、".join([*first, last])
    return f"{', '.join(first)} and {last}" if first else last


def answer(row: Any) -> str:
    """How an item is answered: "a number from 0 to 15 mm", "so many of a total, at least 96 %"."""
    said = str(KIND_WORDS[row.kind])
    unit = f" {row.unit}" if row.unit else " %" if row.kind is ItemKind.COUNT else ""
    least, most = (None if one is None else f"{quantity(one)}{unit}" for one in (row.least, row.most))
    if least is not None and most is not None:
        return str(_("a number from %(least)s to %(most)s", least=quantity(row.least), most=most))
    if least is not None:
        return str(_("%(kind)s, at least %(least)s", kind=said, least=least))
    return str(_("%(kind)s, at most %(most)s", kind=said, most=most)) if most is not None else said
