"""What somebody may inspect: the duties of the templates that name a role of theirs, where that role reaches today.

People of a company: in the communities that it manages. Building heads, committees and officials: within their area.
The street office: in its street what names it, and in a community that nobody manages everything that a company does.
Contractors and utilities: the parts that they maintain, as nothing else says whose a contractor is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from propman import clock
from propman.assets.models import Asset
from propman.catalogue.models import InspectionTemplate
from propman.communities.models import Place
from propman.communities.queries import reach, unmanaged
from propman.communities.queries.reach import OF_A_COMPANY
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.queries import MADE_UP
from propman.inspections.schedule import LONGEST_LATE, End
from propman.roles import Permission, Post, Role, Viewer
from propman.rounds.models import Round, RoundDuty
from propman.rounds.queries.points import templates_on

WEEK = timedelta(days=7)
MADE_UP_WITHIN = timedelta(days=60)  # after the cut-off of what was missed
DUE_WITHIN = MADE_UP_WITHIN + timedelta(days=2 * LONGEST_LATE)  # no cut-off is so long after a due day
MOST = 200  # duties on a page

FROM_OUTSIDE = frozenset({Role.CONTRACTOR, Role.UTILITY})


@dataclass(frozen=True)
class Work:
    """A duty that the viewer may do, and the round that has it now, if one has."""

    duty: Duty
    template: InspectionTemplate
    round: Round | None


def work_of(
    session: Session, viewer: Viewer, now: datetime, *, duty_ids: Collection[int] | None = None
) -> list[Work]:  # fmt: skip
    """What `viewer` may do today, what is missed and can be made up for, and what comes within a week; the oldest
    first, at most 200. With `duty_ids` those among them.
    """
    today = clock.local_date(now)
    templates = templates_on(session, today)
    mine = _within(viewer, templates, today)
    if mine is None:
        return []
    open_ones = and_(Duty.ended_as.is_(None), Duty.superseded_by.is_(None), Duty.cut_off_on >= today,
                     or_(Duty.opens_on <= today, Duty.do_on < today + WEEK))  # fmt: skip
    missed = and_(Duty.ended_as == End.MISSED, Duty.due_on >= today - DUE_WITHIN,
                  Duty.cut_off_on >= today - MADE_UP_WITHIN, ~MADE_UP)  # fmt: skip
    query = (
        select(Duty)
        .join(Duty.target)
        .join(Target.plan)
        .where(mine, or_(open_ones, missed))
        .options(contains_eager(Duty.target).contains_eager(Target.plan), joinedload(Duty.community))
        .options(contains_eager(Duty.target).joinedload(Target.place))
        .options(contains_eager(Duty.target).joinedload(Target.asset))
    )
    if duty_ids is not None:
        query = query.where(Duty.id.in_(duty_ids))
    duties = session.scalars(query.order_by(Duty.do_on, Duty.id).limit(MOST)).all()
    rounds = holding(session, [duty.id for duty in duties], now)
    return [Work(duty, templates[duty.target.plan.template], rounds.get(duty.id)) for duty in duties]


def due_count(session: Session, viewer: Viewer, now: datetime, *, most: int) -> int:
    """How much of what `viewer` may do is due today or overdue, counted up to `most`; one query at most."""
    today = clock.local_date(now)
    mine = doable(session, viewer, now)
    if mine is None:
        return 0
    due = mine.where(Duty.ended_as.is_(None), Duty.superseded_by.is_(None), Duty.cut_off_on >= today,
                     Duty.do_on <= today).limit(most).subquery()  # fmt: skip
    return session.scalar(select(func.count()).select_from(due)) or 0


def may_do(session: Session, viewer: Viewer, duty_id: int, now: datetime) -> bool:
    """Whether `viewer` may do this duty today, however it stands."""
    mine = doable(session, viewer, now)
    return mine is not None and session.scalar(mine.where(Duty.id == duty_id)) is not None


def doable(session: Session, viewer: Viewer, now: datetime) -> Select[int] | None:
    """The ids of all that `viewer` may do today, however it stands; None where nothing is."""
    today = clock.local_date(now)
    mine = _within(viewer, templates_on(session, today), today)
    return _duties().where(mine) if mine is not None else None


def holding(session: Session, duty_ids: Sequence[int], now: datetime) -> dict[int, Round]:
    """The rounds under way that have these duties, by duty; of one whose shift is over only for whoever began it."""
    query = (
        select(RoundDuty.duty_id, Round)
        .join(RoundDuty.round)
        .where(RoundDuty.duty_id.in_(duty_ids), RoundDuty.released_at.is_(None), Round.ends_at > now)
        .options(joinedload(Round.person))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def organisation_for(session: Session, viewer: Viewer, work: Work, now: datetime) -> int | None:
    """The organisation for which `viewer` does `work`, None where the post belongs to none."""
    today = clock.local_date(now)
    for post in viewer.posts:
        allowed = _of_post(post, {work.template.code: work.template}, today)
        if allowed is not None and session.scalar(_duties().where(Duty.id == work.duty.id, allowed)) is not None:
            return post.organisation_id
    return None


def _duties() -> Select[int]:
    return select(Duty.id).join(Duty.target).join(Target.plan)


def _within(viewer: Viewer, templates: dict[str, InspectionTemplate], today: date) -> ColumnElement[bool] | None:
    """The condition on a duty that `viewer` may do it; None where nothing is."""
    found = [each for post in viewer.posts if (each := _of_post(post, templates, today)) is not None]
    return or_(*found) if found else None


def _of_post(post: Post, templates: dict[str, InspectionTemplate], today: date) -> ColumnElement[bool] | None:
    roles = {code: frozenset(row.roles.split(",")) for code, row in templates.items()}
    named = [code for code, said in roles.items() if post.role in said]
    there = reach(Viewer(posts=(post,)), Permission.INSPECT, today).holds(Duty.community_id, Target.place_id)
    if post.role in FROM_OUTSIDE:
        parts = select(Asset.id).where(Asset.maintainer_id == post.organisation_id)
        return and_(Plan.template.in_(named), Target.asset_id.in_(parts)) if named else None
    if post.role is Role.STREET_OFFICE:
        stands_in = [code for code, said in roles.items() if said & OF_A_COMPANY]
        alone = Duty.community_id.in_(unmanaged(today).with_only_columns(Place.id))
        return and_(there, or_(Plan.template.in_(named), and_(Plan.template.in_(stands_in), alone)))
    return and_(there, Plan.template.in_(named)) if named else None
