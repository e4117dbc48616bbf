"""Dated rows. Each is in force from `valid_from` up to, not including, `valid_to`; `verified_on` NULL is 未核实.

Where two rows of one key are in force, the later `valid_from` counts: a correction is a row of its own.
"""

from propman.catalogue.models.calendar import CalendarDay, CalendarYear, SettingRow, WorkHours
from propman.catalogue.models.dated import Dated, RulesStamp
from propman.catalogue.models.inspections import InspectionItem, InspectionSchedule, InspectionTemplate
from propman.catalogue.models.reports import (
    Category,
    CategoryQuestion,
    ClockRule,
    EmergencyNumber,
    EscalationRule,
    RoutingRule,
)
from propman.catalogue.models.works import AssetAttribute, AssetType, WarrantyRule

__all__ = [
    "AssetAttribute",
    "AssetType",
    "CalendarDay",
    "CalendarYear",
    "Category",
    "CategoryQuestion",
    "ClockRule",
    "Dated",
    "EmergencyNumber",
    "EscalationRule",
    "InspectionItem",
    "InspectionSchedule",
    "InspectionTemplate",
    "RoutingRule",
    "RulesStamp",
    "SettingRow",
    "WarrantyRule",
    "WorkHours",
]
