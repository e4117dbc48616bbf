"""What every act on a part asks first: that words fit, that days are no slip, that what is named is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from propman.assets.models import Asset
from propman.catalogue.models import AssetAttribute, AssetType
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.operations.guards import EARLIEST
from propman.data.works import AttributeKind
from propman.db import ID_LIMIT
from propman.errors import Refused
from propman.personal import clean
from propman.projects.models import Project, WorkItem
from propman.text import N_

LONGEST = {"code": 40, "name": 120, "spot": 80, "unit": 20, "model": 120, "drawing_no": 80}
LONGEST_VALUE = 200  # of an attribute
MOST_QUANTITY = Decimal(10**9)

PART_PLACES = frozenset({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})


def fit(text: str | None, field: str, *, needed: bool = False) -> str | None:
    """`text` on one line, as long as its column at most; nothing typed gives None. Raises `Refused`."""
    words = " ".join(clean(text or "").split())
    if not words:
        if needed:
            raise Refused(N_("This must not be empty."), field=field)
        return None
    if len(words) > LONGEST[field]:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=LONGEST[field])
    if not words.isprintable():
        raise Refused(N_("It holds characters that do not belong here."), field=field)
    return words


def fit_quantity(quantity: Decimal | None) -> Decimal | None:
    """A quantity with up to three decimals, not negative. Raises `Refused`."""
    if quantity is None:
        return None
    if not quantity.is_finite() or not 0 <= quantity < MOST_QUANTITY or quantity * 1000 % 1:
        raise Refused(N_("A quantity is a number of at least 0 with up to three decimals."), field="quantity")
    return quantity


def not_later(on: date | None, today: date, *, field: str) -> None:
    """Raise `Refused` for a day that has not come yet or lies before 1949."""
    if on is not None and not EARLIEST <= on <= today:
        raise Refused(N_("%(day)s cannot be: it must lie between 1949 and today."), field=field, day=on.isoformat())


def fit_place(session: Session, community_id: int, place_id: int) -> Place:
    """The community itself or a place inside it. Raises `Refused` for any other, and for one that has closed."""
    place = session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None
    if place is None or place.kind not in PART_PLACES or community_id not in place.line_ids:
        raise Refused(N_("Choose the community, or a building or entrance in it."), field="place_id")
    if place.closed_on is not None:
        raise Refused(N_("%(place)s is closed or about to close."), field="place_id", place=place.name)
    return place


def fit_organisation(session: Session, organisation_id: int | None, among: Select[Organisation], *, field: str) -> None:
    """Raise `Refused` for an organisation that is not `among` those who can be meant; None is fine."""
    if organisation_id is None:
        return
    known = 0 < organisation_id < ID_LIMIT
    if not known or session.scalars(among.where(Organisation.id == organisation_id)).one_or_none() is None:
        raise Refused(N_("Choose one of the organisations."), field=field)


def fit_work_item(session: Session, community_id: int, work_item_id: int) -> WorkItem:
    """A work item of a project of this community. Raises `Refused` for any other."""
    query = select(WorkItem).join(WorkItem.project).where(Project.community_id == community_id)
    known = 0 < work_item_id < ID_LIMIT
    found = session.scalars(query.where(WorkItem.id == work_item_id)).one_or_none() if known else None
    if found is None:
        raise Refused(N_("Choose a work item of this community."), field="work_item_id")
    return found


def refuse_same_code(session: Session, community_id: int, code: str, *, but: int = 0) -> None:
    """Raise `Refused` (409) where another part of the community has the code, be it gone or not."""
    same = select(Asset).where(Asset.community_id == community_id, Asset.code == code, Asset.id != but)
    other = session.scalars(same).one_or_none()
    if other is not None:
        raise Refused(
            N_("%(code)s is the code of %(name)s already."), status=409, field="code", code=code, name=other.name
        )


def typed_attributes(
    kind: AssetType, known: Mapping[str, AssetAttribute], said: Mapping[str, object]
) -> dict[str, Any]:
    """What is `said` of a part's attributes, as JSON holds it: text, a number, "2026-03-09", true or false.

    Only those that the type lists; what is empty is left out. Raises `Refused` naming the field "attribute_<code>".
    """
    listed = [code for code in (kind.attributes or "").split(",") if code in known]
    for code in said.keys() - set(listed):
        if said[code] not in (None, ""):
            raise Refused(N_("This type of part has no such property."), field=f"attribute_{code}")
    typed = {code: _typed(known[code], said[code]) for code in listed if said.get(code) not in (None, "")}
    return {code: value for code, value in typed.items() if value is not None}


def _typed(attribute: AssetAttribute, value: object) -> str | int | float | bool | None:
    field = f"attribute_{attribute.code}"
    if attribute.kind is AttributeKind.FLAG:
        return _flag(value, field)
    if attribute.kind is AttributeKind.NUMBER:
        return _number(value, field)
    if attribute.kind is AttributeKind.DAY:
        return _day(value, field)
    words = " ".join(clean(str(value)).split())
    if len(words) > LONGEST_VALUE:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=LONGEST_VALUE)
    if not words.isprintable():
        raise Refused(N_("It holds characters that do not belong here."), field=field)
    return words or None


def _flag(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise Refused(N_("Answer yes or no."), field=field)
    return value


def _number(value: object, field: str) -> int | float:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= MOST_QUANTITY or number * 1000 % 1:
        raise Refused(N_("%(typed)s is not a number with up to three decimals."), field=field, typed=str(value)[:40])
    return int(number) if number == number.to_integral_value() else float(number)


def _day(value: object, field: str) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value).strip())).isoformat()
    except ValueError:
        raise Refused(
            N_("%(typed)s is not a day. Write it like 2026-11-30."), field=field, typed=str(value)[:40]
        ) from None
