"""What people change about their own account: password and language."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.accounts.operations.sessions import revoke_sessions
from propman.accounts.operations.sign_in import TRIES_PER_QUARTER
from propman.accounts.passwords import hash_password, verify
from propman.audit.operations import record, record_change
from propman.db import held
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_
from propman.throttle import give_back, quarter_hour, take


def change_password(session: Session, *, viewer: Viewer, current: str, new: str, cheap: bool, now: datetime) -> None:
    """Replace the viewer's password and end their other sessions; this one goes on.

    Raises `Refused`, naming the field, for a wrong `current` password and a `new` one that is none (field "password").
    """
    person = held(session, User, viewer.user_id)
    if not verify(current, person.password_hash, cheap=cheap)[0]:
        raise Refused(N_("This is not your present password."), field="current")
    person.password_hash = hash_password(new, cheap=cheap, field="password")
    session.flush()
    revoke_sessions(session, user_id=person.id, actor_id=viewer.user_id, now=now, keep=viewer.session_id)
    record(session, act="password_changed", subject_kind="user", subject_id=person.id, actor_id=person.id, now=now)


def take_password_turn(session: Session, *, viewer: Viewer, now: datetime) -> datetime | None:
    """Count one try at the present password. None: go on. Else the moment from which the next one is free."""
    start = quarter_hour(now)
    if take(session, subject=f"password:user:{viewer.user_id}", limit=TRIES_PER_QUARTER, window_at=start):
        return None
    return start + timedelta(minutes=15)


def give_back_password_turn(session: Session, *, viewer: Viewer, now: datetime) -> None:
    """Uncount the try that was counted with the same `now`: the password was right."""
    give_back(session, subject=f"password:user:{viewer.user_id}", window_at=quarter_hour(now))


def change_language(session: Session, *, viewer: Viewer, language: str, now: datetime) -> None:
    """Choose the language of the viewer's pages and mails: "zh" or "en"."""
    person = held(session, User, viewer.user_id)
    record_change(session, subject_kind="user", subject_id=person.id, field="language", old=person.language,
                  new=language, actor_id=viewer.user_id, now=now)  # fmt: skip
    person.language = language
    session.flush()
