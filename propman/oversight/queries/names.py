"""What the lines of a table are called, and what the rates weigh; bare columns, each one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman.catalogue.models import Category, SettingRow
from propman.communities.models import Organisation, Place
from propman.oversight.queries.selection import Area
from propman.oversight.rules import Weights

SETTINGS = ("rate_weight_response", "rate_weight_solution", "basically_satisfied_counts")


def weights(session: Session, on: date) -> Weights:
    """What the three rates weigh on the day `on`, and whether three stars count."""
    query = select(SettingRow.name, SettingRow.value).where(SettingRow.name.in_(SETTINGS), SettingRow.in_force(on))
    found = dict(session.execute(query.order_by(SettingRow.valid_from)).all())
    response, solution, basically = (found[name] for name in SETTINGS)
    return Weights(response, solution, bool(basically))


def inside(session: Session, area: Area | None, keys: Collection[int], on: date) -> dict[int, str]:
    """The places directly inside `area` that are open or have figures; without an area, those of `keys`. By name."""
    query = select(Place.id, Place.name).order_by(Place.sort_key, Place.id)
    if area is None:
        query = query.where(Place.id.in_(keys))
    else:
        query = query.where(Place.parent_id == area.id, or_(Place.open_on(on), Place.id.in_(keys)))
    return dict(session.execute(query).all())


def organisations(session: Session, keys: Collection[int]) -> dict[int, str]:
    """The organisations of `keys`, by name."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(keys))
    return dict(session.execute(query.order_by(Organisation.sort_key, Organisation.id)).all())


def categories(session: Session, language: str) -> dict[str, str]:
    """Every kind of fault that there is or was, by code, in the order of the report form."""
    name: Any = Category.name_zh if language == "zh" else Category.name_en
    query = select(Category.code, name, Category.position).order_by(Category.valid_from)
    latest = {code: (position, called) for code, called, position in session.execute(query)}
    return {code: called for code, (_position, called) in sorted(latest.items(), key=lambda each: each[1][0])}


def above(session: Session, area: Area) -> dict[int, str]:
    """The places from the root down to `area`, by id."""
    ids = [int(part) for part in area.path.strip("/").split("/")]
    found = dict(session.execute(select(Place.id, Place.name).where(Place.id.in_(ids))).all())
    return {place_id: found[place_id] for place_id in ids}
