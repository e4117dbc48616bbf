"""What a judged row would do, as plain values by field that can be kept and shown later in any language. Pure.

Answers and catalogue entries stand as their codes, days as 2023-10-12, money in fen, places and organisations as names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from propman.register.columns import PROPERTY, SHARES, WARRANTY_END
from propman.register.judging import PLAIN, Judged, Outcome
from propman.register.surroundings import Around

PLACE = "place"
COMMUNITY = "community"


def told(judged: Judged, *, with_community: bool) -> dict[str, Any]:
    """By field what a new part would have; of a changed one [before, after] of what changes."""
    assert judged.around is not None  # noqa: S101 - only rows of a known community are told
    after = _fields(judged.around, judged.columns, _names(judged))
    if judged.outcome is Outcome.NEW:
        if judged.warranty[1] is not None:
            after[WARRANTY_END] = judged.warranty[1].isoformat()
        first = {COMMUNITY: judged.around.community.name} if with_community else {}
        return first | {name: value for name, value in after.items() if value is not None} | _finding(judged)
    assert judged.standing is not None  # noqa: S101 - changed, so it stands
    before = _fields(judged.around, judged.standing.values, judged.standing.organisations)
    changes = {name: [before.get(name), after.get(name)] for name in after | before}
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]} | {
        name: [None, value] for name, value in _finding(judged).items()
    }


def _fields(around: Around, columns: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    made = around.item(columns["work_item_id"])
    return {
        PLACE: around.where(columns["place_id"]) if columns["place_id"] else None,
        **{name: _plain(columns[name]) for name in PLAIN},
        **{name: names.get(name) if columns[f"{name}_id"] else None for name in ("maintainer", "claim_holder")},
        "work_item": f"{made[0].number} · {made[1].number} {made[1].name}" if made else None,
        "no_project": _plain(columns["no_project"]),
        **{name: (columns["shares"] or {}).get(source) for name, source in SHARES.items()},
        **{f"{PROPERTY}{code}": _plain(value) for code, value in (columns["attributes"] or {}).items()},
    }


def _names(judged: Judged) -> Mapping[str, str]:
    """What the organisations of the part would be called: as the row says, and where it stays as it stands."""
    standing = judged.standing
    stays = {
        name: called
        for name, called in (standing.organisations if standing else {}).items()
        if standing and standing.values[f"{name}_id"] == judged.columns[f"{name}_id"]
    }
    return {**judged.said.values, **stays}


def _finding(judged: Judged) -> dict[str, Any]:
    if judged.finding is None:
        return {}
    on, score = judged.finding
    return {"condition": str(score), "condition_on": on.isoformat()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value
