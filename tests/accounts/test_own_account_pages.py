"""The invitation page and one's own account, through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import SignInSession, User
from propman.accounts.operations import disable_person, invite
from propman.audit.models import AuditRecord, Change
from propman.roles import NOBODY, Role
from tests.accounts.world import NOON, PASSWORD, add_person, give_role, hidden, make_world, send, sign_in

NewClient = Callable[[], FlaskClient]
NEW = "quite a new one"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The tests' own moment."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def resident_lin(session: Session) -> User:
    """Somebody at home."""
    return add_person(session, phone="138 1234 5678", sign_in_name="resident_lin")


def link_for(session: Session, person: User) -> str:
    """The path of a fresh invitation."""
    return f"/invite/{invite(session, person=person, viewer=NOBODY, now=NOON)[1]}"


# --- the invitation ---


def test_an_invited_person_chooses_a_password_and_is_in(
    client: FlaskClient, session: Session, resident_lin: User
) -> None:
    """The page says how to sign in from now on, and does not show the whole number."""
    path = link_for(session, resident_lin)
    page = client.get(path).text
    assert "138****5678" in page
    assert "13812345678" not in page.replace(" ", "")
    assert "resident_lin" in page
    answer = send(client, path, password=NEW, again=NEW)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/me").status_code == 200


NO_PASSWORDS = [
    ("short", "short", "at least 8 characters"),
    ("x" * 129, "x" * 129, "at most 128 characters"),
    (NEW, "another one", "The two passwords differ"),
    ("", "", "Choose a password"),
    ("aaaaaaaaaa", "aaaaaaaaaa", "repeats itself"),
]


def test_a_password_that_is_none_is_named(client: FlaskClient, session: Session, resident_lin: User) -> None:
    """The link still works afterwards."""
    path = link_for(session, resident_lin)
    for password, again, said in NO_PASSWORDS:
        answer = send(client, path, password=password, again=again)
        assert answer.status_code == 422
        assert said in answer.text
    assert send(client, path, password=NEW, again=NEW).status_code == 303


def test_a_lost_answer_leads_to_the_sign_in_page(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """The same form again sets nothing and signs nobody in."""
    path, client = link_for(session, resident_lin), new_client()
    page = client.get(path)
    data = {name: hidden(page, name) for name in ("csrf_token", "key")} | {"password": NEW, "again": NEW}
    before = client.get_cookie("propman")
    assert before is not None
    assert client.post(path, data=data).location == "/"
    lost = new_client()
    lost.set_cookie("propman", before.value)
    assert lost.post(path, data=data).location == "/sign-in"
    assert lost.get("/me").status_code == 303
    assert sign_in(lost, "resident_lin", NEW).status_code == 303


def test_every_link_that_opens_nothing_is_one_page(
    new_client: NewClient, session: Session, resident_lin: User, noon: time_machine.Traveller
) -> None:
    """Used, replaced, too old, of somebody shut out, never made: alike, by GET and by POST."""
    disabled = add_person(session, sign_in_name="disabled_di")
    of_disabled = link_for(session, disabled)
    disable_person(session, person=disabled, viewer=NOBODY, now=NOON)
    old = link_for(session, add_person(session, sign_in_name="late_la"))
    replaced, used = link_for(session, resident_lin), link_for(session, resident_lin)
    open_page = new_client().get(used)
    send(new_client(), used, password=NEW, again=NEW)
    noon.move_to(NOON + timedelta(days=7, seconds=1))
    dead = ["/invite/" + "x" * 43, of_disabled, old, replaced, used]
    pages = [new_client().get(path) for path in dead]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'name="csrf_token" value="[^"]*"|[0-9a-f]{16}', "", page.text) for page in pages}) == 1
    assert "This link opens nothing" in pages[0].text
    client = new_client()
    data = {"csrf_token": hidden(client.get("/sign-in"), "csrf_token"), "key": hidden(open_page, "key")}
    data |= {"password": NEW, "again": NEW}
    assert {client.post(path, data=data).status_code for path in dead[:-1]} == {404}
    assert client.post(used, data=data | {"key": "0" * 32}).status_code == 404


# --- my account ---


def test_my_account_shows_what_i_am_and_where_i_am(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """Number masked; roles of today; this browser marked."""
    world = make_world(session)
    give_role(session, resident_lin, Role.RESIDENT, place=world.building)
    phone, desk = new_client(), new_client()
    phone.post("/sign-in", headers={"User-Agent": ANDROID},
               data={"csrf_token": hidden(phone.get("/sign-in"), "csrf_token"), "who": "resident_lin",
                     "password": PASSWORD})  # fmt: skip
    sign_in(desk, "resident_lin")
    page = desk.get("/me").text
    assert "138****5678" in page
    assert "resident · 红旗小区 3号楼" in " ".join(page.split())
    assert "Chrome on Android" in page
    assert "unknown browser" in page
    assert page.count("this browser") == 1


def test_a_lost_telephone_is_signed_out_from_another_browser(
    new_client: NewClient, session: Session, resident_lin: User
) -> None:
    """And the account goes on here."""
    lost, desk = new_client(), new_client()
    sign_in(lost, "resident_lin")
    sign_in(desk, "resident_lin")
    there = session.scalars(select(SignInSession.id).order_by(SignInSession.id)).first()
    for _ in range(2):
        assert send(desk, f"/me/sessions/{there}/revoke", page="/me").status_code == 303
    assert lost.get("/me").status_code == 303
    assert desk.get("/me").status_code == 200


def test_nobody_ends_anybody_elses_session(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """A foreign one and none at all answer alike."""
    add_person(session, "吴邻居", sign_in_name="neighbour_wu")
    lin, wu = new_client(), new_client()
    sign_in(lin, "resident_lin")
    theirs = session.scalars(select(SignInSession.id)).one()
    sign_in(wu, "neighbour_wu")
    answers = [send(wu, f"/me/sessions/{number}/revoke", page="/me") for number in (theirs, 99_999, 2**63 - 1)]
    assert {answer.status_code for answer in answers} == {404}
    assert send(wu, f"/me/sessions/{2**63}/revoke", page="/me").status_code == 404
    assert len({re.sub(r'"csrf_token" value="[^"]*"|[0-9a-f]{16}', "", answer.text) for answer in answers}) == 1
    assert lin.get("/me").status_code == 200


def test_changing_the_password(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """Here it goes on, elsewhere it ends; the same form sent twice is one change."""
    here, elsewhere = new_client(), new_client()
    sign_in(elsewhere, "resident_lin")
    sign_in(here, "resident_lin")
    page = here.get("/me")
    key = re.findall(r'name="key"[^>]*value="([^"]*)"', page.text)[-1]
    data = {"csrf_token": hidden(page, "csrf_token"), "key": key, "current": PASSWORD, "password": NEW, "again": NEW}
    assert [here.post("/me/password", data=data).status_code for _ in range(2)] == [303, 303]
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
    assert sign_in(new_client(), "resident_lin").status_code == 422
    assert sign_in(new_client(), "resident_lin", NEW).status_code == 303
    acts = session.scalars(select(AuditRecord.act).where(AuditRecord.act == "password_changed")).all()
    assert len(acts) == 1


REFUSED_CHANGES = [
    ({"current": "not mine at all", "password": NEW, "again": NEW}, "This is not your present password."),
    ({"current": PASSWORD, "password": "short", "again": "short"}, "at least 8 characters"),
    ({"current": PASSWORD, "password": NEW, "again": "x"}, "The two passwords differ"),
    ({"password": NEW, "again": NEW}, "Type your present password."),
]


def test_a_refused_password_is_named(client: FlaskClient, session: Session, resident_lin: User) -> None:
    """And the old one stays."""
    sign_in(client, "resident_lin")
    before = resident_lin.password_hash
    for fields, said in REFUSED_CHANGES:
        answer = send(client, "/me/password", page="/me", **fields)
        assert answer.status_code == 422
        assert said in answer.text
        session.refresh(resident_lin)
        assert resident_lin.password_hash == before


def test_a_stolen_session_is_no_way_to_guess_the_password(client: FlaskClient, resident_lin: User) -> None:
    """Ten tries in a quarter of an hour."""
    sign_in(client, "resident_lin")
    answers = [
        send(client, "/me/password", page="/me", current="wrong one", password=NEW, again=NEW) for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Too many wrong tries" in answers[-1].text


def test_choosing_a_language(client: FlaskClient, session: Session, resident_lin: User) -> None:
    """Kept with the account, old and new; anything else is refused."""
    sign_in(client, "resident_lin")
    assert send(client, "/me/language", page="/me", language="zh").status_code == 303
    assert '<html lang="zh-CN"' in client.get("/me").text
    session.refresh(resident_lin)
    assert resident_lin.language == "zh"
    change = session.scalars(select(Change)).one()
    assert (change.field, change.old, change.new, change.actor_id) == ("language", "en", "zh", resident_lin.id)
    send(client, "/settings/language", page="/me", lang="en")
    answer = send(client, "/me/language", page="/me", language="xx")
    assert answer.status_code == 422
    assert "Choose one of the languages." in answer.text


@pytest.mark.parametrize("path", ["/me/password", "/me/language", "/me/sessions/1/revoke", "/sign-out"])
def test_nothing_changes_without_the_token_of_the_page(client: FlaskClient, resident_lin: User, path: str) -> None:
    """Nor by GET."""
    sign_in(client, "resident_lin")
    assert client.post(path, data={"current": PASSWORD, "password": NEW, "again": NEW}).status_code == 400
    assert client.get(path).status_code == 405
