"""What refers to the parts of an import, so that it cannot be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, func, not_, select
from sqlalchemy.orm import Session

from propman.assets.models import Asset, AssetCondition, AssetFunding
from propman.db import Base
from propman.register.models import Import, ImportedPart

CHANGED = "changed"
"""In place of a table: parts that somebody has changed since."""


@dataclass(frozen=True)
class Reference:
    """So many rows of one table (its name, or `CHANGED`) refer to parts of an import."""

    what: str
    count: int


def references(session: Session, found: Import) -> Sequence[Reference]:
    """Everything that stands in the way of undoing `found`, each kind with how often.

    Any row of any table that refers to a part that the import brought, but for what it wrote itself; and any part that
    was changed after it.
    """
    counted = [Reference(CHANGED, _changed_since(session, found))]
    counted += [Reference(table.name, _rows(session, table, column, found)) for table, column in _referring()]
    return [each for each in counted if each.count]


def own_findings(found: Import) -> ColumnElement[bool]:
    """The condition on `AssetCondition` that the import wrote it down."""
    return and_(AssetCondition.recorded_at == found.applied_at, AssetCondition.actor_id == found.applied_by_id)


def _referring() -> Iterator[tuple[Table, ColumnElement[int]]]:
    """Every table with its column that refers to a part, from whichever room; its shares are the part's own."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Asset.__table__ and table is not AssetFunding.__table__ and key.parent is not None:
                yield table, key.parent


def _rows(session: Session, table: Table, column: ColumnElement[int], found: Import) -> int:
    brought = select(ImportedPart.asset_id).where(ImportedPart.import_id == found.id, ImportedPart.before.is_(None))
    query = select(func.count()).select_from(table).where(column.in_(brought))
    if table is ImportedPart.__table__:
        query = query.where(table.c.import_id != found.id)
    elif table is AssetCondition.__table__:
        query = query.where(not_(own_findings(found)))
    return session.scalar(query) or 0


def _changed_since(session: Session, found: Import) -> int:
    query = select(func.count()).select_from(ImportedPart).join(ImportedPart.asset)
    return session.scalar(query.where(ImportedPart.import_id == found.id, Asset.version != ImportedPart.version)) or 0
