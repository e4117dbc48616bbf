"""Whether single keys do something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from propman.db import insert_if_absent
from propman.desk.models import KeysOff
from propman.roles import Viewer


def use_keys(session: Session, *, viewer: Viewer, on: bool, now: datetime) -> None:
    """Let single keys do something for `viewer`, or nothing. A second time changes nothing."""
    if on:
        session.execute(delete(KeysOff).where(KeysOff.user_id == viewer.user_id))
    else:
        insert_if_absent(session, KeysOff, {"user_id": viewer.user_id, "since": now})
    session.flush()
