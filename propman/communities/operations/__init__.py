"""Changing places, organisations, engagements and codes. Each act keeps old, new, when and who; none commits."""

from propman.communities.operations.divisions import add_division, load_divisions
from propman.communities.operations.engagements import (
    FirstReportOn,
    change_over,
    end_engagement,
    engage,
    withdraw_engagement,
)
from propman.communities.operations.labels import (
    bind_label,
    draw_blanks,
    draw_code,
    held_blank,
    new_label,
    replace_code,
    retire_label,
    revoke_blanks,
    revoke_code,
)
from propman.communities.operations.organisations import (
    add_organisation,
    change_organisation,
    close_organisation,
    reopen_organisation,
)
from propman.communities.operations.places import (
    ALSO_RENAMED,
    add_place,
    add_places,
    change_place,
    close_place,
    reopen_place,
)
from propman.communities.operations.seasons import add_season, verify_season, withdraw_season

__all__ = [
    "ALSO_RENAMED",
    "FirstReportOn",
    "add_division",
    "add_organisation",
    "add_place",
    "add_places",
    "add_season",
    "bind_label",
    "change_organisation",
    "change_over",
    "change_place",
    "close_organisation",
    "close_place",
    "draw_blanks",
    "draw_code",
    "end_engagement",
    "engage",
    "held_blank",
    "load_divisions",
    "new_label",
    "reopen_organisation",
    "reopen_place",
    "replace_code",
    "retire_label",
    "revoke_blanks",
    "revoke_code",
    "verify_season",
    "withdraw_engagement",
    "withdraw_season",
]
