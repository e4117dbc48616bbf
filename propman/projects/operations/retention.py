"""Retention money (质量保证金): kept back from the contractor, released on its day, less what was deducted for defects.

It runs on a clock of its own, which is not that of the warranty.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock, money
from propman.audit.operations import record_change
from propman.communities.operations.guards import no_slip
from propman.db import held
from propman.errors import Refused
from propman.personal import TextKind, clean, erase, write
from propman.projects.models import WorkItem
from propman.projects.operations import guards
from propman.projects.operations.history import change
from propman.text import N_

LONGEST_REASON = 1000


def set_retention(
    session: Session,
    *,
    work_item_id: int,
    retention_fen: int,
    due_on: date | None,
    actor_id: int | None,
    now: datetime,
) -> WorkItem:
    """Say how much of an item's cost is kept back and on which day it is due; 0 is none.

    Raises `Refused` for more than the item costs, less than was deducted, an amount without a day, a day before the
    acceptance, and once it is released.
    """
    item = _held_unreleased(session, work_item_id)
    guards.amount(retention_fen, field="retention_fen")
    if retention_fen > item.cost_fen:
        sentence = N_("The item costs %(cost)s yuan: no more can be kept back.")
        raise Refused(sentence, field="retention_fen", cost=money.text(item.cost_fen))
    if retention_fen < item.deducted_fen:
        sentence = N_("%(deducted)s yuan were deducted already.")
        raise Refused(sentence, field="retention_fen", deducted=money.text(item.deducted_fen))
    if (due_on is None) != (retention_fen == 0):
        raise Refused(N_("Say the amount and the day on which it is due, or neither."), field="due_on")
    if due_on is not None:
        no_slip(due_on, clock.local_date(now), field="due_on")
    guards.not_before(due_on, item.accepted_on, N_("It was accepted only on %(day)s."), field="due_on")
    change(session, item, {"retention_fen": retention_fen, "retention_due_on": due_on}, actor_id, now)
    return item


def deduct(
    session: Session,
    *,
    work_item_id: int,
    deducted_fen: int,
    reason: str | None,
    actor_id: int | None,
    now: datetime,
) -> WorkItem:
    """Deduct from the retention money what defects cost, and say why; given again, it is corrected; 0 takes it back.

    Raises `Refused` for more than is kept back, for a deduction without a reason, and once the money is released.
    """
    item = _held_unreleased(session, work_item_id)
    guards.amount(deducted_fen, field="deducted_fen")
    text = clean(reason or "") or None
    if deducted_fen > item.retention_fen:
        sentence = N_("Only %(held)s yuan are kept back.")
        raise Refused(sentence, field="deducted_fen", held=money.text(item.retention_fen))
    if deducted_fen > 0 and text is None:
        raise Refused(N_("Say why it is deducted."), field="reason")
    if text is not None and len(text) > LONGEST_REASON:
        raise Refused(N_("Please keep it to %(most)s characters."), field="reason", most=LONGEST_REASON)
    _give_reason(session, item, text if deducted_fen else None, actor_id, now)
    change(session, item, {"deducted_fen": deducted_fen}, actor_id, now)
    return item


def release_retention(
    session: Session, *, work_item_id: int, released_on: date, actor_id: int | None, now: datetime
) -> WorkItem:
    """Write down that the retention money, less the deduction, was paid out.

    Raises `Refused` where there is none, before its day or a day yet to come, before acceptance, and a second time.
    """
    item = _held_unreleased(session, work_item_id)
    if item.retention_fen == 0:
        raise Refused(N_("No retention money is recorded."), status=409)
    if item.accepted_on is None:
        raise Refused(N_("It is not accepted yet."), status=409)
    guards.happened(released_on, clock.local_date(now), field="released_on")
    guards.not_before(released_on, item.retention_due_on, N_("It is due only on %(day)s."), field="released_on")
    change(session, item, {"retention_released_on": released_on}, actor_id, now)
    return item


def _held_unreleased(session: Session, work_item_id: int) -> WorkItem:
    item = held(session, WorkItem, work_item_id)
    if item.retention_released_on is not None:
        day = item.retention_released_on.isoformat()
        raise Refused(N_("Its retention money was released on %(day)s."), status=409, day=day)
    return item


def _give_reason(session: Session, item: WorkItem, text: str | None, actor_id: int | None, now: datetime) -> None:
    """Put `text` in place of the reason that stands; the history keeps both as personal content."""
    present = item.deduction_reason
    old = present.body if present else None
    record_change(session, subject_kind="work_item", subject_id=item.id, field="deduction_reason", old=old, new=text,
                  actor_id=actor_id, now=now, personal=TextKind.NOTE)  # fmt: skip
    if text == old:
        return
    item.deduction_reason = write(session, kind=TextKind.NOTE, body=text, now=now)
    erase(present, now=now)
