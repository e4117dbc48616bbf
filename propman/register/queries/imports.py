"""Imports that a viewer may see, what one found, and the headings somebody has mapped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import Reach, reach
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.register.judging import Outcome
from propman.register.models import HeadingWord, Import, ImportFault, ImportRow
from propman.roles import Permission, Viewer

KEEPS = Permission.KEEP_REGISTER
PAGE = 50
MOST_IMPORTS = 40
SENT_FOR = frozenset(PlaceKind) - {PlaceKind.BUILDING, PlaceKind.ENTRANCE}


def imports(session: Session, viewer: Viewer, now: datetime, *, before: int | None = None) -> Sequence[Import]:
    """The imports for places within reach of `viewer`, the latest first; one more than a page shows, if there is one.

    `before` is the id of an import: the page begins behind it.
    """
    query = _visible(viewer, now)
    if before is not None:
        query = query.where(Import.id < before)
    return session.scalars(query.order_by(Import.id.desc()).limit(MOST_IMPORTS + 1)).all()


def load_import(session: Session, import_id: int, viewer: Viewer, now: datetime) -> Import:
    """The import with its place and who sent it. Raises `NotFound`, also for one out of reach."""
    query = _visible(viewer, now).where(Import.id == import_id)
    found = session.scalars(query).one_or_none() if 0 < import_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def load_area(session: Session, place_id: int, viewer: Viewer, now: datetime) -> Place:
    """A place for which `viewer` may send a file: a community or what lies above one. Raises `NotFound`."""
    held = _reach(viewer, now)
    query = select(Place).where(Place.id == place_id, Place.kind.in_(SENT_FOR), _within(held))
    found = session.scalars(query).one_or_none() if 0 < place_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def file_names(session: Session, viewer: Viewer, import_ids: Collection[int], now: datetime) -> dict[int, str]:
    """What the files of these imports are called, by id, as far as `viewer` may see them."""
    query = select(Import.id, Import.file_name).join(Import.place)
    query = query.where(Import.id.in_(import_ids), _within(_reach(viewer, now)))
    return {row.id: row.file_name for row in session.execute(query)}


def own_areas(session: Session, viewer: Viewer, now: datetime) -> Sequence[Place]:
    """The areas that the posts of `viewer` are over, the widest first."""
    held = _reach(viewer, now)
    query = select(Place).where(Place.kind.in_(SENT_FOR))
    if held.everywhere:
        return session.scalars(query.where(Place.parent_id.is_(None))).all()
    return session.scalars(query.where(Place.path.in_(held.paths)).order_by(Place.path)).all()


def faults_page(session: Session, import_id: int, *, after: tuple[int, int] | None = None) -> Sequence[ImportFault]:
    """What is wrong, row by row; one more than a page shows, if there is one. `after` is the (row, id) of a fault."""
    query = select(ImportFault).where(ImportFault.import_id == import_id)
    if after is not None:
        row, fault_id = after
        query = query.where(or_(ImportFault.row > row, (ImportFault.row == row) & (ImportFault.id > fault_id)))
    return session.scalars(query.order_by(ImportFault.row, ImportFault.id).limit(PAGE + 1)).all()


def rows_page(session: Session, import_id: int, outcome: Outcome, *, after: int = 0) -> Sequence[ImportRow]:
    """The rows of an outcome behind the row `after`; one more than a page shows, if there is one."""
    query = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.outcome == outcome, ImportRow.row > after
    )
    return session.scalars(query.order_by(ImportRow.row).limit(PAGE + 1)).all()


def faults_of(session: Session, import_id: int) -> dict[int, list[ImportFault]]:
    """All that is wrong, by row."""
    found: dict[int, list[ImportFault]] = {}
    query = select(ImportFault).where(ImportFault.import_id == import_id).order_by(ImportFault.row, ImportFault.id)
    for fault in session.scalars(query):
        found.setdefault(fault.row, []).append(fault)
    return found


def remembered(session: Session, actor_id: int) -> dict[str, str | None]:
    """The headings that a person has mapped before: the field by word, None for those to be left out."""
    query = select(HeadingWord.word, HeadingWord.field).where(HeadingWord.actor_id == actor_id)
    return {row.word: row.field for row in session.execute(query)}


def applied_before(session: Session, found: Import) -> Import | None:
    """The latest import of the same file for the same place that stands in the register, or None."""
    query = select(Import).where(
        Import.sha256 == found.sha256, Import.place_id == found.place_id, Import.id != found.id,
        Import.applied_at.is_not(None), Import.undone_at.is_(None),
    )  # fmt: skip
    return session.scalars(query.order_by(Import.id.desc()).limit(1)).one_or_none()


def _visible(viewer: Viewer, now: datetime) -> Select[Import]:
    whole = (joinedload(Import.place), joinedload(Import.actor))
    return select(Import).join(Import.place).where(_within(_reach(viewer, now))).options(*whole)


def _reach(viewer: Viewer, now: datetime) -> Reach:
    return reach(viewer, KEEPS, clock.local_date(now))


def _within(held: Reach) -> ColumnElement[bool]:
    """Condition on a place: it is, or lies in, an area that is kept. Nobody keeps a register for a company."""
    if held.everywhere:
        return true()
    return or_(false(), *(Place.path.like(f"{path}%") for path in held.paths))
