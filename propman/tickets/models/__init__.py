"""The tables of tickets: the report and its moves; who answers for its repair."""

from propman.tickets.models.answers import TicketAnswer
from propman.tickets.models.escalation import Escalation
from propman.tickets.models.finding import TicketFinding
from propman.tickets.models.imported import ImportedTicket
from propman.tickets.models.kinds import COUNTED, STAND_STILL, TWO_CLOCKS, Channel, ClockKind, Stage
from propman.tickets.models.objection import Objection, ObjectionEnd
from propman.tickets.models.recourse import (
    Referral,
    ReferralEnd,
    ReferralKind,
    TicketPayer,
    TicketVerdict,
)
from propman.tickets.models.ticket import COUNTS, Attachment, Ticket, TicketClock, TicketEvent
from propman.tickets.models.urge import Urge, UrgeEnd
from propman.tickets.models.work import WorkPart, WorkRecord

__all__ = [
    "COUNTED",
    "COUNTS",
    "STAND_STILL",
    "TWO_CLOCKS",
    "Attachment",
    "Channel",
    "ClockKind",
    "Escalation",
    "ImportedTicket",
    "Objection",
    "ObjectionEnd",
    "Referral",
    "ReferralEnd",
    "ReferralKind",
    "Stage",
    "Ticket",
    "TicketAnswer",
    "TicketClock",
    "TicketEvent",
    "TicketFinding",
    "TicketPayer",
    "TicketVerdict",
    "Urge",
    "UrgeEnd",
    "WorkPart",
    "WorkRecord",
]
