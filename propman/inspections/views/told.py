"""How a duty is named wherever it is listed: what is inspected, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from propman import clock
from propman.catalogue.models import InspectionSchedule, InspectionTemplate
from propman.catalogue.queries import inspection_schedules, inspection_templates_ever
from propman.communities.models import ABOVE_COMMUNITIES, Place
from propman.communities.queries import address, lines
from propman.db import db
from propman.inspections.models import Duty, Plan
from propman.web.filters import name_of


def what(duties: Iterable[Duty]) -> Mapping[int, str]:
    """By the duty's id the code and the name of its template, also of one that is out of use; and which schedule it
    is, where all of several come round.
    """
    plans = {duty.id: duty.target.plan for duty in duties}
    names = named(plans.values())
    return {one: names[plan.id] for one, plan in plans.items()}


def named(plans: Iterable[Plan]) -> Mapping[int, str]:
    """By the plan's id what it is called: as its duties are."""
    known = inspection_templates_ever(db.session())
    schedules = inspection_schedules(db.session(), clock.local_date(clock.now()))
    return {plan.id: _named(plan, known, schedules) for plan in plans}


def _named(
    plan: Plan, known: Mapping[str, InspectionTemplate], schedules: Mapping[str, Sequence[InspectionSchedule]]
) -> str:
    if plan.template not in known:
        return plan.template
    template, several = known[plan.template], schedules.get(plan.template, ())
    named = f"{template.code} {name_of(template)}"
    which = next((name_of(one) for one in several if one.code == plan.schedule), None)
    return f"{named} · {which}" if which and len(several) > 1 and not template.alternatives else named


def inside(places: Iterable[Place]) -> Mapping[int, str]:
    """By place where it is inside its community; the community by its name; one query for all of them."""
    found = lines(db.session(), places)
    return {one: address(line[min(ABOVE_COMMUNITIES + 1, len(line) - 1) :]) for one, line in found.items()}


def where(duties: Iterable[Duty]) -> Mapping[int, str]:
    """By the duty's id its community, the place inside it, and the part; one query for all of them."""
    targets = {duty.id: duty.target for duty in duties}
    found = lines(db.session(), {target.place for target in targets.values()})
    return {
        one: " · ".join(filter(None, (address(found[target.place_id]), target.asset.name if target.asset else "")))
        for one, target in targets.items()
    }
