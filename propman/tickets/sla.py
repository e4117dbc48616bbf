"""Deadlines of the two clocks of a ticket, each explained step by step; pauses; verdicts. Pure.

"N h" and "N min" run through the night for P0 and P1 and on working time otherwise; "N days" ends at the close of the
Nth workday after the day of the start; "–", "agreed" and "by grade" set no limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from propman import clock
from propman.calendar import CountedDay, Reason, WorkCalendar
from propman.limits import Limit, LimitKind, Priority
from propman.text import N_

ROUND_THE_CLOCK = frozenset({Priority.P0, Priority.P1})
MOST_STEPS = 12
"""More runs of days than this, and the middle of the explanation is summed up in one step."""
_FIRST_KEPT, _LAST_KEPT = 5, 4

NO_LIMIT = {
    LimitKind.NONE: N_("No time limit is set."),
    LimitKind.AGREED: N_("No time limit: the time is agreed with the reporter."),
    LimitKind.BY_GRADE: N_("No time limit here: it depends on the grade of service in the contract."),
}
_WORDS = {
    (LimitKind.AT_ONCE, True): N_("at once: within %(number)s minutes, day and night"),
    (LimitKind.AT_ONCE, False): N_("at once: within %(number)s minutes of working time"),
    (LimitKind.MINUTES, True): N_("within %(number)s minutes, day and night"),
    (LimitKind.MINUTES, False): N_("within %(number)s minutes of working time"),
    (LimitKind.HOURS, True): N_("within %(number)s h, day and night"),
    (LimitKind.HOURS, False): N_("within %(number)s h of working time"),
    (LimitKind.DAYS, False): N_("by the close of workday %(number)s after the day it starts"),
}
_NOT_COUNTED = {
    Reason.WEEKEND: (N_("%(day)s: weekend, not counted"), N_("%(day)s to %(last)s: weekend, not counted")),
    Reason.HOLIDAY: (N_("%(day)s: %(holiday)s, not counted"), N_("%(day)s to %(last)s: %(holiday)s, not counted")),
}

_HOLIDAY = N_("public holiday")

Param = date | datetime | time | int | str


@dataclass(frozen=True)
class Step:
    """One line of an explanation: an English `message` marked for translation, and its `params`.

    A `datetime` is an aware UTC moment, a `date` a local day, a `time` a local clock time: the page writes them in
    its language. A `str` is itself a message to translate (the name of a holiday).
    """

    message: str
    params: Mapping[str, Param]


@dataclass(frozen=True)
class Deadline:
    """When a clock is due (None: no limit), why, by which calendar, and the years in it that may still change."""

    due_at: datetime | None
    steps: tuple[Step, ...]
    calendar_version: str
    provisional_years: tuple[int, ...] = ()


class Verdict(StrEnum):
    """How a clock stands: `running` and `late` while it runs, `met` and `missed` once stopped."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    LATE = "late"
    NO_LIMIT = "no_limit"


def verdict(due_at: datetime | None, stopped_at: datetime | None, now: datetime) -> Verdict:
    """How a clock stands at `now`. What happens at the very moment it is due is in time."""
    if due_at is None:
        return Verdict.NO_LIMIT
    if stopped_at is not None:
        return Verdict.MET if stopped_at <= due_at else Verdict.MISSED
    return Verdict.RUNNING if now <= due_at else Verdict.LATE


def runs_through_the_night(limit: Limit, priority: str) -> bool:
    """Whether the limit counts every minute, day and night, rather than working time."""
    return limit.span is not None and priority in ROUND_THE_CLOCK


def limit_in_words(limit: Limit, priority: str) -> Step:
    """The limit as a phrase for the page: "within 24 h, day and night"; for no limit, the sentence that says so."""
    if limit.kind in NO_LIMIT:
        return Step(NO_LIMIT[limit.kind], {})
    number = limit.number or _minutes(limit.span or timedelta())
    return Step(_WORDS[limit.kind, runs_through_the_night(limit, priority)], {"number": number})


