"""Who is told of a move: rows of the outbox, written with the event, and the sentences they are read as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import member_ids
from propman.communities.models import Organisation
from propman.communities.queries import responsible_on, street_office_of
from propman.data.escalation import Level, TimeLimit
from propman.limits import Priority
from propman.notify import operations as outbox
from propman.roles import GRANTS, Permission, Role
from propman.rota.queries.staff import staff_of
from propman.text import N_
from propman.tickets.channels import BY_MAIL, IN_GROUP, By, way_to_caller, way_to_group, ways
from propman.tickets.models import Escalation, Referral, Ticket, TicketEvent, Urge
from propman.tickets.queries import (
    OF_THE_REPAIR,
    REPAIRERS,
    dispatchers,
    followers,
    objection_that_ended,
    sender,
    senders,
    told_at,
    urge_that_ended,
)
from propman.tickets.workflow import FINAL, Action, Party

TEXTS = {
    "ticket.dispatch.submit": N_("New report %(number)s: nobody has been sent yet."),
    "ticket.manager.submit": N_("New report %(number)s, and nobody is reachable now by the rota."),
    "ticket.dispatch.withdraw": N_("Report %(number)s was withdrawn."),
    "ticket.dispatch.reopen": N_("Repair %(number)s was reopened: it is not fixed."),
    "ticket.dispatch.hold": N_("Repair %(number)s was put on hold."),
    "ticket.dispatch.resume": N_("The hold of %(number)s has ended: it goes on."),
    "ticket.dispatch.handed_over": N_("Ticket %(number)s has passed to you with its community."),
    "ticket.dispatch.accept": N_("The referral of %(number)s was accepted."),
    "ticket.dispatch.refuse": N_("The referral of %(number)s was refused. The reason is on its page."),
    "ticket.referred.refer": N_("Repair %(number)s was referred to you. Please accept or refuse it in time."),
    "ticket.referred.take_back": N_("The referral of %(number)s to you was taken back."),
    "ticket.referred.withdraw": N_("The referral of %(number)s to you has ended: the report was withdrawn."),
    "ticket.referred.reopen": N_("Repair %(number)s was reopened: it is not fixed."),
    "ticket.referred.resume": N_("The hold of %(number)s has ended: it goes on."),
    "ticket.claimant.refer": N_("A warranty claim of yours, %(number)s, was referred to the contractor."),
    "ticket.claimant.refuse": N_("The contractor refused %(number)s, a warranty claim of yours."),
    "ticket.worker.assign": N_("Job %(number)s was given to you."),
    "ticket.worker.reassign": N_("Job %(number)s was given to you."),
    "ticket.worker.withdraw": N_("Job %(number)s was withdrawn by the reporter."),
    "ticket.worker.resume": N_("Job %(number)s goes on."),
    "ticket.worker.confirm": N_("The reporter confirmed repair %(number)s."),
    "ticket.worker.reopen": N_("Repair %(number)s was reopened: it is not fixed."),
    "ticket.dispatch.answer": N_("The reporter of %(number)s answered your question."),
    "ticket.dispatch.add": N_("The reporter added something to %(number)s."),
    "ticket.referred.answer": N_("The reporter of %(number)s answered your question."),
    "ticket.referred.add": N_("The reporter added something to %(number)s."),
    "ticket.worker.answer": N_("The reporter of job %(number)s answered."),
    "ticket.worker.add": N_("The reporter of job %(number)s added something."),
    "ticket.worker.appoint": N_("An appointment was agreed for job %(number)s. It stands among your jobs."),
    "ticket.reporter.appoint": N_("An appointment was agreed for your report %(number)s. It stands on its page."),
    "ticket.reporter.arrive": N_("Somebody has arrived for your report %(number)s."),
    "ticket.reporter.make_safe": N_("Your report %(number)s: the danger is averted, the repair is still to come."),
    "ticket.dispatch.separate": N_("Report %(number)s is on its own again: nobody has been sent for it yet."),
    "ticket.worker.merge": N_("Job %(number)s was merged with another report: you do not go for it."),
    "ticket.reporter.merge": N_("Your report %(number)s goes on together with others about the same fault."),
    "ticket.reporter.separate": N_("Your report %(number)s goes on by itself: it is another fault."),
    "ticket.dispatch.request_extension": N_("A later deadline is asked for %(number)s. Please decide on it."),
    "ticket.office.request_extension": N_("A company asks for a later deadline for %(number)s. Please decide on it."),
    "ticket.dispatch.grant_extension": N_("A later deadline was granted for %(number)s."),
    "ticket.dispatch.refuse_extension": N_("A later deadline was refused for %(number)s. The reason is on its page."),
    "ticket.worker.grant_extension": N_("A later deadline was granted for job %(number)s."),
    "ticket.worker.refuse_extension": N_("A later deadline was refused for job %(number)s. The reason is on its page."),
    "ticket.worker.correct": N_("Job %(number)s was corrected. What is different stands on its page."),
    "ticket.reporter.correct": N_("Your report %(number)s was corrected. What is different stands on its page."),
    "ticket.reporter.grant_extension": N_(
        "The repair of your report %(number)s may take longer. Day and reason are on its page."
    ),
    "ticket.reporter.refuse_extension": N_("The deadline of your report %(number)s stands: a later one was refused."),
    "ticket.dispatch.object": N_("There is an objection to the dispatch of %(number)s."),
    "ticket.office.object": N_("A company objects to having %(number)s. Please decide on it."),
    "ticket.dispatch.uphold_objection": N_("%(number)s: an objection was upheld. Who has it now is on its page."),
    "ticket.objector.uphold_objection": N_("Your objection to %(number)s was upheld."),
    "ticket.objector.reject_objection": N_("Your objection to %(number)s was rejected. The reason is on its page."),
    "ticket.reporter.uphold_objection": N_("Your report %(number)s passes to somebody else. It is not closed."),
    "ticket.dispatch.urge": N_("An official urges %(number)s. Please answer by the day on its page."),
    "ticket.worker.urge": N_("An official urges job %(number)s."),
    "ticket.referred.urge": N_("An official urges %(number)s."),
    "ticket.urger.answer_urge": N_("Your urging of %(number)s was answered. The words are on its page."),
    "ticket.urger.complete": N_("%(number)s, which you urged, is repaired, we are told."),
    "ticket.urger.decline": N_("%(number)s, which you urged, was declined. The reason is on its page."),
    "ticket.urger.withdraw": N_("%(number)s, which you urged, was withdrawn by the reporter."),
    "ticket.reporter.ask": N_("There is a question about your report %(number)s. Please answer it on its page."),
    "ticket.reporter.assign": N_("Somebody was sent for your report %(number)s."),
    "ticket.reporter.reassign": N_("Somebody else will come for your report %(number)s."),
    "ticket.reporter.start": N_("Work on your report %(number)s has begun."),
    "ticket.reporter.hold": N_("Your report %(number)s is on hold. The reason and the day are on its page."),
    "ticket.reporter.resume": N_("Your report %(number)s goes on."),
    "ticket.reporter.complete": N_("Your report %(number)s is repaired, we are told. Is it? Please confirm or reopen."),
    "ticket.reporter.decline": N_("Your report %(number)s was declined. The reason is on its page."),
    "ticket.reporter.refer": N_("Your report %(number)s was referred to whoever built it or has to keep it in repair."),
    "ticket.reporter.accept": N_("Whoever your report %(number)s was referred to has accepted it."),
    "ticket.reporter.refuse": N_("Whoever your report %(number)s was referred to has refused it. It is not closed."),
    "ticket.reporter.take_back": N_("Your report %(number)s is no longer referred. It is not closed."),
    "ticket.reporter.confirm": N_("You told us by telephone that %(number)s is fixed. It stands on its page."),
    "ticket.reporter.reopen": N_("You told us by telephone that %(number)s is not fixed. It is open again."),
    "ticket.reporter.closed_by_system": N_("Your report %(number)s was closed because nobody answered."),
}
"""Topic -> sentence: "ticket", who is told, what happened. Without a row for somebody, that one is not told."""

DEADLINES = {
    "deadline.respond.before": N_("Report %(number)s: somebody must be sent soon."),
    "deadline.respond.after": N_("Report %(number)s: nobody was sent in time."),
    "deadline.on_site.before": N_("Job %(number)s: somebody must be there soon."),
    "deadline.on_site.after": N_("Job %(number)s: nobody was there in time."),
    "deadline.make_safe.before": N_("Job %(number)s: it must be made safe soon."),
    "deadline.make_safe.after": N_("Job %(number)s: it was not made safe in time."),
    "deadline.resolve.before": N_("Repair %(number)s must be done soon."),
    "deadline.resolve.after": N_("Repair %(number)s was not done in time."),
}
"""As `TEXTS`, for reminders and escalations: "deadline", which, and whether it lies ahead. All go by mail, too."""

URGES = {"urge.overdue": N_("The answer to the urging of %(number)s is overdue.")}
"""As `TEXTS`, for whoever urged, whoever is to answer, and their manager."""


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


def messages_of(session: Session, *, ticket: Ticket, event: TicketEvent) -> list[outbox.Message]:
    """What is told of `event`, which is not written yet, and to whom. Nobody is told what they did themselves."""
    others = followers(session, ticket) if event.action in OF_THE_REPAIR else ()
    said = [_to(session, ticket, event, told) for told in _audiences(session, ticket, event, others)]
    groups = [_to_group(session, ticket, event, told) for told in said if told.topic in IN_GROUP]
    callers = [_to_caller(session, one, event) for one in (ticket, *others)]
    return [message for message in (*said, *groups, *callers) if message.channels]


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


def _audiences(session: Session, ticket: Ticket, event: TicketEvent, others: Sequence[Ticket]) -> Iterator[Told]:
    """Who hears of `event`, and of `ticket` as what; `others` are merged with it."""
    holder, number = session.get_one(Organisation, event.organisation_id), ticket.number
    staff_page, referral_page = f"/tickets/{number}", f"/referrals/{number}"
    if event.action is Action.ADD and event.to_state in FINAL:  # nobody else has to do with it any more
        on = clock.local_date(event.at)
        people = dispatchers(session, ticket, on, responsible_on(session, ticket.community_id, on))
        yield Told("dispatch", people, staff_page, ticket)
        return
    if ticket.reporter_id is not None and not _known_already(event):
        yield Told("reporter", [ticket.reporter_id], f"/reports/{number}", ticket)
    yield from _households(ticket, others)
    sent = _let_go(session, event) if event.action is Action.MERGE else event.assignee_id
    if sent is not None:
        yield Told("worker", [sent], referral_page if holder.kind in REPAIRERS else staff_page, ticket)
    if f"ticket.dispatch.{event.action.value}" in TEXTS:
        staff = staff_of(session, sender(session, ticket, clock.local_date(event.at), holder).id, event.at)
        people = senders(staff)
        yield Told("dispatch", [one for one in people if one != sent], staff_page, ticket, staff.addresses)
        if event.action is Action.SUBMIT and staff.duty.nobody:
            managers = [one for one in staff.holding(Role.COMPANY_MANAGER) if one not in people]
            yield Told("manager", managers, staff_page, ticket, staff.addresses)
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


def _households(lead: Ticket, others: Sequence[Ticket]) -> Iterator[Told]:
    """Those whose reports are merged with `lead`, each about the own report."""
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


def _referred(session: Session, event: TicketEvent, holder: Organisation) -> list[int]:
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
