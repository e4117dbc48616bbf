"""What a process remembers of the rules is what the database says, at every moment and to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.catalogue.models import SettingRow
from propman.catalogue.queries import categories, number_setting, work_calendar
from propman.db import db, read_only
from tests.statements import counted

TODAY = date(2026, 11, 27)
NAME = "reopen_within_days"


@pytest.fixture
def reader(app: Flask) -> Iterator[Session]:
    """Somebody else who reads, as another process does: by an engine of its own."""
    token = read_only.set(True)
    with app.app_context(), Session(db.engine) as other:
        yield other
    read_only.reset(token)


def number_elsewhere(reader: Session) -> int:
    """The setting as a request that begins now sees it."""
    reader.rollback()
    return number_setting(reader, NAME, TODAY)


def raised(session: Session, by: int) -> int:
    """The setting in the database, raised by `by`; not committed."""
    row = session.scalars(select(SettingRow).where(SettingRow.name == NAME)).one()
    row.value += by
    session.flush()
    return row.value


def test_a_change_counts_for_everybody_from_its_commit_on(reader: Session, session: Session) -> None:
    before = number_elsewhere(reader)
    read_only.set(False)
    after = raised(session, 3)
    assert number_setting(session, NAME, TODAY) == after == before + 3, "who changes it sees it at once"
    read_only.set(True)
    assert number_elsewhere(reader) == before, "nobody else does before the commit"
    session.commit()
    assert number_elsewhere(reader) == after


def test_what_was_rolled_back_is_met_by_nobody(reader: Session, session: Session) -> None:
    before = number_elsewhere(reader)
    read_only.set(False)
    raised(session, 5)
    assert number_setting(session, NAME, TODAY) == before + 5
    session.rollback()
    read_only.set(True)
    assert number_setting(session, NAME, TODAY) == number_elsewhere(reader) == before


def test_a_change_by_hand_counts_once_it_draws_a_word(session: Session) -> None:
    before = number_setting(session, NAME, TODAY)
    session.execute(update(SettingRow).where(SettingRow.name == NAME).values(value=before + 1))
    kept.changed(session)
    assert number_setting(session, NAME, TODAY) == before + 1


def test_known_rules_cost_a_transaction_one_short_statement(app: Flask, reader: Session) -> None:
    categories(reader, TODAY)
    number_setting(reader, NAME, TODAY)
    work_calendar(reader, TODAY)
    reader.rollback()
    with counted(app) as sent:
        for _ in range(3):
            assert categories(reader, TODAY)
            assert work_calendar(reader, TODAY).official_years
            assert number_setting(reader, NAME, TODAY)
    assert len([statement for statement in sent if "rules_stamp" in statement]) == 1
    assert [statement for statement in sent if "SELECT" in statement and "rules_stamp" not in statement] == []


def test_rules_are_shared_by_all_sessions_and_belong_to_none(reader: Session) -> None:
    row = categories(reader, TODAY)[0]
    assert row not in reader
    reader.rollback()
    assert categories(reader, TODAY)[0] is row
