"""No change, pause or other plan takes a visit away: after what was due the next one comes no later than it ever may.

Else a change on the eve of each visit would be the end of them, and so would a pause over its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.inspections import recurrence
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.operations.versions import Aim, Terms, targets_of
from propman.inspections.queries import taken_back, terms_of, version_on, versions_of
from propman.inspections.queries.candidates import key_of
from propman.inspections.schedule import Schedule, may_pass
from propman.inspections.terms import due_from
from propman.text import N_

_DAY = timedelta(days=1)


class Since(NamedTuple):
    """After what the next one comes: the last day due or done, `due` what would come next anyway, None where nothing
    would; and on how many days the plan `ran` after it. The days of what comes are counted from `anchor`.
    """

    anchor: date
    before: date
    due: date | None
    ran: int


class Lapse(NamedTuple):
    """What would fall out: the next one comes `after`, is due `by` at the latest, and may be `most` days from the one
    before; `due` as above.
    """

    before: date
    after: date
    most: int
    by: date
    due: date | None


def refuse_gap(session: Session, plan: Plan, terms: Terms) -> None:
    """Raises `Refused` where `terms` leave more days after what was due, or done, before their first day than may be:
    the greatest gap that they name, else the most that ever lie between two of their own days.

    What comes no later than it was due anyway is no loss. Where the plan stood still beyond that, what was left of the
    time when it stopped is what is left now.
    """
    _refuse(_lapses(terms, _since(session, plan, terms)))


def holds_from(session: Session, plan: Plan, terms: Terms) -> date:
    """From which day on `terms`, which nobody chose the day of, take no visit away: from their first one, else the day
    after what is due next, else the one on which they themselves make something due. Until then what holds goes on.
    """
    lapses, on = list(_lapses(terms, _since(session, plan, terms))), terms.first_on
    after_due = max((one.due + _DAY for one in lapses if one.due is not None), default=on)
    own_day = max((one.after for one in lapses), default=on)
    for later in (after_due, own_day):
        if lapses:
            on = max(on, later)
            moved = replace(terms, first_on=on)
            lapses = list(_lapses(moved, _since(session, plan, moved)))
    return on


def _since(session: Session, plan: Plan, terms: Terms) -> set[Since]:
    versions = versions_of(session, [plan.id])[plan.id]
    going_on = [target for target in targets_of(session, plan) if target.lasts_beyond(terms.first_on)]
    last = _last(session, versions, going_on, terms)
    return {
        Since(one.anchor_on, before, _due(versions, one, terms), _ran(versions, before, terms.first_on))
        for one in going_on if (before := last[one.id]) is not None
    }  # fmt: skip


def refuse_gap_anew(session: Session, template: str, schedule: str, aims: Sequence[Aim], terms: Terms) -> None:
    """Raises `Refused` as `refuse_gap` where what `aims` name was in a plan by this schedule before, which ended or
    which it left: as if that had stood still since.
    """
    anchors = {key_of(aim.place_id, aim.asset_id): aim.anchor_on for aim in aims}
    places, parts = {aim.place_id for aim in aims}, {aim.asset_id for aim in aims}
    query = select(Target).join(Target.plan).where(
        Plan.template == template, Plan.schedule == schedule, Target.starts_on < terms.first_on,
        or_(Target.place_id.in_(places) & Target.asset_id.is_(None), Target.asset_id.in_(parts - {None})),
    )  # fmt: skip
    left: dict[str, Target] = {}
    for target in session.scalars(query.order_by(Target.id)):
        left[key_of(target.place_id, target.asset_id)] = target
    versions, found = versions_of(session, {one.plan_id for one in left.values()}), set[Since]()
    for plan_id, said in versions.items():
        mine = {key: one for key, one in left.items() if one.plan_id == plan_id and key in anchors}
        last = _last(session, said, list(mine.values()), terms)
        found |= {
            Since(anchors[key], before, None, _ran(said, before, min(one.ends_on or date.max, terms.first_on)))
            for key, one in mine.items() if (before := last[one.id]) is not None
        }  # fmt: skip
    _refuse(_lapses(terms, found))


def _lapses(terms: Terms, found: Iterable[Since]) -> Iterator[Lapse]:
    for anchor, before, due, ran in found:
        said = Schedule(recurrence.read(terms.rule), anchor, terms.first_on, None, terms.season)
        after = next(said.days(), None)
        if after is None or (due is not None and after <= due):
            continue
        most = terms.greatest_gap or may_pass(said, before, after)
        by = before + timedelta(days=most)
        if by < terms.first_on:
            by = terms.first_on + timedelta(days=max(0, most - ran))
        if after > by:
            yield Lapse(before, after, most, max(by, due or by), due)


def _refuse(lapses: Iterable[Lapse]) -> None:
    for before, after, most, by, _due in lapses:
        raise Refused(
            N_("Between %(before)s and %(after)s lie %(days)s days, where at most %(most)s may: the next one is due by "
               "%(by)s. Give a later first day, or a rule by which it comes sooner."), field="first_on",
            before=before, after=after, days=(after - before).days, most=most, by=by,
        )  # fmt: skip


def _ran(versions: Sequence[PlanVersion], since: date, until: date) -> int:
    """On how many days from `since` up to, not including, `until` a plan runs by `versions`."""
    gone = taken_back(versions)
    hold = [one for one in versions if one.number not in gone]
    ends = [*(one.first_on for one in hold[1:]), until]
    return sum(
        max(0, (min(end, until) - max(one.first_on, since)).days)
        for one, end in zip(hold, ends, strict=True) if one.pace is Pace.RUNS
    )  # fmt: skip


def _due(versions: Sequence[PlanVersion], target: Target, terms: Terms) -> date | None:
    """What would be due next of `target`, if what holds until `terms` begin went on; None where it stands still."""
    holds = version_on(versions, terms.first_on - _DAY)
    if terms.counts is Counts.COMPLETION or holds.pace is not Pace.RUNS:
        return None
    return next(holds.schedule(target.anchor_on, target.ends_on, target.starts_on).days(terms.first_on), None)


Days = Mapping[int, date | None]
"""By target."""


def _last(session: Session, versions: Sequence[PlanVersion], targets: Sequence[Target], terms: Terms) -> Days:
    """After which day what comes next of each of `targets` by `terms` is counted."""
    if terms.counts is Counts.COMPLETION:
        return _last_visits(session, targets, terms.first_on)
    return _last_due(session, versions, targets, terms.first_on)


def _last_due(session: Session, versions: Sequence[PlanVersion], targets: Sequence[Target], until: date) -> Days:
    """The last day before `until` on which each of `targets` is due, laid or not; else that on which it joined."""
    query = select(Duty.target_id, func.max(Duty.due_on)).where(
        Duty.target_id.in_([one.id for one in targets]), Duty.superseded_by.is_(None), Duty.due_on < until
    )
    laid = {row[0]: row[1] for row in session.execute(query.group_by(Duty.target_id))}
    found: dict[int, date | None] = {}
    for one in targets:
        said = terms_of(versions, one.anchor_on, one.ends_on, one.starts_on)
        to_come = due_from(said, one.next_on) if one.next_on is not None else ()
        days = [due.on for due in takewhile(lambda due: due.on < until, to_come)]
        found[one.id] = max([laid.get(one.id, one.starts_on), *days])
    return found


def _last_visits(session: Session, targets: Sequence[Target], until: date) -> Days:
    """From which day what comes next of each of `targets` is counted: the last work, else the day on which it joined.
    None where something of before `until` is open still: after that comes the next one.
    """
    ids = [target.id for target in targets]
    ended = select(Duty.target_id, func.max(func.coalesce(Duty.done_on, Duty.due_on))).where(
        Duty.target_id.in_(ids), Duty.ended_as.is_not(None)
    )
    done = {row[0]: row[1] for row in session.execute(ended.group_by(Duty.target_id))}
    still = select(Duty.target_id).where(
        Duty.target_id.in_(ids), Duty.ended_as.is_(None), Duty.superseded_by.is_(None), Duty.due_on < until
    )
    waiting = set(session.scalars(still))
    return {one.id: None if one.id in waiting else done.get(one.id, max(one.anchor_on, one.starts_on))
            for one in targets}  # fmt: skip
