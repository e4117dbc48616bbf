"""What must always be true of stored plans and duties. Reads only, and shares no arithmetic with what lays them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.inspections.almanac import due_days, in_season
from propman.inspections.invariants.occasions import every_event_brings_its_duties
from propman.inspections.invariants.reminders import every_reminder_once
from propman.inspections.models import Counts, Duty, DutyAct, DutyEvent, Excuse, Pace, PlanVersion, Target
from propman.inspections.schedule import End
from propman.invariants import Finding, Promises

_DAY = timedelta(days=1)
_FAR = timedelta(days=3 * 366)  # further than any rule leaves between two days


def promises(session: Session, *, now: datetime) -> Promises:
    """I06: what is due by each version of a plan is a row, once. D01: a duty has one end, as its events say, or is not
    yet past its cut-off. D02: what is excused was granted, once, before its cut-off and by others than asked. E01: an
    event brought what it says, once (`occasions`). E02: what was reminded of was told as it says (`reminders`).
    """
    today = clock.local_date(now)
    return {
        "I06": lambda: _laid(session, today),
        "D01": lambda: _ends(session, today),
        "D02": lambda: _excused(session),
        "E01": lambda: every_event_brings_its_duties(session),
        "E02": lambda: every_reminder_once(session),
    }


def _laid(session: Session, today: date) -> Finding:
    versions, rows = defaultdict(list), defaultdict(list)
    for version in session.scalars(select(PlanVersion).order_by(PlanVersion.plan_id, PlanVersion.number)):
        versions[version.plan_id].append(version)
    by_rule = select(Duty).where(Duty.superseded_by.is_(None), Duty.occasion_id.is_(None)).order_by(Duty.due_on)
    for duty in session.scalars(by_rule):
        rows[duty.target_id].append(duty)
    broken: list[str] = []
    chains: dict[tuple[Any, ...], list[Target]] = defaultdict(list)
    for target in session.scalars(select(Target).options(joinedload(Target.plan)).order_by(Target.id)):
        if versions[target.plan_id][-1].counts is Counts.COMPLETION:
            what = target.plan.template, target.plan.schedule, target.asset_id or (target.place_id,)
            chains[what].append(target)
        else:
            mine = [one for one in versions[target.plan_id] if target.lasts_beyond(one.first_on)]
            broken += (f"target {target.id} {said}" for said in _calendar(target, mine, rows[target.id], today))
    for stays in chains.values():
        laid = sorted((row for stay in stays for row in rows[stay.id]), key=lambda row: row.id)
        broken += (f"target {stays[-1].id} {said}" for said in _chain(stays, versions, laid))
    return Finding("I06", sum(map(len, rows.values())), tuple(broken))


def _calendar(
    target: Target, versions: Sequence[PlanVersion], rows: Sequence[Duty], today: date
) -> Iterator[str]:  # fmt: skip
    stored = [row.due_on for row in rows]
    laid_to = target.next_on or max([*stored, today]) + _DAY
    expected = {day for version in versions for day in _expected(target, version, versions, laid_to)}
    for day in sorted(expected - set(stored)):
        yield f"has no duty on {day}"
    for day in sorted(set(stored) - expected):
        yield f"has a duty on {day} that nothing says"
    if len(stored) != len(set(stored)):
        yield "has a day twice"


def _expected(target: Target, version: PlanVersion, versions: Sequence[PlanVersion], laid_to: date) -> Sequence[date]:
    later = [other.first_on for other in versions if other.number > version.number]
    until = min([laid_to, *later, *([target.ends_on] if target.ends_on else [])])
    season = (version.season_starts, version.season_ends or "") if version.season_starts else None
    since = max(version.first_on, target.starts_on)
    if version.pace is not Pace.RUNS or until <= since:
        return ()
    return due_days(version.rule, target.anchor_on, since, until, season)


Versions = Mapping[int, Sequence[PlanVersion]]
"""By plan, the oldest first."""


def _chain(stays: Sequence[Target], versions: Versions, rows: Sequence[Duty]) -> Iterator[str]:
    """Of a thing that is counted from completion, in whichever plan: each row as it was laid follows the one before,
    and one is open while the plan runs.
    """
    still = [row for row in rows if row.ended_as is None]
    if len(still) > 1:
        yield f"has {len(still)} open duties"
    runs = [stay for stay in stays if stay.ends_on is None and versions[stay.plan_id][-1].pace is Pace.RUNS]
    if not still and any(stay.next_on is None for stay in runs):
        yield "has no open duty"
    ended: set[date] = set()
    for before, after in zip(rows, rows[1:], strict=False):
        ended.add(before.due_on)
        base = before.done_on or before.due_on
        if _follows(stays, versions, base, ended) != after.due_on:
            yield f"has a duty on {after.due_on} that does not follow {base}"


def _follows(stays: Sequence[Target], versions: Versions, base: date, ended: Set[date]) -> date | None:
    """The first day after `base` on which it is in a plan that runs, and that its rule names, or on which that has run
    as long as it asks for, or may not wait longer: a day on which it stands still takes no visit away.
    """
    ran, asked = 0, dict[tuple[int, int], Sequence[date]]()
    for day in (base + _DAY * number for number in range(1, _FAR.days)):
        running = _running(stays, versions, day)
        ran += bool(running)
        for holds in running:
            season = (holds.season_starts, holds.season_ends or "") if holds.season_starts else None
            key = holds.plan_id, holds.number
            if key not in asked:
                found = due_days(holds.rule, base, base + _DAY, base + _FAR, season)
                asked[key] = [one for one in found if one not in ended]
            days = asked[key]
            passed = days and ran >= (days[0] - base).days
            too_far = days and holds.greatest_gap is not None and (day - base).days >= holds.greatest_gap
            may = day not in ended and (season is None or in_season(day, *season))
            if day in days or (may and (passed or too_far)):
                return day
    return None


def _running(stays: Sequence[Target], versions: Versions, day: date) -> Sequence[PlanVersion]:
    """What the plans say in which it is on a day, of those that run then."""
    there = [versions[stay.plan_id] for stay in stays if stay.starts_on <= day and stay.lasts_beyond(day)]
    holds = [next((one for one in reversed(said) if one.first_on <= day), None) for said in there]
    return [one for one in holds if one is not None and one.pace is Pace.RUNS]


def _ends(session: Session, today: date) -> Finding:
    broken: list[str] = []
    told = defaultdict(list)
    for duty_id, how in session.execute(
        select(DutyEvent.duty_id, DutyEvent.ended_as).where(DutyEvent.act == DutyAct.END)
    ):
        told[duty_id].append(how)
    number = 0
    for duty in session.scalars(select(Duty).order_by(Duty.id)):
        number += 1
        if told[duty.id] != ([duty.ended_as] if duty.ended_as else []):
            broken.append(f"duty {duty.id} is not as its events say")
        elif duty.ended_as is None and duty.superseded_by is None and duty.cut_off_on < today - _DAY:
            broken.append(f"duty {duty.id} is past its cut-off and has no end")
    return Finding("D01", number, tuple(broken))


def _excused(session: Session) -> Finding:
    broken: list[str] = []
    granted: dict[int, int] = defaultdict(int)
    wishes = session.execute(select(Excuse, Duty).join(Excuse.duty).order_by(Excuse.id)).all()
    for wish, duty in wishes:
        granted[duty.id] += wish.granted is True
        if wish.granted and duty.ended_as is not End.EXCUSED:
            broken.append(f"duty {duty.id} was granted to be excused, and is not")
        if wish.granted and wish.decided_at and clock.local_date(wish.decided_at) > duty.cut_off_on:
            broken.append(f"duty {duty.id} was excused after its cut-off")
        if wish.decided_at and (wish.decided_by_id == wish.asked_by_id or wish.decided_for_id == wish.asked_for_id):
            broken.append(f"wish {wish.id} was decided by who asked")
    for duty_id in session.scalars(select(Duty.id).where(Duty.ended_as == End.EXCUSED).order_by(Duty.id)):
        if granted[duty_id] != 1:
            broken.append(f"duty {duty_id} is excused, granted {granted[duty_id]} times")
    return Finding("D02", len(wishes), tuple(broken))
