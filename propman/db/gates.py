"""What rows that come in together hang on: a row that must be new, and counts that must not be full."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from propman.db.base import Base
from propman.db.rows import insert_if_absent, insert_or_add, table_of


@dataclass
class Gate:
    """A `row` of `model` that must be new, and `counts`: rows of `counter`, each of which adds to what its column
    `counted` has already, unless that is as many as it says as "most".

    It is passed by the first rows that are put in behind it (`db.put_together`) and stands open from then on. Who
    passes waits for a rival's transaction that holds the same key.
    """

    model: type[Base]
    row: Mapping[str, Any]
    counter: type[Base]
    counted: str
    counts: Sequence[Mapping[str, Any]]
    passed: bool = field(default=False, init=False)

    def pass_alone(self, session: Session) -> None:
        """Pass it by statements of its own. Raises `Shut`."""
        new, added = insert_if_absent(session, self.model, self.row), []
        for count in self.counts if new else ():
            if not insert_or_add(session, self.counter, count, counted=self.counted, bounded=True):
                break
            added.append(count[named(self.counter)])
        self.judge(new=new, added=added)

    def judge(self, *, new: bool, added: Collection[Any]) -> None:
        """Note that it is passed. Raises `Shut` where its row was not `new`, or a count is not among the `added`."""
        full = [count for count in self.counts if count[named(self.counter)] not in added]
        if not new or full:
            raise Shut(full[0] if new else None)
        self.passed = True


class Shut(Exception):  # noqa: N818 - an answer, not a fault
    """Nothing came in behind a gate. A count was `full`: the caller rolls back; or, None, its row was there before."""

    def __init__(self, full: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.full = full


def named(counter: type[Base]) -> str:
    """The first column of the counter's key, by which its counts are told apart."""
    return table_of(counter).primary_key.columns.keys()[0]
