"""What an older hotline left behind: a small table with a map, taken over by the operation that the command uses."""

from __future__ import annotations

from contextlib import nullcontext
from importlib.resources import files

from sqlalchemy.orm import Session

from propman.backlog.mapping import read_map
from propman.backlog.operations import Outcome, run
from propman.demo.world import World
from propman.sheets import csv_reading

NAME = "backlog.csv"
DAYS = 3  # before the anchor day


def take_over_backlog(session: Session, world: World) -> Outcome:
    """Take it over some days before the anchor day; one of its records is refused. Flushes."""
    folder = files("propman.demo")
    [table] = csv_reading.read((folder / NAME).read_bytes(), NAME).tables
    by = read_map((folder / "backlog.toml").read_text(encoding="utf-8"))
    return run(lambda: nullcontext(session), table=table, by=by, now=world.morning(DAYS))
