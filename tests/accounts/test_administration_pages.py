"""People and roles, administered through the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, User
from propman.accounts.operations import erase_person, start_session
from propman.accounts.queries import live_sessions, memberships_of
from propman.communities.kinds import PlaceKind
from propman.roles import NOBODY, Role
from tests.accounts.world import (
    NOON,
    World,
    add_administrator,
    add_person,
    add_place,
    give_role,
    hidden,
    make_world,
    send,
    sign_in,
    value_of,
)
from tests.world import new_key

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


# --- finding and entering ---


def test_a_person_is_entered_once(client: FlaskClient, session: Session, administrator_he: User) -> None:
    """Also when the answer was lost and the form is sent again."""
    page = client.get("/admin/people/new")
    data = GOOD | {name: hidden(page, name) for name in ("csrf_token", "key")}
    places = [client.post("/admin/people/new", data=data).location for _ in range(2)]
    person = session.scalars(select(User).where(User.sign_in_name == "worker_zhou")).one()
    assert places == [f"/admin/people/{person.id}"] * 2
    assert "139 0000 0000" in client.get(places[0]).text


WRONG = [
    ({"name": ""}, "Give the person's name."),
    ({"name": "x" * 61}, "Please keep it to 60 characters."),
    ({"name": "<b>\u202ex</b>"}, "characters that do not belong in a name"),
    ({"phone": "12345"}, "12345 is not a telephone number."),
    ({"phone": "13900000000 13800000000"}, "13900000000 13800000000 is not a telephone number."),
    ({"sign_in_name": "a b"}, "a b cannot be a sign-in name"),
    ({"email": "zhou"}, "zhou is not an e-mail address."),
    ({"phone": "", "sign_in_name": ""}, "one of them is needed to sign in"),
    ({"phone": "１３８12345678"}, "already signs in with the telephone number 138 1234 5678."),
    ({"sign_in_name": "Resident_Lin"}, "already signs in with the name resident_lin."),
]


def test_a_refused_form_keeps_what_was_typed(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """Names the wrong value, and stores nothing."""
    for changed, said in WRONG:
        typed = GOOD | changed
        answer = send(client, "/admin/people/new", **typed)
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        for value in typed.values():
            assert not value or f'value="{escape(value)}"' in answer.text
        assert set(session.scalars(select(User.id))) == {administrator_he.id, resident_lin.id}


def test_people_are_listed_found_and_paged(
    client: FlaskClient, session: Session, administrator_he: User, world: World
) -> None:
    """Fifty a page, with their role of today."""
    for number in range(60):
        person = add_person(session, f"安{number:02}", sign_in_name=f"p{number}", password=None)
    give_role(session, person, Role.WORKER, organisation=world.company)
    first = client.get("/admin/people")
    assert first.text.count("<tr>") == 51
    after = re.search(r'rel="next" href="([^"]*)"', first.text)
    assert after
    second = client.get(after[1].replace("&amp;", "&"))
    assert "何管理" in second.text
    assert "repair worker · 安居物业" in " ".join(second.text.split())
    assert 'rel="prev"' in second.text
    assert client.get("/admin/people?q=安59").text.count("<tr>") == 2
    assert "Nobody found." in client.get("/admin/people?q=zzz").text


def test_every_page_says_where_a_role_is_held_with_all_it_lies_in(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User, world: World
) -> None:
    """Every building has a first entrance."""
    home = add_place(session, PlaceKind.ENTRANCE, "1单元", world.building)
    post = give_role(session, resident_lin, Role.RESIDENT, place=home)
    give_role(session, administrator_he, Role.OFFICIAL, organisation=world.bureau, place=world.county)
    theirs, lived = f"/admin/people/{resident_lin.id}", "resident · 红旗小区 3号楼 1单元"
    held = "housing official · 道里区住建局 · 哈尔滨市 道里区"
    pages = [("/admin/people", lived), (theirs, lived), (f"{theirs}/roles/{post.id}/end", lived)]
    for address, line in [*pages, ("/admin/people", held), ("/me", held)]:
        assert line in " ".join(client.get(address).text.split()), address


def test_a_broken_address_shows_the_list(client: FlaskClient, administrator_he: User) -> None:
    """Never a fault."""
    queries = ["after=x", "after=-1", "after=9" + "9" * 30, "before=１", "q=" + "x" * 5000, "after=&before="]
    assert [client.get(f"/admin/people?{query}").status_code for query in queries] == [200] * 6


# --- one person ---


def test_a_fact_that_is_none_is_not_named(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """Neither "shut since" of an open account, nor "last seen" of one in which nobody is signed in."""

    def facts() -> list[str]:
        page = client.get(f"/admin/people/{resident_lin.id}").text
        (rows,) = re.findall(r'<dl class="facts">(.*?)</dl>', page, flags=re.DOTALL)
        assert "<dd></dd>" not in re.sub(r"\s", "", rows)
        return re.findall(r"<dt>(.*?)</dt>", rows)

    assert facts() == ["State", "Signed-in browsers"]
    start_session(session, person=resident_lin, device_hash="0" * 64, browser="Chrome, Android", now=NOON)
    assert facts() == ["State", "Signed-in browsers", "Last seen"]
    send(client, f"/admin/people/{resident_lin.id}/disable", page=f"/admin/people/{resident_lin.id}")
    assert facts() == ["State", "Shut since", "Signed-in browsers"]


def test_a_change_is_kept_with_who_and_what(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """And shown below."""
    path = f"/admin/people/{resident_lin.id}"
    assert value_of(client.get(path).text, "phone") == "138 1234 5678"
    assert send(client, path, name="林秀兰", phone="138 1234 5678", sign_in_name="resident_lin").status_code == 303
    page = client.get(path).text
    assert one(session, resident_lin.id).name == "林秀兰"
    for part in ("林秀英", "林秀兰", "何管理"):
        assert part in page
    refused = send(client, path, name="林", phone="1", sign_in_name="resident_lin")
    assert refused.status_code == 422
    assert "1 is not a telephone number." in refused.text
    assert value_of(refused.text, "phone") == "1"


def test_an_invitation_is_shown_once(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """With the address of this installation, whatever the request said; it opens the invitation page."""
    path = f"/admin/people/{resident_lin.id}"
    assert send(client, f"{path}/invite", page=path).status_code == 303
    other = client.get(f"/admin/people/{administrator_he.id}").text
    assert "/invite/" not in other
    send(client, f"{path}/invite", page=path)
    link = re.search(r">http://localhost(/invite/[A-Za-z0-9_-]{43})<", client.get(path).text)
    assert link
    assert "/invite/" not in client.get(path).text.replace(f"{path}/invite", "")
    assert client.application.test_client().get(link[1]).status_code == 200
    assert len(session.scalars(select(Invitation)).all()) == 2


def test_an_invitation_whose_answer_was_lost_is_not_made_twice(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """The page says that the link cannot be shown again."""
    path = f"/admin/people/{resident_lin.id}"
    page = client.get(path)
    key = re.findall(r'name="key"[^>]*value="([^"]*)"', page.text)[-1]
    data = {"csrf_token": hidden(page, "csrf_token"), "key": key}
    for _ in range(2):
        assert client.post(f"{path}/invite", data=data).status_code == 303
    assert len(session.scalars(select(Invitation)).all()) == 1
    assert "can be shown only once" in client.get(path).text


def test_shutting_and_opening_an_account(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """By buttons; a wrong one at the wrong time is refused with a sentence."""
    path = f"/admin/people/{resident_lin.id}"
    start_session(session, person=resident_lin, device_hash="d" * 64, browser="", now=NOON)
    assert send(client, f"{path}/disable", page=path).status_code == 303
    assert not one(session, resident_lin.id).active
    assert live_sessions(session, user_id=resident_lin.id, now=NOON) == []
    assert "Let in again" in client.get(path).text
    refused = send(client, f"{path}/invite", page=path)
    assert refused.status_code == 422
    assert "Let them in again before you invite them." in refused.text
    assert send(client, f"{path}/enable", page=path).status_code == 303
    assert one(session, resident_lin.id).active


def test_signing_a_person_out_everywhere(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """The account stays open."""
    path = f"/admin/people/{resident_lin.id}"
    start_session(session, person=resident_lin, device_hash="d" * 64, browser="", now=NOON)
    assert "Sign out everywhere" in client.get(path).text
    assert send(client, f"{path}/sign-out", page=path).status_code == 303
    assert live_sessions(session, user_id=resident_lin.id, now=NOON) == []
    assert one(session, resident_lin.id).active


def test_erasing_needs_a_tick(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """Then nothing is left to change, and the page says so."""
    path = f"/admin/people/{resident_lin.id}"
    refused = send(client, f"{path}/erase")
    assert refused.status_code == 422
    assert "Tick the box if you are sure." in refused.text
    assert one(session, resident_lin.id).name == "林秀英"
    assert send(client, f"{path}/erase", sure="y").status_code == 303
    assert one(session, resident_lin.id).name is None
    page = client.get(path).text
    assert "This person was erased." in page
    assert "林秀英" not in page
    assert "/disable" not in page
    for act in ("invite", "disable", "enable"):
        assert send(client, f"{path}/{act}", page=path, key=new_key()).status_code == 422


def test_the_last_administrator_is_told_so(client: FlaskClient, session: Session, administrator_he: User) -> None:
    """Not shut, not erased, not ended."""
    path, person_id = f"/admin/people/{administrator_he.id}", administrator_he.id
    role = memberships_of(session, user_ids=[person_id])[0].id
    answers = [
        send(client, f"{path}/disable", page=path),
        send(client, f"{path}/erase", sure="y"),
        send(client, f"{path}/roles/{role}/end", ends_on="2026-03-09"),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "This is the last administrator." in answer.text
    assert one(session, person_id).active


# --- nobody else ---

PATHS = ("", "/new", "/{id}", "/{id}/roles/new", "/{id}/roles/1/end", "/{id}/erase")
ACTS = ("/new", "/{id}", "/{id}/invite", "/{id}/disable", "/{id}/enable", "/{id}/sign-out", "/{id}/erase",
        "/{id}/roles/new", "/{id}/roles/1/end")  # fmt: skip


def test_only_administrators_get_in(client: FlaskClient, session: Session, world: World, resident_lin: User) -> None:
    """A manager of a company gets 403 everywhere, a stranger the sign-in page, and nothing changes."""
    manager = add_person(session, "韩经理", sign_in_name="manager_han")
    give_role(session, manager, Role.COMPANY_MANAGER, organisation=world.company)
    token = hidden(client.get("/sign-in"), "csrf_token")
    paths = [f"/admin/people{path}".format(id=resident_lin.id) for path in (*PATHS, *ACTS)]
    assert {client.get(path).status_code for path in paths[: len(PATHS)]} == {303}
    assert {client.post(path, data={"csrf_token": token}).status_code for path in paths[len(PATHS) :]} == {303}
    sign_in(client, "manager_han")
    token = hidden(client.get("/me"), "csrf_token")
    assert {client.get(path).status_code for path in paths[: len(PATHS)]} == {403}
    assert {client.post(path, data={"csrf_token": token}).status_code for path in paths[len(PATHS) :]} == {403}
    assert one(session, resident_lin.id).active


def test_the_page_of_an_erased_person_names_nobody(
    client: FlaskClient, session: Session, administrator_he: User, resident_lin: User
) -> None:
    """Nor does the list."""
    erase_person(session, person=resident_lin, viewer=NOBODY, now=NOON)
    assert "erased" in client.get(f"/admin/people/{resident_lin.id}").text
    assert client.get("/admin/people").text.count("<tr>") == 2
