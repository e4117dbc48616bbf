"""The photograph as a row: which two files it has, what they must hash to, and whether it was erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId

AWAITS_DELETION = text("erased_at IS NOT NULL AND files_deleted_at IS NULL")


class Photo(Base):
    """One photograph, drawn anew as WebP: the picture under `key` and its thumbnail under `thumb_key`.

    Erasing takes the hashes at once (they are fingerprints of the picture) and the files after the commit; size, shape
    and times stay.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("length(key) = 32", name="key_is_128_bits_in_hex"),
        CheckConstraint("width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600 AND size > 0", name="fits"),
        CheckConstraint("(sha256 IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_hash"),
        CheckConstraint("(thumb_sha256 IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_thumb_hash"),
        CheckConstraint("files_deleted_at IS NULL OR erased_at IS NOT NULL", name="deleted_only_when_erased"),
        Index("ix_photo_awaits_deletion", "id", sqlite_where=AWAITS_DELETION, postgresql_where=AWAITS_DELETION),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    thumb_sha256: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int]  # pixels
    height: Mapped[int]
    size: Mapped[int]  # bytes of the picture, without its thumbnail
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    files_deleted_at: Mapped[datetime | None]

    @property
    def thumb_key(self) -> str:
        """The key of the thumbnail's file."""
        return thumb_key(self.key)


def thumb_key(key: str) -> str:
    """The key of the thumbnail that belongs to the picture under `key`."""
    return f"{key}-thumb"


def photo_key(key: str) -> str:
    """The key of the photo that the file under `key` belongs to, be it the picture or the thumbnail."""
    return key.removesuffix("-thumb")
