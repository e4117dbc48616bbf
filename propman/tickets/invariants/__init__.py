"""The promises about tickets, recounted from stored data; docs/architecture.md lists them."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from propman.invariants import Promises
from propman.tickets.invariants.clocks import clocks_follow_events
from propman.tickets.invariants.escalations import every_escalation_once
from propman.tickets.invariants.incidents import leads_lead, outages_explain
from propman.tickets.invariants.moves import legal_histories, one_eligible_holder, time_never_goes_back
from propman.tickets.invariants.photographs import used_before_is_so
from propman.tickets.invariants.rechecks import only_rechecks_confirm
from propman.tickets.invariants.recourse import rules_were_applied
from propman.tickets.invariants.rows import committed_together, numbers_unique, one_key_one_ticket
from propman.tickets.invariants.stories import stories_of_all
from propman.tickets.invariants.waiting import what_waits_follows_moves

__all__ = ["one_key_one_ticket", "promises"]


def promises(session: Session) -> Promises:
    """What is promised of tickets, each counted afresh when it is called; writes nothing. The stories are read once."""
    stories = cache(lambda: list(stories_of_all(session)))
    return {
        "F02": lambda: used_before_is_so(session),
        "I02": lambda: one_key_one_ticket(session),
        "I04": lambda: committed_together(session, stories()),
        "I07": lambda: numbers_unique(session),
        "I08": lambda: legal_histories(stories()),
        "I10": lambda: one_eligible_holder(session, stories()),
        "I11": lambda: clocks_follow_events(session, stories()),
        "I12": lambda: time_never_goes_back(stories()),
        "I13": lambda: every_escalation_once(session),
        "I14": lambda: what_waits_follows_moves(session, stories()),
        "T01": lambda: leads_lead(stories()),
        "T02": lambda: outages_explain(session),
        "T04": lambda: only_rechecks_confirm(session, stories()),
        "V01": lambda: rules_were_applied(session),
    }
