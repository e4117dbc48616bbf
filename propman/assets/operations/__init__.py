"""Every write to the register: parts, what is found of them, their labels, their warranties, take-over inspections."""

from propman.assets.operations.labels import (
    bind_part_label,
    draw_missing_codes,
    draw_part_code,
    replace_part_code,
    revoke_part_code,
)
from propman.assets.operations.parts import Part, add_part, change_part, remove_part, restore_part
from propman.assets.operations.take_over import check_item, close_take_over, open_take_over, open_take_overs_due
from propman.assets.operations.tending import add_photos, erase_part_photo, record_condition
from propman.assets.operations.warranties import settle_parts_of, settle_warranties

__all__ = [
    "Part",
    "add_part",
    "add_photos",
    "bind_part_label",
    "change_part",
    "check_item",
    "close_take_over",
    "draw_missing_codes",
    "draw_part_code",
    "erase_part_photo",
    "open_take_over",
    "open_take_overs_due",
    "record_condition",
    "remove_part",
    "replace_part_code",
    "restore_part",
    "revoke_part_code",
    "settle_parts_of",
    "settle_warranties",
]
