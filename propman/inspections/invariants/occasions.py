"""The promise about events (E01). Reads only, and counts days by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import Duty, Occasion, OccasionMove, OccasionPlace, Plan, PlanVersion, Target
from propman.invariants import Finding

_GOES_ON = {"T29": 9, "T30": 4, "T31": 44, "T32": 199}
"""By the template, for how many days after its first one an event without an end goes on at most."""
_Row = tuple[Duty, str, str]
"""A duty, the schedule of its plan, and what the version of its plan says."""


def every_event_brings_its_duties(session: Session) -> Finding:
    """E01: an event that has an end brought each of its schedules once to each of its communities, due by its days
    and its class, but for what had its end as of another class, or where another event is now; what was called off has
    nothing open; of one kind a community has one event at a time.
    """
    places = defaultdict(list)
    for place in session.scalars(select(OccasionPlace).order_by(OccasionPlace.community_id)):
        places[place.occasion_id].append(place)
    brought = _brought(session)
    classes = defaultdict(set)
    for occasion_id, kind in session.execute(select(OccasionMove.occasion_id, OccasionMove.kind)):
        classes[occasion_id].add(kind)
    broken, number = [*_overlapping([one for some in places.values() for one in some])], 0
    for occasion in session.scalars(select(Occasion).order_by(Occasion.id)):
        number += len(brought[occasion.id])
        said = _of_one(occasion, places[occasion.id], brought[occasion.id], classes[occasion.id] - {occasion.kind})
        broken += (f"event {occasion.id} {line}" for line in said)
    return Finding("E01", number, tuple(broken))


def _brought(session: Session) -> dict[int, list[_Row]]:
    query: Any = (
        select(Duty, Plan.schedule, PlanVersion.rule)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Duty.plan_version))
        .where(Duty.occasion_id.is_not(None), Duty.superseded_by.is_(None))
        .order_by(Duty.id)
    )
    found = defaultdict(list)
    for duty, schedule, rule in session.execute(query):
        found[duty.occasion_id].append((duty, schedule, rule))
    return found


def _of_one(
    occasion: Occasion, places: Sequence[OccasionPlace], rows: Sequence[_Row], before: Set[str]
) -> Iterator[str]:
    keys = [(duty.community_id, schedule) for duty, schedule, _rule in rows]
    if occasion.called_off_at is not None:
        if any(duty.ended_as is None for duty, _schedule, _rule in rows):
            yield "is called off, and has open duties"
        return
    if len(keys) != len(set(keys)):
        yield "brought something twice"
    if any((one.starts_on, one.ends_on, one.off) != (occasion.starts_on, occasion.ends_on, False) for one in places):
        yield "has other days in a community"
    wanted = {(one.community_id, code) for one in places for code in occasion.schedules.split(",")}
    has, classes = {one.community_id for one in places}, tuple(f"{one}_" for one in before)
    stands = {(duty.community_id, code) for duty, code, _rule in rows
              if duty.ended_as is not None and (duty.community_id not in has or code.startswith(classes))}  # fmt: skip
    for community_id, code in sorted(set(keys) - wanted - stands):
        yield f"brought {code} to community {community_id}, which nothing says"
    done = {(community_id, _about(code)) for community_id, code in stands}
    for community_id, code in sorted(wanted - set(keys)) if occasion.ends_on is not None else ():
        if (community_id, _about(code)) not in done:
            yield f"brought no {code} to community {community_id}"
    for duty, _schedule, rule in rows:
        if duty.ended_as is None and duty.due_on != _deadline(occasion, rule):
            yield f"has duty {duty.id} due on {duty.due_on}"


def _about(code: str) -> str:
    """The same for all classes: "lane" of "heavy_lane"."""
    return code.partition("_")[2]


def _deadline(occasion: Occasion, rule: str) -> date | None:
    base, _equals, number = rule.partition("=")
    first = {"STARTS": occasion.starts_on, "ENDS": occasion.ends_on}.get(base)
    return first + timedelta(days=int(number)) if first else None


def _overlapping(places: Sequence[OccasionPlace]) -> Iterator[str]:
    alike = defaultdict(list)
    for one in places:
        if not one.off:
            goes_on = one.starts_on + timedelta(days=_GOES_ON[one.template])
            alike[one.community_id, one.template].append((one.starts_on, one.ends_on or goes_on))
    for (community_id, template), spans in sorted(alike.items()):
        spans.sort()
        if any(after[0] <= before[1] for before, after in zip(spans, spans[1:], strict=False)):
            yield f"community {community_id} has two events of {template} on one day"
