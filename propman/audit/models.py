"""Rows of the audit: acts, and field-by-field changes. Ids and field names only; personal values by reference."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId


class AuditRecord(Base):
    """One act: who did what to which thing, when, in which request. `actor_id` is a user's id, NULL for a stranger."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "at", "id"),
        Index(None, "act", "at", "id"),
        Index(None, "actor_id", "at", "id"),
        Index(None, "request_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(32))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Change(Base):
    """One field of one thing changed: old, new, when, who and in which request.

    Values of personal fields stand in `personal_text` rows (`old_text_id`, `new_text_id`); `old` and `new` stay NULL.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "at", "id"),
        Index(None, "actor_id", "at", "id"),
        Index(None, "request_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId)
    request_id: Mapped[str | None] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str | None] = mapped_column(String(400))
    new: Mapped[str | None] = mapped_column(String(400))
    old_text_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    new_text_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
