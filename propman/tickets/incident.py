"""Which reports are about one fault: the rule by which a new report joins an incident. Pure.

An incident is its first report, the lead, with those merged with it. The part that is meant decides; where it is not
known of both, the building (outdoors: the community) and the category do, within 72 hours of the first report. What is
broken inside a flat is a fault of that flat (docs/decisions/incidents.md). What a planned outage explains is one
incident with all else that it explains, in whichever building and however late, and with nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from propman.tickets.workflow import State

WITHIN = timedelta(hours=72)
"""From the first report of an incident, not from the latest: else a leak that is reported daily would never end."""

TAKES_MORE = frozenset({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY, State.ON_HOLD})
"""Of a repair that is done a new report says that it is not, or that something else is broken: somebody has to go."""


@dataclass(frozen=True)
class Fault:
    """What one report says is broken: where (a building; outdoors the community), and which part, if that is known."""

    category: str
    scope_id: int
    part_id: int | None
    at: datetime
    in_a_flat: bool = False
    outage_id: int | None = None  # the planned outage that explains it


@dataclass(frozen=True)
class Known:
    """An incident there is: its lead, how that stands, what it is about, and when the first of its reports came."""

    lead_id: int
    state: State
    category: str
    scope_id: int
    part_id: int | None
    first_at: datetime
    outage_id: int | None = None


def joins(fault: Fault, known: Iterable[Known]) -> int | None:
    """The lead of the incident that a report of `fault` belongs to, or None: it is a new one.

    The same outage wins, then the same part; of several, the one whose first report is the oldest.
    """
    open_to_it = [
        one
        for one in known
        if one.state in TAKES_MORE and one.outage_id == fault.outage_id and one.first_at <= fault.at
        and (fault.outage_id is not None or fault.at <= one.first_at + WITHIN)
    ]  # fmt: skip
    alike = open_to_it if fault.outage_id is not None else _about_the_same(fault, open_to_it)
    return min(alike, key=lambda one: (one.first_at, one.lead_id)).lead_id if alike else None


def _about_the_same(fault: Fault, open_to_it: list[Known]) -> list[Known]:
    """Those about the same part, else those like it."""
    same_part = [one for one in open_to_it if fault.part_id is not None and one.part_id == fault.part_id]
    return same_part or [one for one in open_to_it if _alike(fault, one) and not fault.in_a_flat]


def _alike(fault: Fault, one: Known) -> bool:
    """The same category in the same building, unless both are known to be about different parts."""
    two_parts = None not in {fault.part_id, one.part_id} and fault.part_id != one.part_id
    return (fault.category, fault.scope_id) == (one.category, one.scope_id) and not two_parts
