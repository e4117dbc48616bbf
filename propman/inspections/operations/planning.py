"""Plans: made, changed from a day on, paused and ended, by name and with a reason. What was due stays due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.db import held
from propman.errors import Refused, Stale
from propman.inspections import recurrence, schedule
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.operations.ending import supersede
from propman.inspections.operations.laying import AHEAD, lay
from propman.inspections.queries import terms_of, versions_of
from propman.inspections.schedule import TOLERANCE, OnHolidays, Schedule, Season
from propman.inspections.terms import due_from
from propman.personal import TextKind, write
from propman.text import N_


@dataclass(frozen=True)
class Terms:
    """What a version of a plan says, from its first day on."""

    rule: str
    first_on: date
    counts: Counts = Counts.CALENDAR
    on_holidays: OnHolidays = OnHolidays.AS_IS
    season: Season | None = None
    tolerance: int = TOLERANCE
    early: bool = False
    greatest_gap: int | None = None


@dataclass(frozen=True)
class Aim:
    """A place, or a part at a place, that has a duty of its own; its days are counted from `anchor_on`."""

    place_id: int
    anchor_on: date
    asset_id: int | None = None


def make_plan(
    session: Session, *, community_id: int, template: str, schedule_code: str, terms: Terms, aims: Sequence[Aim],
    actor_id: int | None, now: datetime,
) -> Plan:  # fmt: skip
    """A new plan, and its duties of the next sixty days. Flushes.

    Raises `Refused` (422) for terms by which nothing comes round, or that leave too great a gap; for no target; and for
    a first day that has passed: what nobody was told of is not missed.
    """
    if terms.first_on < clock.local_date(now):
        raise Refused(N_("A plan begins today at the earliest."), field="first_on")
    if not aims:
        raise Refused(N_("Please choose what is inspected."), field="targets")
    for anchor in {aim.anchor_on for aim in aims}:
        _judge(terms, anchor)
    plan = Plan(template=template, schedule=schedule_code, community_id=community_id, version=1)
    session.add(plan)
    session.flush()
    session.add(_version(plan, 1, terms, Pace.RUNS, actor_id, now))
    targets = [
        Target(plan_id=plan.id, place_id=aim.place_id, asset_id=aim.asset_id, anchor_on=aim.anchor_on,
               starts_on=terms.first_on)
        for aim in aims
    ]  # fmt: skip
    session.add_all(targets)
    session.flush()
    _lay_anew(session, plan, targets, terms.first_on, now)
    return plan


def change_plan(
    session: Session, *, plan_id: int, seen_version: int, terms: Terms, actor_id: int, now: datetime
) -> PlanVersion:
    """From `terms.first_on` on the plan says something else; what was laid from that day on counts no more. Flushes.

    Raises `Stale`, and `Refused` as `make_plan`, and for a day on or before which a duty has its end already.
    """
    plan = _held(session, plan_id, seen_version)
    for anchor in {target.anchor_on for target in _targets(session, plan)}:
        _judge(terms, anchor)
    return _next_version(session, plan, terms, Pace.RUNS, None, actor_id, now)


def pause_plan(
    session: Session, *, plan_id: int, seen_version: int, first_on: date, reason: str, actor_id: int, now: datetime
) -> PlanVersion:
    """From `first_on` on nothing comes due, until it is changed again. Flushes. Raises as `change_plan`."""
    return _stand_still(session, plan_id, seen_version, first_on, Pace.PAUSED, reason, actor_id, now)


def end_plan(
    session: Session, *, plan_id: int, seen_version: int, first_on: date, reason: str, actor_id: int, now: datetime
) -> PlanVersion:
    """From `first_on` on nothing comes due any more. Flushes. Raises as `change_plan`."""
    return _stand_still(session, plan_id, seen_version, first_on, Pace.ENDED, reason, actor_id, now)


def _stand_still(
    session: Session, plan_id: int, seen_version: int, first_on: date, pace: Pace, reason: str, actor_id: int,
    now: datetime,
) -> PlanVersion:  # fmt: skip
    plan = _held(session, plan_id, seen_version)
    if not reason.strip():
        raise Refused(N_("Please say why."), field="reason")
    before = versions_of(session, [plan.id])[plan.id][-1]
    terms = replace(_terms(before), first_on=first_on)
    return _next_version(session, plan, terms, pace, reason, actor_id, now)


def _held(session: Session, plan_id: int, seen_version: int) -> Plan:
    plan = held(session, Plan, plan_id)
    last = versions_of(session, [plan.id])[plan.id][-1]
    if plan.version != seen_version or last.pace is Pace.ENDED:
        raise Stale()
    return plan


def _next_version(
    session: Session, plan: Plan, terms: Terms, pace: Pace, reason: str | None, actor_id: int, now: datetime
) -> PlanVersion:
    targets = _targets(session, plan)  # held, so that nobody lays meanwhile
    last = versions_of(session, [plan.id])[plan.id][-1]
    if terms.first_on <= max(clock.local_date(now), last.first_on):
        raise Refused(N_("A change holds from tomorrow on, and after the change before it."), field="first_on")
    laid = select(Duty).where(Duty.target_id.in_([target.id for target in targets]), Duty.due_on >= terms.first_on,
                              Duty.superseded_by.is_(None))  # fmt: skip
    duties = session.scalars(laid.with_for_update().order_by(Duty.id)).all()
    if any(duty.ended_as is not None for duty in duties):
        raise Refused(N_("An inspection of a later day has its end already. Please choose a day after it."),
                      field="first_on")  # fmt: skip
    plan.version += 1
    version = _version(plan, plan.version, terms, pace, actor_id, now)
    said = write(session, kind=TextKind.NOTE, body=reason, now=now)
    version.reason_id = said.id if said else None
    session.add(version)
    supersede(session, duties=duties, number=plan.version, actor_id=actor_id, now=now)
    _lay_anew(session, plan, targets, terms.first_on, now)
    return version


def _targets(session: Session, plan: Plan) -> Sequence[Target]:
    found = select(Target).where(Target.plan_id == plan.id).order_by(Target.id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).all()


def _lay_anew(session: Session, plan: Plan, targets: Sequence[Target], since: date, now: datetime) -> None:
    """Lay what is due of `targets`, which are held, from `since` on, up to sixty days ahead."""
    versions = versions_of(session, [plan.id])[plan.id]
    waiting = _waiting(session, targets) if versions[-1].counts is Counts.COMPLETION else frozenset()
    for target in targets:
        due = next(due_from(terms_of(versions, target.anchor_on, target.ends_on), since), None)
        target.next_on = due.on if due and target.id not in waiting else None
    lay(session, targets=targets, until=clock.local_date(now) + AHEAD, now=now)


def _waiting(session: Session, targets: Sequence[Target]) -> frozenset[int]:
    """The targets that have an open duty, after which the next one is laid."""
    still = select(Duty.target_id).where(
        Duty.target_id.in_([target.id for target in targets]), Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )
    return frozenset(session.scalars(still))


def _judge(terms: Terms, anchor: date) -> None:
    schedule.judge(
        Schedule(recurrence.read(terms.rule), anchor, terms.first_on, None, terms.season, terms.greatest_gap)
    )


def _terms(version: PlanVersion) -> Terms:
    return Terms(version.rule, version.first_on, version.counts, version.on_holidays, version.season,
                 version.tolerance, version.early, version.greatest_gap)  # fmt: skip


def _version(plan: Plan, number: int, terms: Terms, pace: Pace, actor_id: int | None, now: datetime) -> PlanVersion:
    season = terms.season
    return PlanVersion(
        plan_id=plan.id, number=number, first_on=terms.first_on, pace=pace, rule=recurrence.read(terms.rule).text,
        counts=terms.counts, on_holidays=terms.on_holidays, season_starts=season.starts if season else None,
        season_ends=season.ends if season else None, tolerance=terms.tolerance, early=terms.early,
        greatest_gap=terms.greatest_gap, at=now, actor_id=actor_id,
    )  # fmt: skip
