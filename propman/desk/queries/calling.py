"""What a caller reported before: by the telephone, for those alone who may know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman.accounts.models import User
from propman.personal import PersonalText
from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries import contact_seen
from propman.tickets.queries.scope import staff_scope

MOST_OF_A_CALLER = 5


def last_of_caller(session: Session, viewer: Viewer, phone: str, now: datetime) -> Sequence[Ticket]:
    """The newest reports, at most five, that came with `phone` (E.164) or from the account that has it.

    Only those of which `viewer` sees the telephone: a number tells nobody else anything.
    """
    told = select(PersonalText.id).where(
        PersonalText.kind == literal_column("'phone'"), PersonalText.body == phone  # word for word that of the index
    )  # fmt: skip
    account = select(User.id).where(User.phone == phone)
    by_phone, by_account = aliased(Ticket), aliased(Ticket)
    called = select(by_phone.id).where(by_phone.caller_phone_id.in_(told))
    reported = select(by_account.id).where(by_account.reporter_id.in_(account))
    query = (
        staff_scope(viewer, now)
        .where(contact_seen(viewer, now))
        .where(Ticket.id.in_(called.union_all(reported)))
        .options(joinedload(Ticket.place), joinedload(Ticket.caller_name), joinedload(Ticket.reporter))
        .order_by(Ticket.id.desc())
        .limit(MOST_OF_A_CALLER)
    )
    return session.scalars(query).all()
