"""Every change of plans, duties and rounds."""

from propman.inspections.operations.ending import end, end_missed, make_up
from propman.inspections.operations.excusing import ask_excuse, grant_excuse, refuse_excuse
from propman.inspections.operations.laying import lay, lay_due
from propman.inspections.operations.planning import Aim, Terms, change_plan, end_plan, make_plan, pause_plan
from propman.inspections.operations.recording import Reply, Seen, asked_at, record_point
from propman.inspections.operations.rounds import begin_round, close_round, load_again
from propman.inspections.operations.shifting import follow_calendar, warn_of_calendar

__all__ = [
    "Aim",
    "Reply",
    "Seen",
    "Terms",
    "ask_excuse",
    "asked_at",
    "begin_round",
    "change_plan",
    "close_round",
    "end",
    "end_missed",
    "end_plan",
    "follow_calendar",
    "grant_excuse",
    "lay",
    "lay_due",
    "load_again",
    "make_plan",
    "make_up",
    "pause_plan",
    "refuse_excuse",
    "warn_of_calendar",
    "record_point",
]
