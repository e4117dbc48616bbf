"""The stored end of every warranty follows its papers, rules and seasons.

A part that is added or changed is settled by its own operation. A change of a work item's papers reaches its parts in
the same transaction, from wherever it is made: `follow_work_items` listens to every flush. What a new rule, a season or
the setting leaves behind is found by recounting, batch by batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, event, inspect, update
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.assets.queries import Grounds, Stale, stale
from propman.projects.models import WorkItem

PAPERS = ("accepted_on", "warranty_key", "contract_months", "design_life_years")
"""What of a work item decides until when its parts are guaranteed."""

_CHANGED = "propman.assets.work_items_changed"


def settle_warranties(session: Session, *, found: Sequence[Stale]) -> int:
    """Store the ends that were `found`; how many.

    A part that somebody has changed since it was read is left alone: its own operation has settled it. The version
    stays, so that forms which are open stay good.
    """
    if not found:
        return 0
    parts = Asset.__table__
    assert isinstance(parts, Table)  # noqa: S101 - for the type checker
    seen = (parts.c.id == bindparam("seen_id"), parts.c.version == bindparam("seen_version"))
    settled = update(parts).where(*seen).values(warranty=bindparam("standing"), warranty_last_on=bindparam("last_on"))
    session.connection().execute(
        settled,
        [
            {"seen_id": each.asset_id, "seen_version": each.version, "standing": each.standing, "last_on": each.last_on}
            for each in found
        ],
    )
    for each in found:
        _forget(session, each.asset_id)
    return len(found)


def settle_parts_of(session: Session, *, work_item_ids: Iterable[int], now: datetime) -> int:
    """Settle the parts that these work items made; how many ends changed."""
    grounds = Grounds(session, clock.local_date(now))
    return settle_warranties(session, found=stale(session, grounds, Asset.work_item_id.in_(list(work_item_ids))))


def _forget(session: Session, asset_id: int) -> None:
    """Let a part that is loaded read its end anew."""
    loaded = session.identity_map.get(inspect(Asset).identity_key_from_primary_key((asset_id,)))
    if loaded is not None:
        session.expire(loaded, ["warranty", "warranty_last_on"])


@event.listens_for(Session, "after_flush")
def note_work_items(session: Session, _context: Any) -> None:
    """Remember which work items this flush gives other papers."""
    changed = {each.id for each in session.dirty if isinstance(each, WorkItem) and _has_other_papers(each)}
    if changed:
        session.info.setdefault(_CHANGED, set()).update(changed)


@event.listens_for(Session, "after_flush_postexec")
def follow_work_items(session: Session, _context: Any) -> None:
    """Settle the parts of the work items that the flush gave other papers."""
    changed = session.info.pop(_CHANGED, None)
    if changed:
        settle_parts_of(session, work_item_ids=changed, now=clock.now())


def _has_other_papers(item: WorkItem) -> bool:
    state = inspect(item)
    return any(state.attrs[name].history.has_changes() for name in PAPERS)
