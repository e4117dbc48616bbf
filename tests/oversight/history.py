"""Two months of the small world, chosen so that every figure is there: October, and what November said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from propman.oversight.models import AnswerExclusion, Reason
from propman.tickets import operations
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries import timeline
from tests import stories
from tests.callbacks import calls
from tests.tickets import extensions, incidents
from tests.world import World, viewer

DAY = timedelta(days=1)
SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))
SIXTH = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)
THIRTIETH = datetime(2026, 10, 30, 2, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # October ends
CLOSES = MIDNIGHT + timedelta(minutes=10)
SECOND = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


@dataclass
class History:
    """The tickets by what is remarkable of them."""

    session: Session
    world: World
    tickets: Mapping[str, Ticket]

    def moves(self, name: str, action: str) -> list[TicketEvent]:
        """The moves of this kind of one ticket."""
        return [event for event in timeline(self.session, self.tickets[name]) if event.action == action]

    def exclude(self, event: TicketEvent, *, now: datetime, month: date, approved: bool = True) -> AnswerExclusion:
        """clerk_jie decides that an answer is left out, or is not."""
        world = self.world
        row = AnswerExclusion(
            event_id=event.id, reason=Reason.UNREASONABLE, asked_by_id=world.manager_han.id, asked_at=now,
            asked_for_id=world.company.id, decided_by_id=world.clerk_jie.id, decided_for_id=world.street_office.id,
            decided_at=now, approved=approved, month=month,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row


def october(session: Session, world: World) -> History:
    """What happened until the end of October."""

    def done(**words: str) -> Ticket:
        return calls.completed(session, world, now=SIXTH, **words)

    old = stories.report(session, world, place=world.far_entrance, now=SIXTH - 16 * DAY)  # in September
    pleased, unsolved, unreached, lukewarm, late, asked_twice = (done() for _each in range(6))
    stories.say_fixed(session, pleased, now=SIXTH + DAY, contacted_in_time=True)
    for at in (SIXTH, SIXTH + DAY, SIXTH + 2 * DAY):
        calls.call(session, world, unreached, "no_answer", now=at)
    calls.give_up(session, world, unreached, now=SIXTH + 2 * DAY)
    calls.call(session, world, lukewarm, "reached", now=THIRTIETH, solved=True, stars=3, contacted_in_time=False)
    calls.call(session, world, late, "no_answer", now=THIRTIETH)
    stories.say_fixed(session, late, now=THIRTIETH + DAY, stars=4)
    calls.call(session, world, asked_twice, "reached", now=SIXTH + DAY, contacted_in_time=True)
    stories.say_fixed(session, asked_twice, now=SIXTH + 2 * DAY, stars=2)
    declined, withdrawn, corrected, held = (stories.report(session, world, now=THIRTIETH) for _each in range(4))
    mei = viewer(session, world.dispatcher_mei, now=THIRTIETH)
    operations.decline(session, ticket=declined, viewer=mei, seen_version=1, now=THIRTIETH, note="不归物业")
    operations.withdraw(session, ticket=withdrawn, viewer=stories.holder(withdrawn), seen_version=1, now=THIRTIETH)
    stories.hold(session, world, held, now=THIRTIETH, until_on=date(2026, 11, 5))
    incidents.burst(session, world, 2, now=THIRTIETH)
    stories.report(session, world, place=world.unmanaged, now=THIRTIETH)
    session.flush()
    return History(session, world, {
        "old": old, "pleased": pleased, "unsolved": unsolved, "unreached": unreached, "lukewarm": lukewarm,
        "late": late, "asked_twice": asked_twice, "corrected": corrected, "held": held,
    })  # fmt: skip


def november(history: History) -> None:
    """What was said and done about it until the tenth."""
    session, world, tickets = history.session, history.world, history.tickets
    stories.say_fixed(session, tickets["unreached"], now=SECOND, stars=2)
    stories.say_broken(session, world, tickets["unsolved"], now=SECOND, contacted_in_time=False)
    stories.say_broken(session, world, tickets["lukewarm"], now=SECOND)
    stories.repair_again(session, world, tickets["unsolved"], now=SECOND)
    extensions.correct(session, world, tickets["corrected"], now=SECOND)
    operations.wake_holds(session, now=NOW)
    operations.close_unanswered(session, now=NOW)
    session.flush()
