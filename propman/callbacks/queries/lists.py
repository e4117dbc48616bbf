"""Whom to call: the completions that wait for a call, the longest waiting first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.accounts.models import User
from propman.callbacks.models import CallBack
from propman.catalogue.queries import number_setting
from propman.communities.queries import managed_by, under
from propman.personal import PersonalText
from propman.roles import Post, Viewer
from propman.tickets.models import Channel, Ticket, TicketEvent
from propman.tickets.queries import ABOVE, CALLERS
from propman.tickets.queries.narrowing import closed_by_system
from propman.tickets.workflow import Action, State

PAGE = 50
MOST_COUNTED = 200  # no further: it is a heap of work either way


class Wanted(StrEnum):
    """The lists there are."""

    NOW = "now"
    LATER = "later"  # the reporter asked to be called on another day
    NO_PHONE = "no_phone"  # nobody can call; only the page of the report can answer
    ENDED = "ended"


@dataclass(frozen=True)
class Line:
    """One report to call about, and its call-back once there is one."""

    ticket: Ticket
    call_back: CallBack | None


def call_list(
    session: Session, viewer: Viewer, wanted: Wanted, now: datetime, *, community_id: int | None = None, skip: int = 0
) -> Sequence[Line]:
    """The lines of a list from the `skip`th on, one page and one more; of `ENDED` the last that ended first."""
    query = _ended(viewer, now) if wanted is Wanted.ENDED else _due(session, viewer, wanted, now)
    if community_id is not None:
        query = query.where(Ticket.community_id == community_id)
    whole = (Ticket.place, Ticket.community, Ticket.organisation, Ticket.caller_phone, Ticket.reporter)
    query = query.options(*(joinedload(each) for each in whole), joinedload(CallBack.claimed_by))
    return [Line(*row) for row in session.execute(query.offset(skip).limit(PAGE + 1))]


def waiting_count(session: Session, viewer: Viewer, now: datetime) -> int:
    """How many wait for a call of `viewer` now, counted up to `MOST_COUNTED`."""
    few = _due(session, viewer, Wanted.NOW, now).with_only_columns(Ticket.id).order_by(None).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _due(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> Select[Ticket, CallBack]:
    today = clock.local_date(now)
    days = timedelta(days=number_setting(session, "reopen_within_days", today))
    tomorrow = clock.day_span(today)[1]
    repaired = and_(Ticket.state == State.COMPLETED, Ticket.stars.is_(None))  # an answer waits for a re-check with it
    unanswered = or_(repaired, and_(closed_by_system(), Ticket.confirmed_at > now - days))
    later = and_(CallBack.later_at.is_not(None), CallBack.later_at >= tomorrow)
    of_the_list = {
        Wanted.NOW: and_(_has_phone(), or_(CallBack.later_at.is_(None), CallBack.later_at < tomorrow)),
        Wanted.LATER: and_(_has_phone(), later),
        Wanted.NO_PHONE: ~_has_phone(),
    }[wanted]
    return (
        _with_call_back(viewer, now)
        .where(unanswered, Ticket.channel != Channel.INSPECTION, CallBack.ending.is_(None), of_the_list)
        .order_by(Ticket.completed_at, Ticket.id)
    )


def _ended(viewer: Viewer, now: datetime) -> Select[Ticket, CallBack]:
    return (
        _with_call_back(viewer, now)
        .where(CallBack.ending.is_not(None))
        .order_by(CallBack.ended_at.desc(), CallBack.id.desc())
    )


def _with_call_back(viewer: Viewer, now: datetime) -> Select[Ticket, CallBack]:
    """The reports that `viewer` may call about, each with the call-back about its last completion."""
    event = aliased(TicketEvent)
    last = (
        select(func.max(event.id))
        .where(event.ticket_id == Ticket.id, event.action == Action.COMPLETE)
        .correlate(Ticket)
        .scalar_subquery()
    )
    theirs = aliased(TicketEvent)
    repaired = exists().where(
        theirs.ticket_id == Ticket.id,
        or_(
            theirs.assignee_id == viewer.user_id,
            and_(theirs.action == Action.COMPLETE, theirs.actor_id == viewer.user_id),
        ),
    )
    own = and_(Ticket.reporter_id.is_not(None), Ticket.reporter_id == viewer.user_id)
    reach = or_(false(), *(_reach(post, now) for post in viewer.posts))
    together = select(Ticket, CallBack).outerjoin(CallBack, CallBack.completion_id == last)
    return together.where(reach, ~repaired, ~own)


def _reach(post: Post, now: datetime) -> ColumnElement[bool]:
    """As `tickets.queries.calling_post`, as a condition."""
    if post.role in ABOVE and post.place_path is not None:
        return Ticket.community_id.in_(under(post.place_path))
    if post.role in CALLERS - ABOVE and post.organisation_id is not None:
        did = and_(Ticket.organisation_id == post.organisation_id, Ticket.state == State.COMPLETED)
        return or_(Ticket.community_id.in_(managed_by(post.organisation_id, clock.local_date(now))), did)
    return false()


def _has_phone() -> ColumnElement[bool]:
    """As `phone_of`, as a condition."""
    left = exists().where(PersonalText.id == Ticket.caller_phone_id, PersonalText.body.is_not(None))
    of_account = exists().where(User.id == Ticket.reporter_id, User.phone.is_not(None))
    return or_(left, and_(Ticket.caller_phone_id.is_(None), of_account))
