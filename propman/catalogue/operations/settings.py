"""The numbers that an installation may change, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import SettingRow
from propman.catalogue.operations import rows
from propman.errors import Refused
from propman.text import N_

YES_NO = "yes_no"
PERCENT = "percent"
LONGEST = 3650  # days
WEIGHTS = ("rate_weight_response", "rate_weight_solution")
"""Of the composite: the third weight is what these leave of 100, so the three sum to 100 at any time."""


@dataclass(frozen=True, kw_only=True)
class SettingFacts(rows.DatedFacts):
    """What is said of a setting: its number. What it is called and counted in stays."""

    value: int


def bounds(unit: str) -> tuple[int, int]:
    """The least and the most that a number of this unit can be: 0 or 1 says no or yes, a time is a day at least."""
    return {YES_NO: (0, 1), PERCENT: (0, 100)}.get(unit, (1, LONGEST))


def change_setting(
    session: Session, *, name: str, facts: SettingFacts, actor_id: int | None, now: datetime
) -> SettingRow:
    """Let a setting have another number, from a day on.

    Raises `Refused` for a number out of bounds, a day before that of the row that stands, and a weight that together
    with the other one is more than 100; `NotFound`.
    """
    before = rows.last(session, SettingRow, SettingRow.name == name)
    least, most = bounds(before.unit)
    if not least <= facts.value <= most:
        sentence = N_("It must be a number from %(least)s to %(most)s.")
        raise Refused(sentence, field="value", least=least, most=most)
    if name in WEIGHTS and facts.value + _other_weight(session, name, facts.valid_from) > most:
        raise Refused(N_("Together with the other weight this is more than 100."), field="value")
    columns = {**rows.dated_columns(facts, clock.local_date(now)), "value": facts.value}
    row = SettingRow(name=name, unit=before.unit, label_zh=before.label_zh, label_en=before.label_en)
    return rows.follow(session, before, row, columns, actor_id, now)


def _other_weight(session: Session, name: str, starts_on: date) -> int:
    """The most that the other weight is on any day from `starts_on` on."""
    holds = or_(SettingRow.valid_to.is_(None), SettingRow.valid_to > starts_on)
    query = select(func.max(SettingRow.value)).where(SettingRow.name.in_(WEIGHTS), SettingRow.name != name, holds)
    return session.scalar(query) or 0
