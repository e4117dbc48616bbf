"""What is known at a place is shown before a caller's report is sent: followed, or kept apart; by HTTP."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from tests import stories
from tests.desk import Desk
from tests.tickets.buttons import Sign, form_on, hidden_in, press, send, text_of
from tests.tickets.test_intake_pages import TOLD, desk
from tests.world import World

ASKED = "Please ask whether it is one of these"


def newest(session: Session) -> Ticket:
    session.expire_all()
    return session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()


def offered(page: str) -> list[str]:
    return re.findall(r'name="known"[^>]*value="([^"]*)"', page)


def test_what_is_known_is_asked_about_once_and_what_was_typed_is_kept(
    session: Session, world: World, signed_in: Sign
) -> None:
    water = stories.report(session, world, place=world.other_entrance, category="water")
    stories.report(session, world, category="lights")
    mei = signed_in("dispatcher_mei")
    asked = press(mei, "/intake", desk(world.community), place=world.entrance.id, **TOLD)
    assert (asked.status_code, ASKED in text_of(asked.text)) == (422, True)
    assert newest(session).category == "lights"
    assert offered(asked.text) == [water.number, "apart"]
    assert "三楼漏水" in asked.text

    kept = hidden_in(form_on(asked.text, desk(world.community)) or "")
    answers = [send(mei, desk(world.community), kept, place=world.entrance.id, known=water.number, **TOLD)
               for _press in range(2)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [303, 303]
    follower = newest(session)
    assert (follower.state, follower.lead_id) == (State.MERGED, water.id)
    read_out = text_of(mei.get(answers[1].location).text)
    assert follower.number in read_out
    assert "2 households have reported this fault" in read_out


def test_another_fault_is_kept_apart(session: Session, world: World, signed_in: Sign, client: FlaskClient) -> None:
    water = stories.report(session, world, category="water")
    press(signed_in("dispatcher_mei"), "/intake", desk(world.community), place=world.entrance.id, known="apart", **TOLD)
    by_phone = newest(session)
    assert (by_phone.id > water.id, by_phone.lead_id) == (True, None)

    at = f"/p/{world.code}/report"
    assert "keep it apart" in Desk(client).read(at)
    told = {"category": "water", "place": str(world.entrance.id), "description": "另一根管子"}
    Desk(client).sent(at, apart="y", **told)
    assert newest(session).lead_id is None
    Desk(client).sent(at, **told)
    assert newest(session).lead_id == water.id


def test_the_place_of_the_caller_shows_at_once_what_is_known_and_following_asks_nothing_more(
    session: Session, world: World, signed_in: Sign
) -> None:
    """No category, no sentence: both are those of the report that is followed. An emergency waits for no answer."""
    lights = stories.report(session, world)
    inside, far = (
        stories.report(session, world, category="in_home"),
        stories.report(session, world, place=world.far_entrance),
    )
    mei, at = signed_in("dispatcher_mei"), f"{desk(world.community)}&place={world.building.id}"
    assert offered(mei.get(at).text) == [lights.number, "apart"]
    for number in (inside.number, far.number, "9"):
        refused = press(mei, at, desk(world.community), place=world.entrance.id, category="lights", known=number)
        assert (refused.status_code, "can no longer be followed" in text_of(refused.text)) == (422, True), number
    assert newest(session).id == far.id
    assert press(mei, at, desk(world.community), place=world.entrance.id, known=lights.number).status_code == 303
    assert newest(session).lead_id == lights.id
    stories.report(session, world, category="gas_leak")
    alarm = press(mei, at, desk(world.community), place=world.entrance.id, category="gas_leak")
    assert alarm.status_code == 303
