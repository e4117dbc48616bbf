"""What the cells of our columns hold, read more narrowly than `sheets.values` does: bounds, units, answers. Pure.

Each takes the value of a cell that is not empty and gives None where nothing is in it after all. What cannot be taken
is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from propman.errors import Refused
from propman.money import MOST_FEN
from propman.register.choices import folded, meant
from propman.register.columns import Column
from propman.sheets import values
from propman.sheets.headings import plain
from propman.sheets.tables import Value
from propman.text import N_

EARLIEST: Final = date(1949, 10, 1)
YEARS_AHEAD: Final = 10
MOST_QUANTITY: Final = 10**9
LONGEST_PROPERTY: Final = 200

WRONG_ANSWER: Final = N_("%(typed)s is none of the answers: %(answers)s.")
"""`answers` is the field, whose answers are listed where the sentence is shown, in the reader's language."""

_COUNTED: Final = re.compile(r"(?P<number>[0-9.,]+)\s*(?P<unit>[^\W\d_]+)")
_YUAN: Final = {"万元": 10_000, "元": 1, "CNY": 1, "RMB": 1}  # behind an amount; the longer one first


def words(value: Value, *, most: int) -> str | None:
    """A text on one line of at most `most` characters, as it stands."""
    found = " ".join((values.prose(value) or "").split())
    if not found:
        return None
    if len(found) > most:
        raise Refused(N_("Please keep it to %(most)s characters."), most=most)
    if not found.isprintable():
        raise Refused(N_("It holds characters that do not belong here."))
    return found


def code(value: Value, *, most: int) -> str | None:
    """As `words`, with full-width letters and digits made ordinary."""
    typed = words(value, most=most)
    normal = " ".join(unicodedata.normalize("NFKC", typed or "").split())
    return normal if normal.isprintable() and 0 < len(normal) <= most else typed


def told(value: Value) -> str | None:
    """The text of a property."""
    found = " ".join((values.prose(value) or "").split())
    if len(found) > LONGEST_PROPERTY:
        raise Refused(N_("Please keep it to %(most)s characters."), most=LONGEST_PROPERTY)
    return found or None


def choice(value: Value, *, field: str) -> str | None:
    """The code of one of the answers to `field`."""
    found = values.text(value)
    if found is None:
        return None
    answer = meant(field, found)
    if answer is None:
        raise Refused(WRONG_ANSWER, typed=values.shown(value), answers=field)
    return answer.code


def named(value: Value, *, among: Mapping[str, str], field: str) -> str | None:
    """The code of a type of part or a warranty rule, by what means it."""
    found = values.text(value)
    if found is None:
        return None
    if (known := among.get(folded(found))) is not None:
        return known
    if field == "type_code":
        raise Refused(N_("The catalogue has no type %(code)s."), code=values.shown(value))
    raise Refused(N_("The catalogue has no warranty rule %(code)s."), code=values.shown(value))


def quantity(value: Value) -> Decimal | None:
    """A quantity of at least 0 with up to three decimals."""
    found = values.number(value)
    if found is not None and (not 0 <= found < MOST_QUANTITY or found * 1000 % 1):
        raise Refused(N_("A quantity is a number of at least 0 with up to three decimals."))
    return found


def number(value: Value) -> int | float | None:
    """The number of a property, with up to three decimals."""
    found = values.number(value)
    if found is None:
        return None
    if abs(found) >= MOST_QUANTITY or found * 1000 % 1:
        raise Refused(N_("%(typed)s is not a number with up to three decimals."), typed=values.shown(value))
    return int(found) if found == found.to_integral_value() else float(found)


def told_day(value: Value, *, date_1904: bool) -> str | None:
    """The day of a property, as it is stored: 2027-02-28."""
    found = values.day(value, date_1904=date_1904)
    return found.isoformat() if found else None


def amount(value: Value, *, by: int) -> int | None:
    """An amount of money in fen. It stands in units of `by` yuan, unless the cell says 元 or 万元 itself."""
    yuan = values.number(value) if not isinstance(value, str) else None
    if isinstance(value, str):
        typed = (values.text(value) or "").removeprefix("¥")
        unit = next((each for each in _YUAN if typed.endswith(each)), "")
        bare = typed.removesuffix(unit).strip()
        if not (bare or unit):
            return None
        by = _YUAN.get(unit, by)
        yuan = _amount(bare, value)
    if yuan is None:
        return None
    fen = yuan * by * 100
    if fen >= MOST_FEN:  # asked first: of a number with so many digits nothing is left to take a remainder of
        raise Refused(N_("%(typed)s yuan is too much."), typed=values.shown(value))
    if fen < 0 or fen % 1:
        raise _not_an_amount(value)
    return int(fen)


def _amount(typed: str, value: Value) -> Decimal:
    try:
        found = values.number(typed)
    except Refused:
        found = None
    if found is None:
        raise _not_an_amount(value)
    return found


def whole(value: Value, *, by: int, column: Column) -> int | None:
    """A whole number within the bounds of `column`. It stands in units of `by`, unless the cell says its unit itself:
    "5年".
    """
    counted = _COUNTED.fullmatch(values.text(value) or "") if isinstance(value, str) else None
    plain_value: Value = value
    if counted and (own := _own_unit(column, counted["unit"])):
        plain_value, by = counted["number"], own
    found = values.whole(plain_value)
    if found is None:
        return None
    if not column.least <= found * by <= column.greatest:
        raise Refused(N_("Give a whole number from 1 to %(most)s."), most=column.greatest // by)
    return found * by


def day(value: Value, *, date_1904: bool, last: date, today: date) -> date | None:
    """A day from 1949 up to `last`."""
    found = values.day(value, date_1904=date_1904)
    if found is None or EARLIEST <= found <= last:
        return found
    if last == today:
        raise Refused(N_("%(day)s cannot be: it must lie between 1949 and today."), day=found.isoformat())
    raise Refused(N_("%(day)s cannot be meant. Look at the year."), day=found.isoformat())


def _own_unit(column: Column, unit: str) -> int | None:
    return next((by for each, by in (column.units or {}).items() if plain(each) == plain(unit)), None)


def _not_an_amount(value: Value) -> Refused:
    return Refused(N_("%(typed)s is not an amount in yuan."), typed=values.shown(value))
