"""A whole file written into the register by one short transaction: what is written was worked out before it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from propman import money
from propman.assets.models import Asset, AssetCondition, AssetFunding, ConditionSource
from propman.assets.operations.labels import carry_along
from propman.audit.models import Change
from propman.audit.operations import record
from propman.communities.models import Place
from propman.projects.models import FundingSource
from propman.register.columns import SHARES
from propman.register.judging import KEPT, Judged, Outcome
from propman.register.models import Import, ImportedPart, ImportState
from propman.register.operations.claiming import Claimed, finish

AT_ONCE = 1000
_FIELD = 40  # characters of a field's name in the audit
Item = TypeVar("Item")
PARTS = Asset.__table__
WRITTEN = (*KEPT, "warranty", "warranty_last_on", "condition", "condition_on")
Condition = tuple[int, int | None, date | None]
"""The version of a part, how it was found, and when."""


class Moved(Exception):  # noqa: N818 - not a fault: the dry run is done again
    """The register is no longer what was judged."""


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A part to change: which, as it was seen, what it becomes, what it held, and what is written down of it."""

    id: int
    version: int
    after: dict[str, Any]
    before: dict[str, Any]
    finding: tuple[date, int] | None


@dataclass
class Plan:
    """What a file does: parts to add, as rows of the table, and parts to change."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[ChangedPart] = field(default_factory=list)
    communities: set[int] = field(default_factory=set)

    def add(self, judged: Sequence[Judged]) -> None:
        """Take up a batch."""
        for each in judged:
            if each.outcome in {Outcome.NEW, Outcome.CHANGED} and each.around is not None:
                self.communities.add(each.around.community.id)
                self._add(each, each.around.community.id)

    def _add(self, judged: Judged, community_id: int) -> None:
        standing, last_on = judged.warranty
        ends = {"warranty": standing, "warranty_last_on": last_on}
        if judged.standing is None:
            on, score = judged.finding or (None, None)
            self.new.append({**judged.columns, **ends, "community_id": community_id, "condition": score,
                             "condition_on": on, "version": 1})  # fmt: skip
            return
        before = {name: judged.standing.values[name] for name in judged.changed}
        after = {**judged.columns, **ends}
        self.changed.append(ChangedPart(judged.standing.id, judged.standing.version, after, before, judged.finding))


def write_plan(session: Session, *, claimed: Claimed, plan: Plan, now: datetime) -> None:
    """Add and change the parts, with their history, and let go of the file. All of it or, raising, none.

    Raises `Lost` where another has applied it meanwhile, `Moved` where a part or a community has changed since it was
    judged, `IntegrityError` where somebody has taken a code.
    """
    finish(session, claimed, ImportState.APPLIED, applied_at=now, content=None, outline={},
           done_rows=Import.all_rows)  # fmt: skip
    actor_id = session.scalars(select(Import.applied_by_id).where(Import.id == claimed.import_id)).one()
    _hold_communities(session, plan)
    _change(session, plan.changed)
    ids = _insert(session, plan.new)
    keep_shares(session, {each.id: each.after["shares"] for each in plan.changed if "shares" in each.before})
    keep_shares(session, {asset_id: row["shares"] for asset_id, row in zip(ids, plan.new, strict=True)}, new=True)
    _write(session, AssetCondition, _findings(plan, ids, actor_id, now))
    _write(session, ImportedPart, _traces(plan, ids, claimed.import_id))
    _write(session, Change, _history(plan, ids, actor_id, now))
    record(session, act="register_imported", subject_kind="register_import", subject_id=claimed.import_id,
           actor_id=actor_id, now=now, new=len(plan.new), changed=len(plan.changed))  # fmt: skip


def _findings(plan: Plan, ids: Sequence[int], actor_id: int | None, now: datetime) -> Iterator[dict[str, Any]]:
    """The conditions that the file writes down."""
    found = [(each.id, each.finding) for each in plan.changed if each.finding]
    found += [(asset_id, (row["condition_on"], row["condition"]))
              for asset_id, row in zip(ids, plan.new, strict=True) if row["condition"] is not None]  # fmt: skip
    for asset_id, (on, score) in found:
        yield {"asset_id": asset_id, "found_on": on, "score": score, "source": ConditionSource.VISIT,
               "recorded_at": now, "actor_id": actor_id}  # fmt: skip


def _traces(plan: Plan, ids: Sequence[int], import_id: int) -> Iterator[dict[str, Any]]:
    """By what the import can be undone: which parts it brought, and what the others held."""
    for asset_id in ids:
        yield {"import_id": import_id, "asset_id": asset_id, "version": 1, "before": None}
    for each in plan.changed:
        before = {name: stored(value) for name, value in each.before.items()}
        yield {"import_id": import_id, "asset_id": each.id, "version": each.version + 1, "before": before}


def _history(plan: Plan, ids: Sequence[int], actor_id: int | None, now: datetime) -> Iterator[dict[str, Any]]:
    """One line for a part that came, its code; of one that changed a line for each field."""
    for asset_id, row in zip(ids, plan.new, strict=True):
        yield _line(asset_id, "code", None, row["code"], actor_id, now)
    for each in plan.changed:
        yield from changes(each.id, each.before, each.after, actor_id, now)


def changes(
    asset_id: int, before: dict[str, Any], after: dict[str, Any], actor_id: int | None, now: datetime
) -> Iterator[dict[str, Any]]:
    """The lines of history for what a part held `before` and holds `after`: one a field, a share, a property."""
    for name, old in before.items():
        if name not in {"attributes", "shares"}:
            yield _line(asset_id, name, old, after[name], actor_id, now)
    for name, source in SHARES.items() if "shares" in before else ():
        was, becomes = before["shares"].get(source), after["shares"].get(source)
        if was != becomes:
            yield _line(asset_id, name, was, becomes, actor_id, now)
    old, new = before.get("attributes") or {}, after.get("attributes") or {}
    for code in sorted(old.keys() | new.keys()) if "attributes" in before else ():
        if old.get(code) != new.get(code):
            yield _line(asset_id, f"attribute_{code}"[:_FIELD], old.get(code), new.get(code), actor_id, now)


def _line(asset_id: int, name: str, old: object, new: object, actor_id: int | None, now: datetime) -> dict[str, Any]:
    """One line of the history of a part, as `assets.operations` write it: money in yuan."""
    if name.endswith("_fen"):
        old, new = (None if each is None else money.text(int(str(each))) for each in (old, new))
    return {"at": now, "actor_id": actor_id, "subject_kind": "asset", "subject_id": str(asset_id), "field": name,
            "old": None if old is None else str(old), "new": None if new is None else str(new)}  # fmt: skip


def stored(value: Any) -> Any:
    """A value of a part as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items, some at once."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _hold_communities(session: Session, plan: Plan) -> None:
    """Nobody adds a part there meanwhile, and none of them has closed. In the order of their ids: nobody deadlocks."""
    gets_new = {row["community_id"] for row in plan.new}
    query = select(Place.id, Place.closed_on).where(Place.id.in_(plan.communities)).order_by(Place.id)
    for place_id, closed_on in session.execute(query.with_for_update(key_share=True)).all():
        if closed_on is not None and place_id in gets_new:
            raise Moved


