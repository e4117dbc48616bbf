"""The experiments at a size that a test run can bear; `python -m tests.experiments` runs them at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from propman import migrate
from tests.conftest import connections
from tests.experiments.duties import duties
from tests.experiments.house import running
from tests.experiments.runs import Figures, kills, racers, retries

pytestmark = pytest.mark.experiment


def holds(name: str, figures: Figures) -> None:
    print(f"{name}: {figures.counted}")
    assert not figures.broken, "\n".join(figures.broken[:20])


def test_retries_make_one_ticket_a_key(empty_database_url: str, tmp_path: Path) -> None:
    with running(empty_database_url, tmp_path) as house:
        holds("retries", retries(house, keys=5, times=20))


def test_one_racer_wins_and_the_others_are_told(empty_database_url: str, tmp_path: Path) -> None:
    with running(empty_database_url, tmp_path) as house:
        holds("racers", racers(house, tickets=2, racing=20))


def test_nothing_is_lost_or_doubled_when_processes_are_killed(empty_database_url: str, tmp_path: Path) -> None:
    with running(empty_database_url, tmp_path) as house:
        holds("kills", kills(house, submissions=80, clients=6, every=1.0))


def test_each_due_day_is_laid_once_while_job_processes_race_and_are_killed(
    empty_database_url: str, tmp_path: Path
) -> None:
    migrate.upgrade(empty_database_url)
    with connections(empty_database_url) as engine:
        holds("duties", duties(engine, tmp_path, plans=20, days=10, every=1.5))
