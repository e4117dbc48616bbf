"""The workflow at full size: random moves beside an oracle, and a crowd of threads whose history is judged.

They need no running installation, only a database.
"""

from __future__ import annotations

import time
from pathlib import Path

import hypothesis
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import world
from tests.experiments.runs import SEED, Figures
from tests.moves.crowd import gather
from tests.moves.judge import broken, counted, recounted
from tests.moves.machine import COUNTED, START, machine
from tests.moves.oracle import MOVES

EXAMPLE = 50  # the most steps of one example


def random_moves(engine: Engine, folder: Path, *, steps: int) -> Figures:
    """At least `steps` steps of random moves, legal and illegal: after each the oracle and the database agree."""
    with Session(engine, expire_on_commit=False) as session:
        town = world.build(session, now=START, files=folder / "files")
        session.expunge_all()
    figures, began, runs = Figures(), time.monotonic(), 0
    COUNTED.clear()
    while COUNTED["steps"] < steps and not figures.broken:
        settings = hypothesis.settings(
            max_examples=50, stateful_step_count=EXAMPLE, deadline=None, database=None, derandomize=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        runs += 1
        try:
            run_state_machine_as_test(hypothesis.seed(SEED + runs)(machine(engine, town)), settings=settings)
        except Exception as fault:
            figures.broken.append(f"seed {SEED + runs}: {fault}")
    made = {name.removeprefix("made "): n for name, n in sorted(COUNTED.items()) if name.startswith("made ")}
    answered = {name.removeprefix("answered "): n for name, n in sorted(COUNTED.items()) if name.startswith("answered")}
    figures.counted = {
        "steps": COUNTED["steps"], "moves asked for": sum(answered.values()), "answered": answered, "made": made,
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    never = sorted(MOVES.keys() - made.keys())
    figures.must(not never or steps < 10_000, f"never made: {', '.join(never)}")
    return figures


def crowd(engine: Engine, folder: Path, *, threads: int, moves: int) -> Figures:
    """Threads move the same reports at once: no move is lost or made twice, and every 409 had a rival (I08-I13)."""
    figures, began = Figures(), time.monotonic()
    found = gather(engine, threads=threads, moves=moves, seed=SEED, files=folder / "files")
    took = time.monotonic() - began
    with engine.connect() as connection:
        figures.broken += broken(found.history, connection)
    figures.broken += recounted(engine)
    figures.counted = {"threads": threads, **counted(found.history), **found.others, "seconds": round(took, 1)}
    figures.must(len(found.history) == threads * moves, f"{len(found.history)} moves are in the history")
    return figures
