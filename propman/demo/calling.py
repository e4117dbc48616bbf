"""Calls back to those who reported, as `world.toml` tells them.

`to` of a call is how it went and, once somebody was reached, in touch in time, fixed, stars ("-" for no answer), and
the sign-in of who called, where that was not a dispatcher: "reached yes no 1 neighbourhood_committee". For "later" it
is in how many days: "later 2".
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from propman import clock
from propman.callbacks import operations
from propman.callbacks.rules import Result
from propman.demo.acts import Hands
from propman.demo.plots import Plot, Step
from propman.tickets.models import Ticket
from propman.tickets.workflow import CallOutcome

YES_NO = {"yes": True, "no": False}


def call(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """Somebody in charge, or above, calls and writes down how it went."""
    outcome, *said = step.to.split()
    in_time, solved, stars, by = [*said, *("-", "-", "-", "")[len(said) :]]
    later = None
    if outcome == CallOutcome.LATER:
        later, in_time = clock.at_local(clock.local_date(now) + timedelta(days=int(in_time)), time(18)), "-"
    viewer = hands.cast.viewer(hands.cast.post(by).user_id, now) if by else hands.dispatcher(plot, now)
    result = Result(
        CallOutcome(outcome), contacted_in_time=YES_NO.get(in_time), solved=YES_NO.get(solved),
        stars=int(stars) if stars.isdigit() else None, words=step.note or "", later_at=later,
    )  # fmt: skip
    operations.record(hands.session, ticket=ticket, viewer=viewer, seen_version=ticket.version, now=now,
                      result=result, store=hands.store)  # fmt: skip


def give_up(hands: Hands, _step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """Not reached: nobody tries again."""
    operations.give_up(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), seen_version=ticket.version,
                       now=now)  # fmt: skip
