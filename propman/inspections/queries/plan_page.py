"""One plan: what it is about and on which day each is due, its next days, what its template will say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import dropwhile, islice

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from propman.assets.models import Asset
from propman.catalogue.models import InspectionSchedule
from propman.inspections import terms
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.queries.behind import SAID, follows, rows_to_come, said_by, schedule_row, thing
from propman.inspections.queries.heated import said_one_after_the_other, season_of
from propman.inspections.queries.plans import terms_of, versions_of
from propman.inspections.queries.stays import chains
from propman.inspections.queries.wanted import ANCHORED, Likeness, uncounted, wanted
from propman.inspections.schedule import shifted
from propman.inspections.terms import due_from

MOST_SHOWN = 200
MOST_ANCHORS = 400
MOST_NAMED = 20
MOST_TRIED = 40  # due days of a thing that may be in another plan before this one, and after it
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """A place or part that a plan is about by `target`, and the first day on which something of it is due, None where
    none is known; `before` is what it was counted by up to a day that is yet to come. `anew` is the day from which the
    register says by now that it is counted, where that is another: the job is still to move what is due.
    """

    target: Target
    on: date | None
    before: Target | None = None
    anew: date | None = None


def versions_told(session: Session, plan: Plan) -> Sequence[PlanVersion]:
    """The versions of a plan with who made them and why, the oldest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number)
    return session.scalars(query.options(joinedload(PlanVersion.actor), joinedload(PlanVersion.reason))).all()


def targets(session: Session, plan: Plan, last: PlanVersion, today: date) -> tuple[Sequence[Due], int]:
    """What `plan` is about now, and what left it with something that is due still: some of it, each place and part once
    with its next day, what is due first in front; and how much in all.
    """
    what = thing(Target.asset_id, Target.place_id)
    order = func.row_number().over(partition_by=what, order_by=Target.id.desc()).label("order")
    latest = select(Target.id, what.label("thing"), order).where(Target.plan_id == plan.id).subquery()
    laid = select(what.label("thing"), func.min(Duty.due_on).label("due")).join(Duty.target).where(
        Target.plan_id == plan.id, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    ).group_by(what).subquery()  # fmt: skip
    on = func.coalesce(laid.c.due, Target.next_on)
    query = (
        select(Target, on)
        .join(latest, and_(latest.c.id == Target.id, latest.c.order == 1))
        .outerjoin(laid, laid.c.thing == latest.c.thing)
        .where(or_(Target.lasts_beyond(today), laid.c.due.is_not(None)))
    )
    number = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    whole = joinedload(Target.place), selectinload(Target.asset)
    rows = session.execute(query.options(*whole).order_by(on.is_(None), on, Target.id).limit(MOST_SHOWN)).all()
    before, anchors = _going(session, plan, today), _corrected(session, plan, last, today)
    return [Due(target, day, before.get((target.place_id, target.asset_id)), anchors.get(target.id))
            for target, day in rows], number  # fmt: skip


def _corrected(session: Session, plan: Plan, last: PlanVersion, today: date) -> dict[int, date]:
    """By target the day from which the register says that it is counted, where that is another than it is by now."""
    if last.counts not in ANCHORED or last.pace is Pace.ENDED:
        return {}
    asked = wanted(session, _like(plan, last), today, joining=False).where(Plan.id == plan.id).subquery()
    _plan, place, part, anchor = list(asked.c)[:4]
    there = select(Target.id, anchor).join(asked, thing(part, place) == thing(Target.asset_id, Target.place_id))
    there = there.where(Target.plan_id == plan.id, Target.ends_on.is_(None), anchor != Target.anchor_on)
    return dict(session.execute(there).all())


def _going(session: Session, plan: Plan, today: date) -> dict[tuple[int, int | None], Target]:
    """By place and part what holds today and no more from a later day on, where it is counted anew then."""
    going = select(Target).where(Target.plan_id == plan.id, Target.ends_on > today, Target.starts_on < Target.ends_on)
    followed = aliased(Target)
    again = thing(followed.asset_id, followed.place_id) == thing(Target.asset_id, Target.place_id)
    anew = select(followed.id).where(followed.plan_id == plan.id, followed.id > Target.id, again)
    return {(one.place_id, one.asset_id): one for one in session.scalars(going.where(anew.exists()))}


def left(session: Session, plan: Plan) -> Sequence[Target]:
    """What was in `plan` and left it, the latest first."""
    query = select(Target).where(Target.plan_id == plan.id, Target.ends_on.is_not(None))
    whole = joinedload(Target.place), joinedload(Target.asset)
    return session.scalars(query.options(*whole).order_by(Target.ends_on.desc(), Target.id).limit(MOST_SHOWN)).all()


def waiting(session: Session, plan: Plan, last: PlanVersion, today: date) -> int:
    """How many parts wait for their day: their warranty ends beyond what is laid ahead."""
    if last.counts is not Counts.WARRANTY_END or last.pace is Pace.ENDED or not plan.whole:
        return 0
    anchors = wanted(session, _like(plan, last), today, joining=False).where(Plan.id == plan.id).subquery()
    there = select(Target.id).where(Target.plan_id == plan.id, Target.asset_id == anchors.c[2])
    query = select(func.count()).select_from(anchors).where(anchors.c.anchor >= today, ~there.exists())
    return session.scalar(query) or 0


