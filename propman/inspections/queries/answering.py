"""Who answers for duties that have not ended yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from propman.communities.kinds import OrganisationKind
from propman.communities.models import Engagement, Organisation, Place
from propman.inspections.models import Duty


def answers_for(session: Session, duties: Iterable[Duty], today: date) -> Mapping[int, str]:
    """By the duty's id the name of who answers for it: whom its end named or, while it has none, who is in charge of
    its community on its due day, or `today` after that, as `responsible_on` says. One query at most.
    """
    found = {duty.id: duty.organisation.name if duty.organisation else "" for duty in duties}
    ids = [duty_id for duty_id, name in found.items() if not name]
    return found | dict(session.execute(_in_charge(ids, today)).all()) if ids else found


def _in_charge(ids: list[int], today: date) -> Any:
    on: Any = case((Duty.due_on > today, Duty.due_on), else_=today)
    office = select(func.max(Organisation.id)).where(
        Organisation.kind == OrganisationKind.STREET_OFFICE, Organisation.place_id == Place.parent_id
    )
    offices = [one.correlate(Duty, Place).scalar_subquery() for one in (office.where(Organisation.open_on(on)), office)]
    managed = and_(Engagement.community_id == Duty.community_id, Engagement.in_force(on))
    there = func.coalesce(Engagement.organisation_id, *offices).label("organisation_id")
    charge = select(Duty.id, there).join(Place, Place.id == Duty.community_id).outerjoin(Engagement, managed)
    named = charge.where(Duty.id.in_(ids)).subquery()
    return select(named.c.id, Organisation.name).join(Organisation, Organisation.id == named.c.organisation_id)
