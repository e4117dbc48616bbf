"""Who is told of a move: rows of the outbox, written with the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import member_ids
from propman.communities.models import Organisation
from propman.communities.queries import Holder, responsible_on, street_office_of
from propman.data.escalation import Level, TimeLimit
from propman.limits import Priority
from propman.notify import operations as outbox
from propman.roles import GRANTS, Permission, Role
from propman.rota.queries.staff import Staff, staff_of
from propman.tickets.channels import BY_MAIL, IN_GROUP, By, way_to_caller, way_to_group, ways
from propman.tickets.models import Escalation, Referral, Ticket, TicketEvent, Urge
from propman.tickets.queries import (
    OF_THE_REPAIR,
    REPAIRERS,
    Incoming,
    dispatchers,
    followers,
    objection_that_ended,
    sender,
    senders,
    told_at,
    urge_that_ended,
)
from propman.tickets.sentences import TEXTS
from propman.tickets.workflow import FINAL, Action, Party


@dataclass(frozen=True)
class Told:
    """Who is told together: the audience, as topics name it; the people; the page that their notice opens; of which
    report.
    """

    audience: str
    people: Sequence[int]
    link: str
    of: Ticket
    addresses: Mapping[int, str] | None = None  # of mail, where they are at hand


def messages_of(
    session: Session, *, ticket: Ticket, event: TicketEvent, known: Incoming | None = None
) -> list[outbox.Message]:
    """What is told of `event`, which is not written yet, and to whom. Nobody is told what they did themselves.

    `known` is what is known of a ticket that comes in.
    """
    others = followers(session, ticket) if event.action in OF_THE_REPAIR else ()
    said = [_to(session, ticket, event, told) for told in _audiences(session, ticket, event, others, known)]
    groups = [_to_group(session, ticket, event, told) for told in said if told.topic in IN_GROUP]
    callers = [_to_caller(session, one, event) for one in (ticket, *others)]
    found = [message for message in (*said, *groups, *callers) if message.channels]
    return [replace(message, first=True) for message in found] if known else found


def ref_of(event: TicketEvent) -> str:
    """By what the notices of `event` name it."""
    return f"ticket_event:{event.id}"


def tell(session: Session, *, event: TicketEvent, messages: Sequence[outbox.Message], now: datetime) -> int:
    """Write the notices of `event`, which is written; how many rows."""
    return outbox.tell_all(session, event_ref=ref_of(event), messages=messages, now=now)


def tell_claimant(session: Session, *, ticket: Ticket, event: TicketEvent, referral: Referral, now: datetime) -> int:
    """Tell those who look after reports for the claim holder of `referral` of its move `event`; how many rows."""
    if referral.claim_holder_id is None:
        return 0
    on = clock.local_date(event.at)
    roles = GRANTS[Permission.SEE_TICKETS]
    people = member_ids(session, organisation_id=referral.claim_holder_id, roles=roles, on=on)
    told = Told("claimant", people, f"/tickets/{ticket.number}", ticket)
    return tell(session, event=event, messages=[_to(session, ticket, event, told)], now=now)


def tell_of_deadline(
    session: Session, *, ticket: Ticket, escalation: Escalation, kind: TimeLimit, now: datetime
) -> None:
    """Tell whoever the level of `escalation` names that a deadline of the `kind` comes or has passed. Flushes.

    Notes on `escalation` which level was reached, and how many notices were written.
    """
    reached, people = told_at(session, ticket, escalation.level, clock.local_date(now))
    standing = "before" if now < escalation.due_at else "after"
    escalation.reached = reached
    referred = reached is Level.PERSON_SENT and ticket.organisation.kind in REPAIRERS
    link = f"/{'referrals' if referred else 'tickets'}/{ticket.number}"
    topic = f"deadline.{kind.value}.{standing}"
    by = [ways(session, people, topic, mailed=True, urgent=_urgent(ticket))]
    if standing == "after" and reached is not None:
        by.append(way_to_group(session, ticket.organisation_id))
    messages = [_message(ticket, topic, each, link) for each in by]
    escalation.notices = outbox.tell_all(session, event_ref=escalation.event_ref, messages=messages, now=now)
    session.flush()


def tell_of_overdue_urge(session: Session, *, urge: Urge, now: datetime) -> None:
    """Tell who urged, who is to answer, and the manager above those, that the day has passed."""
    ticket, topic, on = urge.ticket, "urge.overdue", clock.local_date(now)
    _reached, above = told_at(session, ticket, Level.MANAGER, on)
    people = sorted({urge.by_id, *dispatchers(session, ticket, on), *above})
    by = ways(session, people, topic, mailed=True, urgent=_urgent(ticket))
    message = _message(ticket, topic, by, f"/tickets/{ticket.number}")
    outbox.tell_all(session, event_ref=f"urge:{urge.id}", messages=[message], now=now)


def _to(session: Session, ticket: Ticket, event: TicketEvent, told: Told) -> outbox.Message:
    topic = f"ticket.{told.audience}.{event.action.value}"
    recipients = sorted(set(told.people) - {event.actor_id}) if topic in TEXTS else []
    by = ways(session, recipients, topic, mailed=topic in BY_MAIL, urgent=_urgent(ticket), addresses=told.addresses)
    return _message(told.of, topic, by, told.link)


def _to_group(session: Session, ticket: Ticket, event: TicketEvent, told: outbox.Message) -> outbox.Message:
    return _message(ticket, told.topic, way_to_group(session, event.organisation_id), told.link)


def _to_caller(session: Session, ticket: Ticket, event: TicketEvent) -> outbox.Message:
    topic = f"ticket.reporter.{event.action.value}"
    return _message(ticket, topic, way_to_caller(session, ticket, topic, urgent=_urgent(ticket)), "/track")


def _urgent(ticket: Ticket) -> bool:
    return ticket.priority == Priority.P0


def _message(ticket: Ticket, topic: str, by: By, link: str) -> outbox.Message:
    return outbox.Message(topic, by, {"number": ticket.number}, link, ticket.number, _urgent(ticket))


def _audiences(
    session: Session, ticket: Ticket, event: TicketEvent, others: Sequence[Ticket], known: Incoming | None
) -> Iterator[Told]:
    """Who hears of `event`, and of `ticket` as what; `others` are merged with it."""
    holder = known.holder if known else session.get_one(Organisation, event.organisation_id)
    staff_page, referral_page = f"/tickets/{ticket.number}", f"/referrals/{ticket.number}"
    if event.action is Action.ADD and event.to_state in FINAL:  # nobody else has to do with it any more
        on = clock.local_date(event.at)
        people = dispatchers(session, ticket, on, responsible_on(session, ticket.community_id, on))
        yield Told("dispatch", people, staff_page, ticket)
        return
    yield from _households(ticket, others, event)
    sent = _let_go(session, event) if event.action is Action.MERGE else event.assignee_id
    if sent is not None:
        yield Told("worker", [sent], referral_page if holder.kind in REPAIRERS else staff_page, ticket)
    if f"ticket.dispatch.{event.action.value}" in TEXTS:
        sends = sender(session, ticket, clock.local_date(event.at), holder)
        staff = known.staff if known else staff_of(session, sends.id, event.at)
        yield from _staff(ticket, event, staff, but=sent)
    yield from _who_looks(session, ticket, event, holder)
    if event.action in {Action.REQUEST_EXTENSION, Action.OBJECT} and event.party is Party.DISPATCHER:
        yield Told("office", _office(session, ticket, event), staff_page, ticket)
    if f"ticket.objector.{event.action.value}" in TEXTS:
        objection = objection_that_ended(session, ticket, event.at)
        yield Told("objector", [objection.by_id] if objection else [], staff_page, ticket)
    if f"ticket.urger.{event.action.value}" in TEXTS:
        urge = urge_that_ended(session, ticket, event.at)
        yield Told("urger", [urge.by_id] if urge else [], staff_page, ticket)
    if f"ticket.referred.{event.action.value}" in TEXTS:
        yield Told("referred", _referred(session, event, holder), referral_page, ticket)


def _who_looks(
    session: Session, ticket: Ticket, event: TicketEvent, holder: Organisation | Holder
) -> Iterator[Told]:  # fmt: skip
    """Who sends people for what was repaired and needs a re-check, and the managers above them, without the person
    sent: one of them looks again.
    """
    if event.action is Action.COMPLETE and ticket.recheck:
        sends = sender(session, ticket, clock.local_date(event.at), holder)
        staff = staff_of(session, sends.id, event.at)
        people = {*senders(staff), *staff.holding(Role.COMPANY_MANAGER)} - {event.assignee_id}
        yield Told("inspector", sorted(one for one in people if one), f"/tickets/{ticket.number}", ticket)


def _staff(ticket: Ticket, event: TicketEvent, staff: Staff, but: int | None) -> Iterator[Told]:
    """Whoever sends people for `ticket`, and of a new report every manager too while nobody is reachable."""
    people, page = senders(staff), f"/tickets/{ticket.number}"
    yield Told("dispatch", [one for one in people if one != but], page, ticket, staff.addresses)
    if event.action is Action.SUBMIT and staff.duty.nobody:
        managers = [one for one in staff.holding(Role.COMPANY_MANAGER) if one not in people]
        yield Told("manager", managers, page, ticket, staff.addresses)


def _households(lead: Ticket, others: Sequence[Ticket], event: TicketEvent) -> Iterator[Told]:
    """The reporter of `lead`, and those whose reports are merged with it, each about the own report."""
    if lead.reporter_id is not None and not _known_already(event):
        yield Told("reporter", [lead.reporter_id], f"/reports/{lead.number}", lead)
    for ticket in others:
        if ticket.reporter_id is not None and ticket.reporter_id != lead.reporter_id:
            yield Told("reporter", [ticket.reporter_id], f"/reports/{ticket.number}", ticket)


def _known_already(event: TicketEvent) -> bool:
    """Whether the reporter did it, or the receipt of a report says it: that it was merged as it came in."""
    return event.party is Party.REPORTER or (event.action is Action.MERGE and event.party is Party.SYSTEM)


def _let_go(session: Session, event: TicketEvent) -> int | None:
    """Who was sent until the `event` that nobody is sent with."""
    of_it, before = TicketEvent.ticket_id == event.ticket_id, TicketEvent.version == event.version - 1
    return session.scalar(select(TicketEvent.assignee_id).where(of_it, before))


def _office(session: Session, ticket: Ticket, event: TicketEvent) -> list[int]:
    """The people of the street office over the community: they decide where the company itself asks."""
    on = clock.local_date(event.at)
    office = street_office_of(session, ticket.community.parent_id or 0, on)
    roles = {Role.STREET_OFFICE}
    return member_ids(session, organisation_id=office.id, roles=roles, on=on) if office else []


def _referred(session: Session, event: TicketEvent, holder: Organisation | Holder) -> list[int]:
    """The people of the organisation that it is referred to, or was until `event`; the person sent is told as such."""
    organisation_id = holder.id if holder.kind in REPAIRERS else None
    if event.action is Action.TAKE_BACK:
        last = select(TicketEvent.organisation_id).where(
            TicketEvent.ticket_id == event.ticket_id, TicketEvent.action == Action.REFER
        )
        organisation_id = session.scalars(last.order_by(TicketEvent.version.desc()).limit(1)).first()
    if organisation_id is None:
        return []
    roles, on = GRANTS[Permission.SEE_REFERRALS], clock.local_date(event.at)
    people = member_ids(session, organisation_id=organisation_id, roles=roles, on=on)
    return [person for person in people if person != event.assignee_id]
