"""Entering flats, drawing and revoking slips, joining by code or by confirmation, moving out. None commits."""

from propman.households.operations.flats import add_households
from propman.households.operations.joining import (
    FLAT_LENGTH,
    answer_wish,
    ask_to_join,
    join_as_new_person,
    join_by_code,
)
from propman.households.operations.leaving import forget_person, move_out
from propman.households.operations.slips import draw_missing_slips, draw_slips, revoke_slip

__all__ = [
    "FLAT_LENGTH",
    "add_households",
    "answer_wish",
    "ask_to_join",
    "draw_missing_slips",
    "draw_slips",
    "forget_person",
    "join_as_new_person",
    "join_by_code",
    "move_out",
    "revoke_slip",
]
