"""Files of parts for tests: written, sent, worked on as the job does it, looked at.

office.send(rows)           a file for the community, rows as dicts by field
office.work()               what the job would do now
office.imported(rows)       sent, tried and applied
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from propman import clock
from propman.accounts.models import User
from propman.assets.models import Asset, AssetCondition
from propman.communities.models import Place
from propman.db import read_only
from propman.register import operations
from propman.register.columns import BY_FIELD
from propman.register.models import Import, ImportFault, ImportRow, ImportState
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.reading import read
from propman.sheets.writing import Column, Sheet
from tests.assets.works import Works
from tests.world import World

Result = TypeVar("Result")
Rows = Sequence[Mapping[str, Any]]

GOOD: dict[str, Any] = {
    "code": "B01-001", "type_code": "B01", "name": "3号楼屋面", "building": "3号楼", "ownership": "全体业主共有",
    "work_item": "1",
}  # fmt: skip
"""A row that can be taken: a roof of the building, made by the roof's work item."""


@dataclass
class Desk:
    """Reads and writes as the job does; `broken` may raise before the commit of a write, like a killed process."""

    sessions: sessionmaker[Session]
    at: Callable[[], datetime] = clock.now
    broken: Callable[[int], None] = lambda number: None
    writes: int = 0

    def read(self, act: Callable[[Session], Result]) -> Result:
        token = read_only.set(True)
        try:
            with self.sessions() as session:
                return act(session)
        finally:
            read_only.reset(token)

    def write(self, act: Callable[[Session], Result]) -> Result:
        self.writes += 1
        with self.sessions() as session, session.begin():
            result = act(session)
            self.broken(self.writes)
            return result

    def now(self) -> datetime:
        return self.at()

    def stopping(self) -> bool:
        return False


@dataclass
class Office:
    """Sends files to the database of a test."""

    session: Session
    works: Works

    @property
    def world(self) -> World:
        return self.works.world

    def file(self, rows: Rows, name: str = "台账.xlsx", above: Sequence[str] = ()) -> operations.File:
        """A file of rows, told by field; a CSV where the name says so."""
        fields = list(dict.fromkeys(field for row in rows for field in row))
        headings = [BY_FIELD[field].zh if field in BY_FIELD else field for field in fields]
        lines = [[row.get(field) for field in fields] for row in rows]
        data = as_csv(headings, lines, above) if name.endswith(".csv") else as_xlsx(headings, lines)
        return operations.File(name, data, read(data, name))

    def send(self, rows: Rows, place: Place | None = None, by: User | None = None, **how: Any) -> Import:
        """A file that was sent; its headings are all known unless it says others."""
        return self.send_file(self.file(rows, **how), place, by)

    def send_file(self, file: operations.File, place: Place | None = None, by: User | None = None) -> Import:
        sent = operations.send_file(self.session, place_id=(place or self.world.community).id, file=file,
                                    actor_id=(by or self.world.clerk_jie).id, now=clock.now())  # fmt: skip
        self.session.commit()
        return sent

    def work(self, **desk: Any) -> int:
        """Do what waits."""
        self.session.commit()
        done = operations.carry_on(self.desk(**desk))
        self.session.expire_all()
        return done

    def desk(self, **more: Any) -> Desk:
        return Desk(sessionmaker(self.session.get_bind(), expire_on_commit=False), **more)

    def tried(self, rows: Rows, place: Place | None = None, **how: Any) -> Import:
        """A file after its dry run."""
        sent = self.send(rows, place, **how)
        self.work()
        assert sent.state is ImportState.CHECKED, (sent.state, sent.fault)
        return sent

    def order(self, sent: Import) -> Import:
        """Let it be applied."""
        operations.ask_to_apply(self.session, import_id=sent.id, plan=sent.plan or "", actor_id=self.world.clerk_jie.id,
                                now=clock.now())  # fmt: skip
        self.session.commit()
        return sent

    def imported(self, rows: Rows, place: Place | None = None, **how: Any) -> Import:
        """A file that was tried and applied."""
        sent = self.tried(rows, place, **how)
        assert not sent.bad_rows, self.faults(sent)
        self.order(sent)
        self.work()
        assert sent.state is ImportState.APPLIED, (sent.state, sent.fault)
        return sent

    def undone(self, sent: Import) -> Import:
        """An import taken back."""
        operations.ask_to_undo(self.session, import_id=sent.id, actor_id=self.world.clerk_jie.id, now=clock.now())
        self.work()
        return sent

    def faults(self, sent: Import) -> list[tuple[int, str | None, str, str, str]]:
        """What is wrong: row, column, field, value, why."""
        query = select(ImportFault).where(ImportFault.import_id == sent.id).order_by(ImportFault.row, ImportFault.id)
        return [(each.row, each.column, each.field, each.value, each.reason) for each in self.session.scalars(query)]

    def told(self, sent: Import) -> dict[int, dict[str, Any]]:
        """What the good rows would do, by row."""
        query = select(ImportRow).where(ImportRow.import_id == sent.id)
        return {each.row: each.told for each in self.session.scalars(query)}

    def parts(self) -> dict[str, Asset]:
        """Every part by its code."""
        return {part.code: part for part in self.session.scalars(select(Asset).order_by(Asset.id))}

    def part(self, code: str) -> Asset:
        return self.session.scalars(select(Asset).where(Asset.code == code)).one()

    def findings(self, part: Asset) -> list[tuple[str, int]]:
        query = select(AssetCondition).where(AssetCondition.asset_id == part.id).order_by(AssetCondition.id)
        return [(each.found_on.isoformat(), each.score) for each in self.session.scalars(query)]


def as_xlsx(headings: Sequence[str], lines: Sequence[Sequence[Any]]) -> bytes:
    """The lines as an XLSX; values keep their types."""
    out = BytesIO()
    write_xlsx([Sheet("台账", tuple(map(Column, headings)), lines)], out, now=clock.now())
    return out.getvalue()


def as_csv(headings: Sequence[str], lines: Sequence[Sequence[Any]], above: Sequence[str] = ()) -> bytes:
    """The lines as a CSV below the titles `above`."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerows([[title] for title in above])
    writer.writerow(headings)
    writer.writerows([["" if cell is None else cell for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")
