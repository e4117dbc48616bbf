"""Who should hold a ticket today, and whether the person sent still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import eligible_assignees, members
from propman.communities.models import Engagement, Organisation, OrganisationKind
from propman.communities.queries import responsible_on
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries.levels import REPAIRERS
from propman.tickets.queries.referrals import REFERRED_TO, is_referred, open_referral
from propman.tickets.queries.rows import AnyTicket, Holder
from propman.tickets.workflow import State

PASSES_ON = frozenset({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY, State.ON_HOLD})
"""States in which a ticket changes hands with its community; completed ones stay with the company that did them."""


@dataclass(frozen=True)
class ChangeOfHolder:
    """To whom a ticket passes, by which engagement, from which day."""

    organisation_id: int
    engagement_id: int
    on: date


def holder_today(session: Session, ticket: AnyTicket, now: datetime) -> Organisation:
    """Who answers for `ticket` today: with whom an upheld objection placed it, else whoever manages its community.

    Whoever needs it more than once asks once and hands it on.
    """
    placed = session.get(Organisation, ticket.placed_with_id) if ticket.placed_with_id is not None else None
    if placed is not None and placed.open_on(clock.local_date(now)):
        return placed
    return responsible_on(session, ticket.community_id, clock.local_date(now))


def change_of_holder(session: Session, ticket: AnyTicket, now: datetime, holder: Holder) -> ChangeOfHolder | None:
    """The change that `ticket` still has to follow today, or None; `holder` is `holder_today`.

    A referred one stays with whom it was referred to. A new engagement names itself; where a company has left and
    nobody followed, the engagement that ended is named and the street office takes over.
    """
    if ticket.state not in PASSES_ON:
        return None
    if holder.id == ticket.organisation_id or open_referral(session, ticket) is not None:
        return None
    today = clock.local_date(now)
    begun = select(Engagement).where(
        Engagement.community_id == ticket.community_id,
        Engagement.organisation_id == holder.id,
        Engagement.in_force(today),
    )
    engagement = session.scalars(begun).first()
    if engagement is not None:
        return ChangeOfHolder(holder.id, engagement.id, engagement.starts_on)
    ended = (
        select(Engagement)
        .where(Engagement.community_id == ticket.community_id, Engagement.ends_on <= today)
        .order_by(Engagement.ends_on.desc())
    )
    last = session.scalars(ended).first()
    if last is None or last.ends_on is None:
        return None
    return ChangeOfHolder(holder.id, last.id, last.ends_on)


def hold_is_over(ticket: AnyTicket, now: datetime) -> bool:
    """Whether `ticket` is on hold until today or a day that has passed: it goes on, whether written down or not."""
    return ticket.hold_until_on is not None and ticket.hold_until_on <= clock.local_date(now)


def first_report_on(session: Session, community_id: int) -> date | None:
    """The local day on which the first report came from a community, or None for none so far.

    From that day on somebody had something to answer for there, so that no engagement is entered over it afterwards.
    """
    came = select(func.min(TicketEvent.at)).join(Ticket, Ticket.id == TicketEvent.ticket_id)
    first = session.scalar(came.where(Ticket.community_id == community_id, TicketEvent.version == 1))
    return clock.local_date(first) if first else None


def held_by_another(now: datetime) -> Select[int]:
    """Ids of open tickets that are held by an organisation other than the one in charge today, and not referred."""
    today = clock.local_date(now)
    managing = and_(Engagement.community_id == Ticket.community_id, Engagement.in_force(today))
    return (
        select(Ticket.id)
        .join(Organisation, Organisation.id == Ticket.organisation_id)
        .outerjoin(Engagement, managing)
        .where(
            Ticket.state.in_(PASSES_ON),
            ~is_referred(),
            Ticket.placed_with_id.is_(None),
            or_(
                Engagement.organisation_id != Ticket.organisation_id,
                and_(Engagement.id.is_(None), Organisation.kind != OrganisationKind.STREET_OFFICE),
            ),
        )
        .order_by(Ticket.id)
    )


def person_stands(session: Session, ticket: AnyTicket, now: datetime, holder: Holder) -> bool:
    """Whether the person sent can still go: `holder_today` has the ticket, or it was referred to who has it; and the
    person works there.
    """
    if ticket.assignee_id is None:
        return False
    today = clock.local_date(now)
    if holder.id == ticket.organisation_id:
        people = eligible_assignees(session, organisation_id=holder.id, on=today)
        return ticket.assignee_id in {person.id for person in people}
    its_holder = session.get_one(Organisation, ticket.organisation_id)
    if its_holder.kind not in REPAIRERS:
        return False
    people = members(session, organisation_id=its_holder.id, roles=REFERRED_TO, on=today)
    return its_holder.open_on(today) and ticket.assignee_id in {person.id for person in people}
