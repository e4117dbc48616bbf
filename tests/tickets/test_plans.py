"""The lists and sums of tickets are found by the indexes that were made for them, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from propman import clock
from propman.tickets import queries
from propman.tickets.queries import QueueFilter
from tests import stories
from tests import world as worlds
from tests.world import World

# The other chooses by how many rows there are: docs/decisions/indexes-of-tickets.md has its choice among many.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(session: Session) -> World:
    world = worlds.build(session)
    stories.report(session, world)
    session.commit()
    return world


def plan(session: Session, ask: Callable[[], object]) -> str:
    """How the database finds what `ask` asks of tickets. A PostgreSQL with one ticket would read the table as it is."""
    sqlite, asked = session.get_bind().dialect.name == "sqlite", []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "FROM ticket" in statement:
            asked.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    [(statement, parameters)] = asked
    connection = session.connection()
    if not sqlite:
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            connection.execute(text(f"SET LOCAL {way} = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def test_first_page_of_all_reports_is_read_in_the_order_of_its_index(session: Session, world: World) -> None:
    auditor, now = worlds.viewer(session, world.auditor_shen), clock.now()
    found = plan(session, lambda: queries.queue(session, auditor, QueueFilter(), now))
    assert "ix_ticket_queue" in found
    assert "ORDER BY" not in found
    assert "Sort" not in found


@pytest.mark.parametrize("who", ["official_sheng", "clerk_jie"])
def test_sums_of_an_area_are_read_off_their_index_alone(session: Session, world: World, who: str) -> None:
    viewer, now = worlds.viewer(session, world.people[who]), clock.now()
    for ask in (queries.figures, queries.outcomes):
        found = plan(session, lambda ask=ask: ask(session, viewer, now))
        assert "COVERING INDEX ix_ticket_figures" in found or "Index Only Scan using ix_ticket_figures" in found, found


@on_sqlite
def test_a_company_finds_what_it_did_by_its_own_index(session: Session, world: World) -> None:
    mei, now = worlds.viewer(session, world.dispatcher_mei), clock.now()
    found = plan(session, lambda: queries.queue(session, mei, QueueFilter(), now))
    assert "ix_ticket_organisation_id_state_community_id (organisation_id=? AND state=?" in found


@on_sqlite
@pytest.mark.parametrize("wish", ["mine", "due_today", "warranty"])
def test_a_narrowed_queue_is_read_in_the_order_of_its_index(session: Session, world: World, wish: str) -> None:
    auditor, now = worlds.viewer(session, world.auditor_shen), clock.now()
    found = plan(session, lambda: queries.queue(session, auditor, QueueFilter(**{wish: True}), now))
    assert "SCAN ticket USING INDEX ix_ticket_queue" in found
    assert found.count("SCAN ticket") == 1
    assert "ORDER BY" not in found


@on_sqlite
def test_open_faults_of_a_place_are_found_from_the_place(session: Session, world: World) -> None:
    for place in (world.building, world.entrance):
        found = plan(session, lambda place=place: queries.public_open_at(session, place))
        assert "ix_ticket_place_id_state" in found
        assert "SCAN ticket" not in found
