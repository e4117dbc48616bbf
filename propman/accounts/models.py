"""The person, the membership, the session, the invitation.

A person's name and telephone stand in the `user` row and nowhere else; everything else holds the user's id.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value
from propman.roles import Role
from propman.spans import Span


class User(Base):
    """A person with an account. Erased: name, sign-in name, telephone and mail address are NULL."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND sign_in_name IS NULL AND phone IS NULL AND email IS NULL)",
            name="erased_is_empty",
        ),
        Index(None, "sort_key", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(60))
    sort_key: Mapped[str | None] = mapped_column(String(200))  # pinyin
    sign_in_name: Mapped[str | None] = mapped_column(String(60), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)  # E.164
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="zh")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def active(self) -> bool:
        """Whether the person may sign in: neither disabled nor erased."""
        return self.disabled_at is None and self.erased_at is None


def _one_open(name: str, *named: str, absent: tuple[str, ...] = ()) -> Index:
    """Nobody holds the same open role twice: NULLs count as different in an index, so each shape has its own."""
    open_ones = text(" AND ".join(f"{column} IS NULL" for column in ("ends_on", *absent)))
    return Index(f"uq_membership_open_{name}", "user_id", "role", *named, unique=True, sqlite_where=open_ones,
                 postgresql_where=open_ones)  # fmt: skip


class Membership(Span, Base):
    """`user` holds `role` from `starts_on` up to, not including, `ends_on`, in an organisation and/or over a place."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role <> 'visitor'", name="visitors_hold_nothing"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        _one_open("organisation_and_place", "organisation_id", "place_id"),
        _one_open("organisation", "organisation_id", absent=("place_id",)),
        _one_open("place", "place_id", absent=("organisation_id",)),
        _one_open("neither", absent=("organisation_id", "place_id")),
        Index(None, "organisation_id", "role"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_by_value(Role))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    place_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("place.id"), index=True)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    place: Mapped[Place | None] = relationship()


class SignInSession(Base):
    """One signed-in browser. Only the SHA-256 of its 256-bit id is stored."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"), index=True)
    device_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    browser: Mapped[str] = mapped_column(String(60))  # "Chrome, Android": enough to recognise, not to identify
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_after_minutes: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Invitation(Base):
    """A one-time link by which a person sets a password. Only the SHA-256 of its 256-bit token is stored."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
