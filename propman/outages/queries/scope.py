"""Who may announce outages where, and who may change one that was announced.

A company in the communities that it manages today, a street office and a committee in their area, a utility in its own
area and for what it supplies. Each changes its own; the street office every one in its area. Reading one is public.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries import manager_on, reach
from propman.communities.queries.reach import OF_A_COMPANY, OVER_AN_AREA
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.outages.models import Outage
from propman.roles import GRANTS, Permission, Post, Role, Viewer

NEEDED = Permission.ANNOUNCE_OUTAGES
MOST_NAMED = 30


def visible_to(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """The condition that `viewer` finds an outage in the list: all within reach, of a utility its own."""
    own = [post.organisation_id for post in viewer.posts if post.role is Role.UTILITY]
    return or_(reach(viewer, NEEDED, on).holds(Outage.community_id), Outage.organisation_id.in_(own))


def communities(session: Session, viewer: Viewer, text: str, on: date) -> Sequence[Place]:
    """The open communities that `viewer` may announce for, those with `text` in the name, by name; not too many."""
    organisation, area = aliased(Organisation), aliased(Place)
    served = (
        select(organisation.id)
        .join(area, area.id == organisation.place_id)
        .where(organisation.id.in_(_utilities(viewer)), organisation.open_on(on), Place.path.startswith(area.path))
    )
    query = select(Place).where(
        Place.kind == PlaceKind.COMMUNITY, Place.open_on(on), Place.name.contains(text.strip(), autoescape=True),
        or_(Place.id.in_(reach(viewer, NEEDED, on).communities()), served.exists()),
    )  # fmt: skip
    query = query.options(joinedload(Place.parent)).order_by(Place.sort_key, Place.id)
    return session.scalars(query.limit(MOST_NAMED + 1)).all()


def load_community(session: Session, viewer: Viewer, community_id: int, on: date) -> Place:
    """An open community that `viewer` may announce for. Raises `NotFound` for every other."""
    found = session.get(Place, community_id) if 0 < community_id < ID_LIMIT else None
    if found is None or found.kind is not PlaceKind.COMMUNITY or not found.open_on(on):
        raise NotFound()
    if not announcers(session, viewer, found, on):
        raise NotFound()
    return found


def announcers(session: Session, viewer: Viewer, community: Place, on: date) -> list[Organisation]:
    """On behalf of whom `viewer` may announce in `community` on the day `on`; the first one counts."""
    posts = [post for post in viewer.posts if post.role in GRANTS[NEEDED] and post.organisation_id is not None]
    found = (_behind(session, post, community, on) for post in posts)
    return [one for one in found if one is not None]


def edits(session: Session, viewer: Viewer, outage: Outage, on: date) -> bool:
    """Whether `viewer` may change `outage`: of the organisation that announced it, or of the street office over it."""
    return any(
        one.id == outage.organisation_id or one.kind is OrganisationKind.STREET_OFFICE
        for one in announcers(session, viewer, outage.community, on)
    )


def edited(session: Session, viewer: Viewer, outage_id: int, on: date) -> Outage:
    """An outage that `viewer` may change. Raises `NotFound` for every other."""
    found = session.get(Outage, outage_id) if 0 < outage_id < ID_LIMIT else None
    if found is None or not edits(session, viewer, found, on):
        raise NotFound()
    return found


def _utilities(viewer: Viewer) -> list[int]:
    posts = (post.organisation_id for post in viewer.posts if post.role is Role.UTILITY)
    return [one for one in posts if one is not None]


def _behind(session: Session, post: Post, community: Place, on: date) -> Organisation | None:
    """The organisation of `post`, if it may announce in `community`."""
    found = session.get(Organisation, post.organisation_id)
    if found is None or not found.open_on(on):
        return None
    if post.role in OVER_AN_AREA:
        there = community.path.startswith(post.place_path or "-")
    elif post.role in OF_A_COMPANY:
        there = manager_on(session, community.id, on) is found
    else:
        there = community.path.startswith(found.place.path)
    return found if there else None
