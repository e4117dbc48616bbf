"""What is typed about templates, their schedules and items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from propman.accounts.role_rules import ROLE_WORDS
from propman.catalogue.forms.rows import NamesField, RowForm
from propman.catalogue.words import MAINTAINER_WORDS, TRADE_WORDS
from propman.data.inspections import About, CountsFrom, Grade, ItemKind, OnHolidays
from propman.inspections import labels
from propman.inspections.operations.library import KINDS, MOST_GAP, MOST_TOLERANCE
from propman.inspections.recurrence import LONGEST_TEXT
from propman.inspections.schedule import TOLERANCE
from propman.web.fields import NumberField, QuantityField, within, words_field

_CHOOSE = _l("Choose one of them.")
_CODE = InputRequired(_l("Give a code."))
_SAY = InputRequired(_l("Say something here."))


def _one_of(label: Any, words: Mapping[Any, Any], *, of: Any = RadioField) -> Any:
    choices = [SelectChoice(one.value, word) for one, word in words.items()]
    return of(label, [InputRequired(_CHOOSE)], coerce=str, choices=choices, invalid_choice_message=_CHOOSE)


def _position() -> NumberField:
    return NumberField(_l("Where it stands"), [InputRequired(_l("Give a whole number.")), within(1, 999)],
                       description=_l("1 is the first."))  # fmt: skip


class TemplateForm(RowForm):
    """What is said of an inspection. Its code is chosen once."""

    code = words_field(_l("Code"), _CODE, most=10, description=_l("For example T29"))
    about = _one_of(_l("About what"), {one: labels.ABOUT[one] for one in About})
    asset_types = NamesField(_l("Types of parts"), [Optional()], description=_l("Of a part: one a line."))
    alternatives = BooleanField(_l("A plan takes one of its schedules, not all of them"))
    maintainer = _one_of(_l("Usual maintainer"), {one: _l(word) for one, word in MAINTAINER_WORDS.items()},
                         of=SelectField)  # fmt: skip
    trade = SelectField(
        _l("Trade"), [Optional()], invalid_choice_message=_l("Choose one of the trades."),
        choices=[SelectChoice("", _l("none")),
                 *(SelectChoice(one.value, _l(word)) for one, word in TRADE_WORDS.items())],
    )  # fmt: skip
    roles = SelectMultipleField(
        _l("Who may do it"), [InputRequired(_l("Choose at least one role."))],
        choices=[SelectChoice(one.value, _l(word)) for one, word in ROLE_WORDS.items()],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), invalid_choice_message=_CHOOSE,
    )  # fmt: skip
    who_zh = words_field(_l("Who that is, in Chinese"), _SAY, most=120)
    who_en = words_field(_l("Who that is, in English"), _SAY, most=200)
    grade = _one_of(_l("Kind of basis"), {one: labels.GRADES[one] for one in Grade})
    basis_zh = words_field(_l("What that says, in Chinese"), _SAY, most=200)
    basis_en = words_field(_l("What that says, in English"), _SAY, most=300)
    evidence_zh = words_field(_l("Evidence in Chinese"), _SAY, most=120)
    evidence_en = words_field(_l("Evidence in English"), _SAY, most=200)
    position = _position()

    def offer(self, types: Iterable[Any]) -> None:
        """Let these types of parts be named."""
        self.asset_types.offer({row.code: row for row in types})


class ScheduleForm(RowForm):
    """How often. Template and code are chosen once."""

    code = words_field(_l("Code"), _CODE, most=40, description=_l("For example half_year"))
    rule = words_field(
        _l("Rule"), InputRequired(_l("Say how often.")), most=LONGEST_TEXT,
        description=_l(
            "For example FREQ=MONTHLY;INTERVAL=6, FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=10, YEARS=1,4,7, AFTER=6,12,24, "
            "BEFORE=60, ENDS=2"
        ),
    )  # fmt: skip
    counts_from = _one_of(_l("Counted from"), {one: labels.COUNTS_FROM[one] for one in CountsFrom})
    tolerance = NumberField(
        _l("Tolerance, percent"), [InputRequired(_l("Give a whole number.")), within(0, MOST_TOLERANCE)],
        default=TOLERANCE, description=_l("Of the interval, on either side of the due day."),
    )  # fmt: skip
    early = BooleanField(_l("Work since the last inspection ends the next duty"))
    greatest_gap = NumberField(_l("Most days between two visits"), [Optional(), within(1, MOST_GAP)])
    season_from = words_field(_l("Season from"), most=5, description=_l("Month and day: 11-01. Empty for all year."))
    season_to = words_field(_l("Season to"), most=5, description=_l("Month and day: 04-15, in the season too."))
    in_heating_season = BooleanField(
        _l("In the heating season of the place"),
        description=_l("Season from and to then hold where nobody entered one."),
    )
    binding = BooleanField(
        _l("Its basis says how often: no plan may say it more rarely"),
        description=_l("Else a plan may, for a reason that officials read."),
    )
    on_holidays = _one_of(_l("On holidays"), {one: labels.HOLIDAYS[one] for one in OnHolidays})
    position = _position()


class ItemForm(RowForm):
    """One thing to look at. Template, code and what the answer is are chosen once."""

    code = words_field(_l("Code"), _CODE, most=40, description=_l("For example exit_lights"))
    kind = _one_of(_l("The answer is"), {one: labels.KIND_WORDS[one] for one in ItemKind})
    unit = words_field(_l("Unit"), most=20, description=_l("Of a number: m², kW, …"))
    least = QuantityField(_l("At least"), [Optional()], description=_l("Of a number; of a count in percent."))
    most = QuantityField(_l("At most"), [Optional()], description=_l("Of a number."))
    photo = BooleanField(_l("Always with a photograph"))
    schedules = words_field(
        _l("Only at these schedules"), most=200, description=_l("Their codes; empty for all of them.")
    )
    position = _position()


FORMS: Mapping[str, Any] = {"templates": TemplateForm, "schedules": ScheduleForm, "items": ItemForm}
_LISTS = ("asset_types", "roles")


def library_form(kind: str, row: Any = None) -> Any:
    """The form of a row of `kind`: empty, or filled from `row` without what is chosen once."""
    if row is None:
        return FORMS[kind]()
    said = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    said |= {name: tuple(said[name].split(",")) if said[name] else () for name in _LISTS if name in said}
    if "schedules" in said:
        said["schedules"] = (said["schedules"] or "").replace(",", " ")
    form = FORMS[kind](data=said)
    for name in (*KINDS[kind].key, *KINDS[kind].stays):
        if name in form:
            del form[name]
    return form
