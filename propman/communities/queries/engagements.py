"""Who manages a community, on which day; and the communities that follow from it, as selects for scopes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, Select, bindparam, case, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from propman.communities.kinds import MANAGING_KINDS, OrganisationKind, PlaceKind
from propman.communities.models import Engagement, Organisation, Place
from propman.db import ID_LIMIT, among, read

_MANAGERS = (
    select(Engagement.community_id, Organisation)
    .join(Organisation, Organisation.id == Engagement.organisation_id)
    .where(
        among(Engagement.community_id, "communities"),
        Engagement.in_force(bindparam("today", type_=Date)),  # type: ignore[arg-type]
    )
)


_HOLDERS = (
    select(Organisation.id, Organisation.kind)
    .join(Engagement, Engagement.organisation_id == Organisation.id)
    .where(
        Engagement.community_id == bindparam("community"),
        Engagement.in_force(bindparam("today", type_=Date)),  # type: ignore[arg-type]
    )
)


class Holder(NamedTuple):
    """Who answers for a community, as far as the hot ways need to know."""

    id: int
    kind: OrganisationKind


def holder_on(session: Session, community_id: int, on: date) -> Holder:
    """As `responsible_on`, by a statement that stands ready."""
    found = read(session, _HOLDERS, {"community": community_id, "today": on}).one_or_none()
    if found is not None:
        return Holder(*found)
    office = responsible_on(session, community_id, on)
    return Holder(office.id, office.kind)


def manager_on(session: Session, community_id: int, on: date) -> Organisation | None:
    """Who manages the community on `on`, or None while nobody does."""
    return managers_on(session, [community_id], on).get(community_id)


def managers_on(session: Session, community_ids: Iterable[int], on: date) -> dict[int, Organisation]:
    """The managers of several communities by their ids, in one query; who is not there has none on `on`."""
    return dict(session.execute(_MANAGERS, {"communities": list(community_ids), "today": on}).all())


def responsible_on(session: Session, community_id: int, on: date) -> Organisation:
    """Who answers for the community on `on`: its manager or, while nobody manages it, the office of its street.

    Of a street that has closed, the office it had last. Raises LookupError where there never was one, which
    `operations` do not let happen: no community is added to a street without an office.
    """
    manager = manager_on(session, community_id, on)
    if manager is not None:
        return manager
    street = select(Place.parent_id).where(Place.id == community_id).scalar_subquery()
    offices = select(Organisation).where(
        Organisation.kind == OrganisationKind.STREET_OFFICE, Organisation.place_id == street
    )
    in_office = case((Organisation.open_on(on), 0), else_=1)
    office = session.scalars(offices.order_by(in_office, Organisation.id.desc()).limit(1)).one_or_none()
    if office is None:
        raise LookupError(f"nobody answers for community {community_id} on {on}")
    return office


def street_office_of(session: Session, street_id: int, on: date) -> Organisation | None:
    """The office of a street on `on`, or None."""
    offices = select(Organisation).where(
        Organisation.kind == OrganisationKind.STREET_OFFICE,
        Organisation.place_id == street_id,
        Organisation.open_on(on),
    )
    return session.scalars(offices.order_by(Organisation.id).limit(1)).one_or_none()


def engagement(session: Session, engagement_id: int) -> Engagement | None:
    """The engagement with this id, or None."""
    return session.get(Engagement, engagement_id) if 0 < engagement_id < ID_LIMIT else None


def engagements_of(session: Session, community_id: int) -> tuple[Engagement, ...]:
    """Every engagement of a community with its organisation, the latest first."""
    query = select(Engagement).where(Engagement.community_id == community_id).order_by(Engagement.starts_on.desc())
    return tuple(session.scalars(query.options(joinedload(Engagement.organisation))))


def engagements_by(session: Session, organisation_id: int) -> tuple[Engagement, ...]:
    """Every engagement of an organisation with its community, the latest first."""
    query = select(Engagement).where(Engagement.organisation_id == organisation_id)
    query = query.order_by(Engagement.starts_on.desc(), Engagement.id.desc())
    return tuple(session.scalars(query.options(joinedload(Engagement.community))))


def managed_by(organisation_id: int, on: date) -> Select[int]:
    """The ids of the communities that an organisation manages on `on`."""
    return select(Engagement.community_id).where(Engagement.organisation_id == organisation_id, Engagement.in_force(on))


def formerly_managed_by(organisation_id: int, since: date, on: date) -> Select[int]:
    """The ids of the communities that an organisation stopped managing after the day `since`, up to and with `on`."""
    return select(Engagement.community_id).where(
        Engagement.organisation_id == organisation_id, Engagement.ends_on <= on, Engagement.ends_on > since
    )


def unmanaged(on: date) -> Select[Place]:
    """The open communities that nobody manages on `on`: they fall to their street office."""
    managed = select(Engagement.community_id).where(Engagement.in_force(on))
    return select(Place).where(Place.kind == PlaceKind.COMMUNITY, Place.open_on(on), Place.id.not_in(managed))


def companies_for(session: Session, community: Place, on: date) -> tuple[Organisation, ...]:
    """Who can be engaged in a community on `on`: the companies of its prefecture and of the province, by name."""
    prefecture = "/".join(community.path.split("/")[:3]) + "/"
    near = or_(Place.path.like(f"{prefecture}%"), Place.id.in_(community.line_ids))
    query = (
        select(Organisation)
        .join(Organisation.place)
        .where(Organisation.kind.in_(MANAGING_KINDS), Organisation.open_on(on), near)
    )
    query = query.options(contains_eager(Organisation.place))
    return tuple(session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))