def due(limit: Limit, *, priority: str, start_at: datetime, calendar: WorkCalendar) -> datetime | None:
    """When a clock with this `limit`, started at `start_at` (aware UTC), is due; None where nothing sets a time."""
    if limit.kind in NO_LIMIT:
        return None
    if limit.span is None:
        return calendar.close_of_workday_after(start_at, limit.number)
    if runs_through_the_night(limit, priority):
        return start_at + limit.span
    return calendar.add_working_time(start_at, limit.span)


def deadline(limit: Limit, *, priority: str, start_at: datetime, calendar: WorkCalendar) -> Deadline:
    """As `due`, with the steps that lead there."""
    due_at = due(limit, priority=priority, start_at=start_at, calendar=calendar)
    if due_at is None:
        return Deadline(None, (Step(NO_LIMIT[limit.kind], {}),), calendar.version)
    starts = Step(N_("The clock starts %(at)s"), {"at": start_at})
    if limit.span is None:
        counted = _explain_days(calendar, start_at, due_at)
    elif runs_through_the_night(limit, priority):
        message = N_("%(minutes)s minutes counted day and night, workday or not")
        return _finished(due_at, (starts, Step(message, {"minutes": _minutes(limit.span)})), calendar, ())
    else:
        counted = _explain_hours(calendar, start_at, due_at)
    return _finished(due_at, (starts, *counted), calendar, calendar.provisional_years(start_at, due_at))


def end_of(day: date) -> datetime:
    """When an extension to `day` is over: as the day ends, to the minute."""
    return clock.at_local(day, time(23, 59))


def extend_by_pause(
    limit: Limit,
    *,
    priority: str,
    due_at: datetime | None,
    paused_from: datetime,
    paused_until: datetime,
    calendar: WorkCalendar,
) -> Deadline:
    """The deadline after a hold in [paused_from, paused_until), never earlier than `due_at`.

    A limit that runs day and night moves by the time that passed, one on working time by the working time in the
    pause, one in days by the workdays that closed in it. A pause that ends before it began (a clock set back) is
    empty. What was missed before the pause stays missed: the new deadline is then not after the pause's end.
    """
    if due_at is None:
        return Deadline(None, (Step(NO_LIMIT[limit.kind], {}),), calendar.version)
    pause: dict[str, Param] = {"start": paused_from, "end": paused_until}
    years: tuple[int, ...] = ()
    if limit.span is None:
        workdays = calendar.closes_between(paused_from, paused_until)
        moved = calendar.close_of_workday_after(due_at, workdays) if workdays else due_at
        step = Step(N_("On hold %(start)s to %(end)s; workdays added: %(days)s"), pause | {"days": workdays})
    elif runs_through_the_night(limit, priority):
        span = max(paused_until - paused_from, timedelta())
        moved = due_at + span
        step = Step(N_("On hold %(start)s to %(end)s: %(minutes)s minutes added"), pause | {"minutes": _minutes(span)})
    else:
        span = calendar.working_time(paused_from, paused_until)
        moved = calendar.add_working_time(due_at, span)
        message = N_("On hold %(start)s to %(end)s: %(minutes)s minutes of working time added")
        step = Step(message, pause | {"minutes": _minutes(span)})
    if not runs_through_the_night(limit, priority):
        years = calendar.provisional_years(min(paused_from, due_at), max(paused_until, moved))
    return _finished(moved, (Step(N_("It was due %(at)s"), {"at": due_at}), step), calendar, years)


def _finished(
    due_at: datetime, steps: tuple[Step, ...], calendar: WorkCalendar, provisional_years: tuple[int, ...]
) -> Deadline:
    message = N_("The holidays for %(year)s are not yet published: this deadline may still move")
    warnings = tuple(Step(message, {"year": year}) for year in provisional_years)
    due = Step(N_("Due %(at)s"), {"at": due_at})
    return Deadline(due_at, (*steps, due, *warnings), calendar.version, provisional_years)


def _explain_hours(calendar: WorkCalendar, start_at: datetime, due_at: datetime) -> list[Step]:
    days = list(calendar.days_between(start_at, due_at))
    edges = {days[0].day, days[-1].day}
    return [_hours_step(run) for run in _runs(days, edges)]


