"""Flats of a place, who lives where, slips and wishes; and which places a viewer keeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Row, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.models import Membership, User
from propman.accounts.queries import active, members
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import community_of, responsible_on
from propman.communities.queries.reach import Reach, reach
from propman.db import ID_LIMIT, read
from propman.errors import NotFound
from propman.households.models import Household, HouseholdSlip, JoinWish, Occupant
from propman.roles import GRANTS, Permission, Role, Viewer

MOST_SHOWN = 200
HOLDS_FLATS = frozenset({PlaceKind.BUILDING, PlaceKind.ENTRANCE})


@dataclass(frozen=True)
class Flat:
    """A flat with how many live there today, and its slip in use."""

    household: Household
    people: int
    slip: HouseholdSlip | None


@dataclass(frozen=True)
class Counts:
    """Flats of an entrance or building: all, with a slip in use, and open wishes."""

    flats: int = 0
    slips: int = 0
    wishes: int = 0


def keepers(session: Session, place: Place, community: Place, on: date) -> list[int]:
    """Who answers wishes for the flats of `place`: those of the organisation in charge, and the building heads."""
    holder = responsible_on(session, community.id, on)
    roles = GRANTS[Permission.KEEP_HOUSEHOLDS]
    staff = members(session, organisation_id=holder.id, roles=roles - {Role.GRID_WORKER}, on=on)
    heads = select(User.id).join(Membership, Membership.user_id == User.id).where(
        Membership.role == Role.GRID_WORKER, Membership.place_id.in_(place.line_ids), Membership.in_force(on), active()
    )  # fmt: skip
    return [*(person.id for person in staff), *session.scalars(heads)]


def kept_places(session: Session, viewer: Viewer, on: date) -> Sequence[Place]:
    """The communities, and what lies deeper, that `viewer` keeps households of; by name."""
    within = reach(viewer, Permission.KEEP_HOUSEHOLDS, on)
    deep = [Place.path == path for path in within.paths]
    query = select(Place).where(or_(Place.id.in_(within.communities()), *deep), Place.open_on(on))
    wanted = query.where(Place.kind.in_({PlaceKind.COMMUNITY, *HOLDS_FLATS}))
    return list(session.scalars(wanted.order_by(Place.sort_key, Place.id)))


def kept_place(session: Session, place_id: int, viewer: Viewer, on: date) -> Place:
    """A community, building or entrance whose households `viewer` keeps. Raises `NotFound` for every other."""
    place = session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None
    if place is None or place.kind not in {PlaceKind.COMMUNITY, *HOLDS_FLATS}:
        raise NotFound()
    if not _covers(session, reach(viewer, Permission.KEEP_HOUSEHOLDS, on), place):
        raise NotFound()
    return place


def kept_household(session: Session, household_id: int, viewer: Viewer, on: date) -> Household:
    """A household that `viewer` keeps. Raises `NotFound` for every other."""
    found = session.get(Household, household_id) if 0 < household_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    kept_place(session, found.place_id, viewer, on)
    return found


def kept_wish(session: Session, wish_id: int, viewer: Viewer, on: date) -> JoinWish:
    """An open wish that `viewer` answers. Raises `NotFound` for every other, also for one that is answered."""
    found = session.get(JoinWish, wish_id) if 0 < wish_id < ID_LIMIT else None
    if found is None or found.answered_at is not None:
        raise NotFound()
    kept_place(session, found.place_id, viewer, on)
    return found


def _covers(session: Session, within: Reach, place: Place) -> bool:
    if within.covers(place):
        return True
    community = community_of(session, place)
    inside = select(Place.id).where(Place.id == (community.id if community else 0), Place.id.in_(within.communities()))
    return session.scalar(inside) is not None


def holding_flats(session: Session, place: Place, on: date) -> Sequence[Place]:
    """The open buildings and entrances at `place` and inside it that can hold flats, in their order."""
    query = select(Place).where(
        Place.path.startswith(place.path, autoescape=True), Place.kind.in_(HOLDS_FLATS), Place.open_on(on)
    )
    inside = list(session.scalars(query.options(joinedload(Place.parent)).order_by(Place.path)))
    above = {one.parent_id for one in inside if one.kind is PlaceKind.ENTRANCE}
    return [one for one in inside if one.id not in above]


def counts(session: Session, place_ids: Collection[int], on: date) -> dict[int, Counts]:
    """What each of these places holds, by id; three SELECTs whatever their number."""
    ids = list(place_ids)
    flats = select(Household.place_id, func.count()).where(Household.place_id.in_(ids)).group_by(Household.place_id)
    slips = flats.join(HouseholdSlip, HouseholdSlip.household_id == Household.id).where(*_lets_in(on))
    wishes = select(JoinWish.place_id, func.count()).where(JoinWish.place_id.in_(ids), JoinWish.answered_at.is_(None))
    found = [dict(session.execute(query).all()) for query in (flats, slips, wishes.group_by(JoinWish.place_id))]
    return {one: Counts(*(each.get(one, 0) for each in found)) for one in ids}


def flats_of(session: Session, place: Place, on: date) -> Sequence[Flat]:
    """The flats of an entrance or building, by floor and number; three SELECTs."""
    query = select(Household).where(Household.place_id == place.id)
    households = list(session.scalars(query.order_by(Household.floor, Household.number, Household.id)))
    ids = [one.id for one in households]
    people = people_in(session, ids, on)
    slips = {slip.household_id: slip for slip in slips_in_use(session, ids, on)}
    return [Flat(one, people[one.id], slips.get(one.id)) for one in households]


def _lets_in(on: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a slip lets people in on the day `on`."""
    return (HouseholdSlip.revoked_at.is_(None), HouseholdSlip.expires_on > on)


