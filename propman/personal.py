"""Personal content in rows of its own: names, telephones, free text, file names.

Events, notices, audit and idempotency answers hold only the ids of these rows, so that erasing a person empties the
row and leaves the history whole (Personal Information Protection Law of the PRC, Art. 47).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, BigId, fresh, put, stored_by_value
from propman.errors import Refused
from propman.text import N_


class TextKind(StrEnum):
    """What a piece of personal content is."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    SPOT = "spot"  # floor, flat, or "by the east door"
    DESCRIPTION = "description"
    NOTE = "note"  # why a move was made, in somebody's words
    FILE_NAME = "file_name"


class PersonalText(Base):
    """One piece of personal content; `body` is NULL once erased."""

    __tablename__ = "personal_text"
    __table_args__ = (
        CheckConstraint("(body IS NULL) = (erased_at IS NOT NULL)", name="erased_is_empty"),
        Index("ix_personal_text_phone", "body", sqlite_where=text("kind = 'phone'"),
              postgresql_where=text("kind = 'phone'")),  # a caller is found by the telephone
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[TextKind] = mapped_column(stored_by_value(TextKind))
    body: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


def write(session: Session, *, kind: TextKind, body: str | None, now: datetime) -> PersonalText | None:
    """Store `body` (cleaned) as a row of its own; None or blank stores nothing and gives None. Flushes.

    Raises `Refused` (400) for characters no text holds: NUL and lone surrogates, the same on both databases.
    """
    row = piece(kind=kind, body=body, now=now)
    if row is not None:
        put(session, row)
    return row


def piece(*, kind: TextKind, body: str | None, now: datetime) -> PersonalText | None:
    """The row that `write` stores, not stored yet."""
    cleaned = clean(body or "")
    return fresh(PersonalText, kind=kind, body=cleaned, written_at=now) if cleaned else None


def erase(row: PersonalText | None, *, now: datetime) -> None:
    """Empty `row`; a second time, or where there is none, changes nothing."""
    if row is not None and row.erased_at is None:
        row.body, row.erased_at = None, now


_NOT_STORED = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` in Unicode form NFC, trimmed, line ends as \\n; "" if nothing in it can be seen (zero-width alone).

    Raises `Refused` (400) for NUL and lone surrogates.
    """
    if _NOT_STORED.search(text):
        raise Refused(N_("The text holds characters that cannot be stored."), status=400)
    if all(unicodedata.category(letter)[0] in "CZ" for letter in text):
        return ""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str, *, nothing: str, field: str, most: int) -> str:
    """`text` cleaned, on one line. Raises `Refused` naming the `field`: with the sentence `nothing` where nothing was
    typed, and for more than `most` characters.
    """
    line = " ".join(clean(text).split())
    if not line:
        raise Refused(nothing, field=field)
    if len(line) > most:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=most)
    return line
