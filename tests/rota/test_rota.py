"""Keeping a rota, and what it changes: the board, whom one can send, who is told. It never refuses a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.audit.models import AuditRecord
from propman.errors import NotFound, Refused
from propman.notify.models import Channel, Notice
from propman.rota import operations, queries
from propman.rota.duty import Kind
from propman.rota.models import Shift
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.statements import counted
from tests.world import World, viewer


@pytest.fixture
def mei(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Desk:
    return Desk(worlds.sign_in(session, new_client(), world.dispatcher_mei))


def keep(session: Session, world: World, person: User, kind: Kind, now: datetime) -> None:
    """Let `person` be away, or on duty, for the whole of today and tomorrow."""
    today = clock.local_date(now)
    operations.add_departure(
        session, viewer=viewer(session, world.manager_han), organisation_id=world.company.id, user_id=person.id,
        kind=kind, first=today, begins=None, last=today + timedelta(days=1), ends=None, now=now,
    )  # fmt: skip


def test_hours_are_added_replaced_and_taken_out(session: Session, world: World, mei: Desk) -> None:
    at = f"/rota/{world.company.id}/{world.worker_zhao.id}"
    page = mei.sent(f"{at}/shifts", page=at, day0="y", day6="y", begins="08:00", ends="17:30")
    assert "Monday 08:00–17:30" in page
    assert "Sunday 08:00–17:30" in page
    mei.sent(f"{at}/shifts", page=at, day0="y", begins="08:00", ends="12:00")
    assert "08:00–12:00" in mei.read("/rota")
    monday = session.scalars(select(Shift).where(Shift.weekday == 0)).one()
    mei.sent(f"{at}/shifts/{monday.id}/delete", page=at)
    assert session.scalars(select(Shift.weekday)).all() == [6]
    mei.sent(f"{at}/departures", page=at, kind="absent", first=str(clock.local_date(clock.now()) + timedelta(days=9)))
    assert "away" in mei.read("/rota")
    for typed, sentence in (
        ({"begins": "08:00", "ends": "17:00"}, "Choose at least one day of the week."),
        ({"day1": "y", "begins": "early", "ends": ""}, "early is not a time."),
    ):
        answer = mei.send(f"{at}/shifts", page=at, **typed)
        assert (answer.status_code, sentence in said(answer)) == (422, True)


def test_a_foreign_rota_is_not_there(session: Session, world: World, mei: Desk) -> None:
    who = viewer(session, world.far_dispatcher)
    [far] = operations.add_shifts(
        session, viewer=who, organisation_id=world.far_company.id, user_id=world.far_worker.id, weekdays={0},
        begins=time(8), ends=time(9), now=clock.now(),
    )  # fmt: skip
    own = f"/rota/{world.company.id}/{world.worker_zhao.id}"
    for address in (
        f"/rota/{world.far_company.id}/{world.far_worker.id}", f"/rota/{world.company.id}/{world.far_worker.id}",
        f"/rota/{world.company.id}/999999",
    ):  # fmt: skip
        assert mei.open(address).status_code == 404
    assert mei.send(f"{own}/shifts/{far.id}/delete", page=own).status_code == 404
    with pytest.raises(NotFound):
        operations.delete_row(session, viewer=who, organisation_id=world.company.id, user_id=world.worker_zhao.id,
                              row=Shift, row_id=far.id, now=clock.now())  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("first", "last", "begins", "ends", "hours"), [
    (1, None, None, None, 24), (1, 2, None, None, 48), (1, None, time(22), time(6), 8), (1, 2, time(22), time(6), 8),
    (1, 0, None, None, None), (1, 400, None, None, None), (1, 1, time(9), time(8), None), (-2, None, None, None, None),
    (1, None, time(9), None, 15),
])  # fmt: skip
def test_spans_as_they_are_typed(
    session: Session, world: World, first: int, last: int | None, begins: time | None, ends: time | None,
    hours: int | None,
) -> None:  # fmt: skip
    now = clock.now()

    def day(number: int | None) -> date | None:
        return None if number is None else clock.local_date(now) + timedelta(days=number)

    def add() -> object:
        made = operations.add_departure(
            session, viewer=viewer(session, world.dispatcher_mei), organisation_id=world.company.id,
            user_id=world.worker_zhao.id, kind=Kind.ABSENT, first=day(first) or clock.local_date(now), last=day(last),
            begins=begins, ends=ends, now=now,
        )  # fmt: skip
        return (made.ends_at - made.starts_at) / timedelta(hours=1)

    if hours is None:
        with pytest.raises(Refused):
            add()
    else:
        assert add() == hours


def test_nobody_reachable_is_shown_and_told_and_the_report_is_there(session: Session, world: World, mei: Desk) -> None:
    now = clock.now()
    red = "Nobody of 安居物业 is reachable now by the rota."
    assert red not in mei.read("/queue")  # no rota: nothing is said
    keep(session, world, world.worker_zhao, Kind.ABSENT, now)
    assert all(red in mei.read(page) for page in ("/queue", "/board", "/rota"))

    ticket = stories.report(session, world, now=now)
    assert ticket.number in mei.read("/queue")
    told = select(Notice.recipient_id).where(Notice.topic == "ticket.manager.submit", Notice.channel == Channel.INBOX)
    assert session.scalars(told).all() == [world.manager_han.id]

    keep(session, world, world.worker_sun, Kind.EXTRA, now)
    assert red not in mei.read("/queue")
    stories.report(session, world, now=now)
    assert len(session.scalars(told).all()) == 1


def test_who_is_reachable_stands_first_where_people_are_sent(session: Session, world: World, mei: Desk) -> None:
    ticket = stories.report(session, world)
    keep(session, world, world.worker_zhao, Kind.EXTRA, clock.now())
    for page in (f"/tickets/{ticket.number}/assign", "/queue"):
        shown = mei.open(page).text
        choice = re.search(r'<select[^>]* name="assignee_id".*?</select>', shown, re.DOTALL)
        assert choice is not None
        groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', choice.group(), re.DOTALL)
        assert [label for label, _ in groups] == ["Reachable now", "Not reachable now by the rota"], page
        assert "赵师傅" in groups[0][1]
        assert "孙师傅" in groups[1][1]


def test_the_board_counts_and_costs_the_same_for_many(app: Flask, session: Session, world: World, mei: Desk) -> None:
    now, costs = clock.now(), []
    for more in (1, 9):
        for _number in range(more):
            stories.start(session, world, stories.report(session, world))
            stories.report(session, world)
        mei.open("/board")
        with counted(app) as sent:
            mei.open("/board")
        costs.append(len(sent))
    assert costs[0] == costs[1] < 22
    late = stories.assign(session, world, stories.report(session, world, now=now - timedelta(days=20)), now=now)
    page = mei.open("/board").text
    assert f'href="/queue?assignee={world.worker_zhao.id}&amp;late=1"' in page
    assert late.number in mei.read(f"/queue?assignee={world.worker_zhao.id}&late=1")
    counts = re.search(r"赵师傅(.*?)</tr>", page, re.DOTALL)
    assert counts is not None
    assert [int(one) for one in re.findall(r">(\d+)<", counts.group(1))] == [1, 0, 10, 0, 11]


def test_what_is_over_is_forgotten(session: Session, world: World) -> None:
    now = clock.now()
    keep(session, world, world.worker_zhao, Kind.ABSENT, now)
    assert operations.forget(session, before=now) == 0
    kept = session.scalars(select(AuditRecord).where(AuditRecord.act.startswith("rota_"))).all()
    assert kept
    assert {(one.subject_kind, one.details["organisation"]) for one in kept} == {("user", world.company.id)}
    assert operations.forget(session, before=now + timedelta(days=3)) == 1
    assert not queries.duties(session, [world.company.id], now)[world.company.id].kept
