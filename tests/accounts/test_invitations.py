"""Invitations: one use, seven days, the newest only; whoever accepts signs everybody else out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, User
from propman.accounts.operations import (
    accept_invitation,
    disable_person,
    invite,
    setup_first_administrator,
    start_session,
)
from propman.accounts.passwords import verify
from propman.accounts.queries import live_sessions, open_invitation, viewer_of
from propman.accounts.tokens import hash_token
from propman.db import engine_options, prepare_engine
from propman.errors import Refused
from propman.roles import NOBODY, Role
from tests.accounts.world import NOON, PASSWORD, add_administrator, add_person

WEEK = timedelta(days=7)


def accept(session: Session, token: str, *, password: str = "quite a new one", now=NOON) -> User:  # type: ignore[no-untyped-def]
    """Use the link."""
    return accept_invitation(session, token=token, password=password, cheap=True, now=now)


def test_a_link_sets_the_password_once(session: Session) -> None:
    """The second use is refused, and the password stays."""
    person = add_person(session, sign_in_name="lin", password=None)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    assert accept(session, token) is person
    with pytest.raises(Refused, match="no longer valid") as refused:
        accept(session, token, password="an attacker's own")
    assert refused.value.status == 404
    assert verify("quite a new one", person.password_hash, cheap=True)[0]


def test_only_the_hash_of_256_random_bits_is_stored(session: Session) -> None:
    """Whoever reads the database can accept nothing."""
    person = add_person(session, sign_in_name="lin", password=None)
    tokens = {invite(session, person=person, viewer=NOBODY, now=NOON)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}
    stored = session.scalars(select(Invitation.token_hash)).all()
    assert set(stored) == {hash_token(token) for token in tokens}
    assert not tokens & set(stored)


def test_a_newer_link_voids_the_older_ones(session: Session) -> None:
    """The last one that was handed over counts."""
    person = add_person(session, sign_in_name="lin", password=None)
    old, new = (invite(session, person=person, viewer=NOBODY, now=NOON)[1] for _ in range(2))
    with pytest.raises(Refused, match="no longer valid"):
        accept(session, old)
    accept(session, new)


@pytest.mark.parametrize(("later", "opens"), [(WEEK - timedelta(seconds=1), True), (WEEK, False)])
def test_a_link_ends_after_seven_days(session: Session, later: timedelta, opens: bool) -> None:
    """To the second."""
    person = add_person(session, sign_in_name="lin", password=None)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    assert (open_invitation(session, token=token, now=NOON + later) is not None) == opens
    if not opens:
        with pytest.raises(Refused, match="within 7 days"):
            accept(session, token, now=NOON + later)


def test_a_link_of_somebody_shut_out_opens_nothing(session: Session) -> None:
    """And none is made for them."""
    person = add_person(session, sign_in_name="lin")
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    disable_person(session, person=person, viewer=NOBODY, now=NOON)
    with pytest.raises(Refused, match="no longer valid"):
        accept(session, token)
    with pytest.raises(Refused, match="shut out"):
        invite(session, person=person, viewer=NOBODY, now=NOON)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 100_000, "安"])
def test_a_guess_opens_nothing(session: Session, token: str) -> None:
    """The same sentence as for a used one."""
    with pytest.raises(Refused, match="no longer valid"):
        accept(session, token)


def test_a_weak_password_leaves_the_link_open(session: Session) -> None:
    """The person tries again with a better one."""
    person = add_person(session, sign_in_name="lin", password=None)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    with pytest.raises(Refused, match="too short"):
        accept(session, token, password="short")
    accept(session, token)


def test_whoever_accepts_signs_everybody_else_out(session: Session) -> None:
    """A new password after a theft is worth nothing otherwise."""
    person = add_person(session, sign_in_name="lin")
    start_session(session, person=person, device_hash="d" * 64, browser="", now=NOON)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    assert len(live_sessions(session, user_id=person.id, now=NOON)) == 1
    accept(session, token)
    assert live_sessions(session, user_id=person.id, now=NOON) == []
    assert not verify(PASSWORD, person.password_hash, cheap=True)[0]


def test_of_five_at_once_one_gets_through(session: Session, database_url: str) -> None:
    """And the password is the winner's."""
    person = add_person(session, sign_in_name="lin", password=None)
    _, token = invite(session, person=person, viewer=NOBODY, now=NOON)
    session.commit()
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    start = Barrier(5)

    def race(number: int) -> int | None:
        start.wait()
        with Session(engine) as own:
            try:
                accept(own, token, password=f"password of racer {number}")
                own.commit()
            except Refused:
                return None
            return number

    with ThreadPoolExecutor(5) as pool:
        winners = [number for number in pool.map(race, range(5)) if number is not None]
    engine.dispose()
    assert len(winners) == 1
    session.refresh(person)
    assert verify(f"password of racer {winners[0]}", person.password_hash, cheap=True)[0]


# --- the first administrator ---


def test_setup_makes_one_administrator_and_then_closes(session: Session) -> None:
    """A lost link is replaced until one was used; then there is nothing to set up."""
    lost = setup_first_administrator(session, now=NOON)
    token = setup_first_administrator(session, now=NOON)
    assert lost is not None
    assert token is not None
    with pytest.raises(Refused):
        accept(session, lost)
    person = accept(session, token)
    assert person.sign_in_name == "admin"
    assert viewer_of(session, user_id=person.id, now=NOON).roles == {Role.ADMINISTRATOR}
    assert setup_first_administrator(session, now=NOON) is None
    assert len(session.scalars(select(User)).all()) == 1


def test_setup_makes_nobody_where_somebody_administers(session: Session) -> None:
    """Whatever their name is."""
    add_administrator(session)
    assert setup_first_administrator(session, now=NOON) is None
    assert len(session.scalars(select(User)).all()) == 1


def test_two_setups_at_once_make_one_administrator(session: Session, database_url: str) -> None:
    """The newest link counts."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    start = Barrier(2)

    def run(_: int) -> str | None:
        start.wait()
        with Session(engine) as own, own.begin():
            return setup_first_administrator(own, now=NOON)

    with ThreadPoolExecutor(2) as pool:
        tokens = list(pool.map(run, range(2)))
    engine.dispose()
    assert len(session.scalars(select(User)).all()) == 1
    opening = [token for token in tokens if token and open_invitation(session, token=token, now=NOON)]
    assert len(opening) == 1
