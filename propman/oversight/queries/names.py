"""What the lines of a table are called, and what the rates weigh; bare columns, each one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, or_, select
from sqlalchemy.orm import Session

from propman.catalogue.models import Category
from propman.catalogue.queries import number_setting
from propman.communities.models import Organisation, Place
from propman.oversight.queries.counting import of
from propman.oversight.queries.selection import Area
from propman.oversight.rules import Weights


def weights(session: Session, on: date) -> Weights:
    """What the three rates weigh on the day `on`, and whether three stars count."""
    response, solution, basically = (
        number_setting(session, name, on)
        for name in ("rate_weight_response", "rate_weight_solution", "basically_satisfied_counts")
    )
    return Weights(response, solution, bool(basically))


_PLACE: Any = of(Place)
_IDS: Any = bindparam("ids", expanding=True)
_PLACES = select(_PLACE.id, _PLACE.name).order_by(_PLACE.sort_key, _PLACE.id)
_NAMED = _PLACES.where(_PLACE.id.in_(_IDS))
_INSIDE = _PLACES.where(
    _PLACE.parent_id == bindparam("above"),
    or_(_PLACE.closed_on.is_(None), _PLACE.closed_on > bindparam("on", type_=Date()), _PLACE.id.in_(_IDS)),
)
_COMPANY: Any = of(Organisation)
_COMPANIES = (
    select(_COMPANY.id, _COMPANY.name)
    .where(_COMPANY.id.in_(_IDS))
    .order_by(_COMPANY.sort_key, _COMPANY.id)
)  # fmt: skip


def inside(session: Session, area: Area | None, keys: Collection[int], on: date) -> dict[int, str]:
    """The places directly inside `area` that are open or have figures; without an area, those of `keys`. By name."""
    if area is None:
        return _read(session, _NAMED, ids=keys)
    return _read(session, _INSIDE, above=area.id, on=on, ids=keys)


def _read(session: Session, query: Any, **known: Any) -> dict[int, str]:
    """Names by id."""
    return dict(session.execute(query, known).all())


def organisations(session: Session, keys: Collection[int]) -> dict[int, str]:
    """The organisations of `keys`, by name."""
    return _read(session, _COMPANIES, ids=keys)


def categories(session: Session, language: str) -> dict[str, str]:
    """Every kind of fault that there is or was, by code, in the order of the report form."""
    name: Any = Category.name_zh if language == "zh" else Category.name_en
    query = select(Category.code, name, Category.position).order_by(Category.valid_from)
    latest = {code: (position, called) for code, called, position in session.execute(query)}
    return {code: called for code, (_position, called) in sorted(latest.items(), key=lambda each: each[1][0])}


def above(session: Session, area: Area) -> dict[int, str]:
    """The places from the root down to `area`, by id."""
    ids = [int(part) for part in area.path.strip("/").split("/")]
    found = _read(session, _NAMED, ids=ids)
    return {place_id: found[place_id] for place_id in ids}
