"""Who answers for a repair: the verdict on its warranty, who pays, and the parts that a report can mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman.assets.models import Asset, Ownership
from propman.assets.warranty import Verdict
from propman.catalogue.kept import rules
from propman.catalogue.queries import asset_type, asset_types
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Place
from propman.communities.queries import AnyPlace
from propman.data.works import UsualMaintainer
from propman.db import ID_LIMIT, among, read
from propman.projects.models import Transfer, TransferStatus
from propman.spans import lasts_beyond
from propman.tickets.models import Ticket, TicketPayer, TicketVerdict

MOST_MEANT = 200  # parts that a report can mean; where there are more, nobody can tell which one
MOST_NEAR = 200  # parts that a dispatcher is offered


def verdict_of(session: Session, ticket: Ticket) -> TicketVerdict | None:
    """The verdict on the warranty of `ticket` that counts, whole; None for a report from before there were any."""
    whole = (TicketVerdict.asset, TicketVerdict.rule, TicketVerdict.note, TicketVerdict.actor)
    query = select(TicketVerdict).where(TicketVerdict.ticket_id == ticket.id)
    query = query.options(*(joinedload(part) for part in whole)).order_by(TicketVerdict.run.desc())
    return session.scalars(query.limit(1)).one_or_none()


def payer_of(session: Session, ticket: Ticket) -> TicketPayer | None:
    """Who pays for `ticket`, as it was decided last; None for a report from before that was asked."""
    query = select(TicketPayer).where(TicketPayer.ticket_id == ticket.id)
    query = query.options(joinedload(TicketPayer.reason), joinedload(TicketPayer.actor))
    return session.scalars(query.order_by(TicketPayer.run.desc()).limit(1)).one_or_none()


def flagged() -> ColumnElement[bool]:
    """The condition on a ticket that somebody is to pay for what its warranty covers."""
    later = aliased(TicketPayer)
    newer = exists().where(later.ticket_id == TicketPayer.ticket_id, later.run > TicketPayer.run)
    return exists().where(TicketPayer.ticket_id == Ticket.id, TicketPayer.flagged, ~newer)


def under_warranty() -> ColumnElement[bool]:
    """The condition on a ticket that the verdict which counts says: the warranty covers it."""
    later = aliased(TicketVerdict)
    newer = exists().where(later.ticket_id == TicketVerdict.ticket_id, later.run > TicketVerdict.run)
    return exists().where(TicketVerdict.ticket_id == Ticket.id, TicketVerdict.verdict == Verdict.COVERED, ~newer)


def meant(places: ColumnElement[bool]) -> Select[int, int]:
    """The parts at some `places`, a condition on `Asset`, whose type is among the `types`: id and depth, the nearest
    first; its parameters are `types` and `today`.
    """
    return (
        select(Asset.id, func.length(Place.path).label("depth"))
        .join(Place, Place.id == Asset.place_id)
        .where(
            places,
            among(Asset.type_code, "types"),
            lasts_beyond(Asset.removed_on, bindparam("today", type_=Date)),  # type: ignore[arg-type]
        )
        .order_by(func.length(Place.path).desc(), Asset.id)
        .limit(MOST_MEANT + 1)
    )


_MEANT = meant(among(Asset.place_id, "places"))


def parts_meant(session: Session, *, category: str, place: AnyPlace, on: date) -> Sequence[int]:
    """The ids of the parts that a report of `category` about `place` can mean, the nearest first.

    Those there or at what the place lies in, whose type names the category; one more than `MOST_MEANT` at most.
    """
    asked = {"places": place.line_ids, "types": types_of(session, category, on), "today": on}
    return read(session, _MEANT, asked).scalars().all() if asked["types"] else ()


def parts_near(session: Session, ticket: Ticket, on: date) -> Sequence[Asset]:
    """The parts that a dispatcher may mean: at the place of `ticket`, in it, or at what it lies in.

    Those whose type names the category first, then the nearest to the root; each with its place.
    """
    fits = Asset.type_code.in_(types_of(session, ticket.category, on))
    near = or_(Asset.place_id.in_(ticket.place.line_ids), Place.path.startswith(ticket.place.path, autoescape=True))
    query = (
        select(Asset)
        .join(Asset.place)
        .where(Asset.community_id == ticket.community_id, near, lasts_beyond(Asset.removed_on, on))
        .options(joinedload(Asset.place))
        .order_by(case((fits, 0), else_=1), Place.path, Asset.type_code, Asset.id)
        .limit(MOST_NEAR)
    )
    return session.scalars(query).all()


def part_in(session: Session, asset_id: int, *, community_id: int, on: date) -> Asset | None:
    """The part with this id if it is there on `on` and in this community, else None."""
    query = select(Asset).where(
        Asset.id == asset_id, Asset.community_id == community_id, lasts_beyond(Asset.removed_on, on)
    )
    return session.scalars(query).one_or_none() if 0 < asset_id < ID_LIMIT else None


def part_at(session: Session, asset_id: int, *, place: AnyPlace, on: date) -> Asset | None:
    """The part with this id if it is there on `on`, at `place` or at what that lies in, else None."""
    query = select(Asset).where(
        Asset.id == asset_id, Asset.place_id.in_(place.line_ids), lasts_beyond(Asset.removed_on, on)
    )
    return session.scalars(query).one_or_none()


def last_transfer(session: Session, part: Asset) -> Transfer | None:
    """The last step of the work item of `part` on its way to a utility, with the utility; None where there is none."""
    query = select(Transfer).where(Transfer.work_item_id == part.work_item_id).order_by(Transfer.id.desc())
    found = session.scalars(query.options(joinedload(Transfer.utility)).limit(1)) if part.work_item_id else None
    return found.one_or_none() if found else None


def is_utilitys(session: Session, part: Asset | None, on: date) -> bool:
    """Whether `part` is a utility's, or was transferred to it.

    What was to be transferred and is not yet, is not. Without a transfer the maintainer of the part decides, and where
    none is named, who usually maintains its type.
    """
    if part is None:
        return False
    if part.ownership is Ownership.UTILITY:
        return True
    transfer = last_transfer(session, part)
    if transfer is not None:
        return transfer.status is TransferStatus.TRANSFERRED
    if part.maintainer is not None:
        return part.maintainer.kind is OrganisationKind.UTILITY
    kind = asset_type(session, part.type_code, on)
    return kind is not None and kind.maintainer is UsualMaintainer.UTILITY


def types_of(session: Session, category: str, on: date) -> Sequence[str]:
    """The types of parts that a report of `category` can be about."""
    return rules(session).once(("types", category, on), lambda: _types(session, category, on))


def _types(session: Session, category: str, on: date) -> list[str]:
    return [kind.code for kind in asset_types(session, on) if category in kind.categories.split(",")]
