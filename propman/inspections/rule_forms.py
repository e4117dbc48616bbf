"""How often, picked in place of written: every so many days, weeks, months or years, on a day. Gives the rule."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from propman.errors import Refused
from propman.inspections import recurrence
from propman.inspections.recurrence import LONGEST_TEXT, Frequency, Rule
from propman.rota.forms import WEEKDAYS
from propman.text import N_
from propman.web import KeyedForm
from propman.web.fields import NumberField, within, words_field

WRITTEN = ""
UNITS = {
    Frequency.DAILY: _l("days"),
    Frequency.WEEKLY: _l("weeks"),
    Frequency.MONTHLY: _l("months"),
    Frequency.YEARLY: _l("years"),
}
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CHOOSE = _l("Choose one of them.")
_OF_WEEKS = N_("A weekday goes with weeks. The first Monday of each month is written as a rule: "
               "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1.")  # fmt: skip
_BOTH = N_("Either pick how often, or write a rule: the one written here says something else than what is picked. "
           "Empty it, or choose “as the rule below is written” in place of days, weeks, months or years.")  # fmt: skip


def _select(label: Any, choices: list[tuple[Any, Any]], description: Any = None) -> SelectField:
    return SelectField(label, [Optional()], choices=[SelectChoice(str(value), word) for value, word in choices],
                       default="", invalid_choice_message=_CHOOSE, description=description)  # fmt: skip


class RuleForm(KeyedForm):
    """How often, as it is picked, or as a rule that is written."""

    every = NumberField(_l("Every how many"), [Optional(), within(1, 999)], default=1,
                        description=_l("1 is each, 2 every other."))  # fmt: skip
    unit = _select(_l("Days, weeks, months or years"), [*UNITS.items(), (WRITTEN, _l("as the rule below is written"))])
    weekday = _select(
        _l("On which weekday"), [("", "–"), *zip(_CODES, WEEKDAYS, strict=True)],
        _l("Of weeks. Without one it is the weekday of the day from which it counts."),
    )  # fmt: skip
    monthday = NumberField(
        _l("On which day of the month"), [Optional(), within(1, 31)],
        description=_l("Of months and years; 31 is the last day. Without one it is that from which it counts."),
    )  # fmt: skip
    month = _select(_l("In which month"), [("", "–"), *((each, str(each)) for each in range(1, 13))], _l("Of years."))
    rule = words_field(
        _l("Or a rule, written"), most=LONGEST_TEXT,
        description=_l("For what cannot be picked: FREQ=WEEKLY;BYDAY=MO,TH is each Monday and Thursday, "
                       "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1 the first Tuesday of each month."),
    )  # fmt: skip

    def validate_unit(self, field: Any) -> None:
        """Raises `ValidationError` for what is picked and cannot be meant."""
        picked = self._picked()
        if picked is None or not self.own_rule:
            return
        try:
            recurrence.read(picked)
        except Refused as refusal:
            raise ValidationError(gettext(refusal.sentence, **refusal.params)) from None

    def validate_weekday(self, field: Any) -> None:
        """Raises `ValidationError` for a weekday that is picked with something else than weeks: each one would be
        meant, where whoever picked it means the first.
        """
        if self._picked() is not None and self.own_rule and field.data and self.unit.data != Frequency.WEEKLY:
            raise ValidationError(gettext(_OF_WEEKS))

    def validate_rule(self, field: Any) -> None:
        """Raises `ValidationError` where something else is written than is picked."""
        picked, written = self._picked(), field.data
        if picked is not None and written and self.own_rule and recurrence.tidy(written) != recurrence.tidy(picked):
            raise ValidationError(gettext(_BOTH))

    @property
    def own_rule(self) -> bool:
        """Whether the rule counts at all."""
        return True

    @property
    def said_rule(self) -> str:
        """The rule as it is picked or written."""
        return self._picked() or self.rule.data or ""

    def _picked(self) -> str | None:
        """The rule of what is picked; None where it is written, also where nothing to pick was sent."""
        sent = not self.is_submitted() or self.unit.raw_data
        if not sent or self.unit.data == WRITTEN:
            return None
        said = (
            ("FREQ", self.unit.data), ("INTERVAL", self.every.data if (self.every.data or 1) > 1 else None),
            ("BYMONTH", self.month.data), ("BYMONTHDAY", self.monthday.data), ("BYDAY", self.weekday.data),
        )  # fmt: skip
        return ";".join(f"{name}={value}" for name, value in said if value)


def picked(text: str) -> dict[str, Any]:
    """What stands in the form for the rule `text`: what is picked, or the rule as written where that says more."""
    rule = recurrence.read(text)
    simple = (
        isinstance(rule, Rule) and rule.position is None
        and max(map(len, (rule.months, rule.monthdays, rule.weekdays))) < 2
        and (not rule.months or rule.frequency is Frequency.YEARLY)
        and (not rule.weekdays or rule.frequency is Frequency.WEEKLY)
    )  # fmt: skip
    if not simple or not isinstance(rule, Rule):
        return {"rule": text, "unit": WRITTEN, "every": None}
    return {
        "unit": rule.frequency.value, "every": rule.interval, "weekday": next(iter(rule.weekdays), ""),
        "monthday": next(iter(rule.monthdays), None), "month": str(next(iter(rule.months), "")),
    }  # fmt: skip
