"""The photograph as a row: its two files and what they must hash to, its fingerprints, and whether it was erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId

AWAITS_DELETION = text("erased_at IS NOT NULL AND files_deleted_at IS NULL")


class Photo(Base):
    """One photograph, drawn anew as WebP: the picture under `key` and its thumbnail under `thumb_key`.

    Erasing takes the hashes at once (they are fingerprints of the picture) and the files after the commit; size, shape
    and times stay. Fingerprints of what came in (`files.fingerprints`) are NULL for what was kept before there were
    any (nobody has the bytes any more) and for what the demo draws: neither is found as used again.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("length(key) = 32", name="key_is_128_bits_in_hex"),
        CheckConstraint("width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600 AND size > 0", name="fits"),
        CheckConstraint("(sha256 IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_hash"),
        CheckConstraint("(thumb_sha256 IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_thumb_hash"),
        CheckConstraint("received_sha256 IS NULL OR erased_at IS NULL", name="erased_has_no_fingerprint"),
        CheckConstraint("(received_sha256 IS NULL) = (difference IS NULL)", name="both_fingerprints"),
        CheckConstraint("length(received_sha256) = 64", name="received_is_sha256_in_hex"),
        CheckConstraint("files_deleted_at IS NULL OR erased_at IS NOT NULL", name="deleted_only_when_erased"),
        Index("ix_photo_awaits_deletion", "id", sqlite_where=AWAITS_DELETION, postgresql_where=AWAITS_DELETION),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    thumb_sha256: Mapped[str | None] = mapped_column(String(64))
    received_sha256: Mapped[str | None] = mapped_column(String(64), index=True)  # of the bytes that came in
    difference: Mapped[int | None] = mapped_column(BigInteger)  # the difference hash of the picture, signed
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


class PhotoBand(Base):
    """A quarter of the difference hash of a photograph that is not erased and whose hash is telling: by it, what looks
    alike is found. Its key is the index; no other is kept.
    """

    __tablename__ = "photo_band"
    __table_args__ = (
        CheckConstraint("band BETWEEN 0 AND 3", name="is_a_quarter"),
        CheckConstraint("value BETWEEN 0 AND 65535", name="has_16_bits"),
        {"sqlite_with_rowid": False},
    )

    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"), primary_key=True)


def thumb_key(key: str) -> str:
    """The key of the thumbnail that belongs to the picture under `key`."""
    return f"{key}-thumb"


def photo_key(key: str) -> str:
    """The key of the photo that the file under `key` belongs to, be it the picture or the thumbnail."""
    return key.removesuffix("-thumb")
