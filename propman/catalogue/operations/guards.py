"""What every change of the catalogue of parts asks first: that texts, codes, days and figures can be meant."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from propman.errors import Refused
from propman.personal import clean
from propman.text import N_

LONGEST_LISTS = {"attributes": 400, "warranty_keys": 60, "categories": 200, "asset_types": 200, "roles": 200,
                 "schedules": 200}  # fmt: skip
MOST_YEARS = 200
EARLIEST = 1949
YEARS_AHEAD = 10


def fit_line(text: str, *, field: str, most: int) -> str:
    """`text` on one line of 1 to `most` printable characters. Raises `Refused` naming the field."""
    line = " ".join(clean(text).split())
    if not line or not line.isprintable():
        raise Refused(N_("Say something here."), field=field)
    if len(line) > most:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=most)
    return line


def fit_code(code: str, form: re.Pattern[str], sentence: str) -> None:
    """Raise `Refused` with `sentence` for a code that does not have this form."""
    if not form.fullmatch(code):
        raise Refused(sentence, field="code")


def fit_number(number: str, form: re.Pattern[str]) -> None:
    """Raise `Refused` for a telephone number that cannot be dialled."""
    if not form.fullmatch(number):
        raise Refused(N_("A number to call is digits and hyphens: 0451-96556."), field="number")


def fit_day(on: date, today: date, *, field: str) -> None:
    """Raise `Refused` for a day that can only be a slip of the finger."""
    if not EARLIEST <= on.year <= today.year + YEARS_AHEAD:
        raise Refused(N_("%(day)s cannot be meant. Look at the year."), field=field, day=on.isoformat())


def fit_past(on: date, today: date, *, field: str) -> None:
    """As `fit_day`, and refuse a day yet to come."""
    fit_day(on, today, field=field)
    if on > today:
        raise Refused(N_("%(day)s is yet to come."), field=field, day=on.isoformat())


def fit_life(life_from: int | None, life_to: int | None) -> None:
    """Raise `Refused` for a service life of which one end is missing, reversed or beyond all reason."""
    if (life_from is None) != (life_to is None):
        raise Refused(N_("Say the service life from and to, or neither."), field="life_to")
    for years, field in ((life_from, "life_from"), (life_to, "life_to")):
        if years is not None and not 1 <= years <= MOST_YEARS:
            raise Refused(N_("It must be a number from %(least)s to %(most)s."), field=field, least=1, most=MOST_YEARS)
    if life_from is not None and life_to is not None and life_to < life_from:
        raise Refused(N_("The service life is reversed."), field="life_to")


def fit_list(codes: tuple[str, ...], known: Collection[str], *, field: str) -> str | None:
    """`codes` as one column holds them, each once. Raises `Refused` for one that is not `known`."""
    for code in codes:
        if code not in known:
            raise Refused(N_("%(name)s is not in the catalogue."), field=field, name=code[:40])
    joined = ",".join(dict.fromkeys(codes))
    if len(joined) > LONGEST_LISTS[field]:
        raise Refused(N_("These are too many."), field=field)
    return joined or None
