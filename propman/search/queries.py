"""Reports that answer a question, within the scope of who asks, the newest first: a page, and never a count.

What is seen is decided by `tickets.queries.queue_scope`, in the statement that asks the index of words. Areas and
windows only spare it work: docs/decisions/finding-reports.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Engagement, Organisation, OrganisationKind, Place, PlaceKind
from propman.db import dialect_of
from propman.findable import tokens
from propman.findable.asking import Question, Token, for_postgresql, for_sqlite
from propman.findable.models import INDEX, TicketWords
from propman.findable.walking import windows
from propman.personal import PersonalText
from propman.roles import Role, Viewer
from propman.tickets.models import Channel, Ticket
from propman.tickets.models.ticket import nobody_confirmed
from propman.tickets.queries import contact_seen, queue_scope
from propman.tickets.queries.scope import AREA, COMPANY, former_days, staff_scope
from propman.tickets.workflow import State

PAGE = 50
MOST_AREAS = 100
"""Whoever has more of them sees so much that the windows alone find a page."""

_NAMED = frozenset({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_DESCRIPTION, _SPOT, _HIGHER, _HIGHEST = (
    aliased(PersonalText), aliased(PersonalText), aliased(Place), aliased(Place)
)  # fmt: skip
# put together once: that takes as long as asking them
_LAST = select(func.max(TicketWords.ticket_id))
_OF_ORGANISATIONS = union(  # what companies manage, managed or were given; the street of an office
    select(Engagement.community_id).where(Engagement.organisation_id.in_(_IDS)),
    select(Ticket.community_id).where(Ticket.placed_with_id.in_(_IDS)),
    select(Organisation.place_id).where(Organisation.id.in_(_IDS), Organisation.kind == OrganisationKind.STREET_OFFICE),
)
_TOLD = (
    select(Ticket.id, Ticket.number, Ticket.category, Ticket.state, Ticket.stars, Ticket.completed_at,
           Ticket.recheck, Ticket.channel, Ticket.submitted_at, Place.name.label("place"),
           Place.kind.label("place_kind"), _HIGHER.name.label("higher"),
           _HIGHER.kind.label("higher_kind"), _HIGHEST.name.label("highest"), _HIGHEST.kind.label("highest_kind"),
           _DESCRIPTION.body.label("description"), _SPOT.body.label("spot"))
    .join(Place, Place.id == Ticket.place_id)
    .join(_HIGHER, _HIGHER.id == Place.parent_id)
    .join(_HIGHEST, _HIGHEST.id == _HIGHER.parent_id)
    .outerjoin(_DESCRIPTION, _DESCRIPTION.id == Ticket.description_id)
    .outerjoin(_SPOT, _SPOT.id == Ticket.spot_id)
    .where(Ticket.id.in_(_IDS))
    .order_by(Ticket.id.desc())
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A report that was found, as a list shows it."""

    number: str
    category: str
    where: str
    state: State
    closed_by_system: bool
    taken_over: bool
    submitted_at: datetime
    description: str
    spot: str


def matching(
    session: Session, viewer: Viewer, question: Question, now: datetime, *, before_id: int | None = None
) -> tuple[Sequence[Hit], int | None]:
    """One page of the reports in the scope of `viewer` that answer `question`, and the id before which the next page
    begins (None at the end).
    """
    if not question.terms:
        return (), None
    find = _on_postgresql if dialect_of(session) == "postgresql" else _on_sqlite
    return _page(session, find(session, viewer, question, now, before_id))


def of_telephone(session: Session, viewer: Viewer, phone: str, now: datetime) -> Sequence[Hit]:
    """The newest reports, a page at most, that came with `phone` (E.164) or from the account that has it.

    Only those of which `viewer` sees the telephone: a number tells nobody else anything.
    """
    told = select(PersonalText.id).where(
        PersonalText.kind == literal_column("'phone'"), PersonalText.body == phone  # word for word that of the index
    )  # fmt: skip
    by_phone, by_account = aliased(Ticket), aliased(Ticket)
    called = select(by_phone.id).where(by_phone.caller_phone_id.in_(told))
    account = select(by_account.id).where(by_account.reporter_id.in_(select(User.id).where(User.phone == phone)))
    query = queue_scope(session, viewer, now).where(contact_seen(viewer, now), Ticket.id.in_(called.union_all(account)))
    ids = session.scalars(query.with_only_columns(Ticket.id).order_by(Ticket.id.desc()).limit(PAGE)).all()
    return _page(session, ids)[0]


