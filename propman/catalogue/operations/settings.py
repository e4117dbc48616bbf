"""The numbers that an installation may change, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import SettingRow
from propman.catalogue.operations import rows
from propman.errors import Refused
from propman.text import N_

YES_NO = "yes_no"
LONGEST = 3650  # days


@dataclass(frozen=True, kw_only=True)
class SettingFacts(rows.DatedFacts):
    """What is said of a setting: its number. What it is called and counted in stays."""

    value: int


def bounds(unit: str) -> tuple[int, int]:
    """The least and the most that a number of this unit can be: 0 or 1 says no or yes, a time is a day at least."""
    return (0, 1) if unit == YES_NO else (1, LONGEST)


def change_setting(
    session: Session, *, name: str, facts: SettingFacts, actor_id: int | None, now: datetime
) -> SettingRow:
    """Let a setting have another number, from a day on.

    Raises `Refused` for a number out of bounds and a day before that of the row that stands; `NotFound`.
    """
    before = rows.last(session, SettingRow, SettingRow.name == name)
    least, most = bounds(before.unit)
    if not least <= facts.value <= most:
        sentence = N_("It must be a number from %(least)s to %(most)s.")
        raise Refused(sentence, field="value", least=least, most=most)
    columns = {**rows.dated_columns(facts, clock.local_date(now)), "value": facts.value}
    row = SettingRow(name=name, unit=before.unit, label_zh=before.label_zh, label_en=before.label_en)
    return rows.follow(session, before, row, columns, actor_id, now)
