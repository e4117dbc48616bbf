"""Who should go, by the routing table: a proposal with its reason. Nothing is sent by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import RoutingRule
from propman.catalogue.queries import routing
from propman.communities.models import Organisation, OrganisationKind
from propman.data.reading import GoesTo
from propman.tickets.queries.levels import REPAIRERS
from propman.tickets.queries.rows import AnyTicket, Holder

RESPONSIBLE = {
    GoesTo.PROPERTY_COMPANY: OrganisationKind.PROPERTY_COMPANY,
    GoesTo.STREET_OFFICE: OrganisationKind.STREET_OFFICE,
}


@dataclass(frozen=True)
class Proposal:
    """One row of the routing table, and the organisations on file that it means here; none where none is known."""

    rule: RoutingRule
    organisations: Sequence[Holder]


def proposals(session: Session, ticket: AnyTicket, now: datetime, holder: Holder) -> list[Proposal]:
    """Who should go for `ticket`, first choice first; empty where the table says nothing. One statement at most.

    `holder` is `holder_today`.
    """
    today = clock.local_date(now)
    rules = routing(session, ticket.category, today)
    if not rules:
        return []
    if all(rule.goes_to in RESPONSIBLE for rule in rules):
        return [Proposal(rule, _meant(rule, holder, ())) for rule in rules]
    here = Organisation.place_id.in_(ticket.community.line_ids)
    query = select(Organisation).where(Organisation.open_on(today), here, Organisation.kind.in_(REPAIRERS))
    traders = session.scalars(query.order_by(Organisation.sort_key)).all()
    return [Proposal(rule, _meant(rule, holder, traders)) for rule in rules]


def _meant(rule: RoutingRule, holder: Holder, traders: Sequence[Organisation]) -> Sequence[Holder]:
    kind = RESPONSIBLE.get(rule.goes_to)
    if kind is not None:
        return [holder] if holder.kind is kind else []
    return [each for each in traders if each.kind.value == rule.goes_to.value and each.trade == rule.trade]
