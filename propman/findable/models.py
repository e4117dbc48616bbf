"""One row for each report: its tokens. The index over them is the database's own, made by the migration.

PostgreSQL: a GIN index over a `tsvector` of exactly these tokens. SQLite: an FTS5 table that triggers keep equal to the
rows. Both are called `INDEX`. Why it is so: docs/decisions/finding-reports.md.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from propman.db import Base, BigId

INDEX = "ticket_words_index"


class Tokens(TypeDecorator[frozenset[str]]):
    """A set of tokens: a `tsvector` on PostgreSQL, on SQLite words with blanks between them."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        """Tokens -> what the driver stores. They hold neither blanks nor quotes."""
        if value is None:
            return None
        quote = "'" if dialect.name == "postgresql" else ""
        return " ".join(f"{quote}{token}{quote}" for token in sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str] | None:
        """What the driver stored -> tokens."""
        if value is None:
            return None
        return frozenset(re.findall(r"'([^']*)'", value) if dialect.name == "postgresql" else value.split())


class TicketWords(Base):
    """The tokens of one report, kept equal to its texts by every operation that changes them."""

    __tablename__ = "ticket_words"

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    words: Mapped[frozenset[str]] = mapped_column(Tokens())
