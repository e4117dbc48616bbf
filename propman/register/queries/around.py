"""What lies around the rows of a file, read in batches: so many queries a community and a batch of rows, not a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session, aliased

from propman.assets.models import Asset, AssetCondition, AssetFunding
from propman.assets.queries import maintainers
from propman.catalogue.queries import asset_attributes, asset_types, asset_types_ever, warranty_rule_versions
from propman.catalogue.queries import warranty_rules as rules_in_force
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.projects.models import Project, WorkItem
from propman.projects.queries import owners
from propman.register.choices import folded
from propman.register.columns import SHARES
from propman.register.judging import KEPT
from propman.register.mapping import Property
from propman.register.rows import Catalogue, Kind
from propman.register.surroundings import Area, Around, ItemFact, PlaceFact, ProjectFact, Standing

ABOVE = frozenset({PlaceKind.PREFECTURE, PlaceKind.COUNTY, PlaceKind.STREET})
Key = tuple[int, str]
"""The community and the code of a part."""


def catalogue(session: Session, on: date) -> Catalogue:
    """The types of parts, warranty rules and properties that cells can name: those of former days too."""
    known, current = asset_attributes(session, on), {row.code for row in asset_types(session, on)}
    types = [
        Kind(row.code, row.name_zh, row.name_en, row.code in current,
             tuple(code for code in (row.attributes or "").split(",") if code in known), row.criticality.value)
        for row in asset_types_ever(session).values()
    ]  # fmt: skip
    in_force = rules_in_force(session, on)
    latest = {row.key: row for row in warranty_rule_versions(session)} | in_force
    rules = [Kind(row.key, row.name_zh, row.name_en, row.key in in_force) for row in latest.values()]
    properties = [Property(row.code, row.name_zh, row.name_en, row.kind, row.unit) for row in known.values()]
    return Catalogue(types, rules, properties)


def area(session: Session, place: Place) -> Area:
    """The communities of the place that a file is sent for, by their names and by names with what they lie in."""
    inside = select(Place.id, Place.name, Place.path, Place.parent_id, Place.closed_on).where(
        Place.kind == PlaceKind.COMMUNITY, Place.path.like(f"{place.path}%")
    )
    names = {row.id: row.name for row in session.execute(select(Place.id, Place.name).where(Place.kind.in_(ABOVE)))}
    called: dict[str, list[PlaceFact]] = defaultdict(list)
    for row in session.execute(inside):
        fact = PlaceFact(row.id, row.name, row.parent_id, row.closed_on is None)
        text = row.name
        called[folded(text)].append(fact)
        for above in reversed(row.path.strip("/").split("/")[1:-1]):
            text = f"{names[int(above)]}{text}"
            called[folded(text)].append(fact)
    one = place.id if place.kind is PlaceKind.COMMUNITY else None
    return Area(place.name, one, called)


def around(session: Session, communities: Collection[PlaceFact], on: date) -> dict[int, Around]:
    """Each of the communities, by id, with what is in it and who can be meant there."""
    found = {each.id: Around(each) for each in communities}
    _add_places(session, found)
    _add_projects(session, found)
    for place in session.scalars(select(Place).where(Place.id.in_(found))):
        for field, among in (("maintainer", maintainers(place, on)), ("claim_holder", owners(place, on))):
            called: dict[str, list[int]] = defaultdict(list)
            for organisation_id, name in session.execute(
                among.with_only_columns(Organisation.id, Organisation.name).order_by(None)
            ):
                called[folded(name)].append(organisation_id)
            found[place.id].organisations[field] = dict(called)
    return found


def standing(session: Session, keys: Iterable[Key], *, with_findings: bool) -> dict[Key, Standing]:
    """The parts that stand under these codes in these communities; three queries, `with_findings` four."""
    wanted = set(keys)
    keeper, claimant = aliased(Organisation), aliased(Organisation)
    columns = [getattr(Asset, name) for name in KEPT]
    query = (
        select(Asset.id, Asset.community_id, Asset.version, *columns,
               keeper.name.label("maintainer"), claimant.name.label("claim_holder"))
        .outerjoin(keeper, keeper.id == Asset.maintainer_id)
        .outerjoin(claimant, claimant.id == Asset.claim_holder_id)
        .where(Asset.community_id.in_({each[0] for each in wanted}), Asset.code.in_({each[1] for each in wanted}))
    )  # fmt: skip
    rows = [row._mapping for row in session.execute(query)]
    rows = [row for row in rows if (row["community_id"], row["code"]) in wanted]
    findings = _findings(session, [row["id"] for row in rows]) if with_findings else {}
    shares = shares_of(session, [row["id"] for row in rows])
    return {(row["community_id"], row["code"]): _standing(row, shares, findings) for row in rows}


def shares_of(session: Session, asset_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """What each source gave for these parts, in fen, by part and in the order of the sources; one query."""
    query = select(AssetFunding.asset_id, AssetFunding.source, AssetFunding.amount_fen)
    given: dict[int, dict[str, int]] = defaultdict(dict)
    for row in session.execute(query.where(AssetFunding.asset_id.in_(asset_ids))) if asset_ids else ():
        given[row.asset_id][row.source.value] = row.amount_fen
    return {asset_id: {source: each[source] for source in SHARES.values() if source in each}
            for asset_id, each in given.items()}  # fmt: skip


def _standing(
    row: RowMapping, shares: Mapping[int, dict[str, int]], findings: Mapping[int, frozenset[tuple[date, int]]]
) -> Standing:
    named = {name: row[name] for name in ("maintainer", "claim_holder") if row[name] is not None}
    values = {name: row[name] for name in KEPT} | {"shares": shares.get(row["id"], {})}
    return Standing(row["id"], row["version"], values, named, findings.get(row["id"], frozenset()))


def _findings(session: Session, asset_ids: Collection[int]) -> dict[int, frozenset[tuple[date, int]]]:
    query = select(AssetCondition.asset_id, AssetCondition.found_on, AssetCondition.score)
    found: dict[int, set[tuple[date, int]]] = defaultdict(set)
    for row in session.execute(query.where(AssetCondition.asset_id.in_(asset_ids))) if asset_ids else ():
        found[row.asset_id].add((row.found_on, row.score))
    return {asset_id: frozenset(each) for asset_id, each in found.items()}


def _add_places(session: Session, found: Mapping[int, Around]) -> None:
    columns = select(Place.id, Place.name, Place.parent_id, Place.closed_on)
    buildings: dict[int, Around] = {}
    for row in session.execute(columns.where(Place.parent_id.in_(found)).order_by(Place.sort_key, Place.id)):
        found[row.parent_id].buildings.append(PlaceFact(row.id, row.name, row.parent_id, row.closed_on is None))
        buildings[row.id] = found[row.parent_id]
    inside = select(Place.id).where(Place.parent_id.in_(found))
    for row in session.execute(columns.where(Place.parent_id.in_(inside)).order_by(Place.sort_key, Place.id)):
        entrance = PlaceFact(row.id, row.name, row.parent_id, row.closed_on is None)
        buildings[row.parent_id].entrances.setdefault(row.parent_id, []).append(entrance)


def _add_projects(session: Session, found: Mapping[int, Around]) -> None:
    items: dict[int, list[ItemFact]] = defaultdict(list)
    made = select(
        WorkItem.project_id, WorkItem.id, WorkItem.number, WorkItem.name, WorkItem.accepted_on, WorkItem.warranty_key,
        WorkItem.contract_months, WorkItem.design_life_years,
    ).join(WorkItem.project)  # fmt: skip
    for row in session.execute(made.where(Project.community_id.in_(found)).order_by(WorkItem.number)):
        items[row.project_id].append(ItemFact(*row[1:]))
    projects = select(Project.id, Project.community_id, Project.number, Project.name)
    for each in session.execute(projects.where(Project.community_id.in_(found)).order_by(Project.id)):
        found[each.community_id].projects.append(ProjectFact(each.number, each.name, tuple(items[each.id])))
