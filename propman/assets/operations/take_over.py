"""The take-over inspection (承接查验): opened as an engagement begins, checked line by line, closed when all is said.

What must be handed over: 物业管理条例, Art. 28-29; at a change of company 民法典, Art. 949.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import ConditionSource, TakeOver, TakeOverItem, TakeOverState
from propman.assets.operations.tending import NOTE_LENGTH, record_condition
from propman.assets.queries import due_engagements, parts_to_check
from propman.communities.models import Engagement
from propman.data.works import TakeOverItemRow, read_take_over_items
from propman.db import ID_LIMIT, held, insert_if_absent
from propman.errors import NotFound, Refused
from propman.personal import TextKind, clean, write
from propman.text import N_

log = logging.getLogger(__name__)

FAULTY = frozenset({TakeOverState.MISSING, TakeOverState.DEFECTIVE})


def open_take_over(session: Session, *, engagement_id: int, now: datetime) -> TakeOver:
    """Open the inspection of an engagement: the shipped list of the day, and the parts of the community. Flushes.

    Raises `Refused` (409) where it has one already and where it is over, `NotFound` for no such engagement.
    """
    engagement = held(session, Engagement, engagement_id)
    today = clock.local_date(now)
    if not engagement.lasts_beyond(today):
        raise Refused(N_("It has ended already."), status=409)
    values = {"engagement_id": engagement.id, "opened_at": now}
    if not insert_if_absent(session, TakeOver, values):
        raise Refused(N_("The inspection has been opened already."), status=409)
    take_over = session.scalars(select(TakeOver).where(TakeOver.engagement_id == engagement.id)).one()
    papers = [row.code for row in read_take_over_items() if _in_force(row, now)]
    parts = [part.id for part in parts_to_check(session, engagement.community_id, today)]
    for position, (item, asset_id) in enumerate(
        [*((code, None) for code in papers), *((None, each) for each in parts)], start=1
    ):
        session.add(TakeOverItem(take_over_id=take_over.id, position=position, item=item, asset_id=asset_id,
                                 state=TakeOverState.OPEN))  # fmt: skip
    session.flush()
    return take_over


def check_item(
    session: Session,
    *,
    item_id: int,
    state: TakeOverState,
    note: str | None = None,
    score: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> TakeOverItem:
    """Say how one line stands, and of a part also in what condition it was found; said again, the later counts.

    Raises `Refused` for what is missing or defective without a word why, for a condition of what is no part, and (409)
    once the inspection is closed; `NotFound`.
    """
    item = _held_item(session, item_id)
    if state is TakeOverState.OPEN:
        raise Refused(N_("Choose how it stands."), field="state")
    if state in FAULTY and not clean(note or ""):
        raise Refused(N_("Say what is missing or wrong with it."), field="note")
    if len(clean(note or "")) > NOTE_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field="note", most=NOTE_LENGTH)
    if score is not None and item.asset_id is not None:
        record_condition(session, asset_id=item.asset_id, score=score, found_on=clock.local_date(now),
                         source=ConditionSource.TAKE_OVER, note=note, actor_id=actor_id, now=now)  # fmt: skip
    elif score is not None:
        raise Refused(N_("Only a part has a condition."), field="score")
    words = write(session, kind=TextKind.NOTE, body=note, now=now)
    item.state, item.note_id = state, words.id if words else None
    item.checked_at, item.checked_by_id = now, actor_id
    session.flush()
    return item


def close_take_over(session: Session, *, take_over_id: int, actor_id: int | None, now: datetime) -> TakeOver:
    """Close an inspection. Raises `Refused` (422) while lines are unchecked, (409) where it is closed, `NotFound`."""
    take_over = held(session, TakeOver, take_over_id)
    if take_over.closed_at is not None:
        raise Refused(N_("The inspection has been closed already."), status=409)
    unchecked = select(func.count()).where(
        TakeOverItem.take_over_id == take_over.id, TakeOverItem.state == TakeOverState.OPEN
    )
    waiting = session.scalar(unchecked) or 0
    if waiting:
        raise Refused(N_("%(waiting)s lines are not checked yet."), waiting=waiting)
    take_over.closed_at, take_over.closed_by_id = now, actor_id
    session.flush()
    return take_over


def open_take_overs_due(session: Session, *, now: datetime) -> int:
    """Open the inspections of engagements that have begun; how many. Each in a savepoint; safe to repeat."""
    opened = 0
    for engagement_id in session.scalars(due_engagements(clock.local_date(now))).all():
        try:
            with session.begin_nested():
                open_take_over(session, engagement_id=engagement_id, now=now)
                opened += 1
        except Exception:
            log.exception("the take-over inspection of engagement %s could not be opened", engagement_id)
    return opened


def _held_item(session: Session, item_id: int) -> TakeOverItem:
    """The line of an open inspection, which is held: nobody closes it meanwhile."""
    item = session.get(TakeOverItem, item_id) if 0 < item_id < ID_LIMIT else None
    if item is None:
        raise NotFound()
    take_over = held(session, TakeOver, item.take_over_id)
    if take_over.closed_at is not None:
        raise Refused(N_("The inspection is closed: it stays as it was found."), status=409)
    session.refresh(item)
    return item


def _in_force(row: TakeOverItemRow, now: datetime) -> bool:
    today = clock.local_date(now)
    return row.valid_from <= today and (row.valid_to is None or today < row.valid_to)
