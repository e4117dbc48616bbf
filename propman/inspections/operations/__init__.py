"""Every change of plans and duties."""

from propman.inspections.operations.binding import (
    Choice,
    Draft,
    Wish,
    bind_plan,
    changed_terms,
    draft,
    rebind_plan,
    stop_plan,
)
from propman.inspections.operations.choosing import add_chosen, take_out
from propman.inspections.operations.ending import end, end_missed, make_up
from propman.inspections.operations.excusing import ask_excuse, grant_excuse, refuse_excuse
from propman.inspections.operations.following import arise, bring_in_line, follow
from propman.inspections.operations.laying import lay, lay_due
from propman.inspections.operations.opening import call_off_occasion, class_occasion, date_occasion, open_occasion
from propman.inspections.operations.own_terms import OwnTerms
from propman.inspections.operations.planning import change_plan, end_plan, make_plan, pause_plan
from propman.inspections.operations.reminding import ask_for_ends, remind_next
from propman.inspections.operations.sharing import StillOpen, Taken
from propman.inspections.operations.shifting import follow_calendar, warn_of_calendar
from propman.inspections.operations.versions import Aim, Terms

__all__ = [
    "Aim",
    "Choice",
    "Draft",
    "OwnTerms",
    "StillOpen",
    "Taken",
    "Terms",
    "Wish",
    "add_chosen",
    "arise",
    "ask_excuse",
    "ask_for_ends",
    "bind_plan",
    "bring_in_line",
    "call_off_occasion",
    "change_plan",
    "changed_terms",
    "class_occasion",
    "date_occasion",
    "draft",
    "end",
    "end_missed",
    "end_plan",
    "follow",
    "follow_calendar",
    "grant_excuse",
    "lay",
    "lay_due",
    "make_plan",
    "make_up",
    "open_occasion",
    "pause_plan",
    "rebind_plan",
    "refuse_excuse",
    "remind_next",
    "stop_plan",
    "take_out",
    "warn_of_calendar",
]
