"""The questions of a category: asked in the report form and on the telephone, kept, shown, erased."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import CategoryQuestion
from propman.catalogue.operations import change_rule
from propman.errors import Refused
from propman.personal import PersonalText
from propman.tickets import operations
from propman.tickets.models import Ticket, TicketAnswer
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.tickets.test_reporting_pages import only_ticket, send
from tests.world import World

NOW = clock.now()
YESTERDAY = clock.local_date(NOW) - timedelta(days=1)


def question(session: Session, code: str) -> CategoryQuestion:
    query = select(CategoryQuestion).where(CategoryQuestion.code == code)
    return session.scalars(query.order_by(CategoryQuestion.valid_from.desc())).first()  # type: ignore[return-value]


def require(session: Session, code: str) -> CategoryQuestion:
    """The question as one that must be answered, since yesterday."""
    row = question(session, code)
    names = ("name_zh", "name_en", "unit", "least", "most", "choices_zh", "choices_en", "position", "source")
    told = {name: getattr(row, name) for name in names}
    told |= {"required": True, "valid_from": YESTERDAY, "verified_on": None}
    found: CategoryQuestion = change_rule(session, kind="questions", row_id=row.id, said=told, actor_id=None, now=NOW)
    session.commit()
    return found


def answers(session: Session) -> dict[str, Any]:
    session.rollback()
    rows = session.scalars(select(TicketAnswer))
    return {
        row.question.code: next(
            one for one in (row.flag, row.choice, row.number, row.text and row.text.body) if one is not None
        )
        for row in rows
    }


def test_the_form_asks_below_the_tile_without_javascript(world: World, client: FlaskClient, session: Session) -> None:
    page = worlds.in_english(client).get(f"/p/{world.code}/report").text
    tile = re.search(r'value="heat".*?<div class="tile-questions">(.*?)</div>\s*<div class="tile', page, re.DOTALL)
    assert tile
    assert "How warm is it in the room?" in tile[1]
    assert "0–40 ℃" in tile[1]
    assert "In the whole flat" in tile[1]
    assert page.count('class="tile-questions"') == 5


def test_answers_of_the_chosen_category_are_kept_and_shown(
    world: World, client: FlaskClient, session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    warmth, where, running = (question(session, code) for code in ("room_temperature", "how_many", "running"))
    typed = {f"question_{warmth.id}": "１６.5", f"question_{where.id}": "1", f"question_{running.id}": "nonsense"}
    assert send(client, f"/p/{world.code}/report", category="heat", **typed).status_code == 303
    assert answers(session) == {"room_temperature": 16.5, "how_many": 1}
    ticket = only_ticket(session)
    desk = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    page = desk.read(f"/tickets/{ticket.number}")
    assert "How warm is it in the room? 16.5 ℃" in page
    assert "In the whole flat" in page
    stories.assign(session, world, ticket)
    session.commit()
    assert "16.5 ℃" in Desk(worlds.sign_in(session, new_client(), world.worker_zhao)).read("/jobs")


def test_what_must_be_answered_is_named_and_so_is_what_cannot_be_meant(
    world: World, client: FlaskClient, session: Session
) -> None:
    row, where = require(session, "room_temperature"), question(session, "how_many")
    client = worlds.in_english(client)
    answer = send(client, f"/p/{world.code}/report", category="heat", **{f"question_{where.id}": "9"})
    assert answer.status_code == 422
    assert "Please answer this." in said(answer)
    assert "Choose one of them." in said(answer)
    assert f'href="#question_{row.id}"' in answer.text
    answer = send(client, f"/p/{world.code}/report", category="heat", **{f"question_{row.id}": "99"})
    assert "It must be a number from 0 to 40." in said(answer)
    assert 'value="99"' in answer.text
    assert send(client, f"/p/{world.code}/report", category="lights").status_code == 303
    called = {"call_back": "y", "phone": "13900000001"}
    assert send(client, f"/p/{world.code}/report", category="heat", **called).status_code == 303


def test_nobody_must_answer_in_an_emergency(world: World, client: FlaskClient, session: Session) -> None:
    require(session, "people")
    assert send(client, f"/p/{world.code}/report", category="lift_trapped").status_code == 303


def test_the_operation_refuses_too_and_leaves_nothing(world: World, session: Session) -> None:
    require(session, "room_temperature")
    with pytest.raises(Refused, match="answer this"):
        stories.report(session, world, category="heat")
    assert session.scalars(select(Ticket)).first() is None


def test_a_clerk_asks_on_the_telephone(world: World, client: FlaskClient, session: Session) -> None:
    warmth = question(session, "room_temperature")
    desk = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    typed = {"category": "heat", "place": str(world.entrance.id), "description": "不热",
             f"question_{warmth.id}": "15"}  # fmt: skip
    desk.sent(f"/intake?community={world.community.id}", **typed)
    assert answers(session) == {"room_temperature": 15}


def test_words_of_an_answer_are_erased_with_the_ticket(world: World, client: FlaskClient, session: Session) -> None:
    home = question(session, "when_home")
    send(client, f"/p/{world.code}/report", category="in_home", **{f"question_{home.id}": "晚上七点后"})
    ticket = only_ticket(session)
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=NOW)
    session.commit()
    bodies = session.scalars(select(PersonalText.body)).all()
    assert "晚上七点后" not in bodies
    desk = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    assert "When is somebody at home? erased" in desk.read(f"/tickets/{ticket.number}")


def test_an_old_answer_keeps_the_question_that_was_asked(world: World, client: FlaskClient, session: Session) -> None:
    where = question(session, "how_many")
    send(client, f"/p/{world.code}/report", category="heat", **{f"question_{where.id}": "3"})
    told = {"name_zh": "哪里", "name_en": "Where?", "unit": "", "least": None, "most": None, "choices_zh": "甲\n乙",
            "choices_en": "A\nB", "position": 2, "source": "x", "required": False, "verified_on": None,
            "valid_from": clock.local_date(NOW)}  # fmt: skip
    row = change_rule(session, kind="questions", row_id=where.id, said=told, actor_id=None, now=NOW)
    with pytest.raises(Refused) as refused:  # it may have been answered already today
        change_rule(session, kind="questions", row_id=row.id, said=told, actor_id=None, now=NOW)
    assert refused.value.field == "valid_from"
    session.commit()
    desk = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    assert "Not known" in desk.read(f"/tickets/{only_ticket(session).number}")
