"""Reading the audit: what was changed about one thing, and everything that was done, the latest first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.audit.models import AuditRecord, Change
from propman.db import ID_LIMIT
from propman.personal import PersonalText
from propman.roles import Permission, Viewer

MOST = 50
CHANGED = "changed:"
"""Before the kind of a thing: the kind of an entry that tells of a changed field, "changed:place"."""

_Row = AuditRecord | Change
_SOURCES: Mapping[str, type[_Row]] = {"a": AuditRecord, "c": Change}
_MARK = re.compile(r"([ac])(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class HistoryLine:
    """One field changed at one moment by a person (a user's id; None: by the system).

    `old` and `new` are the values as they were; None where there was none, or where a personal one was erased.
    """

    at: datetime
    actor_id: int | None
    field: str
    old: str | None
    new: str | None


def history_of(session: Session, *, subject_kind: str, subject_id: int, most: int = MOST) -> tuple[HistoryLine, ...]:
    """The last `most` changes of one thing ("place", "organisation", "user", its id), the latest first.

    Personal values are among them: for who may see the thing itself.
    """
    old, new = aliased(PersonalText), aliased(PersonalText)
    query = (
        select(Change, func.coalesce(Change.old, old.body), func.coalesce(Change.new, new.body))
        .outerjoin(old, old.id == Change.old_text_id)
        .outerjoin(new, new.id == Change.new_text_id)
        .where(Change.subject_kind == subject_kind, Change.subject_id == str(subject_id))
    )
    rows = session.execute(query.order_by(Change.id.desc()).limit(most))
    return tuple(HistoryLine(row.at, row.actor_id, row.field, was, becomes) for row, was, becomes in rows)


def who_said(
    session: Session, *, field: str, subjects: Mapping[str, Collection[str]]
) -> Mapping[tuple[str, str, str], HistoryLine]:
    """By kind of thing, its id and what was said of its `field`: the last time that somebody said so.

    `subjects` are the ids to look for, by kind. A value that is personal is not among them.
    """
    wanted = [and_(Change.subject_kind == kind, Change.subject_id.in_(ids)) for kind, ids in subjects.items()]
    query = select(Change).where(Change.field == field, Change.new.is_not(None), or_(false(), *wanted))
    return {(one.subject_kind, one.subject_id, one.new or ""):
            HistoryLine(one.at, one.actor_id, one.field, one.old, one.new)
            for one in session.scalars(query.order_by(Change.id))}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the audit: an act of some `kind`, or a changed `field` of a kind "changed:…".

    `mark` is its place in the whole, to go on from. Of a `personal` field it is only told that it changed.
    """

    mark: str
    at: datetime
    kind: str
    actor_id: int | None
    subject_kind: str
    subject_id: str
    request_id: str | None
    details: Mapping[str, Any]
    field: str | None = None
    old: str | None = None
    new: str | None = None
    personal: bool = False

    @property
    def subject_number(self) -> int | None:
        """The id of the thing it was done to, where that is a row."""
        text = self.subject_id
        return int(text) if text.isascii() and text.isdigit() and int(text) < ID_LIMIT else None


@dataclass(frozen=True)
class Wanted:
    """What narrows the audit: a kind of entry, the people who did it or whose account it concerns, a local day, a
    request. `person_ids` None stands for everybody.
    """

    kind: str = ""
    person_ids: Collection[int] | None = None
    day: date | None = None
    request_id: str = ""


@dataclass(frozen=True)
class AuditPage:
    """Some entries, the latest first, and the mark `before` which there are more, or None."""

    entries: tuple[Entry, ...]
    before: str | None


def entries(
    session: Session, viewer: Viewer, wanted: Wanted, *, before: str | None = None, size: int = MOST
) -> AuditPage:
    """What was done, the latest first: `size` entries older than the one with the mark `before`; one that is none
    begins at the top. Two queries, however long the audit is.

    Whoever may see the audit sees all of it: it belongs to the installation and not to an area.
    """
    mark = _known(session, before)
    rows: list[tuple[str, _Row]] = []
    for letter, model in _SOURCES.items():
        if wanted.kind and wanted.kind.startswith(CHANGED) is not (model is Change):
            continue
        query: Select[Any] = select(model).where(true() if viewer.may(Permission.SEE_AUDIT) else false())
        query = query.where(*_conditions(model, wanted), *_older(letter, model, mark))
        newest = session.scalars(query.order_by(model.at.desc(), model.id.desc()).limit(size + 1))
        rows += [(letter, row) for row in newest]
    rows.sort(key=lambda found: (found[1].at, found[0], found[1].id), reverse=True)
    shown = tuple(_entry(letter, row) for letter, row in rows[:size])
    return AuditPage(shown, shown[-1].mark if len(rows) > size else None)


def _conditions(model: type[_Row], wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind and issubclass(model, AuditRecord):
        conditions.append(model.act == wanted.kind)
    elif wanted.kind:
        conditions.append(model.subject_kind == wanted.kind.removeprefix(CHANGED))
    if wanted.person_ids is not None:
        own = and_(model.subject_kind == "user", model.subject_id.in_([str(each) for each in wanted.person_ids]))
        conditions.append(or_(model.actor_id.in_(wanted.person_ids), own))
    if wanted.day is not None:
        begins, ends = clock.day_span(wanted.day)
        conditions += [model.at >= begins, model.at < ends]
    if wanted.request_id:
        conditions.append(model.request_id == wanted.request_id)
    return conditions


def _known(session: Session, mark: str | None) -> tuple[datetime, str, int] | None:
    """The key of the entry with this mark; None for no such entry."""
    read = _MARK.fullmatch(mark or "")
    if read is None or not 0 < int(read[2]) < ID_LIMIT:
        return None
    row: Any = session.get(_SOURCES[read[1]], int(read[2]))
    return (row.at, read[1], row.id) if row else None


def _older(letter: str, model: type[_Row], mark: tuple[datetime, str, int] | None) -> Sequence[ColumnElement[bool]]:
    """That a row lies before `mark` in the order of moment, source and id. The first condition alone uses an index."""
    if mark is None:
        return ()
    at, source, number = mark
    same = model.id < number if letter == source else true() if letter < source else false()
    return (model.at <= at, or_(model.at < at, same))


def _entry(letter: str, row: _Row) -> Entry:
    common: dict[str, Any] = {
        name: getattr(row, name) for name in ("at", "actor_id", "subject_kind", "subject_id", "request_id")
    }
    mark = f"{letter}{row.id}"
    if isinstance(row, AuditRecord):
        return Entry(mark=mark, kind=row.act, details=row.details, **common)
    personal = row.old_text_id is not None or row.new_text_id is not None
    kind = f"{CHANGED}{row.subject_kind}"
    return Entry(
        mark=mark, kind=kind, details={}, field=row.field, old=row.old, new=row.new, personal=personal, **common
    )
