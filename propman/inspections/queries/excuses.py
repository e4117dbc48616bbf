"""Wishes to be excused: who may ask, who decides, what waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.queries import member_ids, officials_over
from propman.communities.models import Organisation, Place
from propman.communities.queries import reach, responsible_on, street_office_of
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.inspections.models import Duty, Excuse, Target
from propman.roles import GRANTS, Permission, Post, Role, Viewer

MOST = 200


class Wishes(StrEnum):
    """Which wishes are listed."""

    WAITING = "waiting"
    DECIDED = "decided"
    LAPSED = "lapsed"  # the duty had its end before anybody decided


def asker(session: Session, viewer: Viewer, duty: Duty, on: date) -> Organisation | None:
    """For whom `viewer` may ask: who is in charge of the community on the day `on`, where the viewer is of them."""
    there = responsible_on(session, duty.community_id, on)
    posts = (post for post in viewer.posts if post.role in GRANTS[Permission.ASK_EXCUSES])
    return there if any(post.organisation_id == there.id for post in posts) else None


def duty_to_excuse(session: Session, viewer: Viewer, duty_id: int, on: date) -> Duty:
    """A duty for which `viewer` may ask to be excused. Raises `NotFound` for every other."""
    duty = session.get(Duty, duty_id, options=[_whole(Duty.target)]) if 0 < duty_id < ID_LIMIT else None
    if duty is None or asker(session, viewer, duty, on) is None:
        raise NotFound()
    return duty


def wish_of(session: Session, duty_id: int) -> Excuse | None:
    """The last wish about a duty, or None."""
    query = select(Excuse).where(Excuse.duty_id == duty_id).order_by(Excuse.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def waiting_wish(session: Session, viewer: Viewer, duty: Duty, on: date) -> tuple[int, bool] | None:
    """The id of the wish about an open duty that waits, and whether `viewer` may read it; None where none waits."""
    if duty.ended_as is not None or duty.superseded_by is not None:
        return None
    seen = visible_to(viewer, on) if viewer.may(Permission.SEE_EXCUSES) else false()
    query = select(Excuse.id, seen).join(Excuse.duty).where(Excuse.duty_id == duty.id, Excuse.decided_at.is_(None))
    row = session.execute(query.order_by(Excuse.id.desc()).limit(1)).one_or_none()
    return (row[0], bool(row[1])) if row is not None else None


def wish(session: Session, viewer: Viewer, excuse_id: int, on: date) -> Excuse:
    """A wish that `viewer` may read. Raises `NotFound` for every other."""
    query = _wishes().where(Excuse.id == excuse_id, visible_to(viewer, on))
    found: Excuse | None = session.scalars(query).one_or_none() if 0 < excuse_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def wishes(session: Session, viewer: Viewer, which: Wishes, on: date) -> Sequence[Excuse]:
    """The wishes of one kind that `viewer` may read; what waits the most urgent first, else the newest first."""
    waits = Excuse.decided_at.is_(None)
    still = Duty.ended_as.is_(None) & Duty.superseded_by.is_(None)
    kinds = {Wishes.WAITING: waits & still, Wishes.DECIDED: ~waits, Wishes.LAPSED: waits & ~still}
    order = (Duty.cut_off_on, Excuse.id) if which is Wishes.WAITING else (Excuse.id.desc(),)
    query = _wishes().where(kinds[which], visible_to(viewer, on)).order_by(*order).limit(MOST)
    return session.scalars(query).all()


def visible_to(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """The condition on a wish and its duty that `viewer` may read it: of the own organisation, or within reach."""
    own = [post.organisation_id for post in viewer.posts if post.role in GRANTS[Permission.ASK_EXCUSES]]
    reached = reach(viewer, Permission.SEE_EXCUSES, on).holds(Duty.community_id)
    return or_(Excuse.asked_for_id.in_([one for one in own if one is not None]), reached)


def decider(viewer: Viewer, found: Excuse, community: Place) -> Post | None:
    """The post by which `viewer` may decide: above the place, and of other people than those who asked."""
    if viewer.user_id == found.asked_by_id or any(post.organisation_id == found.asked_for_id for post in viewer.posts):
        return None
    return next((post for post in viewer.posts if post.role in GRANTS[Permission.DECIDE_EXCUSES]
                 and post.place_path and community.path.startswith(post.place_path)), None)  # fmt: skip


def deciders(session: Session, community: Place, but: Collection[int], asked_for_id: int, on: date) -> list[int]:
    """The nearest people above who may decide: of the street office, else officials of county, prefecture, province."""
    province, prefecture, county, street, *_inside = community.line_ids
    levels = []
    office = street_office_of(session, street, on)
    if office is not None and office.id != asked_for_id:
        levels.append(member_ids(session, organisation_id=office.id, roles={Role.STREET_OFFICE}, on=on))
    levels += [[person.id for person in officials_over(session, place_id=place_id, on=on)]
               for place_id in (county, prefecture, province)]  # fmt: skip
    return next(filter(None, ([one for one in people if one not in but] for people in levels)), [])


def _wishes() -> Any:
    people = (Excuse.asked_by, Excuse.asked_for, Excuse.decided_by, Excuse.decided_for, Excuse.reason, Excuse.words)
    whole = joinedload(Excuse.duty)
    return select(Excuse).join(Excuse.duty).options(
        *(joinedload(each) for each in people), whole.joinedload(Duty.community),
        whole.joinedload(Duty.target).options(*_of_target()),
    )  # fmt: skip


def _whole(target: Any) -> Any:
    return joinedload(target).options(*_of_target())


def _of_target() -> tuple[Any, ...]:
    return joinedload(Target.plan), joinedload(Target.place), joinedload(Target.asset)
