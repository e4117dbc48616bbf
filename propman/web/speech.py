"""The program's own words for whoever reads, each found once for a language and then taken from memory.

For pages that say the same few things many times: what happened, who did it, on which day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from babel import Locale
from flask_babel import get_locale, gettext, ngettext

from propman import clock

Key = TypeVar("Key")


class Speech:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._weekdays = Locale(language).days["format"]["abbreviated"]
        self._said: dict[str, str] = {}
        self._tables: dict[int, Mapping[object, str]] = {}

    def __call__(self, message: str, /, **facts: object) -> str:
        """`message`, an English text of the program marked by `N_`, with its `facts`."""
        found = self._said.get(message)
        if found is None:
            found = self._said[message] = str(gettext(message))
        return found % facts if facts else found

    def of(self, table: Mapping[Key, object]) -> Mapping[Key, str]:
        """A `table` of words that a module keeps for good: of its members the names in this language."""
        found = self._tables.get(id(table))
        if found is None:
            found = self._tables[id(table)] = {member: str(word) for member, word in table.items()}
        return found  # type: ignore[return-value]

    def plural(self, one: str, many: str, number: int) -> str:
        """`one` or `many`, texts with %(num)d, by the `number`."""
        return str(ngettext(one, many, number))

    def day(self, on: date | datetime | None) -> str:
        """`on` as a date with its weekday; a dash for None."""
        if on is None:
            return "–"
        if isinstance(on, datetime):
            on = clock.local_date(on)
        return f"{on.isoformat()} {self._weekdays[on.weekday()]}"

    def text_of(self, row: object, what: str) -> str:
        """Of a dated row's two texts about `what` ("name", "reason") the one in this language."""
        return str(getattr(row, f"{what}_{'zh' if self.language == 'zh' else 'en'}"))


def speech() -> Speech:
    """The words of whoever reads now."""
    locale = get_locale()
    return _kept(locale.language) if locale else Speech("zh")  # without a reader there are no translations to keep


_kept = cache(Speech)
