"""What a cell means, for a column that says what it wants: text, a number, a share, a day, yes or no. Pure.

Every reader takes the value of one cell and gives None for an empty one. What it cannot read is refused, for the form
field `field` where one is named; the place `typed` of the sentence is the value as it stands in the cell.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from propman.errors import Refused
from propman.sheets.tables import NOT_COMPUTED, Fault, Value
from propman.text import N_

NOT_A_DATE: Final = N_("%(typed)s is not a date. Please write it as 2021-09-30.")
LONGEST_SHOWN: Final = 40
MOST_DIGITS: Final = 15  # a spreadsheet keeps no more of a number
FIRST_DAY: Final = date(1950, 1, 1)  # what is outside is a slip: 2021 as a serial number is a day of 1905
LAST_DAY: Final = date(2149, 12, 31)  # and serial numbers have five digits, so that 202109 is none
DAY_0: Final = date(1899, 12, 30)  # of serial numbers, from March 1900 on; before that Excel has a day too many
DAY_0_OF_1904: Final = date(1904, 1, 1)
YES: Final = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "t", "1"})
NO: Final = frozenset({"否", "无", "没有", "不是", "×", "✗", "✘", "x", "n", "no", "false", "f", "0"})

_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.[0-9]{1,30})?")
_DAY: Final = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?)")
_AROUND_SIGNS: Final = re.compile(r"\s*([年月日号])\s*")
_COMPACT_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL: Final = re.compile(r"[0-9]{5}(?:\.0+)?")
_TIME_OF_DAY: Final = re.compile(r"[T ]?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")


def prose(value: Value, *, field: str | None = None) -> str | None:
    """Text as it stands, in Unicode form NFC, trimmed, line ends as \\n, without characters that nobody sees.

    A number is written without exponent, a day as 2021-09-30, a truth value as TRUE or FALSE. Raises `Refused` for an
    error, and for a number with more digits than a spreadsheet keeps.
    """
    if isinstance(value, Fault):
        raise _faulty(value, field)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        if abs(value) >= 10**MOST_DIGITS:
            sentence = N_("%(typed)s has lost digits: a spreadsheet keeps 15 of a number. Please make the cell a text "
                          "and type it again.")  # fmt: skip
            raise _refused(sentence, value, field)
        return f"{exact(value):f}"
    if isinstance(value, date):
        return shown(value)
    lines = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", lines)).strip() or None


def text(value: Value, *, field: str | None = None) -> str | None:
    """As `prose`, in form NFKC: full-width letters, digits and signs become ordinary ones. For names and codes."""
    found = prose(value, field=field)
    return unicodedata.normalize("NFKC", found).strip() or None if found else None


def number(value: Value, *, field: str | None = None) -> Decimal | None:
    """A number: of a cell to the 15 digits that a spreadsheet keeps; of a text as typed, with or without thousands set
    apart ("1,234.5"). Raises `Refused` for anything else, units included.
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        return exact(value)
    found = _plain(value, field)
    if found is None:
        return None
    raised = isinstance(value, str) and any(unicodedata.category(sign) == "No" for sign in value)  # 5² is not 52
    if raised or isinstance(value, bool | date) or not _NUMBER.fullmatch(found):
        raise _refused(N_("%(typed)s is not a number."), value, field)
    return Decimal(found.replace(",", ""))


def whole(value: Value, *, field: str | None = None) -> int | None:
    """A whole number, also written as 3.0. Raises `Refused` for anything else."""
    found = number(value, field=field)
    if found is not None and found != found.to_integral_value():
        raise _refused(N_("%(typed)s is not a whole number."), value, field)
    return None if found is None else int(found)


def share(value: Value, *, field: str | None = None) -> Decimal | None:
    """A part of a whole, from 0 to 1: "35%" and 0.35 are the same. Raises `Refused` for anything else.

    35 without a sign is refused too: it would be a guess.
    """
    found = _plain(value, field) if isinstance(value, str) else None
    if found and found.endswith("%"):
        typed = found[:-1].rstrip()
        part = Decimal(typed.replace(",", "")) / 100 if _NUMBER.fullmatch(typed) else None
    else:
        part = number(value, field=field)
        if part is None:
            return None
    if part is None or not 0 <= part <= 1:
        raise _refused(N_("%(typed)s is not a share between 0 and 100 per cent. Please write it with the sign."), value,
                       field)  # fmt: skip
    return part


