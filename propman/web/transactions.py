"""Short transactions beside the request's own: denials, session touch, counters of attempts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from propman.db import db, read_only

Result = TypeVar("Result")


def apart(act: Callable[[Session], Result]) -> Result:
    """Run `act` in a transaction of its own and commit it, whatever becomes of the request's.

    The request's own transaction must hold no lock yet (roll it back before): SQLite has a single writer.
    """
    token = read_only.set(False)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            return act(session)
    finally:
        read_only.reset(token)
