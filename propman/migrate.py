"""Migrations, for commands and tests: upgrade a database to the newest schema and load the shipped rules."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
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

    A missing SQLite file is made, whole or not at all: one that a killed start left behind would pass for a database
    without rules. Safe to repeat and to run twice at once.
    """
    url = make_url(normal_database_url(database_url))
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or path.exists():
        _upgrade(url.render_as_string(hide_password=False))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    try:
        _upgrade(url.set(database=str(draft)).render_as_string(hide_password=False))
        with suppress(FileExistsError):  # another first start was faster
            os.link(draft, path)
    finally:
        for left in draft.parent.glob(f"{draft.name}*"):
            left.unlink()


def _upgrade(url: str) -> None:
    from propman.catalogue.operations import load_shipped_rows
    from propman.tickets.operations import keep_missing

    command.upgrade(alembic_config(url), "head")
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    try:
        with Session(engine) as session, session.begin():
            load_shipped_rows(session, now=clock.now())
        with Session(engine) as session:
            last: int | None = 0
            while last is not None:  # what was reported before reports were found by their words
                last = keep_missing(session, after_id=last)
                session.commit()
    finally:
        engine.dispose()
