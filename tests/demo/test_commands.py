"""`propman demo` as somebody at a prompt meets it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from propman import clock, migrate
from propman.accounts.models import User
from propman.config import ROOT, BadSetting
from propman.demo import building, reminder, run
from propman.files.models import Photo
from propman.personal import PersonalText
from propman.tickets.models import Ticket
from tests.demo.conftest import ANCHOR, settle

FEW = "from propman.demo import plots, run; plots.REPORTS = 60; plots.BURSTS = (); run("


@pytest.fixture
def database(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: None) -> str:
    """An empty database of each kind, where the command finds it."""
    settle(monkeypatch, empty_database_url, tmp_path / "data")
    return empty_database_url


def prepare(*, today: date | None = ANCHOR, fresh: bool = False) -> None:
    run(port=8000, prepare=True, fresh=fresh, today=today)


def numbers(url: str) -> list[str]:
    with Session(create_engine(url)) as session:
        return list(session.scalars(select(Ticket.number).order_by(Ticket.id)))


def anchor(url: str) -> date | None:
    with Session(create_engine(url)) as session:
        return building.anchor_of(session)


def test_a_second_start_keeps_what_is_there_whatever_the_day(database: str) -> None:
    prepare()
    before = numbers(database)
    prepare(today=ANCHOR + timedelta(days=3))
    assert numbers(database) == before
    assert len(before) == 12
    assert anchor(database) == ANCHOR


def test_a_fresh_world_takes_the_place_of_the_old_one(database: str) -> None:
    prepare()
    before = numbers(database)
    later = ANCHOR + timedelta(days=30)
    prepare(today=later, fresh=True)
    assert anchor(database) == later
    assert not set(numbers(database)) & set(before)
    assert len(numbers(database)) == 12


def test_without_a_day_the_world_is_built_for_the_present_one(database: str) -> None:
    prepare(today=None)
    assert anchor(database) == clock.local_date(clock.now())


@pytest.mark.parametrize("fresh", [False, True])
def test_a_database_with_other_people_in_it_stays_as_it_is(database: str, fresh: bool) -> None:
    migrate.upgrade(database)
    with Session(create_engine(database)) as session, session.begin():
        session.add(User(name="林某", sign_in_name="lin", created_at=clock.now()))
    with pytest.raises(BadSetting, match="PROPMAN_DATABASE_URL"):
        prepare(fresh=fresh)
    with Session(create_engine(database)) as session:
        assert session.scalars(select(User.name)).all() == ["林某"]
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_build_that_fails_leaves_nothing_behind(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(building, "let_time_pass", fail)
        with pytest.raises(KeyboardInterrupt):
            prepare()
    assert anchor(database) is None
    assert numbers(database) == []
    prepare()
    assert len(numbers(database)) == 12


def test_a_fresh_build_that_fails_leaves_the_old_world(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    prepare()
    before = numbers(database)
    monkeypatch.setattr(building, "let_time_pass", fail)
    with pytest.raises(KeyboardInterrupt):
        prepare(fresh=True, today=ANCHOR + timedelta(days=1))
    assert (anchor(database), numbers(database)) == (ANCHOR, before)


def test_a_killed_first_build_is_begun_again(empty_database_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"PROPMAN_DATABASE_URL": empty_database_url, "PROPMAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", f"{FEW}port=8000, prepare=True, fresh=False, today=None)"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        wait_until(lambda: any((tmp_path / "files").rglob("*.webp")))  # the build is under way
        child.kill()
    assert anchor(empty_database_url) is None
    assert numbers(empty_database_url) == []
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert len(numbers(empty_database_url)) == 60
    with Session(create_engine(empty_database_url)) as session:
        assert session.scalars(select(Photo.id).limit(1)).first()
        assert session.scalars(select(PersonalText.id).limit(1)).first()


def test_it_is_served_with_its_jobs_and_ends_on_ctrl_c(
    database: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    command = [sys.executable, "-m", "propman", "demo", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        wait_until(lambda: answers(port, "/healthz"))
        took = time.monotonic() - began
        wait_until(lambda: answers(port, "/readyz"))  # the jobs have given a sign of life
        child.send_signal(signal.SIGINT)
        words, faults = child.communicate(timeout=30)
    assert child.returncode == 0, faults
    (address,) = re.findall(rf"http://127\.0\.0\.1:{port}/p/[0-9A-Z]{{13}}", words)
    assert address.endswith(tuple(codes(database)))
    with capfd.disabled():
        print(f" second start answered after {took:.2f} s", end="")


def codes(url: str) -> list[str]:
    from propman.communities.models import PlaceCode

    with Session(create_engine(url)) as session:
        return list(session.scalars(select(PlaceCode.code)))


def answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(happened: object, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_taken_port_is_refused_before_anything_is_built(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(click.ClickException, match="--port"):
            run(port=taken.getsockname()[1], prepare=False, fresh=False, today=ANCHOR)


def test_a_demo_is_no_production_installation(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROPMAN_MODE", "production")
    for name, value in {
        "SECRET_KEY": "0123456789abcdef" * 4,
        "TRACKING_KEYS": "k1:" + "0123456789abcdef" * 2,
        "PUBLIC_BASE_URL": "https://repairs.example",
        "TRUSTED_HOSTS": "repairs.example",
    }.items():
        monkeypatch.setenv(f"PROPMAN_{name}", value)
    with pytest.raises(BadSetting, match="PROPMAN_MODE"):
        prepare()


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2100, 1, 1)])
def test_a_day_without_rules_is_refused(database: str, day: date) -> None:
    with pytest.raises(BadSetting, match="--today"):
        prepare(today=day)


@pytest.mark.parametrize(("days", "old"), [(0, False), (6, False), (7, True), (60, True)])
def test_an_old_world_offers_a_fresh_one(
    database: str, days: int, old: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(today=clock.local_date(clock.now()) - timedelta(days=days))
    assert ("demo --fresh" in capsys.readouterr().out) is old


def test_the_first_page_of_an_old_world_says_so_once(app: Flask, client: FlaskClient) -> None:
    reminder.install(app, ANCHOR)
    assert "demo --fresh" in client.get("/?", follow_redirects=True).text
    assert "demo --fresh" not in client.get("/", follow_redirects=True).text
