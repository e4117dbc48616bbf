"""Referrals: the open one of a ticket, and what an organisation sees of what was referred to it.

Access lasts from the start of a referral to its end, and for some days more to read, without names and telephones
(`visible_to`); it is to that ticket alone, and to no more of it than `hearing.heard`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from propman import clock
from propman.assets.warranty import Verdict
from propman.catalogue.queries import number_setting
from propman.errors import NotFound
from propman.files.models import Photo
from propman.roles import GRANTS, Permission, Viewer
from propman.tickets.models import Attachment, Referral, ReferralEnd, Ticket, TicketEvent, TicketVerdict
from propman.tickets.queries.rows import AnyEvent, AnyTicket, Event
from propman.tickets.workflow import Action, State

REFERRED_TO = GRANTS[Permission.SEE_REFERRALS]
"""The roles of people in organisations that repairs are referred to."""

ENDS = frozenset(
    {
        Action.REFUSE, Action.TAKE_BACK, Action.WITHDRAW, Action.CONFIRM, Action.CLOSED_BY_SYSTEM, Action.RECHECK_PASS,
    }
)  # fmt: skip
"""Moves that end a referral; of a `confirm` only one that confirms."""

MOST_ENDED = 100  # in the list


@dataclass(frozen=True)
class ReferralCounts:
    """How many referrals of a viewer stand how; `silent` are those past the day of their answer."""

    waiting: int
    silent: int
    to_do: int
    done: int  # completed, and the reporter has not answered


def open_referral(session: Session, ticket: AnyTicket) -> Referral | None:
    """The referral of `ticket` that has not ended, with its organisation, or None."""
    query = select(Referral).where(Referral.ticket_id == ticket.id, Referral.ended_at.is_(None))
    return session.scalars(query.options(joinedload(Referral.organisation))).one_or_none()


def is_referred() -> ColumnElement[bool]:
    """The condition on a ticket that it has an open referral."""
    return exists().where(Referral.ticket_id == Ticket.id, Referral.ended_at.is_(None))


def is_silent(now: datetime) -> ColumnElement[bool]:
    """`Referral.silent_at` as a condition."""
    return Referral.accepted_at.is_(None) & Referral.ended_at.is_(None) & (Referral.answer_due_at < now)


def referrals_of(session: Session, ticket: AnyTicket) -> Sequence[Referral]:
    """Every referral of `ticket`, the first one first, with the organisations."""
    query = select(Referral).where(Referral.ticket_id == ticket.id).order_by(Referral.id)
    whole = (joinedload(Referral.organisation), joinedload(Referral.claim_holder))
    return session.scalars(query.options(*whole)).all()


def last_ended_with(session: Session, ticket: Ticket, organisation_id: int) -> Referral | None:
    """The last referral of `ticket` to an organisation, if it was refused or its repair failed: one may insist."""
    query = select(Referral).where(Referral.ticket_id == ticket.id, Referral.organisation_id == organisation_id)
    last = session.scalars(query.order_by(Referral.id.desc()).limit(1)).one_or_none()
    return last if last is not None and last.end_kind in {ReferralEnd.REFUSED, ReferralEnd.PROVEN} else None


def proven_before(session: Session, ticket: Ticket, on: date) -> Referral | None:
    """The referral under which `ticket` was repaired last, if its organisation is still there on `on`."""
    query = select(Referral).where(Referral.ticket_id == ticket.id).options(joinedload(Referral.organisation))
    last = session.scalars(query.order_by(Referral.id.desc()).limit(1)).one_or_none()
    proven = last is not None and last.end_kind is ReferralEnd.PROVEN and last.organisation.open_on(on)
    return last if proven else None


def visible_to(viewer: Viewer, now: datetime, *, former_days: int) -> Select[Referral]:
    """The referrals to the organisations of `viewer` that give access at `now`.

    `former_days`: for how long an ended one can still be read (a setting).
    """
    own = [post.organisation_id for post in viewer.posts if post.role in REFERRED_TO and post.organisation_id]
    open_or_fresh = or_(Referral.ended_at.is_(None), Referral.ended_at > now - timedelta(days=former_days))
    to_them = Referral.organisation_id.in_(own) if own else false()
    return select(Referral).where(to_them, Referral.sent_at <= now, open_or_fresh)


def load_referral(session: Session, number: str, viewer: Viewer, now: datetime) -> Referral:
    """Of the ticket with `number`, the last referral that `viewer` has access to, with all of the ticket.

    Raises `NotFound` for a foreign one, one that is over for too long, and none at all alike.
    """
    ticket = joinedload(Referral.ticket)
    whole = (
        ticket.joinedload(Ticket.place), ticket.joinedload(Ticket.community), ticket.joinedload(Ticket.organisation),
        ticket.joinedload(Ticket.assignee), ticket.joinedload(Ticket.reporter), ticket.joinedload(Ticket.description),
        ticket.joinedload(Ticket.spot), ticket.joinedload(Ticket.caller_name), ticket.joinedload(Ticket.caller_phone),
        joinedload(Referral.organisation), joinedload(Referral.claim_holder),
    )  # fmt: skip
    query = visible_to(viewer, now, former_days=_former_days(session, now)).join(Referral.ticket)
    query = query.where(Ticket.number == number).options(*whole).order_by(Referral.id.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def referrals_to(session: Session, viewer: Viewer, now: datetime) -> tuple[Sequence[Referral], Sequence[Referral]]:
    """What is referred to the organisations of `viewer`: the open ones, and the latest of those that have ended.

    What waits for an answer stands first, the nearest deadline on top; then what is to be repaired, then what waits for
    the reporter. An ended one that was taken up again is left out. Two queries.
    """
    ticket = joinedload(Referral.ticket)
    scope = visible_to(viewer, now, former_days=_former_days(session, now)).options(
        ticket.joinedload(Ticket.place), ticket.joinedload(Ticket.description), ticket.joinedload(Ticket.spot),
        joinedload(Referral.organisation),
    )  # fmt: skip
    done = case((Ticket.state == State.COMPLETED, 2), (Referral.accepted_at.is_not(None), 1), else_=0)
    still_open = scope.join(Referral.ticket).where(Referral.ended_at.is_(None))
    by_deadline = case((Referral.accepted_at.is_(None), Referral.answer_due_at), else_=Ticket.queue_at)
    later = aliased(Referral)
    again = exists().where(
        later.ticket_id == Referral.ticket_id,
        later.organisation_id == Referral.organisation_id,
        later.id > Referral.id,
    )
    ended = scope.where(Referral.ended_at.is_not(None), ~again).order_by(Referral.ended_at.desc(), Referral.id.desc())
    return (
        session.scalars(still_open.order_by(done, by_deadline, Referral.id)).all(),
        session.scalars(ended.limit(MOST_ENDED)).all(),
    )


def referral_counts(session: Session, viewer: Viewer, now: datetime) -> ReferralCounts:
    """How the open referrals of `viewer` stand, in one statement."""
    waits = Referral.accepted_at.is_(None)
    counts = (
        func.count().filter(waits),
        func.count().filter(is_silent(now)),
        func.count().filter(~waits, Ticket.state != State.COMPLETED),
        func.count().filter(Ticket.state == State.COMPLETED),
    )
    query = visible_to(viewer, now, former_days=0).join(Referral.ticket).where(Referral.ended_at.is_(None))
    return ReferralCounts(*session.execute(query.with_only_columns(*counts, maintain_column_froms=True)).one())


def referral_by_event(events: Iterable[Event]) -> Iterator[tuple[Event, int | None, int | None]]:
    """Each of the events of a ticket with the organisation that it was referred to before it and after, or None."""
    referred: int | None = None
    last: int | None = None
    recheck = False
    for event in events:
        before = referred
        recheck = recheck or event.action is Action.FINDING  # from then on a `confirm` is an answer, and ends nothing
        if event.action is Action.REFER:
            referred = last = event.organisation_id
        elif event.action in ENDS and not (recheck and event.action is Action.CONFIRM):
            referred = None
        elif event.action in {Action.REOPEN, Action.RECHECK_FAIL} and event.organisation_id == last:
            referred = last
        yield event, before, referred


def attachments_heard(session: Session, ticket: Ticket, known: Sequence[AnyEvent]) -> list[Attachment]:
    """The photographs that came up to the last of the `known` events, erased ones left out."""
    last = known[-1].version if known else 0
    query = (
        select(Attachment)
        .join(TicketEvent, TicketEvent.id == Attachment.event_id)
        .join(Attachment.photo)
        .where(Attachment.ticket_id == ticket.id, TicketEvent.version <= last, Photo.erased_at.is_(None))
        .options(contains_eager(Attachment.photo))
        .order_by(Attachment.id)
    )
    return list(session.scalars(query))


def verdicts_at_sending(session: Session, rows: Iterable[Referral]) -> dict[int, Verdict]:
    """The verdict that each of the referrals was sent with, by referral; one query."""
    query = select(Referral.id, TicketVerdict.verdict).join(TicketVerdict, TicketVerdict.id == Referral.verdict_id)
    found = session.execute(query.where(Referral.id.in_([row.id for row in rows])))
    return {row[0]: row[1] for row in found}


def _former_days(session: Session, now: datetime) -> int:
    return number_setting(session, "former_company_access_days", clock.local_date(now))
