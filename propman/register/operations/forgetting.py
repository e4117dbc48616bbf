"""What need not be kept of imports: files that nobody applied, and row by row what was found."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from propman.register.models import Import, ImportFault, ImportRow
from propman.register.operations.sending import DISCARDABLE, forget_details

KEPT = timedelta(days=7)


def forget_imports(session: Session, *, now: datetime) -> int:
    """Delete the imports that were not applied within a week, and the details of those that were; how many."""
    old = Import.made_at < now - KEPT
    unclaimed = or_(Import.claimed_until.is_(None), Import.claimed_until <= now)
    dropped = session.scalars(select(Import.id).where(old, unclaimed, Import.state.in_(DISCARDABLE))).all()
    detailed = or_(*(exists().where(model.import_id == Import.id) for model in (ImportFault, ImportRow)))
    applied = session.scalars(select(Import.id).where(old, Import.applied_at.is_not(None), detailed)).all()
    for import_id in (*dropped, *applied):
        forget_details(session, import_id)
    session.execute(delete(Import).where(Import.id.in_(dropped)).execution_options(synchronize_session=False))
    return len(dropped) + len(applied)
