"""Signing in through the page: one answer for every failure, and where it leads."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.accounts.operations import disable_person
from propman.accounts.passwords import hash_password
from propman.audit.models import AuditRecord
from propman.config import Settings
from propman.roles import NOBODY, Role
from tests.accounts.world import (
    NOON,
    PASSWORD,
    add_person,
    give_role,
    hidden,
    make_world,
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


def test_number_and_name_open_the_same_account(new_client: NewClient, resident_lin: User) -> None:
    """In any notation."""
    for who in ("13812345678", "１３８ 1234 5678", "+8613812345678", "Resident_Lin"):
        client = new_client()
        answer = sign_in(client, who)
        assert (answer.status_code, answer.location) == (303, "/"), who
        assert "林秀英" in client.get("/me").text


def test_what_was_typed_stays_but_not_the_password(client: FlaskClient, resident_lin: User) -> None:
    """On a refused form."""
    answer = sign_in(client, "resident_lin", "not the right one")
    assert answer.status_code == 422
    assert 'value="resident_lin"' in answer.text
    assert "not the right one" not in answer.text


def test_what_is_missing_is_named(client: FlaskClient) -> None:
    """Each with a sentence."""
    for who, password, said in (
        ("", PASSWORD, "Say who you are"),
        ("resident_lin", "", "Type your password"),
        ("x" * 201, PASSWORD, "Please keep it to 200 characters"),
    ):
        answer = sign_in(client, who, password)
        assert answer.status_code == 422
        assert said in answer.text


# --- one answer ---


def bare(page: str) -> str:
    """A page without what differs in every answer: request id, CSRF token, and what was typed."""
    page = re.sub(r'name="csrf_token" (type="hidden" )?value="[^"]*"', "", page)
    page = re.sub(r'value="[^"]*"[^>]*autocomplete="username"|name="who"[^>]*value="[^"]*"', "", page)
    return re.sub(r"\b[0-9a-f]{16}\b", "", page)


def test_unknown_disabled_invited_and_wrong_are_one_answer(
    new_client: NewClient, session: Session, resident_lin: User
) -> None:
    """Status, page and headers do not say whether an account is there."""
    disabled = add_person(session, sign_in_name="disabled_di")
    disable_person(session, person=disabled, viewer=NOBODY, now=NOON)
    add_person(session, sign_in_name="invited_ai", password=None)
    tries = [("resident_lin", "wrong password"), ("disabled_di", PASSWORD), ("invited_ai", PASSWORD),
             ("nobody_no", PASSWORD), ("13812345678", "wrong password"), ("13900000000", PASSWORD),
             ("resident_lin", "x" * 1000), ("nobody_no", "x" * 1000)]  # fmt: skip
    answers = [sign_in(new_client(), who, password) for who, password in tries]
    assert {answer.status_code for answer in answers} == {422}
    assert "That is not right" in answers[0].text
    assert len({bare(answer.text) for answer in answers}) == 1
    assert len({tuple(name for name, _ in answer.headers) for answer in answers}) == 1
    failed = session.scalars(select(AuditRecord).where(AuditRecord.act == "sign_in_failed")).all()
    assert len(failed) == len(tries)


def test_the_answer_takes_as_long_for_nobody(
    client: FlaskClient, session: Session, app: Flask, settings: Settings
) -> None:
    """With real hashing: the median differs by less than 5 ms, or a fraction of the whole on a busy machine."""
    app.extensions["propman.settings"] = replace(settings, cheap_passwords=False)
    for number in range(8):
        person = add_person(session, sign_in_name=f"known_{number}")
        person.password_hash = hash_password(PASSWORD, cheap=False)
    token = hidden(client.get("/sign-in"), "csrf_token")

    def seconds(who: str) -> float:
        start = time.perf_counter()
        client.post("/sign-in", data={"who": who, "password": "wrong password", "csrf_token": token})
        return time.perf_counter() - start

    seconds("warm_up")
    pairs = [(seconds(f"known_{n % 8}"), seconds(f"nobody_{n % 8}")) for n in range(40)]
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert abs(known - unknown) < max(0.005, known / 4), f"known {known:.4f} s, unknown {unknown:.4f} s"


def test_failures_are_written_down_without_what_was_typed(
    client: FlaskClient, session: Session, resident_lin: User
) -> None:
    """For somebody by id, for nobody as unknown."""
    for who in ("resident_lin", "nobody_no"):
        sign_in(client, who, "wrong password")
    rows = session.scalars(
        select(AuditRecord).where(AuditRecord.act == "sign_in_failed").order_by(AuditRecord.id)
    ).all()
    assert [row.subject_id for row in rows] == [str(resident_lin.id), "unknown"]
    assert {str(row.details) for row in rows} == {"{'known_device': False}"}


# --- where it leads ---


WANTED = {
    "/me": "/me",
    "/tickets?state=open&after=3": "/tickets?state=open&after=3",
    "": "/",
    "https://evil.example/": "/",
    "//evil.example": "/",
    "/\\evil.example": "/",
    "/\tevil": "/",
    "javascript:alert(1)": "/",
    "/" + "x" * 3000: "/",
}


def test_signing_in_leads_only_into_the_house(new_client: NewClient, resident_lin: User) -> None:
    """The page somebody wanted, else the home page."""
    for wanted, reached in WANTED.items():
        client = new_client()
        page = client.get("/sign-in", query_string={"next": wanted})
        data = {"who": "resident_lin", "password": PASSWORD, "csrf_token": hidden(page, "csrf_token"), "next": wanted}
        assert client.post("/sign-in", data=data).location == reached, wanted


def test_the_page_that_was_asked_for_comes_after_signing_in(client: FlaskClient, resident_lin: User) -> None:
    """Carried through the form."""
    answer = client.get("/me?x=1")
    assert answer.location == "/sign-in?next=/me?x%3D1"
    page = client.get(answer.location)
    assert 'name="next" type="hidden" value="/me?x=1"' in page.text
    assert sign_in(client, "resident_lin", next="/me?x=1").location == "/me?x=1"
    assert client.get("/sign-in?next=/me").location == "/me"
