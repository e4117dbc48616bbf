"""Signed-in browsers, the devices they ran on, and invitations that still open something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, SignInSession
from propman.accounts.tokens import hash_token


def live_session(session: Session, *, token: str, now: datetime) -> SignInSession | None:
    """The session that `token` opens: neither revoked nor idle too long nor past its end; else None."""
    found = session.scalar(select(SignInSession).where(SignInSession.id_hash == hash_token(token)))
    return found if found is not None and lives(found, now) else None


def live_sessions(session: Session, *, user_id: int, now: datetime) -> list[SignInSession]:
    """The person's sessions that still open something, the one used last first."""
    query = select(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now
    )
    found = session.scalars(query.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc()))
    return [one for one in found if lives(one, now)]


def lives(one: Any, now: datetime) -> bool:
    """Whether a session (its row, or the columns that say so) still opens something at `now`."""
    idle = now - one.seen_at
    still = one.revoked_at is None and now < one.expires_at
    return bool(still and idle < timedelta(minutes=one.idle_after_minutes))


def knows_device(session: Session, *, user_id: int, device_hash: str) -> bool:
    """Whether the person has signed in on that device before."""
    query = select(SignInSession.id).where(SignInSession.user_id == user_id, SignInSession.device_hash == device_hash)
    return session.scalar(query.limit(1)) is not None


def open_invitation(session: Session, *, token: str, now: datetime) -> Invitation | None:
    """The invitation behind `token`; None if unknown, used, revoked, expired, or if the person may not come in."""
    query = select(Invitation).where(
        Invitation.token_hash == hash_token(token),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    found = session.scalar(query)
    return found if found is not None and found.user.active else None