def _explain_days(calendar: WorkCalendar, start_at: datetime, due_at: datetime) -> list[Step]:
    first, *days = calendar.days_between(start_at, due_at)
    steps = [Step(N_("%(day)s: the day it starts is not counted"), {"day": first.day})]
    done = 0
    for run in _runs(days, set()):
        steps.append(_days_step(run, done))
        done += _workdays(run)
    return steps


def _runs(days: list[CountedDay], edges: set[date]) -> list[list[CountedDay]]:
    """Neighbouring days with the same reason together; `edges` and make-up workdays alone; a long middle as one run."""

    def alike(day: CountedDay) -> tuple[object, ...]:
        return (day.why, day.day if day.day in edges or day.why.reason is Reason.MAKE_UP else None)

    runs = [list(run) for _, run in groupby(days, alike)]
    if len(runs) <= MOST_STEPS:
        return runs
    middle = [day for run in runs[_FIRST_KEPT:-_LAST_KEPT] for day in run]
    return [*runs[:_FIRST_KEPT], middle, *runs[-_LAST_KEPT:]]


def _hours_step(run: list[CountedDay]) -> Step:
    """One line for a run of days whose working time is counted in minutes."""
    first, last = run[0], run[-1]
    where: dict[str, Param] = {"day": first.day, "last": last.day}
    minutes = sum(day.minutes for day in run)
    if len({day.why.reason for day in run}) > 1:
        off = len(run) - _workdays(run)
        message = N_("%(day)s to %(last)s: %(workdays)s workdays, %(minutes)s minutes counted; days off: %(off)s")
        return Step(message, where | {"workdays": _workdays(run), "minutes": minutes, "off": off})
    if not _workdays(run):
        return _not_counted(run)
    if len(run) > 1:
        message = N_("%(day)s to %(last)s: %(workdays)s workdays, %(minutes)s minutes counted")
        return Step(message, where | {"workdays": len(run), "minutes": minutes})
    if not first.pieces:
        return Step(N_("%(day)s: outside working hours, nothing counted"), {"day": first.day})
    begins, ends = (clock.local(at).time() for at in (first.pieces[0][0], first.pieces[-1][1]))
    part: dict[str, Param] = {"day": first.day, "start": begins, "end": ends, "minutes": minutes}
    if first.why.reason is Reason.MAKE_UP:
        return Step(N_("%(day)s, make-up workday, %(start)s to %(end)s: %(minutes)s minutes counted"), part)
    return Step(N_("%(day)s, %(start)s to %(end)s: %(minutes)s minutes counted"), part)


def _days_step(run: list[CountedDay], done: int) -> Step:
    """One line for a run of days counted as whole workdays, of which `done` came before."""
    first, last = run[0], run[-1]
    where: dict[str, Param] = {"day": first.day, "last": last.day}
    if not _workdays(run):
        return _not_counted(run)
    if len(run) == 1 and first.why.reason is Reason.MAKE_UP:
        return Step(N_("%(day)s, make-up workday: workday %(number)s"), {"day": first.day, "number": done + 1})
    if len(run) == 1:
        return Step(N_("%(day)s: workday %(number)s"), {"day": first.day, "number": done + 1})
    numbers: dict[str, Param] = {"number": done + 1, "until": done + _workdays(run)}
    if _workdays(run) < len(run):
        message = N_("%(day)s to %(last)s: workdays %(number)s to %(until)s; days off: %(off)s")
        return Step(message, where | numbers | {"off": len(run) - _workdays(run)})
    return Step(N_("%(day)s to %(last)s: workdays %(number)s to %(until)s"), where | numbers)


def _not_counted(run: list[CountedDay]) -> Step:
    one_day, several = _NOT_COUNTED[run[0].why.reason]
    params: dict[str, Param] = {"day": run[0].day}
    if run[0].why.reason is Reason.HOLIDAY:
        params["holiday"] = run[0].why.name or _HOLIDAY
    if len(run) == 1:
        return Step(one_day, params)
    return Step(several, params | {"last": run[-1].day})


def _workdays(run: Iterable[CountedDay]) -> int:
    return sum(day.why.reason in (Reason.ORDINARY, Reason.MAKE_UP) for day in run)


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)
