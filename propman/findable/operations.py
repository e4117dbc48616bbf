"""Keeping the rows of tokens. Each function flushes what it does at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import cast

from sqlalchemy import Insert, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from propman.db import dialect_of
from propman.findable.models import INDEX, TicketWords
from propman.findable.tokens import Findable, tokens


def keep(session: Session, *, reports: Iterable[Findable]) -> None:
    """Let the rows of `reports` say what they are found by now, in one statement."""
    rows = [{"ticket_id": report.ticket_id, "words": tokens(report)} for report in reports]
    if not rows:
        return
    changed = _kept(dialect_of(session))
    session.execute(changed, rows if len(rows) > 1 else rows[0])


@cache
def _kept(dialect: str) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = make(cast(Table, TicketWords.__table__))
    return row.on_conflict_do_update(index_elements=["ticket_id"], set_={"words": row.excluded.words})


def forget_replaced(session: Session) -> None:
    """Let nothing of words that were replaced stay in the index of SQLite, which would keep them for a while."""
    if dialect_of(session) == "sqlite":
        session.execute(text(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')"))  # noqa: S608 - its own name
