"""A table of another system is taken over, record by record: what is refused says why, and nothing is done twice."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from propman import cli
from propman.backlog import files
from propman.backlog.invariants import promises
from propman.backlog.mapping import BadMap, Map, read_map
from propman.backlog.operations import Outcome, run, running
from propman.communities.models import Engagement, Organisation, Place
from propman.config import ROOT
from propman.db import Base
from propman.sheets.tables import Table
from propman.tickets import invariants as tickets
from propman.tickets.models import ImportedTicket, Ticket, TicketEvent
from propman.tickets.workflow import Action, State
from tests.conftest import engine_at

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
EXCERPT = Path(__file__).with_name("excerpt.csv")
SF311 = ROOT / "propman" / "data" / "maps" / "sf311.toml"
REFUSED = {
    5: "It was closed (2012-08-24 19:33:12+00:00) before it was opened (2012-08-24 19:33:13+00:00).",
    8: "'yesterday' is no moment at which it was opened.",
    9: "It does not say when it was opened.",
    10: "'2016-02-30 10:00:00+00:00' is no moment at which it was opened.",
    11: "'soon' is no moment at which it was closed.",
    12: "It was closed (2016-07-10 15:11:07+00:00) before it was opened (2016-07-13 15:11:07+00:00).",
    13: "Record 1 of this file has the same id.",
    14: "It has no id.",
    15: "The status 'Duplicate' is not in the map.",
    16: "It is closed, and does not say when.",
    17: "It is open, and says when it was closed.",
    18: "The category 'Potholes' is not in the map.",
    19: "The place 'Atlantis' is not in the map.",
    21: "It was opened (2099-07-13 15:11:07+00:00) after 2026-11-27 10:00, when this is read.",
    22: "It was opened (1016-07-13 15:11:07+00:00) before 1949.",
    23: "Its address is longer than 80 characters.",
    25: "It has more cells than there are headings.",
}


@pytest.fixture(scope="module")
def table() -> Table:
    return files.table_in(EXCERPT)


@pytest.fixture
def engine(database_url: str) -> Engine:
    return engine_at(database_url)


def sf311() -> Map:
    return files.map_in(SF311)


def taken(engine: Engine, table: Table, *, dry: bool = False) -> Outcome:
    return run(partial(cli.transaction, engine, dry), table=table, by=sf311(), now=NOW, dry=dry)


def edited(folder: Path, old: str, new: str) -> Table:
    """The excerpt with other words."""
    path, text = folder / "later.csv", EXCERPT.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return files.table_in(path)


def digest(engine: Engine) -> str:
    """Of every row of every table."""
    found = hashlib.sha256()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                found.update(repr((table.name, *row)).encode())
    return found.hexdigest()


def broken(engine: Engine) -> list[str]:
    with Session(engine) as session:
        found = {**tickets.promises(session), **promises(session)}
        return [line for recount in found.values() for line in recount().broken]


def test_good_records_are_loaded_and_the_others_refused_by_number_and_id(engine: Engine, table: Table) -> None:
    outcome = taken(engine, table)
    assert outcome.counts == "9/17/0"
    assert {one.number: one.reason for one in outcome.refused} == REFUSED
    assert [one.source_id for one in outcome.refused][:2] == ["9000005", "9000008"]
    with Session(engine) as session:
        rows = {row.source_id: row for row in session.scalars(select(ImportedTicket)
                .options(joinedload(ImportedTicket.ticket).joinedload(Ticket.description)))}  # fmt: skip
        assert set(rows) == {f"90000{one:02}" for one in (1, 2, 3, 4, 6, 7, 18, 22, 24)}
        words = {key: row.ticket.description.body for key, row in rows.items() if row.ticket.description}
        assert words["9000001"] == "Sewer Issues · On_street"
        places = {key: row.ticket.place.name for key, row in rows.items()}
        assert (places["9000002"], places["9000007"]) == ("旧金山（未写明社区）", "Sunnydale")
        [event] = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == rows["9000004"].ticket_id))
        assert event.action is Action.IMPORTED
        assert event.note is not None
        assert event.note.body == 'resolved: cover reset,\nw/duct seal ("noisy")'
        late, zoneless = rows["9000003"], rows["9000018"]
        assert (late.month, late.ticket.state, late.ticket.due_at) == ("2018-01", State.SUBMITTED, None)
        assert zoneless.opened_at == datetime(2016, 7, 13, 15, 11, 7, tzinfo=UTC)
        assert (zoneless.channel, rows["9000022"].channel) == ("Twitter", "")
        held_by = set(
            session.scalars(select(Organisation.name).join(Ticket, Ticket.organisation_id == Organisation.id))
        )
        assert held_by == {"旧金山 311 承接单位"}
        assert session.scalar(select(func.count()).select_from(Engagement)) == 3
    assert broken(engine) == []


def test_a_second_run_changes_no_row(engine: Engine, table: Table) -> None:
    taken(engine, table)
    before = digest(engine)
    assert taken(engine, table).counts == "0/17/9"
    assert digest(engine) == before


def test_a_dry_run_says_the_same_and_writes_nothing(engine: Engine, table: Table) -> None:
    before = digest(engine)
    outcome = taken(engine, table, dry=True)
    assert outcome.counts == "9/17/0"
    assert digest(engine) == before
    assert outcome == taken(engine, table)
    assert taken(engine, table, dry=True).counts == "0/17/9"


@pytest.mark.parametrize("transactions", [3, 5])
def test_a_run_that_was_killed_is_finished_by_the_next(
    engine: Engine, table: Table, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    """In batches of two: one for the categories, one to look, one for the places, then one for each batch."""
    monkeypatch.setattr(running, "BATCH", 2)
    left = [transactions]

    def mortal() -> AbstractContextManager[Session]:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return cli.transaction(engine, dry=False)

    with pytest.raises(KeyboardInterrupt):
        run(mortal, table=table, by=sf311(), now=NOW)
    with Session(engine) as session:
        there = session.scalar(select(func.count()).select_from(Ticket)) or 0
    assert there == 2 * (transactions - 3)
    assert broken(engine) == []
    assert taken(engine, table).counts == f"{9 - there}/17/{there}"


def test_two_runs_at_once_take_each_record_over_once(engine: Engine, table: Table) -> None:
    ready = threading.Barrier(2)

    def one() -> Outcome:
        ready.wait()
        return taken(engine, table)

    with ThreadPoolExecutor(2) as pool:
        outcomes = [each.result() for each in [pool.submit(one) for _ in range(2)]]
    assert sum(outcome.loaded for outcome in outcomes) == 9
    assert sum(outcome.unchanged for outcome in outcomes) == 9
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 9
        assert session.scalar(select(func.count()).where(Place.name == "Sunnydale")) == 1


def test_what_a_later_file_says_otherwise_is_refused_and_stays(engine: Engine, table: Table, tmp_path: Path) -> None:
    taken(engine, table)
    before = digest(engine)
    opened, closed = "9000003,2017-12-31 23:30:00+00:00", "2018-02-01 10:00:00+00:00"
    later = edited(tmp_path, f"{opened},,2017-12-31 23:30:00+00:00,Open", f"{opened},{closed},{closed},Closed")
    outcome = taken(engine, later)
    assert outcome.counts == "0/18/8"
    [refusal] = [one for one in outcome.refused if one.source_id == "9000003"]
    assert "Open then, Closed now" in refusal.reason
    assert digest(engine) == before


UNFIT = [
    ('id = "unique_key"', 'id = "key"', "no column 'key'"),
    ('Odor = "sewage"', 'Odor = "smell"', r"\[category\]: there is no category 'smell'"),
    ('"US-CA-SF"', '"230100"', "230100 is 哈尔滨市 here"),
    ("US-CA-SF-075", "230102", "230102 is 道里区 here"),
    ('"" = "旧金山（未写明社区）"', f'"" = "{"x" * 80}"\n"Q" = " "', r"\[place\] 'Q' community must be a text"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_map_that_does_not_fit_is_refused_and_nothing_is_written(engine: Engine, table: Table) -> None:
    before, text = digest(engine), SF311.read_text(encoding="utf-8")
    for old, new, sentence in UNFIT:
        assert old in text
        with pytest.raises(BadMap, match=sentence):
            run(partial(cli.transaction, engine, False), table=table, by=read_map(text.replace(old, new)), now=NOW)
    assert digest(engine) == before
