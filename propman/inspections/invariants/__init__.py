"""What must always be true of stored plans and duties. Reads only, and shares no arithmetic with what lays them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    for target in session.scalars(select(Target).order_by(Target.id)):
        mine = [one for one in versions[target.plan_id] if target.lasts_beyond(one.first_on)]
        counts = mine[-1].counts if mine else Counts.CALENDAR
        if counts is Counts.COMPLETION:
            found = _chain(target, mine, rows[target.id])
        else:
            found = _calendar(target, mine, rows[target.id], today)
        broken += (f"target {target.id} {said}" for said in found)
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


def _chain(target: Target, versions: Sequence[PlanVersion], rows: Sequence[Duty]) -> Iterator[str]:
    """Of a plan that counts from completion: each row follows the one before, and one is open while the plan runs."""
    still = [row for row in rows if row.ended_as is None]
    if len(still) > 1:
        yield f"has {len(still)} open duties"
    if not still and versions[-1].pace is Pace.RUNS and target.next_on is None and target.ends_on is None:
        yield "has no open duty"
    for before, after in zip(rows, rows[1:], strict=False):
        base = before.done_on or before.due_on
        if _follows(versions, base) != after.due_on:
            yield f"has a duty on {after.due_on} that does not follow {base}"


def _follows(versions: Sequence[PlanVersion], base: date) -> date | None:
    """The first day after `base` on which the plan runs, and that its rule names, or on which it has run as long as it
    asks for: a day on which it stands still takes no visit away.
    """
    asked: dict[int, Sequence[date]] = {}
    ran = 0
    for day in (base + _DAY * number for number in range(1, _FAR.days)):
        holds = next((one for one in reversed(versions) if one.first_on <= day), None)
        if holds is None or holds.pace is not Pace.RUNS:
            continue
        ran += 1
        season = (holds.season_starts, holds.season_ends or "") if holds.season_starts else None
        if holds.number not in asked:
            asked[holds.number] = due_days(holds.rule, base, base + _DAY, base + _FAR, season)
        days = asked[holds.number]
        over = days and ran >= (days[0] - base).days and (season is None or in_season(day, *season))
        if day in days or over:
            return day
    return None


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
