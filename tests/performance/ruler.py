"""The measure of speed: `python -m tests.performance.ruler [sizes]` prints what each page costs (10000 100000).

In one run, per size: CPU of a request and how many null routes that is, statements, buffers; waiting times under
gunicorn, which are printed and not judged, because machines are noisy; memory of the workers. `PROPMAN_TEST_PG` names
another PostgreSQL than the one of the test packages.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from propman import clock, create_app, migrate
from propman.serve import make_ready
from tests import conftest
from tests.performance import seeding
from tests.performance.measuring import Cost, measure
from tests.performance.pages import PAGES, Ground, Page
from tests.performance.recounting import recounted
from tests.performance.served import DATABASE, settings
from tests.performance.serving import Served, Waited, served, waited, waited_null

BARE = ("--config", os.devnull, "--worker-class", "gthread", "--no-control-socket")  # nothing is to be made ready
SIZES = (10_000, 100_000)
HEADINGS = ("page", "CPU ms", "1 / null", "reach", "aim", "statements", "buffers", "p50 ms", "p95 ms")
WIDTHS = (26, 8, 9, 6, 6, 11, 8, 8, 8)


def main() -> None:
    """Measure every size that was asked for, the smallest first."""
    sizes = sorted(int(size) for size in sys.argv[1:]) or list(SIZES)
    with postgresql() as server:
        for size in sizes:
            with database(server, f"ruler_{size}") as url:
                of_size(url, size)


def of_size(url: str, size: int) -> None:
    """Seed one database and print the table of it."""
    begun = time.monotonic()
    migrate.upgrade(url)
    province = seeding.seed(url, size, clock.now())
    print(f"\n{size:,} tickets, seeded in {time.monotonic() - begun:.0f} s", flush=True)
    app = create_app(settings(url))
    make_ready(app)  # as whoever forks the workers does
    engine = create_engine(url)
    with Session(engine) as session:
        ground = Ground(app, session, province)
        costs = {page: measure(ground, page) for page in PAGES}
        with served("tests.performance.served:null", *BARE) as bare:
            null = waited_null(bare)
        with served("tests.performance.served:app", **{DATABASE: url}) as server:
            loaded = load(server, ground)
            recount(server, ground, engine)
    engine.dispose()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    table(costs, loaded, null)


def load(server: Served, ground: Ground) -> dict[Page, Waited]:
    """Every page under load; prints the memory of the workers before and after."""
    before = server.pss()
    found = {page: waited(server, ground, page) for page in PAGES}
    print(f"PSS of the workers: {before} at start, {server.pss()} after", flush=True)
    return found


def recount(server: Served, ground: Ground, engine: Engine) -> None:
    """Print what the recount of the figures finds while people write."""
    findings, written = recounted(server, ground, engine)
    for finding in findings:
        line = f"{finding.id} n={finding.checked:,} difference {len(finding.broken)}"
        print(f"{line}, while {written['sent']} reports came in and {written['declined']} were declined", flush=True)


def table(costs: dict[Page, Cost], loaded: dict[Page, Waited], null: Waited) -> None:
    """Print a row per page, and one of the null route."""
    line(*HEADINGS)
    for page, cost in costs.items():
        line(page.name, f"{cost.cpu_ms:.2f}", f"1/{cost.ratio:.0f}", f"1/{page.reach}", f"1/{page.aim}",
             str(cost.statements), str(cost.buffers), f"{loaded[page].p50:.1f}", f"{loaded[page].p95:.1f}")  # fmt: skip
    nulls = [cost.null_ms for cost in costs.values()]
    line("null route", f"{sum(nulls) / len(nulls):.3f}", "1", "", "", "0", "0", f"{null.p50:.1f}", f"{null.p95:.1f}")


def line(*cells: str) -> None:
    """One row of the table."""
    padded = (cell.ljust(width) if width > 12 else cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print("  ".join(padded), flush=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL: the one that is named, or the packaged one with a folder of its own."""
    named = os.environ.get("PROPMAN_TEST_PG")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="propman-ruler-") as folder:
        server = conftest.start_postgresql(Path(folder))
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """The address of a new, empty database, which is gone afterwards."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


if __name__ == "__main__":
    main()
