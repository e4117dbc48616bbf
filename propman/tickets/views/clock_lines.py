"""The two clocks of a ticket as pages show them: how each run stands, and how its deadline came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.calendar import WorkCalendar
from propman.catalogue.queries import work_calendar
from propman.limits import Limit
from propman.tickets import explain, sla
from propman.tickets.labels import CLOCKS
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.queries import clocks_of
from propman.tickets.sla import Verdict
from propman.tickets.views.words import said

STANDINGS = {
    Verdict.RUNNING: "running",
    Verdict.LATE: "over",
    Verdict.MET: "met",
    Verdict.MISSED: "missed",
    Verdict.NO_LIMIT: "none",
}
"""Verdict -> what the macro `clock` of _macros/ticket.html calls it."""

ORDER = list(ClockKind)


@dataclass(frozen=True)
class ClockLine:
    """One run of one clock. `words` replace those of the macro `clock`; `late` says that its time was missed."""

    kind: ClockKind
    run: int
    label: str
    standing: str
    words: str | None
    due_at: datetime | None
    stopped_at: datetime | None
    late: bool
    running: bool
    limit: str
    steps: tuple[str, ...]


def clock_lines(
    session: Session, ticket: Ticket, events: Sequence[TicketEvent], now: datetime
) -> tuple[ClockLine, ...]:
    """The respond clock of `ticket`, then every run of the resolve clock; `events` is its timeline."""

    @cache
    def calendar_on(day: date) -> WorkCalendar:
        return work_calendar(session, day)

    holds = explain.pauses((event.action, event.at) for event in events)
    return tuple(
        _line(
            run,
            explain.steps(
                explain.Run(
                    limit=run.limit, priority=ticket.priority, started_at=run.started_at, stopped_at=run.stopped_at,
                    due_at=run.due_at, pauses=holds if run.kind is ClockKind.RESOLVE else (),
                ),
                lambda at: calendar_on(clock.local_date(at)),
            ),
            ticket.priority,
            now,
        )
        for run in sorted(clocks_of(session, ticket), key=lambda run: (ORDER.index(run.kind), run.run))
    )  # fmt: skip


def _line(run: TicketClock, steps: Sequence[sla.Step], priority: str, now: datetime) -> ClockLine:
    verdict = sla.verdict(run.due_at, run.stopped_at, now)
    ended = run.answered is False
    label = str(CLOCKS[run.kind])
    return ClockLine(
        kind=run.kind,
        run=run.run,
        label=label if run.run == 1 else _("%(clock)s, after reopening %(number)s", clock=label, number=run.run - 1),
        standing="none" if ended else "paused" if run.paused_at else STANDINGS[verdict],
        words=_("ended with the report") if ended else None,
        due_at=run.due_at,
        stopped_at=run.stopped_at,
        late=verdict in {Verdict.LATE, Verdict.MISSED} and run.paused_at is None,
        running=run.stopped_at is None,
        limit=said(sla.limit_in_words(Limit.parse(run.limit), priority)),
        steps=tuple(said(step) for step in steps),
    )
