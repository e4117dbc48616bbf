"""By which channels people are told of a ticket: all in the inbox, what matters by mail or SMS, new work in a group."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from propman.accounts.phones import takes_sms
from propman.accounts.queries import ways_to
from propman.notify.models import EVERYBODY, Channel
from propman.notify.queries import served
from propman.personal import PersonalText
from propman.tickets.models import Ticket

By = dict[int, list[Channel]]

BY_MAIL = frozenset(
    {
        "ticket.reporter.complete",
        "ticket.reporter.decline",
        "ticket.reporter.hold",
        "ticket.reporter.ask",
        "ticket.reporter.grant_extension",
        "ticket.office.request_extension",
        "ticket.reporter.appoint",
        "ticket.worker.assign",
        "ticket.worker.reassign",
        "ticket.dispatch.submit",
        "ticket.manager.submit",
        "ticket.dispatch.reopen",
        "ticket.dispatch.refuse",
        "ticket.referred.refer",
        "ticket.referred.reopen",
        "ticket.claimant.refer",
        "ticket.dispatch.urge",
        "ticket.office.object",
        "ticket.objector.reject_objection",
        "ticket.urger.answer_urge",
        "ticket.inspector.complete",
        "ticket.dispatch.recheck_fail",
        "ticket.referred.recheck_fail",
    }
)
"""Topics that leave the house. In an emergency they leave by SMS, too."""

BY_SMS = frozenset(
    {
        "ticket.reporter.assign",
        "ticket.reporter.reassign",
        "ticket.reporter.appoint",
        "ticket.reporter.complete",
        "ticket.reporter.decline",
        "ticket.reporter.ask",
        "ticket.worker.assign",
        "ticket.worker.reassign",
    }
)
"""Topics that are worth an SMS: who comes, when, and whether it is done."""

IN_GROUP = frozenset({"ticket.dispatch.submit", "ticket.dispatch.reopen", "ticket.referred.refer"})
"""Topics for the group chat of whoever has to send somebody. Deadlines that passed are told there, too."""


def ways(
    session: Session, people: Collection[int], topic: str, *, mailed: bool, urgent: bool,
    addresses: Mapping[int, str] | None = None,
) -> By:  # fmt: skip
    """By which channels each of `people` is told of `topic`; `mailed`: by mail where they have an address, as in
    `addresses`, if these are at hand.
    """
    texted = topic in BY_SMS or (urgent and mailed)
    return ways_to(session, people, mailed=mailed, texted=texted, urgent=urgent, addresses=addresses)


def way_to_caller(session: Session, ticket: Ticket, topic: str, *, urgent: bool) -> By:
    """How whoever reported without an account is told of `topic`: by SMS to the telephone that they left, if any."""
    told = topic in BY_SMS or (urgent and topic in BY_MAIL)
    if not told or ticket.reporter_id is not None or ticket.caller_phone_id is None:
        return {}
    phone = session.get(PersonalText, ticket.caller_phone_id)
    reached = phone is not None and takes_sms(phone.body) and (Channel.CALLER, EVERYBODY) in served(session)
    return {ticket.caller_phone_id: [Channel.CALLER]} if reached else {}


def way_to_group(session: Session, organisation_id: int) -> By:
    """How the people of an organisation are told together: by the robot of their group, if there is one."""
    there = (Channel.GROUP, organisation_id) in served(session)
    return {organisation_id: [Channel.GROUP]} if there else {}
