"""The dated rows in the memory of a process: they change a few times a year and are asked for by every page.

One row, `RulesStamp`, carries a random word that every change of a dated row draws anew in its own transaction. The
statement that says who is looking brings the word along, others ask for it once in a transaction; under a word it
knows, a process has read the rows already. So a change counts from its commit on in all processes, and nobody meets one
that was rolled back: its word never comes again. What else changes as seldom is kept in the same manner (`Rules.once`):
the ways of sending, which months are closed. Whoever changes it calls `changed`.

Rows come detached from any session and are shared by all threads: they are read, never changed. Whoever changes one
loads it (`queries.versions`, `db.held`). Whoever changes rows by hand, in SQL, draws a new word too.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import event, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, object_session

from propman.catalogue.models import Dated, RulesStamp

Row = TypeVar("Row", bound=Any)  # a model of catalogue.models: `Dated` and `Base` at once
Found = TypeVar("Found")

STAMPS = 4  # words whose rows are remembered: the present one, and the one before while a change is under way
MOST = 2000  # answers remembered for one word: some kinds of them about each day, mostly of today
STAMP = select(RulesStamp.stamp)
"""The word under which the rules stand now."""
_HERE = "propman.catalogue.rules"


class Rules:
    """Every dated row as it stands under one word, read table by table when it is first asked for."""

    def __init__(self) -> None:
        self._rows: dict[Any, tuple[Any, ...]] = {}
        self._answers: dict[Hashable, Any] = {}

    def rows(self, session: Session, model: type[Row]) -> tuple[Row, ...]:
        """Every row of `model`, also of days gone and to come, the earlier before the later."""
        if model not in self._rows:
            self._rows[model] = _read(session, model)
        return self._rows[model]

    def in_force(self, session: Session, model: type[Row], on: date) -> tuple[Row, ...]:
        """Of every thing that `model` holds the row in force on `on`: the one that came into force last."""

        def find() -> tuple[Row, ...]:
            rows = self.rows(session, model)
            speaking = (row for row in rows if row.valid_from <= on and (row.valid_to is None or on < row.valid_to))
            return tuple({row.called: row for row in speaking}.values())

        return self.once((model, on), find)

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` gives, remembered under `key`."""
        if key not in self._answers:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = find()
        found: Found = self._answers[key]
        return found


_known: OrderedDict[str, Rules] = OrderedDict()


def rules(session: Session) -> Rules:
    """The rules as `session` sees them; one short statement in a transaction, however often they are asked for."""
    session._autoflush()  # as before any SELECT: what the session holds counts
    here = session.info.get(_HERE)
    if here is not None and here[0] is session.get_transaction():
        found: Rules = here[1]
        return found
    return under(session, session.scalar(STAMP))


def under(session: Session, stamp: str | None) -> Rules:
    """The rules under the word `stamp`, which another statement of this transaction of `session` brought along."""
    known = _known.get(stamp) if stamp else None
    if known is None:
        known = Rules()
        if stamp:
            _known[stamp] = known
            while len(_known) > STAMPS:
                _known.popitem(last=False)
    session.info[_HERE] = session.get_transaction(), known
    return known


def changed(session: Session) -> None:
    """Note in the transaction of `session` that a dated row changed; a change by way of the ORM says so by itself."""
    session.info.pop(_HERE, None)
    _draw(session.connection())


def _draw(connection: Connection) -> None:
    word = secrets.token_hex(16)
    if not connection.execute(update(RulesStamp).values(stamp=word)).rowcount:
        connection.execute(insert(RulesStamp).values(id=1, stamp=word))


@event.listens_for(Dated, "after_insert", propagate=True)
@event.listens_for(Dated, "after_update", propagate=True)
@event.listens_for(Dated, "after_delete", propagate=True)
def _note(_mapper: object, connection: Connection, row: Any) -> None:
    session = object_session(row)
    if session is not None:
        session.info.pop(_HERE, None)
    _draw(connection)


def _read(session: Session, model: type[Row]) -> tuple[Row, ...]:
    """The rows through a session of their own, in the transaction of `session`."""
    with Session(session.connection(), expire_on_commit=False) as reader:
        rows = tuple(reader.scalars(select(model).order_by(model.valid_from, model.id)))
        reader.expunge_all()
    return rows
