"""Plans follow: their template's rows, the parts that come and go, acceptances and warranties (回头看). By itself.

A job asks which plans are behind (`queries.behind`) and brings them in line while it holds them: of any number of
processes the second one finds it done, and what one leaves undone another does.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.catalogue.models import InspectionSchedule
from propman.communities.models import Place
from propman.db import held
from propman.inspections.models import Counts, Duty, DutyAct, DutyEvent, Pace, Plan, PlanVersion, Target
from propman.inspections.operations.gaps import holds_from
from propman.inspections.operations.planning import add_targets
from propman.inspections.operations.versions import (
    Aim,
    Terms,
    first_version,
    last_ended_on,
    leave,
    next_version,
    targets_of,
)
from propman.inspections.queries import version_on, versions_of
from propman.inspections.queries.arising import Risen, arising
from propman.inspections.queries.behind import behind, follows, schedule_row
from propman.inspections.queries.heated import season_of
from propman.inspections.queries.wanted import ANCHORED, Likeness, wanted
from propman.inspections.schedule import AHEAD, Season, stays_due

log = logging.getLogger(__name__)

AT_ONCE = 100  # plans that arise or are brought in line in one transaction
MOST_BEHIND = 1000  # that are looked for, for each reason
_DAY = timedelta(days=1)

REMOVED, CLOSED, NO_MORE = "部位已拆除", "所在地点已停用", "计划不再包含这一对象"
COUNTED_ANEW = "起算日期有变"
"""Why a target leaves. Kept with what was due, in the language of the field."""


class Thing(NamedTuple):
    """A part, or a place."""

    place_id: int | None
    asset_id: int | None


def said_terms(row: InspectionSchedule, season: Season | None, first_on: date) -> Terms:
    """What the schedule of a template says from `first_on` on, at a place where it means this season."""
    return Terms(row.rule, first_on, row.counts_from, row.on_holidays, season, row.tolerance, row.early,
                 row.greatest_gap, by_template=True)  # fmt: skip


def arise(session: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Make the plans that nobody makes: of projects that were accepted, of communities with warranties; how many.

    Flushes. The caller commits, and goes on while there were any. Rivals wait for each other at the community.
    """
    today, made = clock.local_date(now), 0
    for risen in sorted(arising(session, today, most=most)):
        held(session, Place, risen.community_id)
        if risen in arising(session, today, most=1, of=risen):
            _rise(session, risen, now)
        made += 1
    return made


def _rise(session: Session, risen: Risen, now: datetime) -> None:
    today = clock.local_date(now)
    row = schedule_row(session, risen.template, risen.schedule, today)
    if row is None:
        return
    plan = Plan(template=risen.template, schedule=risen.schedule, community_id=risen.community_id, version=1,
                whole=True, arose=True, project_id=risen.project_id, counted_on=today)  # fmt: skip
    session.add(plan)
    session.flush()
    first_version(session, plan, said_terms(row, season_of(session, row, plan.community, today), today), None, now)
    _settle(session, plan, now)


