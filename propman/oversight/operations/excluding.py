"""Leaving an answer out of solution and satisfaction: asked by whom it judges, decided by others above.

Keyword-only; flushes; callers commit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.db import held, insert_if_absent
from propman.errors import NotFound, Refused
from propman.oversight.models import AnswerExclusion, Reason
from propman.oversight.notices import tell_asked, tell_decided
from propman.oversight.queries import answers
from propman.oversight.queries.answers import Answer
from propman.roles import Viewer
from propman.text import N_


def ask(session: Session, *, event_id: int, viewer: Viewer, now: datetime, reason: Reason) -> AnswerExclusion:
    """Ask that the answer given with this move is left out, for `reason`.

    Those above who may decide are told. Raises `NotFound`; `Refused` 403 for who is not of the organisation it judges,
    422 for an answer that is not counted, 409 where it was asked before.
    """
    answer = _seen(session, event_id, viewer, now)
    if not answer.judges(viewer):
        raise Refused(N_("Only those whose repair it judges can ask for that."), status=403)
    if not answer.counted:
        raise Refused(N_("This answer is not counted: another one about this repair is."))
    row = {"event_id": event_id, "reason": reason, "asked_by_id": viewer.user_id, "asked_at": now,
           "asked_for_id": answer.organisation_id}  # fmt: skip
    if not insert_if_absent(session, AnswerExclusion, row):
        raise Refused(N_("This was asked already."), status=409)
    asked = answers.exclusion_of(session, event_id)
    if asked is None:
        raise NotFound()
    tell_asked(session, answer=answer, exclusion=asked, now=now)
    return asked


def decide(session: Session, *, event_id: int, viewer: Viewer, now: datetime, approved: bool) -> AnswerExclusion:
    """Approve it or not. It takes effect in the month of the answer alone; later it is listed as a correction.

    Who asked is told. Raises `NotFound`; `Refused` 403 for who is not above the place and of another organisation, 409
    once decided.
    """
    answer = _seen(session, event_id, viewer, now)
    found = answers.exclusion_of(session, event_id)
    if found is None:
        raise NotFound()
    may, decided_for_id = answer.decider(viewer, found.asked_by_id)
    if not may:
        raise Refused(N_("Somebody of another organisation above has to decide on this."), status=403)
    row = held(session, AnswerExclusion, found.id)
    if row.decided_at is not None:
        raise Refused(N_("This was decided already."), status=409)
    row.decided_by_id, row.decided_for_id, row.decided_at = viewer.user_id, decided_for_id, now
    row.approved, row.month = approved, clock.month_of(now)
    session.flush()
    tell_decided(session, answer=answer, exclusion=row, now=now)
    return row


def _seen(session: Session, event_id: int, viewer: Viewer, now: datetime) -> Answer:
    found = answers.answer(session, event_id, viewer, now)
    if found is None:
        raise NotFound()
    return found
