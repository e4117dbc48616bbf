"""When a call-back may end, and which answer about a completion counts. Pure.

"Not reached" is said after three attempts on two days (有效回访), and never counts as solved or satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from propman import clock
from propman.errors import Refused
from propman.text import N_
from propman.tickets.workflow import CallOutcome

LEAST_ATTEMPTS = 3
LEAST_DAYS = 2
FARTHEST_CALL = timedelta(days=14)
CLAIMED_FOR = timedelta(minutes=10)


class Ending(StrEnum):
    """How a call-back ended."""

    REACHED = "reached"
    REFUSED = "refused"  # the reporter did not want to answer
    NOT_REACHED = "not_reached"


ENDS = {CallOutcome.REACHED: Ending.REACHED, CallOutcome.REFUSED: Ending.REFUSED}
"""Attempts after which there is nothing more to ask."""


@dataclass(frozen=True)
class Attempt:
    """One attempt: when, how it went, and for when the reporter asked to be called, if they did."""

    at: datetime
    outcome: CallOutcome
    later_at: datetime | None = None


@dataclass(frozen=True)
class Result:
    """What came of an attempt. None is a question that was not asked or not answered."""

    outcome: CallOutcome | None
    contacted_in_time: bool | None = None
    solved: bool | None = None
    stars: int | None = None
    words: str = ""
    later_at: datetime | None = None

    @property
    def answers(self) -> bool:
        """Whether any of the three questions was answered."""
        return not (self.contacted_in_time is None and self.solved is None and self.stars is None)


def days_of(attempts: Iterable[Attempt]) -> int:
    """On how many local days there were `attempts`."""
    return len({clock.local_date(attempt.at) for attempt in attempts})


def too_early(attempts: Sequence[Attempt]) -> Refused | None:
    """Why "not reached" may not be said after these attempts, in their order; None if it may.

    Whoever asked to be called at a time is tried at that time or later, or was not tried as promised.
    """
    had, on = len(attempts), days_of(attempts)
    if had < LEAST_ATTEMPTS or on < LEAST_DAYS:
        return Refused(
            N_("“Not reached” is said after %(attempts)s attempts on %(days)s days. So far: %(had)s on %(on)s."),
            attempts=LEAST_ATTEMPTS, days=LEAST_DAYS, had=had, on=on,
        )  # fmt: skip
    asked_for = [attempt.later_at for attempt in attempts if attempt.later_at is not None]
    if asked_for and attempts[-1].at < asked_for[-1]:
        at = clock.local(asked_for[-1])
        return Refused(N_("The reporter asked to be called at %(at)s. Please try then first."), at=f"{at:%m-%d %H:%M}")
    return None


def incomplete(result: Result, now: datetime) -> Refused | None:
    """What is missing in `result`, or out of place, naming its field; None where nothing is."""
    if result.outcome is None or result.outcome is CallOutcome.NOT_REACHED:
        return Refused(N_("Please say how the call went."), field="outcome")
    if result.outcome is CallOutcome.LATER:
        if result.later_at is None:
            return Refused(N_("Please say when to call again."), field="later_on")
        if not now < result.later_at <= now + FARTHEST_CALL:
            return Refused(N_("The call must lie ahead, at most %(days)s days."), field="later_on",
                           days=FARTHEST_CALL.days)  # fmt: skip
    if result.outcome is not CallOutcome.REACHED:
        wrong = result.answers
        return Refused(N_("Answers are for a reporter who was reached."), field="outcome") if wrong else None
    if not result.answers:
        return Refused(N_("Please fill in what was answered. Who answers nothing does not want to answer."),
                       field="solved")  # fmt: skip
    if result.solved is False and not result.words.strip():
        return Refused(N_("Please write down what is still wrong, in the reporter's words."), field="words")
    return None


# --- which answer counts ---


class Source(StrEnum):
    """Who wrote an answer down."""

    REPORTER = "reporter"  # on the page of the report
    CALL = "call"


@dataclass(frozen=True)
class Given:
    """One answer about one completion. `own_company`: the company that repaired it called by itself."""

    source: Source
    at: datetime
    contacted_in_time: bool | None
    solved: bool | None
    stars: int | None
    own_company: bool = False


def counted(given: Iterable[Given]) -> Given | None:
    """The one answer about a completion that counts: the reporter's own, the first of them; else that of a call.

    A later one is listed and not counted. Without any there is None: not reached, refused and closed by the system
    are neither solved nor satisfied.
    """
    ordered = sorted(given, key=lambda answer: (answer.source is not Source.REPORTER, answer.at))
    return ordered[0] if ordered else None