def _on_sqlite(
    session: Session, viewer: Viewer, question: Question, now: datetime, before_id: int | None
) -> Sequence[int]:
    """FTS5 gives its rows in the order of their ids, as many as are read."""
    index = table(INDEX, column("rowid"), column(INDEX))
    query = queue_scope(session, viewer, now).with_only_columns(Ticket.id)
    query = query.join(index, Ticket.id == index.c.rowid + 0)  # and not the other way round, ticket by ticket
    asked = for_sqlite(_within(session, viewer, question))
    query = query.where(index.c[INDEX].op("MATCH")(asked))
    if before_id is not None:
        query = query.where(index.c.rowid < before_id)
    return session.scalars(query.order_by(index.c.rowid.desc()).limit(PAGE + 1)).all()


def _on_postgresql(
    session: Session, viewer: Viewer, question: Question, now: datetime, before_id: int | None
) -> Sequence[int]:
    """Window by window, in one statement that ends with the window that fills the page."""
    below = before_id
    if below is None:
        below = (session.scalar(_LAST) or 0) + 1
    within = _within(session, viewer, question)
    steps = list(windows(below))
    asked = [for_postgresql(within.narrowed(step.buckets) if step.buckets else within) for step in steps]
    who = Viewer(viewer.user_id, posts=viewer.posts)
    found = _seen(who, clock.local_date(now), former_days(session, viewer, now))
    return sorted(session.scalars(found, {"asked": asked, "below": [step.below for step in steps]}), reverse=True)


@lru_cache(maxsize=256)
def _seen(viewer: Viewer, today: date, days: int) -> Select[int]:
    """The question to PostgreSQL of one viewer on one day: to put it together takes as long as to ask it."""
    window = func.unnest(
        bindparam("asked", type_=ARRAY(Text)), bindparam("below", type_=ARRAY(BigInteger))
    ).table_valued("asked", "below", name="win").render_derived()  # fmt: skip
    hit = (
        select(TicketWords.ticket_id)
        .where(TicketWords.words.op("@@")(cast(window.c.asked, TSQUERY)), TicketWords.ticket_id + 0 < window.c.below)
        .order_by(TicketWords.ticket_id.desc())
        .offset(0)  # keeps PostgreSQL from beginning with all that may be seen, and reading the words of each
        .lateral("hit")
    )
    scope = staff_scope(viewer, clock.day_span(today)[0], former_days=days).with_only_columns(Ticket.id)
    seen = scope.where(Ticket.id == hit.c.ticket_id).limit(1).lateral("seen")
    return select(seen.c.id).select_from(window.join(hit, true()).join(seen, true())).limit(PAGE + 1)


def _within(session: Session, viewer: Viewer, question: Question) -> Question:
    """`question`, where the index is to look in the areas alone that hold all that `viewer` may see."""
    areas = list(_areas(session, viewer))
    if not areas or len(areas) > MOST_AREAS:
        return question
    return question.narrowed((Token(tokens.area(each)),) for each in areas)


def _areas(session: Session, viewer: Viewer) -> list[int]:
    """Ids of places in which all lies that `viewer` sees by a post; none where that is everything."""
    areas, organisations = [], []
    for post in viewer.posts:
        line = (post.place_path or "").strip("/").split("/")
        if post.role is Role.AUDITOR or (post.role in AREA and len(line) == 1):  # the province
            return []
        if post.role in AREA | {Role.GRID_WORKER} and post.place_path:
            areas.append(int(line[-1]))
        if post.role in COMPANY | {Role.WORKER} and post.organisation_id is not None:
            organisations.append(post.organisation_id)
    return [*areas, *(session.scalars(_OF_ORGANISATIONS, {"ids": organisations}) if organisations else ())]


def _page(session: Session, ids: Sequence[int]) -> tuple[Sequence[Hit], int | None]:
    shown = list(ids[:PAGE])
    return list(_hits(session, shown)), shown[-1] if len(ids) > PAGE else None


def _hits(session: Session, ids: Sequence[int]) -> Iterator[Hit]:
    """The reports with these ids, the newest first."""
    for row in session.execute(_TOLD, {"ids": ids}) if ids else ():
        places = ((row.highest_kind, row.highest), (row.higher_kind, row.higher), (row.place_kind, row.place))
        where = " ".join(name for kind, name in places if kind in _NAMED)
        unanswered = nobody_confirmed(row.state, row.stars, row.completed_at, recheck=row.recheck)
        yield Hit(row.number, row.category, where, row.state, unanswered, row.channel is Channel.IMPORTED,
                  row.submitted_at, row.description or "", row.spot or "")  # fmt: skip
