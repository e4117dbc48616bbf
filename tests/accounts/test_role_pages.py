"""Roles given and ended through the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import Membership, User
from propman.accounts.queries import memberships_of
from propman.roles import Role
from tests.accounts.world import (
    NOON,
    TODAY,
    World,
    add_administrator,
    add_person,
    give_role,
    make_world,
    send,
    sign_in,
    value_of,
)

GOOD = {"name": "周师傅", "phone": "139 0000 0000", "sign_in_name": "worker_zhou", "email": "zhou@example.com"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The tests' own moment."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def administrator_he(session: Session, client: FlaskClient) -> User:
    """An administrator, signed in with the browser of the test."""
    person = add_administrator(session)
    assert sign_in(client, "administrator_he").status_code == 303
    return person


@pytest.fixture
def world(session: Session) -> World:
    """Places and organisations."""
    return make_world(session)


@pytest.fixture
def resident_lin(session: Session) -> User:
    """Somebody to administer."""
    return add_person(session, phone="138 1234 5678", sign_in_name="resident_lin")


def one(session: Session, person_id: int) -> User:
    """The person as stored now."""
    session.expire_all()
    return session.get_one(User, person_id)


def test_a_role_is_found_and_given(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User, world: World
) -> None:
    """Organisation and place by words, the day proposed."""
    path = f"/admin/people/{resident_lin.id}/roles/new"
    page = client.get(path, query_string={"role": "worker", "q": "anju"}).text
    assert "安居物业 · 道里区" in page
    assert "乐业物业" not in page
    assert value_of(page, "starts_on") == "2026-03-09"
    answer = send(client, f"{path}?role=worker", organisation_id=str(world.company.id), starts_on="2026-03-01")
    assert (answer.status_code, answer.location) == (303, f"/admin/people/{resident_lin.id}")
    page = client.get(path, query_string={"role": "resident", "q": "红旗 3"}).text
    assert "哈尔滨市 道里区 花园街道 红旗小区 3号楼" in page
    answer = send(client, f"{path}?role=resident", place_id=str(world.building.id), starts_on="2026-03-09")
    assert answer.status_code == 303
    held = session.scalars(
        select(Membership).where(Membership.user_id == resident_lin.id).order_by(Membership.id)
    ).all()
    assert [(one.role, one.organisation_id, one.place_id) for one in held] == [
        (Role.WORKER, world.company.id, None),
        (Role.RESIDENT, None, world.building.id),
    ]


@pytest.mark.parametrize(("asked", "given"), [("", "worker"), ("?role=resident", "resident"), ("?role=x", "worker")])
def test_the_list_shows_the_role_that_the_form_gives(
    client: FlaskClient, administrator_he: User, resident_lin: User, asked: str, given: str
) -> None:
    page = client.get(f"/admin/people/{resident_lin.id}/roles/new{asked}").text

    assert re.findall(r'<option selected value="(\w+)"', page) == [given]
    assert f"/roles/new?role={given}" in page


UNFIT = [
    ("worker", {"starts_on": "2026-03-09"}, "Choose the organisation in which this role is held."),
    ("worker", {"organisation_id": "99999", "starts_on": "2026-03-09"}, "There is no such organisation."),
    ("worker", {"organisation_id": str(10**30), "starts_on": "2026-03-09"}, "There is no such organisation."),
    ("worker", {"organisation_id": "x", "starts_on": "2026-03-09"}, "Choose one of the organisations."),
    ("worker", {"organisation_id": "bureau", "starts_on": "2026-03-09"}, "cannot be held in 道里区住建局"),
    ("worker", {"organisation_id": "company", "starts_on": "2026-02-30"}, "2026-02-30 is not a day"),
    ("worker", {"organisation_id": "company", "starts_on": "٢٠٢٦-03-09"}, "٢٠٢٦-03-09 is not a day"),
    ("worker", {"organisation_id": "company", "starts_on": ""}, "Give a day that exists"),
    ("worker", {"organisation_id": "company", "starts_on": "0026-03-09"}, "cannot be meant"),
    ("resident", {"place_id": "99999", "starts_on": "2026-03-09"}, "There is no such place."),
    ("resident", {"place_id": "street", "starts_on": "2026-03-09"}, "cannot be held over 花园街道"),
    ("nonsense", {"starts_on": "2026-03-09"}, "Choose the organisation in which this role is held."),
]


def test_a_role_that_does_not_fit_is_refused_in_words(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User, world: World
) -> None:
    """The choice stays on the form; nothing is given."""
    ids = {name: str(getattr(world, name).id) for name in ("bureau", "company", "street")}
    for role, fields, said in UNFIT:
        chosen = {name: ids.get(value, value) for name, value in fields.items()}
        answer = send(client, f"/admin/people/{resident_lin.id}/roles/new?role={role}", **chosen)
        assert answer.status_code == 422
        assert said in answer.text
        if fields.get("organisation_id") == "bureau":
            assert re.search(rf'<input checked[^>]*value="{ids["bureau"]}"', answer.text)
        assert session.scalars(select(Membership).where(Membership.user_id == resident_lin.id)).all() == []


def test_a_role_is_ended_from_a_day_on(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User, world: World
) -> None:
    """Today is proposed; a day in the past is refused."""
    role = give_role(session, resident_lin, Role.WORKER, organisation=world.company)
    path = f"/admin/people/{resident_lin.id}/roles/{role.id}/end"
    assert value_of(client.get(path).text, "ends_on") == "2026-03-09"
    refused = send(client, path, ends_on="2026-03-08")
    assert refused.status_code == 422
    assert "lies in the past" in refused.text
    assert value_of(refused.text, "ends_on") == "2026-03-08"
    assert send(client, path, ends_on="2026-03-10").status_code == 303
    session.refresh(role)
    assert role.ends_on == TODAY + timedelta(days=1)


def test_a_role_of_somebody_else_is_not_there(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """Foreign and missing alike, also for numbers no database knows."""
    theirs = memberships_of(session, user_ids=[administrator_he.id])[0].id
    paths = [f"/admin/people/{resident_lin.id}/roles/{number}/end" for number in (theirs, 99_999, 2**63, 10**30)]
    paths += [f"/admin/people/{number}" for number in (99_999, 2**63, 10**30)]
    pages = [client.get(path) for path in paths]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'"csrf_token" value="[^"]*"|[0-9a-f]{16}', "", page.text) for page in pages}) == 1
