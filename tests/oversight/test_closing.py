"""Closed months: laid once from the moves, the same whenever they are laid, and never changed by what comes later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from propman.invariants import Finding
from propman.oversight import invariants, operations
from propman.oversight.models import ClosedMonth, DivisionFact, MonthlyFact
from propman.oversight.queries import MEASURES, By, Selection, closed_months, figures
from propman.tickets.models import TicketEvent
from tests.oversight import history
from tests.oversight.history import CLOSES, NOVEMBER, NOW, OCTOBER, SEPTEMBER, History
from tests.world import World


def findings(session: Session, now: datetime = NOW) -> list[Finding]:
    """What the recount finds."""
    session.flush()
    session.expire_all()
    return [count() for count in invariants.promises(session, now=now).values()]


def close_all(session: Session, now: datetime) -> list[date]:
    """Close what can be closed; the months."""
    closed = []
    while month := operations.close_next(session, now=now):
        closed.append(month)
    return closed


def facts(session: Session) -> Sequence[tuple[object, ...]]:
    """Everything that is laid."""
    columns = (MonthlyFact.month, MonthlyFact.community_id, MonthlyFact.organisation_id, MonthlyFact.category)
    counts = (getattr(MonthlyFact, name) for name in MEASURES)
    return [tuple(row) for row in session.execute(select(*columns, *counts).order_by(*columns))]


def shown(session: Session, selected: Selection, by: By = By.COMPANIES) -> dict[object, dict[str, int]]:
    """The figures that are not 0, by line and name."""
    lines = figures(session, selected, by, NOW, closed_months(session)).lines
    return {
        key: {name: count for name, count in zip(MEASURES, counts, strict=True) if count}
        for key, counts in lines.items()
    }


def test_months_close_in_their_order_and_not_before_ten_minutes_have_passed(session: Session, past: History) -> None:
    assert close_all(session, CLOSES - timedelta(seconds=1)) == [SEPTEMBER]
    assert close_all(session, CLOSES) == [OCTOBER]
    assert close_all(session, CLOSES) == []
    assert session.scalars(select(ClosedMonth.month).order_by(ClosedMonth.month)).all() == [SEPTEMBER, OCTOBER]


def test_october_counts_what_was_written_down_in_it(session: Session, world: World, past: History) -> None:
    close_all(session, CLOSES)
    counted = shown(session, Selection(OCTOBER, OCTOBER))
    assert counted[world.company.id] == {
        "reported": 12, "completed": 6, "on_time_n": 6, "on_time_yes": 6, "declined": 1, "cancelled": 1, "merged": 1,
        "response_n": 2, "response_yes": 1,  # the call of "asked twice" is not counted, and so is what it asked
        "solution_n": 4, "solution_yes": 4, "satisfied": 2, "basically": 1, "unsatisfied": 1, "later": 1,
        "settled": 4, "reached": 3, "open_7": 3, "on_hold": 1,
    }  # fmt: skip
    assert counted[world.far_company.id] == {"open_90": 1}
    assert counted[world.street_office.id] == {"reported": 1, "open_7": 1}


def test_what_november_says_of_october_counts_in_november(session: Session, world: World, past: History) -> None:
    close_all(session, CLOSES)
    before = facts(session)
    history.november(past)
    assert facts(session) == before
    counted = shown(session, Selection(NOVEMBER, NOVEMBER))
    assert counted[world.company.id] == {
        "completed": 1, "on_time_n": 1, "on_time_yes": 1, "closed_by_system": 1, "reopened": 2,
        "response_n": 1, "solution_n": 2, "solution_yes": 1, "unsatisfied": 2, "later": 1, "open_30": 3, "open_90": 1,
    }  # fmt: skip


def test_closing_late_gives_what_closing_at_once_would_have_given(session: Session, past: History) -> None:
    close_all(session, CLOSES)
    at_once = facts(session)
    history.november(past)
    for model in (MonthlyFact, DivisionFact, ClosedMonth):
        session.execute(delete(model))
    assert close_all(session, NOW) == [SEPTEMBER, OCTOBER]
    assert facts(session) == at_once


def test_the_recount_agrees_with_closed_months_and_the_open_one(session: Session, past: History) -> None:
    past.exclude(past.moves("pleased", "confirm")[0], now=CLOSES, month=OCTOBER)
    assert not [finding for finding in findings(session, CLOSES) if finding.broken]
    close_all(session, CLOSES)
    history.november(past)
    past.exclude(past.moves("late", "confirm")[0], now=NOW, month=NOVEMBER)
    found = findings(session)
    assert [finding.broken for finding in found] == [(), (), ()]
    assert [finding.checked > 10 for finding in found[:2]] == [True, True]


def test_a_move_that_comes_into_a_closed_month_and_a_sum_that_is_none_are_found(
    session: Session, past: History
) -> None:
    close_all(session, CLOSES)
    session.execute(update(DivisionFact).where(DivisionFact.place_id == past.world.county.id).values(reported=99))
    session.execute(
        update(TicketEvent).where(TicketEvent.id == past.moves("old", "submit")[0].id).values(month=OCTOBER)
    )
    whole, parts, _inspections = findings(session)
    assert any("the fact" in line and "reported 0 not 1" in line for line in whole.broken)
    assert any("reported 99 not" in line for line in parts.broken)
