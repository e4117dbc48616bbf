"""To whom a repair can be referred: who built it, whose it is, who keeps it; and everybody else of the trade around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.assets.models import Asset
from propman.assets.queries import organisations_around
from propman.assets.warranty import Verdict
from propman.catalogue.queries import asset_type, routing
from propman.communities.models import Organisation
from propman.data.reading import Trade
from propman.projects.models import Project, TransferStatus, WorkItem
from propman.tickets.models import Ticket, TicketVerdict
from propman.tickets.queries.levels import REPAIRERS
from propman.tickets.queries.recourse import last_transfer, verdict_of


class Why(StrEnum):
    """Why an organisation is proposed."""

    BUILT = "built"  # and guarantees it
    BUILT_ONCE = "built_once"  # whether it still guarantees it cannot be told
    TAKEN_OVER = "taken_over"  # it was transferred to them
    MAINTAINS = "maintains"
    TRADE = "trade"  # of the trade of the part, or of the category


@dataclass(frozen=True)
class Referee:
    """An organisation that a repair can be referred to; `claimant` is who may claim on a contractor."""

    organisation: Organisation
    why: Why
    claimant: Organisation | None = None
    work_item: WorkItem | None = None


@dataclass(frozen=True)
class Referees:
    """The proposed ones, first choice first, and all others that could be meant, by name."""

    proposed: Sequence[Referee]
    others: Sequence[Organisation]


def part_of(session: Session, ticket: Ticket, verdict: TicketVerdict | None) -> Asset | None:
    """The part that `ticket` is about, or that stands for those that could be meant and are alike: with all that says
    who answers for it.
    """
    asset_id = ticket.asset_id or (verdict.asset_id if verdict else None)
    if asset_id is None:
        return None
    item = joinedload(Asset.work_item)
    query = select(Asset).where(Asset.id == asset_id).options(
        joinedload(Asset.place), joinedload(Asset.maintainer), joinedload(Asset.claim_holder),
        item.joinedload(WorkItem.contractor), item.joinedload(WorkItem.claim_holder),
        item.joinedload(WorkItem.project).joinedload(Project.owner),
    )  # fmt: skip
    return session.scalars(query).one_or_none()


def referees(session: Session, ticket: Ticket, now: datetime) -> Referees:
    """To whom `ticket` can be referred today.

    Proposed first: the contractor while the warranty covers it, then the utility, then a contractor of whom nobody can
    tell whether the warranty still holds.
    """
    today = clock.local_date(now)
    verdict = verdict_of(session, ticket)
    part = part_of(session, ticket, verdict)
    around = organisations_around(session, ticket.community, REPAIRERS, today)
    found: dict[int, Referee] = {}
    for each in _proposed(session, ticket, part, verdict, around, today):
        if each.organisation.kind in REPAIRERS and each.organisation.open_on(today):
            found.setdefault(each.organisation.id, each)
    return Referees(list(found.values()), [each for each in around if each.id not in found])


def referee(session: Session, ticket: Ticket, organisation_id: int, now: datetime) -> Organisation | None:
    """The organisation with this id if `ticket` can be referred to it today, else None."""
    known = referees(session, ticket, now)
    candidates = [*(each.organisation for each in known.proposed), *known.others]
    return next((each for each in candidates if each.id == organisation_id), None)


def _proposed(
    session: Session, ticket: Ticket, part: Asset | None, verdict: TicketVerdict | None,
    around: Sequence[Organisation], on: date,
) -> Iterator[Referee]:  # fmt: skip
    standing = verdict.verdict if verdict else Verdict.UNKNOWN
    item = part.work_item if part else None
    built = item.contractor if item else None
    claimant = part.claimant if part else None
    if built is not None and standing is Verdict.COVERED:
        yield Referee(built, Why.BUILT, claimant, item)
    if part is not None:
        transfer = last_transfer(session, part)
        if transfer is not None and transfer.status is TransferStatus.TRANSFERRED:
            yield Referee(transfer.utility, Why.TAKEN_OVER)
        if part.maintainer is not None:
            yield Referee(part.maintainer, Why.MAINTAINS)
    if built is not None and standing is Verdict.UNKNOWN:
        yield Referee(built, Why.BUILT_ONCE, claimant, item)
    trades = _trades(session, ticket, part, on)
    yield from (Referee(each, Why.TRADE) for each in around if each.trade in trades)


def _trades(session: Session, ticket: Ticket, part: Asset | None, on: date) -> set[Trade]:
    """The trades that the part, or where none is known the category, is about."""
    kind = asset_type(session, part.type_code, on) if part else None
    named = [kind.trade] if kind else [rule.trade for rule in routing(session, ticket.category, on)]
    return {trade for trade in named if trade is not None}
