"""What each role is held in and over: a kind of organisation, a kind of place, both, or neither. Pure.

A managing organisation's rights follow its engagements; an office's and a committee's follow the area of their
organisation; everybody else's follow the place of the membership.
"""

from __future__ import annotations

from dataclasses import dataclass

from propman.communities.kinds import MANAGING_KINDS, OrganisationKind, PlaceKind
from propman.roles import Role
from propman.text import N_


@dataclass(frozen=True)
class Rule:
    """What a membership of one role names. Empty: it names none. `optional`: it may do without the organisation."""

    organisations: frozenset[OrganisationKind] = frozenset()
    places: frozenset[PlaceKind] = frozenset()
    optional: bool = False


_HOME = frozenset({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})
_DIVISION = frozenset({PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY})
_OVERSIGHT = frozenset({OrganisationKind.FINANCE_OFFICE, OrganisationKind.DEVELOPMENT_OFFICE})

RULES: dict[Role, Rule] = {
    Role.RESIDENT: Rule(places=_HOME),
    Role.GRID_WORKER: Rule(places=_HOME),
    Role.DISPATCHER: Rule(MANAGING_KINDS),
    Role.COMPANY_MANAGER: Rule(MANAGING_KINDS),
    # a street office repairs where nobody manages a community
    Role.WORKER: Rule(MANAGING_KINDS | {OrganisationKind.STREET_OFFICE}),
    Role.CONTRACTOR: Rule(frozenset({OrganisationKind.CONTRACTOR})),
    Role.UTILITY: Rule(frozenset({OrganisationKind.UTILITY})),
    Role.NEIGHBOURHOOD_COMMITTEE: Rule(frozenset({OrganisationKind.NEIGHBOURHOOD_COMMITTEE})),
    Role.OWNERS_COMMITTEE: Rule(frozenset({OrganisationKind.OWNERS_COMMITTEE})),
    Role.STREET_OFFICE: Rule(frozenset({OrganisationKind.STREET_OFFICE})),
    Role.OFFICIAL: Rule(frozenset({OrganisationKind.HOUSING_BUREAU}), _DIVISION, optional=True),
    Role.READONLY_OFFICIAL: Rule(_OVERSIGHT, _DIVISION, optional=True),
    Role.AUDITOR: Rule(),
    Role.ADMINISTRATOR: Rule(),
}

AREA_OF_ORGANISATION = frozenset({Role.NEIGHBOURHOOD_COMMITTEE, Role.OWNERS_COMMITTEE, Role.STREET_OFFICE})
"""Their area is the place of their organisation: the post of such a person gets that place."""

CAN_BE_SENT = frozenset({Role.WORKER, Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE})
"""Whom an organisation can send to a repair."""

AT_HOME = frozenset({Role.RESIDENT})
"""People at home. Everybody else holds a post, sees other people's affairs, and is signed out sooner."""

ROLE_WORDS: dict[Role, str] = {
    Role.RESIDENT: N_("resident"),
    Role.GRID_WORKER: N_("building head or grid worker"),
    Role.DISPATCHER: N_("dispatcher"),
    Role.COMPANY_MANAGER: N_("company manager"),
    Role.WORKER: N_("repair worker"),
    Role.CONTRACTOR: N_("contractor"),
    Role.UTILITY: N_("utility"),
    Role.NEIGHBOURHOOD_COMMITTEE: N_("neighbourhood committee"),
    Role.OWNERS_COMMITTEE: N_("owners' committee"),
    Role.STREET_OFFICE: N_("street office"),
    Role.OFFICIAL: N_("housing official"),
    Role.READONLY_OFFICIAL: N_("finance or development official (read only)"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
}
