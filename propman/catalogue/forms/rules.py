"""What is typed about categories, their questions, routing, time limits, numbers to call, calendar, hours, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from propman.calendar import DayKind
from propman.catalogue.forms.rows import DatedForm, NamesField, RowForm, one_of
from propman.catalogue.operations.fitting import KINDS
from propman.catalogue.words import (
    DAY_KIND_WORDS,
    GOES_TO_WORDS,
    HOLIDAYS,
    ICONS,
    QUESTION_KIND_WORDS,
    TRADE_WORDS,
    YEAR_WORDS,
)
from propman.data.reading import ANY_CATEGORY, GoesTo, QuestionKind, Trade, YearStatus
from propman.limits import Priority
from propman.web import at_most
from propman.web.fields import DayField, NumberField, within, words_field
from propman.web.filters import name_of

_CHOOSE = _l("Choose one of them.")
_ONE = InputRequired(_CHOOSE)
_FIGURE = _l("Give a whole number.")


def _list(label: Any, choices: Sequence[tuple[str, Any]], *validators: Any, coerce: Any = str) -> SelectField:
    """One of `choices` from a list; what is none is named."""
    return SelectField(
        label,
        list(validators or (_ONE,)),
        coerce=coerce,
        choices=[SelectChoice(value, word) for value, word in choices],
        invalid_value_message=_CHOOSE,
        invalid_choice_message=_CHOOSE,
    )


def _position() -> NumberField:
    return NumberField(
        _l("Where it stands"), [InputRequired(_FIGURE), within(1, 999)], description=_l("1 is the first.")
    )


class _OfCategory:
    """A rule about a category: `category` is chosen once, among those in force."""

    category: Any

    def offer(self, categories: Sequence[Any]) -> None:
        """Let these categories be chosen or named."""
        if self.category is not None:
            offered = [SelectChoice(row.code, name_of(row)) for row in categories]
            self.category.choices = [*self.first(), *offered]

    def first(self) -> list[SelectChoice]:
        """What is offered before the categories."""
        return []


class CategoryForm(RowForm):
    """What is said of a category. Its code is chosen once."""

    code = words_field(
        _l("Code"), InputRequired(_l("Give a code.")), most=40, description=_l("For example bicycle_shed")
    )
    icon = _list(_l("Sign"), [(icon, _l(word)) for icon, word in ICONS.items()])
    priority = _list(_l("Priority of a report at first"), [(one.value, one.value) for one in Priority])
    emergency = BooleanField(_l("Emergency: the numbers to call are shown at once"))
    private = BooleanField(_l("Inside a flat: never listed in public"))
    position = _position()


class QuestionForm(_OfCategory, RowForm):
    """What a category asks besides. Category, code and what the answer is are chosen once."""

    category = _list(_l("Category"), [])
    code = words_field(_l("Code"), InputRequired(_l("Give a code.")), most=40,
                       description=_l("For example room_temperature"))  # fmt: skip
    kind = one_of(_l("The answer is"), QuestionKind, QUESTION_KIND_WORDS)
    required = BooleanField(_l("Must be answered"))
    unit = words_field(_l("Unit"), most=20, description=_l("Of a number: m², kW, …"))
    least = NumberField(_l("At least"), [Optional(), within(0, 1_000_000)], description=_l("Of a number."))
    most = NumberField(_l("At most"), [Optional(), within(0, 1_000_000)], description=_l("Of a number."))
    choices_zh = TextAreaField(_l("Choices in Chinese"), [Optional(), at_most(400)], description=_l("One a line."))
    choices_en = TextAreaField(
        _l("Choices in English"), [Optional(), at_most(600)], description=_l("One a line, in the same order.")
    )
    position = _position()


class RoutingForm(_OfCategory, DatedForm):
    """Who goes, and why. Category and place in the order are chosen once."""

    category = _list(_l("Category"), [])
    position = NumberField(_l("Which choice"), [InputRequired(_FIGURE), within(1, 9)], description=_l("1 goes first."))
    goes_to = one_of(_l("Who goes"), GoesTo, GOES_TO_WORDS)
    trade = _list(
        _l("Trade"), [("", _l("none")), *((one.value, _l(word)) for one, word in TRADE_WORDS.items())], Optional(),
        coerce=lambda value: Trade(value) if value else None,
    )  # fmt: skip
    reason_zh = words_field(_l("Reason in Chinese"), InputRequired(_l("Say why.")), most=200)
    reason_en = words_field(_l("Reason in English"), InputRequired(_l("Say why.")), most=200)


def _limit(label: Any) -> Any:
    return words_field(label, InputRequired(_l("Write – for no limit.")), most=20)


class ClockForm(_OfCategory, DatedForm):
    """Four time limits. Category and priority are chosen once."""

    category = _list(_l("Category"), [])
    priority = _list(_l("Priority"), [(one.value, one.value) for one in Priority])
    respond = words_field(
        _l("Until somebody is sent"), InputRequired(_l("Write – for no limit.")), most=20,
        description=_l("at once, 15 min, 24 h, 3 days, – (none), agreed, by grade"),
    )  # fmt: skip
    on_site = _limit(_l("Until somebody is there"))
    make_safe = _limit(_l("Until it is made safe"))
    resolve = _limit(_l("Until it is repaired"))

    def first(self) -> list[SelectChoice]:
        """Every other category has limits too."""
        return [SelectChoice(ANY_CATEGORY, gettext("every other category"))]


class NumberToCallForm(RowForm):
    """A number to call. The number itself is chosen once."""

    number = words_field(_l("Telephone"), InputRequired(_l("Give the number.")), most=20)
    categories = NamesField(
        _l("Categories whose page shows it"),
        [InputRequired(_l("Name at least one category of reports."))],
        description=_l("One a line."),
    )
    areas = words_field(
        _l("Divisions"), most=400, description=_l("Their codes of six digits; empty for the whole province.")
    )
    position = _position()

    def offer(self, categories: Sequence[Any]) -> None:
        """Let these categories be named."""
        self.categories.offer({row.code: row for row in categories})


class CalendarDayForm(DatedForm):
    """A day that differs from its weekday. The day is chosen once."""

    day = DayField(_l("Day"), [InputRequired(_l("Say which day."))])
    kind = one_of(_l("It is"), DayKind, DAY_KIND_WORDS)
    name_en = _list(_l("Holiday"), [(name, _l(name)) for name in HOLIDAYS])


class YearForm(DatedForm):
    """Whether the holidays of a year are published. The year is chosen once."""

    year = NumberField(_l("Year"), [InputRequired(_FIGURE), within(2000, 2100)])
    status = one_of(_l("Arrangement of holidays"), YearStatus, YEAR_WORDS)


class HoursForm(DatedForm):
    """When every workday is worked."""

    shifts = words_field(
        _l("Working hours"), InputRequired(_l("Say when work begins and ends.")), most=100,
        description=_l("For example 08:30-12:00,13:30-17:30"),
    )  # fmt: skip
    make_up_workdays = BooleanField(_l("Weekend days made up for are worked"))


FORMS: Mapping[str, Any] = {
    "categories": CategoryForm,
    "questions": QuestionForm,
    "routing": RoutingForm,
    "clocks": ClockForm,
    "numbers": NumberToCallForm,
    "days": CalendarDayForm,
    "years": YearForm,
    "hours": HoursForm,
}
"""By the word in the address of a kind of rule."""

_LISTS = {"categories", "areas"}


def rule_form(kind: str, row: Any = None, *, proposed: Mapping[str, Any] | None = None) -> Any:
    """The form of a rule of `kind`: filled from `row`, without what is chosen once, or with what is `proposed`."""
    if row is None:
        return FORMS[kind](data=dict(proposed or {}))
    columns = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    if kind == "numbers":
        columns |= {
            "categories": tuple(columns["categories"].split(",")),
            "areas": (columns["areas"] or "").replace(",", " "),
        }
    form = FORMS[kind](data=columns)
    for name in (*KINDS[kind].key, *KINDS[kind].stays):
        if name in form:
            del form[name]
    return form