def _change(session: Session, changed: Sequence[ChangedPart]) -> None:
    """Change the parts, each of which must be as it was seen."""
    assert isinstance(PARTS, Table)  # noqa: S101 - for the type checker
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in WRITTEN}
    statement = update(PARTS).where(PARTS.c.id == bindparam("seen_id")).values(**values, version=PARTS.c.version + 1)
    for some in batches(sorted(changed, key=lambda each: each.id)):
        stands = held_parts(session, [each.id for each in some])
        session.connection().execute(statement, [_changed(each, stands.get(each.id)) for each in some])
    for moved in batches([each.id for each in changed if "place_id" in each.before]):
        carry_along(session, asset_ids=moved)


def _changed(each: ChangedPart, stands: Condition | None) -> dict[str, Any]:
    """What is written of a part. The latest condition is the one that it shows. Raises `Moved`."""
    version, score, on = stands or (0, None, None)
    if version != each.version:
        raise Moved
    if each.finding and (on is None or each.finding[0] >= on):
        on, score = each.finding
    after = each.after | {"condition": score, "condition_on": on}
    return {f"new_{name}": after[name] for name in WRITTEN} | {"seen_id": each.id}


def keep_shares(session: Session, shares: Mapping[int, Mapping[str, int]], *, new: bool = False) -> None:
    """Put the shares of parts, by id and source, in place of those that stand; `new` parts have none."""
    for some in batches([] if new else sorted(shares)):
        stand = delete(AssetFunding).where(AssetFunding.asset_id.in_(some))
        session.execute(stand.execution_options(synchronize_session=False))
    _write(session, AssetFunding, (
        {"asset_id": asset_id, "source": FundingSource(source), "amount_fen": fen}
        for asset_id, given in shares.items() for source, fen in given.items()
    ))  # fmt: skip


def held_parts(session: Session, asset_ids: Sequence[int]) -> dict[int, Condition]:
    """The parts, held: version, condition and its day, by id."""
    query = select(Asset.id, Asset.version, Asset.condition, Asset.condition_on).where(Asset.id.in_(asset_ids))
    rows = session.execute(query.order_by(Asset.id).with_for_update(key_share=True))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _insert(session: Session, new: Sequence[dict[str, Any]]) -> list[int]:
    """The ids of the parts that were added, in their order.

    Asked for afterwards, by community and code: RETURNING would send every value in one statement of its own.
    """
    ids: list[int] = []
    for some in batches(new):
        session.execute(insert(Asset), [{name: row[name] for name in row if name != "shares"} for row in some])
        query = select(Asset.community_id, Asset.code, Asset.id).where(
            Asset.community_id.in_({row["community_id"] for row in some}), Asset.code.in_([row["code"] for row in some])
        )
        found = {(row[0], row[1]): row[2] for row in session.execute(query)}
        ids += [found[row["community_id"], row["code"]] for row in some]
    return ids


def _write(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    coming = iter(rows)
    while some := list(islice(coming, AT_ONCE)):
        session.execute(insert(model), some)
