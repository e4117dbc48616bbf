"""A person: entered, changed, disabled, enabled. Every change keeps old, new, when and who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts import phones
from propman.accounts.models import User
from propman.accounts.operations.invitations import revoke_invitations
from propman.accounts.operations.memberships import keep_an_administrator
from propman.accounts.operations.sessions import revoke_sessions
from propman.accounts.particulars import email_address, person_name, sign_in_name
from propman.audit.operations import record, record_change
from propman.communities.sorting import sort_key
from propman.db import held
from propman.errors import Refused
from propman.personal import TextKind
from propman.roles import NOBODY, Viewer
from propman.text import N_

_PERSONAL = {
    "name": TextKind.NAME,
    "sign_in_name": TextKind.NAME,
    "phone": TextKind.PHONE,
    "email": TextKind.EMAIL,
}


@dataclass(frozen=True)
class Particulars:
    """What is written down of a person, as typed; blank is none."""

    name: str
    phone: str = ""
    sign_in_name: str = ""
    email: str = ""


def create_person(
    session: Session, *, particulars: Particulars, viewer: Viewer, now: datetime, language: str = "zh"
) -> User:
    """Enter a person, who can sign in once an invitation was accepted.

    Raises `Refused`, naming the field, for a value that is not one, for a telephone number or sign-in name that is
    taken, and where there is neither.
    """
    values = _read(particulars)
    _refuse_taken(session, values, None)
    person = User(**values, sort_key=sort_key(values["name"] or ""), language=language, created_at=now)
    session.add(person)
    session.flush()
    record(session, act="person_created", subject_kind="user", subject_id=person.id, actor_id=viewer.user_id, now=now)
    return person


def register_person(
    session: Session, *, particulars: Particulars, password_hash: str, language: str, now: datetime
) -> User:
    """Enter a person who does it themself and chose a password: whoever calls has seen that they belong here.

    Raises `Refused` as `create_person`.
    """
    person = create_person(session, particulars=particulars, viewer=NOBODY, now=now, language=language)
    person.password_hash = password_hash
    session.flush()
    record(session, act="password_set", subject_kind="user", subject_id=person.id, actor_id=person.id, now=now)
    return person


def change_person(session: Session, *, person: User, particulars: Particulars, viewer: Viewer, now: datetime) -> None:
    """Change name, telephone, sign-in name or mail address. A new telephone number ends the person's sessions.

    Raises `Refused` as `create_person`, and for a person who was erased.
    """
    held(session, User, person.id)
    refuse_erased(person)
    values = _read(particulars)
    _refuse_taken(session, values, person.id)
    if values["phone"] != person.phone:
        revoke_sessions(session, user_id=person.id, actor_id=viewer.user_id, now=now)
    for field, value in values.items():
        record_change(session, subject_kind="user", subject_id=person.id, field=field, old=getattr(person, field),
                      new=value, actor_id=viewer.user_id, now=now, personal=_PERSONAL[field])  # fmt: skip
        setattr(person, field, value)
    person.sort_key = sort_key(person.name or "")
    session.flush()


def disable_person(session: Session, *, person: User, viewer: Viewer, now: datetime) -> None:
    """Shut a person out: sessions end and invitations are void. A second time changes nothing.

    Raises `Refused` for the last administrator and for a person who was erased.
    """
    keep_an_administrator(session, without=person, now=now)
    held(session, User, person.id)
    refuse_erased(person)
    if person.disabled_at is not None:
        return
    person.disabled_at = now
    session.flush()
    revoke_sessions(session, user_id=person.id, actor_id=viewer.user_id, now=now)
    revoke_invitations(session, person=person, now=now)
    record(session, act="person_disabled", subject_kind="user", subject_id=person.id, actor_id=viewer.user_id, now=now)


def enable_person(session: Session, *, person: User, viewer: Viewer, now: datetime) -> None:
    """Let a disabled person in again, with the password they had. A second time changes nothing.

    Raises `Refused` for a person who was erased.
    """
    held(session, User, person.id)
    refuse_erased(person)
    if person.disabled_at is None:
        return
    person.disabled_at = None
    session.flush()
    record(session, act="person_enabled", subject_kind="user", subject_id=person.id, actor_id=viewer.user_id, now=now)


def refuse_erased(person: User) -> None:
    """Raises `Refused` if nothing is left of `person` that could be changed."""
    if person.erased_at is not None:
        raise Refused(N_("This person was erased. Nothing about them can be changed any more."))


def _read(typed: Particulars) -> dict[str, str | None]:
    values = {
        "name": person_name(typed.name),
        "phone": phones.to_e164(typed.phone) if typed.phone.strip() else None,
        "sign_in_name": sign_in_name(typed.sign_in_name) if typed.sign_in_name.strip() else None,
        "email": email_address(typed.email) if typed.email.strip() else None,
    }
    if values["phone"] is None and values["sign_in_name"] is None:
        raise Refused(N_("Give a telephone number or a sign-in name: one of them is needed to sign in."), field="phone")
    return values


def _refuse_taken(session: Session, values: dict[str, str | None], person_id: int | None) -> None:
    sentences = {
        "phone": N_("Somebody else already signs in with the telephone number %(value)s."),
        "sign_in_name": N_("Somebody else already signs in with the name %(value)s."),
    }
    for field, sentence in sentences.items():
        value = values[field]
        holder = session.scalar(select(User.id).where(getattr(User, field) == value)) if value else None
        if holder is not None and holder != person_id:
            shown = phones.shown(value) if field == "phone" else value
            raise Refused(sentence, field=field, value=shown)
