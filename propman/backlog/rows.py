"""One record of a foreign table: what it claims, or why it is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from propman import clock
from propman.backlog.mapping import BadMap, Map, Where
from propman.digits import narrow, ordinary
from propman.sheets.tables import Row as Line
from propman.sheets.tables import Table
from propman.tickets.workflow import State

EARLIEST: Final = datetime(1949, 10, 1, tzinfo=UTC)
LONGEST_ID: Final = 80
LONGEST_STATUS: Final = 80
LONGEST_SPOT: Final = 80
LONGEST_WORDS: Final = 2000
BETWEEN: Final = " · "
Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Row:
    """What a record claims, as propman understands it. `number` counts the records, without the heading."""

    number: int
    source_id: str
    state: State
    opened_at: datetime
    closed_at: datetime | None
    status: str
    channel: str
    category: str
    where: Where
    words: str
    spot: str
    result: str


@dataclass(frozen=True)
class Refusal:
    """A record that is not taken over, and the sentence that says why."""

    number: int
    source_id: str
    reason: str


class _Unusable(Exception):  # noqa: N818
    """A value that cannot be meant."""


@dataclass(frozen=True)
class _Cells:
    """The cells of one record by their headings, without spaces around them."""

    heading: dict[str, int]
    line: Line

    def __getitem__(self, column: str) -> str:
        value = self.line.at(self.heading[column]) if column else None
        return str(value).strip() if value is not None else ""


def judged(table: Table, by: Map, now: datetime) -> Iterator[Row | Refusal]:
    """Each record of `table`, in its order. Raises `BadMap` for a column that is not there, or there twice.

    Of two records with one id the first counts, whatever becomes of it.
    """
    heading = _heading(table, by)
    width, first = len(table.rows[0].values), table.rows[0].number
    seen: dict[str, int] = {}
    for line in table.rows[1:]:
        cells, number = _Cells(heading, line), line.number - first
        source_id = cells[by.columns.id]
        try:
            if len(line.values) > width:
                raise _Unusable("It has more cells than there are headings.")
            if source_id in seen:
                raise _Unusable(f"Record {seen[source_id]} of this file has the same id.")
            if source_id:
                seen[source_id] = number
            yield _row(cells, number, by, now)
        except _Unusable as why:
            yield Refusal(number, source_id, str(why))


def _heading(table: Table, by: Map) -> dict[str, int]:
    names: Sequence[str] = [str(value or "").strip() for value in table.rows[0].values]
    for name in by.columns.named:
        if names.count(name) != 1:
            there = "There is no column" if name not in names else "There are two columns"
            raise BadMap(f"{there} {name!r} in the file. Its columns: {', '.join(filter(None, names))}.")
    return {name: place for place, name in enumerate(names, start=1) if name}


def _row(cells: _Cells, number: int, by: Map, now: datetime) -> Row:
    columns = by.columns
    source_id = _fit(cells[columns.id], "id", LONGEST_ID)
    if not source_id:
        raise _Unusable("It has no id.")
    status = _fit(cells[columns.status], "status", LONGEST_STATUS)
    state = _meant(by.states, status, "status")
    opened_at = _moment(cells[columns.opened], by, "opened", now)
    closed_at = _moment(cells[columns.closed], by, "closed", now) if cells[columns.closed] else None
    if state is State.CONFIRMED and closed_at is None:
        raise _Unusable("It is closed, and does not say when.")
    if state is State.SUBMITTED and closed_at is not None:
        raise _Unusable("It is open, and says when it was closed.")
    if closed_at is not None and closed_at < opened_at:
        raise _Unusable(f"It was closed ({cells[columns.closed]}) before it was opened ({cells[columns.opened]}).")
    words = BETWEEN.join(filter(None, (cells[column] for column in columns.words)))
    return Row(
        number, source_id, state, opened_at, closed_at, status,
        channel=_fit(cells[columns.channel], "channel", LONGEST_STATUS),
        category=_meant(by.categories, cells[columns.category], "category"),
        where=_meant(by.places, cells[columns.place], "place"),
        words=_fit(words, "words", LONGEST_WORDS),
        spot=_fit(cells[columns.address], "address", LONGEST_SPOT),
        result=_fit(cells[columns.result], "result", LONGEST_WORDS),
    )  # fmt: skip


def _meant(meanings: Mapping[str, Meaning], value: str, what: str) -> Meaning:
    if value not in meanings:
        said = f"The {what} {value!r}" if value else f"An empty {what}"
        raise _Unusable(f"{said} is not in the map.")
    return meanings[value]


def _fit(text: str, what: str, most: int) -> str:
    if len(text) > most:
        raise _Unusable(f"Its {what} is longer than {most} characters.")
    return text


def _moment(text: str, by: Map, what: str, now: datetime) -> datetime:
    """The moment that `text` says, in UTC; in the zone of the map where it names none."""
    if not text:
        raise _Unusable(f"It does not say when it was {what}.")
    try:
        typed, format_ = ordinary(text), narrow(by.format)
        found = datetime.strptime(typed, format_) if format_ else datetime.fromisoformat(typed)  # noqa: DTZ007
        at = (found if found.tzinfo else found.replace(tzinfo=by.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Unusable(f"{text!r} is no moment at which it was {what}.") from None
    if not EARLIEST <= at <= now:
        early = "1949" if at < EARLIEST else f"{clock.local(now):%Y-%m-%d %H:%M}, when this is read"
        raise _Unusable(f"It was {what} ({text}) {'before' if at < EARLIEST else 'after'} {early}.")
    return at
