"""A spot check ended: what was said still stands, or does not, or could not be looked at.

A disagreement opens a report or joins one, as what fails on a round does; it ends as those do, by a passing re-check.
What was recorded before stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.assets.operations import record_condition
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.db import held
from propman.errors import NotFound, Refused
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.inspections.models import Duty
from propman.personal import TextKind, clean, write
from propman.roles import Viewer
from propman.rounds import findings
from propman.rounds.judging import Result, condition
from propman.rounds.queries import templates_on
from propman.spotchecks import queries, rules
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.rules import Outcome
from propman.text import N_
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket
from propman.tickets.operations import Failed

LONGEST = 500


@dataclass(frozen=True)
class Looked:
    """What came of looking again: the end, in words what was found or why it could not be, photographs of that."""

    outcome: Outcome
    words: str = ""
    photos: Sequence[Upload] = ()


def end_check(
    session: Session, *, check_id: int, looked: Looked, viewer: Viewer, store: FileStore, now: datetime
) -> SpotCheck:  # fmt: skip
    """Write down how a spot check ended, once. Flushes.

    Raises `NotFound` out of reach, `Refused` 403 for who had a hand in it or is of the same organisation, 409 where it
    has its end or the report was reopened meanwhile, 422 for missing words, and as `tickets.open_finding`.
    """
    queries.check_to_end(session, check_id, viewer, clock.local_date(now))
    check = held(session, SpotCheck, check_id)
    checked = queries.checked_of(session, [check])[check.id]
    refused = rules.refusal(viewer.user_id, [post.organisation_id or 0 for post in viewer.posts], checked)
    if refused is not None:
        raise refused
    if check.outcome is not None:
        raise Refused(N_("This spot check has its end already."), status=409)
    said = _words(looked.words)
    missing = rules.incomplete(looked.outcome, said, checked)
    if missing is not None:
        raise missing
    led_to = None
    if looked.outcome is Outcome.DISAGREED:
        led_to = _report(session, check, said, looked.photos, viewer, store, now)
    words = write(session, kind=TextKind.NOTE, body=said, now=now)
    check.outcome, check.ended_at, check.month = looked.outcome, now, clock.month_of(now)
    check.checked_by_id, check.words_id = viewer.user_id, words.id if words else None
    check.led_to_id = led_to.id if led_to else None
    session.flush()
    return check


def _words(words: str) -> str:
    said = clean(words)
    if len(said) > LONGEST:
        raise Refused(N_("Please keep it to %(most)s characters."), field="words", most=LONGEST)
    return said


def _report(
    session: Session, check: SpotCheck, said: str, photos: Sequence[Upload], viewer: Viewer, store: FileStore,
    now: datetime,
) -> Ticket:  # fmt: skip
    """The report of a disagreement; a part that was looked at shows the condition in which it was found."""
    known = [kind.code for kind in categories(session, clock.local_date(now))]
    if check.point is not None:
        failed = _of_point(session, check, said, photos, known, now)
    else:
        failed = _of_repair(check, said, photos, known)
    ticket = tickets.open_finding(session, failed=failed, viewer=viewer, store=store, now=now)
    if check.point is not None and check.point.asset_id is not None:
        _tell_condition(session, check.point.asset_id, viewer, now)
    return ticket


def _of_point(
    session: Session, check: SpotCheck, said: str, photos: Sequence[Upload], known: Sequence[str], now: datetime
) -> Failed:  # fmt: skip
    point = check.point
    if point is None:
        raise NotFound()
    code = session.get_one(Duty, point.duty_id).target.plan.template
    template = templates_on(session, clock.local_date(now))[code]
    words = f"抽查{template.name_zh}，与原记录不一致。{said}"
    return Failed(check.source, point.place, findings.category_of(code, known), words, asset_id=point.asset_id,
                  photos=photos)  # fmt: skip


def _of_repair(check: SpotCheck, said: str, photos: Sequence[Upload], known: Sequence[str]) -> Failed:
    ticket = check.ticket
    if ticket is None:
        raise NotFound()
    category = next(each for each in (ticket.category, *findings.ELSE, *known) if each in known)
    words = f"抽查已办结的报修 {ticket.number}，与原记录不一致。{said}"
    place: Place = ticket.place
    return Failed(check.source, place, category, words, asset_id=ticket.asset_id, photos=photos)


def _tell_condition(session: Session, asset_id: int, viewer: Viewer, now: datetime) -> None:
    """As a round does with what fails there, unless the part was removed meanwhile."""
    part, today = held(session, Asset, asset_id), clock.local_date(now)
    score = condition(part.condition, Result.FAIL)
    if score is not None and part.there_on(today):
        record_condition(session, asset_id=part.id, score=score, found_on=today, actor_id=viewer.user_id, now=now)
