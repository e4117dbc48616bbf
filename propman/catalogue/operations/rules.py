"""Categories and their questions, routing, time limits, numbers to call, calendar, hours, settings: a row more each.

What was in force before stays on record, so that a deadline of last year can still be explained.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import CategoryQuestion
from propman.catalogue.operations import rows
from propman.catalogue.operations.fitting import KINDS, Kind
from propman.db import held
from propman.errors import Refused
from propman.text import N_


def add_rule(session: Session, *, kind: str, said: Mapping[str, Any], actor_id: int | None, now: datetime) -> Any:
    """As `add_of`, for a kind of this room by its word in `KINDS`."""
    return add_of(session, of=KINDS[kind], said=said, actor_id=actor_id, now=now)


def change_rule(
    session: Session, *, kind: str, row_id: int, said: Mapping[str, Any], actor_id: int | None, now: datetime
) -> Any:
    """As `change_of`, for a kind of this room by its word in `KINDS`; a question of today may have been answered."""
    return change_of(session, of=KINDS[kind], row_id=row_id, said=said, actor_id=actor_id, now=now)


def add_of(session: Session, *, of: Kind, said: Mapping[str, Any], actor_id: int | None, now: datetime) -> Any:
    """Add a thing of the kind `of` that the catalogue does not hold from that day on; gives its row.

    `said` holds its key, its columns, `source`, `verified_on`, `valid_from`. Raises `Refused` naming the field for
    what cannot be meant, and 409 for a thing that is there.
    """
    today = clock.local_date(now)
    row = of.model(**{name: said[name] for name in of.key})
    columns = _columns(session, of, row, said, today)
    there = queries.versions(session, of.model, rows.same_thing(row))
    if any(one.valid_to is None or one.valid_to > said["valid_from"] for one in there):
        raise Refused(N_("There is already a %(name)s here."), field=of.key[-1] if of.key else None, status=409,
                      name=row.called)  # fmt: skip
    return rows.add(session, row, columns, there[0] if there else None, actor_id, now)


def change_of(
    session: Session, *, of: Kind, row_id: int, said: Mapping[str, Any], actor_id: int | None, now: datetime
) -> Any:
    """Say otherwise of the thing that the row speaks of, from a day on; gives the new row, or the one corrected.

    A row that nobody could have used yet is corrected in place. Raises `Refused` as `add_of` and for a day that is not
    after the row that stands; `NotFound`.
    """
    today = clock.local_date(now)
    before = rows.last(session, of.model, rows.same_thing(held(session, of.model, row_id)))
    stays = {name: getattr(before, name) for name in (*of.key, *of.stays)}
    row = of.model(**stays)
    columns = _columns(session, of, row, {**said, **stays}, today)
    if of.model is CategoryQuestion and columns["valid_from"] == before.valid_from <= today:
        sentence = N_("The row that stands begins on %(day)s: a new one begins later.")
        raise Refused(sentence, field="valid_from", day=before.valid_from.isoformat())
    return rows.follow(session, before, row, columns, actor_id, now)


def _columns(session: Session, of: Kind, row: Any, said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What was said as the columns hold it, once it may stand."""
    facts = rows.DatedFacts(**{name: said[name] for name in ("source", "verified_on", "valid_from")})
    return {**rows.dated_columns(facts, today), **of.fit(session, row, said, today)}
