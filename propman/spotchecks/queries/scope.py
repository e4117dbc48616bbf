"""Who sees which spot checks: those who oversee an area all of it, a company what was judged of its own people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.queries import member_ids, officials_over
from propman.communities.models import Place
from propman.communities.queries import reach, street_office_of
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.inspections.queries import keeping
from propman.roles import GRANTS, Permission, Role, Viewer
from propman.spotchecks.models import SpotCheck, SpotDraw, SpotFrame

CHECK, OVERSEE = Permission.SPOT_CHECK, Permission.SEE_SPOT_DRAWS
OF_ITSELF = GRANTS[Permission.SEE_SPOT_CHECKS] - GRANTS[OVERSEE]
"""Who sees what was judged of the own organisation, and that alone once it is: who knew before would tidy up there."""


def visible_to(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """The condition that `viewer` sees a spot check on the day `on`."""
    own = [post.organisation_id for post in viewer.posts if post.role in OF_ITSELF and post.organisation_id is not None]
    judged = and_(SpotCheck.outcome.is_not(None), SpotCheck.organisation_id.in_(own))
    return or_(reach(viewer, OVERSEE, on).holds(SpotCheck.community_id), judged)


def draws_seen(session: Session, viewer: Viewer, on: date) -> ColumnElement[bool]:
    """The condition on the area of a draw, a `Place`, that `viewer` sees it."""
    prefixes = reach(viewer, OVERSEE, on).prefixes(session)
    return or_(*(Place.path.like(f"{path}%") for path in prefixes))


def load_check(session: Session, check_id: int, viewer: Viewer, on: date) -> SpotCheck:
    """A spot check that `viewer` sees. Raises `NotFound` for every other."""
    return _one(session, check_id, visible_to(viewer, on))


def check_to_end(session: Session, check_id: int, viewer: Viewer, on: date) -> SpotCheck:
    """A spot check within the area of which `viewer` looks again. Raises `NotFound` for every other."""
    return _one(session, check_id, reach(viewer, CHECK, on).holds(SpotCheck.community_id))


def _one(session: Session, check_id: int, within: ColumnElement[bool]) -> SpotCheck:
    whole = (SpotCheck.draw, SpotCheck.person, SpotCheck.organisation, SpotCheck.checked_by, SpotCheck.words,
             SpotCheck.ticket, SpotCheck.point, SpotCheck.completion, SpotCheck.led_to)  # fmt: skip
    query = select(SpotCheck).where(SpotCheck.id == check_id, within)
    query = query.options(*(joinedload(each) for each in whole))
    found = session.scalars(query).one_or_none() if 0 < check_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def load_draw(session: Session, draw_id: int, viewer: Viewer, on: date) -> SpotDraw:
    """A draw in the area of `viewer`. Raises `NotFound` for every other."""
    query = select(SpotDraw).join(SpotDraw.area).where(SpotDraw.id == draw_id, draws_seen(session, viewer, on))
    query = query.options(joinedload(SpotDraw.area), joinedload(SpotDraw.asked_by), joinedload(SpotDraw.reason))
    found = session.scalars(query).one_or_none() if 0 < draw_id < ID_LIMIT and viewer.may(OVERSEE) else None
    if found is None:
        raise NotFound()
    return found


def frames_of(session: Session, draw: SpotDraw) -> Sequence[SpotFrame]:
    """From what was drawn, by kind and person."""
    query = select(SpotFrame).where(SpotFrame.draw_id == draw.id).options(joinedload(SpotFrame.person))
    return session.scalars(query.order_by(SpotFrame.kind, SpotFrame.person_id)).all()


def community_to_draw(session: Session, viewer: Viewer, community_id: int, on: date) -> Place:
    """An open community in which `viewer` may draw by hand. Raises `NotFound` for every other place."""
    return keeping.community(session, viewer, community_id, on, CHECK)


def checkers(session: Session, area: Place, on: date) -> list[int]:
    """The nearest people above who look again: of the street office, else officials of county, prefecture, province."""
    province, prefecture, county, street, *_inside = area.line_ids
    office = street_office_of(session, street, on)
    levels = [member_ids(session, organisation_id=office.id, roles={Role.STREET_OFFICE}, on=on)] if office else []
    levels += [[person.id for person in officials_over(session, place_id=place_id, on=on)]
               for place_id in (county, prefecture, province)]  # fmt: skip
    return next(filter(None, levels), [])
