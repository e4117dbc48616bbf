"""Kept filters: an address of the queue under a name, for one person alone; and the switch for single keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.operations import erase_person
from propman.desk import operations
from propman.desk.models import SavedFilter
from propman.errors import Refused
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.world import World, viewer


@pytest.fixture
def mei(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Desk:
    return Desk(worlds.sign_in(session, new_client(), world.dispatcher_mei))


def test_a_filter_is_kept_named_anew_and_deleted(session: Session, world: World, mei: Desk) -> None:
    lamp, pipe = stories.report(session, world), stories.report(session, world, category="water")
    asked = "category=lights&state=submitted"
    assert "/queue/filters?ask=category%3Dlights%26state%3Dsubmitted" in mei.open(f"/queue?{asked}").text

    page = mei.sent("/queue/filters", page=f"/queue/filters?ask={asked.replace('&', '%26').replace('=', '%3D')}",
                    name=" 楼道灯 ", question=asked)  # fmt: skip
    assert "The filter is kept." in page
    assert lamp.number in page
    assert pipe.number not in page
    assert f'href="/queue?{asked.replace("&", "&amp;")}" aria-current="true">楼道灯' in mei.open(f"/queue?{asked}").text

    kept = session.scalars(select(SavedFilter)).one()
    assert "灯" in mei.sent(f"/queue/filters/{kept.id}", name="灯")
    mei.sent(f"/queue/filters/{kept.id}/delete", page=f"/queue/filters/{kept.id}")
    assert session.scalars(select(SavedFilter)).all() == []


def test_what_cannot_be_kept_is_named(session: Session, world: World, mei: Desk) -> None:
    def keep(**typed: str) -> tuple[int, str]:
        answer = mei.send("/queue/filters", page="/queue/filters?ask=late%3D1", **typed)
        return answer.status_code, said(answer)

    assert keep(name="晚", question="late=1")[0] == 303
    for typed, status, sentence in (
        ({"name": "晚", "question": "late=1"}, 409, "You keep another filter by this name."),
        ({"name": "", "question": "late=1"}, 422, "Please give it a name."),
        ({"name": "长" * 41, "question": "late=1"}, 422, "Please keep it to 40 characters."),
        ({"name": "空", "question": ""}, 422, "There is nothing to keep"),
        ({"name": "外", "question": "next=//evil.example"}, 422, "The queue does not know this filter."),
        ({"name": "无", "question": "state=broken"}, 422, "The queue does not know this filter."),
    ):
        code, words = keep(**typed)
        assert (code, sentence in words) == (status, True), typed
    who, now = viewer(session, world.dispatcher_mei), clock.now()
    for number in range(operations.MOST_FILTERS - 1):
        operations.keep_filter(session, viewer=who, name=str(number), question="late=1", now=now)
    with pytest.raises(Refused, match="20 filters already"):
        operations.keep_filter(session, viewer=who, name="还有", question="late=1", now=now)


def test_a_filter_belongs_to_one_person_and_goes_with_the_account(session: Session, world: World, mei: Desk) -> None:
    now = clock.now()
    foreign = operations.keep_filter(session, viewer=viewer(session, world.manager_han), name="他的",
                                     question="late=1", now=now)  # fmt: skip
    assert "他的" not in mei.read("/queue")
    assert "他的" not in mei.read("/queue/filters")
    for address in (f"/queue/filters/{foreign.id}", "/queue/filters/99999"):
        assert mei.open(address).status_code == 404
        assert mei.send(f"{address}/delete", page="/queue/filters?ask=late%3D1").status_code == 404
    erase_person(session, person=world.manager_han, viewer=viewer(session, world.administrator_guan), now=now)
    assert operations.forget(session) == 1
    assert operations.forget(session) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_single_keys_can_be_turned_off(session: Session, world: World, mei: Desk) -> None:
    stories.report(session, world)
    assert "js/desk.js" in mei.open("/queue").text
    for switch, there in (("off", False), ("off", False), ("on", True)):
        typed = {"switch": switch, "csrf_token": worlds.token_of(mei.open("/help/keys").text)}
        assert mei.client.post("/help/keys/switch", data=typed).status_code == 303
        assert ("js/desk.js" in mei.open("/queue").text) is there


def test_from_a_report_one_way_leads_back_to_the_queue_as_it_was_narrowed(
    session: Session, world: World, mei: Desk
) -> None:
    lamp = stories.report(session, world, category="lights")
    page, back = f"/tickets/{lamp.number}", 'href="/queue?category=lights&amp;late=1"'
    assert back not in mei.open(page).text
    for asked in ("/queue?category=lights&late=1", "/queue?category=lights&late=1&state=broken"):
        mei.open(asked)
        assert back in mei.open(page).text, asked
    mei.open("/queue")
    assert "as you narrowed it" not in mei.read(page)
