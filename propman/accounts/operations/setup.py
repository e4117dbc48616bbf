"""The first administrator of an installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.operations.invitations import invite
from propman.accounts.operations.memberships import add_membership
from propman.accounts.queries import administrators
from propman.communities.sorting import sort_key
from propman.db import held, insert_if_absent
from propman.roles import NOBODY, Role

SIGN_IN_NAME = "admin"
NAME = "系统管理员"


def setup_first_administrator(session: Session, *, now: datetime) -> str | None:
    """Make the first administrator, who signs in as "admin"; gives the token of the one-time link /invite/<token>.

    None once somebody administers. Until the link is used, the command may be repeated: the newest link counts.
    """
    today = clock.local_date(now)
    if session.scalar(administrators(today).limit(1)) is not None:
        return None
    values = {"name": NAME, "sort_key": sort_key(NAME), "sign_in_name": SIGN_IN_NAME, "language": "zh",
              "created_at": now}  # fmt: skip
    insert_if_absent(session, User, values)  # two commands at once make one
    person = session.scalars(select(User).where(User.sign_in_name == SIGN_IN_NAME)).one()
    held(session, User, person.id)
    open_role = (Membership.user_id == person.id, Membership.role == Role.ADMINISTRATOR, Membership.ends_on.is_(None))
    if session.scalar(select(Membership.id).where(*open_role)) is None:
        add_membership(session, person=person, role=Role.ADMINISTRATOR, organisation=None, place=None,
                       starts_on=today, viewer=NOBODY, now=now)  # fmt: skip
    return invite(session, person=person, viewer=NOBODY, now=now)[1]