def day(value: Value, *, date_1904: bool = False, field: str | None = None) -> date | None:
    """A day: a date cell, its serial number (counted from 1904 where the table says `date_1904`), 20210930, or text as
    2021-09-30, 2021/9/30, 2021.9.30, 2021年9月30日. A time of day behind it is left out.

    Raises `Refused` for days that no calendar has, for years before 1950 and after 2149, and for anything else.
    """
    if isinstance(value, bool):
        raise _refused(NOT_A_DATE, value, field)
    if isinstance(value, datetime):
        return _sensible(value.date(), value, field)
    if isinstance(value, date):
        return _sensible(value, value, field)
    found = _plain(value, field)
    if found is None:
        return None
    if _SERIAL.fullmatch(found) or isinstance(value, float) and re.fullmatch(r"[0-9]{5}\.[0-9]+", found):
        first = DAY_0_OF_1904 if date_1904 else DAY_0
        return _sensible(first + timedelta(days=int(found[:5])), value, field)
    return _typed_day(found, value, field)


def _typed_day(found: str, value: Value, field: str | None) -> date:
    if len(found) > LONGEST_SHOWN:  # no day is as long, and spaces without end would be gone through again and again
        raise _refused(NOT_A_DATE, value, field)
    found = _AROUND_SIGNS.sub(r"\1", found)
    parts = _COMPACT_DAY.fullmatch(found) or _DAY.match(found)
    if parts is None or not (parts.end() == len(found) or _TIME_OF_DAY.fullmatch(found, parts.end())):
        raise _refused(NOT_A_DATE, value, field)
    year, month, day_of_month = (int(part) for part in parts.groups() if part and part.isdigit())
    try:
        return _sensible(date(year, month, day_of_month), value, field)
    except ValueError:
        raise _refused(N_("%(typed)s is not a day of the calendar."), value, field) from None


def flag(value: Value, *, field: str | None = None) -> bool | None:
    """Yes or no: a truth value, 是 or 否, 有 or 无, √ or ×, yes or no, 1 or 0. Raises `Refused` for anything else."""
    if isinstance(value, bool):
        return value
    found = _plain(value, field)
    if found is None:
        return None
    if found.casefold() in YES | NO:
        return found.casefold() in YES
    raise _refused(N_("%(typed)s is neither yes nor no. Please write yes or no."), value, field)


def shown(value: Value) -> str:
    """The value as a person would find it in the cell, at most 40 characters; "" for an empty one."""
    if isinstance(value, Fault):
        return "" if value.code == NOT_COMPUTED else value.code
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float | int):
        return f"{exact(value):f}"[:LONGEST_SHOWN]
    return " ".join(_UNSEEN.sub("", value or "").split())[:LONGEST_SHOWN]


def exact(value: float | Decimal) -> Decimal:
    """A number, of a float to the digits that a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3."""
    return Decimal(f"{value:.{MOST_DIGITS}g}") + 0 if isinstance(value, float) else Decimal(value)


def _plain(value: Value, field: str | None) -> str | None:
    """A value as text in form NFKC, the minus signs of typesetters made ordinary."""
    found = text(value, field=field)
    return found and re.sub("[\u2010-\u2015\u2212]", "-", found)


def _sensible(found: date, value: Value, field: str | None) -> date:
    if not FIRST_DAY <= found <= LAST_DAY:
        sentence = N_("%(typed)s would be %(found)s. Days from 1950 to 2149 can be read.")
        raise Refused(sentence, field=field, typed=shown(value), found=found.isoformat())
    return found


def _faulty(value: Fault, field: str | None) -> Refused:
    if value.code == NOT_COMPUTED:
        return Refused(N_("The formula in this cell was never computed. Please open the file in Excel and save it."),
                       field=field)  # fmt: skip
    return Refused(N_("The cell shows the error %(typed)s."), field=field, typed=value.code)


def _refused(sentence: str, value: Value, field: str | None) -> Refused:
    return Refused(sentence, field=field, typed=shown(value))
