"""Changing places, organisations, engagements and codes. Each act keeps old, new, when and who; none commits."""

from propman.communities.operations.divisions import load_divisions
from propman.communities.operations.engagements import (
    FirstReportOn,
    change_over,
    end_engagement,
    engage,
    withdraw_engagement,
)
from propman.communities.operations.labels import draw_code, replace_code, revoke_code
from propman.communities.operations.organisations import (
    add_organisation,
    change_organisation,
    close_organisation,
    reopen_organisation,
)
from propman.communities.operations.places import add_place, add_places, change_place, close_place, reopen_place

__all__ = [
    "FirstReportOn",
    "add_organisation",
    "add_place",
    "add_places",
    "change_organisation",
    "change_over",
    "change_place",
    "close_organisation",
    "close_place",
    "draw_code",
    "end_engagement",
    "engage",
    "load_divisions",
    "reopen_organisation",
    "reopen_place",
    "replace_code",
    "revoke_code",
    "withdraw_engagement",
]
