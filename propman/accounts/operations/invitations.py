"""Invitations: a one-time link by which a person sets a password, the first one or a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, User
from propman.accounts.operations.sessions import revoke_sessions
from propman.accounts.passwords import hash_password
from propman.accounts.queries import open_invitation
from propman.accounts.tokens import hash_token, new_token
from propman.audit.operations import record
from propman.db import held
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_

VALID_FOR = timedelta(days=7)

GONE = N_("This invitation is no longer valid. Ask for a new one: each can be used once, within %(days)s days.")


def invite(session: Session, *, person: User, viewer: Viewer, now: datetime) -> tuple[Invitation, str]:
    """Make an invitation and void the older ones; gives it, and the token that goes into the link and nowhere else.

    Raises `Refused` for a person who is disabled or erased.
    """
    held(session, User, person.id)
    if not person.active:
        raise Refused(N_("This person is shut out. Let them in again before you invite them."))
    revoke_invitations(session, person=person, now=now)
    token = new_token()
    invitation = Invitation(token_hash=hash_token(token), user_id=person.id, created_by_id=viewer.user_id,
                            created_at=now, expires_at=now + VALID_FOR)  # fmt: skip
    session.add(invitation)
    session.flush()
    record(session, act="person_invited", subject_kind="user", subject_id=person.id, actor_id=viewer.user_id, now=now,
           invitation_id=invitation.id)  # fmt: skip
    return invitation, token


def revoke_invitations(session: Session, *, person: User, now: datetime) -> None:
    """Void what is still open."""
    open_ones = (Invitation.user_id == person.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    session.execute(update(Invitation).where(*open_ones).values(revoked_at=now))


def accept_invitation(session: Session, *, token: str, password: str, cheap: bool, now: datetime) -> User:
    """Set the password and end the person's sessions; of several who try at once, one gets through.

    Raises `Refused`: 404 for an invitation that opens nothing (any more), 422 for a password that is none.
    """
    invitation = open_invitation(session, token=token, now=now)
    if invitation is None:
        raise gone()
    password_hash = hash_password(password, cheap=cheap)
    person = invitation.user
    held(session, User, person.id)
    used = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .values(used_at=now)
    )
    if not used.rowcount or not person.active:  # type: ignore[attr-defined]
        raise gone()
    person.password_hash = password_hash
    session.flush()
    revoke_sessions(session, user_id=person.id, actor_id=person.id, now=now)
    record(session, act="password_set", subject_kind="user", subject_id=person.id, actor_id=person.id, now=now,
           invitation_id=invitation.id)  # fmt: skip
    return person


def gone() -> Refused:
    """The refusal of an invitation that opens nothing, the same whether it was used, voided, too old or never made."""
    return Refused(GONE, status=404, days=VALID_FOR.days)
