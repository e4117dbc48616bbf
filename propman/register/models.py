"""An import of parts, what its rows would do or did, what is wrong with them, and the headings somebody has mapped."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.communities.models import Place
from propman.db import Base, BigId, stored_by_value
from propman.register.judging import Outcome


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"  # its headings are still to be mapped
    CHECKING = "checking"
    CHECKED = "checked"  # the dry run is done
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


WAITING = frozenset({ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING})
"""States in which a job has something to do."""

STANDS = frozenset({ImportState.APPLIED, ImportState.UNDOING})
"""States in which the parts are in the register."""


class Import(Base):
    """One file of parts for one community or, with a column that names it, for an area (`place`).

    A job works on it while it holds the `claim`, which lapses at `claimed_until` and is taken up by another then.
    `plan` is a digest of what the dry run showed: what is applied is that, or nothing.
    """

    __tablename__ = "register_import"
    __table_args__ = (
        CheckConstraint("done_rows >= 0 AND done_rows <= all_rows", name="progress_within_rows"),
        CheckConstraint(
            "(state IN ('applied','undoing','undone')) = (applied_at IS NOT NULL)", name="applied_has_time"
        ),
        CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name="claim_lapses"),
        {"sqlite_autoincrement": True},  # an address never leads to another import
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    state: Mapped[ImportState] = mapped_column(stored_by_value(ImportState), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # until it is applied or a week old
    outline: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)  # first rows of its sheets; remarks
    sheet: Mapped[str | None] = mapped_column(String(100))
    heading_row: Mapped[int | None]
    headings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # column letter -> heading, field and unit
    all_rows: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    new_rows: Mapped[int] = mapped_column(default=0)
    changed_rows: Mapped[int] = mapped_column(default=0)
    same_rows: Mapped[int] = mapped_column(default=0)
    bad_rows: Mapped[int] = mapped_column(default=0)
    plan: Mapped[str | None] = mapped_column(String(64))
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"), index=True)
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    fault: Mapped[str | None] = mapped_column(String(300))  # a sentence, with the places that fault_facts fill
    fault_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    place: Mapped[Place] = relationship()
    actor: Mapped[User] = relationship(foreign_keys=[actor_id])
    applied_by: Mapped[User | None] = relationship(foreign_keys=[applied_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])


class ImportFault(Base):
    """One value of one row that is wrong: where, what, why (a message and what fills its places)."""

    __tablename__ = "import_fault"
    __table_args__ = (Index(None, "import_id", "row", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_import.id"))
    row: Mapped[int]  # as the spreadsheet counts it, from 1
    column: Mapped[str | None] = mapped_column(String(8))  # its letter
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ImportRow(Base):
    """What one good row would do: add a part, or change one. Rows that change nothing are only counted.

    `told` holds by field what a new part would have; of a changed one [before, after].
    """

    __tablename__ = "import_row"
    __table_args__ = (Index(None, "import_id", "outcome", "row"),)

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_import.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(stored_by_value(Outcome))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ImportedPart(Base):
    """A part that an import brought, or changed: then with what it held before, so that undoing can put it back."""

    __tablename__ = "imported_part"

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_import.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"), primary_key=True, index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: it was not there
    version: Mapped[int]  # of the part, as the import left it

    asset: Mapped[Asset] = relationship()


class HeadingWord(Base):
    """A heading that somebody mapped to a field (or to none) once: remembered for that person's next file."""

    __tablename__ = "heading_word"
    __table_args__ = (UniqueConstraint("actor_id", "word"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    word: Mapped[str] = mapped_column(String(80))
    field: Mapped[str | None] = mapped_column(String(60))
    mapped_at: Mapped[datetime]
