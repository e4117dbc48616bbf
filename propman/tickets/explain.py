"""How a deadline came to be, rebuilt from what is stored: the steps that pages show. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from propman.calendar import WorkCalendar
from propman.limits import Limit
from propman.text import N_
from propman.tickets import sla
from propman.tickets.sla import Deadline, Step
from propman.tickets.workflow import Action

CHANGED = N_("Working hours or holidays were changed since. The deadline set at the time stands: %(at)s")
EXTENDED = N_("Extended to the end of %(day)s")
PAUSED = N_("On hold since %(at)s: the deadline moves once work goes on")

ENDS_A_HOLD = frozenset({Action.RESUME, Action.REFER, Action.TAKE_BACK, Action.MERGE})
"""Moves with which the clock of a ticket on hold runs on."""

CalendarAt = Callable[[datetime], WorkCalendar]
"""The working calendar as it is known at a moment."""


@dataclass(frozen=True)
class Pause:
    """On hold from `start` up to `end`; None while it lasts, or where the run ended during the hold."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Run:
    """One run of one clock, as it is stored. `pauses` are those of its ticket; others than its own are left out."""

    limit: str
    priority: str
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None
    pauses: Sequence[Pause] = ()
    extended: tuple[date, datetime] | None = None  # to the end of which day, and when that was granted


def pauses(moves: Iterable[tuple[Action, datetime]]) -> list[Pause]:
    """The holds in the `moves` of one ticket (action and moment, in their order)."""
    found: list[Pause] = []
    for action, at in moves:
        if action is Action.HOLD:
            found.append(Pause(at, None))
        elif action in ENDS_A_HOLD and found and found[-1].end is None:
            found[-1] = Pause(found[-1].start, at)
    return found


def steps(run: Run, calendar_at: CalendarAt) -> tuple[Step, ...]:
    """Line by line, how `run` came to its deadline, every hold included; for no limit the sentence that says so.

    Each part is computed with the calendar known at its moment, as it was then. Where this no longer gives the stored
    deadline (a correction that reaches back), the last step says so and names the stored one: that one stands.
    """
    due, lines = counted(run, calendar_at)
    if run.due_at is not None and due != run.due_at:
        lines.append(Step(CHANGED, {"at": run.due_at}))
    return tuple(lines)


def counted(run: Run, calendar_at: CalendarAt) -> tuple[datetime | None, list[Step]]:
    """When `run` is due, counted anew from its start with every hold that ended, and the steps that lead there."""
    limit = Limit.parse(run.limit)
    due = _begun(run, limit, calendar_at)
    if due.due_at is None:
        return None, [*due.steps]
    lines = [*due.steps]
    for pause in _within(run):
        if pause.end is None:
            lines += [Step(PAUSED, {"at": pause.start})] if run.stopped_at is None else []
            continue
        due = sla.extend_by_pause(
            limit, priority=run.priority, due_at=due.due_at, paused_from=pause.start, paused_until=pause.end,
            calendar=calendar_at(pause.end),
        )  # fmt: skip
        lines += due.steps
    return due.due_at, lines


def _begun(run: Run, limit: Limit, calendar_at: CalendarAt) -> Deadline:
    """The deadline before any hold: by the limit, or as it was extended."""
    if run.extended is None:
        start_at, priority = run.started_at, run.priority
        return sla.deadline(limit, priority=priority, start_at=start_at, calendar=calendar_at(start_at))
    day, granted_at = run.extended
    due_at = sla.end_of(day)
    return Deadline(due_at, (Step(EXTENDED, {"day": day}),), calendar_at(granted_at).version)


def _within(run: Run) -> Iterable[Pause]:
    since = run.extended[1] if run.extended else run.started_at
    return (
        pause
        for pause in run.pauses
        if pause.start >= since and (run.stopped_at is None or pause.start < run.stopped_at)
    )
