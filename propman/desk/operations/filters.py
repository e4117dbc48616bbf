"""Keeping an address of the queue under a name of one's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.db import held
from propman.desk import queries
from propman.desk.models import SavedFilter
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_

MOST_FILTERS = 20


def keep_filter(session: Session, *, viewer: Viewer, name: str, question: str, now: datetime) -> SavedFilter:
    """Keep `question` for `viewer` as `name`. Flushes. Raises `Refused` (422) for one too many, 409 for a name in use.

    The row of the person is held, so that two browsers do not keep more than there is room for.
    """
    person = held(session, User, viewer.user_id)
    if not question:
        raise Refused(N_("There is nothing to keep: the queue is not narrowed."), field="question")
    kept = session.scalar(select(func.count()).select_from(SavedFilter).where(SavedFilter.user_id == person.id)) or 0
    if kept >= MOST_FILTERS:
        raise Refused(N_("You keep %(most)s filters already. Delete one that you no longer need."), most=MOST_FILTERS)
    _refuse_taken(session, person.id, name)
    made = SavedFilter(user_id=person.id, name=name, question=question, made_at=now)
    session.add(made)
    session.flush()
    return made


def rename_filter(session: Session, *, viewer: Viewer, filter_id: int, name: str) -> SavedFilter:
    """Call it `name`. Flushes. Raises `NotFound` for somebody else's, `Refused` (409) for a name in use."""
    held(session, User, viewer.user_id)
    found = queries.load_filter(session, viewer, filter_id)
    _refuse_taken(session, found.user_id, name, but=found.id)
    found.name = name
    session.flush()
    return found


def delete_filter(session: Session, *, viewer: Viewer, filter_id: int) -> None:
    """Keep it no longer. Raises `NotFound` for somebody else's and for none."""
    session.delete(queries.load_filter(session, viewer, filter_id))
    session.flush()


def forget(session: Session) -> int:
    """Delete what people kept whose account was erased; how many rows."""
    gone = select(User.id).where(User.erased_at.is_not(None))
    deleted = session.execute(delete(SavedFilter).where(SavedFilter.user_id.in_(gone)))
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def _refuse_taken(session: Session, user_id: int, name: str, but: int = 0) -> None:
    same = select(SavedFilter.id).where(SavedFilter.user_id == user_id, SavedFilter.name == name, SavedFilter.id != but)
    if session.scalars(same).first() is not None:
        raise Refused(N_("You keep another filter by this name."), status=409, field="name")
