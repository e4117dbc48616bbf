"""What every move counts by: the month in which it was written down, the place, the category, the completion."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.operations import wake_holds
from propman.tickets.queries import timeline
from propman.tickets.workflow import Action
from tests import stories
from tests.callbacks import calls
from tests.tickets import extensions
from tests.world import World

LAST_MINUTE = datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)  # in Shanghai the month ends a second later
NIGHT = LAST_MINUTE + timedelta(seconds=1)


def counted(session: Session, ticket: Ticket) -> list[tuple[str, date | None]]:
    """The moves of `ticket` and the months they count in."""
    return [(event.action.value, event.month) for event in timeline(session, ticket)]


def test_a_move_counts_in_the_month_in_which_it_was_written_down(session: Session, world: World) -> None:
    """The hold ended with October, and the job came in November."""
    ticket = stories.report(session, world, now=LAST_MINUTE)
    stories.hold(session, world, ticket, now=LAST_MINUTE, until_on=date(2026, 11, 1))
    wake_holds(session, now=NIGHT + timedelta(days=32))
    october, december = date(2026, 10, 1), date(2026, 12, 1)
    assert counted(session, ticket) == [("submit", october), ("hold", october), ("resume", december)]
    assert timeline(session, ticket)[-1].at == NIGHT
    assert counted(session, stories.report(session, world, now=NIGHT)) == [("submit", date(2026, 11, 1))]


def test_place_and_category_are_those_that_stood_then(session: Session, world: World) -> None:
    ticket = extensions.correct(session, world, stories.report(session, world))
    assert [event.category for event in timeline(session, ticket)] == ["lights", "water"]
    assert {event.community_id for event in timeline(session, ticket)} == {ticket.community_id}


def test_an_answer_is_about_the_last_completion(session: Session, world: World) -> None:
    ticket = calls.completed(session, world, now=NIGHT)
    calls.call(session, world, ticket, "reached", now=NIGHT, solved=False, words="还漏")
    stories.repair_again(session, world, ticket, now=NIGHT)
    stories.say_fixed(session, ticket, now=NIGHT)
    first, second = (event.id for event in timeline(session, ticket) if event.action is Action.COMPLETE)
    judged = {event.action: event.completion_id for event in timeline(session, ticket) if event.completion_id}
    assert judged == {Action.CALL: first, Action.REOPEN: first, Action.CONFIRM: second}


@pytest.mark.parametrize("wrong", [Action.START, Action.CONFIRM])
def test_the_database_refuses_an_answer_about_nothing_and_a_step_about_something(
    session: Session, world: World, wrong: Action
) -> None:
    ticket = stories.confirm(session, world, stories.report(session, world))
    done = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.COMPLETE)
    about = None if wrong is Action.CONFIRM else session.scalars(done).one()
    with pytest.raises(IntegrityError):
        session.execute(update(TicketEvent).where(TicketEvent.action == wrong).values(completion_id=about))
