"""Signed-in browsers: opened with a fresh random id, touched, ended.

Kept by the server, with an idle and an absolute limit, each one revocable (OWASP ASVS 5.0, V7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import SignInSession, User
from propman.accounts.queries import holds_post, live_session
from propman.accounts.tokens import hash_token, new_token
from propman.audit.operations import record
from propman.errors import NotFound
from propman.roles import Viewer

TOUCH_EVERY = timedelta(minutes=1)
DEVICE_LASTS = timedelta(days=400)  # how long a device carries its name: browsers keep none longer (RFC 6265bis §5.5)


@dataclass(frozen=True)
class Limits:
    """How long a session lives unused, and at most."""

    idle: timedelta
    absolute: timedelta


FOR_POSTS = Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
FOR_HOMES = Limits(idle=timedelta(days=30), absolute=timedelta(days=90))


@dataclass(frozen=True)
class Opened:
    """A new session: its random id, 256 bits, which only this browser gets to hold; and what the browser should know.

    `lasting`: the browser keeps it when it is closed. `language` is the one the person chose.
    """

    token: str
    lasting: bool
    language: str


def start_session(session: Session, *, person: User, device_hash: str, browser: str, now: datetime) -> Opened:
    """Open a session of `person` on a device.

    `browser` is a few words to recognise it by. Whoever holds a post, now or from a later day on, gets the short
    limits.
    """
    post = holds_post(session, user_id=person.id, on=clock.local_date(now))
    limits, token = FOR_POSTS if post else FOR_HOMES, new_token()
    opened = SignInSession(
        id_hash=hash_token(token),
        user_id=person.id,
        device_hash=device_hash,
        browser=browser[:60],
        created_at=now,
        seen_at=now,
        idle_after_minutes=int(limits.idle.total_seconds()) // 60,
        expires_at=now + limits.absolute,
    )
    session.add(opened)
    session.flush()
    record(session, act="signed_in", subject_kind="user", subject_id=person.id, actor_id=person.id, now=now,
           session_id=opened.id)  # fmt: skip
    return Opened(token, lasting=not post, language=person.language)


def touch(session: Session, *, session_id: int, now: datetime) -> None:
    """Note that the session was used, if the last note is a minute old."""
    old = (SignInSession.id == session_id, SignInSession.seen_at <= now - TOUCH_EVERY)
    session.execute(update(SignInSession).where(*old).values(seen_at=now))


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the session behind `token`, so that a copy of the cookie opens nothing. One that has ended stays so."""
    found = live_session(session, token=token, now=now)
    if found is not None:
        _end(session, found, actor_id=found.user_id, now=now)


def revoke_session(session: Session, *, session_id: int, viewer: Viewer, now: datetime) -> None:
    """End one of the viewer's own sessions; a second time changes nothing. Raises `NotFound` for anybody else's."""
    query = select(SignInSession).where(SignInSession.id == session_id, SignInSession.user_id == viewer.user_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    if found.revoked_at is None:
        _end(session, found, actor_id=viewer.user_id, now=now)


def revoke_sessions(
    session: Session, *, user_id: int, actor_id: int | None, now: datetime, keep: int | None = None
) -> int:
    """End all sessions of a person but `keep`; gives how many ended."""
    living = (SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
    query = select(SignInSession).where(*living, SignInSession.id != (keep or 0))
    ended = session.scalars(query.order_by(SignInSession.id).with_for_update(key_share=True)).all()
    for one in ended:
        _end(session, one, actor_id=actor_id, now=now)
    return len(ended)


def _end(session: Session, one: SignInSession, *, actor_id: int | None, now: datetime) -> None:
    one.revoked_at = now
    record(session, act="signed_out", subject_kind="user", subject_id=one.user_id, actor_id=actor_id, now=now,
           session_id=one.id)  # fmt: skip
    session.flush()
