"""What is written down beside plans and duties: wishes to be excused, rounds with points and answers, reminders."""

from propman.inspections.rows.excuses import Excuse
from propman.inspections.rows.reminders import Digest, Reminder, SeasonReminder
from propman.inspections.rows.rounds import SOURCE, Round, RoundAnswer, RoundDuty, RoundPoint

__all__ = [
    "SOURCE",
    "Digest",
    "Excuse",
    "Reminder",
    "Round",
    "RoundAnswer",
    "RoundDuty",
    "RoundPoint",
    "SeasonReminder",
]
