"""Finding organisations, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation
from propman.communities.queries.places import LONGEST_SEARCH
from propman.communities.sorting import sort_key
from propman.db import ID_LIMIT

PAGE = 40


@dataclass(frozen=True)
class OrganisationPage:
    """One page of organisations by name; `previous` and `next` are ids to ask `before` and `after`, or None."""

    rows: tuple[Organisation, ...]
    previous: int | None
    next: int | None


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """The organisation with this id, or None."""
    return session.get(Organisation, organisation_id) if 0 < organisation_id < ID_LIMIT else None


def organisations_of(session: Session, place_id: int, *, on: date) -> tuple[Organisation, ...]:
    """The organisations whose area is exactly this place, and that take part on `on`, by name."""
    query = select(Organisation).where(Organisation.place_id == place_id, Organisation.open_on(on))
    return tuple(session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))


def organisations(
    session: Session,
    *,
    on: date,
    kinds: Iterable[OrganisationKind] = (),
    text: str = "",
    include_closed: bool = False,
    after: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> OrganisationPage:
    """A page of organisations sorted by name: those of `kinds` (empty: of all), with `text` in the name or pinyin.

    `after` and `before` are ids of organisations: the page begins behind the one, or ends in front of the other.
    """
    query = select(Organisation).options(joinedload(Organisation.place))
    if kinds := tuple(kinds):
        query = query.where(Organisation.kind.in_(kinds))
    if not include_closed:
        query = query.where(Organisation.open_on(on))
    if text := text.strip()[:LONGEST_SEARCH]:
        pinyin = sort_key(text)
        named = Organisation.name.contains(text, autoescape=True)
        query = query.where(or_(named, Organisation.sort_key.contains(pinyin)) if pinyin else named)
    return _page(session, query, after, before, limit)


def _page(
    session: Session, query: Select[Organisation], after: int | None, before: int | None, limit: int
) -> OrganisationPage:
    """The page of `query` behind `after` or in front of `before`; one row more tells whether it goes on."""
    back = before is not None and after is None
    mark = before if back else after
    if mark is not None:
        query = query.where(_beyond(mark, back) if 0 < mark < ID_LIMIT else false())
    keys = (Organisation.sort_key, Organisation.id)
    rows = list(session.scalars(query.order_by(*(key.desc() if back else key for key in keys)).limit(limit + 1)))
    goes_on, rows = len(rows) > limit, rows[:limit]
    if back:
        rows.reverse()
    further = (goes_on, bool(rows)) if back else (mark is not None and bool(rows), goes_on)
    return OrganisationPage(
        rows=tuple(rows),
        previous=rows[0].id if further[0] else None,
        next=rows[-1].id if further[1] else None,
    )


def _beyond(mark: int, back: bool) -> ColumnElement[bool]:
    name = select(Organisation.sort_key).where(Organisation.id == mark).scalar_subquery()
    key, number = Organisation.sort_key, Organisation.id
    further, same = (key < name, number < mark) if back else (key > name, number > mark)
    return or_(further, and_(key == name, same))
