"""What a person keeps for the own desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

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


class OwnDesk(NamedTuple):
    """What pages show of it: name and question of each kept filter, and whether single keys do something."""

    kept: list[tuple[str, str]]
    keys: bool


_OWNER: Any = bindparam("user_id", type_=BigInteger)
_NOTHING: Any = literal_column("NULL")
_OWN = union_all(
    select(SavedFilter.id, SavedFilter.name, SavedFilter.question).where(SavedFilter.user_id == _OWNER),
    select(literal_column("0"), _NOTHING, _NOTHING).where(KeysOff.user_id == _OWNER),
).order_by("id")
"""The kept filters; before them a row without a name where single keys do nothing."""


def own_desk(session: Session, viewer: Viewer) -> OwnDesk:
    """The own desk of `viewer`, by one statement that stands ready."""
    rows = read(session, _OWN, {"user_id": viewer.user_id}).all()
    return OwnDesk([(name, question) for _id, name, question in rows if name is not None], not rows or rows[0][0] != 0)


def uses_keys(session: Session, viewer: Viewer) -> bool:
    """Whether single keys do something for `viewer`."""
    return own_desk(session, viewer).keys
