"""What is filled in for a rota."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from propman.rota.duty import Kind
from propman.web import KeyedForm
from propman.web.fields import ClockField, DayField

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
KINDS = {Kind.ABSENT: _l("away"), Kind.EXTRA: _l("on duty besides")}


class ShiftsForm(KeyedForm):
    """The same hours on some days of the week."""

    day0 = BooleanField(WEEKDAYS[0])
    day1 = BooleanField(WEEKDAYS[1])
    day2 = BooleanField(WEEKDAYS[2])
    day3 = BooleanField(WEEKDAYS[3])
    day4 = BooleanField(WEEKDAYS[4])
    day5 = BooleanField(WEEKDAYS[5])
    day6 = BooleanField(WEEKDAYS[6])
    begins = ClockField(_l("From"), [InputRequired(_l("Say from when."))])
    ends = ClockField(
        _l("Until"), [InputRequired(_l("Say until when."))], description=_l("May lie on the next day: 22:00 to 06:00.")
    )

    @property
    def days(self) -> list[BooleanField]:
        """The ticks, Monday first."""
        return [self[f"day{number}"] for number in range(7)]

    @property
    def weekdays(self) -> set[int]:
        """The days that are ticked; 0 is Monday."""
        return {number for number, day in enumerate(self.days) if day.data}


class DepartureForm(KeyedForm):
    """Away for some time, or on duty besides the weekly hours."""

    kind = RadioField(
        _l("What?"), validate_choice=True, choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()],
        validators=[InputRequired(_l("Choose one of them."))], invalid_choice_message=_l("Choose one of them."),
    )  # fmt: skip
    first = DayField(_l("First day"), [InputRequired(_l("Give the first day."))])
    last = DayField(_l("Last day"), [Optional()])
    begins = ClockField(_l("From"), [Optional()], description=_l("Empty: whole days."))
    ends = ClockField(_l("Until"), [Optional()])
