"""What a plan says of time, version by version, and its targets joining and leaving. What was due stays due.

A version, and the end of a target, name a day: what was laid from that day on counts no more, and is laid anew as it
then stands. Whoever changes a plan holds it, then its targets, then their duties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import Refused
from propman.inspections import recurrence, schedule
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.operations.ending import supersede
from propman.inspections.operations.holding import hold_stays
from propman.inspections.operations.laying import AHEAD, lay, lay_next
from propman.inspections.queries import terms_of, versions_of
from propman.inspections.schedule import TOLERANCE, OnHolidays, Schedule, Season
from propman.inspections.terms import due_from
from propman.personal import TextKind, write
from propman.text import N_

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """What a version of a plan says, from its first day on; `by_template`: as the schedule of its template says;
    `falls_short`: less than that asks for.
    """

    rule: str
    first_on: date
    counts: Counts = Counts.CALENDAR
    on_holidays: OnHolidays = OnHolidays.AS_IS
    season: Season | None = None
    tolerance: int = TOLERANCE
    early: bool = False
    greatest_gap: int | None = None
    by_template: bool = False
    falls_short: bool = False


@dataclass(frozen=True)
class Aim:
    """A place, or a part at a place, that has a duty of its own; its days are counted from `anchor_on`."""

    place_id: int
    anchor_on: date
    asset_id: int | None = None


def judge(terms: Terms, anchor: date) -> None:
    """Raises `Refused` for terms by which nothing comes round from `anchor`, or that leave too great a gap."""
    schedule.judge(
        Schedule(recurrence.read(terms.rule), anchor, terms.first_on, None, terms.season, terms.greatest_gap)
    )


def terms_said(version: PlanVersion) -> Terms:
    """What a version says."""
    return Terms(version.rule, version.first_on, version.counts, version.on_holidays, version.season,
                 version.tolerance, version.early, version.greatest_gap, version.by_template,
                 version.falls_short)  # fmt: skip


def first_version(
    session: Session, plan: Plan, terms: Terms, actor_id: int | None, now: datetime, reason: str | None = None
) -> None:
    """Let `plan`, which is new, say `terms`. Raises `Refused` for what falls short without a reason."""
    reason_id = _why(session, terms, reason, now)
    session.add(as_version(plan, 1, terms, Pace.RUNS, actor_id, now, reason_id))


def next_version(
    session: Session, plan: Plan, terms: Terms, pace: Pace, reason: str | None, actor_id: int | None, now: datetime
) -> PlanVersion:
    """Let `plan`, which is held, say `terms` from their first day on. Flushes.

    A version that has not begun, and would not before this one, is taken back by it: it never holds. Raises `Refused`
    for a day that is not after today, or on or before which a duty has its end already; for one that counts from
    completion where it did not, or no more; and for what falls short without a reason.
    """
    targets = targets_of(session, plan)  # held, so that nobody lays meanwhile
    last = versions_of(session, [plan.id])[plan.id][-1]
    if terms.first_on <= clock.local_date(now):
        raise Refused(N_("A change holds from tomorrow on: what is due today stays due."), field="first_on")
    if Counts.COMPLETION in {terms.counts, last.counts} and terms.counts is not last.counts:
        raise Refused(N_("It is counted from another day than this plan: please end this one and make a new one."))
    duties = _laid(session, targets, terms.first_on)
    if any(duty.ended_as is not None for duty in duties):
        raise Refused(N_("An inspection of a later day has its end already. Please choose a day after it."),
                      field="first_on")  # fmt: skip
    reason_id = _why(session, terms, reason, now)
    plan.version += 1
    version = as_version(plan, plan.version, terms, pace, actor_id, now, reason_id)
    session.add(version)
    supersede(session, duties=duties, number=plan.version, actor_id=actor_id, now=now)
    lay_anew(session, plan, targets, terms.first_on, now)
    return version


def targets_of(session: Session, plan: Plan) -> Sequence[Target]:
    """Every target that `plan` has or had, held."""
    mine = select(Target).where(Target.plan_id == plan.id).order_by(Target.id)
    hold_stays(session, session.scalars(mine).all())
    return session.scalars(mine).all()


def leave(
    session: Session, plan: Plan, target: Target, on: date, why: str, now: datetime, actor_id: int | None = None
) -> None:
    """End `target`, which is held, on the day `on`, or once all that has its end already is over.

    What is open of later days is superseded, and says `why`; what was due before stays due. `actor_id` None: it left by
    itself.
    """
    done = select(func.max(Duty.due_on)).where(Duty.target_id == target.id, Duty.ended_as.is_not(None))
    last = session.scalar(done)
    ends_on = max(on, target.starts_on, *([last + _DAY] if last else []))
    target.ends_on = ends_on
    if target.next_on is not None and target.next_on >= ends_on:
        target.next_on = None
    duties = _laid(session, [target], ends_on)
    supersede(session, duties=duties, number=plan.version, actor_id=actor_id, now=now, why=why)
    session.flush()
    if versions_of(session, [plan.id])[plan.id][-1].counts is Counts.COMPLETION:
        lay_next(session, targets=[target], now=now)  # of where it joins again


def lay_anew(session: Session, plan: Plan, targets: Sequence[Target], since: date, now: datetime) -> None:
    """Lay what is due of `targets`, which are held, from `since` on, up to sixty days ahead; and what is not laid yet
    of the days before, where the jobs stood still.
    """
    versions = versions_of(session, [plan.id])[plan.id]
    if versions[-1].counts is Counts.COMPLETION:
        lay_next(session, targets=targets, now=now)
        return
    for target in targets:
        begun = min(since, target.next_on or since)
        due = next(due_from(terms_of(versions, target.anchor_on, target.ends_on, target.starts_on), begun), None)
        target.next_on = due.on if due else None
    lay(session, targets=targets, until=clock.local_date(now) + AHEAD, now=now)


def last_ended_on(session: Session, plan: Plan) -> date | None:
    """The last due day of `plan` that has its end already, or None."""
    ended = select(func.max(Duty.due_on)).join(Target).where(Target.plan_id == plan.id, Duty.ended_as.is_not(None))
    return session.scalar(ended)


def _laid(session: Session, targets: Sequence[Target], since: date) -> Sequence[Duty]:
    """What stands of `targets` from the day `since` on, held."""
    laid = select(Duty).where(Duty.target_id.in_([target.id for target in targets]), Duty.due_on >= since,
                              Duty.superseded_by.is_(None))  # fmt: skip
    return session.scalars(laid.with_for_update().order_by(Duty.id)).all()


def _why(session: Session, terms: Terms, reason: str | None, now: datetime) -> int | None:
    """The id of what was said of why, if anything was. Raises `Refused` where what falls short says nothing."""
    said = write(session, kind=TextKind.NOTE, body=reason, now=now)
    if said is None and terms.falls_short:
        raise Refused(N_("This asks for less than the template: please say why."), field="reason")
    return said.id if said else None


def as_version(
    plan: Plan, number: int, terms: Terms, pace: Pace = Pace.RUNS, actor_id: int | None = None,
    now: datetime | None = None, reason_id: int | None = None,
) -> PlanVersion:  # fmt: skip
    """`terms` as a version of `plan`; in no session."""
    season = terms.season
    return PlanVersion(
        plan_id=plan.id, number=number, first_on=terms.first_on, pace=pace, rule=recurrence.read(terms.rule).text,
        counts=terms.counts, on_holidays=terms.on_holidays, season_starts=season.starts if season else None,
        season_ends=season.ends if season else None, tolerance=terms.tolerance, early=terms.early,
        greatest_gap=terms.greatest_gap, by_template=terms.by_template, falls_short=terms.falls_short, at=now,
        actor_id=actor_id, reason_id=reason_id,
    )  # fmt: skip
