"""Types of parts, what they carry, and warranty rules, as a city knows them better: a row more, never an overwrite.

What was in force before stays as it was, so that a verdict of last year can still be explained.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import AssetAttribute, AssetType, WarrantyRule
from propman.catalogue.operations import guards, rows
from propman.data.reading import Trade
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WarrantyBasis, WorkClass
from propman.errors import Refused
from propman.personal import clean
from propman.text import N_

LONGEST_NAMES = {"asset_type": (40, 60), "asset_attribute": (40, 60), "warranty_rule": (60, 80)}
LONGEST_UNIT = 20
MOST_MINIMUM = 1200
TYPE_CODE = re.compile(r"[A-Z][0-9]{2,4}")
ATTRIBUTE_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, kw_only=True)
class RowFacts(rows.DatedFacts):
    """What every row of the works says beside that: what it is called."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class AssetTypeFacts(RowFacts):
    """What is said of a type of part: codes of `attributes`, `warranty_keys` (the usual first), `categories`."""

    work_class: WorkClass
    attributes: tuple[str, ...]
    life_from: int | None
    life_to: int | None
    warranty_keys: tuple[str, ...]
    maintainer: UsualMaintainer
    trade: Trade | None
    criticality: Criticality
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssetAttributeFacts(RowFacts):
    """What is said of an attribute; `unit` of a number."""

    kind: AttributeKind
    unit: str | None


@dataclass(frozen=True, kw_only=True)
class WarrantyRuleFacts(RowFacts):
    """What is said of a warranty rule: how many months or heating seasons at least; what it is counted in stays."""

    minimum: int | None


def add_asset_type(
    session: Session, *, code: str, facts: AssetTypeFacts, actor_id: int | None, now: datetime
) -> AssetType:
    """Add a type of part. Raises `Refused` for a code that is none or is taken, and as `change_asset_type`."""
    guards.fit_code(code, TYPE_CODE, N_("A code is a capital letter and two to four digits: B26."))
    if queries.versions(session, AssetType, AssetType.code == code):
        raise Refused(N_("There is already a %(name)s here."), field="code", status=409, name=code)
    columns = _type_columns(session, facts, clock.local_date(now))
    last = session.scalar(select(AssetType.position).order_by(AssetType.position.desc()).limit(1)) or 0
    return rows.add(session, AssetType(code=code, position=last + 1), columns, None, actor_id, now)


def change_asset_type(
    session: Session, *, code: str, facts: AssetTypeFacts, actor_id: int | None, now: datetime
) -> AssetType:
    """Say otherwise of a type of part, from a day on.

    A row that nobody could have used yet, because its day is today or later, is corrected in place. Raises `Refused`
    for a day before that of the row that stands, texts that do not fit, an attribute, rule or category that is not
    known, a service life that is reversed; `NotFound`.
    """
    last = rows.last(session, AssetType, AssetType.code == code)
    columns = _type_columns(session, facts, clock.local_date(now))
    return rows.follow(session, last, AssetType(code=code, position=last.position), columns, actor_id, now)


def add_asset_attribute(
    session: Session, *, code: str, facts: AssetAttributeFacts, actor_id: int | None, now: datetime
) -> AssetAttribute:
    """Add an attribute that types of parts can carry. Raises `Refused` for a code that is none or is taken."""
    guards.fit_code(code, ATTRIBUTE_CODE, N_("A code is small letters, digits and _: nominal_width."))
    if queries.versions(session, AssetAttribute, AssetAttribute.code == code):
        raise Refused(N_("There is already a %(name)s here."), field="code", status=409, name=code)
    return rows.add(session, AssetAttribute(code=code), _attribute_columns(facts, now), None, actor_id, now)


def change_asset_attribute(
    session: Session, *, code: str, facts: AssetAttributeFacts, actor_id: int | None, now: datetime
) -> AssetAttribute:
    """Say otherwise of an attribute, from a day on; what its values are stays. Raises as `change_asset_type`."""
    last = rows.last(session, AssetAttribute, AssetAttribute.code == code)
    if facts.kind is not last.kind:
        raise Refused(N_("What its values are stays as it is: parts carry such values already."), field="kind")
    return rows.follow(session, last, AssetAttribute(code=code), _attribute_columns(facts, now), actor_id, now)


def change_warranty_rule(
    session: Session, *, key: str, facts: WarrantyRuleFacts, actor_id: int | None, now: datetime
) -> WarrantyRule:
    """Say otherwise of a warranty rule, from a day on. Raises as `change_asset_type`, and for what is no minimum."""
    last = rows.last(session, WarrantyRule, WarrantyRule.key == key)
    counted = last.basis in {WarrantyBasis.MONTHS, WarrantyBasis.SEASONS}
    if counted != (facts.minimum is not None):
        raise Refused(N_("It has a minimum if it is counted in months or seasons, and else none."), field="minimum")
    if facts.minimum is not None and not 1 <= facts.minimum <= MOST_MINIMUM:
        raise Refused(N_("It must be a number from %(least)s to %(most)s."), field="minimum", least=1,
                      most=MOST_MINIMUM)  # fmt: skip
    columns = {**_row_columns("warranty_rule", facts, clock.local_date(now)), "minimum": facts.minimum}
    row = WarrantyRule(key=key, position=last.position, basis=last.basis)
    return rows.follow(session, last, row, columns, actor_id, now)


def _type_columns(session: Session, facts: AssetTypeFacts, today: date) -> dict[str, Any]:
    """`facts` as the columns hold them, once they may stand."""
    on = max(facts.valid_from, today)
    known: dict[str, Collection[str]] = {
        "attributes": queries.asset_attributes(session, on),
        "warranty_keys": queries.warranty_rules(session, on),
        "categories": {row.code for row in queries.categories(session, on)},
    }
    lists = {name: guards.fit_list(getattr(facts, name), there, field=name) for name, there in known.items()}
    for name, sentence in (
        ("warranty_keys", N_("Name at least one warranty rule.")),
        ("categories", N_("Name at least one category of reports.")),
    ):
        if not lists[name]:
            raise Refused(sentence, field=name)
    guards.fit_life(facts.life_from, facts.life_to)
    lists["attributes"] = lists["attributes"] or None  # the column knows no empty text
    return {**asdict(facts), **_row_columns("asset_type", facts, today), **lists}


def _attribute_columns(facts: AssetAttributeFacts, now: datetime) -> dict[str, Any]:
    unit = " ".join(clean(facts.unit or "").split()) or None
    fits = unit is None or (facts.kind is AttributeKind.NUMBER and unit.isprintable() and len(unit) <= LONGEST_UNIT)
    if not fits:
        raise Refused(N_("Only a number has a unit, of at most %(most)s characters."), field="unit", most=LONGEST_UNIT)
    row = _row_columns("asset_attribute", facts, clock.local_date(now))
    return {**row, "kind": facts.kind, "unit": unit}


def _row_columns(table: str, facts: RowFacts, today: date) -> dict[str, Any]:
    most_zh, most_en = LONGEST_NAMES[table]
    return {
        "name_zh": guards.fit_line(facts.name_zh, field="name_zh", most=most_zh),
        "name_en": guards.fit_line(facts.name_en, field="name_en", most=most_en),
        **rows.dated_columns(facts, today),
    }
