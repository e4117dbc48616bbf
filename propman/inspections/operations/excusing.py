"""Excusing a duty (免检): asked with a reason by who has it, decided by another organisation above, before its cut-off.

Asking stops nothing: what is not granted by the cut-off is missed, and stays missed. What is excused stays among what
was due.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.db import held
from propman.errors import NotFound, Refused, Stale
from propman.inspections.models import Duty, DutyAct, Excuse
from propman.inspections.notices import tell_excuse_asked, tell_excuse_decided
from propman.inspections.operations.ending import close, note_down, open_duty
from propman.inspections.queries import excuses
from propman.inspections.schedule import End
from propman.personal import clean
from propman.roles import Viewer
from propman.text import N_

LONGEST = 500


def ask_excuse(session: Session, *, duty_id: int, viewer: Viewer, reason: str, now: datetime) -> Excuse:
    """Ask that a duty is excused, and say why; those above who decide are told. Flushes.

    Raises `NotFound` for a duty that is not the viewer's to do, `Stale` where it has an end, `Refused` (422) for no
    reason, (409) past the cut-off and where it was asked already.
    """
    on = clock.local_date(now)
    excuses.duty_to_excuse(session, viewer, duty_id, on)
    duty = open_duty(session, duty_id)
    asked_for = excuses.asker(session, viewer, duty, on)
    if asked_for is None or viewer.user_id is None:
        raise NotFound()
    _in_time(duty, now)
    before = excuses.wish_of(session, duty_id)
    if before is not None and before.decided_at is None:
        raise Refused(N_("This was asked already."), status=409)
    said = _words(reason, "reason")
    event = note_down(session, duty, DutyAct.ASK_EXCUSE, actor_id=viewer.user_id, now=now, note=said)
    excuse = Excuse(duty_id=duty.id, asked_at=now, asked_by_id=viewer.user_id, asked_for_id=asked_for.id,
                    reason_id=event.note_id)  # fmt: skip
    session.add(excuse)
    session.flush()
    tell_excuse_asked(session, excuse=excuse, now=now)
    return excuse


def grant_excuse(session: Session, *, excuse_id: int, viewer: Viewer, words: str | None, now: datetime) -> Excuse:
    """The duty is excused; who asked is told. Flushes.

    Raises `NotFound`, `Refused` (403) for who is not above the place and of another organisation, (409) once decided
    and past the cut-off, `Stale` where the duty has its end.
    """
    excuse, duty = _to_decide(session, excuse_id, viewer, now)
    _in_time(duty, now)
    said = _short(words, "words")
    event = close(session, duty, End.EXCUSED, actor_id=viewer.user_id, now=now, note=said)
    return _decide(session, excuse, viewer, granted=True, words_id=event.note_id, now=now)


def refuse_excuse(session: Session, *, excuse_id: int, viewer: Viewer, words: str | None, now: datetime) -> Excuse:
    """The duty stays due, for the reason that is said; who asked is told. Flushes. Raises as `grant_excuse`."""
    excuse, duty = _to_decide(session, excuse_id, viewer, now)
    said = _words(words, "words")
    event = note_down(session, duty, DutyAct.REFUSE_EXCUSE, actor_id=viewer.user_id, now=now, note=said)
    return _decide(session, excuse, viewer, granted=False, words_id=event.note_id, now=now)


def _to_decide(session: Session, excuse_id: int, viewer: Viewer, now: datetime) -> tuple[Excuse, Duty]:
    """The wish and its duty, held, once it is seen that `viewer` may decide."""
    found = excuses.wish(session, viewer, excuse_id, clock.local_date(now))
    if excuses.decider(viewer, found, found.duty.community) is None:
        raise Refused(N_("Somebody of another organisation above has to decide on this."), status=403)
    if found.decided_at is not None:
        raise Refused(N_("This was decided already."), status=409)
    duty = open_duty(session, found.duty_id)
    excuse = held(session, Excuse, excuse_id)
    if excuse.decided_at is not None:
        raise Stale()
    return excuse, duty


def _decide(
    session: Session, excuse: Excuse, viewer: Viewer, *, granted: bool, words_id: int | None, now: datetime
) -> Excuse:
    post = excuses.decider(viewer, excuse, excuse.duty.community)
    excuse.decided_at, excuse.decided_by_id, excuse.granted = now, viewer.user_id, granted
    excuse.decided_for_id = post.organisation_id if post else None
    excuse.words_id = words_id
    session.flush()
    tell_excuse_decided(session, excuse=excuse, now=now)
    return excuse


def _in_time(duty: Duty, now: datetime) -> None:
    """Refuse what comes after the cut-off, also while the job that ends such duties has not run."""
    if duty.cut_off_on < clock.local_date(now):
        raise Refused(N_("It is too late: what was not excused by %(day)s is missed."), status=409, day=duty.cut_off_on)


def _words(words: str | None, field: str) -> str:
    said = clean(_short(words, field))
    if not said:
        raise Refused(N_("Please say why."), field=field)
    return said


def _short(words: str | None, field: str) -> str:
    if len(words or "") > LONGEST:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=LONGEST)
    return words or ""
