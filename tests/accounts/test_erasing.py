"""Erasing a person: nothing personal is left in any column of the accounts; the history keeps its ids."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from propman.accounts.models import SignInSession, User
from propman.accounts.operations import Particulars, change_person, erase_person, invite, start_session
from propman.accounts.queries import find_by_sign_in, live_sessions, memberships_of, open_invitation
from propman.audit.models import AuditRecord
from propman.audit.queries import history_of
from propman.db import Base
from propman.personal import PersonalText
from propman.roles import NOBODY, Role
from tests.accounts.world import NOON, TODAY, add_person, give_role, make_world

CANARIES = (
    "林秀英",
    "林秀兰",
    "linxiu",
    "13812345678",
    "13900000000",
    "canary_name",
    "second_name",
    "canary@example.com",
)


def everything(session: Session) -> str:
    """All rows of all tables, as one text."""
    session.flush()
    return "\n".join(
        f"{table.name}: {tuple(row)}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(text(f'SELECT * FROM "{table.name}"'))
    )


def rich_person(session: Session) -> User:
    """Somebody with a past: two names, two numbers, a role, a session, an invitation."""
    person = add_person(session, "林秀英", phone="13812345678", sign_in_name="canary_name", email="canary@example.com")
    typed = Particulars("林秀兰", "13900000000", "second_name", "")
    change_person(session, person=person, particulars=typed, viewer=NOBODY, now=NOON)
    give_role(session, person, Role.WORKER, organisation=make_world(session).company)
    start_session(session, person=person, device_hash="device" * 10, browser="Chrome, Android", now=NOON)
    return person


def test_no_canary_survives(session: Session) -> None:
    """Names, numbers, addresses, also the former ones; and the device."""
    person = rich_person(session)
    assert [canary for canary in CANARIES if canary in everything(session)] == list(CANARIES)
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    left = everything(session)
    assert [canary for canary in (*CANARIES, "device" * 10, "Android") if canary in left] == []
    assert "$argon2" not in left


def test_nothing_opens_any_more(session: Session) -> None:
    """Session, invitation, sign-in; and the role ends today."""
    person = rich_person(session)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    assert live_sessions(session, user_id=person.id, now=NOON) == []
    assert open_invitation(session, token=token, now=NOON) is None
    assert find_by_sign_in(session, "13900000000") is None
    assert [one.ends_on for one in memberships_of(session, user_ids=[person.id])] == [TODAY]


def test_the_history_stays_with_its_ids(session: Session) -> None:
    """That something changed, when and by whom; not what."""
    person = rich_person(session)
    before = len(history_of(session, subject_kind="user", subject_id=person.id))
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    lines = history_of(session, subject_kind="user", subject_id=person.id)
    assert len(lines) == before == 4
    assert {(line.old, line.new) for line in lines} == {(None, None)}
    assert session.get(User, person.id) is person
    assert len(session.scalars(select(SignInSession)).all()) == 1


def test_a_second_time_changes_nothing(session: Session) -> None:
    """Not even the moment of erasing."""
    person = rich_person(session)
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    first = everything(session)
    erase_person(session, person=person, viewer=NOBODY, now=NOON.replace(hour=9))
    assert everything(session) == first
    assert len(session.scalars(select(AuditRecord).where(AuditRecord.act == "person_erased")).all()) == 1


def test_others_keep_what_is_theirs(session: Session) -> None:
    """Also a former number that is somebody else's now."""
    person, other = rich_person(session), add_person(session, "王芳", phone="13812345678")
    change_person(session, person=other, particulars=Particulars("王芳芳", "13812345678"), viewer=NOBODY, now=NOON)
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    lines = history_of(session, subject_kind="user", subject_id=other.id)
    assert [(line.old, line.new) for line in lines] == [("王芳", "王芳芳")]
    assert session.scalars(select(PersonalText.body).where(PersonalText.body.is_not(None))).all() == ["王芳", "王芳芳"]
