"""`propman demo` as somebody at a prompt meets it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import create_engine, delete, make_url, select
from sqlalchemy.orm import Session

from propman import clock, create_app
from propman.accounts.models import User
from propman.catalogue.operations import SHIPPED
from propman.communities.models import Carrier, PlaceCode
from propman.config import ROOT, BadSetting, Settings
from propman.db import db
from propman.demo import backlog, building, findings, outages, reminder, rounds, run, spotchecks, world
from propman.tickets.models import Ticket
from tests.demo.conftest import ANCHOR, settle

PIECES = sum(
    (
        len(world.written()["reports"]),
        sum(row["reports"] for row in world.written()["incidents"]),
        len(outages.REPORTED),
        findings.OPENED,
        rounds.OPENED,
        spotchecks.OPENED,
        len((files("propman.demo") / backlog.NAME).read_text(encoding="utf-8").splitlines()) - 2,  # one is refused
    )
)
FEW = 12 + PIECES  # tickets of the fixture `small`
SMALL = "from propman.demo import plots, run; plots.REPORTS = 12; plots.BURSTS = (); run("


@pytest.fixture
def database(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: None) -> str:
    """An empty database of each kind, where the command finds it."""
    settle(monkeypatch, empty_database_url, tmp_path / "data")
    return empty_database_url


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: None) -> str:
    """A database that is not there yet, where what is tested is the command and not the database."""
    url = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    settle(monkeypatch, url, tmp_path / "data")
    return url


@pytest.fixture
def migrated(file: str, sqlite_template: Path) -> str:
    """The same with the newest schema, and nobody in it."""
    shutil.copyfile(sqlite_template, str(make_url(file).database))
    return file


def prepare(*, today: date | None = ANCHOR, fresh: bool = False) -> None:
    run(port=8000, prepare=True, fresh=fresh, today=today)


@contextmanager
def looking(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        yield session
    engine.dispose()


def standing(url: str) -> tuple[date | None, list[str]]:
    """The anchor day of the world in a database, and the numbers of its tickets."""
    with looking(url) as session:
        return building.anchor_of(session), list(session.scalars(select(Ticket.number).order_by(Ticket.id)))


def wait_until(happened: Callable[[], bool], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def break_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_world_stays_until_a_fresh_one_is_whole_and_takes_its_place(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that is broken off, in the middle, leaves what was there."""

    def begin(**asked: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(building, "plots", break_off)
            with pytest.raises(KeyboardInterrupt):
                prepare(**asked)

    begin()
    assert standing(database) == (None, [])
    prepare()
    first = standing(database)
    assert first[0] == ANCHOR
    assert len(first[1]) == FEW
    later = ANCHOR + timedelta(days=30)
    prepare(today=later)
    begin(today=later, fresh=True)
    assert standing(database) == first
    prepare(today=later, fresh=True)
    anchor, numbers = standing(database)
    assert anchor == later
    assert len(numbers) == FEW
    assert not set(numbers) & set(first[1])


def test_a_killed_first_build_is_begun_again(empty_database_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"PROPMAN_DATABASE_URL": empty_database_url, "PROPMAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", f"{SMALL}port=8000, prepare=True, fresh=False, today=None)"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as child:
        wait_until(lambda: any((tmp_path / "files").rglob("*.webp")))  # the build is under way
        child.kill()
    assert standing(empty_database_url) == (None, [])
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    anchor, numbers = standing(empty_database_url)
    assert anchor == clock.local_date(clock.now())
    assert len(numbers) == FEW


def test_a_start_killed_between_schema_and_rules_is_made_good(migrated: str) -> None:
    with looking(migrated) as session:
        for model, _ in SHIPPED:
            session.execute(delete(model))
    prepare()
    assert len(standing(migrated)[1]) == FEW


@pytest.mark.parametrize("fresh", [False, True])
def test_a_database_with_other_people_in_it_stays_as_it_is(migrated: str, fresh: bool) -> None:
    with looking(migrated) as session:
        session.add(User(name="林某", sign_in_name="lin", created_at=clock.now()))
    with pytest.raises(BadSetting, match="PROPMAN_DATABASE_URL"):
        prepare(fresh=fresh)
    with looking(migrated) as session:
        assert session.scalars(select(User.name)).all() == ["林某"]
    assert standing(migrated) == (None, [])


def test_it_is_served_with_its_jobs_and_ends_on_ctrl_c(file: str, capfd: pytest.CaptureFixture[str]) -> None:
    prepare()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", "propman", "demo", "--port", str(port)], cwd=ROOT, **pipes) as child:
        wait_until(lambda: answers(port, "/healthz"))
        took = time.monotonic() - began
        wait_until(lambda: answers(port, "/readyz"))  # the jobs have given a sign of life
        child.send_signal(signal.SIGINT)
        words, faults = child.communicate(timeout=60)
    assert child.returncode == 0, faults
    codes = re.findall(rf"http://127\.0\.0\.1:{port}/p/([0-9A-Z]{{13}})\n", words)
    with looking(file) as session:
        carriers = [session.get_one(PlaceCode, code).carrier for code in codes]
    assert carriers == [Carrier.PLACE, Carrier.PART]
    with capfd.disabled():
        print(f" the second start answered after {took:.2f} s", end="")


def answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_taken_port_is_refused_before_anything_is_built(file: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(click.ClickException, match="--port"):
            run(port=taken.getsockname()[1], prepare=False, fresh=False, today=ANCHOR)
    assert not (tmp_path / "demo.sqlite3").exists()


def test_a_demo_is_no_production_installation(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "MODE": "production",
        "SECRET_KEY": "0123456789abcdef" * 4,
        "TRACKING_KEYS": "k1:" + "0123456789abcdef" * 2,
        "PUBLIC_BASE_URL": "https://repairs.example",
        "TRUSTED_HOSTS": "repairs.example",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"PROPMAN_{name}", value)
    with pytest.raises(BadSetting, match="PROPMAN_MODE"):
        prepare()


@pytest.mark.parametrize("day", [date(2021, 2, 28), date(2100, 1, 1)])
def test_a_day_without_rules_is_refused(file: str, day: date) -> None:
    with pytest.raises(BadSetting, match="--today"):
        prepare(today=day)


def test_the_first_page_of_an_old_world_says_so_once(settings: Settings) -> None:
    app = create_app(settings)
    reminder.install(app, ANCHOR)
    client = app.test_client()
    assert "demo --fresh" in client.get("/", follow_redirects=True).text
    assert "demo --fresh" not in client.get("/", follow_redirects=True).text
    with app.app_context():
        db.engine.dispose()
