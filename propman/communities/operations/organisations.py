"""Adding, correcting and closing organisations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.kinds import AREA_KINDS, TRADE_KINDS, OrganisationKind
from propman.communities.models import Engagement, Organisation, Place
from propman.communities.operations.guards import fit_name, fit_phone, no_slip
from propman.communities.queries import street_office_of
from propman.communities.sorting import sort_key
from propman.data.reading import Trade
from propman.db import held
from propman.errors import Refused
from propman.text import N_


def add_organisation(
    session: Session,
    *,
    kind: OrganisationKind,
    name: str,
    place_id: int,
    phone: str | None = None,
    trade: Trade | None = None,
    actor_id: int | None,
    now: datetime,
) -> Organisation:
    """Add an organisation whose area is the place `place_id`; `phone` is its public telephone.

    Raises `Refused` for a place that cannot be the area of such an organisation (`kinds.AREA_KINDS`) or that closes,
    a second office of one street, a name taken in that place, and a trade that is missing or does not belong.
    """
    area = held(session, Place, place_id)
    name, phone = fit_name(name), fit_phone(phone)
    if area.kind not in AREA_KINDS[kind]:
        raise Refused(N_("%(place)s cannot be the area of such an organisation."), field="place_id", place=area.name)
    if area.closed_on is not None:
        raise Refused(N_("%(place)s is closed or about to close."), field="place_id", place=area.name)
    _refuse_trade(kind, trade)
    _refuse_second_office(session, kind, area, clock.local_date(now))
    _refuse_same_name(session, area.id, name)
    organisation = Organisation(kind=kind, trade=trade, name=name, sort_key=sort_key(name), phone=phone)
    organisation.place_id = area.id
    session.add(organisation)
    session.flush()
    for field in ("name", "phone", "trade"):
        _record(session, organisation, field, None, getattr(organisation, field), actor_id, now)
    return organisation


def change_organisation(
    session: Session,
    *,
    organisation_id: int,
    name: str,
    phone: str | None = None,
    trade: Trade | None = None,
    actor_id: int | None,
    now: datetime,
) -> Organisation:
    """Rename an organisation or correct its telephone and trade; kind and area stay. Raises as `add_organisation`."""
    organisation = held(session, Organisation, organisation_id)
    name = fit_name(name)
    new = {"name": name, "phone": fit_phone(phone), "trade": trade}
    _refuse_trade(organisation.kind, trade)
    if name != organisation.name and organisation.closed_on is None:
        _refuse_same_name(session, organisation.place_id, name)
    for field, value in new.items():
        _record(session, organisation, field, getattr(organisation, field), value, actor_id, now)
        setattr(organisation, field, value)
    organisation.sort_key = sort_key(organisation.name)
    session.flush()
    return organisation


def close_organisation(
    session: Session, *, organisation_id: int, on: date, actor_id: int | None, now: datetime
) -> Organisation:
    """Let an organisation close on the day `on`, past or coming; given again, the day moves. Its history stays.

    Raises `Refused` while it is engaged somewhere beyond that day, and for the office of a street that is still open
    then: what nobody manages falls to it.
    """
    organisation = held(session, Organisation, organisation_id)
    no_slip(on, clock.local_date(now), field="closes_on")
    lasting = select(Engagement).where(Engagement.organisation_id == organisation.id, Engagement.lasts_beyond(on))
    engagement = session.scalars(lasting.order_by(Engagement.id).limit(1)).one_or_none()
    if engagement is not None:
        raise Refused(
            N_("It is engaged in %(place)s beyond that day. End that first."),
            field="closes_on",
            place=engagement.community.name,
        )
    if organisation.kind is OrganisationKind.STREET_OFFICE and organisation.place.open_on(on):
        raise Refused(
            N_("%(place)s is still open on that day, and what nobody manages there falls to this office."),
            field="closes_on",
            place=organisation.place.name,
        )
    _record(session, organisation, "closed_on", organisation.closed_on, on, actor_id, now)
    organisation.closed_on = on
    session.flush()
    return organisation


def reopen_organisation(session: Session, *, organisation_id: int, actor_id: int | None, now: datetime) -> Organisation:
    """Undo the closing of an organisation. Raises `Refused` where its area closes or its name has been given away."""
    organisation = held(session, Organisation, organisation_id)
    if organisation.closed_on is None:
        raise Refused(N_("%(organisation)s is open."), organisation=organisation.name)
    area = held(session, Place, organisation.place_id)
    if area.closed_on is not None:
        raise Refused(N_("%(place)s is closed or about to close."), place=area.name)
    _refuse_second_office(session, organisation.kind, area, clock.local_date(now))
    _refuse_same_name(session, area.id, organisation.name)
    _record(session, organisation, "closed_on", organisation.closed_on, None, actor_id, now)
    organisation.closed_on = None
    session.flush()
    return organisation


def _refuse_trade(kind: OrganisationKind, trade: Trade | None) -> None:
    if kind is OrganisationKind.UTILITY and trade is None:
        raise Refused(N_("Say what the utility supplies: reports are routed by it."), field="trade")
    if trade is not None and kind not in TRADE_KINDS:
        raise Refused(N_("Only a utility or a contractor has a trade."), field="trade")


def _refuse_second_office(session: Session, kind: OrganisationKind, area: Place, today: date) -> None:
    if kind is OrganisationKind.STREET_OFFICE and (office := street_office_of(session, area.id, today)):
        raise Refused(
            N_("%(place)s already has its office: %(organisation)s."),
            field="place_id",
            place=area.name,
            organisation=office.name,
        )


def _refuse_same_name(session: Session, place_id: int, name: str) -> None:
    same = select(Organisation.id).where(
        Organisation.place_id == place_id, Organisation.name == name, Organisation.closed_on.is_(None)
    )
    if session.scalars(same).first() is not None:
        raise Refused(N_("There is already a %(name)s here."), field="name", name=name)


def _record(
    session: Session,
    organisation: Organisation,
    field: str,
    old: object,
    new: object,
    actor_id: int | None,
    now: datetime,
) -> None:
    record_change(
        session,
        subject_kind="organisation",
        subject_id=organisation.id,
        field=field,
        old=old,
        new=new,
        actor_id=actor_id,
        now=now,
    )