def slips_in_use(session: Session, household_ids: Collection[int], on: date) -> Sequence[HouseholdSlip]:
    """The slips of these households that let people in on the day `on`."""
    wanted = select(HouseholdSlip).where(HouseholdSlip.household_id.in_(list(household_ids)), *_lets_in(on))
    return list(session.scalars(wanted))


def slips_not_revoked(session: Session, household_ids: Collection[int]) -> Sequence[HouseholdSlip]:
    """The slips of these households that nobody revoked, those that are too old too."""
    wanted = (HouseholdSlip.household_id.in_(list(household_ids)), HouseholdSlip.revoked_at.is_(None))
    return list(session.scalars(select(HouseholdSlip).where(*wanted)))


def slip_by_hash(session: Session, code_hash: str, on: date) -> HouseholdSlip | None:
    """The slip whose code has this hash and that lets people in on the day `on`, or None."""
    wanted = select(HouseholdSlip).where(HouseholdSlip.code_hash == code_hash, *_lets_in(on))
    return session.scalars(wanted).one_or_none()


def people_of(session: Session, household: Household) -> Sequence[Occupant]:
    """Everybody who lives or lived there, the latest first."""
    query = select(Occupant).where(Occupant.household_id == household.id).options(joinedload(Occupant.user))
    return list(session.scalars(query.order_by(Occupant.starts_on.desc(), Occupant.id.desc())))


def wishes_at(session: Session, place: Place) -> Sequence[JoinWish]:
    """The open wishes for flats of `place`, the oldest first."""
    query = select(JoinWish).where(JoinWish.place_id == place.id, JoinWish.answered_at.is_(None))
    return list(
        session.scalars(query.options(joinedload(JoinWish.user), joinedload(JoinWish.flat)).order_by(JoinWish.id))
    )


def wishes_within(session: Session, viewer: Viewer, on: date) -> Sequence[JoinWish]:
    """The open wishes that `viewer` answers, the oldest first."""
    within = reach(viewer, Permission.KEEP_HOUSEHOLDS, on).holds(JoinWish.community_id, JoinWish.place_id)
    query = select(JoinWish).where(JoinWish.answered_at.is_(None), within).order_by(JoinWish.id)
    return list(session.scalars(query.options(joinedload(JoinWish.user), joinedload(JoinWish.place)).limit(MOST_SHOWN)))


