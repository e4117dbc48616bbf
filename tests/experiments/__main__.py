"""Run every experiment at full size on both databases and print its figures: `.venv/bin/python -m tests.experiments`.

Ends with 1 if a promise was broken. Takes some minutes; traffic stays on loopback.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url

from propman import migrate
from propman.config import normal_database_url
from propman.db import engine_options, prepare_engine
from tests.conftest import postgresql_database, start_postgresql
from tests.experiments.duties import duties
from tests.experiments.house import House, running
from tests.experiments.models import crowd, random_moves
from tests.experiments.runs import Figures, kills, racers, retries

EXPERIMENTS: dict[str, Callable[[House], Figures]] = {
    "retries": lambda house: retries(house, keys=100, times=50),
    "racers": lambda house: racers(house, tickets=10, racing=20),
    "kills": lambda house: kills(house, submissions=500, clients=8, every=1.0),
}
"""With a running installation."""
MODELS: dict[str, Callable[[Engine, Path], Figures]] = {
    "moves": lambda engine, folder: random_moves(engine, folder, steps=10_000),
    "crowd": lambda engine, folder: crowd(engine, folder, threads=8, moves=1250),
    "duties": lambda engine, folder: duties(engine, folder, plans=500, days=90, every=3.0),
}
"""With a database alone."""


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of `kind`."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'propman.sqlite3'}"
        return
    server = start_postgresql(folder)
    engine = create_engine(
        make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection, postgresql_database(connection, "template0") as url:
            yield url
    finally:
        engine.dispose()
        server.cleanup()


def main(wanted: list[str]) -> int:
    """Run the experiments named in `wanted` (all of them if empty); 1 if one broke a promise."""
    broken = 0
    for name in wanted or [*EXPERIMENTS, *MODELS]:
        for kind in ("sqlite", "postgresql"):
            folder = Path(tempfile.mkdtemp(prefix="propman-experiment-"))
            folder.chmod(0o755)  # PostgreSQL started by root runs as another user
            try:
                with databases(kind, folder) as url:
                    figures = _run(name, normal_database_url(url), folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            print(f"{name} on {kind}: {figures.counted}", flush=True)
            for sentence in figures.broken[:20]:
                print(f"  BROKEN: {sentence}", flush=True)
            broken += bool(figures.broken)
    return 1 if broken else 0


def _run(name: str, url: str, folder: Path) -> Figures:
    if name in EXPERIMENTS:
        with running(url, folder) as house:
            return EXPERIMENTS[name](house)
    migrate.upgrade(url)
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    try:
        return MODELS[name](engine, folder)
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
