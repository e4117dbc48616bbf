"""Plans: made, changed from a day on, paused and ended, by name and with a reason. What was due stays due.

Whether somebody may, and what the law allows, is asked before (`binding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.db import held
from propman.errors import Refused, Stale
from propman.inspections.models import Pace, Plan, PlanVersion, Target
from propman.inspections.operations.gaps import refuse_gap
from propman.inspections.operations.versions import (
    Aim,
    Terms,
    first_version,
    judge,
    lay_anew,
    next_version,
    targets_of,
    terms_said,
)
from propman.inspections.queries import announced, version_on, versions_of
from propman.personal import clean
from propman.text import N_


def make_plan(
    session: Session, *, community_id: int, template: str, schedule_code: str, terms: Terms, aims: Sequence[Aim],
    actor_id: int | None, now: datetime, whole: bool = False, asset_types: str | None = None,
    counted_on: date | None = None, reason: str | None = None,
) -> Plan:  # fmt: skip
    """A new plan, and its duties of the next sixty days; `whole` and `asset_types` as in `Plan`. Flushes.

    Raises `Refused` (422) for terms by which nothing comes round, or that leave too great a gap, or fall short without
    a `reason`; for no target; and for a first day that has passed: what nobody was told of is not missed.
    """
    if terms.first_on < clock.local_date(now):
        raise Refused(N_("A plan begins today at the earliest."), field="first_on")
    if not aims:
        raise Refused(N_("Please choose what is inspected."), field="targets")
    for anchor in {aim.anchor_on for aim in aims}:
        judge(terms, anchor)
    plan = Plan(template=template, schedule=schedule_code, community_id=community_id, version=1, whole=whole,
                asset_types=asset_types, arose=False, counted_on=counted_on or terms.first_on)  # fmt: skip
    session.add(plan)
    session.flush()
    first_version(session, plan, terms, actor_id, now, reason)
    add_targets(session, plan, aims, terms.first_on, now)
    return plan


def add_targets(session: Session, plan: Plan, aims: Sequence[Aim], starts_on: date, now: datetime) -> None:
    """Let what `aims` name join `plan`, which is held or new, from `starts_on` on. Flushes."""
    targets = [
        Target(plan_id=plan.id, place_id=aim.place_id, asset_id=aim.asset_id, anchor_on=aim.anchor_on,
               starts_on=starts_on)
        for aim in aims
    ]  # fmt: skip
    session.add_all(targets)
    session.flush()
    lay_anew(session, plan, targets, starts_on, now)


def change_plan(
    session: Session, *, plan_id: int, seen_version: int, terms: Terms, actor_id: int, now: datetime,
    reason: str | None = None,
) -> PlanVersion:  # fmt: skip
    """From `terms.first_on` on the plan says something else; what was laid from that day on counts no more. Flushes.

    Raises `Stale`, and `Refused` as `make_plan`, `versions.next_version` and `gaps.refuse_gap`, and for what changes
    nothing.
    """
    plan = _held(session, plan_id, seen_version)
    _refuse_the_same(versions_of(session, [plan.id])[plan.id], terms)
    for anchor in {target.anchor_on for target in targets_of(session, plan) if target.lasts_beyond(terms.first_on)}:
        judge(terms, anchor)
    refuse_gap(session, plan, terms)
    return next_version(session, plan, terms, Pace.RUNS, reason, actor_id, now)


def _refuse_the_same(versions: Sequence[PlanVersion], terms: Terms) -> None:
    """Refuse `terms` that hold already on the day before them, unless they take back what is announced."""
    before = version_on(versions, terms.first_on - timedelta(days=1))
    same = before.pace is Pace.RUNS and replace(terms_said(before), first_on=terms.first_on) == terms
    if same and not announced(versions, terms.first_on - timedelta(days=1)):
        raise Refused(N_("It says that already: nothing would change."))


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
    if not clean(reason).strip():
        raise Refused(N_("Please say why."), field="reason")
    before = version_on(versions_of(session, [plan.id])[plan.id], first_on - timedelta(days=1))
    terms = replace(terms_said(before), first_on=first_on)
    return next_version(session, plan, terms, pace, reason, actor_id, now)


def goes_on(last: PlanVersion) -> None:
    """Raises `Refused` (409) for a plan whose `last` version ends it, also where that day is yet to come: another plan
    may have taken its place from then on.
    """
    if last.pace is Pace.ENDED:
        raise Refused(N_("This plan is ended for good, from %(day)s on. Please make a new one."), status=409,
                      day=last.first_on)  # fmt: skip


def _held(session: Session, plan_id: int, seen_version: int) -> Plan:
    plan = held(session, Plan, plan_id)
    if plan.version != seen_version:
        raise Stale()
    goes_on(versions_of(session, [plan.id])[plan.id][-1])
    return plan
