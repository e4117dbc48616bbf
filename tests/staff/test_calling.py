"""A caller's last reports by the telephone, and what is found by the first letters: each in the own scope alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.desk import queries
from propman.tickets.models import Channel
from propman.tickets.operations import erase_ticket
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.tickets.test_plans import plan
from tests.world import World, value_of, viewer

PHONE = "13912345678"


@pytest.fixture
def desk(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Callable[[str], Desk]:
    return lambda name: Desk(worlds.sign_in(session, new_client(), world.people[name]))


def look_up(at: Desk, phone: str) -> tuple[int, str, str]:
    """Status, words and markup after looking up `phone`."""
    token = value_of(at.open("/intake").text, "csrf_token")
    answer = at.client.post("/intake/caller", data={"csrf_token": token, "phone": phone})
    return answer.status_code, said(answer), answer.text


def test_the_last_reports_of_a_telephone_and_what_is_known(
    session: Session, world: World, desk: Callable[[str], Desk]
) -> None:
    told = [stories.report(session, world, by=world.dispatcher_mei, channel=Channel.PHONE, name="王奶奶", phone=PHONE)
            for _number in range(6)]  # fmt: skip
    other = stories.report(session, world, place=world.community, phone="13912345679")
    far = stories.report(session, world, place=world.far_entrance, phone=PHONE)
    mei = desk("dispatcher_mei")
    status, words, page = look_up(mei, "１３９ 1234-5678")
    assert status == 200
    assert [one.number in words for one in (*told, other, far)] == [False, *[True] * 5, False, False]
    assert 'value="王奶奶"' in page
    assert f'<option selected value="{world.entrance.id}"' in page
    assert "/intake/caller?" not in page
    assert look_up(mei, "12")[0] == 422


def test_an_account_is_found_by_its_telephone_too(session: Session, world: World, desk: Callable[[str], Desk]) -> None:
    own = stories.report(session, world, by=world.resident_lin)
    assert own.number in look_up(desk("dispatcher_mei"), world.resident_lin.phone or "")[1]


def test_a_telephone_tells_nothing_to_who_may_not_know_it(
    session: Session, world: World, desk: Callable[[str], Desk]
) -> None:
    ticket = stories.report(session, world, phone=PHONE, name="王奶奶")
    for who in ("far_dispatcher", "committee_ju", "grid_worker_gao", "clerk_jie"):
        status, words, _page = look_up(desk(who), PHONE)
        assert (status, ticket.number in words, "王奶奶" in words) == (200, False, False), who
    assert desk("worker_zhao").open("/intake").status_code == 403
    erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    assert ticket.number not in look_up(desk("dispatcher_mei"), PHONE)[1]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_what_is_meant_by_the_first_letters(session: Session, world: World, desk: Callable[[str], Desk]) -> None:
    ticket = stories.report(session, world)
    stories.report(session, world, place=world.far_entrance)
    mei = desk("dispatcher_mei")

    def found(typed: str, address: str = "/find") -> list[tuple[str, str]]:
        answer = mei.client.get(address, query_string={"q": typed})
        return [(row["label"], row["to"]) for row in answer.get_json()["found"]]

    assert found(ticket.number[:9]) == [(ticket.number, f"/tickets/{ticket.number}")]
    assert ("赵师傅", f"/queue?assignee={world.worker_zhao.id}") in found("赵")
    assert ("赵师傅", f"/queue?assignee={world.worker_zhao.id}") in found("zhao")
    assert found("河")[0] == ("河柏小区", f"/queue?place={world.community.id}")
    assert ("河柏小区 3号楼", f"/intake?community={world.community.id}&place={world.building.id}") in found(
        "河柏 3", "/intake/places"
    )
    for typed in ("远景", "方师傅", "", " ", "%", "_", "哈尔滨"):
        assert found(typed) == [], typed
    assert len(found("2")) <= queries.MOST
    assert len(mei.client.get("/find", query_string={"q": "长" * 5000}).get_json()["found"]) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_place_that_was_found_is_chosen(session: Session, world: World, desk: Callable[[str], Desk]) -> None:
    mei = desk("dispatcher_mei")
    page = mei.open(f"/intake?community={world.community.id}&place={world.building.id}").text
    assert f'<option selected value="{world.building.id}"' in page
    foreign = mei.open(f"/intake?community={world.community.id}&place={world.far_building.id}")
    assert foreign.status_code == 200
    assert f'value="{world.far_building.id}"' not in foreign.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_caller_is_found_by_the_indexes_of_telephones(session: Session, world: World) -> None:
    stories.report(session, world, phone=PHONE)
    session.commit()
    who = viewer(session, world.dispatcher_mei)
    found = plan(session, lambda: queries.last_of_caller(session, who, "+8613912345678", clock.now()))
    assert "ix_personal_text_phone" in found
    assert "ix_ticket_caller_phone_id" in found
