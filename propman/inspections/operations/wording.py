"""What is asked of whoever writes down an event or changes it: on whose word, why, and not too late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from propman.errors import Refused
from propman.inspections.models.occasions import LONGEST_SOURCE
from propman.personal import clean, one_line
from propman.text import N_

LONGEST_REASON = 500


def say_why(reason: str) -> None:
    """Raises `Refused` for a `reason` that is none or too long."""
    if not clean(reason):
        raise Refused(N_("Please say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(N_("Please keep it to %(most)s characters."), field="reason", most=LONGEST_REASON)


def in_time(deadlines: Iterable[date | None], on: date, field: str = "ends_on") -> None:
    """Refuse days by which something would have been due before anybody was told."""
    first = min((day for day in deadlines if day is not None), default=on)
    if first < on:
        raise Refused(N_("By these days something was due on %(day)s already, and nobody was told."), field=field,
                      day=first)  # fmt: skip


def whose_word(source: str) -> str:
    """`source` as it is kept. Raises `Refused` for one that is none or too long."""
    nothing = N_("Please say on whose word: the weather service, a notice, what was seen.")
    return one_line(source, nothing=nothing, field="source", most=LONGEST_SOURCE)
