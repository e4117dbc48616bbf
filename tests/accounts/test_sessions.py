"""Sessions: the server's own, hashed, with an idle and an absolute limit, listed and revocable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import SignInSession, User
from propman.accounts.operations import change_password, revoke_session, revoke_sessions, sign_out, start_session
from propman.accounts.operations.sessions import touch
from propman.accounts.queries import live_session, live_sessions
from propman.accounts.tokens import hash_token
from propman.audit.models import AuditRecord
from propman.errors import NotFound, Refused
from propman.roles import Role, Viewer
from tests.accounts.world import NOON, PASSWORD, TODAY, add_person, give_role, make_world


def start(session: Session, person: User, **changed: object) -> str:
    """A session of the person."""
    values = {"device_hash": "d" * 64, "browser": "Chrome, Android", "now": NOON} | changed
    return start_session(session, person=person, **values).token  # type: ignore[arg-type]


@pytest.fixture
def resident_lin(session: Session) -> User:
    """Somebody at home."""
    return add_person(session, sign_in_name="resident_lin")


@pytest.fixture
def worker_zhou(session: Session) -> User:
    """Somebody with a post."""
    person = add_person(session, "周师傅", sign_in_name="worker_zhou")
    give_role(session, person, Role.WORKER, organisation=make_world(session).company)
    return person


def test_the_id_is_random_and_stored_hashed(session: Session, resident_lin: User) -> None:
    """Whoever reads the table cannot become anybody."""
    tokens = {start(session, resident_lin) for _ in range(20)}
    assert {len(token) for token in tokens} == {43}
    assert set(session.scalars(select(SignInSession.id_hash))) == {hash_token(token) for token in tokens}


@pytest.mark.parametrize(
    ("who", "idle", "absolute"),
    [
        ("worker_zhou", timedelta(minutes=30), timedelta(hours=12)),
        ("resident_lin", timedelta(days=30), timedelta(days=90)),
    ],
)
def test_a_session_ends_unused_and_at_last_anyhow(
    session: Session, request: pytest.FixtureRequest, who: str, idle: timedelta, absolute: timedelta
) -> None:
    """Idle and absolute limit, each to the second."""
    token, second = start(session, request.getfixturevalue(who)), timedelta(seconds=1)
    assert live_session(session, token=token, now=NOON + idle - second) is not None
    assert live_session(session, token=token, now=NOON + idle) is None
    row = session.scalars(select(SignInSession)).one()
    now = NOON
    while now < NOON + absolute - idle:
        now += idle - second
        touch(session, session_id=row.id, now=now)
    session.expire_all()
    touch(session, session_id=row.id, now=NOON + absolute - second)
    assert live_session(session, token=token, now=NOON + absolute - second) is not None
    assert live_session(session, token=token, now=NOON + absolute) is None


def test_a_post_that_begins_tomorrow_counts_today(session: Session, resident_lin: User) -> None:
    """Or a session of 90 days would grow into an office."""
    give_role(session, resident_lin, Role.WORKER, organisation=make_world(session).company,
              starts_on=TODAY + timedelta(days=1))  # fmt: skip
    assert not start_session(session, person=resident_lin, device_hash="d" * 64, browser="", now=NOON).lasting
    assert session.scalars(select(SignInSession)).one().idle_after_minutes == 30


def test_a_post_that_has_ended_does_not(session: Session, resident_lin: User) -> None:
    """A former worker is at home."""
    membership = give_role(session, resident_lin, Role.WORKER, organisation=make_world(session).company)
    membership.ends_on = TODAY
    assert start_session(session, person=resident_lin, device_hash="d" * 64, browser="", now=NOON).lasting


def test_use_is_noted_once_a_minute(session: Session, resident_lin: User) -> None:
    """A page with thirty pictures does not write thirty times."""
    start(session, resident_lin)
    row = session.scalars(select(SignInSession)).one()
    seen = []
    for seconds in (1, 59, 60, 61, 119, 120):
        touch(session, session_id=row.id, now=NOON + timedelta(seconds=seconds))
        session.refresh(row)
        seen.append(int((row.seen_at - NOON).total_seconds()))
    assert seen == [0, 0, 60, 60, 60, 120]


def test_a_person_ends_their_own_sessions_only(session: Session, resident_lin: User, worker_zhou: User) -> None:
    """Anybody else's are not there; twice is once."""
    token = start(session, resident_lin)
    row = session.scalars(select(SignInSession)).one()
    with pytest.raises(NotFound):
        revoke_session(session, session_id=row.id, viewer=Viewer(user_id=worker_zhou.id), now=NOON)
    with pytest.raises(NotFound):
        revoke_session(session, session_id=99_999, viewer=Viewer(user_id=resident_lin.id), now=NOON)
    for _ in range(2):
        revoke_session(session, session_id=row.id, viewer=Viewer(user_id=resident_lin.id), now=NOON)
    assert live_session(session, token=token, now=NOON) is None
    assert len(session.scalars(select(AuditRecord).where(AuditRecord.act == "signed_out")).all()) == 1


def test_signing_out_ends_what_a_copied_cookie_holds(session: Session, resident_lin: User) -> None:
    """Other sessions go on; an unknown one is no fault."""
    one, two = start(session, resident_lin), start(session, resident_lin)
    for token in (one, one, "x" * 43):
        sign_out(session, token=token, now=NOON)
    assert live_session(session, token=one, now=NOON) is None
    assert live_session(session, token=two, now=NOON) is not None


def test_sessions_are_listed_by_last_use(session: Session, resident_lin: User) -> None:
    """Those that ended are left out."""
    for hours in (1, 3, 2):
        start(session, resident_lin, browser=f"browser {hours}", now=NOON + timedelta(hours=hours))
    start(session, resident_lin, browser="too old", now=NOON - timedelta(days=31))
    sign_out(session, token=start(session, resident_lin), now=NOON)
    now = NOON + timedelta(hours=3)
    assert [one.browser[-1] for one in live_sessions(session, user_id=resident_lin.id, now=now)] == ["3", "2", "1"]


def test_all_sessions_but_one_end(session: Session, resident_lin: User, worker_zhou: User) -> None:
    """Nobody else's."""
    kept = start(session, resident_lin)
    kept_id = session.scalars(select(SignInSession.id)).one()
    for person in (resident_lin, resident_lin, worker_zhou):
        start(session, person)
    ended = revoke_sessions(session, user_id=resident_lin.id, actor_id=resident_lin.id, now=NOON, keep=kept_id)
    assert ended == 2
    assert live_session(session, token=kept, now=NOON) is not None
    assert len(live_sessions(session, user_id=worker_zhou.id, now=NOON)) == 1


def test_a_new_password_ends_the_other_sessions(session: Session, resident_lin: User) -> None:
    """This one goes on; a wrong present password changes nothing."""
    kept, other = start(session, resident_lin), start(session, resident_lin)
    here = live_session(session, token=kept, now=NOON)
    assert here is not None
    viewer = Viewer(user_id=resident_lin.id, session_id=here.id)
    before = resident_lin.password_hash
    for current, new, field in (("not mine at all", "quite a new one", "current"), (PASSWORD, "short", "password")):
        with pytest.raises(Refused) as refused:
            change_password(session, viewer=viewer, current=current, new=new, cheap=True, now=NOON)
        assert refused.value.field == field
        assert resident_lin.password_hash == before
    change_password(session, viewer=viewer, current=PASSWORD, new="quite a new one", cheap=True, now=NOON)
    assert live_session(session, token=kept, now=NOON) is not None
    assert live_session(session, token=other, now=NOON) is None
