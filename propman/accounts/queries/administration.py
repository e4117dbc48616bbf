"""The people of an installation, for those who administer them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select, true, tuple_
from sqlalchemy.orm import Session

from propman.accounts.models import Membership, User
from propman.accounts.particulars import normal_sign_in_name
from propman.accounts.role_rules import AT_HOME
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.roles import Permission, Viewer


def visible_people(viewer: Viewer) -> Select[User]:
    """The people whose account `viewer` administers: an administrator's everybody, anybody else's nobody."""
    return select(User).where(true() if viewer.may(Permission.ADMINISTER) else false())


def person_for(session: Session, viewer: Viewer, person_id: int) -> User:
    """The person `person_id` for administration. Raises `NotFound`, also for one out of scope."""
    known = person_id < ID_LIMIT
    person = session.scalar(visible_people(viewer).where(User.id == person_id)) if known else None
    if person is None:
        raise NotFound
    return person


def names_shown(session: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, str | None]:
    """Name by user id, of those whom `viewer` may know by name in what was done; None marks one who was erased.

    Whoever administers people knows them all. Anybody else knows those who hold or held a post, who act for an office
    or a company; people at home are left out (PIPL, Art. 6: no more than the purpose needs).
    """
    query = select(User.id, User.name).where(User.id.in_(set(ids)), _may_be_named(viewer))
    return {person_id: name for person_id, name in session.execute(query)}  # noqa: C416 - `dict()` of rows has no types


def ids_named(session: Session, viewer: Viewer, text: str, *, most: int = 50) -> tuple[int, ...]:
    """The ids of the first people whom `text` finds by name or pinyin, of those whom `viewer` may know by name."""
    query = select(User.id).where(_may_be_named(viewer), or_(false(), *_named(text)))
    return tuple(session.scalars(query.order_by(User.sort_key, User.id).limit(most)))


def _may_be_named(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.may(Permission.ADMINISTER):
        return true()
    return User.id.in_(select(Membership.user_id).where(Membership.role.not_in(AT_HOME)))


@dataclass(frozen=True)
class PeoplePage:
    """One page of people by name, and the ids to go on `after` or back `before`, where there are more."""

    people: list[User]
    before: int | None
    after: int | None


def people_page(
    session: Session, viewer: Viewer, *, search: str = "", after: int | None = None, before: int | None = None,
    size: int = 50,
) -> PeoplePage:  # fmt: skip
    """People who were not erased, sorted by name: those after, or before, the person with the given id.

    `search` looks in names, sign-in names and telephone numbers; pinyin without tones finds a name by its beginning.
    """
    query = visible_people(viewer).where(User.erased_at.is_(None), *_matching(search))
    key = tuple_(User.sort_key, User.id)
    edge = session.get(User, after or before or 0)
    backwards = after is None and before is not None
    if edge is not None and edge.sort_key is not None:
        mark = tuple_(edge.sort_key, edge.id)
        query = query.where(key < mark if backwards else key > mark)
    order = (User.sort_key.desc(), User.id.desc()) if backwards else (User.sort_key, User.id)
    found = list(session.scalars(query.order_by(*order).limit(size + 1)))
    more, people = len(found) > size, found[:size]
    if backwards:
        people.reverse()
    if not people:
        return PeoplePage([], None, None)
    first, last = people[0].id, people[-1].id
    return PeoplePage(people, first if (more if backwards else edge) else None, last if more or backwards else None)


def _matching(search: str) -> list[ColumnElement[bool]]:
    text = search.strip()
    if not text:
        return []
    ways = [*_named(text), User.sign_in_name.contains(normal_sign_in_name(text), autoescape=True)]
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal())
    if len(digits) >= 3:
        ways.append(User.phone.contains(digits, autoescape=True))
    return [or_(*ways)]


def _named(text: str) -> list[ColumnElement[bool]]:
    """By name or pinyin; words that are none find nobody."""
    pinyin = "".join(text.casefold().split())
    if not pinyin:
        return []
    return [User.name.icontains(text.strip(), autoescape=True), User.sort_key.startswith(pinyin, autoescape=True)]
