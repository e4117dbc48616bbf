"""The places that an import needs, and who answers for them: found by code and name, or made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.backlog.mapping import BadMap, Division, Map, Where
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.operations import add_division, add_organisation, add_place, engage, load_divisions
from propman.data.reading import read_divisions
from propman.db import held
from propman.errors import Refused

PlaceIds = dict[Where, tuple[int, int]]
"""Of each place its community and itself."""


def prepare(session: Session, by: Map, wanted: Collection[Where], now: datetime) -> PlaceIds:
    """Find the places that are `wanted`, and make those that are not there. Flushes.

    A community that is made here is managed, from today, by the company that the map names; one that was there stays
    with whoever has it. Raises `BadMap` where a code belongs to another division, or a name cannot be given.
    """
    if {division.code for division in by.divisions} & {row.code for row in read_divisions()}:
        load_divisions(session, now=now)
    try:
        county = _county(session, by, now)
        held(session, Place, county.id)  # two imports at once would make everything twice
        street = _inside(session, county, by.street, by.street_en, now)
        return {where: _place(session, by, county, street, where, now) for where in sorted(wanted, key=_order)}
    except Refused as no:
        raise BadMap(f"The places of the map cannot be made: {no}") from no


def _order(where: Where) -> tuple[str, str]:
    return where.community, where.building


def _county(session: Session, by: Map, now: datetime) -> Place:
    above: Place | None = None
    for division in by.divisions:
        known = session.scalars(select(Place).where(Place.division_code == division.code)).one_or_none()
        if known is None:
            known = add_division(session, kind=division.kind, code=division.code, name=division.name,
                                 name_en=division.name_en or None, parent=above, now=now)  # fmt: skip
        _same(known, division, above)
        above = known
    if above is None:
        raise BadMap("[area] divisions says nothing.")
    return above


def _same(known: Place, division: Division, above: Place | None) -> None:
    inside = above.id if above else None
    if (known.kind, known.name, known.parent_id) != (division.kind, division.name, inside):
        raise BadMap(f"[area] divisions: {division.code} is {known.name} here, and not {division.name} in that place.")


def _inside(session: Session, parent: Place, name: str, name_en: str, now: datetime) -> Place:
    """The open place called `name` directly inside `parent`, made where there is none."""
    return _found(session, parent, name) or add_place(
        session, parent_id=parent.id, name=name, name_en=name_en or None, actor_id=None, now=now
    )


def _found(session: Session, parent: Place, name: str) -> Place | None:
    query = select(Place).where(Place.parent_id == parent.id, Place.name == name, Place.closed_on.is_(None))
    return session.scalars(query).one_or_none()


def _place(session: Session, by: Map, county: Place, street: Place, where: Where, now: datetime) -> tuple[int, int]:
    community = _found(session, street, where.community)
    if community is None:
        community = _inside(session, street, where.community, "", now)
        if by.company:
            company = _company(session, by.company, county, now)
            engage(session, community_id=community.id, organisation_id=company.id, starts_on=clock.local_date(now),
                   actor_id=None, now=now)  # fmt: skip
    if community.kind is not PlaceKind.COMMUNITY:
        raise BadMap(f"{community.name} is no community.")
    building = _inside(session, community, where.building, "", now) if where.building else community
    return community.id, building.id


def _company(session: Session, name: str, county: Place, now: datetime) -> Organisation:
    kind = OrganisationKind.PROPERTY_COMPANY
    query = select(Organisation).where(
        Organisation.kind == kind, Organisation.name == name, Organisation.place_id.in_(county.line_ids),
        Organisation.closed_on.is_(None),
    )  # fmt: skip
    known = session.scalars(query.order_by(Organisation.id)).first()
    return known or add_organisation(session, kind=kind, name=name, place_id=county.id, actor_id=None, now=now)
