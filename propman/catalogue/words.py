"""The words of the catalogue: of types of parts, and of the rules that a city may change. Pure."""

from __future__ import annotations

from propman.calendar import DayKind
from propman.data.escalation import Level, TimeLimit
from propman.data.reading import GoesTo, QuestionKind, Trade, YearStatus
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

QUESTION_KIND_WORDS = {
    QuestionKind.YES_NO: N_("yes or no"),
    QuestionKind.CHOICE: N_("one of a list"),
    QuestionKind.NUMBER: N_("number"),
    QuestionKind.TEXT: N_("a few words"),
}

DAY_KIND_WORDS = {DayKind.HOLIDAY: N_("day off"), DayKind.WORKDAY: N_("make-up workday")}

YEAR_WORDS = {YearStatus.OFFICIAL: N_("confirmed"), YearStatus.PROVISIONAL: N_("provisional")}

GOES_TO_WORDS = {
    GoesTo.PROPERTY_COMPANY: N_("property company"),
    GoesTo.UTILITY: N_("utility"),
    GoesTo.CONTRACTOR: N_("contractor"),
    GoesTo.STREET_OFFICE: N_("street office"),
}

HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Qingming Festival": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
}
"""The public holidays as a row of the calendar names them: in English, as `calendar.HOLIDAY_NAMES`, and in Chinese."""

ICONS = {
    "trapped": N_("person in a lift"), "lift": N_("lift"), "gas": N_("flame"), "falling": N_("falling piece"),
    "cover": N_("manhole cover"), "water": N_("drop"), "heat": N_("radiator"), "power": N_("flash"),
    "fire": N_("fire"), "sewage": N_("drain"), "light": N_("lamp"), "door": N_("door"), "camera": N_("camera"),
    "leak": N_("roof"), "tool": N_("spanner"), "screwdriver": N_("screwdriver"), "home": N_("house"),
    "order": N_("broom"), "snow": N_("snowflake"), "other": N_("dots"),
}  # fmt: skip
"""The signs that the tile of a category can carry."""

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
    "icon": N_("Sign"),
    "emergency": N_("Emergency"),
    "private": N_("Inside a flat"),
    "position": N_("Where it stands"),
    "required": N_("Must be answered"),
    "least": N_("At least"),
    "most": N_("At most"),
    "choices_zh": N_("Choices in Chinese"),
    "choices_en": N_("Choices in English"),
    "goes_to": N_("Who goes"),
    "reason_zh": N_("Reason in Chinese"),
    "reason_en": N_("Reason in English"),
    "respond": N_("Until somebody is sent"),
    "on_site": N_("Until somebody is there"),
    "make_safe": N_("Until it is made safe"),
    "resolve": N_("Until it is repaired"),
    "areas": N_("Divisions"),
    "status": N_("Arrangement of holidays"),
    "shifts": N_("Working hours"),
    "make_up_workdays": N_("Make-up workdays are worked"),
    "about": N_("About what"),
    "asset_types": N_("Types of parts"),
    "alternatives": N_("A plan takes one of its schedules, not all of them"),
    "roles": N_("Who may do it"),
    "who_zh": N_("Who that is, in Chinese"),
    "who_en": N_("Who that is, in English"),
    "grade": N_("Kind of basis"),
    "basis_zh": N_("What that says, in Chinese"),
    "basis_en": N_("What that says, in English"),
    "evidence_zh": N_("Evidence in Chinese"),
    "evidence_en": N_("Evidence in English"),
    "rule": N_("Rule"),
    "counts_from": N_("Counted from"),
    "tolerance": N_("Tolerance, percent"),
    "early": N_("Work since the last inspection ends the next duty"),
    "greatest_gap": N_("Most days between two visits"),
    "season_from": N_("Season from"),
    "season_to": N_("Season to"),
    "in_heating_season": N_("In the heating season of the place"),
    "binding": N_("Its basis says how often: no plan may say it more rarely"),
    "on_holidays": N_("On holidays"),
    "photo": N_("Always with a photograph"),
    "schedules": N_("Only at these schedules"),
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
