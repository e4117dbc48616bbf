"""Reading a file by a map, and taking over what is new in it. A run that was killed is finished by the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.backlog.mapping import BadMap, Map, Where
from propman.backlog.operations.places import PlaceIds, prepare
from propman.backlog.queries import taken_over
from propman.backlog.rows import Refusal, Row, judged
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.sheets.tables import Table
from propman.tickets.models import ImportedTicket
from propman.tickets.operations import Claim, take_over

BATCH: Final = 500  # rows in one transaction
TRIES: Final = 3  # a rival takes the same rows over at this moment

Transaction = Callable[[], AbstractContextManager[Session]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Outcome:
    """What came of the records of one file: how many were loaded, or were there already; which are refused, and why."""

    loaded: int
    refused: Sequence[Refusal]
    unchanged: int

    @property
    def counts(self) -> str:
        """loaded/refused/unchanged."""
        return f"{self.loaded}/{len(self.refused)}/{self.unchanged}"


def run(transaction: Transaction, *, table: Table, by: Map, now: datetime, dry: bool = False) -> Outcome:
    """Take over the records of `table` that are new. `dry` writes nothing, and gives the same outcome.

    Each `transaction` is committed by the caller as it ends, or rolled back by one who wants it `dry`. Raises `BadMap`
    where map and table do not fit together or with what is stored; then nothing was taken over.
    """
    found = list(judged(table, by, now))
    rows = [one for one in found if isinstance(one, Row)]
    refused = [one for one in found if isinstance(one, Refusal)]
    _known_categories(transaction, by, now)
    wanted = _where_something_is_new(transaction, by, rows)
    places = _apart(transaction, lambda session: prepare(session, by, wanted, now)) if wanted else {}
    loaded = unchanged = 0
    for batch in _batches(rows):
        new, changed = _apart(transaction, partial(_take, by=by, rows=batch, places=places, now=now, dry=dry))
        loaded += new
        unchanged += len(batch) - new - len(changed)
        refused += changed
    return Outcome(loaded, sorted(refused, key=lambda one: one.number), unchanged)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _where_something_is_new(transaction: Transaction, by: Map, rows: Sequence[Row]) -> set[Where]:
    """The places of the rows that were not taken over yet: no others are looked for, and none is made in vain."""
    wanted = set()
    with transaction() as session:
        for batch in _batches(rows):
            known = taken_over(session, by.source, [row.source_id for row in batch])
            wanted |= {row.where for row in batch if row.source_id not in known}
    return wanted


def _known_categories(transaction: Transaction, by: Map, now: datetime) -> None:
    with transaction() as session:
        known = {kind.code for kind in categories(session, clock.local_date(now))}
    if unknown := sorted(set(by.categories.values()) - known):
        raise BadMap(f"[category]: there is no category {', '.join(map(repr, unknown))}. There are "
                     f"{', '.join(sorted(known))}.")  # fmt: skip


def _apart(transaction: Transaction, act: Callable[[Session], Result]) -> Result:
    """Do `act` in a transaction of its own, once more where a rival wrote the same at that moment."""
    for tried in count(1):
        try:
            with transaction() as session:
                return act(session)
        except IntegrityError:
            if tried == TRIES:
                raise
    raise AssertionError("not reached")


def _take(
    session: Session, *, by: Map, rows: Sequence[Row], places: PlaceIds, now: datetime, dry: bool
) -> tuple[int, list[Refusal]]:  # fmt: skip
    """Take over what is new of `rows`; gives how many, and those of which the file says something else by now."""
    known = taken_over(session, by.source, [row.source_id for row in rows])
    new = [row for row in rows if row.source_id not in known]
    there = ((row, known[row.source_id]) for row in rows if row.source_id in known)
    changed = [Refusal(row.number, row.source_id, why) for row, one in there for why in _changed(row, one)]
    if new and not dry:
        take_over(session, claims=[_claim(session, by, row, places) for row in new], now=now)
    return len(new), changed


def _changed(row: Row, known: ImportedTicket) -> Iterator[str]:
    """What another file said of the row that is there, if that was something else: at most one sentence."""
    before, after = (known.status, known.opened_at, known.closed_at), (row.status, row.opened_at, row.closed_at)
    if before != after:
        said = ", ".join(f"{'–' if old is None else old} then, {'–' if new is None else new} now"
                         for old, new in zip(before, after, strict=True) if old != new)  # fmt: skip
        yield f"It was taken over before, and the file says something else by now ({said}). It stays as it is."


def _claim(session: Session, by: Map, row: Row, places: PlaceIds) -> Claim:
    community_id, place_id = places[row.where]
    return Claim(
        source=by.source, source_id=row.source_id, state=row.state, opened_at=row.opened_at, closed_at=row.closed_at,
        status=row.status, channel=row.channel, category=row.category,
        community=session.get_one(Place, community_id), place=session.get_one(Place, place_id), words=row.words,
        spot=row.spot, result=row.result,
    )  # fmt: skip