def without_a_day(session: Session, plan: Plan, last: PlanVersion, today: date) -> tuple[Sequence[Asset], int]:
    """The parts that `plan` asks for and cannot count, as their papers say no day: the first of them, and how many."""
    query = uncounted(session, _like(plan, last), today) if last.pace is not Pace.ENDED else None
    if query is None:
        return (), 0
    mine = query.where(Plan.id == plan.id).subquery().c[1]
    number = session.scalar(select(func.count(mine))) or 0
    parts = select(Asset).where(Asset.id.in_(select(mine))).order_by(Asset.type_code, Asset.id).limit(MOST_NAMED)
    return session.scalars(parts).all() if number else (), number


def coming(
    session: Session, plan: Plan, last: PlanVersion, told: Sequence[PlanVersion], since: date,
    is_workday: Callable[[date], bool], number: int = 10,
) -> Mapping[date, date | None]:  # fmt: skip
    """The next days on which anything is due by `plan`, whose `last` version is this one, and by what is `told` of it:
    on `since` and later, of what is laid and open, then by the rule; and when it is done, None where it is left out.

    By completion they are as if each is done on its day.
    """
    behaviours, days = {one.number: one.on_holidays for one in told}, dict[date, date | None]()
    for dues in _dues(session, plan, last, told, since):
        for due in islice(dropwhile(lambda one: one.on < since, dues), number):
            days[due.on] = shifted(due.on, behaviours[due.term.number], is_workday)
    return {on: days[on] for on in sorted(days)[:number]}


def foreseen(session: Session, plan: Plan, told: Sequence[PlanVersion], today: date) -> Sequence[PlanVersion]:
    """`told`, and what the plan will say by itself: of the rows of the library and the heating seasons to come, as they
    are entered now.
    """
    last = told[-1]
    since = max(today, last.first_on) + _DAY
    row = schedule_row(session, plan.template, plan.schedule, since)
    if row is None or not last.by_template or last.pace is not Pace.RUNS:
        return told
    rows = [row, *rows_to_come(session, plan.template, plan.schedule, since)]
    said, found = {column.key: getattr(last, column.key) for column in PlanVersion.__table__.columns}, list(told)
    for each, on, season in said_one_after_the_other(session, rows, plan.community, since):
        if follows(found[-1], each, season):
            anew = dict(zip(SAID, said_by(each, season), strict=True))
            found.append(PlanVersion(**said | anew | {"first_on": on, "number": found[-1].number + 1}))
    return found


def to_come(session: Session, plan: Plan, last: PlanVersion, today: date) -> InspectionSchedule | None:
    """What the template says from a later day on and the plan will say by itself, if it follows; else None."""
    rows = rows_to_come(session, plan.template, plan.schedule, today)
    seasons = ((row, season_of(session, row, plan.community, row.valid_from)) for row in rows)
    return next((row for row, season in seasons if follows(last, row, season)), None)


def _anchors(session: Session, plan: Plan, last: PlanVersion, today: date) -> Sequence[date]:
    """From which days the due days of `plan` are counted."""
    if last.pace is not Pace.ENDED and plan.whole and last.counts is not Counts.COMPLETION:
        asked = wanted(session, _like(plan, last), today, joining=False).where(Plan.id == plan.id).subquery()
        days = select(asked.c.anchor).distinct().order_by(asked.c.anchor).limit(MOST_ANCHORS)
        if last.counts is Counts.WARRANTY_END:
            days = days.where(asked.c.anchor >= today)
        return session.scalars(days).all()
    mine = select(Target.anchor_on).where(Target.plan_id == plan.id, Target.ends_on.is_(None)).distinct()
    return sorted(session.scalars(mine.limit(MOST_ANCHORS)))


def _dues(
    session: Session, plan: Plan, last: PlanVersion, told: Sequence[PlanVersion], since: date
) -> Iterator[Iterator[terms.Due]]:
    """What is due by each day from which anything is counted, one after the other."""
    if last.counts is Counts.COMPLETION:
        query = select(Target).where(Target.plan_id == plan.id, Target.ends_on.is_(None)).limit(MOST_ANCHORS)
        found = chains(session, plan.template, plan.schedule, session.scalars(query).all()).values()
        plans = versions_of(session, {stay.plan_id for chain in found for stay in chain.stays})
        for chain in found:
            dues = islice(chain.following({**plans, plan.id: told}, chain.stays[0].anchor_on), MOST_TRIED)
            mine = {stay.id for stay in chain.stays if stay.plan_id == plan.id}
            yield iter([due for due in dues if due.term.stay in mine])
    else:
        yield from (due_from(terms_of(told, anchor), since) for anchor in _anchors(session, plan, last, since))


def _like(plan: Plan, last: PlanVersion) -> Likeness:
    return Likeness(plan.template, plan.schedule, plan.whole, plan.asset_types, last.counts, last.rule)
