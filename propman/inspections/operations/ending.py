"""How a duty ends: by work in time or late, missed when its cut-off has passed, excused by another; for ever.

No absence and no outage takes a duty away: what nobody did is missed, and what is done later is a make-up (补检).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.queries import holder_on
from propman.db import ID_LIMIT, held
from propman.errors import Refused, Stale
from propman.inspections.models import Counts, Duty, DutyAct, DutyEvent, Target
from propman.inspections.operations.holding import hold_stays, hold_target
from propman.inspections.operations.laying import lay_next
from propman.inspections.queries import made_up, versions_of
from propman.inspections.queries.stays import chained_plans, stays_of
from propman.inspections.schedule import End
from propman.personal import TextKind, write
from propman.text import N_

AT_ONCE = 500  # duties that are missed in one transaction
_DAY = timedelta(days=1)


def end(session: Session, *, duty_id: int, done_on: date, actor_id: int | None, now: datetime) -> DutyEvent:
    """The work was done on `done_on`, which is not to come: in time or late. Flushes.

    Raises `NotFound`, `Stale` where it has an end or counts no more, `Refused` (422) for a day outside its window.
    """
    duty = open_duty(session, duty_id)
    if done_on > clock.local_date(now):
        raise Refused(N_("This day is still to come."), field="done_on")
    how = _how(session, duty, done_on)
    if how is None and done_on < duty.opens_on:
        raise Refused(N_("It is too early: this inspection can be done from %(day)s on."), field="done_on",
                      day=duty.opens_on)  # fmt: skip
    if how is None:
        raise Refused(N_("It is too late: this inspection could be done until %(day)s."), field="done_on",
                      day=duty.cut_off_on)  # fmt: skip
    return close(session, duty, how, actor_id=actor_id, now=now, done_on=done_on)


def end_missed(session: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """End what is past its cut-off: missed, or left out for a holiday as its plan says; how many. Flushes.

    Rivals leave each other's duties alone; the caller commits, and goes on while there were any.
    """
    today = clock.local_date(now)
    over = (
        select(Duty)
        .join(Duty.target)
        .where(Duty.cut_off_on < today, Duty.ended_as.is_(None), Duty.superseded_by.is_(None))
    )
    found = over.order_by(Duty.cut_off_on, Duty.id).limit(most).with_for_update(skip_locked=True, of=(Duty, Target))
    duties, ended = session.scalars(found.execution_options(populate_existing=True)).all(), 0
    chained = chained_plans(session, {duty.target.plan_id for duty in duties})
    for duty in duties:
        if duty.target.plan_id not in chained or hold_stays(session, [duty.target], wait=False):
            close(session, duty, End.SKIPPED if duty.skips else End.MISSED, actor_id=None, now=now)
            ended += 1
    return ended


def make_up(session: Session, *, duty_id: int, actor_id: int, note: str | None, now: datetime) -> DutyEvent:
    """What was missed is done after all, once: linked to it, and it stays missed. Flushes. Raises `NotFound`, and
    `Refused` (409) for what was not missed or has its make-up.
    """
    duty = held(session, Duty, duty_id)
    if duty.ended_as is not End.MISSED:
        raise Refused(N_("Only what was missed is made up for."), status=409)
    if made_up(session, duty_id):
        raise Refused(N_("This was made up for already."), status=409)
    return note_down(session, duty, DutyAct.MAKE_UP, actor_id=actor_id, now=now, note=note)


def open_duty(session: Session, duty_id: int) -> Duty:
    """The duty, held, and its target before it: in this order, as whoever changes a plan holds them. Raises `Stale`
    where it has an end or counts no more.
    """
    target_id = session.scalar(select(Duty.target_id).where(Duty.id == duty_id)) if 0 < duty_id < ID_LIMIT else None
    hold_target(session, target_id)
    duty = held(session, Duty, duty_id)
    if duty.ended_as is not None or duty.superseded_by is not None:
        raise Stale()
    return duty


def _how(session: Session, duty: Duty, done_on: date) -> End | None:
    """In time, late or neither; late, too, where the last visit was longer ago than the plan allows."""
    if not duty.opens_on <= done_on <= duty.cut_off_on:
        return None
    if done_on > duty.closes_on:
        return End.LATE
    plan = duty.target.plan
    gap = next(one.greatest_gap for one in versions_of(session, [plan.id])[plan.id] if one.number == duty.plan_version)
    stays = stays_of(plan.template, plan.schedule, [duty.target]).with_only_columns(Target.id)
    visits = select(func.max(Duty.done_on)).where(
        Duty.target_id.in_(stays), Duty.superseded_by.is_(None), Duty.occasion_id.is_(None)
    )  # by `uq_duty_due`, which knows no other duties
    last = session.scalar(visits) if gap else None
    return End.LATE if last is not None and gap is not None and (done_on - last).days > gap else End.DONE


def close(
    session: Session, duty: Duty, how: End, *, actor_id: int | None, now: datetime, note: str | None = None,
    done_on: date | None = None,
) -> DutyEvent:  # fmt: skip
    """Give `duty`, which is open and held, its end, and lay what follows. Flushes."""
    on = duty.cut_off_on if how in (End.MISSED, End.SKIPPED) else clock.local_date(now)
    answers = holder_on(session, duty.community_id, on).id
    duty.ended_as, duty.ended_at, duty.organisation_id, duty.done_on = how, now, answers, done_on
    duty.month = max(clock.month_of(now), duty.due_on.replace(day=1))
    event = note_down(session, duty, DutyAct.END, actor_id=actor_id, now=now, note=note, ended_as=how)
    _follow(session, duty, now)
    return event


def _follow(session: Session, duty: Duty, now: datetime) -> None:
    """Lay the next one of a plan that counts from completion."""
    target = session.get_one(Target, duty.target_id)
    versions = versions_of(session, [target.plan_id])[target.plan_id]
    if versions[-1].counts is Counts.COMPLETION:
        lay_next(session, targets=[target], now=now)


def note_down(
    session: Session, duty: Duty, act: DutyAct, *, actor_id: int | None, now: datetime, note: str | None = None,
    ended_as: End | None = None, do_on: date | None = None,
) -> DutyEvent:  # fmt: skip
    """Write down one move of `duty`, in its order. Flushes."""
    said = write(session, kind=TextKind.NOTE, body=note, now=now)
    last = session.scalar(select(func.max(DutyEvent.number)).where(DutyEvent.duty_id == duty.id)) or 0
    event = DutyEvent(
        duty_id=duty.id, number=last + 1, act=act, ended_as=ended_as, do_on=do_on, at=now, actor_id=actor_id,
        organisation_id=duty.organisation_id, note_id=said.id if said else None,
    )  # fmt: skip
    session.add(event)
    session.flush()
    return event


def supersede(
    session: Session, *, duties: Sequence[Duty], number: int, actor_id: int | None, now: datetime,
    why: str | None = None,
) -> None:  # fmt: skip
    """Let `duties`, which are open and held, count no more; `number` is the version of their plan that says so, `why`
    what no version of it says.
    """
    for duty in duties:
        duty.superseded_by = number
        note_down(session, duty, DutyAct.SUPERSEDE, actor_id=actor_id, now=now, note=why)
