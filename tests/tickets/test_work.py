"""What a repair took: said with its completion or not, shown to those who do it, pay for it or watch over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman.catalogue.kept import changed
from propman.catalogue.models import SettingRow
from propman.errors import Refused
from propman.tickets import operations, queries
from propman.tickets.models import Ticket, WorkPart, WorkRecord
from propman.tickets.operations import PartUsed, Work
from tests import world as small
from tests.desk import Desk, said
from tests.stories import report, start
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BULBS = PartUsed("LED 灯泡 9W", 3, 980)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def complete(session: Session, world: World, ticket: Ticket, work: Work) -> Ticket:
    """worker_zhao, who has begun, completes it, and says what it took."""
    zhao = viewer(session, world.worker_zhao, now=TUESDAY)
    operations.complete(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=TUESDAY, note="换了灯泡",
                        store=world.store, work=work)  # fmt: skip
    return ticket


def begun(session: Session, world: World) -> Ticket:
    return start(session, world, report(session, world, now=TUESDAY), now=TUESDAY)


def test_it_hangs_on_the_completion_and_is_summed_to_the_fen(session: Session, world: World) -> None:
    ticket = complete(session, world, begun(session, world), Work(45, [BULBS, PartUsed("胶带", 1)], 2_050))
    [record] = queries.work_of(session, ticket)
    assert (record.minutes, record.cost_fen) == (45, 3 * 980 + 2_050)
    assert [(part.what.body, part.pieces, part.unit_fen) for part in record.parts] == [
        ("LED 灯泡 9W", 3, 980), ("胶带", 1, None),
    ]  # fmt: skip
    assert record.event_id == queries.timeline(session, ticket)[-1].id


def test_who_says_nothing_leaves_no_record(session: Session, world: World) -> None:
    complete(session, world, begun(session, world), Work())
    assert session.scalars(select(WorkRecord)).all() == []


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (Work(0), "minutes"), (Work(6001), "minutes"), (Work(None, [PartUsed(" ", 1)]), "parts"),
        (Work(None, [PartUsed("管", None)]), "parts"), (Work(None, [PartUsed("管", 10_000)]), "parts"),
        (Work(None, [PartUsed("长" * 81, 1)]), "parts"), (Work(None, [BULBS] * 21), "parts"),
        (Work(None, [PartUsed("管", 1, 10**15)]), "parts"), (Work(other_fen=10**15), "other_fen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_without_a_trace(session: Session, world: World, work: Work, field: str) -> None:
    ticket = begun(session, world)
    with pytest.raises(Refused) as refused:
        complete(session, world, ticket, work)
    assert (refused.value.status, refused.value.field, ticket.version) == (422, field, 3)


def test_where_a_city_wants_minutes_they_are_asked_for(session: Session, world: World) -> None:
    session.execute(update(SettingRow).where(SettingRow.name == "completion_needs_minutes").values(value=1))
    changed(session)
    with pytest.raises(Refused) as refused:
        complete(session, world, begun(session, world), Work())
    assert refused.value.field == "minutes"


def test_erasing_takes_the_words_and_leaves_the_sums(session: Session, world: World) -> None:
    ticket = complete(session, world, begun(session, world), Work(45, [BULBS]))
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=TUESDAY)
    [part] = session.scalars(select(WorkPart)).all()
    assert (part.what.body, part.pieces, part.unit_fen) == (None, 3, 980)


def test_the_worker_fills_it_in_and_the_reporter_never_reads_it(
    session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    world = small.build(session)
    ticket = start(session, world, report(session, world, by=world.resident_lin))
    session.commit()
    zhao = Desk(small.sign_in(session, new_client(), world.worker_zhao))
    address = f"/tickets/{ticket.number}/complete"
    typed = {"note": "换了灯泡", "version": ticket.version, "minutes": "45", "parts-0-what": "LED 灯泡",
             "parts-0-pieces": "many", "parts-0-unit_fen": "9.80", "back": "jobs"}  # fmt: skip
    refused = zhao.send(address, "/jobs", **typed)
    assert refused.status_code == 422
    assert "many is not a whole number." in said(refused)
    assert 'value="9.80"' in refused.text
    assert zhao.send(address, "/jobs", **{**typed, "parts-0-pieces": "3"}).status_code == 303
    page = zhao.read(f"/tickets/{ticket.number}")
    assert "45 minutes worked LED 灯泡 × 3: 9.80 yuan each, 29.40 yuan Together 29.40 yuan" in page
    assert "29.40" not in Desk(small.sign_in(session, new_client(), world.committee_ju)).read(
        f"/tickets/{ticket.number}"
    )
    assert "29.40" not in Desk(small.sign_in(session, new_client(), world.resident_lin)).read(
        f"/reports/{ticket.number}"
    )
