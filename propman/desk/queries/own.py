"""What a person keeps for the own desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, bindparam, exists, select
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.accounts.queries import MARKS
from propman.db import read
from propman.desk.models import KeysOff, SavedFilter
from propman.errors import NotFound
from propman.roles import Viewer


def filters_of(session: Session, viewer: Viewer) -> Sequence[SavedFilter]:
    """The filters that `viewer` keeps, in the order in which they were kept."""
    query = select(SavedFilter).where(SavedFilter.user_id == viewer.user_id).order_by(SavedFilter.id)
    return session.scalars(query).all()


def load_filter(session: Session, viewer: Viewer, filter_id: int) -> SavedFilter:
    """One of them. Raises `NotFound` for somebody else's and for none alike."""
    query = select(SavedFilter).where(SavedFilter.user_id == viewer.user_id, SavedFilter.id == filter_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


_KEYS_OFF, _KEEPS_FILTERS = "keys_off", "keeps_filters"
MARKS[_KEYS_OFF] = exists().where(KeysOff.user_id == User.id)
MARKS[_KEEPS_FILTERS] = exists().where(SavedFilter.user_id == User.id)
_KEPT = (
    select(SavedFilter.name, SavedFilter.question)
    .where(SavedFilter.user_id == bindparam("user_id"))
    .order_by(SavedFilter.id)
)


def questions_of(session: Session, viewer: Viewer) -> Sequence[Row[str, str]]:
    """Of the same the `name` and the `question` alone; no statement for whoever keeps none."""
    return read(session, _KEPT, {"user_id": viewer.user_id}).all() if _KEEPS_FILTERS in viewer.marks else ()


def uses_keys(viewer: Viewer) -> bool:
    """Whether single keys do something for `viewer`."""
    return _KEYS_OFF not in viewer.marks
