"""What the lines of a table are called, and what the rates weigh."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.catalogue.models import Category
from propman.catalogue.queries import inspection_templates_ever, number_setting
from propman.communities.models import Organisation, Place
from propman.db import among
from propman.oversight.queries.counting import of
from propman.oversight.rules import Weights


def weights(session: Session, on: date) -> Weights:
    """What the three rates weigh on the day `on`, and whether three stars count."""

    def find() -> Weights:
        response, solution, basically = (
            number_setting(session, name, on)
            for name in ("rate_weight_response", "rate_weight_solution", "basically_satisfied_counts")
        )
        return Weights(response, solution, bool(basically))

    return kept.rules(session).once((Weights, on), find)


_PLACE: Any = of(Place)
_PLACES = select(_PLACE.id, _PLACE.name).where(among(_PLACE.id, "ids")).order_by(_PLACE.sort_key, _PLACE.id)
_COMPANY: Any = of(Organisation)
_COMPANIES = (
    select(_COMPANY.id, _COMPANY.name)
    .where(among(_COMPANY.id, "ids"))
    .order_by(_COMPANY.sort_key, _COMPANY.id)
)  # fmt: skip


def places(session: Session, keys: Collection[int]) -> dict[int, str]:
    """The places of `keys`, by name."""
    return dict(session.execute(_PLACES, {"ids": list(keys)}).all())


def organisations(session: Session, keys: Collection[int]) -> dict[int, str]:
    """The organisations of `keys`, by name."""
    return dict(session.execute(_COMPANIES, {"ids": list(keys)}).all())


def templates(session: Session, language: str) -> dict[str, str]:
    """Every template of inspections that there is or was, by code, in the order of the library."""
    latest = sorted(inspection_templates_ever(session).values(), key=lambda row: (row.position, row.code))
    return {row.code: f"{row.code} {row.name_zh if language == 'zh' else row.name_en}" for row in latest}


def categories(session: Session, language: str) -> dict[str, str]:
    """Every kind of fault that there is or was, by code, in the order of the report form."""
    latest = {row.code: row for row in kept.rules(session).rows(session, Category)}
    return {
        row.code: row.name_zh if language == "zh" else row.name_en
        for row in sorted(latest.values(), key=lambda row: row.position)
    }
