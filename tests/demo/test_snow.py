"""Snow in the demo world, and what is to be excused."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import Duty, Excuse, Occasion
from propman.inspections.schedule import End
from propman.inspections.upon import Kind


def test_snow_of_last_winter_was_cleared_but_for_one_court(world: Session) -> None:
    event = world.scalars(select(Occasion).where(Occasion.kind == Kind.HEAVY)).one()
    ends = Counter(world.scalars(select(Duty.ended_as).where(Duty.occasion_id == event.id)))
    assert ends[End.MISSED] == 1
    assert ends[End.DONE] >= 3
    assert set(ends) == {End.MISSED, End.DONE}


def test_one_wish_waits_one_was_refused_and_others_were_granted(world: Session) -> None:
    assert set(world.scalars(select(Excuse.granted))) == {None, True, False}
