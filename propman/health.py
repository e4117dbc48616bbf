"""Two answers for machines: is the process alive, and is the house ready for people.

They belong to no feature and to no page of the portal, which speaks to people; they look at everything below, so they
stand above it. Neither says more than yes or no: reasons are for the administrator's pages and the log.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from datetime import timedelta
from functools import cache

from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from propman import clock, heartbeat
from propman.config import ROOT, Settings
from propman.db import db
from propman.notify.queries import due_since
from propman.roles import Permission
from propman.web import requires

STOPPING = "propman.stopping"  # in app.extensions: True from the moment that the process was told to end
OLDEST_DUE = timedelta(minutes=10)
SMALLEST_FREE = 0.05  # of the disk that holds the photographs

blueprint = Blueprint("health", __name__)


def install(app: Flask) -> None:
    """Register both addresses."""
    app.extensions[STOPPING] = False
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@requires(Permission.PUBLIC)
def alive() -> tuple[str, int, dict[str, str]]:
    """200: the process answers. Reads neither the database nor the disk."""
    return "", 200, {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
@requires(Permission.PUBLIC)
def ready() -> tuple[str, int, dict[str, str]]:
    """200, or 503 while this process should get no visitors."""
    settings: Settings = current_app.extensions["propman.settings"]
    try:
        answer = not current_app.extensions[STOPPING] and is_ready(db.session(), settings)
    except Exception as fault:
        current_app.logger.warning("not ready: %s", type(fault).__name__)
        db.session.rollback()
        answer = False
    return "", 200 if answer else 503, {"Content-Type": "text/plain"}


def stop_on_signals(app: Flask) -> None:
    """Let SIGTERM and Ctrl-C raise the flag `STOPPING` of `app`; the process looks at it and ends in order.

    A plain flag, because a lock taken in a signal handler could wait for the very thread that it interrupted.
    """

    def stop(*_signal: object) -> None:
        app.extensions[STOPPING] = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def is_ready(session: Session, settings: Settings) -> bool:
    """Whether database, schema, photo store, outbox and jobs are as they should be. May raise what they raise."""
    now = clock.now()
    oldest = due_since(session)
    return (
        schema_is_current(session)
        and store_is_writable(settings)
        and (oldest is None or now - oldest < OLDEST_DUE)
        and heartbeat.all_well(session, now=now)
    )


def schema_is_current(session: Session) -> bool:
    """Whether the database stands at exactly the migration that this program was written for."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return False
    return set(session.scalars(text("SELECT version_num FROM alembic_version"))) == newest_revisions()


def store_is_writable(settings: Settings) -> bool:
    """Whether 5 % of the disk for photographs are free. Raises `OSError` if no file can be written there."""
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.files_dir) as probe:
        probe.write(b"ready")
    disk = shutil.disk_usage(settings.files_dir)
    return disk.free > SMALLEST_FREE * disk.total


@cache
def newest_revisions() -> frozenset[str]:
    """The newest migrations that came with this program."""
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())
