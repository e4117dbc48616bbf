"""One ticket with all that its page shows of it: one statement, which stands ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, func, literal_column, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.assets.models import Asset
from propman.catalogue.models import WarrantyRule
from propman.communities.models import Organisation, Place
from propman.db import Base, Packing, read
from propman.errors import NotFound
from propman.personal import PersonalText
from propman.roles import Post, Viewer
from propman.tickets.models import Ticket, TicketPayer, TicketVerdict
from propman.tickets.queries.beside import Beside, there
from propman.tickets.queries.rows import (
    Body,
    ClockRow,
    Community,
    EventRow,
    PayerRow,
    Person,
    TicketRow,
    VerdictRow,
    text_of,
)
from propman.tickets.queries.scope import former_days, staff_scope
from propman.tickets.queries.telling import packed_runs, packed_story, runs, story


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


_TICKET, _VERDICT, _PAYER = _table(Ticket), _table(TicketVerdict), _table(TicketPayer)
_PLACE, _ABOVE, _COMMUNITY = _table(Place), _table(Place).alias(), _table(Place).alias()
_BODY, _SENT, _REPORTER = _table(Organisation), _table(User).alias(), _table(User).alias()
_TEXTS = {name: _table(PersonalText).alias() for name in ("description", "spot", "caller_name", "caller_phone")}

_OWN = tuple(_TICKET.c[name] for name in TicketRow._fields[: TicketRow._fields.index("where")])
_JUDGED = tuple(_VERDICT.c[name] for name in (*VerdictRow._fields[:7], "rule_id", "note_id", "actor_id"))
_PAID = tuple(_PAYER.c[name] for name in (*PayerRow._fields[:5], "reason_id", "actor_id"))
_BLANK: ColumnElement[str] = literal_column("' '")
_WHERE = case(
    (_PLACE.c.id == _COMMUNITY.c.id, _PLACE.c.name),
    (_ABOVE.c.id == _COMMUNITY.c.id, _COMMUNITY.c.name + _BLANK + _PLACE.c.name),
    else_=_COMMUNITY.c.name + _BLANK + _ABOVE.c.name + _BLANK + _PLACE.c.name,  # an entrance of a building
)
_NAMED = (
    _WHERE, _COMMUNITY.c.path, _BODY.c.kind, _BODY.c.name, _BODY.c.phone, _SENT.c.name, _REPORTER.c.name,
    _REPORTER.c.phone,
)  # fmt: skip
_WRITTEN = tuple(column for text in _TEXTS.values() for column in (text.c.body, text.c.erased_at))


class Whole(NamedTuple):
    """A ticket, what there is beside it, what happened and how its clocks ran."""

    ticket: TicketRow
    beside: Beside
    events: Sequence[EventRow]
    runs: Sequence[ClockRow]


def load_whole(session: Session, number: str, viewer: Viewer, now: datetime) -> Whole:
    """The ticket with `number` in the scope of `viewer` as staff, whole. Raises `NotFound` for foreign and non-existent
    alike.
    """
    query, packing = _statement(viewer.user_id, viewer.posts, clock.local_date(now), former_days(session, viewer, now))
    found = read(session, query, {"number": number}).one_or_none()
    if found is None:
        raise NotFound()
    values = iter(packing.read(found[0]))
    ticket = _ticket(session, *(tuple(islice(values, len(part))) for part in (_OWN, _NAMED, _WRITTEN)))
    verdict = _verdict(session, *islice(values, len(_JUDGED)))
    payer = _payer(session, *islice(values, len(_PAID)))
    return Whole(ticket, Beside(verdict, payer, *values), story(found[1]), runs(found[2]))


@lru_cache(maxsize=100)
def _statement(
    user_id: int | None, posts: tuple[Post, ...], on: date, days: int
) -> tuple[Select[*tuple[Any, ...]], Packing]:  # fmt: skip
    """The statement of `load_whole`, for the `number` bound to it, and how its first column is read. Whoever looks at
    one report looks at the next, and putting it together costs more than asking it.
    """
    scope = staff_scope(Viewer(user_id=user_id, posts=posts), clock.at_local(on), former_days=days)
    joined = (
        _TICKET.join(_PLACE, _PLACE.c.id == _TICKET.c.place_id)
        .join(_ABOVE, _ABOVE.c.id == _PLACE.c.parent_id)
        .join(_COMMUNITY, _COMMUNITY.c.id == _TICKET.c.community_id)
        .join(_BODY, _BODY.c.id == _TICKET.c.organisation_id)
        .outerjoin(_SENT, _SENT.c.id == _TICKET.c.assignee_id)
        .outerjoin(_REPORTER, _REPORTER.c.id == _TICKET.c.reporter_id)
        .outerjoin(_VERDICT, _last(_VERDICT))
        .outerjoin(_PAYER, _last(_PAYER))
    )
    for name, text in _TEXTS.items():
        joined = joined.outerjoin(text, text.c.id == _TICKET.c[f"{name}_id"])
    packing = Packing((*_OWN, *_NAMED, *_WRITTEN, *_JUDGED, *_PAID, *there(on)))
    columns = packing.row(), packed_story(_TICKET.c.id), packed_runs(_TICKET.c.id)
    query = scope.with_only_columns(*columns).select_from(joined).where(_TICKET.c.number == bindparam("number"))
    return query, packing


def _last(table: Table) -> ColumnElement[bool]:
    """The condition that a verdict or payer is the one of its ticket that counts."""
    other = table.alias()
    latest = select(func.max(other.c.run)).where(other.c.ticket_id == _TICKET.c.id).scalar_subquery()
    return and_(table.c.ticket_id == _TICKET.c.id, table.c.run == latest)


def _ticket(session: Session, own: tuple[Any, ...], named: tuple[Any, ...], written: tuple[Any, ...]) -> TicketRow:
    """Put a ticket together from its columns, in their order."""
    where, path, kind, name, phone, sent, reporter, reachable = named
    texts = (text_of(*written[at : at + 2]) for at in range(0, len(written), 2))
    _id, organisation_id, assignee_id, reporter_id, lead_id, *_more = own
    return TicketRow._make((
        *own, where, Community(path), Body(organisation_id, kind, name, phone),
        Person(sent) if assignee_id else None, Person(reporter, reachable) if reporter_id else None,
        *texts, session.get(Ticket, lead_id) if lead_id else None,
    ))  # fmt: skip


def _verdict(session: Session, *row: Any) -> VerdictRow | None:
    """Put a verdict together. What it names is mostly nothing, and asked for where there is something."""
    *own, rule_id, note_id, actor_id = row
    if own[0] is None:
        return None
    asset = session.get(Asset, own[1]) if own[1] else None
    rule = session.get(WarrantyRule, rule_id) if rule_id else None
    return VerdictRow._make((*own, asset, rule, *_who_said(session, note_id, actor_id)))


def _payer(session: Session, *row: Any) -> PayerRow | None:
    *own, reason_id, actor_id = row
    return PayerRow._make((*own, *_who_said(session, reason_id, actor_id))) if own[0] is not None else None


def _who_said(session: Session, text_id: int | None, actor_id: int | None) -> tuple[PersonalText | None, User | None]:
    """The words of a decision, and who made it; both None where the system did."""
    text = session.get(PersonalText, text_id) if text_id else None
    return text, session.get(User, actor_id) if actor_id else None
