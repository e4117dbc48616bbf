"""Marks piled upon a letter: to put them in order takes time by the square of their number, and everybody waits."""

from __future__ import annotations

import io
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.marks import MOST
from propman.tickets.models import Ticket
from tests import stories
from tests import world as worlds
from tests.world import World

PILE = "1" + "\u0301" * 20_000 + "\u0316" * 20_000  # a second and more
SLOWEST = 0.5  # seconds of computing for a form that is sent away


@pytest.mark.parametrize("field", ["phone", "spot", "name", "description", "x" + PILE, "file name"])
def test_pile_in_a_report_is_sent_away_at_once(world: World, client: FlaskClient, session: Session, field: str) -> None:
    status, seconds = report(client, world, **{field: PILE})
    assert (status, session.scalar(select(func.count(Ticket.id)))) == (400, 0)
    assert seconds < SLOWEST


def test_pile_behind_a_question_mark_is_sent_away(world: World, client: FlaskClient) -> None:
    assert client.get("/report", query_string={"q": PILE[:19_000] + PILE[-1000:]}).status_code == 400


def test_letter_with_as_many_marks_as_may_be_is_taken(world: World, client: FlaskClient, session: Session) -> None:
    assert report(client, world, description="漏" + "\u0301" * (MOST - 1))[0] == 303
    assert session.scalar(select(func.count(Ticket.id))) == 1


def report(client: FlaskClient, world: World, **answers: str) -> tuple[int, float]:
    """Send a report with a photo in which some answers are others: status, and seconds of computing here."""
    address = f"/p/{world.code}/report"
    page = client.get(address).text
    photo = io.BytesIO(stories.picture()), answers.pop("file name", "x.jpg")
    form = {
        "csrf_token": worlds.token_of(page), "key": worlds.value_of(page, "key"), "category": "lights",
        "place": str(world.entrance.id), "description": "灯不亮", **answers, "photos": photo,
    }  # fmt: skip
    started = time.process_time()
    status = client.post(address, data=form, content_type="multipart/form-data").status_code
    return status, time.process_time() - started
