"""The clocks of a ticket as pages show them: how each run stands, and how its deadline came to be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from propman.tickets.models import STAND_STILL, ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.queries import clocks_of
from propman.tickets.sla import Verdict
from propman.tickets.views.words import said
from propman.tickets.workflow import Action

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
    """The runs of the clocks of `ticket`, in the order of `ClockKind`; `events` is its timeline."""

    @cache
    def calendar_on(day: date) -> WorkCalendar:
        return work_calendar(session, day)

    holds = explain.pauses((event.action, event.at) for event in events)
    merged, separated = (
        {event.at for event in events if event.action is action} for action in (Action.MERGE, Action.SEPARATE)
    )
    runs = sorted(clocks_of(session, ticket), key=lambda run: (ORDER.index(run.kind), run.run))
    told = []
    for kind in ClockKind:
        own = [run for run in runs if run.kind is kind]
        after_what = ""
        reopened = 0
        for before, run, after in zip([None, *own], own, [*own[1:], None], strict=False):
            if before is not None and before.started_at != run.started_at:
                reopened += run.started_at not in separated
                after_what = _("after being separated") if run.started_at in separated else _(
                    "after reopening %(number)s", number=reopened
                )  # fmt: skip
            replaced = after if after is not None and after.started_at == run.started_at else None
            steps = explain.steps(_explained(run, before, holds), lambda at: calendar_on(clock.local_date(at)))
            told.append(_line(run, steps, now, after_what, _gone(run, replaced, merged)))
    return tuple(told)


def _explained(run: TicketClock, before: TicketClock | None, holds: Sequence[explain.Pause]) -> explain.Run:
    """`run` as the explanation takes it; `before` is the run whose place it took, if it was extended."""
    granted_at = before.stopped_at if before is not None else None
    return explain.Run(
        limit=run.limit, priority=run.priority, started_at=run.started_at, stopped_at=run.stopped_at,
        due_at=run.due_at, pauses=holds if run.kind in STAND_STILL else (),
        extended=(run.extended_on, granted_at) if run.extended_on and granted_at else None,
    )  # fmt: skip


def _gone(run: TicketClock, replaced: TicketClock | None, merged: Collection[datetime]) -> str | None:
    """Why `replaced` took the place of `run`, if it did; `merged` are the moments at which the report was merged."""
    if replaced is None:
        return None
    if run.stopped_at in merged:
        return str(_("stopped when it was merged, runs on since it was separated"))
    return str(_("replaced: the deadline was extended") if replaced.extended_on else _("replaced by a correction"))


def _line(run: TicketClock, steps: Sequence[sla.Step], now: datetime, after_what: str, gone: str | None) -> ClockLine:
    """One run in words: after what it began, if not with the report, and why another took its place, if one did."""
    verdict = sla.verdict(run.due_at, run.stopped_at, now)
    ended = run.answered is False or gone is not None
    label = str(CLOCKS[run.kind])
    return ClockLine(
        kind=run.kind,
        run=run.run,
        label=_("%(clock)s, %(after)s", clock=label, after=after_what) if after_what else label,
        standing="none" if ended else "paused" if run.paused_at else STANDINGS[verdict],
        words=gone or (_("ended with the report") if ended else None),
        due_at=run.due_at,
        stopped_at=run.stopped_at,
        late=verdict in {Verdict.LATE, Verdict.MISSED} and run.paused_at is None and not gone,
        running=run.stopped_at is None,
        limit=said(sla.limit_in_words(Limit.parse(run.limit), run.priority)),
        steps=tuple(said(step) for step in steps),
    )
