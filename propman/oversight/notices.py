"""Who is told that an answer is to be left out, and what was decided: in the transaction of the act. And officials, of
what a week left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import ways_to
from propman.notify import operations as outbox
from propman.oversight.models import AnswerExclusion
from propman.oversight.queries import answers
from propman.oversight.queries.answers import Answer
from propman.oversight.queries.weekly import LEFT
from propman.text import N_

ASKED, DECIDED, WEEK = "answer.asked", "answer.decided", "inspections.week"
WEEK_SHORT, WEEK_STOPPED = "inspections.week_short", "inspections.week_stopped"
TEXTS = {
    ASKED: N_("An answer about %(number)s is to be left out of the rates. Please decide."),
    DECIDED: N_("It was decided whether the answer about %(number)s counts."),
    WEEK: N_("Inspections in your area last week: %(missed)s missed, %(late)s done late. Waiting to be excused: "
             "%(excuses)s. Findings not cured: %(uncured)s."),
    WEEK_SHORT: N_("Inspections in your area last week: %(missed)s missed, %(late)s done late. Waiting to be excused: "
                   "%(excuses)s. Findings not cured: %(uncured)s. Plans that now ask for less than their template: "
                   "%(short)s."),
    WEEK_STOPPED: N_("Inspections in your area last week: %(missed)s missed, %(late)s done late. Waiting to be "
                     "excused: %(excuses)s. Findings not cured: %(uncured)s. Plans paused, ended or with something "
                     "taken out: %(stopped)s; that now ask for less than their template: %(short)s."),
}  # fmt: skip


def tell_asked(session: Session, *, answer: Answer, exclusion: AnswerExclusion, now: datetime) -> int:
    """Tell the nearest people above who may decide; how many rows."""
    people = answers.deciders(session, answer, exclusion.asked_by_id, clock.local_date(now))
    return _tell(session, ASKED, answer, exclusion, people, now)


def tell_decided(session: Session, *, answer: Answer, exclusion: AnswerExclusion, now: datetime) -> int:
    """Tell who asked; how many rows."""
    return _tell(session, DECIDED, answer, exclusion, [exclusion.asked_by_id], now)


def week_ref(week: date) -> str:
    """How the notices of the week that begins on this Monday name it."""
    return f"{WEEK}:{week}"


def tell_week(session: Session, *, week: date, person: int, counts: Mapping[str, int], now: datetime) -> int:
    """Tell an official what the week left, once; how many rows."""
    topic = WEEK_STOPPED if counts.get("stopped") else WEEK_SHORT if counts.get("short") else WEEK
    return outbox.tell(
        session, event_ref=week_ref(week), topic=topic,
        link=f"/inspections/week?from={week}", channels=ways_to(session, [person], mailed=True, texted=False),
        facts={name: counts.get(name, 0) for name in LEFT}, now=now,
    )  # fmt: skip


def _tell(
    session: Session, topic: str, answer: Answer, exclusion: AnswerExclusion, people: list[int], now: datetime
) -> int:
    return outbox.tell(
        session, event_ref=f"{topic}:{exclusion.id}", topic=topic, link=f"/rates/answers/{answer.event_id}",
        channels=ways_to(session, people, mailed=True, texted=False), facts={"number": answer.number}, now=now,
    )  # fmt: skip
