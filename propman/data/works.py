"""What is renovated and for how long it is guaranteed, as typed rows of the shipped catalogue. Pure.

The 37 asset types, the attributes they may carry, the warranty rules, and what is handed over when a company begins;
readers as in `reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable

from propman.data.cells import read_rows
from propman.data.reading import SHIPPED, Dated, Trade, read_categories


class WorkClass(StrEnum):
    """The three classes of renovation content (国办发〔2020〕23号): 基础类, 完善类, 提升类."""

    BASIC = "basic"
    IMPROVING = "improving"
    UPGRADING = "upgrading"


class Criticality(StrEnum):
    """What a failure does: A endangers people, B stops a supply or spoils the building, C is a nuisance."""

    A = "A"
    B = "B"
    C = "C"


class UsualMaintainer(StrEnum):
    """Who usually keeps a part in repair once its warranty is over."""

    PROPERTY_COMPANY = "property_company"
    UTILITY = "utility"
    UTILITY_OR_COMPANY = "utility_or_company"
    LICENSED_FIRM = "licensed_firm"
    OPERATOR = "operator"


class WarrantyBasis(StrEnum):
    """What a warranty is counted in."""

    MONTHS = "months"
    SEASONS = "seasons"  # heating seasons, 采暖期
    DESIGN_LIFE = "design_life"
    CONTRACT = "contract"


class AttributeKind(StrEnum):
    """What the value of an attribute is."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"


class TakeOverKind(StrEnum):
    """What a line of the take-over checklist is about."""

    PAPER = "paper"
    ROOM = "room"
    KEY = "key"  # what opens, starts or repairs: keys, accounts, tools
    MONEY = "money"


@dataclass(frozen=True, kw_only=True)
class AssetAttributeRow(Dated):
    """A property that parts of some types have, such as the nominal width of a pipe; `unit` of a number."""

    code: str
    name_zh: str
    name_en: str
    kind: AttributeKind
    unit: str | None


@dataclass(frozen=True, kw_only=True)
class AssetTypeRow(Dated):
    """A type of part: its class, what it may carry, how long it serves, how it is guaranteed, who keeps it.

    Years of service life, lower and upper; `warranty_keys` the usual rule first; `categories` of reports that can mean
    a part of this type; `trade` of the utility or licensed firm.
    """

    code: str
    position: int
    name_zh: str
    name_en: str
    work_class: WorkClass
    attributes: tuple[str, ...] | None
    life_from: int | None
    life_to: int | None
    warranty_keys: tuple[str, ...]
    maintainer: UsualMaintainer
    trade: Trade | None
    criticality: Criticality
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WarrantyRuleRow(Dated):
    """The least that the law gives for one kind of work: `minimum` months or heating seasons, or none in figures."""

    key: str
    position: int
    name_zh: str
    name_en: str
    basis: WarrantyBasis
    minimum: int | None


@dataclass(frozen=True, kw_only=True)
class TakeOverItemRow(Dated):
    """A paper, room, key or account that is handed over when a company begins to manage a community (承接查验)."""

    code: str
    position: int
    kind: TakeOverKind
    name_zh: str
    name_en: str


def read_asset_attributes(folder: Traversable = SHIPPED) -> tuple[AssetAttributeRow, ...]:
    """The attributes that parts may carry."""
    return read_rows(AssetAttributeRow, lambda row: (row.code, row.valid_from), folder, "asset_attributes.toml")


def read_warranty_rules(folder: Traversable = SHIPPED) -> tuple[WarrantyRuleRow, ...]:
    """The statutory warranty periods."""
    return read_rows(WarrantyRuleRow, lambda row: (row.key, row.valid_from), folder, "warranty_rules.toml")


def read_asset_types(folder: Traversable = SHIPPED) -> tuple[AssetTypeRow, ...]:
    """The asset types in their order; every attribute, warranty rule and category they name is there."""
    name = "asset_types.toml"
    rows = read_rows(AssetTypeRow, lambda row: (row.code, row.valid_from), folder, name)
    known = (
        {row.code for row in read_asset_attributes(folder)},
        {row.key for row in read_warranty_rules(folder)},
        {row.code for row in read_categories(folder)},
    )
    for number, row in enumerate(rows, 1):
        for named, there in zip((row.attributes or (), row.warranty_keys, row.categories), known, strict=True):
            if unknown := set(named) - there:
                raise ValueError(f"{name}, row {number}: not known: {', '.join(sorted(unknown))}")
    return rows


def read_take_over_items(folder: Traversable = SHIPPED) -> tuple[TakeOverItemRow, ...]:
    """The checklist of a take-over inspection, in its order; the parts of the community come on top."""
    name = "take_over_items.toml"
    return read_rows(TakeOverItemRow, lambda row: (row.code, row.valid_from), folder, name)
