"""The words of events: their kinds, what happens to them, which are listed; and of reminders."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from propman.inspections.models.occasions import Move
from propman.inspections.queries.occasions import Which
from propman.inspections.reminding import Level
from propman.inspections.upon import Kind

KINDS = {
    Kind.LIGHT: _l("Light snow"),
    Kind.HEAVY: _l("Moderate to heavy snow"),
    Kind.BLIZZARD: _l("Blizzard"),
    Kind.STORM: _l("Storm"),
    Kind.PRESSURE_TEST: _l("Pressure test of the heating"),
    Kind.FLOOD_SEASON: _l("Flood season"),
}
SIGNS = {
    Kind.LIGHT: "snow", Kind.HEAVY: "snow", Kind.BLIZZARD: "snow", Kind.STORM: "warn", Kind.PRESSURE_TEST: "heat",
    Kind.FLOOD_SEASON: "water",
}  # fmt: skip
MOVES = {
    Move.OPENED: _l("opened"),
    Move.DATED: _l("other days"),
    Move.CLASSED: _l("another class"),
    Move.CALLED_OFF: _l("event called off"),
}
LEVELS = {
    Level.OPENS: _l("Can be done soon"),
    Level.TOMORROW: _l("Due by tomorrow"),
    Level.LATE: _l("Late, not done yet"),
    Level.MISSED: _l("Missed"),
    Level.OFFICE: _l("Missed in the street"),
}
LISTS = {Which.CURRENT: _l("under way"), Which.PAST: _l("past events")}
