"""The end of what nobody needs any more: sessions and invitations long over. The audit keeps that they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from propman.accounts.models import Invitation, SignInSession


def forget(session: Session, *, before: datetime, devices_before: datetime) -> int:
    """Delete the sessions and invitations that ended before `before`; how many.

    The newest session of a person on a device stays unless it was opened before `devices_before`: by it the device is
    known, and who guesses passwords elsewhere cannot use up its allowance.
    """
    sessions = delete(SignInSession).where(
        or_(SignInSession.revoked_at < before, SignInSession.expires_at < before),
        ~_names_its_device(devices_before),
        SignInSession.id < select(func.max(SignInSession.id)).scalar_subquery(),
    )
    invitations = delete(Invitation).where(
        or_(Invitation.used_at < before, Invitation.revoked_at < before, Invitation.expires_at < before),
        Invitation.id < select(func.max(Invitation.id)).scalar_subquery(),
    )
    return _deleted(session, sessions) + _deleted(session, invitations)


def _names_its_device(devices_before: datetime) -> ColumnElement[bool]:
    later = aliased(SignInSession)
    same = (later.user_id == SignInSession.user_id, later.device_hash == SignInSession.device_hash)
    newest = ~select(later.id).where(*same, later.id > SignInSession.id).exists()
    return SignInSession.device_hash.is_not(None) & (SignInSession.created_at >= devices_before) & newest


def _deleted(session: Session, what: Delete) -> int:
    """How many rows went. The newest of a table is never among them: the audit names ids, and SQLite would give the
    highest one again.
    """
    return int(session.execute(what.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
