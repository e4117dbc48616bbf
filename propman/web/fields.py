"""Fields that read what people type about days, numbers, money and quantities, and name what cannot be read."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, StringField, TimeField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import TextInput

from propman import money
from propman.digits import narrow, ordinary
from propman.errors import Refused
from propman.personal import clean
from propman.web.filters import quantity
from propman.web.forms import at_most

DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}  # the keys of a telephone that are needed
SHOWN = 40  # of what was typed, in a sentence that names it
FIRST_YEAR = 1900  # no community has papers from before, and near the year 1 a day has no moment in UTC
_QUANTITY = re.compile(r"(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]{1,3})0*)?")


class DayField(DateField):
    """A day; what is none is named."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "2026-03-09", full-width digits too, and "" as no day. Raises ValueError, naming what was typed, for
        anything else, and for a year before `FIRST_YEAR`.
        """
        if valuelist == [""]:
            self.data = None
            return
        try:
            super().process_formdata([ordinary(typed) for typed in valuelist])
        except ValueError as error:
            sentence = gettext("%(typed)s is not a day. Write year-month-day: 2026-03-09.", typed=valuelist[0][:SHOWN])
            raise ValueError(sentence) from error
        if self.data is not None and self.data.year < FIRST_YEAR:
            slip, self.data = self.data.isoformat(), None
            raise ValueError(gettext("%(day)s cannot be meant. Look at the year.", day=slip))


class ClockField(TimeField):
    """A clock time; what is none is named."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "22:00", full-width too. Raises ValueError, naming what was typed, for anything else."""
        try:
            super().process_formdata([ordinary(typed) for typed in valuelist])
        except ValueError as error:
            raise ValueError(
                gettext("%(typed)s is not a time. Write it like 22:00.", typed=valuelist[0][:SHOWN])
            ) from error


class NumberField(IntegerField):
    """A whole number; what is none is named."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "320", full-width digits too. Raises ValueError, naming what was typed, for anything else."""
        try:
            super().process_formdata([ordinary(typed) for typed in valuelist])
        except ValueError as error:
            raise ValueError(gettext("%(typed)s is not a whole number.", typed=valuelist[0][:SHOWN])) from error


class AmountField(Field):
    """An amount in yuan, as fen; what is none is named."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **{"render_kw": DECIMAL, **more})

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else money.text(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "1,234.50" or "1234.5 元". Raises ValueError with the sentence of `money.parse` for anything else."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = money.parse(valuelist[0])
            except Refused as refusal:
                raise ValueError(gettext(refusal.sentence, **refusal.params)) from refusal


class QuantityField(Field):
    """A quantity with up to three decimals; what is none is named."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **{"render_kw": DECIMAL, **more})

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else quantity(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "1200" or "12.5", full-width digits too. Raises ValueError, naming what was typed, for anything else."""
        self.data = None
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        found = _QUANTITY.fullmatch(typed)
        if found is None:
            typed = valuelist[0].strip()[:SHOWN]
            raise ValueError(gettext("%(typed)s is not a quantity: digits and at most three decimals.", typed=typed))
        self.data = Decimal(f"{found['whole']}.{found['part'] or 0}")


def within(least: int, most: int) -> NumberRange:
    """A number from `least` to `most`; else a sentence that names both."""
    sentence = _l("It must be a number from %(least)s to %(most)s.", least=least, most=most)
    return NumberRange(least, most, sentence)


def tidy(text: str | None) -> str | None:
    """Typed text on one line as it would be stored, so that its length is counted as the column counts it."""
    return " ".join(clean(text).split()) if text else text


def narrowed(text: str | None) -> str | None:
    """Typed text with ordinary digits and signs for full-width ones."""
    return narrow(text) if text else text


def words_field(label: Any, *validators: Any, most: int, **more: Any) -> StringField:
    """A text on one line of at most `most` characters; optional unless one of `validators` requires it."""
    return StringField(label, [*(validators or (Optional(),)), at_most(most)], filters=[tidy], **more)
