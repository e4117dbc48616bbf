"""The work on an import, as a job does it: read, judge batch by batch, and at the end show or write what was found.

Everything up to the last step only reads the register. Progress goes into transactions of its own, so that the page
shows a bar. What is applied is written by one transaction, after everything was judged anew; killed at any moment, the
work is taken up again from the start, and nothing has happened or everything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, undefer

from propman import clock
from propman.errors import Refused
from propman.register.judging import Judged, Outcome
from propman.register.mapping import Mapped
from propman.register.models import Import, ImportFault, ImportRow, ImportState
from propman.register.operations.applying import Moved, Plan, write_plan
from propman.register.operations.claiming import Claimed, Lost, advance, claim_next, finish, waiting
from propman.register.operations.sending import forget_details
from propman.register.operations.undoing import undo
from propman.register.queries.examining import Examination, Task
from propman.register.telling import told
from propman.sheets.reading import read
from propman.sheets.tables import Table, located
from propman.text import N_

log = logging.getLogger(__name__)

MOST_FAULTS = 50_000
"""Beyond that the columns are mapped wrongly, and no person reads on."""

Result = TypeVar("Result")


class Desk(Protocol):
    """How the work reads and writes: each act in a transaction of its own, which its caller commits."""

    def read(self, act: Callable[[Session], Result]) -> Result:
        """Run an act that only reads."""

    def write(self, act: Callable[[Session], Result]) -> Result:
        """Run an act and commit what it wrote."""

    def now(self) -> datetime:
        """The present moment."""

    def stopping(self) -> bool:
        """Whether to begin nothing more."""


@dataclass(frozen=True)
class _File:
    """What an import needs to be judged."""

    task: Task
    name: str
    data: bytes
    sheet: str
    one_community: bool
    plan: str | None


def carry_on(desk: Desk) -> int:
    """Do what waits, one import after the other; how many."""
    done = 0
    while not desk.stopping() and desk.read(lambda session: waiting(session, now=desk.now())):
        claimed = desk.write(lambda session: claim_next(session, now=desk.now()))
        if claimed is None:
            break
        try:
            WORK[claimed.state](desk, claimed)
            done += 1
        except Lost:
            log.info("import %s is worked on elsewhere, or was thrown away", claimed.import_id)
        except OperationalError:
            raise  # the database is away: the claim lapses, and the work is taken up again
        except Refused as refusal:
            _fail(desk, claimed, refusal.sentence, refusal.params)
        except Exception:
            log.exception("import %s failed", claimed.import_id)
            _fail(
                desk,
                claimed,
                N_("The program made a mistake here. Nothing was changed. Please tell the operators."),
                {},
            )
    return done


def check(desk: Desk, claimed: Claimed) -> None:
    """The dry run: find out what every row would do, and keep that for the page."""
    file = desk.read(lambda session: _file(session, claimed))
    table = _table(file)
    examination = desk.read(lambda session: Examination(session, file.task, table))
    desk.write(lambda session: _begin(session, claimed, len(examination.rows), desk.now()))
    counts, faults = dict.fromkeys(Outcome, 0), 0
    for judged in _judged(desk, examination):
        for each in judged:
            counts[each.outcome] += 1
            faults += len(each.said.faults)
        if faults > MOST_FAULTS:
            raise Refused(N_("More than %(most)s values are wrong. The columns are probably mapped wrongly."),
                          most=MOST_FAULTS)  # fmt: skip
        _keep(desk, claimed, judged, sum(counts.values()), with_community=not file.one_community)
    counted = {f"{outcome.value}_rows": count for outcome, count in counts.items()}
    desk.write(
        lambda session: finish(session, claimed, ImportState.CHECKED, checked_at=desk.now(), plan=examination.plan,
                               **counted)
    )  # fmt: skip


def apply(desk: Desk, claimed: Claimed) -> None:
    """Judge every row anew and, if that gives what the dry run showed, write it all at once."""
    file = desk.read(lambda session: _file(session, claimed))
    table = _table(file)
    examination = desk.read(lambda session: Examination(session, file.task, table))
    plan, done = Plan(), 0
    for judged in _judged(desk, examination):
        plan.add(judged)
        done += len(judged)
        count = done
        desk.write(lambda session: advance(session, claimed, now=desk.now(), done_rows=count))  # noqa: B023 - run at once
    try:
        if examination.plan != file.plan:
            raise Moved
        desk.write(lambda session: write_plan(session, claimed=claimed, plan=plan, now=desk.now()))
    except (Moved, IntegrityError):
        sentence = N_("The register has changed since the dry run. It is done again: please look at what it shows now.")
        desk.write(lambda session: finish(session, claimed, ImportState.CHECKING, fault=sentence, fault_facts={}))


def take_back(desk: Desk, claimed: Claimed) -> None:
    """Undo an import; where something has begun to refer to its parts it stays."""
    desk.write(lambda session: undo(session, claimed=claimed, now=desk.now()))


WORK: Mapping[ImportState, Callable[[Desk, Claimed], None]] = {
    ImportState.CHECKING: check,
    ImportState.APPLYING: apply,
    ImportState.UNDOING: take_back,
}


def _fail(desk: Desk, claimed: Claimed, sentence: str, params: Mapping[str, Any]) -> None:
    """Say why it did not work. What could not be undone stands as before, what could not be applied waits again."""
    after = {ImportState.UNDOING: ImportState.APPLIED, ImportState.APPLYING: ImportState.CHECKED}
    state = after.get(claimed.state, ImportState.FAILED)
    try:
        desk.write(lambda session: finish(session, claimed, state, fault=sentence, fault_facts=dict(params)))
    except Lost:
        log.info("import %s was thrown away", claimed.import_id)


def _file(session: Session, claimed: Claimed) -> _File:
    found = session.get(Import, claimed.import_id, options=[undefer(Import.content)])
    if found is None or found.content is None:
        raise Lost
    mapped = [
        Mapped(located(f"{letter}1")[1], each["heading"], each["field"], True, each["unit"])
        for letter, each in found.headings.items()
    ]
    task = Task(found.place_id, found.heading_row or 0, mapped, clock.local_date(clock.now()))
    one = found.place.kind.value == "community"
    return _File(task, found.file_name, found.content, found.sheet or "", one, found.plan)


def _table(file: _File) -> Table:
    """The sheet that is meant, read in its own process while no transaction is open."""
    tables = read(file.data, file.name, patient=True).tables
    return next((table for table in tables if table.name == file.sheet), tables[0])


def _judged(desk: Desk, examination: Examination) -> Iterator[list[Judged]]:
    for rows in examination.batches():
        yield desk.read(lambda session: examination.judge(session, rows))  # noqa: B023 - run at once


def _begin(session: Session, claimed: Claimed, all_rows: int, now: datetime) -> None:
    """Forget what an earlier dry run found, or one that was killed."""
    advance(session, claimed, now=now, all_rows=all_rows, done_rows=0, plan=None)
    forget_details(session, claimed.import_id)


def _keep(desk: Desk, claimed: Claimed, judged: Sequence[Judged], done: int, *, with_community: bool) -> None:
    own = {"import_id": claimed.import_id}
    faults = [own | _fault(fault) for each in judged for fault in each.said.faults]
    rows = [
        own | {"row": each.said.row, "outcome": each.outcome, "code": each.columns["code"],
               "name": each.columns["name"], "told": told(each, with_community=with_community)}
        for each in judged if each.outcome in {Outcome.NEW, Outcome.CHANGED}
    ]  # fmt: skip

    def keep(session: Session) -> None:
        advance(session, claimed, now=desk.now(), done_rows=done)
        for model, values in ((ImportFault, faults), (ImportRow, rows)):
            if values:
                session.execute(insert(model), values)

    desk.write(keep)


def _fault(fault: Any) -> dict[str, Any]:
    return asdict(fault) | {"facts": {name: _json(fact) for name, fact in fault.facts.items()}}


def _json(fact: object) -> object:
    return fact if isinstance(fact, str | int) else str(fact)
