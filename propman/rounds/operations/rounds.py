"""A round begun, loaded again for another shift, ended; and how a duty ends by the last of its points.

Locks are taken in one order: the round, its community, the target, the duty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record
from propman.communities.models import ABOVE_COMMUNITIES, Place
from propman.db import held
from propman.errors import NotFound, Refused, Stale
from propman.files.operations import erase_photo
from propman.inspections.models import Duty, DutyEvent, Target
from propman.inspections.operations import end, make_up
from propman.inspections.operations.holding import hold_target
from propman.inspections.queries import made_up
from propman.inspections.schedule import End
from propman.roles import Viewer
from propman.rounds.models import Round, RoundDuty, RoundPoint
from propman.rounds.queries import Work, is_own, may_do, may_erase, organisation_for, photo_on, points_of, work_of
from propman.rounds.queries.lately import results_of
from propman.text import N_

SHIFT = timedelta(hours=12)  # how long a challenge holds after the round was loaded
MOST_DUTIES = 50  # in one round


def begin_round(
    session: Session, *, community_id: int, duty_ids: Sequence[int], viewer: Viewer, now: datetime
) -> Round:  # fmt: skip
    """A round of `viewer` for these duties of a community, in which it stays. Flushes.

    Raises `NotFound` for one that is not there, that this viewer may not do or that does not exist, `Refused` (422) for
    none, too many, and what is not to be done yet; 409 where somebody is on it.
    """
    if not duty_ids:
        raise Refused(N_("Choose at least one inspection."), field="duties")
    if len(duty_ids) > MOST_DUTIES:
        raise Refused(N_("At most %(most)s inspections fit into one round."), field="duties", most=MOST_DUTIES)
    works = [one for one in work_of(session, viewer, now, duty_ids=duty_ids) if one.duty.community_id == community_id]
    if {work.duty.id for work in works} != set(duty_ids):
        raise NotFound()
    _hold(session, works)
    today = clock.local_date(now)
    for work in works:
        _guard(work.duty, today)
        _let_go(session, work.duty, now)
    found = Round(
        community_id=community_id, person_id=viewer.user_id, started_at=now, loaded_at=now,
        ends_at=now + SHIFT, organisation_id=organisation_for(session, viewer, works[0], now),
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(RoundDuty(round_id=found.id, duty_id=work.duty.id) for work in works)
    session.flush()
    _lay_points(session, found, works)
    return found


def load_again(session: Session, *, round_id: int, viewer: Viewer, now: datetime) -> Round:
    """Go on with a round in another shift: its challenge is a new one, and what is no more for this viewer to do it
    holds no longer. Flushes. Raises as `own_round`.
    """
    found = own_round(session, round_id, viewer, now)
    for each in _held_by(session, found):
        if not may_do(session, viewer, each.duty_id, now):
            each.released_at = now
    found.loaded_at, found.ends_at = now, now + SHIFT
    session.flush()
    return found


def close_round(session: Session, *, round_id: int, viewer: Viewer, now: datetime) -> Round:
    """End a round with what was recorded; what is left can be begun anew. Flushes. Raises as `own_round`."""
    found = own_round(session, round_id, viewer, now)
    for each in _held_by(session, found):
        each.released_at = now
    found.closed_at = now
    session.flush()
    return found


def erase_round_photo(session: Session, *, found: Round, key: str, viewer: Viewer, now: datetime) -> None:
    """Erase a photograph of a round, because it shows what it should not: by who went, or who gives out the work there.

    Raises `NotFound` for none of this round, and for everybody else: it is evidence.
    """
    if not may_erase(viewer, found):
        raise NotFound()
    photo = photo_on(session, found, key)
    erase_photo(session, photo=photo, now=now)
    record(session, act="round_photo_erased", subject_kind="inspection_round", subject_id=found.id,
           actor_id=viewer.user_id, now=now, photo_id=photo.id)  # fmt: skip


def own_round(session: Session, round_id: int, viewer: Viewer, now: datetime) -> Round:
    """The round, held. Raises `NotFound` for another's, for none, and where nothing of it is theirs to do any more,
    `Refused` (409) for one that is over.
    """
    found = held(session, Round, round_id)
    if not is_own(session, round_id, viewer, now):
        raise NotFound()
    if found.closed_at is not None:
        raise Refused(N_("This round is over."), status=409)
    return found


def finish(session: Session, found: Round, duty_id: int, *, now: datetime) -> DutyEvent | None:
    """All points of a duty are in: it ends, or was missed and is made up for; where neither can be, or nothing was
    looked at, what was done stays recorded and ends nothing. The last duty ends the round, which the caller holds.
    Flushes.
    """
    row = session.get_one(RoundDuty, (found.id, duty_id))
    event = _end(session, duty_id, found.person_id, now)
    row.done_at, row.event_id = now, event.id if event else None
    row.released_at = row.released_at or now
    session.flush()
    if not _held_by(session, found):
        found.closed_at = now
        session.flush()
    return event


def _end(session: Session, duty_id: int, person_id: int, now: datetime) -> DutyEvent | None:
    """What comes of the work for the duty, on the local day on which the last point was received."""
    hold_target(session, session.scalars(select(Duty.target_id).where(Duty.id == duty_id)).one())
    duty, today = held(session, Duty, duty_id), clock.local_date(now)
    if duty.superseded_by is not None or not results_of(session, [duty_id]):
        return None
    if duty.ended_as is End.MISSED and not made_up(session, duty_id):
        return make_up(session, duty_id=duty_id, actor_id=person_id, note=None, now=now)
    if duty.ended_as is None and duty.opens_on <= today <= duty.cut_off_on:
        return end(session, duty_id=duty_id, done_on=today, actor_id=person_id, now=now)
    return None


def _hold(session: Session, works: Sequence[Work]) -> None:
    """Targets before duties, each by id, so that rivals wait for each other."""
    for target_id in sorted({work.duty.target_id for work in works}):
        held(session, Target, target_id)
    for duty_id in sorted(work.duty.id for work in works):
        held(session, Duty, duty_id)


def _guard(duty: Duty, today: date) -> None:
    if duty.superseded_by is not None or duty.ended_as not in {None, End.MISSED}:
        raise Stale()
    if duty.ended_as is None and today < duty.opens_on:
        raise Refused(N_("It is too early: this inspection can be done from %(day)s on."), field="duties",
                      day=duty.opens_on)  # fmt: skip


def _let_go(session: Session, duty: Duty, now: datetime) -> None:
    """A round whose shift is over holds nothing any more; one under way does."""
    holding = select(Round.ends_at).join(RoundDuty, RoundDuty.round_id == Round.id)
    until = session.scalar(holding.where(RoundDuty.duty_id == duty.id, RoundDuty.released_at.is_(None)))
    if until is not None and until > now:
        raise Refused(N_("Somebody is on a round for this inspection already."), status=409, field="duties")
    if until is not None:
        gone = update(RoundDuty).where(RoundDuty.duty_id == duty.id, RoundDuty.released_at.is_(None))
        session.execute(gone.values(released_at=now))


def _lay_points(session: Session, found: Round, works: Sequence[Work]) -> None:
    """The points of all duties in the order in which one walks: building by building, and in each place by place."""
    on = clock.local_date(found.started_at)
    laid = [
        (point, work)
        for work in works
        for point in points_of(session, work.duty.target, work.template, on)
    ]  # fmt: skip
    buildings: dict[tuple[int, ...], int] = {}
    places: dict[int, int] = {}
    for number, (point, _work) in enumerate(laid):
        buildings.setdefault(_building(point.place), number)
        places.setdefault(point.place.id, number)
    laid.sort(key=lambda each: (buildings[_building(each[0].place)], places[each[0].place.id]))
    session.add_all(
        RoundPoint(round_id=found.id, duty_id=work.duty.id, template=work.template.code, position=number,
                   place_id=point.place.id, asset_id=point.asset.id if point.asset else None)
        for number, (point, work) in enumerate(laid, start=1)
    )  # fmt: skip
    session.flush()


def _building(place: Place) -> tuple[int, ...]:
    """The building in which a place lies, with all that it lies in."""
    return place.line_ids[: ABOVE_COMMUNITIES + 2]


def _held_by(session: Session, found: Round) -> Sequence[RoundDuty]:
    query = select(RoundDuty).where(RoundDuty.round_id == found.id, RoundDuty.released_at.is_(None))
    return session.scalars(query.order_by(RoundDuty.duty_id)).all()
