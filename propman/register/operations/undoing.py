"""An import taken back: what it brought goes, what it changed becomes what it was, its findings are forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset, AssetCondition, AssetFunding
from propman.assets.operations import settle_warranties
from propman.assets.operations.labels import carry_along
from propman.assets.queries import Grounds, stale
from propman.audit.models import Change
from propman.audit.operations import record
from propman.db import Thousandths
from propman.errors import Refused
from propman.register.models import Import, ImportedPart, ImportState
from propman.register.operations.applying import batches, changes, held_parts, keep_shares
from propman.register.operations.claiming import Claimed, finish
from propman.register.queries.around import shares_of
from propman.register.queries.references import own_findings, references
from propman.text import N_

PARTS = Asset.__table__


def undo(session: Session, *, claimed: Claimed, now: datetime) -> None:
    """Take an import back, all of it or, raising, nothing. The history of what is put back stays, and grows.

    Raises `Lost`, and `Refused` where anything refers to its parts by now.
    """
    finish(session, claimed, ImportState.UNDONE, undone_at=now)
    found = session.get_one(Import, claimed.import_id, populate_existing=True)
    rows = session.execute(
        select(ImportedPart.asset_id, ImportedPart.before)
        .where(ImportedPart.import_id == found.id)
        .order_by(ImportedPart.asset_id)
    ).all()
    for some in batches(rows):
        held_parts(session, [row.asset_id for row in some])
    if references(session, found):
        raise Refused(N_("It cannot be undone any more: its parts are in use."), status=409)
    changed = [row for row in rows if row.before is not None]
    brought = [row.asset_id for row in rows if row.before is None]
    _forget_findings(session, found, [row.asset_id for row in changed])
    _put_back(session, changed, found.undone_by_id, now)
    _remove(session, found.id, brought)
    record(session, act="register_import_undone", subject_kind="register_import", subject_id=found.id,
           actor_id=found.undone_by_id, now=now, removed=len(brought), put_back=len(changed))  # fmt: skip


def _forget_findings(session: Session, found: Import, changed: Collection[int]) -> None:
    """Delete the conditions that the import wrote down; its changed parts show the latest of the others."""
    own = select(ImportedPart.asset_id).where(ImportedPart.import_id == found.id)
    found_by_it = delete(AssetCondition).where(AssetCondition.asset_id.in_(own), own_findings(found))
    session.execute(found_by_it.execution_options(synchronize_session=False))
    latest = select(AssetCondition.score, AssetCondition.found_on, AssetCondition.asset_id)
    for some in batches(sorted(changed)):
        query = latest.where(AssetCondition.asset_id.in_(some))
        shown = {row.asset_id: row for row in session.execute(query.order_by(AssetCondition.found_on,
                                                                             AssetCondition.id))}  # fmt: skip
        stands = held_parts(session, list(some))
        rows = []
        for asset_id, (_, score, on) in stands.items():
            row = shown.get(asset_id)
            after = (row.score, row.found_on) if row else (None, None)
            if after != (score, on):
                rows.append({"seen_id": asset_id, "score": after[0], "on": after[1]})
        _update(session, {"condition": bindparam("score"), "condition_on": bindparam("on")}, rows)


def _put_back(session: Session, changed: Sequence[Row[Any, Any]], actor_id: int | None, now: datetime) -> None:
    """Let every changed part hold again what it held, with a line of history for each field."""
    by_names: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for asset_id, before in changed:
        by_names[tuple(sorted(before))].append((asset_id, {name: _read(name, each) for name, each in before.items()}))
    grounds = Grounds(session, clock.local_date(now))
    for names, parts in by_names.items():
        columns = [name for name in names if name != "shares"]
        values: dict[str, Any] = {name: bindparam(f"old_{name}") for name in columns} | {"version": PARTS.c.version + 1}
        for some in batches(parts):
            _record(session, names, some, actor_id, now)
            _update(session, values, [{"seen_id": asset_id, **{f"old_{name}": before[name] for name in columns}}
                                      for asset_id, before in some])  # fmt: skip
            if "shares" in names:
                keep_shares(session, {asset_id: before["shares"] for asset_id, before in some})
            ids = [asset_id for asset_id, _ in some]
            if "place_id" in names:
                carry_along(session, asset_ids=ids)
            settle_warranties(session, found=stale(session, grounds, Asset.id.in_(ids)))


def _record(
    session: Session, names: Sequence[str], parts: Sequence[tuple[int, dict[str, Any]]], actor_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    if not names:
        return
    columns = [getattr(Asset, name) for name in names if name != "shares"]
    query = select(Asset.id, *columns).where(Asset.id.in_([asset_id for asset_id, _ in parts]))
    shares = shares_of(session, [asset_id for asset_id, _ in parts])
    found = [{**row._mapping, "shares": shares.get(row.id, {})} for row in session.execute(query)]
    stands = {row["id"]: {name: row[name] for name in names} for row in found}
    lines = [line for asset_id, before in parts
             for line in changes(asset_id, stands[asset_id], before, actor_id, now)]  # fmt: skip
    if lines:
        session.execute(insert(Change), lines)


def _remove(session: Session, import_id: int, brought: Sequence[int]) -> None:
    for some in batches(brought):
        own = delete(ImportedPart).where(ImportedPart.import_id == import_id, ImportedPart.asset_id.in_(some))
        session.execute(own.execution_options(synchronize_session=False))
        shares = delete(AssetFunding).where(AssetFunding.asset_id.in_(some))
        session.execute(shares.execution_options(synchronize_session=False))
        gone = delete(Asset).where(Asset.id.in_(some)).execution_options(synchronize_session=False)
        session.execute(gone)


def _update(session: Session, values: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    assert isinstance(PARTS, Table)  # noqa: S101 - for the type checker
    if rows:
        statement = update(PARTS).where(PARTS.c.id == bindparam("seen_id")).values(**values)
        session.connection().execute(statement, rows)


def _read(name: str, value: Any) -> Any:
    """A value as the column holds it, from what JSON holds."""
    if name == "shares":
        return value
    kind = PARTS.c[name].type
    if isinstance(kind, Date) and value is not None:
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Thousandths) and value is not None else value
