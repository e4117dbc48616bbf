"""Who can take part in the renovation of a community, each as a select of organisations open on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation, Place

CLAIMING_KINDS = frozenset(OrganisationKind) - {OrganisationKind.CONTRACTOR, OrganisationKind.FINANCE_OFFICE}
"""Who commissions a renovation or claims on its contractor: never the one who would be claimed on."""

PAID_KINDS = frozenset({OrganisationKind.CONTRACTOR, OrganisationKind.UTILITY, OrganisationKind.PROPERTY_COMPANY})


def owners(community: Place, on: date) -> Select[Organisation]:
    """Who can be owner (建设单位) or claim holder: the organisations in whose area the community lies."""
    return _open(on, CLAIMING_KINDS).where(Organisation.place_id.in_(community.line_ids))


def contractors(community: Place, on: date) -> Select[Organisation]:
    """The contractors of its prefecture and of the province."""
    return _near(community, _open(on, {OrganisationKind.CONTRACTOR}))


def utilities(community: Place, on: date) -> Select[Organisation]:
    """The utilities of its prefecture and of the province."""
    return _near(community, _open(on, {OrganisationKind.UTILITY}))


def payees(community: Place, on: date) -> Select[Organisation]:
    """Whom a renovation pays: contractors, utilities and companies of its prefecture and of the province."""
    return _near(community, _open(on, PAID_KINDS))


def by_name(session: Session, among: Select[Organisation]) -> tuple[Organisation, ...]:
    """The organisations of a select, each with its area, by name."""
    query = among.options(contains_eager(Organisation.place))
    return tuple(session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))


def _open(on: date, kinds: Collection[OrganisationKind]) -> Select[Organisation]:
    return select(Organisation).join(Organisation.place).where(Organisation.kind.in_(kinds), Organisation.open_on(on))


def _near(community: Place, among: Select[Organisation]) -> Select[Organisation]:
    prefecture = "/".join(community.path.split("/")[:3]) + "/"
    return among.where(or_(Place.path.like(f"{prefecture}%"), Organisation.place_id.in_(community.line_ids)))
