"""The commands: a missing database is made, a bad setting is named with code 78, and a broken promise ends with 1."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.orm import Session

from propman import cli
from propman.accounts.models import User
from propman.config import ROOT
from propman.jobs import TIMETABLE
from tests import stories, world
from tests.test_checks import ALL

Run = Callable[..., Result]
SECRET = "never-to-be-shown-7c1f"


def running_on(database_url: str, folder: Path) -> Run:
    """What runs a command on the database `database_url`; keyword arguments are further settings."""

    def run(*arguments: str, **settings: str) -> Result:
        given = {"PROPMAN_DATABASE_URL": database_url, "PROPMAN_DATA_DIR": str(folder / "data")}
        return CliRunner().invoke(cli.main, arguments, env=given | settings)

    return run


@pytest.fixture
def run(empty_database_url: str, tmp_path: Path) -> Run:
    """Run a command on a database that was never touched."""
    return running_on(empty_database_url, tmp_path)


@pytest.fixture
def sqlite_run(tmp_path: Path) -> Run:
    """As `run`, on a SQLite file that is missing."""
    return running_on(f"sqlite:///{tmp_path / 'new' / 'propman.sqlite3'}", tmp_path)


@pytest.fixture
def migrated_run(database_url: str, tmp_path: Path) -> Run:
    """As `run`, on a database with the newest schema and nobody in it."""
    return running_on(database_url, tmp_path)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


# --- settings and databases that will not do ---

NEEDS_SETTINGS = (["serve"], ["setup"], ["migrate", "upgrade"], ["migrate", "downgrade", "base"], ["migrate", "check"],
                  ["jobs", "run"], ["jobs", "once", "deliver"], ["check"])  # fmt: skip


@pytest.mark.parametrize("command", NEEDS_SETTINGS, ids=" ".join)
def test_a_bad_setting_ends_every_command_with_78_and_its_name(sqlite_run: Run, command: list[str]) -> None:
    result = sqlite_run(*command, PROPMAN_DATABASE_URL=f"mysql://u:{SECRET}@h/db")
    assert result.exit_code == cli.BAD_SETTING
    assert "PROPMAN_DATABASE_URL" in result.output
    assert SECRET not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["serve"], ["setup"], ["migrate", "upgrade"], ["check"]], ids=" ".join)
def test_a_database_that_does_not_answer_is_a_sentence_without_its_address(sqlite_run: Run, command: list[str]) -> None:
    result = sqlite_run(*command, PROPMAN_DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:1/db")
    assert result.exit_code == cli.UNAVAILABLE
    assert "does not answer" in result.output
    assert SECRET not in result.output


def test_a_database_with_another_schema_is_not_touched(run: Run, empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('another')"))
    for command in (["serve"], ["jobs", "run"], ["jobs", "once", "deliver"], ["check"]):
        result = run(*command)
        assert result.exit_code == cli.BAD_SETTING, command
        assert "migrate upgrade" in result.output
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_postgresql_that_may_forget_what_it_acknowledged_is_refused(run: Run, empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
        result = run("setup")
        assert result.exit_code == cli.BAD_SETTING
        assert "synchronous_commit = off" in result.output
    engine.dispose()


def test_an_unknown_command_says_what_there_is() -> None:
    result = CliRunner().invoke(cli.main, ["paint"])
    assert result.exit_code == 2
    assert "No such command 'paint'" in result.output


def test_a_port_that_is_taken_is_a_sentence(sqlite_run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = sqlite_run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "Try another --port" in result.output


# --- setting up ---


def test_setup_prints_one_link_that_opens_the_first_account_and_then_no_other(
    run: Run, empty_database_url: str
) -> None:
    first = run("setup", PROPMAN_PUBLIC_BASE_URL="http://baoxiu.example:8080")
    assert first.exit_code == 0, first.output
    [link] = re.findall(r"http://baoxiu\.example:8080/\S+", first.output)
    assert len(link) > 60
    engine = create_engine(empty_database_url)
    with Session(engine) as session:
        kinds = dict(session.execute(text("SELECT kind, count(*) FROM place GROUP BY kind")).all())
        assert kinds == {"province": 1, "prefecture": 13, "county": 121}
        session.scalars(select(User)).one().password_hash = "set"
        session.commit()
        again = run("setup")
        assert again.exit_code == 0, again.output
        assert "An administrator exists already" in again.output
        assert "http" not in again.output
        assert session.scalar(select(func.count()).select_from(User)) == 1
    engine.dispose()


def test_migrating_up_checking_and_down(migrated_run: Run) -> None:
    """One step; tests/test_migrations.py goes all the way."""
    for command in (["upgrade"], ["check"], ["downgrade", "--", "-1"], ["upgrade"], ["check"]):
        result = migrated_run("migrate", *command)
        assert result.exit_code == 0, result.output


def test_a_schema_that_differs_from_the_models_ends_with_1(migrated_run: Run, session: Session) -> None:
    session.execute(text("DROP TABLE heartbeat"))
    session.commit()
    result = migrated_run("migrate", "check")
    assert result.exit_code == 1
    assert "heartbeat" in result.output


# --- jobs and the recount ---


def test_a_job_is_run_once_on_a_database_made_for_it(sqlite_run: Run, tmp_path: Path) -> None:
    for job in TIMETABLE:
        result = sqlite_run("jobs", "once", job.name)
        assert (result.exit_code, result.output) == (0, ""), job.name
    assert (tmp_path / "new" / "propman.sqlite3").exists()


def test_a_job_that_does_not_exist_says_which_do(sqlite_run: Run) -> None:
    result = sqlite_run("jobs", "once", "paint")
    assert result.exit_code == 2
    assert all(job.name in result.output for job in TIMETABLE)


@on_sqlite
def test_a_recount_of_nothing_says_none(migrated_run: Run) -> None:
    result = migrated_run("check")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines] == list(ALL)
    assert all(line.endswith(" none n=0") for line in lines), result.output


def test_a_broken_promise_is_shown_and_ends_with_1_after_the_others(migrated_run: Run, session: Session) -> None:
    town = world.build(session)
    ticket = stories.report(session, town)
    stories.assign(session, town, ticket)
    session.commit()
    whole = migrated_run("check")
    assert whole.exit_code == 0, whole.output
    session.execute(text("UPDATE ticket SET state = 'underway'"))
    session.commit()
    result = migrated_run("check")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    [place] = [number for number, line in enumerate(lines) if "FAIL" in line]
    assert lines[place] == "I08 FAIL n=1 broken=1"
    assert lines[place + 1].startswith(f"    ticket {ticket.id}: it stands at underway")
    assert lines[-1].startswith(f"{ALL[-1]} ")


@on_sqlite
def test_the_recount_goes_on_after_what_cannot_be_counted(migrated_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_arguments: object, **_names: object) -> None:
        raise RuntimeError("this one broke down")

    monkeypatch.setattr("propman.tickets.invariants.legal_histories", break_down)
    result = migrated_run("check")
    assert result.exit_code == 1
    others = [f"{promise} none n=0" for promise in ALL if promise != "I08"]
    failed = ["I08 FAIL n=0 broken=1", "    could not be counted: RuntimeError"]
    others[(place := ALL.index("I08")) : place] = failed
    assert [line for line in result.output.splitlines() if line in others] == others


def test_a_wsgi_server_finds_the_application() -> None:
    assert "app = create_app()" in (ROOT / "wsgi.py").read_text()
