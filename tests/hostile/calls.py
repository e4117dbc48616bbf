"""Every field of call-backs, each with a report of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from propman.tickets.models import Ticket
from tests.callbacks.calls import call, completed
from tests.hostile import values as v
from tests.hostile.targets import ALL_AT_ONCE, Fields, Maker, Target

MEI = "dispatcher_mei"


def calls(make: Maker) -> Iterator[Target]:
    """The lists, one call, and what is sent from it."""
    session, world = make.session, make.world

    def done(days: int = 0) -> Ticket:
        return completed(session, world, now=make.now - timedelta(days=days))

    def version(ticket: Ticket) -> Fields:
        return {"version": (v.CHOICE, str(ticket.version))}

    asked = dict.fromkeys(("show", "community", "skip"), (v.ANYTHING, ""))
    yield Target("callbacks.waiting", MEI, query=asked)
    yield Target("callbacks.call", MEI, {"number": done().number})
    yield Target("callbacks.take", MEI, {"number": done().number}, form={})
    yield Target("callbacks.leave", MEI, {"number": done().number}, form={})
    reached = done()
    answers = {
        "outcome": (v.CHOICE, "reached"), "in_time": (v.CHOICE_OR_NONE, "no"), "solved": (v.CHOICE_OR_NONE, "no"),
        "stars": (v.CHOICE_OR_NONE, "1"), "words": (v.TOLD, ALL_AT_ONCE), "later_on": (v.DAY_OR_NONE, ""),
        "later_from": (v.CHOICE, "09:00"),
    }  # fmt: skip
    yield Target("callbacks.result", MEI, {"number": reached.number}, form=version(reached) | answers)
    unreached = done(2)
    for days in (2, 1, 0):
        call(session, world, unreached, "no_answer", now=make.now - timedelta(days=days))
    yield Target("callbacks.end", MEI, {"number": unreached.number}, form=version(unreached))
