"""The voice note as a row: which file it has, what it must hash to, and whether it was erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId

AWAITS_DELETION = text("erased_at IS NOT NULL AND file_deleted_at IS NULL")


class VoiceNote(Base):
    """One voice note, recorded anew as AAC in MP4 under `key`.

    Erasing takes the hash at once and the file after the commit; length, size and times stay.
    """

    __tablename__ = "voice_note"
    __table_args__ = (
        CheckConstraint("length(key) = 32", name="key_is_128_bits_in_hex"),
        CheckConstraint("milliseconds BETWEEN 1 AND 60000", name="lasts_a_minute"),
        CheckConstraint("size BETWEEN 1 AND 1000000", name="is_small"),
        CheckConstraint("(sha256 IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_hash"),
        CheckConstraint("file_deleted_at IS NULL OR erased_at IS NOT NULL", name="deleted_only_when_erased"),
        Index("ix_voice_note_awaits_deletion", "id", sqlite_where=AWAITS_DELETION, postgresql_where=AWAITS_DELETION),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    milliseconds: Mapped[int]
    size: Mapped[int]  # bytes
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    file_deleted_at: Mapped[datetime | None]

    @property
    def seconds(self) -> int:
        """How long it sounds, in whole seconds, at least one."""
        return whole_seconds(self.milliseconds)


def whole_seconds(milliseconds: int) -> int:
    """A length as people are told it."""
    return max(round(milliseconds / 1000), 1)
