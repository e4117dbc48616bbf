"""Who is told that an answer is to be left out, and what was decided: in the transaction of the act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import ways_to
from propman.notify import operations as outbox
from propman.oversight.models import AnswerExclusion
from propman.oversight.queries import answers
from propman.oversight.queries.answers import Answer
from propman.text import N_

ASKED, DECIDED = "answer.asked", "answer.decided"
TEXTS = {
    ASKED: N_("An answer about %(number)s is to be left out of the rates. Please decide."),
    DECIDED: N_("It was decided whether the answer about %(number)s counts."),
}


def tell_asked(session: Session, *, answer: Answer, exclusion: AnswerExclusion, now: datetime) -> int:
    """Tell the nearest people above who may decide; how many rows."""
    people = answers.deciders(session, answer, exclusion.asked_by_id, clock.local_date(now))
    return _tell(session, ASKED, answer, exclusion, people, now)


def tell_decided(session: Session, *, answer: Answer, exclusion: AnswerExclusion, now: datetime) -> int:
    """Tell who asked; how many rows."""
    return _tell(session, DECIDED, answer, exclusion, [exclusion.asked_by_id], now)


def _tell(
    session: Session, topic: str, answer: Answer, exclusion: AnswerExclusion, people: list[int], now: datetime
) -> int:
    return outbox.tell(
        session, event_ref=f"{topic}:{exclusion.id}", topic=topic, link=f"/rates/answers/{answer.event_id}",
        channels=ways_to(session, people, mailed=True, texted=False), facts={"number": answer.number}, now=now,
    )  # fmt: skip
