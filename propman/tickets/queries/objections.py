"""Objections to a dispatch: the one that waits, who decides, and whom a ticket can go to instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.assets.queries import organisations_around
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation
from propman.roles import Role, Viewer
from propman.tickets.models import Objection, ObjectionEnd, Ticket
from propman.tickets.queries.referees import referees
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.workflow import Party

TAKES_OVER = frozenset({OrganisationKind.PROPERTY_COMPANY, OrganisationKind.STREET_OFFICE})
"""Who has a ticket after an upheld objection as if in charge; everybody else gets it as a referral."""


def open_objection(session: Session, ticket: AnyTicket) -> Objection | None:
    """The objection to the dispatch of `ticket` that waits for a decision."""
    query = select(Objection).where(Objection.ticket_id == ticket.id, Objection.ended_at.is_(None))
    return session.scalars(query.options(joinedload(Objection.concerns))).one_or_none()


def objected(session: Session, ticket: AnyTicket, holder_id: int) -> frozenset[Party]:
    """Who has had an objection to `ticket` decided on, in its present round, while it stood with the holder."""
    query = select(Objection.party).where(
        Objection.ticket_id == ticket.id, Objection.organisation_id == holder_id,
        Objection.round == ticket.reopened, Objection.end_kind.in_((ObjectionEnd.UPHELD, ObjectionEnd.REJECTED)),
    )  # fmt: skip
    return frozenset(session.scalars(query))


def objection_that_ended(session: Session, ticket: Ticket, at: datetime) -> Objection | None:
    """The objection to `ticket` that ended at the moment `at`."""
    query = select(Objection).where(Objection.ticket_id == ticket.id, Objection.ended_at == at)
    return session.scalars(query.order_by(Objection.id.desc()).limit(1)).first()


def is_objected(viewer: Viewer) -> ColumnElement[bool]:
    """Whether there is an objection to a ticket, as a condition: of those who decide, one that is theirs to decide."""
    waiting = select(Objection.ticket_id).where(Objection.ended_at.is_(None))
    if viewer.roles & {Role.DISPATCHER, Role.COMPANY_MANAGER} and Role.STREET_OFFICE not in viewer.roles:
        waiting = waiting.where(Objection.party == Party.ASSIGNEE)
    return Ticket.id.in_(waiting)


def takers(session: Session, ticket: Ticket, now: datetime) -> list[Organisation]:
    """Whom `ticket` can go to instead of its holder: companies and offices around, then whom it can be referred to."""
    today = clock.local_date(now)
    around = organisations_around(session, ticket.community, TAKES_OVER, today)
    known = referees(session, ticket, now)
    found = [*around, *(each.organisation for each in known.proposed), *known.others]
    return [each for each in found if each.id != ticket.organisation_id]
