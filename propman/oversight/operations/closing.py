"""Closing a month: its figures are laid once, in one transaction, and never change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from operator import add
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.db import dialect_of, insert_if_absent
from propman.oversight import queries
from propman.oversight.models import (
    INSPECTED,
    ClosedMonth,
    DivisionFact,
    InspectionFact,
    InspectionSum,
    MonthlyFact,
)
from propman.oversight.queries import MEASURES, Counts, inspected


def close_next(session: Session, *, now: datetime) -> date | None:
    """Close the earliest month that can be closed; None where there is none, or a rival closes it. Flushes.

    Whoever writes the row of the month lays its figures; a rival waits for that, and finds nothing left to do.
    """
    month = queries.next_to_close(session, now)
    if month is None:
        return None
    if dialect_of(session) == "postgresql":  # closing the past of a large city reads for a while
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL lock_timeout = 0"))
    if not insert_if_absent(session, ClosedMonth, {"month": month, "closed_at": now}):
        return None
    facts = {key: counts for key, counts in queries.facts_of(session, month).items() if any(counts)}
    if facts:
        session.execute(insert(MonthlyFact), [_row(month, key, counts) for key, counts in sorted(facts.items())])
        session.execute(insert(DivisionFact), _sums(session, month, facts))
    _lay_inspections(session, month)
    kept.changed(session)  # last: whoever changes a rule waits for this transaction from here on
    return month


def _lay_inspections(session: Session, month: date) -> None:
    facts = inspected.facts_of_inspections(session, month)
    if not facts:
        return
    session.execute(
        insert(InspectionFact),
        [
            {
                "month": month,
                "community_id": community_id,
                "organisation_id": organisation_id,
                "template": template,
                **_named(counts),
            }
            for (community_id, organisation_id, template), counts in sorted(facts.items())
        ],
    )
    session.execute(insert(InspectionSum), [
        {"month": month, "place_id": place_id, "template": template, **_named(counts)}
        for (place_id, template), counts in sorted(inspected.added_up(_paths(session), facts).items())
    ])  # fmt: skip


def _named(counts: Counts) -> dict[str, int]:
    return dict(zip(INSPECTED, counts, strict=True))


def _row(month: date, key: tuple[int, int, str], counts: Counts) -> dict[str, Any]:
    community_id, organisation_id, category = key
    return {"month": month, "community_id": community_id, "organisation_id": organisation_id, "category": category,
            **dict(zip(MEASURES, counts, strict=True))}  # fmt: skip


def _sums(session: Session, month: date, facts: Mapping[tuple[int, int, str], Counts]) -> list[dict[str, Any]]:
    """The sums for each community and every place above it."""
    paths = _paths(session)
    sums: dict[int, Counts] = {}
    for (community_id, _organisation_id, _category), counts in facts.items():
        for place_id in map(int, paths[community_id].strip("/").split("/")):
            sums[place_id] = tuple(map(add, sums[place_id], counts)) if place_id in sums else counts
    return [
        {"place_id": place_id, "month": month, **dict(zip(MEASURES, counts, strict=True))}
        for place_id, counts in sorted(sums.items())
    ]


def _paths(session: Session) -> dict[int, str]:
    """The paths of all communities by id."""
    return dict(session.execute(select(Place.id, Place.path).where(Place.kind == PlaceKind.COMMUNITY)).all())
