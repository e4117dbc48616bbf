"""What happens to a report between its moves, as `world.toml` tells it: each through the operation of its page.

`to` of an appointment is from when to when on the next day, of a later deadline how many days it is to be later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from propman import clock
from propman.demo.acts import Hands
from propman.demo.plots import Plot, Step
from propman.demo.tones import tone
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket, TicketEvent

BY_STAFF: dict[str, Callable[..., TicketEvent]] = {
    "ask": tickets.ask,
    "note": tickets.note_down,
    "make_safe": tickets.make_safe,
    "grant_extension": tickets.grant_extension,
    "refuse_extension": tickets.refuse_extension,
}
BY_REPORTER = {"answer": tickets.answer, "add": tickets.add}


def talk(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> bool:
    """Let somebody take the step, if it is one of these; whether it was."""
    others = {"arrive": _arrive, "appoint": _appoint, "request_extension": _request, "correct": _correct}
    if step.do in BY_STAFF:
        BY_STAFF[step.do](hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now,
                          seen_version=ticket.version, note=step.note)  # fmt: skip
    elif step.do in BY_REPORTER:
        BY_REPORTER[step.do](hands.session, ticket=ticket, viewer=hands.reporter(plot, ticket, now), now=now,
                             seen_version=ticket.version, note=step.note, store=hands.store,
                             voice=tone(step.voice) if step.voice else None)  # fmt: skip
    elif step.do in others:
        others[step.do](hands, step, plot, ticket, now)
    return step.do in {*BY_STAFF, *BY_REPORTER, *others}


def _arrive(hands: Hands, _step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.arrive(hands.session, ticket=ticket, viewer=hands.assignee(ticket, now), now=now,
                   seen_version=ticket.version)  # fmt: skip


def _appoint(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    begins, ends = (time.fromisoformat(each) for each in step.to.split("-"))
    tickets.appoint(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now, begins=begins, ends=ends,
                    seen_version=ticket.version, note=step.note,
                    on=clock.local_date(now) + timedelta(days=1))  # fmt: skip


def _request(hands: Hands, step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    later = clock.local_date(now) + timedelta(days=int(step.to))
    tickets.request_extension(hands.session, ticket=ticket, viewer=hands.assignee(ticket, now), now=now, until_on=later,
                              seen_version=ticket.version, note=step.note)  # fmt: skip


def _correct(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """`to` is "category priority"."""
    category, priority = step.to.split()
    is_now = tickets.Correction(category, priority, ticket.place_id, ticket.asset_id)
    tickets.correct(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now, correction=is_now,
                    seen_version=ticket.version, note=step.note)  # fmt: skip
