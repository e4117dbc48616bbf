"""The viewer behind a session: who is looking, and the posts they hold today."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.role_rules import AREA_OF_ORGANISATION
from propman.communities.models import Organisation, Place
from propman.roles import NOBODY, Post, Viewer


def viewer_of(session: Session, *, user_id: int, now: datetime, sign_in_session_id: int | None = None) -> Viewer:
    """The person `user_id` as a Viewer, with the posts in effect on the local day of `now`.

    A post of an office or committee carries the place of its organisation. Somebody unknown, disabled or erased is
    NOBODY.
    """
    person = session.get(User, user_id)
    if person is None or not person.active:
        return NOBODY
    area = aliased(Place)
    query = (
        select(Membership, Place, area)
        .outerjoin(Place, Place.id == Membership.place_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(area, area.id == Organisation.place_id)
        .where(Membership.user_id == user_id, Membership.in_force(clock.local_date(now)))
        .order_by(Membership.id)
    )
    posts = tuple(_post(*row) for row in session.execute(query))
    return Viewer(user_id=person.id, name=person.name or "", posts=posts, session_id=sign_in_session_id)


def _post(membership: Membership, place: Place | None, area: Place | None) -> Post:
    place = area if membership.role in AREA_OF_ORGANISATION else place
    return Post(
        role=membership.role,
        organisation_id=membership.organisation_id,
        place_id=place.id if place else None,
        place_path=place.path if place else None,
    )
