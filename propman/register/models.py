"""An import of parts, the rows it would bring, and the headings somebody has mapped."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.communities.models import Place
from propman.db import Base, BigId, stored_by_value


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"  # its headings are still to be mapped
    CHECKING = "checking"
    CHECKED = "checked"  # the dry run is done
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    FAILED = "failed"


class Import(Base):
    """One file of parts for one community or, with community ids of its own, for an area (`place`)."""

    __tablename__ = "register_import"
    __table_args__ = (
        CheckConstraint("done_rows >= 0 AND done_rows <= all_rows", name="progress_within_rows"),
        CheckConstraint("(state IN ('applied','undone')) = (applied_at IS NOT NULL)", name="applied_has_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    state: Mapped[ImportState] = mapped_column(stored_by_value(ImportState))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # until it is applied or a week old
    sheet: Mapped[str | None] = mapped_column(String(100))
    headings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # column letter -> field, as mapped
    all_rows: Mapped[int] = mapped_column(default=0)
    good_rows: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"), index=True)
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(300))

    place: Mapped[Place] = relationship()
    actor: Mapped[User] = relationship()


class ImportFault(Base):
    """One value of one row that is wrong: where, what, why (a message and what fills its places)."""

    __tablename__ = "import_fault"
    __table_args__ = (Index(None, "import_id", "row", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_import.id"))
    row: Mapped[int]  # as the spreadsheet counts it, from 1
    column: Mapped[str | None] = mapped_column(String(8))  # its letter
    field: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ImportedPart(Base):
    """A part that an import brought, or changed: then with what it held before, so that undoing can put it back."""

    __tablename__ = "imported_part"

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_import.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"), primary_key=True, index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column()  # None: it was not there

    asset: Mapped[Asset] = relationship()


class HeadingWord(Base):
    """A heading that somebody mapped to a field (or to none) once: remembered for the organisation's next file."""

    __tablename__ = "heading_word"
    __table_args__ = (UniqueConstraint("actor_id", "word"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    word: Mapped[str] = mapped_column(String(80))
    field: Mapped[str | None] = mapped_column(String(40))
    mapped_at: Mapped[datetime]
