"""The figures once more, from the moves, in plain Python: what `check` holds beside the stored ones and the pages.

Shares nothing with `rules` and `queries` on purpose: reads rows, sums nothing in the database, and works out by itself
which completion an answer is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.callbacks.models import CallAttempt, CallBack
from propman.oversight.models import AnswerExclusion
from propman.tickets.models import Ticket, TicketEvent

Key = tuple[date, int, int, str]
"""Month, community, organisation, category."""

DAY = timedelta(days=1)
COLUMNS = ("id", "ticket_id", "month", "at", "action", "party", "outcome", "from_state", "to_state", "community_id",
           "organisation_id", "category", "stars", "contacted_in_time", "resolve_due_at")  # fmt: skip
PLAIN = {"submit": "reported", "complete": "completed", "closed_by_system": "closed_by_system", "decline": "declined",
         "withdraw": "cancelled"}  # fmt: skip
UNREPAIRED = {"submitted", "assigned", "underway", "on_hold"}
ENDINGS = {"reached", "refused", "not_reached"}


@dataclass(frozen=True)
class Said:
    """What was answered: in time, solved, stars; None for what was left out."""

    in_time: bool | None
    solved: bool | None
    stars: int | None


@dataclass
class Recount:
    """Everything there is to count, up to `now`."""

    now: datetime
    facts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    called: dict[int, Said] = field(default_factory=dict)  # by the move of the call that reached somebody
    left_out: dict[int, date] = field(default_factory=dict)  # by the move of the answer: when that was approved

    @classmethod
    def of(cls, session: Session, now: datetime) -> Recount:
        """Count all moves that there are."""
        counted = cls(now)
        answers = select(CallAttempt.event_id, CallBack.contacted_in_time, CallBack.solved, CallBack.stars)
        for event_id, *said in session.execute(answers.join(CallBack, CallBack.id == CallAttempt.call_back_id)):
            counted.called[event_id] = Said(*said)  # type: ignore[arg-type]
        for row in session.execute(select(AnswerExclusion.event_id, AnswerExclusion.approved, AnswerExclusion.month)):
            if row.approved:
                counted.left_out[row.event_id] = row.month
        told = select(*(getattr(TicketEvent, name) for name in COLUMNS), Ticket.submitted_at)
        told = told.join(Ticket, Ticket.id == TicketEvent.ticket_id)
        told = told.order_by(TicketEvent.ticket_id, TicketEvent.version)
        rows = session.execute(told.execution_options(yield_per=1000))
        for _ticket_id, story in groupby(rows, lambda row: row.ticket_id):
            counted.add([row for row in story if row.month is not None])
        return counted

    def add(self, story: list[Any]) -> None:
        """Count one ticket by its `story`."""
        done: Any = None
        judged: dict[int, list[Any]] = defaultdict(list)
        repaired: dict[int, Any] = {}
        for move in story:
            self._own(move)
            if move.action == "complete":
                done = repaired[move.id] = move
            elif done is not None and move.action in {"confirm", "reopen", "call"}:
                judged[done.id].append(move)
        for done_id, moves in judged.items():
            self._reopenings(repaired[done_id], moves)
            self._answers(repaired[done_id], moves)
            self._calls(repaired[done_id], moves)
        self._stock(story)

    def _own(self, move: Any) -> None:
        row = self._row(move.month, move)
        if name := PLAIN.get(move.action):
            row[name] += 1
        if move.action == "merge" and move.from_state != "merged":
            row["merged"] += 1
        if move.action == "complete" and move.resolve_due_at is not None:
            row["on_time_n"] += 1
            row["on_time_yes"] += move.at <= move.resolve_due_at

    def _row(self, month: date, whose: Any) -> Counter[str]:
        return self.facts[month, whose.community_id, whose.organisation_id, whose.category]

    def _reopenings(self, done: Any, moves: list[Any]) -> None:
        for move in moves:
            self._row(move.month, done)["reopened"] += move.action == "reopen"

    def _answers(self, done: Any, moves: list[Any]) -> None:
        answers = [move for move in moves if _is_own(move) or _is_reached(move)]
        if not answers:
            return
        first = min(move.month for move in answers)
        of_the_month = [move for move in answers if move.month == first]
        best = next((move for move in of_the_month if _is_own(move)), of_the_month[0])
        for move in answers:
            if move is not best:
                self._row(move.month, done)["later"] += 1
        row, said = self._row(best.month, done), self._said(best)
        if said.in_time is not None:
            row["response_n"] += 1
            row["response_yes"] += said.in_time
        if self.left_out.get(best.id) == best.month:
            row["excluded"] += 1
            return
        if said.solved is not None:
            row["solution_n"] += 1
            row["solution_yes"] += said.solved
        if said.solved is False or (said.stars is not None and said.stars < 3):
            row["unsatisfied"] += 1
        elif said.stars is not None:
            row["basically" if said.stars == 3 else "satisfied"] += 1

    def _said(self, move: Any) -> Said:
        if move.action == "call":
            return self.called[move.id]
        return Said(move.contacted_in_time, move.action == "confirm", move.stars)

    def _calls(self, done: Any, moves: list[Any]) -> None:
        """A call-back that was tried ends once: by a call, or by the reporter's own answer."""
        tried = False
        for move in moves:
            if (move.action == "call" and move.outcome in ENDINGS) or (tried and _is_own(move)):
                row = self._row(move.month, done)
                row["settled"] += 1
                row["reached"] += move.action != "call" or move.outcome == "reached"
                return
            tried = tried or move.action == "call"

    def _stock(self, story: list[Any]) -> None:
        """For every month in whose end it was not repaired: how old it then was."""
        last: dict[date, Any] = {move.month: move for move in story}  # the later one of a month stays
        stood, present = None, clock.month_of(self.now)
        for month in _months(min(last), present) if last else ():
            stood = last.get(month, stood)
            if stood is None or stood.to_state not in UNREPAIRED:
                continue
            end = self.now if month == present else clock.at_local(_next(month))
            age, row = end - stood.submitted_at, self._row(month, stood)
            names = ((7, "open_7"), (30, "open_30"), (90, "open_90"))
            row[next((name for days, name in names if age <= days * DAY), "open_older")] += 1
            row["on_hold"] += stood.to_state == "on_hold"


def _is_own(move: Any) -> bool:
    return bool(move.action in {"confirm", "reopen"} and move.party == "reporter")


def _is_reached(move: Any) -> bool:
    return bool(move.action == "call" and move.outcome == "reached")


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = _next(first)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def added_up(facts: Mapping[Key, Counter[str]], paths: Mapping[int, str]) -> dict[tuple[date, int], Counter[str]]:
    """By month and place: the sums for each community and every place above it. `paths` of communities by id."""
    sums: dict[tuple[date, int], Counter[str]] = defaultdict(Counter)
    for (month, community_id, _organisation_id, _category), counts in facts.items():
        for place_id in paths[community_id].strip("/").split("/"):
            sums[month, int(place_id)].update(counts)
    return sums
