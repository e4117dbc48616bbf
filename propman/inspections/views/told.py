"""How a duty is named wherever it is listed: what is inspected, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from propman.catalogue.queries import inspection_templates_ever
from propman.communities.models import ABOVE_COMMUNITIES, Place
from propman.communities.queries import address, lines
from propman.db import db
from propman.inspections.models import Duty
from propman.web.filters import name_of


def what(duties: Iterable[Duty]) -> Mapping[int, str]:
    """By the duty's id the code and the name of its template, also of one that is out of use."""
    known = inspection_templates_ever(db.session())
    codes = {duty.id: duty.target.plan.template for duty in duties}
    return {one: f"{code} {name_of(known[code])}" if code in known else code for one, code in codes.items()}


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
