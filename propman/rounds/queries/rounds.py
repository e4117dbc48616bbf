"""Rounds read: one's own, those within reach, their points, what was answered there and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from propman.communities.models import Place
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.files.models import Photo
from propman.inspections.models import Duty, Target
from propman.inspections.queries import MADE_UP
from propman.inspections.queries.scope import visible_to
from propman.inspections.schedule import End
from propman.roles import Permission, Viewer
from propman.rounds.judging import Result
from propman.rounds.models import Round, RoundAnswer, RoundDuty, RoundPoint
from propman.rounds.queries.work import doable, may_do
from propman.tickets.models import Ticket, TicketFinding
from propman.tickets.queries import seen

MOST_ROUNDS = 20


@dataclass(frozen=True)
class Walked:
    """A round with its duties and points in their order, and which of the duties have a make-up; `tickets` by the
    answers that failed, and which of them open to whoever is looking (`seen`): a worker reads of others' jobs how they
    stand, and no more.
    """

    round: Round
    duties: Sequence[RoundDuty]
    made_up: Collection[int]
    points: Sequence[RoundPoint]
    tickets: Mapping[int, Ticket]
    seen: Collection[int]

    @property
    def left(self) -> list[RoundPoint]:
        """The points at which nobody was yet."""
        return [point for point in self.points if point.recorded_at is None]

    @property
    def untouched(self) -> list[int]:
        """The duties that this round did not end, for at every point of theirs nothing was said to apply."""
        by = {each.duty_id: [point.result for point in self.points if point.duty_id == each.duty_id]
              for each in self.duties if each.done_at is not None and each.event_id is None}  # fmt: skip
        return [duty_id for duty_id, results in by.items() if set(results) == {Result.NOT_APPLICABLE}]

    @property
    def undone(self) -> list[Duty]:
        """Of those the duties that are open, or missed and not made up for: they wait for somebody to look."""
        left = [each.duty for each in self.duties if each.duty_id in self.untouched]
        return [duty for duty in left if duty.superseded_by is None and (
            duty.ended_as is None or (duty.ended_as is End.MISSED and duty.id not in self.made_up))]  # fmt: skip

    @property
    def failed(self) -> int:
        """At how many points something failed."""
        return sum(point.result is Result.FAIL for point in self.points)


def load_round(session: Session, round_id: int, viewer: Viewer, now: datetime) -> Round:
    """The round with its person and community, for who went as long as the work is theirs, and for whoever sees one of
    its duties.

    Raises `NotFound` for one out of sight and one that does not exist alike.
    """
    if not 0 < round_id < ID_LIMIT:
        raise NotFound()
    seen = (
        select(RoundDuty.round_id).join(RoundDuty.duty).where(RoundDuty.round_id == round_id, visible_to(viewer, now))
    )
    query = select(Round).where(Round.id == round_id, or_(_own(session, viewer, now), Round.id.in_(seen)))
    whole = (joinedload(Round.person), joinedload(Round.community), joinedload(Round.organisation))
    row = session.scalars(query.options(*whole)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def load_own_point(session: Session, round_id: int, point_id: int, viewer: Viewer, now: datetime) -> RoundPoint:
    """A point of a round of `viewer`. Raises `NotFound`, also where the work is theirs no more."""
    query = (
        select(RoundPoint)
        .join(Round, Round.id == RoundPoint.round_id)
        .where(RoundPoint.id == point_id, Round.id == round_id, Round.person_id == viewer.user_id)
        .options(joinedload(RoundPoint.place), joinedload(RoundPoint.asset))
    )
    small = 0 < point_id < ID_LIMIT and 0 < round_id < ID_LIMIT
    point = session.scalars(query).one_or_none() if small else None
    if point is None or not may_do(session, viewer, point.duty_id, now):
        raise NotFound()
    return point


def rounds_under_way(session: Session, viewer: Viewer, now: datetime) -> list[Walked]:
    """The rounds of `viewer` that are not over, the newest first."""
    query = select(Round).where(_own(session, viewer, now), Round.closed_at.is_(None))
    found = query.options(joinedload(Round.community)).order_by(Round.id.desc()).limit(MOST_ROUNDS)
    return walked(session, session.scalars(found).all(), viewer, now)


def is_own(session: Session, round_id: int, viewer: Viewer, now: datetime) -> bool:
    """Whether `viewer` goes this round, and something of it is still theirs to do."""
    query = select(Round.id).where(Round.id == round_id, _own(session, viewer, now))
    return session.scalar(query) is not None


def may_erase(viewer: Viewer, found: Round) -> bool:
    """Whether `viewer`, who sees this round, may erase what it shows: who went, and who gives out the work there."""
    return viewer.user_id == found.person_id or viewer.may(Permission.DISPATCH)


def _own(session: Session, viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """The condition on a round that `viewer` goes it. Rights are those of today: who lost the work has no round."""
    mine = doable(session, viewer, now)
    if mine is None:
        return false()
    theirs = mine.where(Duty.id == RoundDuty.duty_id).correlate(RoundDuty).exists()
    on_it = select(RoundDuty.duty_id).where(RoundDuty.round_id == Round.id, theirs).correlate(Round).exists()
    return and_(Round.person_id == viewer.user_id, on_it)


def rounds_of(session: Session, duty: Duty, viewer: Viewer, now: datetime) -> list[Walked]:
    """The rounds that were for `duty`, the newest first: their points of this duty with answers, proof and reports."""
    query = select(Round).join(RoundDuty, RoundDuty.round_id == Round.id).where(RoundDuty.duty_id == duty.id)
    found = query.options(joinedload(Round.person), joinedload(Round.organisation)).order_by(Round.id.desc())
    return walked(session, session.scalars(found.limit(MOST_ROUNDS)).all(), viewer, now, duty_id=duty.id)


def walked(
    session: Session, rounds: Sequence[Round], viewer: Viewer, now: datetime, *, duty_id: int | None = None
) -> list[Walked]:
    """Each of `rounds` with what belongs to it, or what of that is about one duty, as `viewer` may see it; a few
    statements for all of them.
    """
    ids = [each.id for each in rounds]
    (duties, after), points = _duties(session, ids, duty_id), _points(session, ids, duty_id)
    answers = (answer for found in points.values() for point in found for answer in point.answers)
    tickets = tickets_of(session, [answer for answer in answers if answer.result is Result.FAIL])
    open_to = seen(session, {ticket.id for ticket in tickets.values()}, viewer, now)
    return [Walked(each, duties[each.id], after, points[each.id], tickets, open_to) for each in rounds]


def _duties(
    session: Session, round_ids: Sequence[int], duty_id: int | None
) -> tuple[dict[int, list[RoundDuty]], set[int]]:  # fmt: skip
    """The duties by round, and which of them have a make-up."""
    made_up = set[int]()
    target, found = joinedload(RoundDuty.duty).joinedload(Duty.target), defaultdict(list)
    whole = (target.joinedload(Target.plan), target.joinedload(Target.asset), target.joinedload(Target.place))
    query = select(RoundDuty, MADE_UP).join(Duty, Duty.id == RoundDuty.duty_id)
    query = query.where(RoundDuty.round_id.in_(round_ids)).order_by(RoundDuty.duty_id)
    for each, after in session.execute(query.options(*whole, joinedload(RoundDuty.event))):
        if duty_id in {None, each.duty_id}:
            found[each.round_id].append(each)
            made_up |= {each.duty_id} if after else set()
    return found, made_up


def _points(session: Session, round_ids: Sequence[int], duty_id: int | None) -> dict[int, list[RoundPoint]]:
    answers, found = selectinload(RoundPoint.answers), defaultdict(list)
    query = select(RoundPoint).where(RoundPoint.round_id.in_(round_ids)).order_by(RoundPoint.position)
    if duty_id is not None:
        query = query.where(RoundPoint.duty_id == duty_id)
    whole = (answers.joinedload(RoundAnswer.item), answers.joinedload(RoundAnswer.note),
             answers.joinedload(RoundAnswer.photo), joinedload(RoundPoint.place),
             joinedload(RoundPoint.asset))  # fmt: skip
    for point in session.scalars(query.options(*whole)):
        found[point.round_id].append(point)
    return found


def looked_at_nothing(session: Session, duty_ids: Collection[int]) -> Collection[int]:
    """Those of these duties on whose points somebody went a round and said that nothing applies; one query."""
    its = and_(RoundPoint.round_id == RoundDuty.round_id, RoundPoint.duty_id == RoundDuty.duty_id)
    at_all = select(RoundPoint.id).where(its).exists()
    looked = select(RoundPoint.id).where(its, RoundPoint.result != Result.NOT_APPLICABLE).exists()
    query = select(RoundDuty.duty_id).where(
        RoundDuty.duty_id.in_(duty_ids), RoundDuty.done_at.is_not(None), RoundDuty.event_id.is_(None), at_all, ~looked
    )
    return set(session.scalars(query))


def tickets_of(session: Session, answers: Collection[RoundAnswer]) -> dict[int, Ticket]:
    """By answer, the report that it opened or joined."""
    sources = {answer.source: answer.id for answer in answers}
    if not sources:
        return {}
    query = select(TicketFinding.source, Ticket).join(TicketFinding.ticket).where(TicketFinding.source.in_(sources))
    return {sources[row[0]]: row[1] for row in session.execute(query)}


def points_at(
    session: Session, viewer: Viewer, place: Place, asset_id: int | None, *, left: bool = True
) -> list[RoundPoint]:  # fmt: skip
    """The points, left or recorded, of rounds of `viewer` under way for which a label at `place`, or on this part,
    stands.
    """
    query = (
        select(RoundPoint)
        .join(Round, Round.id == RoundPoint.round_id)
        .where(Round.person_id == viewer.user_id, Round.closed_at.is_(None))
        .where(RoundPoint.recorded_at.is_(None) if left else RoundPoint.recorded_at.is_not(None))
        .where(RoundPoint.place_id.in_(place.line_ids))
        .options(joinedload(RoundPoint.place), joinedload(RoundPoint.asset))
    )
    here = or_(RoundPoint.asset_id.is_(None), RoundPoint.asset_id == asset_id)
    return list(session.scalars(query.where(here).order_by(RoundPoint.id)))


def photo_on(session: Session, found: Round, key: str, *, erased: bool = False) -> Photo:
    """A photograph that came in on this round. Raises `NotFound` for none, and for one that was erased unless those
    count too.
    """
    query = (
        select(Photo)
        .join(RoundAnswer, RoundAnswer.photo_id == Photo.id)
        .join(RoundPoint, RoundPoint.id == RoundAnswer.point_id)
        .where(RoundPoint.round_id == found.id, Photo.key == key)
    )
    photo = session.scalars(query).one_or_none()
    if photo is None or (photo.erased_at is not None and not erased):
        raise NotFound()
    return photo
