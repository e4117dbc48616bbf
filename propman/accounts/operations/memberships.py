"""What a person is: a role given in an organisation or over a place, and ended with a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.operations.sessions import revoke_sessions
from propman.accounts.queries import administrators, holds_post
from propman.accounts.role_rules import AT_HOME, RULES
from propman.audit.operations import record, record_change
from propman.communities.models import Organisation, Place
from propman.communities.operations.guards import no_slip
from propman.db import held
from propman.errors import Refused
from propman.roles import Role, Viewer
from propman.text import N_


def add_membership(
    session: Session, *, person: User, role: Role, organisation: Organisation | None, place: Place | None,
    starts_on: date, viewer: Viewer, now: datetime,
) -> Membership:  # fmt: skip
    """Give `person` a role from the day `starts_on` on.

    The first post of a person who was only at home ends their sessions: a session of 90 days does not become one of an
    office. Raises `Refused`, naming the field, where `role_rules.RULES` wants another organisation or place, where one
    of them is closed, where the person is erased, and where they hold the same role there already.
    """
    held(session, User, person.id)
    if person.erased_at is not None:
        raise Refused(N_("This person was erased and can hold no role."))
    no_slip(starts_on, clock.local_date(now), field="starts_on")
    _refuse_wrong_organisation(role, organisation, starts_on)
    _refuse_wrong_place(role, organisation, place, starts_on)
    _refuse_held(session, person, role, organisation, place, starts_on)
    if role not in AT_HOME and not holds_post(session, user_id=person.id, on=clock.local_date(now)):
        revoke_sessions(session, user_id=person.id, actor_id=viewer.user_id, now=now)
    membership = Membership(user_id=person.id, role=role, organisation_id=organisation.id if organisation else None,
                            place_id=place.id if place else None, starts_on=starts_on)  # fmt: skip
    session.add(membership)
    session.flush()
    record(session, act="membership_added", subject_kind="membership", subject_id=membership.id,
           actor_id=viewer.user_id, now=now, user_id=person.id, role=role.value, starts_on=starts_on.isoformat(),
           organisation_id=membership.organisation_id, place_id=membership.place_id)  # fmt: skip
    return membership


def end_membership(session: Session, *, membership: Membership, ends_on: date, viewer: Viewer, now: datetime) -> None:
    """Let the membership end: from the day `ends_on` on it is held no more. The same day again changes nothing.

    Raises `Refused` for a day in the past or before the start, for one that has ended already, and for the last
    administrator.
    """
    today = clock.local_date(now)
    if membership.role is Role.ADMINISTRATOR and membership.in_force(today):
        keep_an_administrator(session, without=membership.user, now=now)
    held(session, Membership, membership.id)
    if membership.ends_on == ends_on:
        return
    if membership.ends_on is not None and membership.ends_on <= today:
        raise Refused(N_("This role ended on %(day)s already."), day=membership.ends_on)
    no_slip(ends_on, today, field="ends_on")
    if ends_on < membership.starts_on:
        raise Refused(N_("The end, %(day)s, lies before the start."), field="ends_on", day=ends_on)
    if ends_on < today and membership.starts_on < today:
        raise Refused(
            N_("The end, %(day)s, lies in the past. What was done until today stays as it is."),
            field="ends_on",
            day=ends_on,
        )
    record_change(session, subject_kind="membership", subject_id=membership.id, field="ends_on",
                  old=membership.ends_on, new=ends_on, actor_id=viewer.user_id, now=now)  # fmt: skip
    membership.ends_on = ends_on
    session.flush()


def keep_an_administrator(session: Session, *, without: User, now: datetime) -> None:
    """Raises `Refused` if nobody could administer any more without this person.

    Locks the administrators, so that two of them cannot remove each other at the same moment.
    """
    posts = session.scalars(administrators(clock.local_date(now)).with_for_update(key_share=True)).all()
    if posts and all(membership.user_id == without.id for membership in posts):
        raise Refused(N_("This is the last administrator. Make somebody else an administrator first."))


def _refuse_wrong_organisation(role: Role, organisation: Organisation | None, on: date) -> None:
    rule = RULES[role]
    if organisation is None:
        if rule.organisations and not rule.optional:
            raise Refused(N_("Choose the organisation in which this role is held."), field="organisation_id")
        return
    if not rule.organisations:
        raise Refused(
            N_("This role is held in no organisation: leave the organisation empty."), field="organisation_id"
        )
    if organisation.kind not in rule.organisations:
        raise Refused(
            N_("This role cannot be held in %(organisation)s: it is another kind of organisation."),
            field="organisation_id", organisation=organisation.name,
        )  # fmt: skip
    if not organisation.open_on(on):
        raise Refused(N_("%(organisation)s is closed."), field="organisation_id", organisation=organisation.name)


def _refuse_wrong_place(role: Role, organisation: Organisation | None, place: Place | None, on: date) -> None:
    rule = RULES[role]
    if place is None:
        if rule.places:
            raise Refused(N_("Choose the place over which this role is held."), field="place_id")
        return
    if not rule.places:
        raise Refused(N_("This role is held over no place: leave the place empty."), field="place_id")
    if place.kind not in rule.places:
        raise Refused(
            N_("This role cannot be held over %(place)s: it is another kind of place."), field="place_id",
            place=place.name,
        )  # fmt: skip
    if not place.open_on(on):
        raise Refused(N_("%(place)s is closed."), field="place_id", place=place.name)
    if organisation is not None and not place.path.startswith(organisation.place.path):
        raise Refused(
            N_("%(place)s lies outside the area of %(organisation)s."), field="place_id", place=place.name,
            organisation=organisation.name,
        )  # fmt: skip


def _refuse_held(
    session: Session, person: User, role: Role, organisation: Organisation | None, place: Place | None, on: date
) -> None:
    query = select(Membership).where(
        Membership.user_id == person.id, Membership.role == role,
        Membership.organisation_id == (organisation.id if organisation else None),
        Membership.place_id == (place.id if place else None),
    )  # fmt: skip
    if session.scalars(query.where(Membership.lasts_beyond(on))).first() is not None:
        raise Refused(N_("This person holds this role there already."), field="role")
