"""The words of the catalogue of parts: classes, maintainers, criticalities, warranties, attributes, trades. Pure."""

from __future__ import annotations

from propman.data.escalation import Level, TimeLimit
from propman.data.reading import Trade
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WarrantyBasis, WorkClass
from propman.text import N_

CLASS_WORDS = {
    WorkClass.BASIC: N_("basic class"),
    WorkClass.IMPROVING: N_("improving class"),
    WorkClass.UPGRADING: N_("upgrading class"),
}

CRITICALITY_WORDS = {
    Criticality.A: N_("A: a failure endangers people"),
    Criticality.B: N_("B: a failure stops a supply or spoils the building"),
    Criticality.C: N_("C: a failure is a nuisance"),
}

MAINTAINER_WORDS = {
    UsualMaintainer.PROPERTY_COMPANY: N_("property company"),
    UsualMaintainer.UTILITY: N_("utility"),
    UsualMaintainer.UTILITY_OR_COMPANY: N_("utility or property company"),
    UsualMaintainer.LICENSED_FIRM: N_("licensed firm"),
    UsualMaintainer.OPERATOR: N_("its operator"),
}

BASIS_WORDS = {
    WarrantyBasis.MONTHS: N_("months"),
    WarrantyBasis.SEASONS: N_("heating seasons"),
    WarrantyBasis.DESIGN_LIFE: N_("design life"),
    WarrantyBasis.CONTRACT: N_("as the contract says"),
}

ATTRIBUTE_KIND_WORDS = {
    AttributeKind.TEXT: N_("text"),
    AttributeKind.NUMBER: N_("number"),
    AttributeKind.DAY: N_("day"),
    AttributeKind.FLAG: N_("yes or no"),
}

FIELD_WORDS = {
    "name_zh": N_("Name in Chinese"),
    "name_en": N_("Name in English"),
    "source": N_("Source"),
    "verified_on": N_("Checked on"),
    "valid_from": N_("In force from"),
    "valid_to": N_("Out of use from"),
    "work_class": N_("Class"),
    "attributes": N_("What such a part carries"),
    "life_from": N_("Service life from, in years"),
    "life_to": N_("Service life to, in years"),
    "warranty_keys": N_("Warranty rules"),
    "maintainer": N_("Usual maintainer"),
    "trade": N_("Trade"),
    "criticality": N_("What a failure does"),
    "categories": N_("Reports that can mean such a part"),
    "kind": N_("Its values are"),
    "unit": N_("Unit"),
    "minimum": N_("At least"),
    "value": N_("Value of the setting"),
    "time_limit": N_("Time limit"),
    "priority": N_("Priority"),
    "share_left": N_("Percent of the limit left"),
    "minutes_after": N_("Minutes after the deadline"),
    "level": N_("Who is told"),
}
"""What the columns of a dated row are called, in the audit."""

TRADE_WORDS = {
    Trade.WATER: N_("water"),
    Trade.HEAT: N_("heating"),
    Trade.GAS: N_("gas"),
    Trade.POWER: N_("electricity"),
    Trade.TELECOM: N_("telecommunications"),
    Trade.LIFT: N_("lifts"),
}

TIME_LIMIT_WORDS = {
    TimeLimit.RESPOND: N_("to send somebody"),
    TimeLimit.ON_SITE: N_("to arrive"),
    TimeLimit.MAKE_SAFE: N_("to make it safe"),
    TimeLimit.RESOLVE: N_("to repair"),
}

LEVEL_WORDS = {
    Level.PERSON_SENT: N_("the person sent"),
    Level.DISPATCHERS: N_("the dispatchers"),
    Level.MANAGER: N_("the manager of the company"),
    Level.STREET_OFFICE: N_("the street office"),
    Level.COUNTY: N_("the official of the county"),
}
"""Who is told of a deadline, from the lowest level to the highest."""
