"""Guessing is put off; the owner is not, whatever strangers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import SignInSession, User
from propman.accounts.operations import disable_person, invite
from propman.accounts.operations.sign_in import (
    TRIES_OF_ADDRESS,
    TRIES_PER_DAY,
    TRIES_PER_QUARTER,
    claim,
    open_session,
)
from propman.accounts.passwords import hash_password
from propman.audit.models import AuditRecord
from propman.errors import Refused
from propman.roles import NOBODY
from propman.throttle import Counter
from tests.accounts.world import NOON, PASSWORD, add_person, hidden, send, sign_in

NewClient = Callable[[], FlaskClient]


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The tests' own moment, standing still."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def resident_lin(session: Session) -> User:
    """Somebody at home."""
    return add_person(session, phone="138 1234 5678", sign_in_name="resident_lin")


def guess(
    client: FlaskClient, times: int, *, who: str = "resident_lin", address: str = "203.0.113.9", **headers: str
) -> list[int]:
    """Wrong passwords from one address; the statuses."""
    token = hidden(client.get("/sign-in"), "csrf_token")
    data = {"who": who, "password": "wrong password", "csrf_token": token}
    environ = {"REMOTE_ADDR": address}
    return [client.post("/sign-in", data=data, environ_base=environ, headers=headers).status_code for _ in range(times)]


def test_the_eleventh_guess_waits_for_the_next_quarter(
    client: FlaskClient, resident_lin: User, noon: time_machine.Traveller
) -> None:
    """With a sentence, the time to wait, and what was typed."""
    assert guess(client, 12) == [422] * 10 + [429] * 2
    noon.move_to(NOON + timedelta(minutes=3, seconds=30))
    answer = client.post("/sign-in", data={"who": "resident_lin", "password": PASSWORD, "csrf_token": hidden(
        client.get("/sign-in"), "csrf_token")}, environ_base={"REMOTE_ADDR": "203.0.113.9"})  # fmt: skip
    assert answer.status_code == 429
    assert 680 <= int(answer.headers["Retry-After"]) <= 691
    assert "Wait 12 min, then try again." in answer.text
    assert 'value="resident_lin"' in answer.text
    noon.move_to(NOON + timedelta(minutes=15))
    assert guess(client, 1) == [422]
    assert sign_in(client, "resident_lin").status_code == 303


def test_the_limit_is_the_same_for_an_account_that_is_not_there(new_client: NewClient, resident_lin: User) -> None:
    """Or the 429 would tell them apart."""
    assert guess(new_client(), 12, who="nobody_no") == guess(new_client(), 12) == [422] * 10 + [429] * 2


def test_a_stranger_cannot_lock_out_the_owners_device(new_client: NewClient, resident_lin: User) -> None:
    """Not even from the same address, nor with every address there is."""
    owner, stranger = new_client(), new_client()
    sign_in(owner, "resident_lin")
    send(owner, "/sign-out", page="/me")
    for number in range(12):
        guess(stranger, 11, address=f"198.51.100.{number}")
    guess(stranger, 11, address="127.0.0.1")
    assert guess(new_client(), 1, address="192.0.2.1") == [429]
    assert sign_in(owner, "resident_lin").status_code == 303
    assert sign_in(new_client(), "resident_lin").status_code == 429


def test_the_owners_device_has_its_own_limit(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """A telephone that was found in the street is no way to guess for ever."""
    owner = new_client()
    sign_in(owner, "resident_lin")
    send(owner, "/sign-out", page="/me")
    assert guess(owner, 12) == [422] * 10 + [429] * 2
    assert guess(new_client(), 1) == [422]


def test_a_known_device_is_known_for_its_own_account_only(
    new_client: NewClient, session: Session, resident_lin: User
) -> None:
    """A neighbour's device is a stranger's."""
    add_person(session, "吴邻居", sign_in_name="neighbour_wu")
    neighbour = new_client()
    sign_in(neighbour, "neighbour_wu")
    send(neighbour, "/sign-out", page="/me")
    guess(new_client(), 11)
    assert guess(neighbour, 1) == [429]


def test_all_strangers_together_have_a_day(
    new_client: NewClient, resident_lin: User, noon: time_machine.Traveller
) -> None:
    """100 guesses a day at one account, until midnight in Harbin; a refused one uses up nothing of it."""
    client, statuses = new_client(), []
    for number in range(12):
        statuses += guess(client, 12, address=f"198.51.100.{number}")
    assert statuses.count(422) == TRIES_PER_DAY
    noon.move_to(NOON.replace(hour=15, minute=59))
    answer = guess(client, 1, address="192.0.2.1")
    noon.move_to(NOON.replace(hour=16))
    assert answer + guess(client, 1, address="192.0.2.1") == [429, 422]


def test_an_invitation_opens_what_strangers_keep_shut(
    new_client: NewClient, session: Session, resident_lin: User
) -> None:
    """The device on which it is accepted is the person's own from then on."""
    stranger, owner = new_client(), new_client()
    for number in range(11):
        guess(stranger, 10, address=f"198.51.100.{number}")
    assert sign_in(owner, "resident_lin").status_code == 429
    _, token = invite(session, person=resident_lin, viewer=NOBODY, now=NOON)
    assert send(owner, f"/invite/{token}", password="quite a new one", again="quite a new one").status_code == 303
    assert owner.get("/me").status_code == 200
    send(owner, "/sign-out", page="/me")
    assert sign_in(owner, "resident_lin", "quite a new one").status_code == 303


