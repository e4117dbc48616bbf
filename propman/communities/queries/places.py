"""Finding places: by id, by what somebody types; and saying where they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman.communities.kinds import DIVISION_KINDS, PlaceKind
from propman.communities.models import Place
from propman.communities.queries.rows import AnyPlace
from propman.communities.sorting import sort_key
from propman.db import ID_LIMIT, among, written

Some = TypeVar("Some", bound=AnyPlace)

LONGEST_SEARCH = 80
MOST_WORDS = 6  # from the prefecture down to the entrance
_WORD = re.compile(r"\d+[^\W\d_]*|[^\W\d_]+")


def place(session: Session, place_id: int) -> Place | None:
    """The place with this id, or None."""
    return session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None


def province(session: Session) -> Place | None:
    """The root of the tree, or None before the divisions were loaded."""
    return session.scalars(select(Place).where(Place.parent_id.is_(None)).order_by(Place.id).limit(1)).one_or_none()


def children(session: Session, place_id: int, *, on: date, include_closed: bool = False) -> tuple[Place, ...]:
    """What lies directly inside a place on the day `on`, sorted by name; with the closed ones if asked."""
    query = select(Place).where(Place.parent_id == place_id)
    if not include_closed:
        query = query.where(Place.open_on(on))
    return tuple(session.scalars(query.order_by(Place.sort_key, Place.id)))


def places_inside(session: Session, place: Place, *, on: date) -> tuple[Place, ...]:
    """A place and everything open inside it on the day `on`, each before what lies in it, neighbours by name."""
    query = select(Place).where(Place.path.like(f"{place.path}%"), Place.open_on(on))
    found = {each.id: each for each in session.scalars(query.options(joinedload(Place.parent)))}

    def order(each: Place) -> list[tuple[str, int]]:
        return [(found[above].sort_key, above) for above in each.line_ids if above in found]

    return tuple(sorted(found.values(), key=order))


_PLACES = select(Place).where(among(Place.id, "ids"))


def line(session: Session, place: Some) -> tuple[Place | Some, ...]:
    """The places from the root down to `place`, in one query."""
    return lines(session, [place])[place.id]


def lines(session: Session, places: Iterable[Some]) -> dict[int, tuple[Place | Some, ...]]:
    """For each of `places`, by id, the places from the root down to it; one query for all of them."""
    places = list(places)
    found: dict[int, Place | Some] = {place.id: place for place in places}
    wanted = {each for place in places for each in place.line_ids} - found.keys()
    if wanted:
        found |= {row.id: row for row in session.scalars(_PLACES, {"ids": sorted(wanted)})}
    return {place.id: tuple(found[each] for each in place.line_ids) for place in places}


def divisions_among(places: Iterable[AnyPlace]) -> tuple[str, ...]:
    """The codes of the divisions among `places`, such as a place and all above it."""
    return tuple(place.division_code for place in places if place.division_code)


def division_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """By code, the names of those of the divisions `codes` that there are."""
    named = select(Place.division_code, Place.name).where(Place.division_code.in_(list(codes)))
    return {code: name for code, name in session.execute(named) if code is not None}


def address(places: Sequence[AnyPlace]) -> str:
    """A line of places as people write it: 红旗小区 3号楼 2单元; above a community 哈尔滨市 道里区 花园街道."""
    local = [place for place in places if place.kind not in DIVISION_KINDS | {PlaceKind.STREET}]
    return " ".join(place.name for place in local or places[1:] or places)


def address_of(place: Place) -> str:
    """As `address` has it, of a community or a place inside one. Walks up by `parent`: a building is to be loaded with
    its entrance.
    """
    above, names = place, [place.name]
    while above.kind is not PlaceKind.COMMUNITY and above.parent is not None:
        above = above.parent
        names.append(above.name)
    return " ".join(reversed(names))


def address_inside(place: type[Place], above: type[Place], community: type[Place]) -> ColumnElement[str]:
    """As `address_of`, in a statement: of a `place` that lies in `above`, and is `community` or lies in that."""
    room: Any = literal_column("' '")
    between = case((above.id != community.id, above.name + room), else_=literal_column("''"))
    return case((place.id == community.id, community.name), else_=community.name + room + between + place.name)


def community_of(session: Session, place: Place) -> Place | None:
    """The community that `place` lies in or is; None for a street and everything above."""
    if place.kind is PlaceKind.COMMUNITY:
        return place
    query = select(Place).where(Place.id.in_(place.line_ids), Place.kind == PlaceKind.COMMUNITY)
    return session.scalars(query).one_or_none()


def communities_under(path: str) -> Select[Place]:
    """The communities whose path begins with `path`, closed ones too."""
    return select(Place).where(Place.kind.in_(written(PlaceKind.COMMUNITY)), Place.path.like(path + "%"))


def under(path: str) -> Select[int]:
    """The ids of `communities_under(path)`: the scope of an office, an official or a committee."""
    return communities_under(path).with_only_columns(Place.id)


def find_places(
    session: Session, viewer_paths: Iterable[str], text: str, *, on: date, limit: int = 20
) -> tuple[Place, ...]:
    """Open places within `viewer_paths` that somebody means by `text`, the nearest to the root first.

    "红旗 3号楼", "红旗小区3号楼" and "hongqi 3" find the same building: the last word is the place's own, the words
    before it belong to it or to what it lies in. A word stands anywhere in the name, or begins its pinyin.
    """
    words = _words(text)
    scope = [Place.path.like(f"{path}%") for path in viewer_paths]
    if not words or not scope:
        return ()
    query = select(Place).where(or_(*scope), Place.open_on(on), _named(Place, words[-1]))
    for word in words[:-1]:
        above = aliased(Place)
        query = query.where(exists().where(Place.path.like(above.path + "%"), _named(above, word)))
    depth = func.length(Place.path) - func.length(func.replace(Place.path, "/", ""))
    return tuple(session.scalars(query.order_by(depth, Place.sort_key, Place.id).limit(limit)))


def _words(text: str) -> list[str]:
    """The words of `text`, and a number begins a word: 红旗小区3号楼 is 红旗小区, 3号楼."""
    return _WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST_SEARCH]))[:MOST_WORDS]


def _named(table: type[Place], word: str) -> ColumnElement[bool]:
    named = [table.name.contains(word, autoescape=True)]
    if word.isdigit():
        named = [table.name.startswith(word, autoescape=True)]
    elif word.isascii():
        named += [
            table.sort_key.startswith(sort_key(word), autoescape=True),
            table.name_en.icontains(word, autoescape=True),
        ]
    return or_(*named)
