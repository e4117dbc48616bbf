"""Taking what the catalogue speaks of out of use, from a day on. What is there already keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import (
    AssetAttribute,
    AssetType,
    Category,
    EmergencyNumber,
    EscalationRule,
    WarrantyRule,
)
from propman.catalogue.operations import guards, rows
from propman.catalogue.operations.fitting import KINDS
from propman.data.reading import ANY_CATEGORY
from propman.errors import Refused
from propman.text import N_

WorksRow = AssetAttribute | AssetType | WarrantyRule | EscalationRule
NAMED_BY_TYPES: dict[Any, str] = {AssetAttribute: "attributes", WarrantyRule: "warranty_keys"}
"""What types of parts name, and in which of their columns."""

NEVER_NONE: dict[Any, Any] = {Category: queries.categories, EmergencyNumber: queries.emergency_numbers_everywhere}
"""Of these one must always be in use."""


def end(session: Session, *, row: Any, ends_on: date | None, actor_id: int | None, now: datetime) -> Any:
    """Let what `row` speaks of be in use up to, not including, the day `ends_on`; None takes that back. Flushes.

    All its rows end then: an earlier one would speak again. A row that begins later brings it back. Raises `Refused`
    for a day that is gone or no later than the first of the row that stands, for what must always hold, and while
    types in use name it.
    """
    model = type(row)
    last = rows.last(session, model, rows.same_thing(row))
    if ends_on is not None:
        _refuse_day(ends_on, last.valid_from, clock.local_date(now))
        _refuse_needed(session, row, ends_on)
        _refuse_named(session, row, ends_on)
    before = last.valid_to
    for each in queries.versions(session, model, rows.same_thing(row)):
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


def _refuse_needed(session: Session, row: Any, ends_on: date) -> None:
    """Refuse to end what must always hold."""
    kind = next((kind for kind in KINDS.values() if kind.model is type(row)), None)
    stays = kind is not None and not kind.can_end
    every_other = kind is KINDS["clocks"] and row.category == ANY_CATEGORY
    known = NEVER_NONE.get(type(row))
    last = known is not None and all(one.called == row.called for one in known(session, ends_on))
    if stays or every_other or last:
        raise Refused(N_("This can be changed, but not ended: something must always hold."), field="ends_on")


def _refuse_named(session: Session, row: Any, ends_on: date) -> None:
    """Refuse to end what types that are in use on that day name."""
    column = NAMED_BY_TYPES.get(type(row))
    kinds = queries.asset_types(session, ends_on) if column else ()
    naming = [kind.code for kind in kinds if row.called in (getattr(kind, column or "") or "").split(",")]
    if naming:
        raise Refused(N_("Types in use name it: %(codes)s. Change those first."), field="ends_on", status=409,
                      codes=" ".join(naming)[:200])  # fmt: skip
