"""What a caller reported before: by the telephone, for those alone who may know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.accounts.models import User
from propman.communities.queries import managed_by
from propman.personal import PersonalText
from propman.roles import Post, Role, Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.scope import COMPANY, staff_scope
from propman.tickets.workflow import State

MOST_OF_A_CALLER = 5


def last_of_caller(session: Session, viewer: Viewer, phone: str, now: datetime) -> Sequence[Ticket]:
    """The newest reports, at most five, that came with `phone` (E.164) or from the account that has it.

    Only those of which `viewer` sees the telephone as who dispatches them: a number tells nobody else anything.
    """
    today = clock.local_date(now)
    told = select(PersonalText.id).where(
        PersonalText.kind == literal_column("'phone'"), PersonalText.body == phone  # word for word that of the index
    )  # fmt: skip
    account = select(User.id).where(User.phone == phone)
    by_phone, by_account = aliased(Ticket), aliased(Ticket)
    called = select(by_phone.id).where(by_phone.caller_phone_id.in_(told))
    reported = select(by_account.id).where(by_account.reporter_id.in_(account))
    query = (
        staff_scope(viewer, now)
        .where(or_(false(), *(_knows(post, today) for post in viewer.posts)))
        .where(Ticket.id.in_(called.union_all(reported)))
        .options(joinedload(Ticket.place), joinedload(Ticket.caller_name), joinedload(Ticket.reporter))
        .order_by(Ticket.id.desc())
        .limit(MOST_OF_A_CALLER)
    )
    return session.scalars(query).all()


def _knows(post: Post, today: date) -> ColumnElement[bool]:
    if post.organisation_id is None:
        return false()
    own = Ticket.organisation_id == post.organisation_id
    if post.role in COMPANY:
        managed = Ticket.community_id.in_(managed_by(post.organisation_id, today))
        return or_(managed, and_(own, Ticket.state == State.COMPLETED))
    return own if post.role is Role.STREET_OFFICE else false()
