"""Events: where one may open them, who sees and changes one, what it brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.queries import member_ids
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import inspection_schedules
from propman.communities.kinds import MANAGING_KINDS, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries import managers_on, reach, street_office_of
from propman.communities.queries.reach import OVER_AN_AREA
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.inspections.models import Duty, Occasion, OccasionMove, OccasionPlace, Plan, Target
from propman.inspections.schedule import End
from propman.inspections.upon import TEMPLATES, Days, Kind, brings, task
from propman.roles import GRANTS, Permission, Role, Viewer

MOST, MOST_AREAS = 100, 300
IN_CHARGE = frozenset({Role.COMPANY_MANAGER, Role.DISPATCHER, Role.WORKER, Role.STREET_OFFICE})
AREAS = frozenset({PlaceKind.COUNTY, PlaceKind.STREET, PlaceKind.COMMUNITY})
_BELOW = {
    PlaceKind.PROVINCE: {PlaceKind.COUNTY}, PlaceKind.PREFECTURE: {PlaceKind.COUNTY},
    PlaceKind.COUNTY: {PlaceKind.COUNTY, PlaceKind.STREET}, PlaceKind.STREET: {PlaceKind.STREET, PlaceKind.COMMUNITY},
}  # fmt: skip
"""What is offered within an area: all of it, and what lies just below."""

_OPEN = (Duty.ended_as.is_(None), Duty.superseded_by.is_(None))


class Which(StrEnum):
    """Which events are listed."""

    CURRENT = "current"  # without an end, or with tasks that are still open
    PAST = "past"


@dataclass(frozen=True)
class Count:
    """Of one event: how many tasks there are and how they ended, within what somebody sees."""

    all: int = 0
    open: int = 0
    done: int = 0
    late: int = 0
    missed: int = 0
    excused: int = 0


def schedules(session: Session, kind: Kind, on: date) -> tuple[InspectionSchedule, ...]:
    """What an event of this kind brings by the library of the day."""
    return tuple(row for row in inspection_schedules(session, on).get(TEMPLATES[kind], ()) if brings(kind, row.code))


def areas(session: Session, viewer: Viewer, on: date) -> Sequence[Place]:
    """Where `viewer` may open events: the own districts and streets, of a company the communities that it manages."""
    over = GRANTS[Permission.OPEN_EVENTS] & OVER_AN_AREA
    own = select(Place).where(Place.path.in_([post.place_path for post in viewer.posts if post.role in over]))
    within = [and_(Place.path.startswith(place.path), Place.kind.in_(_BELOW.get(place.kind, {place.kind})))
              for place in session.scalars(own)]  # fmt: skip
    if reach(viewer, Permission.OPEN_EVENTS, on).organisations:
        managed = reach(_of_companies(viewer), Permission.OPEN_EVENTS, on).communities()
        within.append(and_(Place.kind == PlaceKind.COMMUNITY, Place.id.in_(managed)))
    if not within:
        return ()
    query = select(Place).where(or_(*within), Place.open_on(on))
    return session.scalars(query.order_by(func.length(Place.path), Place.sort_key, Place.id).limit(MOST_AREAS)).all()


def area(session: Session, viewer: Viewer, place_id: int, on: date) -> tuple[Place, int | None]:
    """A place in which `viewer` may open events, and on behalf of which organisation. Raises `NotFound`."""
    place = session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None
    if place is None or place.kind not in AREAS or not place.open_on(on):
        raise NotFound()
    posts = [post for post in viewer.posts if post.role in GRANTS[Permission.OPEN_EVENTS]]
    for post in posts:
        if post.role in OVER_AN_AREA and post.place_path and place.path.startswith(post.place_path):
            return place, post.organisation_id
    managed = reach(_of_companies(viewer), Permission.OPEN_EVENTS, on).communities().where(Place.id == place.id)
    if session.scalar(managed) is None:
        raise NotFound()
    return place, next(post.organisation_id for post in posts if post.role not in OVER_AN_AREA)


def communities_in(session: Session, place: Place, on: date) -> Sequence[Place]:
    """The open communities in an area."""
    inside = (Place.kind == PlaceKind.COMMUNITY, Place.path.startswith(place.path), Place.open_on(on))
    return session.scalars(select(Place).where(*inside).order_by(Place.id)).all()


def taken(
    session: Session, template: str, communities: Collection[int], days: Days, but: int | None = None
) -> Mapping[int, frozenset[int]]:
    """The communities that have such an event on one of these days already, and which."""
    query = select(OccasionPlace).where(
        OccasionPlace.template == template, OccasionPlace.community_id.in_(communities), ~OccasionPlace.off,
        or_(OccasionPlace.ends_on.is_(None), OccasionPlace.ends_on >= days.starts_on),
    )  # fmt: skip
    found: dict[int, frozenset[int]] = {}
    for one in session.scalars(query):
        if one.occasion_id != but and Days(one.starts_on, one.ends_on).overlaps(days, template):
            found[one.community_id] = found.get(one.community_id, frozenset()) | {one.occasion_id}
    return found


def left_to(session: Session, viewer: Viewer, found: Occasion, on: date) -> Mapping[int, int]:
    """By the event, in how many communities of its area `found` left it to one that was there, as `viewer` sees it."""
    if found.called_off_at is not None:
        return {}
    mine = select(OccasionPlace.community_id).where(OccasionPlace.occasion_id == found.id)
    inside = (Place.kind == PlaceKind.COMMUNITY, Place.path.startswith(found.place.path), Place.open_on(on))
    seen = reach(viewer, Permission.SEE_INSPECTIONS, on).holds(Place.id)
    others = session.scalars(select(Place.id).where(*inside, Place.id.not_in(mine), seen)).all()
    there = taken(session, TEMPLATES[found.kind], others, found.days, but=found.id)
    return Counter(event for events in there.values() for event in events)


def still_open(
    session: Session, template: str, communities: Collection[int], codes: Collection[str], since: date,
    but: Collection[int],
) -> Mapping[int, int]:  # fmt: skip
    """By the event of this template, in how many of these communities a task that `codes` bring too is still open,
    and can be done on `since` or later.
    """
    tasks_ = {task(code) for code in codes}
    query: Any = (
        select(Duty.occasion_id, Duty.community_id, Plan.schedule).distinct()
        .join(Target, Target.id == Duty.target_id).join(Plan, Plan.id == Target.plan_id)
        .where(Plan.template == template, Duty.occasion_id.is_not(None), Duty.occasion_id.not_in(but),
               Duty.community_id.in_(communities), Duty.cut_off_on >= since, *_OPEN)
    )  # fmt: skip
    found = {(event, community) for event, community, code in session.execute(query) if task(code) in tasks_}
    return Counter(event for event, _community in found)


def of_companies(session: Session, ids: Collection[int]) -> Sequence[Occasion]:
    """Those of some events that a company opened, for a community that it manages."""
    query = select(Occasion).join(Occasion.organisation).where(Occasion.id.in_(ids))
    return session.scalars(query.where(Organisation.kind.in_(MANAGING_KINDS)).order_by(Occasion.id)).all()


def from_above(session: Session, found: Occasion) -> Sequence[Occasion]:
    """Events like `found`, on one of its days, that somebody above opened for an area in which its place lies."""
    return _alike(session, found, Occasion.place_id.in_(found.place.line_ids))


def beside(session: Session, found: Occasion) -> Sequence[Occasion]:
    """Those and, of areas inside its place, others: each may have left a community to `found`."""
    around = or_(Place.id.in_(found.place.line_ids), Place.path.startswith(found.place.path))
    return _alike(session, found, Occasion.place.has(around))


def _alike(session: Session, found: Occasion, where: ColumnElement[bool]) -> Sequence[Occasion]:
    template = TEMPLATES[found.kind]
    alike = [kind for kind in Kind if TEMPLATES[kind] == template]
    query = select(Occasion).outerjoin(Occasion.organisation).where(
        Occasion.kind.in_(alike), where, Occasion.called_off_at.is_(None),
        or_(Organisation.id.is_(None), Organisation.kind.not_in(MANAGING_KINDS)), Occasion.id != found.id,
        or_(Occasion.ends_on.is_(None), Occasion.ends_on >= found.starts_on),
    )  # fmt: skip
    return [one for one in session.scalars(query.order_by(Occasion.id)) if one.days.overlaps(found.days, template)]


def occasion(session: Session, viewer: Viewer, occasion_id: int, on: date) -> Occasion:
    """An event that `viewer` may read. Raises `NotFound` for every other."""
    query = select(Occasion).where(Occasion.id == occasion_id, _visible_to(viewer, on))
    found = session.scalars(query).one_or_none() if 0 < occasion_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def edits(session: Session, viewer: Viewer, found: Occasion, on: date) -> bool:
    """Whether `viewer` may change it: who may open one in all of its area and, of a company, who opened it."""
    try:
        _place, organisation_id = area(session, viewer, found.place_id, on)
    except NotFound:
        return False
    return over(viewer, found.place) or (organisation_id is not None and organisation_id == found.organisation_id)


def over(viewer: Viewer, place: Place) -> bool:
    """Whether `viewer` may open events in `place` as somebody above, and not for a company."""
    return any(post.role in OVER_AN_AREA and post.place_path and place.path.startswith(post.place_path)
               for post in viewer.posts if post.role in GRANTS[Permission.OPEN_EVENTS])  # fmt: skip


def occasions(session: Session, viewer: Viewer, which: Which, on: date) -> Sequence[Occasion]:
    """The events that `viewer` may read, the latest first."""
    still = select(Duty.id).where(Duty.occasion_id == Occasion.id, *_OPEN)
    goes_on = Occasion.called_off_at.is_(None) & (Occasion.ends_on.is_(None) | still.exists())
    wanted = goes_on if which is Which.CURRENT else ~goes_on
    whole = (joinedload(Occasion.place), joinedload(Occasion.organisation))
    query = select(Occasion).where(_visible_to(viewer, on), wanted).options(*whole)
    return session.scalars(query.order_by(Occasion.starts_on.desc(), Occasion.id.desc()).limit(MOST)).all()


def named(session: Session, viewer: Viewer, ids: Collection[int], on: date) -> Sequence[Occasion]:
    """Those of some events that `viewer` may read, the latest first."""
    query = select(Occasion).where(Occasion.id.in_(ids), _visible_to(viewer, on))
    whole = joinedload(Occasion.place).joinedload(Place.parent)
    return session.scalars(query.options(whole).order_by(Occasion.starts_on.desc(), Occasion.id.desc())).all()


def counts(session: Session, viewer: Viewer, ids: Collection[int], on: date) -> Mapping[int, Count]:
    """How the tasks of several events stand, by the event; one query."""
    ended = {end: func.count().filter(Duty.ended_as == end) for end in (End.DONE, End.LATE, End.MISSED, End.EXCUSED)}
    still = func.count().filter(Duty.ended_as.is_(None))
    query: Any = select(Duty.occasion_id, func.count(), still, *ended.values()).where(
        Duty.occasion_id.in_(ids), Duty.superseded_by.is_(None), _seen(viewer, on)
    )
    return {row[0]: Count(*row[1:]) for row in session.execute(query.group_by(Duty.occasion_id))}


def tasks(session: Session, viewer: Viewer, occasion_id: int, on: date) -> Sequence[Duty]:
    """What an event brought where `viewer` sees it: what is open first, by its day."""
    query = select(Duty).where(Duty.occasion_id == occasion_id, Duty.superseded_by.is_(None), _seen(viewer, on))
    whole = (joinedload(Duty.community), joinedload(Duty.target).joinedload(Target.plan))
    order = (Duty.ended_as.is_not(None), Duty.due_on, Duty.community_id, Duty.id)
    return session.scalars(query.options(*whole).order_by(*order).limit(4 * MOST)).all()


def communities_of(session: Session, viewer: Viewer, found: Occasion, on: date) -> int:
    """In how many communities an event is, as `viewer` sees it."""
    seen = reach(viewer, Permission.SEE_INSPECTIONS, on).holds(OccasionPlace.community_id)
    query = select(func.count()).where(OccasionPlace.occasion_id == found.id, ~OccasionPlace.off, seen)
    return session.scalar(query) or 0


def story(session: Session, found: Occasion) -> Sequence[OccasionMove]:
    """What happened to an event, with who did it and why."""
    query = select(OccasionMove).where(OccasionMove.occasion_id == found.id).order_by(OccasionMove.version)
    return session.scalars(query.options(joinedload(OccasionMove.actor), joinedload(OccasionMove.reason))).all()


def told(session: Session, found: Occasion, on: date) -> set[int]:
    """Whom an event concerns: those who manage, send and work for who is in charge of its communities on `on`."""
    query = select(Place).join(OccasionPlace, OccasionPlace.community_id == Place.id)
    communities = session.scalars(query.where(OccasionPlace.occasion_id == found.id)).all()
    managers = managers_on(session, [one.id for one in communities], on)
    streets = {one.parent_id for one in communities if one.id not in managers and one.parent_id is not None}
    offices = [office for street in sorted(streets) if (office := street_office_of(session, street, on)) is not None]
    people: set[int] = set()
    for holder_id in sorted({one.id for one in (*managers.values(), *offices)}):
        people |= set(member_ids(session, organisation_id=holder_id, roles=IN_CHARGE, on=on))
    return people


def _visible_to(viewer: Viewer, on: date) -> ColumnElement[bool]:
    seen = reach(viewer, Permission.SEE_INSPECTIONS, on).holds(OccasionPlace.community_id)
    return select(OccasionPlace.occasion_id).where(OccasionPlace.occasion_id == Occasion.id, seen).exists()


def _seen(viewer: Viewer, on: date) -> ColumnElement[bool]:
    return reach(viewer, Permission.SEE_INSPECTIONS, on).holds(Duty.community_id)


def _of_companies(viewer: Viewer) -> Viewer:
    """`viewer` with the posts alone whose rights follow what a company manages."""
    return Viewer(viewer.user_id, viewer.name, tuple(post for post in viewer.posts if post.role not in OVER_AN_AREA))
