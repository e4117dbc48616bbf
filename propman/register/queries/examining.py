"""The rows of a table judged against the register as it stands, in batches that cost a few queries each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from propman.assets.queries import Filed, Grounds
from propman.communities.models import Place
from propman.register.judging import Judged, Judging, Outcome
from propman.register.mapping import Mapped
from propman.register.queries import around
from propman.register.rows import Reading
from propman.register.surroundings import Around, PlaceFact
from propman.sheets.tables import Row, Table

AT_ONCE = 500


@dataclass(frozen=True)
class Task:
    """What is examined: for which place, and how the columns are mapped below which row."""

    place_id: int
    heading_row: int
    mapped: Sequence[Mapped]
    today: date


class Examination:
    """Judges the rows of one table in their order; what lies around them is read once."""

    def __init__(self, session: Session, task: Task, table: Table) -> None:
        catalogue = around.catalogue(session, task.today)
        fields = frozenset(each.field for each in task.mapped if each.field is not None)
        self.today = task.today
        self.area = around.area(session, session.get_one(Place, task.place_id))
        self.reading = Reading(task.mapped, catalogue, today=task.today, date_1904=table.date_1904)
        self.judging = Judging(self.area, catalogue, today=task.today, mapped=fields)
        self.rows = [row for row in table.rows if row.number > task.heading_row and self.reading.counts(row)]
        self._finds = "condition" in fields or "condition_on" in fields
        self._around: dict[int, Around] = {}
        self._grounds = Grounds(session, task.today)
        self._digest = hashlib.sha256()

    @property
    def plan(self) -> str:
        """A digest of everything that was judged so far."""
        return self._digest.hexdigest()

    def batches(self) -> Iterator[Sequence[Row]]:
        """The rows to judge, some at once."""
        for start in range(0, len(self.rows), AT_ONCE):
            yield self.rows[start : start + AT_ONCE]

    def judge(self, session: Session, rows: Sequence[Row]) -> list[Judged]:
        """Judge a batch of rows; those of one file follow one another."""
        said = [self.reading.read(row) for row in rows]
        communities = [self.judging.community(each) for each in said]
        self._read_around(session, [each for each in communities if each is not None])
        keys = {(place.id, code) for place, each in zip(communities, said, strict=True) if place for code in each.codes}
        standing = around.standing(session, keys, with_findings=self._finds) if keys else {}
        found = []
        for place, each in zip(communities, said, strict=True):
            where = self._around[place.id] if place else None
            stands = (standing.get((place.id, code)) for code in each.codes) if place else iter(())
            found.append(self.judging.judge(each, where, next(filter(None, stands), None)))
        self._guarantee(session, [each for each in found if each.outcome in {Outcome.NEW, Outcome.CHANGED}])
        for judged in found:
            self._digest.update(_print(judged))
        return found

    def _read_around(self, session: Session, communities: Collection[PlaceFact]) -> None:
        unknown = {each for each in communities if each.id not in self._around}
        if unknown:
            self._around |= around.around(session, unknown, self.today)

    def _guarantee(self, session: Session, found: Sequence[Judged]) -> None:
        papers = [_filed(each) for each in found]
        for judged, (_, given) in zip(found, self._grounds.guarantees(session, papers), strict=True):
            judged.warranty = given.standing.value, given.end.last_on


def _filed(judged: Judged) -> Filed:
    columns, made = judged.columns, judged.made_by
    item = made[1] if made else None
    assert judged.around is not None  # noqa: S101 - what is new or changed has a community
    return Filed(
        judged.around.community.id, columns["work_item_id"], columns["accepted_on"], columns["warranty_key"],
        columns["contract_months"], columns["design_life_years"], item.accepted_on if item else None,
        item.warranty_key if item else None, item.contract_months if item else None,
        item.design_life_years if item else None,
    )  # fmt: skip


def _print(judged: Judged) -> bytes:
    """Everything that a row would do, as bytes to compare."""
    stands = (judged.standing.id, judged.standing.version) if judged.standing else None
    done: tuple[Any, ...] = (judged.said.row, judged.outcome.value, stands, judged.finding)
    if judged.outcome in {Outcome.NEW, Outcome.CHANGED}:
        done += (sorted((name, str(value)) for name, value in judged.columns.items()),)
    return repr(done).encode()
