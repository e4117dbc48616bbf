"""What somebody means by the first letters: reports, places and people, each in the scope of who asks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.queries import active, eligible_assignees
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import find_places
from propman.communities.queries.reach import reach
from propman.findable.asking import read
from propman.roles import Permission, Viewer
from propman.rota.queries import own_organisations
from propman.search.queries import Hit, matching

MOST = 10
LONGEST = 60
_LEAST_DIGITS = 6
WITHIN = {PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE}


def reports_meant(session: Session, viewer: Viewer, text: str, now: datetime) -> Sequence[Hit]:
    """The newest reports in the scope of `viewer` whose number begins or ends with the digits of `text`."""
    typed = unicodedata.normalize("NFKC", text).replace(" ", "")
    digits = typed.replace("-", "")
    if not (digits.isascii() and digits.isdigit() and _LEAST_DIGITS <= len(digits) <= 11):
        return ()
    return matching(session, viewer, read(typed), now)[0][: MOST // 2]


def places_meant(
    session: Session, viewer: Viewer, text: str, permission: Permission, now: datetime
) -> tuple[Place, ...]:
    """Communities, buildings and entrances by name or pinyin, where `viewer` may do what needs `permission`."""
    today = clock.local_date(now)
    if not text.strip():
        return ()
    found = find_places(session, reach(viewer, permission, today).prefixes(session), text, on=today, limit=MOST)
    return tuple(place for place in found if place.kind in WITHIN)


def people_meant(session: Session, viewer: Viewer, text: str, now: datetime) -> Sequence[User]:
    """Whom the organisations of `viewer` can send, by a part of the name or the begin of its pinyin."""
    today, typed = clock.local_date(now), text.strip()
    if not typed:
        return ()
    ids = {
        person.id
        for one in own_organisations(session, viewer)
        for person in eligible_assignees(session, organisation_id=one.id, on=today)
    }
    named = or_(User.name.contains(typed, autoescape=True), User.sort_key.startswith(typed.casefold(), autoescape=True))
    query = select(User).where(User.id.in_(ids), active(), named).order_by(User.sort_key, User.id)
    return session.scalars(query.limit(MOST)).all() if ids else ()
