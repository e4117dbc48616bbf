"""Changing the catalogue: what propman ships is loaded, what a city knows better gets a row more. None commits."""

from propman.catalogue.operations.ending import end
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
    verify,
)

__all__ = [
    "SHIPPED",
    "AssetAttributeFacts",
    "AssetTypeFacts",
    "RowFacts",
    "WarrantyRuleFacts",
    "add_asset_attribute",
    "add_asset_type",
    "change_asset_attribute",
    "change_asset_type",
    "change_warranty_rule",
    "end",
    "load_shipped_rows",
    "verify",
]
