"""Plans for the world of the tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from propman.inspections.models import Plan
from propman.inspections.operations import Aim, Terms
from tests.world import World

Planned = Callable[..., Plan]


@pytest.fixture
def planned(session: Session, world: World) -> Planned:
    """Makes a plan for the buildings or the entrance of 河柏小区."""

    def make(rule: str, first_on: date, *, now: datetime, anchor: date | None = None, **said: object) -> Plan:
        terms = Terms(rule, first_on, **said)  # type: ignore[arg-type]
        aims = [Aim(world.building.id, anchor or first_on), Aim(world.entrance.id, anchor or first_on)]
        return operations.make_plan(
            session, community_id=world.community.id, template="T12", schedule_code="main", terms=terms, aims=aims,
            actor_id=world.administrator_guan.id, now=now,
        )  # fmt: skip

    return make


def noon(day: date) -> datetime:
    """Noon in Harbin."""
    return clock.at_local(day, datetime(2026, 1, 1, 12).time())  # noqa: DTZ001
