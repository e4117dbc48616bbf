"""Rows kept from one fresh database and put into the next, so that each test need not build its world anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from propman.db import Base

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Replica:
    """What was added to a fresh database since `before`, table by table, in an order that foreign keys allow."""

    before: dict[str, int] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)

    @classmethod
    def begin(cls, session: Session) -> Replica:
        """Remember how far the ids of each table have come."""
        return cls(_last_ids(session))

    def keep(self, session: Session) -> Replica:
        """Keep every row that came since."""
        for table in _tables():
            query = select(table)
            if table.name in self.before:
                query = query.where(table.c.id > self.before[table.name]).order_by(table.c.id)
            elif table.name != "place_code":
                continue
            self.rows[table.name] = [dict(row._mapping) for row in session.execute(query)]
        return self

    def fits(self, session: Session) -> bool:
        """Whether the database of `session` is as fresh as the one that the rows come from."""
        return _last_ids(session) == self.before

    def put(self, session: Session) -> None:
        """Put the rows in, under the ids that they had, and let the database count on from there."""
        for table in _tables():
            if rows := self.rows.get(table.name):
                session.execute(insert(table), rows)
        if session.get_bind().dialect.name == "postgresql":
            last = {table.name: self.rows[table.name][-1]["id"] for table in _numbered() if self.rows.get(table.name)}
            counters = [func.setval(func.pg_get_serial_sequence(f'"{name}"', "id"), last[name]) for name in last]
            session.execute(select(*counters))
        session.flush()


def _tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)


def _numbered() -> list[Table]:
    return [table for table in _tables() if "id" in table.c and table.c.id.primary_key]


def _last_ids(session: Session) -> dict[str, int]:
    """The greatest id of each table, in one question."""
    greatest = {table.name: func.coalesce(func.max(table.c.id), 0) for table in _numbered()}
    row = session.execute(select(*(select(column).scalar_subquery().label(name) for name, column in greatest.items())))
    return dict(row.one()._mapping)
