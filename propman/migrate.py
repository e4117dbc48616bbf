"""Migrations, for commands and tests: upgrade a database to the newest schema and load the shipped rules."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from propman import clock
from propman.config import ROOT, normal_database_url
from propman.db import engine_options, prepare_engine


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for `database_url`, without a file."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database_url"] = normal_database_url(database_url)
    return config


def upgrade(database_url: str) -> None:
    """Bring the database at `database_url` to the newest schema and load the dated rows shipped in `propman/data`.

    A missing SQLite file is made. Safe to repeat and to run twice at once.
    """
    from propman.catalogue.operations import load_shipped_rows

    url = normal_database_url(database_url)
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(url), "head")
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    try:
        with Session(engine) as session, session.begin():
            load_shipped_rows(session, now=clock.now())
    finally:
        engine.dispose()
