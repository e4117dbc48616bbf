"""Taking what the catalogue speaks of out of use, from a day on. What is there already keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import AssetAttribute, AssetType, EscalationRule, WarrantyRule
from propman.catalogue.operations import guards, rows
from propman.errors import Refused
from propman.text import N_

WorksRow = AssetType | AssetAttribute | WarrantyRule | EscalationRule
NAMED_BY_TYPES = {AssetAttribute: "attributes", WarrantyRule: "warranty_keys"}
"""What types of parts name, and in which of their columns."""


def end(session: Session, *, row: WorksRow, ends_on: date | None, actor_id: int | None, now: datetime) -> WorksRow:
    """Let what `row` speaks of be in use up to, not including, the day `ends_on`; None takes that back. Flushes.

    All its rows end then: an earlier one would speak again. A row that begins later brings it back. Raises `Refused`
    for a day that is gone or no later than the first of the row that stands, and while types in use name it.
    """
    model: Any = type(row)
    name = queries.key_of(model)
    key, same = getattr(row, name), getattr(model, name) == getattr(row, name)
    last: WorksRow = rows.last(session, model, same)
    if ends_on is not None:
        _refuse_day(ends_on, last.valid_from, clock.local_date(now))
        _refuse_named(session, model, key, ends_on)
    before = last.valid_to
    for each in queries.versions(session, model, same):
        if each.valid_to in {None, before}:
            each.valid_to = ends_on
    session.flush()
    rows.record(session, last, "valid_to", before, ends_on, actor_id, now)
    return last


def _refuse_day(ends_on: date, valid_from: date, today: date) -> None:
    guards.fit_day(ends_on, today, field="ends_on")
    if ends_on < today:
        raise Refused(N_("%(day)s is gone: days before today keep what was in force."), field="ends_on",
                      day=ends_on.isoformat())  # fmt: skip
    if ends_on <= valid_from:
        raise Refused(N_("The row that stands begins on %(day)s: it ends later."), field="ends_on",
                      day=valid_from.isoformat())  # fmt: skip


def _refuse_named(session: Session, model: type[WorksRow], key: str, ends_on: date) -> None:
    """Refuse to end what types that are in use on that day name."""
    column = NAMED_BY_TYPES.get(model)
    kinds = queries.asset_types(session, ends_on) if column else ()
    naming = [kind.code for kind in kinds if key in (getattr(kind, column or "") or "").split(",")]
    if naming:
        raise Refused(N_("Types in use name it: %(codes)s. Change those first."), field="ends_on", status=409,
                      codes=" ".join(naming)[:200])  # fmt: skip
