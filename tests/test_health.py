"""/healthz and /readyz: yes or no, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from propman import clock, heartbeat
from propman.db import db
from propman.health import OLDEST_DUE, STOPPING
from propman.notify import operations
from propman.notify.models import Channel, Notice
from tests.statements import sent_to


def beat(session: Session, *, late: bool = False) -> None:
    """Let the jobs give a sign of life that is good for a minute, or was."""
    now = clock.now()
    minute = timedelta(minutes=-1 if late else 1)
    heartbeat.beat(session, name="deliver", now=now, expected_by=now + minute, done=0)


def tell(session: Session, *, minutes_ago: float) -> Notice:
    """A message that has been due for some minutes."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    operations.tell(
        session, event_ref="ticket_event:1", topic="t", channels={7: [Channel.INBOX]}, facts={}, link="/", now=at
    )
    return session.query(Notice).one()


def test_a_house_in_order_is_ready(session: Session, client: FlaskClient) -> None:
    beat(session)
    tell(session, minutes_ago=OLDEST_DUE.seconds / 60 - 1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.data) == (200, b"")


def test_alive_is_said_without_a_look_at_the_database(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        engine = db.engine
    with sent_to(engine) as statements:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.data, statements) == (200, b"", [])


def no_sign_of_life(session: Session, app: Flask) -> None:
    pass


def a_late_sign_of_life(session: Session, app: Flask) -> None:
    beat(session, late=True)


def a_job_that_never_succeeded(session: Session, app: Flask) -> None:
    beat(session)
    heartbeat.stumble(session, name="hand-over", now=clock.now() - timedelta(seconds=1), fault="KeyError")


def a_message_due_for_long(session: Session, app: Flask) -> None:
    beat(session)
    tell(session, minutes_ago=OLDEST_DUE.seconds / 60 + 1)


def another_schema(session: Session, app: Flask) -> None:
    beat(session)
    session.execute(text("UPDATE alembic_version SET version_num = 'another'"))


def no_schema_at_all(session: Session, app: Flask) -> None:
    beat(session)
    session.execute(text("DROP TABLE alembic_version"))


def no_outbox(session: Session, app: Flask) -> None:
    beat(session)
    session.execute(text("DROP TABLE notice"))


def a_store_that_cannot_be_written(session: Session, app: Flask) -> None:
    beat(session)
    folder = app.extensions["propman.settings"].files_dir
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file stands where the folder was")


def the_end_is_near(session: Session, app: Flask) -> None:
    beat(session)
    app.extensions[STOPPING] = True


@pytest.mark.parametrize(
    "trouble",
    [
        no_sign_of_life,
        a_late_sign_of_life,
        a_job_that_never_succeeded,
        a_message_due_for_long,
        another_schema,
        no_schema_at_all,
        no_outbox,
        a_store_that_cannot_be_written,
        the_end_is_near,
    ],
)
def test_a_house_in_trouble_is_not_ready_and_does_not_say_why(
    trouble: Callable[[Session, Flask], None], session: Session, app: Flask, client: FlaskClient
) -> None:
    trouble(session, app)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.data) == (503, b"")
    assert client.get("/healthz").status_code == 200


def test_a_message_put_off_after_a_failure_does_not_make_the_house_unready(
    session: Session, client: FlaskClient
) -> None:
    beat(session)
    notice = tell(session, minutes_ago=600)
    notice.due_at = clock.now() + timedelta(hours=12)
    assert client.get("/readyz").status_code == 200