def follow(session: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Bring plans that are behind in line, `most` of them; how many. Flushes.

    One that cannot be is logged, and the others go on. The caller commits, and goes on while there were any. Which come
    first is drawn by lot: however many cannot be brought in line, they do not stand in the way of the rest.
    """
    done, found = 0, behind(session, clock.local_date(now), most=MOST_BEHIND)
    for plan_id in sorted(random.sample(found, min(most, len(found)))):
        try:
            with session.begin_nested():
                bring_in_line(session, plan_id=plan_id, now=now)
            done += 1
        except Exception:
            log.exception("plan %s could not be brought in line", plan_id)
    return done


def bring_in_line(session: Session, *, plan_id: int, now: datetime) -> None:
    """Let a plan say what its template says, as of the heating season of its community, and have the targets that the
    register has for it. Flushes.

    A second time it changes nothing. Raises `NotFound`, and `Refused` where the template says what cannot be here.
    """
    plan = held(session, Plan, plan_id)
    last = versions_of(session, [plan.id])[plan.id][-1]
    if last.pace is Pace.ENDED:
        return
    _settle(session, plan, now)
    tomorrow = clock.local_date(now) + _DAY
    row = schedule_row(session, plan.template, plan.schedule, tomorrow)
    season = season_of(session, row, plan.community, tomorrow) if row is not None else None
    if row is not None and last.first_on < tomorrow and follows(last, row, season):
        ended = last_ended_on(session, plan)
        terms = said_terms(row, season, max(tomorrow, ended + _DAY) if ended else tomorrow)
        terms = replace(terms, first_on=holds_from(session, plan, terms))
        next_version(session, plan, terms, Pace.RUNS, None, None, now)
        _settle(session, plan, now)


def _settle(session: Session, plan: Plan, now: datetime) -> None:
    """End the targets that are none any more, let others join, and count anew what is counted from another day."""
    today, versions = clock.local_date(now), versions_of(session, [plan.id])[plan.id]
    last, targets = versions[-1], targets_of(session, plan)
    stays = _wanted(session, plan, last, today, joining=False)
    renewed = {
        _thing(target): stays[_thing(target)] for target in targets
        if target.lasts_beyond(today + _DAY) and _ends(session, plan, versions, target, stays, now)
        and _thing(target) in stays
    }  # fmt: skip
    there = {_thing(target) for target in targets if target.ends_on is None}
    joining = _wanted(session, plan, last, today, joining=True) if plan.whole else renewed
    begin: dict[date, list[Aim]] = defaultdict(list)
    for thing, (place_id, anchor) in joining.items():
        if thing not in there:
            before = [one for one in targets if _thing(one) == thing]
            aim = Aim(place_id, _counted(session, plan, last, thing, anchor), thing.asset_id)
            begin[max(versions[0].first_on, _joins_on(session, before, now))].append(aim)
    for starts_on, aims in begin.items():
        add_targets(session, plan, aims, starts_on, now)


def _joins_on(session: Session, before: Sequence[Target], now: datetime) -> date:
    """From when on something is in a plan again in which it was `before`: today, but not without what was laid and has
    been taken away as it left, in the last sixty days. A removal that is undone never was.
    """
    today, ended = clock.local_date(now), max((one.ends_on for one in before if one.ends_on is not None), default=None)
    if ended is None:
        return today
    taken = select(func.min(Duty.due_on)).join(DutyEvent, DutyEvent.duty_id == Duty.id).where(
        Duty.target_id.in_([one.id for one in before]), Duty.due_on >= ended,
        DutyEvent.act == DutyAct.SUPERSEDE, DutyEvent.at >= now - AHEAD,
    )  # fmt: skip
    return max(ended, min(session.scalar(taken) or today, today))


Found = Mapping[Thing, tuple[int, date]]
"""By what is inspected: where it is, and from which day its due days are counted."""


def _wanted(session: Session, plan: Plan, last: PlanVersion, today: date, *, joining: bool) -> Found:
    like = Likeness(plan.template, plan.schedule, plan.whole, plan.asset_types, last.counts, last.rule)
    rows = session.execute(wanted(session, like, today, joining=joining).where(Plan.id == plan.id))
    return {Thing(None if part else place, part): (place, anchor) for _plan, place, part, anchor in rows}


def _ends(
    session: Session, plan: Plan, versions: Sequence[PlanVersion], target: Target, stays: Found, now: datetime
) -> bool:  # fmt: skip
    """End `target` if it is none any more or is counted from another day; whether it was ended."""
    found, tomorrow = stays.get(_thing(target)), clock.local_date(now) + _DAY
    if found is None:
        gone = _gone(session, target, tomorrow)
        leave(session, plan, target, gone.on, gone.why, now)
    elif target.ends_on is None and versions[-1].counts in ANCHORED and found[1] != target.anchor_on:
        leave(session, plan, target, _counted_anew_on(versions, target, found[1], tomorrow), COUNTED_ANEW, now)
    else:
        target.place_id = found[0]
        return False
    return True


def _counted_anew_on(versions: Sequence[PlanVersion], target: Target, anchor: date, tomorrow: date) -> date:
    """The day from which `target` is counted from `anchor`: tomorrow, or the day after what would lapse by that."""
    holds = version_on(versions, tomorrow)
    before, anew = holds.schedule(target.anchor_on, since=target.starts_on), holds.schedule(anchor)
    stays = stays_due(before, anew, tomorrow - _DAY) if holds.pace is Pace.RUNS else None
    return stays + _DAY if stays is not None else tomorrow


class Gone(NamedTuple):
    """From which day something is inspected no more, and why."""

    on: date
    why: str


def _gone(session: Session, target: Target, tomorrow: date) -> Gone:
    """What came first: its part is gone, or the place closed; else the plan names it no more, from `tomorrow` on."""
    part = session.get(Asset, target.asset_id) if target.asset_id is not None else None
    closed_on = session.scalar(select(Place.closed_on).where(Place.id == (part.place_id if part else target.place_id)))
    days = [(part.removed_on if part else None, REMOVED), (closed_on, CLOSED)]
    return min((Gone(on, why) for on, why in days if on is not None and on < tomorrow), default=Gone(tomorrow, NO_MORE))


def _counted(session: Session, plan: Plan, last: PlanVersion, thing: Thing, anchor: date) -> date:
    """From completion it is counted from the last one, if there was one, by whichever plan of this schedule."""
    if last.counts is not Counts.COMPLETION:
        return anchor
    where = Target.asset_id == thing.asset_id if thing.asset_id else Target.place_id == thing.place_id
    done = select(func.max(Duty.done_on)).join(Duty.target).join(Target.plan).where(
        where, Plan.template == plan.template, Plan.schedule == plan.schedule
    )  # fmt: skip
    return session.scalar(done) or anchor


def _thing(target: Target) -> Thing:
    return Thing(None if target.asset_id else target.place_id, target.asset_id)
