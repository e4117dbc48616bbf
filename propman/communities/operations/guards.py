"""What every act here asks first: that the name and the telephone fit, that the date is no slip."""

from __future__ import annotations

import re
from datetime import date

from propman.errors import Refused
from propman.personal import clean
from propman.text import N_

LONGEST_NAME = 80
LONGEST_PHONE = 40
MOST_DIGITS = 15  # of a telephone number anywhere (ITU-T E.164)
EARLIEST = date(1949, 10, 1)
YEARS_AHEAD = 10

_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/-]{1,37}[0-9]")


def fit_name(text: str, *, field: str = "name") -> str:
    """`text` as a name on one line, of 1 to 80 printable characters. Raises `Refused` naming the field."""
    name = " ".join(clean(text).split())
    if not name:
        raise Refused(N_("Give a name."), field=field)
    if len(name) > LONGEST_NAME:
        raise Refused(N_("The name is too long: at most %(most)s characters."), field=field, most=LONGEST_NAME)
    if not name.isprintable():
        raise Refused(N_("The name holds characters that do not belong in a name."), field=field)
    return name


def fit_optional_name(text: str | None, *, field: str) -> str | None:
    """As `fit_name`; nothing typed gives None."""
    return fit_name(text, field=field) if text and text.strip() else None


def fit_phone(text: str | None) -> str | None:
    """A public telephone as it is dialled here (12345, 0451-8466 1234); nothing typed gives None. Raises `Refused`."""
    typed = clean(text or "")
    if not typed:
        return None
    if not _PHONE.fullmatch(typed) or sum(map(str.isdigit, typed)) > MOST_DIGITS:
        raise Refused(
            N_("%(typed)s is not a telephone number: use digits, spaces and - ( ) / only."),
            field="phone",
            typed=typed[:LONGEST_PHONE],
        )
    return typed


def no_slip(on: date, today: date, *, field: str) -> None:
    """Raise `Refused` for a day that can only be a slip of the finger: before 1949 or more than ten years ahead."""
    if not EARLIEST <= on <= date(today.year + YEARS_AHEAD, 12, 31):
        raise Refused(N_("%(day)s cannot be meant. Look at the year."), field=field, day=on.isoformat())