def people_in(session: Session, household_ids: Collection[int], on: date) -> dict[int, int]:
    """How many people live in each of these households on `on`, by id; none is left out."""
    living = (
        select(Occupant.household_id, func.count())
        .join(User, User.id == Occupant.user_id)
        .where(Occupant.household_id.in_(list(household_ids)), Occupant.in_force(on), active())
        .group_by(Occupant.household_id)
    )
    found = dict(session.execute(living).all())
    return {one: found.get(one, 0) for one in household_ids}


def living_at(session: Session, paths: Collection[str], on: date) -> set[int]:
    """Who lives on `on` in a flat of the places at `paths`, or inside them: people who can sign in."""
    inside = or_(false(), *(Place.path.startswith(path, autoescape=True) for path in paths))
    query = (
        select(Occupant.user_id)
        .join(Household, Household.id == Occupant.household_id)
        .join(Place, Place.id == Household.place_id)
        .join(User, User.id == Occupant.user_id)
        .where(Occupant.in_force(on), active(), inside)
    )
    return set(session.scalars(query))


_HOMES = (
    select(Occupant)
    .where(Occupant.user_id == bindparam("user"), Occupant.in_force(bindparam("today", type_=Date)))  # type: ignore[arg-type]
    .options(joinedload(Occupant.household).joinedload(Household.place))
    .order_by(Occupant.id)
)


def homes(session: Session, user_id: int, on: date) -> Sequence[Occupant]:
    """Where the person lives on `on`, with flat and place."""
    return list(session.scalars(_HOMES, {"user": user_id, "today": on}))


_LIVED_IN = (
    select(Household.place_id, Household.community_id, Household.number)
    .join(Occupant, Occupant.household_id == Household.id)
    .where(Occupant.user_id == bindparam("user"), Occupant.in_force(bindparam("today", type_=Date)))  # type: ignore[arg-type]
    .order_by(Occupant.id)
)


def flats_lived_in(session: Session, user_id: int, on: date) -> Sequence[Row[int, int, str]]:
    """As `homes`, only `place_id`, `community_id` and `number` of each; for the hot ways."""
    return read(session, _LIVED_IN, {"user": user_id, "today": on}).all()


def own_occupancy(session: Session, occupant_id: int, user_id: int, on: date) -> Occupant:
    """One of the person's `homes`. Raises `NotFound` for every other."""
    found = session.get(Occupant, occupant_id) if 0 < occupant_id < ID_LIMIT else None
    if found is None or found.user_id != user_id or not found.in_force(on):
        raise NotFound()
    return found


def open_wishes(session: Session, user_id: int) -> Sequence[JoinWish]:
    """What the person asked for and nobody has answered yet."""
    query = select(JoinWish).where(JoinWish.user_id == user_id, JoinWish.answered_at.is_(None))
    return list(session.scalars(query.options(joinedload(JoinWish.place), joinedload(JoinWish.flat))))


def refused_wishes(session: Session, user_id: int, since: datetime) -> Sequence[JoinWish]:
    """What the person asked for and somebody else said no to since then."""
    query = select(JoinWish).where(JoinWish.user_id == user_id, JoinWish.granted.is_(False),
                                   JoinWish.answered_at >= since, JoinWish.answered_by_id != user_id)  # fmt: skip
    return list(session.scalars(query.options(joinedload(JoinWish.place)).order_by(JoinWish.id.desc())))


def flats_reached(session: Session, community_ids: Collection[int], on: date) -> dict[int, tuple[int, int]]:
    """By community, how many flats there are, and in how many somebody lives or can join by a slip; one SELECT."""
    slip = select(HouseholdSlip.id).where(HouseholdSlip.household_id == Household.id, *_lets_in(on))
    lives = select(Occupant.id).where(Occupant.household_id == Household.id, Occupant.in_force(on))
    reached = case((or_(slip.exists(), lives.exists()), 1))
    query = (
        select(Household.community_id, func.count(), func.count(reached))
        .where(Household.community_id.in_(list(community_ids)))
        .group_by(Household.community_id)
    )
    return {one: (flats, count) for one, flats, count in session.execute(query)}
