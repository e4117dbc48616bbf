"""Targets held, in one order, so that rivals wait for each other and nobody in a ring: what one thing has, by its ids.

What is counted from the one before is asked of the thing, in whichever plan it is (`queries.stays`). So whoever changes
one of its stays, or ends what is open of it, holds all of them: else of two who change different ones each would leave
it to the other to lay what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.db import held
from propman.inspections.models import Target
from propman.inspections.queries.stays import chained_plans, stays_of


def hold_target(session: Session, target_id: int | None) -> None:
    """Hold a target, and with it what belongs to it. Raises `NotFound`."""
    target = session.get(Target, target_id) if target_id is not None else None
    if target is None or not hold_stays(session, [target]):
        held(session, Target, target_id)


def hold_stays(session: Session, targets: Sequence[Target], *, wait: bool = True) -> bool:
    """Hold `targets` of one plan; where that counts from completion, all stays of the same things. False where not all
    are held, as somebody else has some and one does not `wait`.
    """
    if not targets:
        return True
    plan, ids = targets[0].plan, {target.id for target in targets}
    if chained_plans(session, {plan.id}):
        same = stays_of(plan.template, plan.schedule, targets).with_only_columns(Target.id)
        ids |= set(session.scalars(same))
    query = select(Target).where(Target.id.in_(ids)).order_by(Target.id)
    query = query.with_for_update(key_share=True, skip_locked=not wait)
    return len(session.scalars(query.execution_options(populate_existing=True)).all()) == len(ids)
