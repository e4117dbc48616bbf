"""Every row of the audit says in which request it was written, without an operation that hands it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.accounts.models import Membership
from propman.accounts.operations import revoke_sessions
from propman.audit.models import AuditRecord, Change
from propman.jobs import Job, run_job
from tests import stories
from tests import world as worlds
from tests.world import World

Row = AuditRecord | Change
Ask = Callable[..., TestResponse]


@pytest.fixture
def town(session: Session) -> World:
    return worlds.build(session)


def written_by(session: Session, act: Callable[[], Any]) -> tuple[list[Row], Any]:
    """The rows of the audit that `act` leaves, and what it gave."""
    last = {kind: session.scalar(select(func.max(kind.id))) or 0 for kind in (AuditRecord, Change)}
    session.commit()
    given = act()
    session.commit()
    rows = [row for kind in last for row in session.scalars(select(kind).where(kind.id > last[kind]))]
    return rows, given


def sent(client: FlaskClient, path: str, **typed: Any) -> TestResponse:
    """The answer to a form that is sent to `path`."""
    token = worlds.token_of(client.get("/track").text)
    return client.post(path, data={"csrf_token": token, "key": worlds.new_key(), **typed})


# --- in a request ---


def signs_in(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return sent(client, "/sign-in", who=town.resident_lin.phone, password=worlds.PASSWORD)


def fails_to_sign_in(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return sent(client, "/sign-in", who=town.resident_lin.phone, password="not the one")


def gives_a_role(client: FlaskClient, town: World, session: Session) -> TestResponse:
    path = f"/admin/people/{town.resident_lin.id}/roles/new?role=worker"
    return sent(client, path, organisation_id=town.company.id, starts_on=str(clock.local_date(clock.now())))


def ends_a_role(client: FlaskClient, town: World, session: Session) -> TestResponse:
    held = session.scalars(select(Membership.id).where(Membership.user_id == town.worker_sun.id)).one()
    path = f"/admin/people/{town.worker_sun.id}/roles/{held}/end"
    return sent(client, path, ends_on=str(clock.local_date(clock.now())))


def disables(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return sent(client, f"/admin/people/{town.worker_sun.id}/disable")


def erases(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return sent(client, f"/admin/people/{town.worker_sun.id}/erase", sure="y")


def renames_a_place(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return sent(client, f"/admin/places/{town.building.id}/change", name="8号楼")


def asks_for_what_is_not_there(client: FlaskClient, town: World, session: Session) -> TestResponse:
    return client.get("/admin/people/99999")


ACTS = [
    (signs_in, None, {"signed_in"}),
    (fails_to_sign_in, None, {"sign_in_failed"}),
    (gives_a_role, "administrator_guan", {"membership_added"}),
    (ends_a_role, "administrator_guan", {"ends_on"}),
    (disables, "administrator_guan", {"person_disabled"}),
    (erases, "administrator_guan", {"person_erased", "ends_on"}),
    (renames_a_place, "administrator_guan", {"name"}),
    (asks_for_what_is_not_there, "administrator_guan", {"denied"}),
]


@pytest.mark.parametrize(("act", "who", "kinds"), ACTS, ids=[act.__name__ for act, *_rest in ACTS])
def test_each_row_names_the_request_that_wrote_it(
    client: FlaskClient, session: Session, town: World, act: Ask, who: str | None, kinds: set[str]
) -> None:
    """The same number that the answer carries, so that a complaint about a page finds what it did."""
    if who is not None:
        worlds.sign_in(session, client, town.people[who])
    rows, answer = written_by(session, lambda: act(client, town, session))
    assert kinds <= {row.act if isinstance(row, AuditRecord) else row.field for row in rows}
    assert {row.request_id for row in rows} == {answer.headers["X-Request-Id"]}


def test_two_requests_are_two(client: FlaskClient, session: Session, town: World) -> None:
    rows, _ = written_by(session, lambda: [fails_to_sign_in(client, town, session) for _ in range(2)])
    assert len({row.request_id for row in rows}) == len(rows) == 2


# --- outside of any ---


def test_what_no_request_does_names_none(app: Flask, client: FlaskClient, session: Session, town: World) -> None:
    """A job, a command: also on a thread that answered a request before."""
    signs_in(client, town, session)
    lin = town.resident_lin.id

    def work(inside: Session, *, now: Any) -> int:
        return revoke_sessions(inside, user_id=lin, actor_id=None, now=now)

    rows, done = written_by(session, lambda: run_job(app, Job("work", 5, work), clock.now()))
    assert done
    assert [(row.act, row.request_id) for row in rows if isinstance(row, AuditRecord)] == [("signed_out", None)]
    rows, _ = written_by(session, lambda: stories.report(session, town))
    assert {row.request_id for row in rows} <= {None}
