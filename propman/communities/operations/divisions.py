"""Brings the shipped divisions (province, prefectures, county-level units) into the tree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.operations.guards import fit_name
from propman.communities.sorting import sort_key
from propman.data.reading import DivisionRow, read_divisions
from propman.db import insert_if_absent
from propman.errors import Refused
from propman.text import N_


def load_divisions(session: Session, *, now: datetime) -> int:
    """Add the divisions in force today that are not there yet, by their code after GB/T 2260; gives how many. Flushes.

    One that propman has renamed since gets its new name, and the change is kept. Two processes that load at once add
    every division once.
    """
    today = clock.local_date(now)
    there = {
        place.division_code: place for place in session.scalars(select(Place).where(Place.division_code.is_not(None)))
    }
    added = 0
    for row in read_divisions():
        if row.valid_from > today or (row.valid_to is not None and row.valid_to <= today):
            continue
        known = there.get(row.code)
        if known is None:
            added += _add(session, row, there)
        else:
            _rename(session, known, row, now)
    session.flush()
    return added


def add_division(
    session: Session, *, kind: PlaceKind, code: str, name: str, name_en: str | None, parent: Place | None, now: datetime
) -> Place:
    """Add a division that does not come with propman, for what is taken over from elsewhere. Flushes.

    `parent` is the division above it, None for a province. Raises `Refused` for a code or a name that is taken.
    """
    taken = select(Place.id).where(
        (Place.division_code == code)
        | ((Place.parent_id == (parent.id if parent else None)) & (Place.name == name) & Place.closed_on.is_(None))
    )
    if session.scalars(taken.limit(1)).first() is not None:
        raise Refused(N_("There is already a %(name)s here."), field="name", name=name)
    place = Place(kind=kind, parent_id=parent.id if parent else None, path="", division_code=code, name=fit_name(name),
                  name_en=name_en, sort_key=sort_key(name))  # fmt: skip
    session.add(place)
    session.flush()
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    record_change(session, subject_kind="place", subject_id=place.id, field="name", old=None, new=name, actor_id=None,
                  now=now)  # fmt: skip
    session.flush()
    return place


def _add(session: Session, row: DivisionRow, there: dict[str | None, Place]) -> bool:
    """Insert one division below its parent, unless a rival just did; either way it is `there` afterwards."""
    parent = there[row.parent] if row.parent else None
    values = {
        "kind": PlaceKind(row.level.value),
        "parent_id": parent.id if parent else None,
        "path": "",
        "division_code": row.code,
        "name": row.full_name,
        "name_en": row.name_en,
        "sort_key": sort_key(row.full_name),
    }
    won = insert_if_absent(session, Place, values)
    place = session.scalars(select(Place).where(Place.division_code == row.code)).one()
    if won:
        place.path = f"{parent.path if parent else '/'}{place.id}/"
    there[row.code] = place
    return won


def _rename(session: Session, place: Place, row: DivisionRow, now: datetime) -> None:
    new = {"name": row.full_name, "name_en": row.name_en}
    for field, value in new.items():
        record_change(
            session,
            subject_kind="place",
            subject_id=place.id,
            field=field,
            old=getattr(place, field),
            new=value,
            actor_id=None,
            now=now,
        )
        setattr(place, field, value)
    place.sort_key = sort_key(place.name)
