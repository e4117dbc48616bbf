"""What guarantees a part and until when: the papers of part and work item, the rule of the day, the seasons.

A batch costs as many queries as one part: the rules with all their versions, the setting, the papers, and where
something is counted in heating seasons the communities and their seasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from propman.assets import warranty
from propman.assets.models import Asset, WarrantyStanding
from propman.assets.warranty import End, Papers, Reason, Rule
from propman.catalogue.models import WarrantyRule
from propman.catalogue.queries import number_setting, version_on, warranty_rule_versions
from propman.communities.models import Place
from propman.communities.queries import season_rules
from propman.communities.seasons import Season, SeasonRule, seasons
from propman.data.works import WarrantyBasis
from propman.projects.models import WorkItem

AT_ONCE = 2000  # parts in one batch
_BEYOND = 2  # years looked at past the seasons that are counted: acceptance may fall into one

PaperRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Filed:
    """The papers of a part that is not in the database yet, and of its work item, called as `_papers` calls them."""

    community_id: int
    work_item_id: int | None
    accepted_on: date | None
    warranty_key: str | None
    contract_months: int | None
    design_life_years: int | None
    item_accepted_on: date | None = None
    item_warranty_key: str | None = None
    item_contract_months: int | None = None
    item_design_life_years: int | None = None


Papered = TypeVar("Papered", Row[*tuple[Any, ...]], Filed)


@dataclass(frozen=True)
class Guarantee:
    """Until when a part is guaranteed, by which papers, under which version of which rule (None: none is on file)."""

    papers: Papers
    end: End
    rule: WarrantyRule | None

    @property
    def standing(self) -> WarrantyStanding:
        """What is stored of it beside the last covered day."""
        if self.end.last_on is not None:
            return WarrantyStanding.DATED
        return WarrantyStanding.NONE if self.end.reason is Reason.NO_PROJECT else WarrantyStanding.UNKNOWN


@dataclass(frozen=True)
class Stale:
    """A part whose stored end is not what its papers give; `version` is the one of the part that was read."""

    asset_id: int
    version: int
    standing: WarrantyStanding
    last_on: date | None
    stored: tuple[WarrantyStanding, date | None]


class Grounds:
    """What decides beside a part's own papers, as it is known on the day `on`; read once for many batches."""

    def __init__(self, session: Session, on: date) -> None:
        self._on = on
        self._versions = warranty_rule_versions(session)
        self._part_season_counts = bool(number_setting(session, "part_season_counts", on))
        self._seasons: dict[int, tuple[SeasonRule, ...]] = {}
        self._rules: dict[tuple[str, date], WarrantyRule | None] = {}
        self._ends: dict[tuple[Papers, int | None], End] = {}

    def guarantees(self, session: Session, rows: Sequence[Papered]) -> Iterator[tuple[Papered, Guarantee]]:
        """What each row of papers gives; reads the seasons of communities that were not met yet."""
        ruled = [(row, self._rule(row)) for row in rows]
        met = {row.community_id for row, rule in ruled if rule and rule.basis is WarrantyBasis.SEASONS}
        if new := met - self._seasons.keys():
            self._seasons |= season_rules(session, session.scalars(select(Place).where(Place.id.in_(new))))
        for row, rule in ruled:
            papers = _papers_in(row, rule)
            yield row, Guarantee(papers, self._end(papers, row.community_id), rule)

    def _rule(self, row: PaperRow | Filed) -> WarrantyRule | None:
        """The version of its rule in force on the day of acceptance; without one, on the day that is looked from."""
        key = row.warranty_key or row.item_warranty_key
        if key is None:
            return None
        asked = (key, row.accepted_on or row.item_accepted_on or self._on)
        if asked not in self._rules:
            self._rules[asked] = version_on(self._versions, *asked)
        return self._rules[asked]

    def _end(self, papers: Papers, community_id: int) -> End:
        """Many parts share their papers: each end is worked out once."""
        in_seasons = papers.rule is not None and papers.rule.basis is WarrantyBasis.SEASONS
        known = (papers, community_id if in_seasons else None)
        if known not in self._ends:
            around = self._around(papers, community_id) if in_seasons else ()
            self._ends[known] = warranty.end(papers, seasons=around, part_season_counts=self._part_season_counts)
        return self._ends[known]

    def _around(self, papers: Papers, community_id: int) -> Sequence[Season]:
        if papers.accepted_on is None or papers.rule is None:
            return ()
        year = papers.accepted_on.year
        until = year + (papers.rule.minimum or 0) + _BEYOND
        return seasons(self._seasons[community_id], since=year - 1, until=until)


def guarantees(session: Session, asset_ids: Iterable[int], on: date) -> dict[int, Guarantee]:
    """What guarantees each of these parts, by id, as it is known on the day `on`; at most six queries for them all."""
    ids = list(asset_ids)
    rows = session.execute(_OF_PARTS, {"ids": ids}).all() if ids else []
    return {row.id: found for row, found in Grounds(session, on).guarantees(session, rows)}


def stale(session: Session, grounds: Grounds, *wanted: ColumnElement[bool]) -> list[Stale]:
    """Of the `wanted` parts those whose stored end is not what their papers give, in the order of their ids."""
    rows = session.execute(_papers().where(*wanted).order_by(Asset.id)).all()
    return [
        Stale(row.id, row.version, given.standing, given.end.last_on, (row.warranty, row.warranty_last_on))
        for row, given in grounds.guarantees(session, rows)
        if (row.warranty, row.warranty_last_on) != (given.standing, given.end.last_on)
    ]


def last_of_batch(session: Session, after: int, limit: int = AT_ONCE) -> int | None:
    """The id that ends the batch of the next `limit` parts behind the id `after`; None where there is none."""
    ids = select(Asset.id).where(Asset.id > after).order_by(Asset.id).limit(limit).subquery()
    last: int | None = session.scalar(select(func.max(ids.c.id)))
    return last


def _papers() -> Select[*tuple[Any, ...]]:
    """All that decides of a part, as bare columns: 200,000 of them are recounted at night."""
    return select(
        Asset.id, Asset.version, Asset.community_id, Asset.warranty, Asset.warranty_last_on, Asset.work_item_id,
        Asset.accepted_on, Asset.warranty_key, Asset.contract_months, Asset.design_life_years,
        WorkItem.accepted_on.label("item_accepted_on"), WorkItem.warranty_key.label("item_warranty_key"),
        WorkItem.contract_months.label("item_contract_months"),
        WorkItem.design_life_years.label("item_design_life_years"),
    ).outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)  # fmt: skip


_OF_PARTS = _papers().where(Asset.id.in_(bindparam("ids", type_=BigInteger, expanding=True)))


def _papers_in(row: PaperRow | Filed, rule: WarrantyRule | None) -> Papers:
    return Papers(
        accepted_on=row.accepted_on or row.item_accepted_on,
        rule=Rule(rule.key, rule.basis, rule.minimum) if rule else None,
        contract_months=row.contract_months or row.item_contract_months,
        design_life_years=row.design_life_years or row.item_design_life_years,
        made=row.work_item_id is not None,
    )
