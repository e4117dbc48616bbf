"""The tables of inspections: plans and duties, wishes to be excused, events, reminders."""

from propman.inspections.models.duties import Duty, DutyAct, DutyEvent
from propman.inspections.models.excuses import Excuse
from propman.inspections.models.occasions import Occasion, OccasionMove, OccasionPlace
from propman.inspections.models.plans import Counts, Pace, Plan, PlanVersion, Target
from propman.inspections.models.reminders import Digest, Reminder, SeasonReminder

__all__ = [
    "Counts",
    "Digest",
    "Duty",
    "DutyAct",
    "DutyEvent",
    "Excuse",
    "Occasion",
    "OccasionMove",
    "OccasionPlace",
    "Pace",
    "Plan",
    "PlanVersion",
    "Reminder",
    "SeasonReminder",
    "Target",
]
