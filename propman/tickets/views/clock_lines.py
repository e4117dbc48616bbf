"""The clocks of a ticket as pages show them: how each run stands, and how its deadline came to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.calendar import WorkCalendar
from propman.catalogue.queries import work_calendar
from propman.limits import Limit
from propman.tickets import explain, sla
from propman.tickets.labels import CLOCKS
from propman.tickets.models import STAND_STILL, ClockKind
from propman.tickets.queries.rows import AnyEvent, ClockRow
from propman.tickets.sla import Verdict
from propman.tickets.views.words import said
from propman.tickets.workflow import Action
from propman.web.speech import Speech, speech

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
    counted: explain.Run
    calendar_at: explain.CalendarAt

    @property
    def steps(self) -> list[str]:
        """How its deadline was counted, in words: only where a page says so, for it takes most of the time."""
        return [said(step) for step in explain.steps(self.counted, self.calendar_at)]


def clock_lines(
    session: Session, clocks: Iterable[ClockRow], events: Sequence[AnyEvent], now: datetime
) -> tuple[ClockLine, ...]:  # fmt: skip
    """The runs of the `clocks` of a ticket, in the order of `ClockKind`; `events` is its timeline."""

    def calendar_at(at: datetime) -> WorkCalendar:
        return work_calendar(session, clock.local_date(at))

    speak = speech()
    holds = explain.pauses((event.action, event.at) for event in events)
    merged, separated = (
        {event.at for event in events if event.action is action} for action in (Action.MERGE, Action.SEPARATE)
    )
    runs = sorted(clocks, key=lambda run: (ORDER.index(run.kind), run.run))
    told = []
    for _kind, group in groupby(runs, lambda run: run.kind):
        own = list(group)
        after_what = ""
        reopened = 0
        for before, run, after in zip([None, *own], own, [*own[1:], None], strict=False):
            if before is not None and before.started_at != run.started_at:
                reopened += run.started_at not in separated
                after_what = speak("after being separated") if run.started_at in separated else speak(
                    "after reopening %(number)s", number=reopened
                )  # fmt: skip
            replaced = after if after is not None and after.started_at == run.started_at else None
            counted = _explained(run, before, holds)
            told.append(_line(run, counted, calendar_at, now, after_what, _gone(run, replaced, merged), speak))
    return tuple(told)


def _explained(run: ClockRow, before: ClockRow | None, holds: Sequence[explain.Pause]) -> explain.Run:
    """`run` as the explanation takes it; `before` is the run whose place it took, if it was extended."""
    granted_at = before.stopped_at if before is not None else None
    return explain.Run(
        limit=run.limit, priority=run.priority, started_at=run.started_at, stopped_at=run.stopped_at,
        due_at=run.due_at, pauses=holds if run.kind in STAND_STILL else (),
        extended=(run.extended_on, granted_at) if run.extended_on and granted_at else None,
    )  # fmt: skip


def _gone(run: ClockRow, replaced: ClockRow | None, merged: Collection[datetime]) -> str | None:
    """Why `replaced` took the place of `run`, if it did; `merged` are the moments at which the report was merged."""
    if replaced is None:
        return None
    if run.stopped_at in merged:
        return str(_("stopped when it was merged, runs on since it was separated"))
    return str(_("replaced: the deadline was extended") if replaced.extended_on else _("replaced by a correction"))


def _line(
    run: ClockRow, counted: explain.Run, calendar_at: explain.CalendarAt, now: datetime, after_what: str,
    gone: str | None, speak: Speech,
) -> ClockLine:  # fmt: skip
    """One run in words: after what it began, if not with the report, and why another took its place, if one did."""
    verdict = sla.verdict(run.due_at, run.stopped_at, now)
    ended = run.answered is False or gone is not None
    label = speak.of(CLOCKS)[run.kind]
    return ClockLine(
        kind=run.kind,
        run=run.run,
        label=speak("%(clock)s, %(after)s", clock=label, after=after_what) if after_what else label,
        standing="none" if ended else "paused" if run.paused_at else STANDINGS[verdict],
        words=gone or (speak("ended with the report") if ended else None),
        due_at=run.due_at,
        stopped_at=run.stopped_at,
        late=verdict in {Verdict.LATE, Verdict.MISSED} and run.paused_at is None and not gone,
        running=run.stopped_at is None,
        limit=_limit(run.limit, run.priority, speak),
        counted=counted,
        calendar_at=calendar_at,
    )


@lru_cache(maxsize=1000)  # the limits of a few dozen rules
def _limit(limit: str, priority: str, speak: Speech) -> str:
    step = sla.limit_in_words(Limit.parse(limit), priority)
    return speak(step.message, **step.params)
