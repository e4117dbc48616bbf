"""Adding, renaming and closing streets, communities, buildings and entrances. Divisions come with propman instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.kinds import (
    CHILD_KIND,
    DIVISION_KINDS,
    NUMBER_UNITS,
    OrganisationKind,
    PlaceKind,
    numbered_names,
    office_name,
)
from propman.communities.models import Engagement, Place
from propman.communities.numbering import numbers as numbers_in
from propman.communities.operations.guards import fit_name, fit_optional_name, no_slip
from propman.communities.operations.organisations import add_organisation
from propman.communities.queries import street_office_of
from propman.communities.sorting import sort_key
from propman.db import held
from propman.errors import Refused
from propman.text import N_

MOST_AT_ONCE = 200

ALSO_RENAMED: list[Callable[[Session, Place], None]] = []
"""What rooms above keep in step with the name of a place, in the same transaction; each puts its own in."""


def add_place(
    session: Session,
    *,
    parent_id: int,
    name: str,
    name_en: str | None = None,
    households: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Place:
    """Add a place directly inside another; its kind follows from the parent's (`kinds.CHILD_KIND`).

    A new street gets its office in the same act, so that nothing added below it is ever without somebody who answers.
    Raises `Refused` inside a division above the county, an entrance or a closing place, for a name that an open
    neighbour has, and for a community in a street without an office; `NotFound` for no such parent.
    """
    parent = held(session, Place, parent_id)
    kind, name = _kind_inside(session, parent, now), fit_name(name)
    _refuse_same_name(session, parent.id, name)
    place = _new(kind, parent, name, fit_optional_name(name_en, field="name_en"))
    place.households = households
    _put(session, [place], actor_id, now)
    if kind is PlaceKind.STREET:
        kind_of_office, name = OrganisationKind.STREET_OFFICE, office_name(name)
        add_organisation(session, kind=kind_of_office, name=name, place_id=place.id, actor_id=actor_id, now=now)
    session.flush()
    return place


def add_places(
    session: Session, *, parent_id: int, numbers: str, entrances: int = 0, actor_id: int | None, now: datetime
) -> tuple[Place, ...]:
    """Add the buildings of a community, or the entrances of a building, that `numbers` means ("1-12, 15, 甲3").

    They are named as usual (`kinds.numbered_names`); each new building gets as many `entrances`, from 1 on. All of
    them are added or none. Raises as `add_place`, for what is no list of numbers (`numbering.numbers`), for more than
    `MOST_AT_ONCE` places in all, and where there is one already: the sentence names each.
    """
    parent = held(session, Place, parent_id)
    kind = _kind_inside(session, parent, now)
    if kind not in NUMBER_UNITS:
        raise Refused(N_("Only buildings and entrances are called by numbers."), field="numbers")
    inside = max(entrances, 0) if kind is PlaceKind.BUILDING else 0
    found = numbers_in(numbers, unit=NUMBER_UNITS[kind][0], most=MOST_AT_ONCE)
    if len(found) * (1 + inside) > MOST_AT_ONCE:
        raise Refused(
            N_("That would be %(count)s places, buildings and entrances together; at most %(most)s at once."),
            field="numbers", count=len(found) * (1 + inside), most=MOST_AT_ONCE,
        )  # fmt: skip
    added = [_new(kind, parent, *numbered_names(kind, number)) for number in found]
    _refuse_taken(session, parent, added)
    _put(session, added, actor_id, now)
    doors = [numbered_names(PlaceKind.ENTRANCE, str(number)) for number in range(1, inside + 1)]
    within = [_new(PlaceKind.ENTRANCE, building, *names) for building in added for names in doors]
    _put(session, within, actor_id, now)
    return (*added, *within)


def change_place(
    session: Session,
    *,
    place_id: int,
    name: str,
    name_en: str | None = None,
    households: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Place:
    """Rename a place or correct what is said about it; its id, path and codes stay. Raises as `add_place`."""
    place = _held_by_hand(session, place_id)
    name = fit_name(name)
    if name != place.name and place.closed_on is None:
        _refuse_same_name(session, place.parent_id, name)
    new = {"name": name, "name_en": fit_optional_name(name_en, field="name_en"), "households": households}
    renamed = (place.name, place.name_en) != (new["name"], new["name_en"])
    for field, value in new.items():
        _record(session, place, field, getattr(place, field), value, actor_id, now)
        setattr(place, field, value)
    place.sort_key = sort_key(name)
    session.flush()
    for also in ALSO_RENAMED if renamed else ():
        also(session, place)
    return place


def close_place(session: Session, *, place_id: int, on: date, actor_id: int | None, now: datetime) -> Place:
    """Let a place close on the day `on`, past or coming; given again, the day moves. Its history stays.

    Raises `Refused` while something inside it is open on that day, or somebody is engaged to manage it from then on,
    and for a day on which what it lies in has closed already.
    """
    place = _held_by_hand(session, place_id)
    no_slip(on, clock.local_date(now), field="closes_on")
    _refuse_outliving(held(session, Place, place.parent_id), on)
    _refuse_while_in_use(session, place, on)
    _record(session, place, "closed_on", place.closed_on, on, actor_id, now)
    place.closed_on = on
    session.flush()
    return place


def reopen_place(session: Session, *, place_id: int, actor_id: int | None, now: datetime) -> Place:
    """Undo the closing of a place. Raises `Refused` inside a closing place, or where its name has been given away."""
    place = _held_by_hand(session, place_id)
    if place.closed_on is None:
        raise Refused(N_("%(place)s is open."), place=place.name)
    parent = held(session, Place, place.parent_id)
    _refuse_inside_closing(parent)
    _refuse_same_name(session, parent.id, place.name)
    _record(session, place, "closed_on", place.closed_on, None, actor_id, now)
    place.closed_on = None
    session.flush()
    return place


def _new(kind: PlaceKind, parent: Place, name: str, name_en: str | None) -> Place:
    return Place(kind=kind, parent=parent, path="", name=name, name_en=name_en, sort_key=sort_key(name))


def _put(session: Session, places: Sequence[Place], actor_id: int | None, now: datetime) -> None:
    """Store new places below their parents, each with its path and the beginning of its history."""
    session.add_all(places)
    session.flush()
    for place in places:
        place.path = f"{place.parent.path if place.parent else '/'}{place.id}/"
        for field in ("name", "name_en", "households"):
            _record(session, place, field, None, getattr(place, field), actor_id, now)
    session.flush()


def _held_by_hand(session: Session, place_id: int) -> Place:
    """The place, held; refused for a division, which no hand changes."""
    place = held(session, Place, place_id)
    if place.kind in DIVISION_KINDS:
        raise Refused(N_("%(place)s comes with propman and is not changed by hand."), place=place.name)
    return place


def _kind_inside(session: Session, parent: Place, now: datetime) -> PlaceKind:
    """What is added inside `parent`; refused where that is nothing, and for a community without a street office."""
    kind = CHILD_KIND.get(parent.kind)
    if kind is None or kind in DIVISION_KINDS:
        raise Refused(N_("Nothing can be added inside %(place)s."), place=parent.name)
    _refuse_inside_closing(parent)
    if kind is PlaceKind.COMMUNITY and street_office_of(session, parent.id, clock.local_date(now)) is None:
        raise Refused(N_("%(place)s has no street office yet. Add that first."), place=parent.name)
    return kind


def _refuse_outliving(parent: Place, on: date) -> None:
    if parent.closed_on is not None and parent.closed_on < on:
        raise Refused(
            N_("%(place)s, which it lies in, closes before that, on %(day)s."),
            field="closes_on",
            place=parent.name,
            day=parent.closed_on.isoformat(),
        )


def _refuse_while_in_use(session: Session, place: Place, on: date) -> None:
    """Refuse a day on which something inside is open, or from which on somebody is engaged."""
    inside = select(Place).where(Place.parent_id == place.id, Place.open_on(on))
    still_open = session.scalars(inside.order_by(Place.sort_key).limit(1)).one_or_none()
    if still_open is not None:
        raise Refused(
            N_("%(place)s lies inside it and is still open on that day. Close that first."),
            field="closes_on",
            place=still_open.name,
        )
    beyond = select(Engagement).where(Engagement.community_id == place.id, Engagement.lasts_beyond(on))
    engagement = session.scalars(beyond.limit(1)).one_or_none()
    if engagement is not None:
        raise Refused(
            N_("%(organisation)s is engaged here beyond that day. End that first."),
            field="closes_on",
            organisation=engagement.organisation.name,
        )


def _refuse_inside_closing(parent: Place) -> None:
    if parent.closed_on is not None:
        raise Refused(
            N_("%(place)s closes on %(day)s: nothing can be open inside it after that."),
            place=parent.name,
            day=parent.closed_on.isoformat(),
        )


def _refuse_same_name(session: Session, parent_id: int | None, name: str) -> None:
    same = select(Place.id).where(Place.parent_id == parent_id, Place.name == name, Place.closed_on.is_(None))
    if session.scalars(same).first() is not None:
        raise Refused(N_("There is already a %(name)s here."), field="name", name=name)


def _refuse_taken(session: Session, parent: Place, new: Sequence[Place]) -> None:
    """Refuse names that open neighbours have, and name every one of them."""
    open_ones = set(session.scalars(select(Place.name).where(Place.parent_id == parent.id, Place.closed_on.is_(None))))
    taken = [place.name for place in new if place.name in open_ones]
    if taken:
        raise Refused(
            N_("Here already: %(places)s. Nothing was added; leave them out and send the rest again."),
            field="numbers", places=", ".join(taken),
        )  # fmt: skip


def _record(
    session: Session, place: Place, field: str, old: object, new: object, actor_id: int | None, now: datetime
) -> None:
    record_change(
        session, subject_kind="place", subject_id=place.id, field=field, old=old, new=new, actor_id=actor_id, now=now
    )
