"""What is open follows the calendar: a holiday that is moved moves what falls on it, by a recorded event.

By state, so that any number of processes may look, and a second look moves nothing. What has its end never moves, and
so does nothing that was to be done by today: a calendar that changes afterwards makes nobody late, and nobody early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import administrators, ways_to
from propman.catalogue.queries import work_calendar
from propman.inspections.models import Counts, Duty, DutyAct, Plan, PlanVersion, Target
from propman.inspections.notices import tell_provisional
from propman.inspections.operations.ending import note_down
from propman.inspections.operations.laying import row_of
from propman.inspections.queries import terms_of, versions_of
from propman.inspections.queries.candidates import key_of
from propman.inspections.queries.stays import chains
from propman.inspections.schedule import LONGEST_SHIFT, OnHolidays, shifted
from propman.inspections.terms import due_from

AT_ONCE = 500  # duties that are moved in one transaction
NEAR = timedelta(days=400)  # of what lies farther ahead every day is looked at
_DAY = timedelta(days=1)

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True)
class _Open:
    id: int
    due_on: date
    do_on: date
    skips: bool
    behaviour: OnHolidays


def follow_calendar(session: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Move what is open and falls otherwise by the calendar of today; how many. Flushes.

    Rivals leave each other's duties alone; the caller commits, and goes on while there were any.
    """
    today = clock.local_date(now)
    is_workday = work_calendar(session, today).is_workday
    wrong = [one.id for one in _candidates(session, today, is_workday) if _falls(one, today, is_workday)][:most]
    if not wrong:
        return 0
    still = (Duty.ended_as.is_(None), Duty.superseded_by.is_(None))
    query = select(Duty).join(Duty.target).where(Duty.id.in_(wrong), *still).order_by(Duty.id)
    held = query.with_for_update(skip_locked=True, of=(Duty, Target)).execution_options(populate_existing=True)
    duties = session.scalars(held).all()
    plans = {one.id: one for one in session.scalars(select(Plan).where(Plan.id.in_({
        duty.target.plan_id for duty in duties
    })))}  # fmt: skip
    versions = versions_of(session, plans.keys())
    return sum(
        _move(session, duty, plans[duty.target.plan_id], versions[duty.target.plan_id], is_workday, now)
        for duty in duties
    )


def warn_of_calendar(session: Session, *, now: datetime) -> int:
    """Tell the administrators, once a week, of a year whose holidays are not published although it is time; how many
    messages. Flushes.
    """
    on = clock.local_date(now)
    year = work_calendar(session, on).unconfirmed(on)
    if year is None:
        return 0
    people = sorted({one.user_id for one in session.scalars(administrators(on))})
    channels = ways_to(session, people, mailed=True, texted=False)
    return tell_provisional(session, year=year, week=on - on.weekday() * _DAY, channels=channels, now=now)


def _candidates(session: Session, today: date, is_workday: IsWorkday) -> Iterator[_Open]:
    """What is open, minds holidays, and is moved already or falls on a day that is not worked."""
    since = today - LONGEST_SHIFT * _DAY
    off = [day for number in range((NEAR + LONGEST_SHIFT * _DAY).days) if not is_workday(day := since + number * _DAY)]
    falls = or_(Duty.do_on != Duty.due_on, Duty.skips, Duty.due_on.in_(off), Duty.due_on > today + NEAR)
    query = (
        select(Duty.id, Duty.due_on, Duty.do_on, Duty.skips, PlanVersion.on_holidays)
        .join(Target, Target.id == Duty.target_id)
        .join(PlanVersion, (PlanVersion.plan_id == Target.plan_id) & (PlanVersion.number == Duty.plan_version))
        .where(Duty.ended_as.is_(None), Duty.superseded_by.is_(None), Duty.due_on >= since, falls,
               PlanVersion.on_holidays != OnHolidays.AS_IS)
        .order_by(Duty.id)
    )  # fmt: skip
    return (_Open(*row) for row in session.execute(query))


def _falls(one: _Open, today: date, is_workday: IsWorkday) -> bool:
    """Whether it falls otherwise than it stands, and still may."""
    do_on = shifted(one.due_on, one.behaviour, is_workday)
    if (one.do_on, one.skips) == (do_on or one.due_on, do_on is None):
        return False
    return min(one.do_on, do_on or one.due_on) >= today


def _move(
    session: Session, duty: Duty, plan: Plan, versions: Sequence[PlanVersion], is_workday: IsWorkday, now: datetime
) -> int:
    """Give `duty`, which is held, its day and window as they are laid today; 0 where a rival did so before."""
    version = next(one for one in versions if one.number == duty.plan_version)
    target = duty.target
    if version.counts is Counts.COMPLETION:
        chain = chains(session, plan.template, plan.schedule, [target])[key_of(target.place_id, target.asset_id)]
        plans = versions_of(session, {stay.plan_id for stay in chain.stays})
        due, last_end = next(chain.following(plans, target.anchor_on), None), chain.last_end
    else:
        terms, last_end = terms_of(versions, target.anchor_on, target.ends_on, target.starts_on), None
        due = next(due_from(terms, duty.due_on), None)
    if due is None or due.on != duty.due_on:
        return 0  # the plan says otherwise of its days by now: whoever changed it lays anew
    row = row_of(plan, due, version, is_workday, last_end)
    moved = {name: row[name] for name in ("do_on", "opens_on", "closes_on", "cut_off_on", "skips")}
    if all(getattr(duty, name) == value for name, value in moved.items()):
        return 0
    for name, value in moved.items():
        setattr(duty, name, value)
    note_down(session, duty, DutyAct.MOVE, actor_id=None, now=now, do_on=duty.do_on)
    return 1
