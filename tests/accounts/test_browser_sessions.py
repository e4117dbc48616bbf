"""The session as a browser holds it: rotated, limited, ended from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import SignInSession, User
from propman.accounts.operations import disable_person, end_membership, revoke_sessions
from propman.accounts.queries import memberships_of
from propman.roles import NOBODY, Role
from tests.accounts.world import (
    NOON,
    TODAY,
    add_administrator,
    add_person,
    give_role,
    hidden,
    make_world,
    send,
    sign_in,
)

NewClient = Callable[[], FlaskClient]
COOKIE = "propman"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The tests' own moment."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def resident_lin(session: Session) -> User:
    """Somebody at home."""
    return add_person(session, phone="138 1234 5678", sign_in_name="resident_lin")


@pytest.fixture
def worker_zhou(session: Session) -> User:
    """Somebody with a post."""
    person = add_person(session, "周师傅", sign_in_name="worker_zhou")
    give_role(session, person, Role.WORKER, organisation=make_world(session).company)
    return person


def signed_in(client: FlaskClient) -> bool:
    """Whether the browser is somebody's."""
    return client.get("/me").status_code == 200


def value(client: FlaskClient, name: str = COOKIE) -> str:
    """The value of a cookie, "" where there is none."""
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def test_the_session_is_new_at_every_sign_in(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """A cookie planted before opens nothing; the one before is over."""
    victim, attacker = new_client(), new_client()
    attacker.get("/sign-in")
    victim.set_cookie(COOKIE, value(attacker))
    csrf = hidden(victim.get("/sign-in"), "csrf_token")
    assert sign_in(victim, "resident_lin").status_code == 303
    assert value(victim) != value(attacker)
    assert not signed_in(attacker)
    first = value(victim)
    assert sign_in(victim, "resident_lin", page="/me").status_code == 303
    attacker.set_cookie(COOKIE, first)
    assert signed_in(victim)
    assert not signed_in(attacker)
    assert victim.post("/me/language", data={"language": "en", "csrf_token": csrf}).status_code == 400


def test_language_and_text_size_survive_signing_in_and_out(client: FlaskClient, resident_lin: User) -> None:
    """Everything else in the cookie goes."""
    send(client, "/settings/view", page="/sign-in", view="largest")
    send(client, "/settings/language", page="/sign-in", lang="en")
    with client.session_transaction() as cookie:
        cookie["left over"] = "x"
    sign_in(client, "resident_lin")
    page = client.get("/me").text
    assert 'data-view="largest"' in page
    assert 'lang="en"' in page
    with client.session_transaction() as cookie:
        assert "left over" not in cookie
    send(client, "/sign-out", page="/me")
    assert 'data-view="largest"' in client.get("/sign-in").text


def test_a_person_sees_their_own_language_after_signing_in(
    client: FlaskClient, session: Session, resident_lin: User
) -> None:
    """Unless this browser was told another one."""
    resident_lin.language = "en"
    sign_in(client, "resident_lin")
    assert '<html lang="en"' in client.get("/me").text


def test_signing_out_ends_the_session_on_the_server(new_client: NewClient, resident_lin: User) -> None:
    """A copy of the cookie is worthless; twice is no fault."""
    client, thief = new_client(), new_client()
    sign_in(client, "resident_lin")
    thief.set_cookie(COOKIE, value(client))
    assert signed_in(thief)
    assert send(client, "/sign-out", page="/me").status_code == 303
    assert not signed_in(client)
    assert not signed_in(thief)
    assert send(client, "/sign-out", page="/sign-in").status_code == 303


def test_a_tampered_cookie_is_nobodys(client: FlaskClient, session: Session, resident_lin: User) -> None:
    """Nor is one signed with a key that was retired."""
    sign_in(client, "resident_lin")
    good = value(client)
    for bad in (good[:-3] + "abc", good[3:], "x", "", good.split(".")[0]):
        client.set_cookie(COOKIE, bad)
        assert not signed_in(client)
    client.set_cookie(COOKIE, good)
    assert signed_in(client)
    client.application.secret_key = "another key that nobody knows of"
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("who", "idle", "absolute"),
    [("worker_zhou", timedelta(minutes=30), timedelta(hours=12)),
     ("resident_lin", timedelta(days=30), timedelta(days=90))],
)  # fmt: skip
def test_a_session_ends_unused_and_at_last_anyhow(
    new_client: NewClient, request: pytest.FixtureRequest, noon: time_machine.Traveller, who: str, idle: timedelta,
    absolute: timedelta,
) -> None:  # fmt: skip
    """Through the pages, with a use now and then that keeps it alive."""
    request.getfixturevalue(who)
    unused, client = new_client(), new_client()
    sign_in(unused, who)
    sign_in(client, who)
    noon.move_to(NOON + idle + timedelta(minutes=1))
    assert not signed_in(unused)
    noon.move_to(NOON)
    at = timedelta()
    while at < absolute - idle:
        at += idle * 0.8
        noon.move_to(NOON + at)
        assert signed_in(client), at
    noon.move_to(NOON + absolute + timedelta(minutes=1))
    assert not signed_in(client)


def test_use_is_noted_on_reading_pages_too(
    client: FlaskClient, session: Session, noon: time_machine.Traveller, resident_lin: User
) -> None:
    """In a short transaction of its own, at most once a minute."""
    sign_in(client, "resident_lin")
    seen = []
    for seconds in (30, 61, 70):
        noon.move_to(NOON + timedelta(seconds=seconds))
        client.get("/me")
        session.expire_all()
        seen.append(int((session.scalars(select(SignInSession)).one().seen_at - NOON).total_seconds()))
    assert seen == [0, 61, 61]


@pytest.mark.parametrize("act", ["disable", "revoke"])
def test_a_session_ended_by_somebody_else_is_over_at_once(
    client: FlaskClient, session: Session, resident_lin: User, act: str
) -> None:
    """The next click leads to the sign-in page."""
    sign_in(client, "resident_lin")
    assert signed_in(client)
    if act == "disable":
        disable_person(session, person=resident_lin, viewer=NOBODY, now=NOON)
    else:
        revoke_sessions(session, user_id=resident_lin.id, actor_id=None, now=NOON)
    answer = client.get("/me")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/me")


def test_rights_end_with_the_role_not_with_the_session(client: FlaskClient, session: Session) -> None:
    """The post is read at every click."""
    person = add_administrator(session)
    add_administrator(session, "second")
    sign_in(client, "administrator_he")
    assert client.get("/admin/people").status_code == 200
    membership = memberships_of(session, user_ids=[person.id])[0]
    end_membership(session, membership=membership, ends_on=TODAY, viewer=NOBODY, now=NOON)
    assert client.get("/admin/people").status_code == 403
    assert signed_in(client)


def test_cookies_are_closed_to_scripts(client: FlaskClient, resident_lin: User, worker_zhou: User) -> None:
    """And that of somebody with a post goes when the browser is closed."""
    answer = sign_in(client, "worker_zhou")
    cookies = {one.split("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {COOKIE, "propman-device"}
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies.values())
    assert "Expires" not in cookies[COOKIE]
    answer = sign_in(client, "resident_lin", page="/me")
    assert "Expires" in next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}="))
    assert answer.headers["Cache-Control"] == "no-store"