def test_a_made_up_forwarding_header_changes_nothing(client: FlaskClient, resident_lin: User) -> None:
    """Without a trusted proxy the address is that of the connection."""
    statuses = []
    for number in range(12):
        statuses += guess(client, 1, **{"X-Forwarded-For": f"192.0.2.{number}"})
    assert statuses == [422] * 10 + [429] * 2


def test_one_household_is_one_address(client: FlaskClient, resident_lin: User) -> None:
    """Of IPv6 the first 64 bits count; an IPv4 address written as IPv6 is itself."""
    statuses = []
    for number in range(12):
        statuses += guess(client, 1, address=f"2001:db8:1:2:{number}::1")
    assert statuses == [422] * 10 + [429] * 2
    assert guess(client, 1, address="2001:db8:1:3::1") == [422]
    assert guess(client, 10, address="::ffff:192.0.2.7") == [422] * 10
    assert guess(client, 1, address="192.0.2.7") == [429]


def test_one_address_cannot_try_every_account(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A high limit, because a carrier has one address for thousands."""
    assert TRIES_OF_ADDRESS == 300
    monkeypatch.setattr("propman.accounts.operations.sign_in.TRIES_OF_ADDRESS", 20)
    statuses = [guess(client, 1, who=f"nobody_{number}")[0] for number in range(22)]
    assert statuses == [422] * 20 + [429] * 2
    assert guess(client, 1, who="nobody_0", address="192.0.2.1") == [422]


def test_success_uses_up_nothing(new_client: NewClient, session: Session, resident_lin: User) -> None:
    """Fifteen devices in a quarter of an hour are unusual, and right."""
    assert {sign_in(new_client(), "resident_lin").status_code for _ in range(TRIES_PER_QUARTER + 5)} == {303}
    assert set(session.scalars(select(Counter.n))) == {0}
    assert len(session.scalars(select(SignInSession)).all()) == TRIES_PER_QUARTER + 5


def test_of_fifty_guesses_at_once_ten_are_compared(
    app: Flask, new_client: NewClient, session: Session, resident_lin: User
) -> None:
    """The counter goes up before the password is looked at."""
    session.commit()
    client = app.test_client()
    token = hidden(client.get("/sign-in"), "csrf_token")
    cookie = client.get_cookie("propman")
    assert cookie is not None

    def one(_: int) -> int:
        own = FlaskClient(app)
        own.set_cookie("propman", cookie.value)
        data = {"who": "resident_lin", "password": "wrong password", "csrf_token": token}
        return own.post("/sign-in", data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one, range(50)))
    assert sorted(set(statuses)) == [422, 429]
    assert statuses.count(422) == TRIES_PER_QUARTER
    compared = session.scalars(select(AuditRecord).where(AuditRecord.act == "sign_in_failed")).all()
    assert len(compared) == TRIES_PER_QUARTER


def test_counters_hold_no_number_name_or_address(client: FlaskClient, session: Session, resident_lin: User) -> None:
    """Pseudonyms only."""
    for who in ("resident_lin", "13812345678"):
        guess(client, 1, who=who)
    text = " ".join(session.scalars(select(Counter.subject)))
    assert not [part for part in ("resident_lin", "1381234", "203.0.113") if part in text]
    assert max(len(subject) for subject in session.scalars(select(Counter.subject))) <= 120


def test_even_the_owners_device_has_a_day(
    new_client: NewClient, resident_lin: User, noon: time_machine.Traveller
) -> None:
    """100 wrong passwords from a stolen telephone, then nothing before midnight in Harbin."""
    owner, statuses = new_client(), []
    sign_in(owner, "resident_lin")
    send(owner, "/sign-out", page="/me")
    for quarter in range(11):
        noon.move_to(NOON + timedelta(minutes=15 * quarter))
        statuses += guess(owner, 10)
    assert statuses == [422] * TRIES_PER_DAY + [429] * 10


def test_what_changed_since_the_password_was_looked_at_counts(session: Session, resident_lin: User) -> None:
    """An account disabled, or given a new password, in that moment stays shut."""
    seen = claim(session, typed="resident_lin", device_hash=None, key="secret")
    opening = {"better_hash": None, "device_hash": "d" * 64, "browser": "", "now": NOON}
    open_session(session, claim=seen, **opening)
    resident_lin.password_hash = hash_password("quite a new one", cheap=True)
    with pytest.raises(Refused, match="That is not right"):
        open_session(session, claim=seen, **opening)
    seen = claim(session, typed="resident_lin", device_hash=None, key="secret")
    disable_person(session, person=resident_lin, viewer=NOBODY, now=NOON)
    with pytest.raises(Refused, match="That is not right"):
        open_session(session, claim=seen, **opening)
