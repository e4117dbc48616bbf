"""What the system does by itself: close what nobody answered, hand over, let holds end, tell of deadlines.

All of it is safe to repeat.

Jobs select by state, not by "since last run", so that a missed night heals itself; a savepoint per ticket, so that one
bad ticket is logged and the rest go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import EscalationRule
from propman.catalogue.queries import number_setting
from propman.db import insert_if_absent
from propman.errors import Stale
from propman.tickets import queries
from propman.tickets.escalation import told_of
from propman.tickets.models import ClockKind, Escalation, ReferralEnd, Ticket, TicketClock
from propman.tickets.notices import tell_of_deadline
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import catch_up, step
from propman.tickets.operations.referring import end
from propman.tickets.operations.rivals import last_at, wait_for_rivals
from propman.tickets.operations.urging import tell_overdue
from propman.tickets.workflow import Action, Party, State, legal

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Tickets in one run, which is one transaction: a first run over old reports keeps nobody waiting, and no transaction
lasts too long to be committed. The next run takes the others.
"""


def close_unanswered(session: Session, *, now: datetime) -> int:
    """Close what was completed long ago and never answered; how many. Counted as neither solved nor satisfied. What
    needs a re-check waits for it.
    """
    days = number_setting(session, "close_unanswered_after_days", clock.local_date(now))
    waiting = select(Ticket.id).where(
        Ticket.state == State.COMPLETED, Ticket.completed_at <= now - timedelta(days=days), Ticket.recheck.is_(False)
    )
    due = list(session.scalars(waiting.order_by(Ticket.id)))
    return _for_each(session, due, lambda ticket: _close(session, ticket, now))


def hand_over_due(session: Session, *, now: datetime) -> int:
    """Hand over the open tickets whose holder no longer manages their community; how many."""
    due = list(session.scalars(queries.held_by_another(now)))
    return _for_each(session, due, lambda ticket: _catch_up(session, ticket, now))


def wake_holds(session: Session, *, now: datetime) -> int:
    """Let go on what was on hold until today or a day that has passed; how many."""
    over = select(Ticket.id).where(Ticket.state == State.ON_HOLD, Ticket.hold_until_on <= clock.local_date(now))
    due = list(session.scalars(over.order_by(Ticket.id)))
    return _for_each(session, due, lambda ticket: _catch_up(session, ticket, now))


def tell_of_urges(session: Session, *, now: datetime) -> int:
    """Tell of the urges whose day has passed without an answer, each once; how many."""
    told = 0
    for urge_id in list(queries.urges_overdue(session, clock.local_date(now)))[:MOST_AT_ONCE]:
        with session.begin_nested():
            told += tell_overdue(session, urge_id=urge_id, now=now)
    return told


def escalate(session: Session, *, now: datetime) -> int:
    """Remind of deadlines and escalate those that passed, each once; of how many tickets.

    Takes the longest known tickets first.
    """
    grounds = queries.Grounds.on(session, clock.local_date(now))
    due = dict.fromkeys(ticket_id for ticket_id, _clock_id, _rules in queries.escalations_due(session, grounds, now))
    return _for_each(session, list(due), lambda ticket: _escalate(session, ticket, grounds, now))


def _catch_up(session: Session, ticket: Ticket, now: datetime) -> bool:
    holder = queries.holder_today(session, ticket, now)
    return bool(catch_up(session, ticket=ticket, now=now, holder=holder))


def _escalate(session: Session, ticket: Ticket, grounds: queries.Grounds, now: datetime) -> bool:
    """Tell what is due about `ticket`, held meanwhile: a rival has told of it, or somebody has moved it, before."""
    wait_for_rivals(session, ticket)
    now = max(now, last_at(session, ticket))
    spoke = False
    for _ticket_id, clock_id, rules in list(queries.escalations_due(session, grounds, now, of=ticket.id)):
        told, passed_over = told_of(rules)
        for rule in (*passed_over, *told):
            spoke |= _speak(session, ticket, session.get_one(TicketClock, clock_id), rule, rule in told, now)
    return spoke


def _speak(session: Session, ticket: Ticket, run: TicketClock, rule: EscalationRule, told: bool, now: datetime) -> bool:
    """Write that `rule` spoke, and its notices if it is `told`; False if that was written already."""
    row = {
        "ticket_id": ticket.id, "clock_id": run.id, "code": rule.code, "rule_id": rule.id, "level": rule.level,
        "at": now, "due_at": run.due_at, "passed_over": not told,
    }  # fmt: skip
    if not insert_if_absent(session, Escalation, row):
        return False
    if told:
        mine = select(Escalation).where(
            Escalation.clock_id == run.id, Escalation.code == rule.code, Escalation.level == rule.level
        )
        tell_of_deadline(session, ticket=ticket, escalation=session.scalars(mine).one(), kind=rule.time_limit, now=now)
    return True


def _close(session: Session, ticket: Ticket, now: datetime) -> bool:
    row = legal(Action.CLOSED_BY_SYSTEM, ticket.state, recheck=ticket.recheck)
    if row is None:
        return False

    def close(_clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        ticket.confirmed_at = at

    event = step(session, ticket=ticket, row=row, party=Party.SYSTEM, actor_id=None, now=now, brought=Brought(),
                 effect=close)  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.PROVEN, at=event.at)
    return True


def _for_each(session: Session, ticket_ids: list[int], act: Callable[[Ticket], bool]) -> int:
    done = 0
    for ticket_id in ticket_ids[:MOST_AT_ONCE]:
        try:
            with session.begin_nested():
                done += act(session.get_one(Ticket, ticket_id))
        except Stale:
            continue  # somebody moves it at this moment; the next run looks again
        except Exception:
            log.exception("ticket %s could not be moved by the system", ticket_id)
    return done
