"""The recount: each promise on its own, whatever becomes of the others, on one snapshot of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from propman import checks, clock
from propman.files.store import FileStore
from tests import stories, world

ALL = ("C01", "C02", "C03", "D01", "D02", "D03", "E01", "E02", "F01", "F02", "H01", "I02", "I04", "I05", "I06", "I07",
       "I08", "I10", "I11", "I12", "I13", "I14", "I17", "I18", "I19", "O01", "P01", "P02", "R01", "R02", "R03", "R04",
       "R10", "R11", "R12", "R13", "R14", "R15", "S01", "T01", "T02", "T03", "T04", "V01", "V02")  # fmt: skip


def counted(session: Session, folder: Path) -> dict[str, str]:
    """What is printed of each promise, by its id: the first word after it."""
    session.commit()
    findings = checks.recount_snapshot(session.get_bind(), store=FileStore(folder), now=clock.now())
    printed = [line.split() for line in checks.lines(findings) if not line.startswith(" ")]
    return {promise: word for promise, word, *_rest in printed}


@pytest.mark.parametrize(
    ("harm", "lost"),
    [
        ('ALTER TABLE place_code RENAME TO away', {"I07", "R13"}),
        ('ALTER TABLE idempotency_key RENAME TO away', {"I02"}),
        ('ALTER TABLE photo RENAME TO away', {"F01", "F02", "I05"}),
        ('ALTER TABLE voice_note RENAME TO away', {"V02"}),
        ('ALTER TABLE ticket_clock RENAME TO away', {"I04", "I11", "I13"}),
        ("UPDATE ticket_event SET action = 'painted'", {"C03", "I04", "I08", "I10", "I11", "I12", "I14", "I17", "T01",
                                                              "T04"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_hides_no_other_promise(
    session: Session, tmp_path: Path, harm: str, lost: set[str]
) -> None:
    """A statement that the database refuses, and a row that no program can read."""
    town = world.build(session, files=tmp_path)
    stories.report(session, town)
    assert set(counted(session, tmp_path).values()) <= {"ok", "none"}
    if harm.startswith("UPDATE"):
        _drop_checks(session)
    session.execute(text(harm))
    found = counted(session, tmp_path)
    assert tuple(found) == ALL
    assert {promise for promise, word in found.items() if word == "FAIL"} == lost


def _drop_checks(session: Session) -> None:
    """Let `ticket_event` hold what no CHECK would let in."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA ignore_check_constraints=ON"))
        return
    names = session.scalars(
        text("SELECT conname FROM pg_constraint WHERE conrelid = 'ticket_event'::regclass AND contype = 'c'")
    )
    for name in names.all():
        session.execute(text(f'ALTER TABLE ticket_event DROP CONSTRAINT "{name}"'))
