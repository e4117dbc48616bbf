"""No change, pause or other plan takes a visit away: after what was due the next one comes no later than it ever may.

Else a change on the eve of each visit would be the end of them, and so would a pause over its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.inspections import recurrence
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.operations.versions import Aim, Terms, targets_of
from propman.inspections.queries import taken_back, terms_of, version_on, versions_of
from propman.inspections.queries.candidates import key_of
from propman.inspections.queries.stays import stays
from propman.inspections.schedule import Schedule, falls_short, may_pass
from propman.inspections.terms import due_from
from propman.text import N_

_DAY = timedelta(days=1)
_FALLS_OUT = N_("What is due on %(by)s would fall out: the next one would come on %(after)s only. Give a first day "
                "after %(by)s, or a rule by which it comes by then.")  # fmt: skip
_TOO_FAR = N_("Between %(before)s and %(after)s lie %(days)s days, where at most %(most)s may: the next one is due by "
              "%(by)s. Give a later first day, or a rule by which it comes sooner.")  # fmt: skip
_STOOD_STILL = N_("Between %(before)s and %(after)s lie %(days)s days without those on which it stood still, where at "
                  "most %(most)s may. It can go on from %(later)s, or by a rule by which the next one is due by "
                  "%(by)s.")  # fmt: skip


class Since(NamedTuple):
    """After what the next one comes: the last day due or done, `due` what would come next anyway by what `holds`, None
    where nothing does; and on how many days it `ran` after it. The days of what comes are counted from `anchor`.
    """

    anchor: date
    before: date
    ran: int
    due: date | None = None
    holds: Schedule | None = None


class Lapse(NamedTuple):
    """What would fall out: the next one comes `after`, and is due `by` at the latest; `says` why."""

    after: date
    by: date
    due: date | None
    says: str
    figures: Mapping[str, Any]


def refuse_gap(session: Session, plan: Plan, terms: Terms) -> None:
    """Raises `Refused` where by `terms` the next one comes later than it was due anyway. Where they come round more
    rarely than what held, or the plan stood still, as many days may pass after what was due, or done, as ever lie
    between two of their own days, within the greatest gap that they name.

    Where the plan stood still beyond that, what was left of the time when it stopped is what is left now. Where each is
    counted from the one before, that is how they are laid (`terms.chained`), and nothing is to be refused.
    """
    _refuse(_lapses(terms, _since(session, plan, terms)))


def refuse_gap_anew(session: Session, template: str, schedule: str, aims: Sequence[Aim], terms: Terms) -> None:
    """Raises `Refused` as `refuse_gap` where what `aims` name was in a plan by this schedule before, which ended or
    which it left: as if that had stood still since.
    """
    if terms.counts is Counts.COMPLETION:
        return
    anchors = {key_of(aim.place_id, aim.asset_id): aim.anchor_on for aim in aims}
    before = stays(session, template, schedule, aims, Target.starts_on < terms.first_on)
    last = _last(session, before, terms.first_on)
    _refuse(_lapses(terms, {Since(anchors[key], *last[key]) for key in before}))


def holds_from(session: Session, plan: Plan, terms: Terms) -> date:
    """From which day on `terms`, which nobody chose the day of, take no visit away: from their first one, else the day
    after what is due next, else the one on which they themselves make something due. Until then what holds goes on.
    """
    lapses, on = _lost(session, plan, terms), terms.first_on
    after_due = max((one.due + _DAY for one in lapses if one.due is not None), default=on)
    own_day = max((one.after for one in lapses), default=on)
    for later in (after_due, own_day):
        if lapses:
            on = max(on, later)
            lapses = _lost(session, plan, replace(terms, first_on=on))
    return on


def _lost(session: Session, plan: Plan, terms: Terms) -> list[Lapse]:
    """What would fall out by `terms`; nobody drew their day, so that what comes some days later is not lost."""
    return list(_lapses(terms, {one._replace(holds=None) for one in _since(session, plan, terms)}))


def _since(session: Session, plan: Plan, terms: Terms) -> set[Since]:
    if terms.counts is Counts.COMPLETION:
        return set()
    versions = versions_of(session, [plan.id])[plan.id]
    holds = version_on(versions, terms.first_on - _DAY)
    going_on = [target for target in targets_of(session, plan) if target.lasts_beyond(terms.first_on)]
    before = stays(session, plan.template, plan.schedule, going_on, Target.starts_on < terms.first_on)
    last = _last(session, before, terms.first_on)
    found = set[Since]()
    for one in going_on:
        key = key_of(one.place_id, one.asset_id)
        goes_on = holds.pace is Pace.RUNS
        said = holds.schedule(one.anchor_on, one.ends_on, one.starts_on) if goes_on else None
        due = next(said.days(terms.first_on), None) if said is not None else None
        if key in last:
            found.add(Since(one.anchor_on, *last[key], due, said))
    return found


def _lapses(terms: Terms, found: Iterable[Since]) -> Iterator[Lapse]:
    for anchor, before, ran, due, holds in found:
        said = Schedule(recurrence.read(terms.rule), anchor, terms.first_on, None, terms.season)
        after = next(said.days(), None)
        if after is None or (due is not None and after <= due):
            continue
        if due is not None and holds is not None and not _rarer(said, holds):
            yield Lapse(after, due, due, _FALLS_OUT, {})
            continue
        mosts = (may_pass(said, before, after), *([terms.greatest_gap] if terms.greatest_gap else ()))
        by, says, figures = min((_limit(most, before, after, ran, terms.first_on) for most in mosts), key=itemgetter(0))
        if after > by:
            yield Lapse(after, by, due, says, {"before": before, **figures})


def _limit(most: int, before: date, after: date, ran: int, first_on: date) -> tuple[date, str, dict[str, Any]]:
    """By when the next one is due where `most` days may pass after `before`, and what to say of `after`."""
    by = before + timedelta(days=most)
    if by >= first_on:
        return by, _TOO_FAR, {"days": (after - before).days, "most": most}
    left = timedelta(days=max(0, most - ran))
    figures = {"days": ran + (after - first_on).days, "most": most, "later": after - left}
    return first_on + left, _STOOD_STILL, figures


def _rarer(said: Schedule, holds: Schedule) -> bool:
    """Whether what is `said` comes round more rarely than what `holds` did."""
    return falls_short(said, replace(holds, first_on=said.first_on, until=None))


def _refuse(lapses: Iterable[Lapse]) -> None:
    for after, by, _due, says, figures in lapses:
        raise Refused(says, field="first_on", after=after, by=by, **figures)


def _last(session: Session, stays: Mapping[str, Sequence[Target]], until: date) -> Mapping[str, tuple[date, int]]:
    """After which day of before `until` what comes next of each thing is counted, and on how many days it was in a plan
    that ran since.
    """
    targets = [one for several in stays.values() for one in several]
    versions = versions_of(session, {one.plan_id for one in targets})
    days, found = _due(session, targets, versions, until), {}
    for key, several in stays.items():
        known = [days[one.id] for one in several if one.id in days]
        before = max(known, default=min(one.starts_on for one in several))
        ran = (
            _ran(versions[one.plan_id], max(before, one.starts_on), min(one.ends_on or until, until)) for one in several
        )
        found[key] = before, sum(ran)
    return found


def _ran(versions: Sequence[PlanVersion], since: date, until: date) -> int:
    """On how many days from `since` up to, not including, `until` a plan runs by `versions`."""
    gone = taken_back(versions)
    hold = [one for one in versions if one.number not in gone]
    ends = [*(one.first_on for one in hold[1:]), until]
    return sum(
        max(0, (min(end, until) - max(one.first_on, since)).days)
        for one, end in zip(hold, ends, strict=True) if one.pace is Pace.RUNS
    )  # fmt: skip


def _due(
    session: Session, targets: Sequence[Target], versions: Mapping[int, Sequence[PlanVersion]], until: date
) -> Mapping[int, date]:  # fmt: skip
    """The last day before `until` on which each of `targets` is due, laid or not."""
    query = select(Duty.target_id, func.max(Duty.due_on)).where(
        Duty.target_id.in_([one.id for one in targets]), Duty.superseded_by.is_(None), Duty.due_on < until
    )
    found: dict[int, date] = dict(session.execute(query.group_by(Duty.target_id)).all())
    for one in targets:
        if one.next_on is not None and one.next_on < until:
            said = terms_of(versions[one.plan_id], one.anchor_on, one.ends_on, one.starts_on)
            days = [due.on for due in takewhile(lambda due: due.on < until, due_from(said, one.next_on))]
            found |= {one.id: days[-1]} if days else {}
    return found
