"""Rows that come packed are the rows that come plain, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, exists, select
from sqlalchemy.orm import Session

from propman import clock
from propman.db import Packing
from propman.tickets.models import Ticket, TicketClock, TicketEvent, TicketPayer, TicketVerdict
from propman.tickets.workflow import HoldReason
from tests import stories
from tests import world as worlds
from tests.stories import operations
from tests.world import World

MODELS = (Ticket, TicketEvent, TicketClock, TicketVerdict, TicketPayer)


@pytest.fixture
def told(session: Session, world: World) -> Ticket:
    """One that was put on hold: with moments to the microsecond, days, enumerations, tables, truths, and gaps."""
    now = clock.now()
    ticket = stories.assign(
        session, world, stories.report(session, world, now=now - timedelta(days=3), spot="一楼“东”\\")
    )
    operations.hold(
        session, ticket=ticket, viewer=worlds.viewer(session, world.dispatcher_mei), seen_version=ticket.version,
        now=now, until_on=clock.local_date(now) + timedelta(days=2), cause=HoldReason.PARTS, note="等 'парт' \n零件",
    )  # fmt: skip
    return ticket


def as_sorted(rows: Any) -> list[str]:
    return sorted(repr(tuple(row)) for row in rows)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_reads_the_same(session: Session, told: Ticket, model: Any) -> None:
    table = cast(Table, model.__table__)
    of_it = (table.c.id if model is Ticket else table.c.ticket_id) == told.id
    there = exists().where(TicketEvent.ticket_id == told.id)
    plain = session.execute(select(*table.c, there).where(of_it)).all()
    packing = Packing((*table.c, there))

    alone = session.scalars(select(packing.row()).select_from(table).where(of_it))
    assert plain
    assert as_sorted(packing.read(row) for row in alone) == as_sorted(plain)
    together = session.scalar(select(packing.rows(table, of_it)))
    assert as_sorted(packing.read_all(together)) == as_sorted(plain)


def test_no_rows_are_none(session: Session, world: World) -> None:
    table = cast(Table, TicketEvent.__table__)
    packing = Packing((table.c.id,))
    assert packing.read_all(session.scalar(select(packing.rows(table, table.c.id < 0)))) == []
