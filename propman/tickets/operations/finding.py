"""What a report is found by: gathered from its texts, kept as tokens in the transaction that changes them.

Number, category, description, spot, the names of its places, what its reporter answered or added, and what an
inspection found, which everybody reads who sees the report by a post (`queries.hearing`). No note, no name and no
telephone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Place, PlaceKind
from propman.communities.operations import ALSO_RENAMED
from propman.communities.queries import AnyPlace
from propman.db import fresh
from propman.findable import operations as findable
from propman.findable.models import TicketWords
from propman.findable.tokens import Findable, tokens
from propman.personal import PersonalText
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action

SAID = frozenset({Action.ANSWER, Action.ADD, Action.FINDING})
NAMED = frozenset({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})
"""Places whose names are among the words of their reports; a street or district would take too long to rename."""

BATCH = 1000


def keep_findable(session: Session, *, ticket_ids: Collection[int]) -> None:
    """Let each of these tickets be found by what it says now. Flushes first."""
    session.flush()
    ids = sorted(ticket_ids)
    for begin in range(0, len(ids), BATCH):
        findable.keep(session, reports=findables(session, ids[begin : begin + BATCH]))


def first_words(*, ticket: Ticket, line: Sequence[AnyPlace], texts: Iterable[str]) -> TicketWords:
    """What `keep_findable` stores for a ticket that comes in with `texts` at the last place of `line`, the first of
    which is its community.
    """
    names = _names((each.name, each.name_en) for each in line)
    report = Findable(ticket.id, ticket.number, ticket.category, line[-1].line_ids, [*filter(None, texts), *names])
    return fresh(TicketWords, ticket_id=ticket.id, words=tokens(report))


def forget_findable(session: Session, *, ticket_id: int) -> None:
    """Let a ticket whose personal content was erased be found by number, category and place alone. Flushes first."""
    keep_findable(session, ticket_ids=[ticket_id])
    findable.forget_replaced(session)


def keep_missing(session: Session, *, after_id: int = 0, most: int = BATCH) -> int | None:
    """Give the tickets beyond `after_id` that have no row of tokens theirs, at most so many; gives the last one's id,
    None where none was without.
    """
    missing = select(Ticket.id).outerjoin(TicketWords, TicketWords.ticket_id == Ticket.id)
    missing = missing.where(TicketWords.ticket_id.is_(None), Ticket.id > after_id)
    ids = session.scalars(missing.order_by(Ticket.id).limit(most)).all()
    keep_findable(session, ticket_ids=ids)
    return ids[-1] if ids else None


def findables(session: Session, ticket_ids: Sequence[int]) -> Iterator[Findable]:
    """What each of these tickets is found by, from its texts as they stand; three statements for all of them."""
    told = session.execute(_told().where(Ticket.id.in_(ticket_ids))).all()
    lines = {row.place_id: tuple(map(int, row.path.strip("/").split("/"))) for row in told}
    named = select(Place.id, Place.name, Place.name_en).where(Place.kind.in_(NAMED))
    ids = {each for line in lines.values() for each in line}
    names = {row.id: (row.name, row.name_en) for row in session.execute(named.where(Place.id.in_(ids)))}
    said = _said(session, ticket_ids)
    for row in told:
        line = lines[row.place_id]
        places = _names(names[each] for each in line if each in names)
        texts = [text for text in (row.description, row.spot) if text] + places + said.get(row.id, [])
        yield Findable(row.id, row.number, row.category, line, texts)


def _names(pairs: Iterable[tuple[str, str | None]]) -> list[str]:
    """Names of places in both languages, and those in Chinese in one go as people write them: 3号楼2单元."""
    both = list(pairs)
    return [name for pair in both for name in pair if name] + ["".join(name for name, _english in both)]


def _told() -> Select[int, str, str, int, str, str | None, str | None]:
    description, spot = aliased(PersonalText), aliased(PersonalText)
    return (
        select(Ticket.id, Ticket.number, Ticket.category, Ticket.place_id, Place.path,
               description.body.label("description"), spot.body.label("spot"))
        .join(Place, Place.id == Ticket.place_id)
        .outerjoin(description, description.id == Ticket.description_id)
        .outerjoin(spot, spot.id == Ticket.spot_id)
    )  # fmt: skip


def _said(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(TicketEvent.ticket_id, PersonalText.body)
        .join(PersonalText, PersonalText.id == TicketEvent.note_id)
        .where(TicketEvent.ticket_id.in_(ticket_ids), TicketEvent.action.in_(SAID), PersonalText.body.is_not(None))
        .order_by(TicketEvent.ticket_id, TicketEvent.version)
    )
    found: dict[int, list[str]] = {}
    for ticket_id, body in session.execute(query):
        found.setdefault(ticket_id, []).append(body or "")
    return found


def _follow_name(session: Session, place: Place) -> None:
    """Let the reports at and in a place be found by its new name."""
    if place.kind in NAMED:
        inside = select(Ticket.id).join(Place, Place.id == Ticket.place_id).where(Place.path.like(f"{place.path}%"))
        keep_findable(session, ticket_ids=session.scalars(inside).all())


ALSO_RENAMED.append(_follow_name)
