"""The parts of a list with all that a file holds of them, in batches of a few queries each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from propman.assets.models import Asset
from propman.assets.queries import PartFilter, narrowed
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries import lines
from propman.projects.models import Project, WorkItem
from propman.register.columns import SHARES, WARRANTY_END
from propman.register.mapping import Property
from propman.register.queries.around import shares_of
from propman.register.rows import Catalogue
from propman.roles import Viewer
from propman.sheets.gate import MOST_ROWS

AT_ONCE = 1000
BELOW = frozenset({PlaceKind.BUILDING, PlaceKind.ENTRANCE})
MOST = MOST_ROWS - 1  # what can be read back, below the headings


def exported_count(session: Session, viewer: Viewer, wanted: PartFilter, now: datetime) -> int:
    """How many parts there are to write; it stops counting beyond `MOST`."""
    query = narrowed(viewer, wanted, now).with_only_columns(Asset.id).limit(MOST + 1)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def properties_in(
    session: Session, viewer: Viewer, wanted: PartFilter, now: datetime, catalogue: Catalogue
) -> Sequence[Property]:
    """The properties that any of the types among the parts has, in the order of the catalogue."""
    types = set(session.scalars(narrowed(viewer, wanted, now).with_only_columns(Asset.type_code).distinct()))
    listed = {code for kind in catalogue.types if kind.code in types for code in kind.properties}
    return [each for each in catalogue.properties if each.code in listed]


def exported(session: Session, viewer: Viewer, wanted: PartFilter, now: datetime) -> Iterator[Mapping[str, Any]]:
    """Every part by field, as `writing.parts_sheet` takes it: community by community, by type."""
    query = _whole(narrowed(viewer, wanted, now).with_only_columns(Asset.id).limit(MOST))
    twice = _names_given_twice(session)
    rows = session.execute(query.execution_options(yield_per=AT_ONCE))
    for some in rows.partitions(AT_ONCE):
        lines = _lines(session, {row.place_id for row in some})
        shares = shares_of(session, [row.id for row in some])
        for row in some:
            yield _fields(row, lines[row.place_id], shares.get(row.id, {}), twice)


def _whole(ids: Select[int]) -> Select[Any]:
    keeper, claimant = aliased(Organisation), aliased(Organisation)
    columns = [getattr(Asset, name) for name in (
        "id", "code", "type_code", "name", "spot", "quantity", "unit", "model", "drawing_no", "ownership",
        "criticality", "cost_fen", "no_project", "accepted_on", "in_use_since", "warranty_key", "contract_months",
        "design_life_years", "condition", "condition_on", "removed_on", "attributes", "place_id", "warranty_last_on",
    )]  # fmt: skip
    return (
        select(*columns, keeper.name.label("maintainer"), claimant.name.label("claim_holder"),
               Project.number.label("project"), WorkItem.number.label("item_number"), WorkItem.name.label("item_name"))
        .outerjoin(keeper, keeper.id == Asset.maintainer_id)
        .outerjoin(claimant, claimant.id == Asset.claim_holder_id)
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .outerjoin(Project, Project.id == WorkItem.project_id)
        .where(Asset.id.in_(ids))
        .order_by(Asset.community_id, Asset.type_code, Asset.id)
    )  # fmt: skip


def _fields(row: Row[Any], line: Sequence[Place], shares: Mapping[str, int], twice: frozenset[str]) -> dict[str, Any]:
    named = {place.kind: place.name for place in line}
    community = named[PlaceKind.COMMUNITY]
    if community in twice:
        community = " ".join(place.name for place in line if place.kind not in BELOW | {PlaceKind.PROVINCE})
    return {
        **row._mapping,
        **{name: shares.get(source) for name, source in SHARES.items()},
        "street": named[PlaceKind.STREET],
        "community": community,
        "building": named.get(PlaceKind.BUILDING),
        "entrance": named.get(PlaceKind.ENTRANCE),
        "work_item": f"{row.item_number} {row.item_name}" if row.item_number is not None else None,
        WARRANTY_END: row.warranty_last_on,
    }


def _lines(session: Session, place_ids: set[int]) -> dict[int, Sequence[Place]]:
    """For each place the places from the root down to it."""
    return dict(lines(session, session.scalars(select(Place).where(Place.id.in_(place_ids))).all()))


def _names_given_twice(session: Session) -> frozenset[str]:
    """The names that more than one community has: these are written with what they lie in."""
    query = select(Place.name).where(Place.kind == PlaceKind.COMMUNITY).group_by(Place.name)
    return frozenset(session.scalars(query.having(func.count() > 1)))
