"""Who works on an import: one process at a time, until it is done or its claim lapses because it was killed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from propman.register.models import WAITING, Import, ImportState

LEASE = timedelta(minutes=3)
"""Longer than anything between two signs of progress takes: reading the largest file on a busy machine."""


class Lost(Exception):  # noqa: N818 - somebody else goes on, or the import was thrown away
    """The claim is another's by now."""


@dataclass(frozen=True)
class Claimed:
    """An import that this process works on, and what is to be done."""

    import_id: int
    token: str
    state: ImportState


def waiting(session: Session, *, now: datetime) -> bool:
    """Whether an import waits for somebody to work on it."""
    return session.execute(_free(now).limit(1)).first() is not None


def claim_next(session: Session, *, now: datetime) -> Claimed | None:
    """Claim the import that has waited longest: by an UPDATE that names what it found, so that of two one gets it."""
    for import_id, state in session.execute(_free(now)).all():
        token = secrets.token_hex(16)
        claimed = update(Import).where(Import.id == import_id, Import.state == state, _unclaimed(now))
        claimed = claimed.values(claim=token, claimed_until=now + LEASE)
        if session.execute(claimed.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
            return Claimed(import_id, token, state)
    return None


def advance(session: Session, claimed: Claimed, *, now: datetime, **columns: Any) -> None:
    """Write `columns` of the import and hold on to it. Raises `Lost`."""
    _write(session, claimed, {**columns, "claimed_until": now + LEASE})


def finish(session: Session, claimed: Claimed, state: ImportState, **columns: Any) -> None:
    """Let the import be in `state`, with these `columns`, and let go of it. Raises `Lost`."""
    _write(session, claimed, {**columns, "state": state, "claim": None, "claimed_until": None})


def _write(session: Session, claimed: Claimed, columns: dict[str, Any]) -> None:
    own = (Import.id == claimed.import_id, Import.claim == claimed.token, Import.state == claimed.state)
    written = update(Import).where(*own).values(**columns).execution_options(synchronize_session=False)
    if not session.execute(written).rowcount:  # type: ignore[attr-defined]
        raise Lost


def _free(now: datetime) -> Select[int, ImportState]:
    waiting = select(Import.id, Import.state).where(Import.state.in_(WAITING), _unclaimed(now))
    return waiting.order_by(Import.id)


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return or_(Import.claimed_until.is_(None), Import.claimed_until <= now)
