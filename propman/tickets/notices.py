"""Who is told of a move: rows of the outbox, written with the event, and the sentences they are read as."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import emails_of, members
from propman.communities.models import Organisation, OrganisationKind
from propman.notify import operations as outbox
from propman.notify.models import Channel
from propman.roles import Role
from propman.text import N_
from propman.tickets.models import Ticket, TicketEvent

TEXTS = {
    "ticket.dispatch.submit": N_("New report %(number)s: nobody has been sent yet."),
    "ticket.dispatch.withdraw": N_("Report %(number)s was withdrawn."),
    "ticket.dispatch.reopen": N_("Repair %(number)s was reopened: it is not fixed."),
    "ticket.dispatch.hold": N_("Repair %(number)s was put on hold."),
    "ticket.dispatch.handed_over": N_("Ticket %(number)s has passed to you with its community."),
    "ticket.worker.assign": N_("Job %(number)s was given to you."),
    "ticket.worker.reassign": N_("Job %(number)s was given to you."),
    "ticket.worker.withdraw": N_("Job %(number)s was withdrawn by the reporter."),
    "ticket.worker.resume": N_("Job %(number)s goes on."),
    "ticket.worker.confirm": N_("The reporter confirmed repair %(number)s."),
    "ticket.worker.reopen": N_("Repair %(number)s was reopened: it is not fixed."),
    "ticket.reporter.assign": N_("Somebody was sent for your report %(number)s."),
    "ticket.reporter.reassign": N_("Somebody else will come for your report %(number)s."),
    "ticket.reporter.start": N_("Work on your report %(number)s has begun."),
    "ticket.reporter.hold": N_("Your report %(number)s is on hold. The reason and the day are on its page."),
    "ticket.reporter.resume": N_("Your report %(number)s goes on."),
    "ticket.reporter.complete": N_("Your report %(number)s is repaired, we are told. Is it? Please confirm or reopen."),
    "ticket.reporter.decline": N_("Your report %(number)s was declined. The reason is on its page."),
    "ticket.reporter.closed_by_system": N_("Your report %(number)s was closed because nobody answered."),
}
"""Topic -> sentence: "ticket", who is told, what happened. Without a row for somebody, that one is not told."""

BY_MAIL = frozenset(
    {
        "ticket.reporter.complete",
        "ticket.reporter.decline",
        "ticket.reporter.hold",
        "ticket.worker.assign",
        "ticket.worker.reassign",
        "ticket.dispatch.submit",
        "ticket.dispatch.reopen",
    }
)


def tell(session: Session, *, ticket: Ticket, event: TicketEvent, now: datetime) -> int:
    """Write the notices of `event` at `now`; how many rows. Nobody is told what they did themselves."""
    told = 0
    for audience, people, link in _audiences(session, ticket, event):
        topic = f"ticket.{audience}.{event.action.value}"
        recipients = sorted(set(people) - {event.actor_id})
        if topic not in TEXTS or not recipients:
            continue
        mailed = emails_of(session, recipients) if topic in BY_MAIL else {}
        told += outbox.tell(
            session,
            event_ref=f"ticket_event:{event.id}",
            topic=topic,
            channels={
                person: (Channel.INBOX, Channel.EMAIL) if person in mailed else (Channel.INBOX,)
                for person in recipients
            },
            facts={"number": ticket.number},
            link=link,
            now=now,
        )
    return told


def _audiences(session: Session, ticket: Ticket, event: TicketEvent) -> Iterable[tuple[str, list[int], str]]:
    staff_page = f"/tickets/{ticket.number}"
    if ticket.reporter_id is not None:
        yield "reporter", [ticket.reporter_id], f"/reports/{ticket.number}"
    if event.assignee_id is not None:
        yield "worker", [event.assignee_id], staff_page
    if f"ticket.dispatch.{event.action.value}" in TEXTS:
        yield "dispatch", _dispatchers(session, event, without=event.assignee_id), staff_page


def _dispatchers(session: Session, event: TicketEvent, *, without: int | None) -> list[int]:
    """Who sends people for it: the dispatchers of its company, its managers where it has none, or the street office."""
    holder = session.get_one(Organisation, event.organisation_id)
    on = clock.local_date(event.at)
    street = holder.kind is OrganisationKind.STREET_OFFICE
    for roles in ({Role.STREET_OFFICE},) if street else ({Role.DISPATCHER}, {Role.COMPANY_MANAGER}):
        found = [person.id for person in members(session, organisation_id=holder.id, roles=roles, on=on)]
        if found:
            return [person for person in found if person != without]
    return []
