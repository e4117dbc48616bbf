"""When no connection to the database is free: 503 within three seconds, a page that asks the database nothing, and
back to work as soon as one is free.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock, create_app, heartbeat
from propman.config import Settings
from propman.db import db, engine_options
from tests import world as worlds
from tests.world import World

LONGEST = 3.0  # seconds until somebody is told to come again


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with one connection for everybody."""

    def narrow(url: str) -> dict[str, Any]:
        return {**engine_options(url), "pool_size": 1, "max_overflow": 0}

    monkeypatch.setattr("propman.assembly.engine_options", narrow)
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def town(session: Session) -> World:
    return worlds.build(session)


@contextmanager
def none_free(app: Flask) -> Iterator[None]:
    """Somebody else has the one connection."""
    with app.app_context():
        engine = db.engine
    with engine.connect():
        yield


def asked(client: FlaskClient, path: str) -> TestResponse:
    """The answer, which comes in time."""
    start = time.monotonic()
    answer = client.get(path)
    assert time.monotonic() - start < LONGEST
    return answer


def test_a_visitor_is_told_to_come_again_and_is_served_again(app: Flask, client: FlaskClient, town: World) -> None:
    worlds.in_english(client)
    with none_free(app):
        answer = asked(client, f"/p/{town.code}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Not available just now" in answer.text
    assert "tel:119" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert asked(client, f"/p/{town.code}").status_code == 200


def test_who_is_signed_in_waits_no_longer(app: Flask, client: FlaskClient, session: Session, town: World) -> None:
    """Who they are is asked of the database once, and not again for the page that says so."""
    worlds.sign_in(session, client, town.dispatcher_mei)
    with none_free(app):
        assert asked(client, "/queue").status_code == 503
    assert asked(client, "/queue").status_code == 200


def test_what_is_sent_meanwhile_does_nothing_and_can_be_sent_again(
    app: Flask, client: FlaskClient, town: World
) -> None:
    path = f"/p/{town.code}/report"
    form = {"csrf_token": worlds.token_of(client.get(path).text), "key": worlds.new_key(), "category": "lights",
            "place": str(town.entrance.id), "description": "楼道灯不亮"}  # fmt: skip
    with none_free(app):
        assert client.post(path, data=form).status_code == 503
    first, again = (client.post(path, data=form) for _ in range(2))
    assert (first.status_code, first.location) == (303, again.location)


def test_alive_but_not_ready(app: Flask, client: FlaskClient, session: Session, town: World) -> None:
    now = clock.now()
    heartbeat.beat(session, name="deliver", now=now, expected_by=now + timedelta(hours=1), done=0)
    with none_free(app):
        assert asked(client, "/healthz").status_code == 200
        assert asked(client, "/readyz").status_code == 503
    assert asked(client, "/readyz").status_code == 200


def test_a_crowd_at_one_connection_meets_no_fault(app: Flask, town: World, session: Session) -> None:
    """Nobody waits longer than the pool lets them, and nobody sees anything but the page or "come again"."""
    session.commit()

    def ask(_number: int) -> int:
        return app.test_client().get(f"/p/{town.code}").status_code

    with none_free(app), ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(ask, range(16))) == {503}
    with ThreadPoolExecutor(8) as crowd:
        assert {200} <= set(crowd.map(ask, range(16))) <= {200, 503}


@pytest.mark.parametrize("fault", [PoolTimeout("none free"), OperationalError("SELECT 1", {}, Exception("away"))])
def test_a_database_that_goes_away_under_a_refusal_is_no_fault_of_ours(
    client: FlaskClient, session: Session, town: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """A denial is written down in a transaction of its own, and that may find no connection."""

    def away(**_details: Callable[..., object]) -> None:
        raise fault

    worlds.sign_in(session, client, town.dispatcher_mei)
    monkeypatch.setattr("propman.web.pages.note_denial", away)
    answer = client.get("/tickets/2611-0000000")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_what_takes_too_long_is_not_committed_and_can_be_sent_again(
    app: Flask, client: FlaskClient, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes after the end of a month nothing of it may still be on its way."""
    path = f"/p/{town.code}/report"
    form = {"csrf_token": worlds.token_of(client.get(path).text), "key": worlds.new_key(), "category": "lights",
            "place": str(town.entrance.id), "description": "楼道灯不亮"}  # fmt: skip
    hours = count(step=3600)
    with monkeypatch.context() as slow:
        slow.setattr("propman.db.engines.time.monotonic", lambda: next(hours))
        assert client.post(path, data=form).status_code == 503
    first, again = (client.post(path, data=form) for _ in range(2))
    assert (first.status_code, first.location) == (303, again.location)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_dies_under_a_request_is_a_database_that_is_away(
    app: Flask, client: FlaskClient, session: Session, town: World
) -> None:
    """As where PostgreSQL is started anew: 503, and the next one is served by another connection."""
    worlds.sign_in(session, client, town.dispatcher_mei)
    assert client.get("/queue").status_code == 200
    with app.app_context():
        engine = db.engine
    dies = iter([False, True])

    def let_it_die(connection: Any, *_statement: object) -> None:
        if next(dies, False):
            end = select(func.pg_terminate_backend(connection.connection.driver_connection.info.backend_pid, 5000))
            assert session.scalar(end)

    event.listen(engine, "before_cursor_execute", let_it_die)
    answer = client.get("/queue")
    event.remove(engine, "before_cursor_execute", let_it_die)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/queue").status_code == 200
