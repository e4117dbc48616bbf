"""The workflow against an oracle that shares no code with it: the short form of the experiment `moves`."""

from __future__ import annotations

from pathlib import Path

import hypothesis
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from propman.tickets.workflow import MOVES
from tests import world
from tests.conftest import engine_at
from tests.moves import oracle
from tests.moves.crowd import gather
from tests.moves.ground import ACTS
from tests.moves.judge import broken, counted, recounted
from tests.moves.machine import COUNTED, START, machine

SHORT = hypothesis.settings(max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, database=None,
                            suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip


def test_the_oracle_knows_every_move() -> None:
    known = oracle.MOVES.keys() | oracle.BY_ITSELF | oracle.OF_INSPECTIONS
    assert {move.action.value for move in MOVES} == known - {"submit"}
    assert oracle.MOVES.keys() == ACTS.keys()


def test_random_moves_do_what_the_oracle_says(database_url: str, session: Session) -> None:
    town = world.build(session, now=START)
    session.expunge_all()
    session.rollback()
    COUNTED.clear()
    run_state_machine_as_test(machine(engine_at(database_url), town), settings=SHORT)
    print(dict(COUNTED))
    assert COUNTED["steps"] >= 200


def test_a_crowd_loses_no_move_and_makes_none_twice(database_url: str, tmp_path: Path) -> None:
    engine = engine_at(database_url)
    crowd = gather(engine, threads=4, moves=30, seed=20261127, files=tmp_path / "files")
    with engine.connect() as connection:
        found = broken(crowd.history, connection)
    print(counted(crowd.history), crowd.others)
    assert not found
    assert len(crowd.history) == 120
    assert recounted(engine) == []
