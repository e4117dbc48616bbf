"""Erasing a person: nothing personal is left; the id stays, and with it the history.

Personal Information Protection Law of the PRC, Art. 47.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, SignInSession, User
from propman.accounts.operations.invitations import revoke_invitations
from propman.accounts.operations.memberships import keep_an_administrator
from propman.accounts.operations.sessions import revoke_sessions
from propman.audit.models import Change
from propman.audit.operations import record, record_change
from propman.db import held
from propman.personal import PersonalText, erase
from propman.roles import Viewer

ALSO: list[Callable[[Session, User, datetime], None]] = []
"""What rooms above erase of a person who is erased; each puts its own in when its pages are installed."""


def erase_person(session: Session, *, person: User, viewer: Viewer, now: datetime) -> None:
    """Empty everything personal in the account: columns, kept former values, devices. A second time changes nothing.

    Sessions and invitations are void, memberships end today. What the person wrote in tickets is not touched here.
    Raises `Refused` for the last administrator.
    """
    keep_an_administrator(session, without=person, now=now)
    held(session, User, person.id)
    if person.erased_at is not None:
        return
    person.name = person.sort_key = person.sign_in_name = person.phone = person.email = person.password_hash = None
    person.erased_at = now
    session.flush()
    for text in session.scalars(_former_values(person)):
        erase(text, now=now)
    revoke_sessions(session, user_id=person.id, actor_id=viewer.user_id, now=now)
    own = SignInSession.user_id == person.id
    session.execute(update(SignInSession).where(own).values(device_hash=None, browser=""))
    revoke_invitations(session, person=person, now=now)
    _end_memberships(session, person, viewer, now)
    for also in ALSO:
        also(session, person, now)
    record(session, act="person_erased", subject_kind="user", subject_id=person.id, actor_id=viewer.user_id, now=now)
    session.flush()


def _former_values(person: User) -> Select[PersonalText]:
    kept = or_(Change.old_text_id == PersonalText.id, Change.new_text_id == PersonalText.id)
    about = (Change.subject_kind == "user", Change.subject_id == str(person.id))
    return select(PersonalText).where(select(Change.id).where(kept, *about).exists())


def _end_memberships(session: Session, person: User, viewer: Viewer, now: datetime) -> None:
    today = clock.local_date(now)
    lasting = select(Membership).where(Membership.user_id == person.id, Membership.lasts_beyond(today))
    for membership in session.scalars(lasting):
        ends_on = max(today, membership.starts_on)
        record_change(session, subject_kind="membership", subject_id=membership.id, field="ends_on",
                      old=membership.ends_on, new=ends_on, actor_id=viewer.user_id, now=now)  # fmt: skip
        membership.ends_on = ends_on
