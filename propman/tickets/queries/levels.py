"""Whom each level of escalation names, for one ticket on one day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import member_ids, officials_over
from propman.communities.models import Organisation, OrganisationKind
from propman.communities.queries import Holder, responsible_on, street_office_of
from propman.data.escalation import Level
from propman.roles import Role
from propman.rota.queries.staff import Staff, staff_of
from propman.tickets.models import Ticket

REPAIRERS = frozenset({OrganisationKind.CONTRACTOR, OrganisationKind.UTILITY})
"""To whom repairs are referred: they hold what was, while somebody else answers for the community."""


def told_at(session: Session, ticket: Ticket, level: Level, on: date) -> tuple[Level | None, list[int]]:
    """Who is told about `ticket` at `level` on the day `on`: where nobody is there, the next higher level that has
    somebody, and (None, nobody) where none has.
    """
    for higher in list(Level)[level.rank :]:
        people = _people(session, ticket, higher, on)
        if people:
            return higher, people
    return None, []


def dispatchers(session: Session, ticket: Ticket, on: date, holder: Organisation | Holder | None = None) -> list[int]:
    """Who sends people for it: the dispatchers of its company, its managers where it has none, or the street office.

    Of a referred one, those of whoever is in charge of its community. `holder` is who holds it, if that is at hand.
    """
    return senders(staff_of(session, sender(session, ticket, on, holder).id, clock.at_local(on)))


def senders(staff: Staff) -> list[int]:
    """Who of `staff` sends people: a street office has no dispatchers, and a company may have none."""
    return next(filter(None, map(staff.holding, (Role.STREET_OFFICE, Role.DISPATCHER, Role.COMPANY_MANAGER))), [])


def _people(session: Session, ticket: Ticket, level: Level, on: date) -> list[int]:
    if level is Level.PERSON_SENT:
        person = ticket.assignee
        return [person.id] if person is not None and person.active else []
    if level is Level.DISPATCHERS:
        return dispatchers(session, ticket, on)
    if level is Level.MANAGER:
        return _members(session, sender(session, ticket, on), {Role.COMPANY_MANAGER}, on)
    line = ticket.community.line_ids
    if level is Level.STREET_OFFICE:
        office = street_office_of(session, line[-2], on)
        return _members(session, office, {Role.STREET_OFFICE}, on) if office else []
    return [person.id for person in officials_over(session, place_id=line[-3], on=on)]


def sender(
    session: Session, ticket: Ticket, on: date, holder: Organisation | Holder | None = None
) -> Organisation | Holder:
    """Which organisation sends people for `ticket`; `holder` is who holds it, if that is at hand."""
    holder = holder or ticket.organisation
    if holder.kind not in REPAIRERS:
        return holder
    placed = session.get(Organisation, ticket.placed_with_id) if ticket.placed_with_id is not None else None
    return placed or responsible_on(session, ticket.community_id, on)


def _members(session: Session, organisation: Organisation | Holder, roles: set[Role], on: date) -> list[int]:
    return member_ids(session, organisation_id=organisation.id, roles=roles, on=on)
