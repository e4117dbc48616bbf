"""Every due occurrence becomes a row, sixty days ahead.

Correctness needs no leader: a due day that is laid stays in the way of a second one (`uq_duty_due`), and how far a
target was laid moves in the same transaction. So any number of processes lay, and what one leaves undone another does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from propman import clock
from propman.catalogue.queries import work_calendar
from propman.db import insert_absent, set_each
from propman.inspections.models import Duty, Plan, PlanVersion, Target
from propman.inspections.operations.holding import hold_stays
from propman.inspections.queries import terms_of, versions_of
from propman.inspections.queries.stays import chains
from propman.inspections.schedule import AHEAD as AHEAD
from propman.inspections.schedule import shifted
from propman.inspections.terms import Due, due_between

AT_ONCE = 2000  # targets in one transaction
_DAY = timedelta(days=1)

Row = dict[str, Any]
_Alike = tuple[int, date, date | None, date | None]
_Laid = tuple[list[Row], date | None]
"""Rows, and the first due day beyond."""


def lay_due(session: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Lay what is due up to sixty days ahead, for `most` targets; how many targets there were. Flushes.

    Rivals leave each other's targets alone; the caller commits, and goes on while there were any.
    """
    until = clock.local_date(now) + AHEAD
    query = select(Target).where(Target.next_on <= until).order_by(Target.next_on, Target.id).limit(most)
    targets = session.scalars(query.with_for_update(skip_locked=True)).all()
    lay(session, targets=targets, until=until, now=now)
    return len(targets)


def lay(session: Session, *, targets: Sequence[Target], until: date, now: datetime) -> int:
    """Lay what is due of `targets` up to and with the day `until`, each from where it was laid to; how many are new.

    The caller holds the targets. Flushes.
    """
    wanted = select(Plan).where(Plan.id.in_({one.plan_id for one in targets}))
    plans = {plan.id: plan for plan in session.scalars(wanted)}
    versions, is_workday = versions_of(session, plans.keys()), work_calendar(session, clock.local_date(now)).is_workday
    laid: dict[_Alike, _Laid] = {}
    rows, beyond = list[Row](), dict[int, date | None]()
    for one in targets:
        alike = one.plan_id, one.anchor_on, one.next_on, one.ends_on
        if alike not in laid:
            laid[alike] = _of_alike(one, plans[one.plan_id], versions[one.plan_id], until, is_workday)
        found, beyond[one.id] = laid[alike]
        rows += ({**row, "target_id": one.id} for row in found)
    new = insert_absent(session, Duty, rows)
    set_each(session, Target.next_on, beyond)
    for one in targets:
        set_committed_value(one, "next_on", beyond[one.id])
    return new


def lay_next(session: Session, *, targets: Sequence[Target], now: datetime) -> None:
    """Lay the one duty that follows of each of `targets` of a plan that counts from completion; none where one is open,
    in whichever plan of the schedule, or the plan stands still for good. Holds all stays of the same things. Flushes.
    """
    if not targets:
        return
    session.flush()
    hold_stays(session, targets)
    plan, is_workday = targets[0].plan, work_calendar(session, clock.local_date(now)).is_workday
    found = chains(session, plan.template, plan.schedule, targets)
    versions = versions_of(session, {stay.plan_id for chain in found.values() for stay in chain.stays})
    for target in targets:
        target.next_on = None
    for chain in found.values():
        due = next(chain.following(versions, chain.stays[0].anchor_on), None) if not chain.waits else None
        stay = chain.stay_of(due) if due else None
        if due is None or stay is None:
            continue
        version = next(one for one in versions[stay.plan_id] if one.number == due.term.number)
        row = row_of(stay.plan, due, version, is_workday, chain.last_end)
        session.add(Duty(target_id=stay.id, **row))
    session.flush()


def _of_alike(
    target: Target, plan: Plan, versions: Sequence[PlanVersion], until: date, is_workday: Callable[[date], bool]
) -> _Laid:
    """What all targets of `plan` have due that are counted like `target`."""
    if target.next_on is None:
        return [], None
    by_number = {version.number: version for version in versions}
    terms = terms_of(versions, target.anchor_on, target.ends_on)
    found, beyond = due_between(terms, target.next_on, until)
    return [row_of(plan, due, by_number[due.term.number], is_workday) for due in found], beyond


def row_of(
    plan: Plan, due: Due, version: PlanVersion, is_workday: Callable[[date], bool], last_end: date | None = None
) -> Row:
    """The columns of a duty of `plan` that is `due` by `version`, but for its target; `last_end` is from when it is
    counted, where that is from completion.
    """
    do_on = shifted(due.on, version.on_holidays, is_workday)
    gap = last_end + timedelta(days=version.greatest_gap) if last_end and version.greatest_gap else None
    window = due.window(do_on or due.on, gap)
    after = min(last_end + _DAY, do_on or due.on) if last_end else window.opens_on  # one walk is in time for one alone
    return {
        "plan_version": version.number, "community_id": plan.community_id, "due_on": due.on, "do_on": do_on or due.on,
        "opens_on": max(window.opens_on, after), "closes_on": window.closes_on, "cut_off_on": window.cut_off_on,
        "skips": do_on is None,
    }  # fmt: skip
