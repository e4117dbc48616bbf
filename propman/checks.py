"""The recount: every promise that is a property of stored data, counted afresh from the database and the stored files.

Each feature says in its `invariants.py` what must hold; nothing here knows how. Writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from propman.assets import invariants as assets
from propman.backlog import invariants as backlog
from propman.callbacks import invariants as callbacks
from propman.db import read_only
from propman.files import invariants as files
from propman.files.store import FileStore
from propman.households import invariants as households
from propman.inspections import invariants as inspections
from propman.invariants import Finding, Promises
from propman.outages import invariants as outages
from propman.oversight import invariants as oversight
from propman.projects import invariants as projects
from propman.rounds import invariants as rounds
from propman.search import invariants as search
from propman.spotchecks import invariants as spotchecks
from propman.tickets import invariants as tickets
from propman.voice import invariants as voice

log = logging.getLogger(__name__)

MOST_LINES = 5  # of what is broken, per promise


def recount_all(session: Session, *, store: FileStore, now: datetime) -> list[Finding]:
    """Every finding, in the order of their ids."""
    all_of_them = {
        **files.promises(session, store=store, now=now),
        **voice.promises(session, store=store, now=now),
        **households.promises(session),
        **projects.promises(session),
        **outages.promises(session),
        **assets.promises(session, now=now),
        **tickets.promises(session),
        **callbacks.promises(session),
        **oversight.promises(session, now=now),
        **search.promises(session),
        **backlog.promises(session),
        **inspections.promises(session, now=now),
        **rounds.promises(session),
        **spotchecks.promises(session),
    }
    return recount(session, all_of_them)


def recount(session: Session, promises: Promises) -> list[Finding]:
    """A finding for each of `promises`, in the order of their ids; one whose recount raises is broken and says so."""
    return [_counted(session, name, promises[name]) for name in sorted(promises)]


def _counted(session: Session, name: str, count: Callable[[], Finding]) -> Finding:
    try:
        with session.begin_nested():  # or PostgreSQL would refuse every statement after one that failed
            return count()
    except Exception as fault:
        log.exception("the recount of %s failed", name)
        return Finding(name, 0, (f"could not be counted: {type(fault).__name__}",))


def recount_snapshot(engine: Engine, *, store: FileStore, now: datetime) -> list[Finding]:
    """`recount_all` on one snapshot of the database."""
    with snapshot(engine) as session:
        return recount_all(session, store=store, now=now)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """The database as it stands at one moment, so that people at work meanwhile break no promise in our eyes."""
    token = read_only.set(True)
    try:
        with Session(engine) as session:
            if engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session
    finally:
        read_only.reset(token)


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """`findings` as printed: "I02 ok n=5", "I02 none n=0", or "I02 FAIL n=5 broken=1" and the first broken ones."""
    for finding in findings:
        if not finding.broken:
            yield f"{finding.id} {'ok' if finding.checked else 'none'} n={finding.checked}"
            continue
        yield f"{finding.id} FAIL n={finding.checked} broken={len(finding.broken)}"
        yield from (f"    {line}" for line in finding.broken[:MOST_LINES])


def all_hold(findings: Sequence[Finding]) -> bool:
    """Whether no promise is broken."""
    return not any(finding.broken for finding in findings)
