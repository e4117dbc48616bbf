"""People by what they sign in with, by id, by organisation; and what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts import phones
from propman.accounts.models import Membership, User
from propman.accounts.particulars import normal_sign_in_name
from propman.accounts.role_rules import AT_HOME, CAN_BE_SENT
from propman.communities.queries import address, lines
from propman.db import among, read, written
from propman.roles import Role


def active() -> ColumnElement[bool]:
    """Condition on `User`: neither disabled nor erased."""
    return User.disabled_at.is_(None) & User.erased_at.is_(None)


_EMAILS = select(User.id, User.email).where(among(User.id, "ids"), active())


def find_by_sign_in(session: Session, text: str) -> User | None:
    """The person who signs in with `text`: a telephone number in any notation, else a sign-in name in any case."""
    number = phones.read(text)
    if number is not None:
        return session.scalar(select(User).where(User.phone == number))
    return session.scalar(select(User).where(User.sign_in_name == normal_sign_in_name(text)))


def names_of(session: Session, ids: Collection[int]) -> dict[int, str | None]:
    """Name by user id; None marks a person who was erased. Ids of nobody are left out."""
    people = session.execute(select(User.id, User.name).where(User.id.in_(set(ids)))) if ids else ()
    return {person_id: name for person_id, name in people}  # noqa: C416 - `dict()` of rows has no types


def emails_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Mail address by user id, of those among `ids` who have one and may sign in."""
    found = read(session, _EMAILS, {"ids": sorted(set(ids))}) if ids else ()
    return {person_id: address for person_id, address in found if address}


def reachable_by_sms(session: Session, ids: Collection[int]) -> set[int]:
    """Those among `ids` who may sign in and whose telephone takes an SMS."""
    query = select(User.id, User.phone).where(User.id.in_(set(ids)), active())
    return {person_id for person_id, phone in (session.execute(query) if ids else ()) if phones.takes_sms(phone)}


def members(session: Session, *, organisation_id: int, roles: Collection[Role], on: date) -> list[User]:
    """The active people who hold one of `roles` in the organisation on the day `on`, by name."""
    held = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.role.in_(roles), Membership.in_force(on)
    )
    query = select(User).where(User.id.in_(held), active()).order_by(User.sort_key, User.id)
    return list(session.scalars(query))


_MEMBER_IDS = (
    select(User.id)
    .where(
        User.id.in_(
            select(Membership.user_id).where(
                Membership.organisation_id == bindparam("organisation"),
                among(Membership.role, "roles"),
                Membership.in_force(bindparam("today", type_=Date)),  # type: ignore[arg-type]
            )
        ),
        active(),
    )
    .order_by(User.sort_key, User.id)
)


def member_ids(session: Session, *, organisation_id: int, roles: Collection[Role], on: date) -> list[int]:
    """The ids of `members`, in their order, by a statement that stands ready: whoever is told of something."""
    asked = {"organisation": organisation_id, "roles": sorted(roles), "today": on}
    return list(read(session, _MEMBER_IDS, asked).scalars())


def officials_over(session: Session, *, place_id: int, on: date) -> list[User]:
    """The active officials of just this county, prefecture or province on the day `on`, by name."""
    held = select(Membership.user_id).where(
        Membership.place_id == place_id, Membership.role == Role.OFFICIAL, Membership.in_force(on)
    )
    return list(session.scalars(select(User).where(User.id.in_(held), active()).order_by(User.sort_key, User.id)))


def reachable_by_organisation(
    session: Session, organisation_ids: Collection[int], roles: Collection[Role], on: date
) -> dict[int, int]:
    """How many people hold one of `roles` in each organisation on `on`, with an account that opens and can be told."""
    query = (
        select(Membership.organisation_id, func.count(Membership.user_id.distinct()))
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id.in_(set(organisation_ids)), Membership.role.in_(roles), Membership.in_force(on),
            active(), User.password_hash.is_not(None), User.phone.is_not(None) | User.email.is_not(None),
        )
        .group_by(Membership.organisation_id)
    )  # fmt: skip
    return {one: count for one, count in session.execute(query) if one is not None}


SENDABLE = (
    select(User.id, User.name, Membership.organisation_id, User.sort_key)
    .distinct()
    .join(User, User.id == Membership.user_id)
    .where(
        among(Membership.organisation_id, "organisations"), Membership.role.in_(written(*CAN_BE_SENT)),
        Membership.in_force(bindparam("today", type_=Date)), active(),  # type: ignore[arg-type]
    )
    .order_by(Membership.organisation_id, User.sort_key, User.id)
)  # fmt: skip
"""The statement of `sendable`, for "organisations" and "today"."""


class Sendable(NamedTuple):
    """Somebody whom an organisation can send: what a list to choose from shows."""

    id: int
    name: str
    organisation_id: int


def sendable(session: Session, organisation_ids: Collection[int], on: date) -> list[Sendable]:
    """As `eligible_assignees`, of several organisations, by organisation and name; one statement that stands ready."""
    asked = {"organisations": sorted(organisation_ids), "today": on}
    rows = read(session, SENDABLE, asked) if organisation_ids else ()
    return [Sendable(row[0], row[1] or "", row[2]) for row in rows if row[2] is not None]


def eligible_assignees(session: Session, *, organisation_id: int, on: date) -> list[User]:
    """Whom the organisation can send on the day `on`: workers, dispatchers, managers, the people of a street office."""
    return members(session, organisation_id=organisation_id, roles=CAN_BE_SENT, on=on)


def administrators(on: date) -> Select[Membership]:
    """The memberships, by id, of those who can sign in and administer from `on` without an end."""
    query = select(Membership).join(User, User.id == Membership.user_id).where(
        Membership.role == Role.ADMINISTRATOR, Membership.starts_on <= on, Membership.ends_on.is_(None)
    )  # fmt: skip
    return query.where(active(), User.password_hash.is_not(None)).order_by(Membership.id)


def memberships_of(session: Session, *, user_ids: Collection[int]) -> list[Membership]:
    """All memberships of the people, the latest first, with their organisation and place."""
    query = select(Membership).where(Membership.user_id.in_(set(user_ids)))
    query = query.options(joinedload(Membership.organisation), joinedload(Membership.place))
    return list(session.scalars(query.order_by(Membership.starts_on.desc(), Membership.id.desc())))


def addresses_of(session: Session, memberships: Iterable[Membership]) -> dict[int, str]:
    """The addresses of the places over which the memberships are held, by the place's id; one query for all of them."""
    places = {membership.place for membership in memberships if membership.place is not None}
    return {place_id: address(line) for place_id, line in lines(session, places).items()}


def holds_post(session: Session, *, user_id: int, on: date) -> bool:
    """Whether the person holds, or from a later day will hold, a role beyond that of a resident."""
    beyond = (Membership.role.not_in(AT_HOME), Membership.lasts_beyond(on))
    query = select(Membership.id).where(Membership.user_id == user_id, *beyond)
    return session.scalar(query.limit(1)) is not None
