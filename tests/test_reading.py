"""What a request that reads says to PostgreSQL: it can write nothing, and what was planned for it is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from propman.db import db, read_only
from tests.tickets.buttons import in_english
from tests.world import World

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_postgresql
def test_what_only_reads_can_write_nothing(app: Flask, world: World) -> None:
    rename = text("UPDATE organisation SET name = name")
    with app.app_context():
        token = read_only.set(True)
        try:
            with pytest.raises(InternalError, match="read-only transaction"):
                db.session.execute(rename)
        finally:
            db.session.rollback()
            read_only.reset(token)
        db.session.execute(rename)
        db.session.rollback()


@on_postgresql
def test_statements_stay_planned_from_request_to_request(
    app: Flask, session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    mei = in_english(session, new_client, world)("dispatcher_mei")
    for _time in range(8):
        mei.get("/queue")
    with app.app_context():
        prepared = db.session.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert any("ticket.urgency" in statement for statement in prepared)
