"""Holding a row, so that guards and change see the same state."""

from __future__ import annotations

from sqlalchemy.orm import Session

from propman.accounts.models import Membership, User


def hold(session: Session, row: User | Membership) -> None:
    """Read `row` as it stands now and keep rivals waiting until this transaction ends.

    FOR NO KEY UPDATE on PostgreSQL: tickets that only refer to a person do not wait. SQLite has one writer.
    """
    session.flush()  # or a change not written yet would be lost
    session.refresh(row, with_for_update={"of": type(row), "key_share": True})
