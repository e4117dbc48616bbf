"""A small piece of a city for the tests of this room, built by the operations that build a real one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.communities import operations
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Engagement, Organisation, Place

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)  # 10:00 on a Tuesday
TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
DAOLI = "230102"
ACTOR = 7


def county(session: Session, code: str = DAOLI) -> Place:
    """A county-level division, once the divisions are loaded."""
    query = select(Place).where(Place.division_code == code)
    if session.scalar(query) is None:
        operations.load_divisions(session, now=NOW)
    return session.scalars(query).one()


def place(session: Session, inside: Place, name: str, **more: object) -> Place:
    """A place directly inside another."""
    return operations.add_place(session, parent_id=inside.id, name=name, actor_id=ACTOR, now=NOW, **more)  # type: ignore[arg-type]


def street(session: Session, name: str = "花园街道") -> Place:
    """A street of Daoli, with its office."""
    return place(session, county(session), name)


def community(session: Session, name: str = "红旗小区", street_name: str = "花园街道") -> Place:
    """A community of a street of Daoli."""
    found = session.scalar(select(Place).where(Place.name == street_name))
    return place(session, found or street(session, street_name), name)


def company(session: Session, name: str = "安居物业") -> Organisation:
    """A property company of Daoli."""
    return organisation(session, OrganisationKind.PROPERTY_COMPANY, name)


def organisation(session: Session, kind: OrganisationKind, name: str, **more: object) -> Organisation:
    """An organisation of Daoli."""
    area = county(session).id
    return operations.add_organisation(
        session,
        kind=kind,
        name=name,
        place_id=area,
        actor_id=ACTOR,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def engage(
    session: Session, community: Place, company: Organisation, starts_on: date, ends_on: date | None = None
) -> Engagement:
    """The company manages the community; written down on the day it starts, so that it may lie in the past."""
    when = min(NOW, datetime(starts_on.year, starts_on.month, starts_on.day, tzinfo=UTC))
    return operations.engage(
        session,
        community_id=community.id,
        organisation_id=company.id,
        starts_on=starts_on,
        ends_on=ends_on,
        actor_id=ACTOR,
        now=when,
    )
