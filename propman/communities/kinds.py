"""Kinds of places and organisations, and the tables that say what goes with what. Pure.

A property company is engaged to manage a community; while none is, the community falls to its street office.
"""

from __future__ import annotations

from enum import StrEnum

from propman.text import N_


class PlaceKind(StrEnum):
    """Levels of the tree, from the top. The first three are divisions with a code after GB/T 2260."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    STREET = "street"  # the area of a street office, 街道
    COMMUNITY = "community"  # a residential compound, 小区
    BUILDING = "building"
    ENTRANCE = "entrance"


class OrganisationKind(StrEnum):
    """Who takes part."""

    HOUSING_BUREAU = "housing_bureau"
    FINANCE_OFFICE = "finance_office"
    DEVELOPMENT_OFFICE = "development_office"
    STREET_OFFICE = "street_office"
    NEIGHBOURHOOD_COMMITTEE = "neighbourhood_committee"
    OWNERS_COMMITTEE = "owners_committee"
    PROPERTY_COMPANY = "property_company"
    CONTRACTOR = "contractor"
    UTILITY = "utility"


CHILD_KIND = {
    PlaceKind.PROVINCE: PlaceKind.PREFECTURE,
    PlaceKind.PREFECTURE: PlaceKind.COUNTY,
    PlaceKind.COUNTY: PlaceKind.STREET,
    PlaceKind.STREET: PlaceKind.COMMUNITY,
    PlaceKind.COMMUNITY: PlaceKind.BUILDING,
    PlaceKind.BUILDING: PlaceKind.ENTRANCE,
}
"""What lies directly inside what; an entrance holds nothing."""

DIVISION_KINDS = frozenset({PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY})
"""These come with propman and are neither added, renamed nor closed by hand."""

SEASON_KINDS = frozenset({PlaceKind.PREFECTURE, PlaceKind.COUNTY})
"""Whose government sets the heating season."""

LABELLED_KINDS = frozenset({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})
"""Where a label with a code can hang."""

_DIVISIONS = (PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY)

AREA_KINDS = {
    OrganisationKind.HOUSING_BUREAU: _DIVISIONS,
    OrganisationKind.FINANCE_OFFICE: _DIVISIONS,
    OrganisationKind.DEVELOPMENT_OFFICE: _DIVISIONS,
    OrganisationKind.STREET_OFFICE: (PlaceKind.STREET,),
    OrganisationKind.NEIGHBOURHOOD_COMMITTEE: (PlaceKind.STREET, PlaceKind.COMMUNITY),
    OrganisationKind.OWNERS_COMMITTEE: (PlaceKind.COMMUNITY,),
    OrganisationKind.PROPERTY_COMPANY: _DIVISIONS,
    OrganisationKind.CONTRACTOR: _DIVISIONS,
    OrganisationKind.UTILITY: _DIVISIONS,
}
"""The kinds of places that can be the area of an organisation."""

MANAGING_KINDS = frozenset({OrganisationKind.PROPERTY_COMPANY})
"""Who can be engaged to manage a community. The street office never is: what nobody manages falls to it by itself."""

TRADE_KINDS = frozenset({OrganisationKind.UTILITY, OrganisationKind.CONTRACTOR})
"""Whose trade is recorded, so that a report can be routed to them: compulsory for a utility."""

PLACE_WORDS = {
    PlaceKind.PROVINCE: N_("province"),
    PlaceKind.PREFECTURE: N_("prefecture"),
    PlaceKind.COUNTY: N_("county or district"),
    PlaceKind.STREET: N_("street office area"),
    PlaceKind.COMMUNITY: N_("community"),
    PlaceKind.BUILDING: N_("building"),
    PlaceKind.ENTRANCE: N_("entrance"),
}

ORGANISATION_WORDS = {
    OrganisationKind.HOUSING_BUREAU: N_("housing bureau"),
    OrganisationKind.FINANCE_OFFICE: N_("finance office"),
    OrganisationKind.DEVELOPMENT_OFFICE: N_("development office"),
    OrganisationKind.STREET_OFFICE: N_("street office"),
    OrganisationKind.NEIGHBOURHOOD_COMMITTEE: N_("neighbourhood committee"),
    OrganisationKind.OWNERS_COMMITTEE: N_("owners' committee"),
    OrganisationKind.PROPERTY_COMPANY: N_("property company"),
    OrganisationKind.CONTRACTOR: N_("contractor"),
    OrganisationKind.UTILITY: N_("utility"),
}


NUMBER_UNITS = {PlaceKind.BUILDING: ("号楼", "Building"), PlaceKind.ENTRANCE: ("单元", "Entrance")}
"""What is usually called by a number, and the words that make a name of it: 3号楼, Building 3."""


def numbered_names(kind: PlaceKind, number: str) -> tuple[str, str | None]:
    """The usual name of a building or entrance in Chinese and English; 甲3号楼 has none in English."""
    unit, word = NUMBER_UNITS[kind]
    return f"{number}{unit}", f"{word} {number}" if number.isascii() else None


def office_name(street_name: str) -> str:
    """The usual name of the office of a street or town: 花园街道 -> 花园街道办事处, 安达镇 -> 安达镇人民政府."""
    return street_name + ("人民政府" if street_name.endswith(("镇", "乡")) else "办事处")
