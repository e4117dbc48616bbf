"""What a request may hold before any view sees it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket
from tests import world as worlds
from tests.world import World


@pytest.mark.parametrize("sent", [b"q=\xff", b"\xff=1", b"q=%FF", b"q=%E5%BC"])
def test_bytes_that_are_no_text_are_refused(client: FlaskClient, world: World, sent: bytes) -> None:
    environ = {"QUERY_STRING": sent.decode("latin-1")}  # as a server hands them on
    assert client.get("/sign-in", environ_overrides=environ).status_code == 400
    assert client.post("/sign-in", data=sent, content_type="application/x-www-form-urlencoded").status_code == 400


@pytest.mark.parametrize("sent", ["q=100%25", "q=%E5%BC%A0", "q=%25FF", "q=\xe5\xbc\xa0"])
def test_a_per_cent_sign_and_text_as_it_stands_are_no_trick(client: FlaskClient, world: World, sent: str) -> None:
    assert client.get("/sign-in", environ_overrides={"QUERY_STRING": sent}).status_code == 200


def test_a_form_that_was_sent_without_its_key_does_nothing(client: FlaskClient, session: Session, world: World) -> None:
    path = f"/p/{world.code}/report"
    form = {"csrf_token": worlds.token_of(client.get(path).text), "category": "lights", "description": "楼道灯不亮",
            "place": str(world.entrance.id)}  # fmt: skip
    assert client.post(path, data=form).status_code == 400
    assert session.scalar(select(func.count(Ticket.id))) == 0
