"""Entering, changing, disabling people; every change keeps old, new, when and who."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, User
from propman.accounts.operations import (
    Particulars,
    change_person,
    create_person,
    disable_person,
    enable_person,
    erase_person,
    invite,
    start_session,
)
from propman.accounts.queries import live_sessions, open_invitation
from propman.audit.models import AuditRecord, Change
from propman.audit.queries import history_of
from propman.errors import Refused
from propman.roles import NOBODY, Post, Role, Viewer
from tests.accounts.world import NOON, add_administrator, add_person

VIEWER = Viewer(user_id=77, posts=(Post(Role.ADMINISTRATOR),))


def acts(session: Session, person: User) -> list[str]:
    """What the audit holds about a person, in order."""
    query = select(AuditRecord.act).where(AuditRecord.subject_kind == "user", AuditRecord.subject_id == str(person.id))
    return list(session.scalars(query.order_by(AuditRecord.id)))


def start(session: Session, person: User) -> str:
    """A session of the person, on some device."""
    return start_session(session, person=person, device_hash="d" * 64, browser="", now=NOON).token


def test_what_is_written_down_is_normal(session: Session) -> None:
    """Number as E.164, name folded, pinyin to sort by; blank is none."""
    typed = Particulars(name=" 林秀英 ", phone="１３８ 1234 5678", sign_in_name="Lin_Xiu", email=" lin@example.com ")
    person = create_person(session, particulars=typed, viewer=VIEWER, now=NOON)
    assert (person.name, person.phone, person.sign_in_name) == ("林秀英", "+8613812345678", "lin_xiu")
    assert (person.email, person.sort_key, person.language) == ("lin@example.com", "linxiuying", "zh")
    assert person.password_hash is None
    assert acts(session, person) == ["person_created"]
    bare = create_person(session, particulars=Particulars(name="王", sign_in_name="wang", phone="  ", email=""),
                         viewer=VIEWER, now=NOON)  # fmt: skip
    assert (bare.phone, bare.email) == (None, None)


WRONG = [
    (Particulars(name=""), "name", "Give the person's name"),
    (Particulars(name="林"), "phone", "one of them is needed to sign in"),
    (Particulars(name="林", phone="123"), "phone", "123 is not a telephone number"),
    (Particulars(name="林", sign_in_name="a b"), "sign_in_name", "a b cannot be a sign-in name"),
    (Particulars(name="林", sign_in_name="lin", email="x"), "email", "x is not an e-mail address"),
    (
        Particulars(name="林", phone="13812345678"),
        "phone",
        "already signs in with the telephone number 138 1234 5678",
    ),
    (Particulars(name="林", sign_in_name="TAKEN"), "sign_in_name", "already signs in with the name taken"),
]


@pytest.mark.parametrize("act", ["create", "change"])
def test_a_wrong_value_is_named(session: Session, act: str) -> None:
    """And nobody is entered or changed."""
    other = add_person(session, sign_in_name="taken", phone="13812345678")
    person = add_person(session, "郑", sign_in_name="zheng")
    session.commit()
    write_down = create_person if act == "create" else partial(change_person, person=person)
    for typed, field, said in WRONG:
        with pytest.raises(Refused, match=said) as refused:
            write_down(session, particulars=typed, viewer=VIEWER, now=NOON)
        assert refused.value.field == field, said
        session.rollback()
    assert set(session.scalars(select(User.id))) == {other.id, person.id}
    assert person.name == "郑"


def test_a_change_keeps_old_new_when_and_who(session: Session) -> None:
    """Values of personal fields stand in rows of their own, not in the change."""
    actor = add_administrator(session)
    person = add_person(session, sign_in_name="lin", phone="13812345678")
    viewer = Viewer(user_id=actor.id, posts=(Post(Role.ADMINISTRATOR),))
    typed = Particulars(name="林秀兰", sign_in_name="lin", phone="13900000000", email="lin@example.com")
    change_person(session, person=person, particulars=typed, viewer=viewer, now=NOON)
    lines = {line.field: (line.old, line.new, line.actor_id, line.at)
             for line in history_of(session, subject_kind="user", subject_id=person.id)}  # fmt: skip
    assert lines == {
        "name": ("林秀英", "林秀兰", actor.id, NOON),
        "phone": ("+8613812345678", "+8613900000000", actor.id, NOON),
        "email": (None, "lin@example.com", actor.id, NOON),
    }
    assert person.sort_key == "linxiulan"
    rows = session.scalars(select(Change).where(Change.subject_kind == "user")).all()
    assert {(row.old, row.new) for row in rows} == {(None, None)}


def test_only_a_new_telephone_number_ends_the_sessions(session: Session) -> None:
    """It is what a person proves themselves by."""
    person = add_person(session, sign_in_name="lin", phone="13812345678")
    start(session, person)
    typed = Particulars(name="林秀兰", sign_in_name="lin", phone="138 1234 5678")
    change_person(session, person=person, particulars=typed, viewer=VIEWER, now=NOON)
    assert len(live_sessions(session, user_id=person.id, now=NOON)) == 1
    typed = Particulars(name="林秀兰", sign_in_name="lin", phone="139 0000 0000")
    change_person(session, person=person, particulars=typed, viewer=VIEWER, now=NOON)
    assert live_sessions(session, user_id=person.id, now=NOON) == []


def test_a_disabled_person_is_out_at_once(session: Session) -> None:
    """Sessions end, invitations are void; a second time nothing is written."""
    person = add_person(session, sign_in_name="lin")
    start(session, person)
    token = invite(session, person=person, viewer=NOBODY, now=NOON)[1]
    for _ in range(2):
        disable_person(session, person=person, viewer=VIEWER, now=NOON)
    assert live_sessions(session, user_id=person.id, now=NOON) == []
    assert open_invitation(session, token=token, now=NOON) is None
    assert session.scalars(select(Invitation)).one().revoked_at == NOON
    assert acts(session, person).count("person_disabled") == 1
    for _ in range(2):
        enable_person(session, person=person, viewer=VIEWER, now=NOON)
    assert person.active
    assert acts(session, person).count("person_enabled") == 1
    assert live_sessions(session, user_id=person.id, now=NOON) == []


def test_nothing_changes_an_erased_person(session: Session) -> None:
    """Each act says so."""
    person = add_person(session, sign_in_name="lin")
    erase_person(session, person=person, viewer=VIEWER, now=NOON)
    typed = Particulars(name="林", sign_in_name="lin")
    for act in (
        lambda: change_person(session, person=person, particulars=typed, viewer=VIEWER, now=NOON),
        lambda: disable_person(session, person=person, viewer=VIEWER, now=NOON),
        lambda: enable_person(session, person=person, viewer=VIEWER, now=NOON),
    ):
        with pytest.raises(Refused, match="was erased"):
            act()
    with pytest.raises(Refused, match="shut out"):
        invite(session, person=person, viewer=VIEWER, now=NOON)


def test_the_last_administrator_cannot_be_disabled_or_erased(session: Session) -> None:
    """Somebody who cannot sign in does not count as another one."""
    last = add_administrator(session)
    invited = add_administrator(session, "invited_only")
    invited.password_hash = None
    for act in (disable_person, erase_person):
        with pytest.raises(Refused, match="last administrator"):
            act(session, person=last, viewer=VIEWER, now=NOON)
    disable_person(session, person=invited, viewer=VIEWER, now=NOON)
    add_administrator(session, "third")
    disable_person(session, person=last, viewer=NOBODY, now=NOON)
    assert not last.active
