"""Changing the catalogue: what propman ships is loaded, what a city knows better gets a row more. None commits."""

from propman.catalogue.operations.ending import end
from propman.catalogue.operations.escalation import (
    EscalationRuleFacts,
    add_escalation_rule,
    change_escalation_rule,
)
from propman.catalogue.operations.festivals import add_holiday
from propman.catalogue.operations.rows import same_thing, verify
from propman.catalogue.operations.rules import add_of, add_rule, change_of, change_rule
from propman.catalogue.operations.settings import SettingFacts, change_setting
from propman.catalogue.operations.shipped import SHIPPED, load_shipped_rows
from propman.catalogue.operations.works import (
    AssetAttributeFacts,
    AssetTypeFacts,
    RowFacts,
    WarrantyRuleFacts,
    add_asset_attribute,
    add_asset_type,
    change_asset_attribute,
    change_asset_type,
    change_warranty_rule,
)

__all__ = [
    "SHIPPED",
    "AssetAttributeFacts",
    "AssetTypeFacts",
    "EscalationRuleFacts",
    "RowFacts",
    "SettingFacts",
    "WarrantyRuleFacts",
    "add_asset_attribute",
    "add_asset_type",
    "add_escalation_rule",
    "add_holiday",
    "add_of",
    "add_rule",
    "change_asset_attribute",
    "change_asset_type",
    "change_escalation_rule",
    "change_of",
    "change_setting",
    "change_rule",
    "change_warranty_rule",
    "end",
    "load_shipped_rows",
    "same_thing",
    "verify",
]
