"""What one may see of tickets, and what one is to them. Foreign and non-existent are the same answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.catalogue.queries import number_setting
from propman.communities.models import Organisation, OrganisationKind, Place
from propman.communities.queries import formerly_managed_by, managed_by, under
from propman.db import written
from propman.errors import NotFound
from propman.roles import Post, Role, Viewer
from propman.tickets.models import Channel, Ticket, TicketEvent
from propman.tickets.queries.beside import ANYTHING, Beside
from propman.tickets.queries.calling import calling_post
from propman.tickets.queries.holding import change_of_holder, hold_is_over, person_stands
from propman.tickets.queries.objections import objected, open_objection
from propman.tickets.queries.rechecking import inspects
from propman.tickets.queries.referrals import REFERRED_TO, open_referral
from propman.tickets.queries.rows import AnyTicket, Holder
from propman.tickets.queries.shapes import readable_since
from propman.tickets.queries.urges import open_urge
from propman.tickets.workflow import FINAL, WATCHES, Action, Party, Standing, State

COMPANY = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER})
AREA = frozenset(
    {
        Role.NEIGHBOURHOOD_COMMITTEE,
        Role.OWNERS_COMMITTEE,
        Role.STREET_OFFICE,
        Role.OFFICIAL,
        Role.READONLY_OFFICIAL,
    }
)
FORMER_COMPANY_DAYS = 90
_WHOLE = tuple(
    joinedload(part)
    for part in (
        Ticket.place, Ticket.community, Ticket.organisation, Ticket.assignee, Ticket.reporter, Ticket.description,
        Ticket.spot, Ticket.caller_name, Ticket.caller_phone,
    )
)  # fmt: skip
"""What every page of one ticket shows of it."""


def visible_to(viewer: Viewer, now: datetime, *, former_days: int = FORMER_COMPANY_DAYS) -> Select[Ticket]:
    """The tickets in the scope of `viewer` today. Rights follow engagements and memberships, by the day.

    `former_days`: for how long a company that left can read what it closed (a setting).
    """
    today = clock.local_date(now)
    scopes = [by_posts(viewer, today, readable_since(today, former_days))]
    if viewer.user_id is not None:
        scopes.append(Ticket.reporter_id == viewer.user_id)
    if viewer.held_ticket_id is not None:
        scopes.append(Ticket.id == viewer.held_ticket_id)
    return select(Ticket).where(or_(*scopes))


def staff_scope(viewer: Viewer, now: datetime, *, former_days: int = FORMER_COMPANY_DAYS) -> Select[Ticket]:
    """As `visible_to`, by posts alone: what a person sees as staff, not as a resident who reported something."""
    today = clock.local_date(now)
    return select(Ticket).where(by_posts(viewer, today, readable_since(today, former_days)))


def by_posts(viewer: Viewer, today: date, since: date) -> ColumnElement[bool]:
    """The same as a condition, also for the viewer and the days of `shapes`. A company that left after the day `since`
    still reads what it closed.
    """
    return or_(false(), *(_scope(post, viewer, today, since) for post in viewer.posts))


def former_days(session: Session, viewer: Viewer, now: datetime) -> int:
    """For how long a company that left can read what it closed; the setting is asked for only where it matters."""
    if not viewer.roles & COMPANY:
        return FORMER_COMPANY_DAYS
    return number_setting(session, "former_company_access_days", clock.local_date(now))


def queue_scope(session: Session, viewer: Viewer, now: datetime) -> Select[Ticket]:
    """`staff_scope` by the setting of the day: what stands in the queue of `viewer`, closed ones too."""
    return staff_scope(viewer, now, former_days=former_days(session, viewer, now))


def seen(session: Session, ticket_ids: Collection[int], viewer: Viewer, now: datetime) -> set[int]:
    """Those of the tickets whose page opens to `viewer` today: what else names them shows a number and no link."""
    query = queue_scope(session, viewer, now).with_only_columns(Ticket.id)
    return set(session.scalars(query.where(Ticket.id.in_(ticket_ids)))) if ticket_ids else set()


def load(session: Session, number: str, viewer: Viewer, now: datetime, *, as_staff: bool = False) -> Ticket:
    """The ticket with `number` in the scope of `viewer`. Raises `NotFound` for foreign and non-existent alike.

    `as_staff` leaves out the tickets that `viewer` sees only as the person who reported them.
    """
    scope = staff_scope if as_staff else visible_to
    query = scope(viewer, now, former_days=former_days(session, viewer, now)).where(Ticket.number == number)
    ticket = session.scalars(query.options(*_WHOLE)).one_or_none()
    if ticket is None:
        raise NotFound()
    return ticket


def load_held(session: Session, number: str) -> Ticket | None:
    """The ticket with `number`, for a view that compares the secret or the PIN itself before it shows anything."""
    return session.scalars(select(Ticket).where(Ticket.number == number)).one_or_none()


def parties_of(session: Session, ticket: AnyTicket, viewer: Viewer, holder: Holder) -> frozenset[Party]:
    """What `viewer` is to `ticket` today, while `holder` is in charge (`holder_today`).

    Whoever dispatches or repairs a ticket is not its reporter: nobody confirms the own work. The company in charge
    dispatches a referred ticket too; who goes is then of the organisation that it is referred to.
    """
    in_charge = in_charge_of(ticket, holder)
    parties: set[Party] = set()
    for post in viewer.posts:
        if post.role in COMPANY | {Role.STREET_OFFICE} and post.organisation_id in in_charge:
            parties.add(Party.DISPATCHER)
        works = post.role in COMPANY | {Role.STREET_OFFICE, Role.WORKER} and post.organisation_id in in_charge
        if works and viewer.user_id == ticket.assignee_id:
            parties.add(Party.ASSIGNEE)
    if _referred_to(session, ticket, viewer):
        parties |= {Party.REFERRED, Party.ASSIGNEE} if viewer.user_id == ticket.assignee_id else {Party.REFERRED}
    watches = _watches(ticket, viewer) if Party.DISPATCHER not in parties else frozenset()
    own = viewer.user_id is not None and viewer.user_id == ticket.reporter_id
    sent = viewer.user_id is not None and viewer.user_id == ticket.assignee_id
    if (own or viewer.held_ticket_id == ticket.id) and not parties and not sent:
        parties.add(Party.REPORTER)
    if calling_post(session, ticket, viewer, in_charge) is not None:
        parties.add(Party.CALLER)
    if inspects(session, ticket, viewer, in_charge):
        parties.add(Party.INSPECTOR)
    return frozenset(parties | watches)


def in_charge_of(ticket: AnyTicket, holder: Holder) -> frozenset[int]:
    """The organisations that answer for `ticket` while `holder` is in charge of its community: what is completed stays
    with the company that did it, until it is confirmed or reopened.
    """
    return frozenset({holder.id, ticket.organisation_id} if ticket.state is State.COMPLETED else {holder.id})


def _watches(ticket: AnyTicket, viewer: Viewer) -> frozenset[Party]:
    """As what `viewer` looks on: of the street office above it, of the county and further up."""
    watchers = {Role.STREET_OFFICE: Party.STREET_OFFICE, Role.OFFICIAL: Party.OFFICIAL}
    over_it = (post for post in viewer.posts if post.place_path and ticket.community.path.startswith(post.place_path))
    return frozenset(watchers[post.role] for post in over_it if post.role in watchers)


def _referred_to(session: Session, ticket: AnyTicket, viewer: Viewer) -> bool:
    """Whether `ticket` is referred now to an organisation of `viewer`."""
    own = {post.organisation_id for post in viewer.posts if post.role in REFERRED_TO}
    referral = open_referral(session, ticket) if own else None
    return referral is not None and referral.organisation_id in own


def standing(
    session: Session, ticket: AnyTicket, now: datetime, holder: Holder, viewer: Viewer | None = None, *,
    beside: Beside = ANYTHING,
) -> Standing:  # fmt: skip
    """How `ticket` stands for the rules, and for `viewer`: one that has to pass to `holder`, or whose hold is over,
    stands as it will then. Nobody asks for what is not `beside` it.
    """
    state, passes = ticket.state, change_of_holder(session, ticket, now, holder) is not None
    if hold_is_over(ticket, now):
        state = State.ASSIGNED if person_stands(session, ticket, now, holder) else State.SUBMITTED
    if passes and state is not State.ON_HOLD:
        state = State.SUBMITTED
    lead = ticket.lead
    days = number_setting(session, "reopen_within_days", clock.local_date(now))
    referred = beside.referrals and open_referral(session, ticket) is not None
    objection = open_objection(session, ticket) if beside.objections and not passes else None
    return Standing(
        state, ticket.priority, lead.confirmed_at if lead else ticket.confirmed_at, timedelta(days=days),
        referred=referred, asked=ticket.asked_at is not None,
        extension=ticket.extension_until_on is not None and not passes,
        urged=beside.urges and open_urge(session, ticket) is not None,
        objection=objection.party if objection else None,
        own_objection=viewer is not None and objection is not None and viewer.user_id == objection.by_id,
        objected=objected(session, ticket, holder.id if passes else ticket.organisation_id)
        if beside.objections else frozenset(),
        office_in_charge=holder.kind is OrganisationKind.STREET_OFFICE,
        own_extension=viewer is not None and viewer.user_id == ticket.extension_by_id,
        lead=lead.state if lead else None,
        agreed=lead is not None and _agreed(session, ticket, lead),
        closed_by_system=ticket.closed_by_system,
        imported=not ticket.timed,
        found=ticket.channel is Channel.INSPECTION, recheck=ticket.recheck, answered=ticket.stars is not None,
    )  # fmt: skip


def _agreed(session: Session, ticket: AnyTicket, lead: Ticket) -> bool:
    """Whether the household of `ticket` has said that the repair of its `lead`, as it was done last, is fixed there."""
    if ticket.stars is None or lead.completed_at is None:
        return False
    said = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.AGREE, TicketEvent.at >= lead.completed_at
    )
    return session.scalars(said.limit(1)).first() is not None


def sees_contact(session: Session, ticket: AnyTicket, parties: Collection[Party]) -> bool:
    """Whether one who is these `parties` to `ticket` sees the reporter's name and telephone: any of them does.

    Never who only watches or calls (who calls sees the telephone on the page of the call), owners' committees,
    officials or auditors, nor a company that has left (PIPL, Art. 6). The organisation that it is referred to does
    from the moment it accepts until the referral ends.
    """
    concerned = set(parties) - WATCHES - {Party.CALLER, Party.INSPECTOR}
    if concerned != {Party.REFERRED}:
        return bool(concerned)
    referral = open_referral(session, ticket)
    return referral is not None and referral.accepted_at is not None


def _scope(post: Post, viewer: Viewer, today: date, since: date) -> ColumnElement[bool]:
    if post.role in COMPANY and post.organisation_id is not None:
        return _of_company(post.organisation_id, today, since)
    if post.role is Role.WORKER and post.organisation_id is not None:
        return and_(Ticket.assignee_id == viewer.user_id, _of_worker(post.organisation_id, today))
    if post.role is Role.GRID_WORKER and post.place_path is not None:  # over a building or an entrance, it may be
        return Ticket.place_id.in_(select(Place.id).where(Place.path.like(post.place_path + "%")))
    if post.role in AREA and post.place_path is not None:
        return Ticket.community_id.in_(under(post.place_path))
    return true() if post.role is Role.AUDITOR else false()


def _of_company(organisation_id: int, today: date, since: date) -> ColumnElement[bool]:
    """What it manages today, what it did and nobody answered yet, and for some days what it closed before it left."""
    left = formerly_managed_by(organisation_id, since, today)
    return or_(
        Ticket.community_id.in_(managed_by(organisation_id, today)),
        Ticket.placed_with_id == organisation_id,
        and_(Ticket.organisation_id == organisation_id, Ticket.state.in_(written(State.COMPLETED))),
        and_(
            Ticket.organisation_id == organisation_id, Ticket.state.in_(written(*FINAL - {State.MERGED})),
            Ticket.community_id.in_(left),
        ),
    )  # fmt: skip


def _of_worker(organisation_id: int, today: date) -> ColumnElement[bool]:
    """What the worker's organisation is in charge of; an office in charge has no engagement that could end."""
    office = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.kind == OrganisationKind.STREET_OFFICE
    )
    return and_(
        Ticket.organisation_id == organisation_id,
        or_(
            Ticket.community_id.in_(managed_by(organisation_id, today)),
            Ticket.state.in_(written(State.COMPLETED)),
            Ticket.placed_with_id == organisation_id,
            Ticket.organisation_id.in_(office),
        ),
    )
