"""What a row of each kind of rule says, in the reader's words: the title of its thing, and what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from propman.catalogue.words import (
    DAY_KIND_WORDS,
    GOES_TO_WORDS,
    ICONS,
    QUESTION_KIND_WORDS,
    TRADE_WORDS,
    YEAR_WORDS,
)
from propman.data.reading import ANY_CATEGORY, QuestionKind
from propman.limits import Limit, LimitKind
from propman.web.filters import day, in_language, name_of

Told = list[tuple[str, str]]


@dataclass(frozen=True)
class Words:
    """Of a kind of rule: what its list is called and says, what adding one is called (None: nothing is added)."""

    title: Callable[[], str]
    lead: Callable[[], str]
    add: Callable[[], str] | None
    name: Callable[[Any, Mapping[str, str]], str]
    told: Callable[[Any, Mapping[str, str]], Told]
    in_name: frozenset[int] = frozenset()  # which lines of `told` the name says already

    def beside_name(self, row: Any, names: Mapping[str, str]) -> Told:
        """What a list says of `row` beside its name."""
        return [line for number, line in enumerate(self.told(row, names)) if number not in self.in_name]


def yes(flag: bool) -> str:
    """Yes or no."""
    return str(_("yes") if flag else _("no"))


def limit_words(text: str) -> str:
    """A time limit of the catalogue in words."""
    limit = Limit.parse(text)
    if limit.kind is LimitKind.MINUTES:
        return str(ngettext("%(num)d min", "%(num)d min", limit.number))
    if limit.kind is LimitKind.HOURS:
        return str(ngettext("%(num)d h", "%(num)d h", limit.number))
    if limit.kind is LimitKind.DAYS:
        return str(ngettext("%(num)d workday", "%(num)d workdays", limit.number))
    bare = {LimitKind.AT_ONCE: _("at once"), LimitKind.AGREED: _("as agreed"), LimitKind.BY_GRADE: _("by grade")}
    return str(bare.get(limit.kind, "–"))


def _of(row: Any, names: Mapping[str, str]) -> str:
    every = str(_("every other category"))
    return every if row.category == ANY_CATEGORY else names.get(row.category, row.category)


def _category(row: Any, _names: Mapping[str, str]) -> Told:
    return [
        (_("Code"), row.code), (_("Name in Chinese"), row.name_zh), (_("Name in English"), row.name_en),
        (_("Sign"), _(ICONS.get(row.icon, "")) or row.icon), (_("Priority"), row.priority),
        (_("Emergency"), yes(row.emergency)), (_("Inside a flat"), yes(row.private)),
        (_("Where it stands"), str(row.position)),
    ]  # fmt: skip


def answer_words(row: Any) -> str:
    """What the answer to a question can be: "a number from 0 to 40 ℃", "one of: …"."""
    if row.kind is QuestionKind.CHOICE:
        return " / ".join(in_language(row, "choices").split("\n"))
    if row.kind is QuestionKind.NUMBER:
        bounds = "–".join("" if one is None else str(one) for one in (row.least, row.most)).strip("–")
        return " ".join(part for part in (str(_(QUESTION_KIND_WORDS[row.kind])), bounds, row.unit) if part)
    return str(_(QUESTION_KIND_WORDS[row.kind]))


def _question(row: Any, names: Mapping[str, str]) -> Told:
    return [
        (_("Category"), _of(row, names)), (_("Code"), row.code), (_("Name in Chinese"), row.name_zh),
        (_("Name in English"), row.name_en), (_("The answer is"), answer_words(row)),
        (_("Must be answered"), yes(row.required)), (_("Where it stands"), str(row.position)),
    ]  # fmt: skip


def _routing(row: Any, names: Mapping[str, str]) -> Told:
    who = str(_(GOES_TO_WORDS[row.goes_to])) + (f" · {_(TRADE_WORDS[row.trade])}" if row.trade else "")
    return [(_("Category"), _of(row, names)), (_("Which choice"), str(row.position)), (_("Who goes"), who),
            (_("Reason"), in_language(row, "reason"))]  # fmt: skip


def _clock(row: Any, names: Mapping[str, str]) -> Told:
    return [
        (_("Category"), _of(row, names)), (_("Priority"), row.priority),
        (_("Until somebody is sent"), limit_words(row.respond)),
        (_("Until somebody is there"), limit_words(row.on_site)),
        (_("Until it is made safe"), limit_words(row.make_safe)), (_("Until it is repaired"), limit_words(row.resolve)),
    ]  # fmt: skip


def _number(row: Any, names: Mapping[str, str]) -> Told:
    shown = " · ".join(names.get(code, code) for code in row.categories.split(","))
    return [
        (_("Telephone"), row.number), (_("Name in Chinese"), row.name_zh), (_("Name in English"), row.name_en),
        (_("Categories whose page shows it"), shown),
        (_("Divisions"), (row.areas or "").replace(",", " ") or str(_("everywhere"))),
    ]  # fmt: skip


def _day(row: Any, _names: Mapping[str, str]) -> Told:
    return [(_("Day"), day(row.day)), (_("It is"), str(_(DAY_KIND_WORDS[row.kind]))), (_("Holiday"), name_of(row))]


def _year(row: Any, _names: Mapping[str, str]) -> Told:
    return [(_("Year"), str(row.year)), (_("Arrangement of holidays"), str(_(YEAR_WORDS[row.status])))]


def _hours(row: Any, _names: Mapping[str, str]) -> Told:
    return [(_("Working hours"), row.shifts), (_("Weekend days made up for are worked"), yes(row.make_up_workdays))]


WORDS: Mapping[str, Words] = {
    "categories": Words(
        lambda: _("Categories"),
        lambda: _("The tiles of the report form, and the priority that each gives."),
        lambda: _("Add a category"),
        lambda row, _names: name_of(row),
        _category,
        frozenset({1, 2}),
    ),
    "questions": Words(
        lambda: _("Questions"),
        lambda: _("What the report form asks besides, once a category is chosen."),
        lambda: _("Add a question"),
        lambda row, _names: name_of(row),
        _question,
        frozenset({2, 3}),
    ),
    "routing": Words(
        lambda: _("Routing"),
        lambda: _("Who should go for each category, the first choice first."),
        lambda: _("Add a choice"),
        lambda row, names: f"{_of(row, names)} {row.position}",
        _routing,
        frozenset({0, 1}),
    ),
    "clocks": Words(
        lambda: _("Time limits"),
        lambda: _("By when somebody is sent, is there, has made it safe, has repaired it."),
        lambda: _("Add time limits"),
        lambda row, names: f"{_of(row, names)} {row.priority}",
        _clock,
        frozenset({0, 1}),
    ),
    "numbers": Words(
        lambda: _("Emergency numbers"),
        lambda: _("Whom to call at once; every city has numbers of its own for water, heat and gas."),
        lambda: _("Add a number"),
        lambda row, _names: f"{row.number} {name_of(row)}",
        _number,
        frozenset({0, 1, 2}),
    ),
    "days": Words(
        lambda: _("Holidays"),
        lambda: _("Days off, and weekend days that are made up for as workdays."),
        lambda: _("Add a day"),
        lambda row, _names: day(row.day),
        _day,
        frozenset({0}),
    ),
    "years": Words(
        lambda: _("Years"),
        lambda: _("Whether the holidays of a year are published. One that is not here is provisional."),
        lambda: _("Add a year"),
        lambda row, _names: str(row.year),
        _year,
        frozenset({0}),
    ),
    "hours": Words(
        lambda: _("Working hours"),
        lambda: _("When every workday is worked; time limits in workdays are counted by them."),
        None,
        lambda row, _names: str(_("Working hours")),
        _hours,
    ),
}
"""By the word in the address of a kind of rule."""
