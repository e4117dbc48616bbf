"""What the versions of a plan say of a target together: its due days, one after the other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from propman.inspections.schedule import ONCE, Schedule, Window, window

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """What one version says: `schedule` with its first day and its end, None where the plan stands still; and how much
    of the interval is in time, and whether work before that counts; of which target, where several come together.
    """

    number: int
    schedule: Schedule | None
    tolerance: int
    early: bool
    stay: int | None = None

    def counted_from(self, day: date) -> Term:
        """The same, counted from `day`."""
        return replace(self, schedule=replace(self.schedule, anchor=day)) if self.schedule else self


@dataclass(frozen=True)
class Due:
    """A due day, the version that says so, and the days to the next one."""

    on: date
    term: Term
    interval: int

    def window(self, do_on: date, gap_until: date | None = None) -> Window:
        """When what is due can be done, on `do_on` at best."""
        return window(self.on, self.interval, do_on=do_on, tolerance=self.term.tolerance, early=self.term.early,
                      gap_until=gap_until)  # fmt: skip


def due_from(terms: Sequence[Term], since: date) -> Iterator[Due]:
    """What is due from `since` on by all versions, in the order of their first days, each with its interval."""
    days = _days(terms, since)
    here = next(days, None)
    while here is not None:
        there = next(days, None)
        yield _due(here, there)
        here = there


def due_between(terms: Sequence[Term], since: date, until: date) -> tuple[list[Due], date | None]:
    """What is due from `since` up to and with `until`, and the first due day beyond; None where nothing follows."""
    days, found = _days(terms, since), list[Due]()
    here = next(days, None)
    while here is not None and here[0] <= until:
        there = next(days, None)
        found.append(_due(here, there))
        here = there
    return found, here[0] if here else None


def chained(terms: Sequence[Term], since: date, ended: Set[date] = frozenset()) -> Iterator[Due]:
    """What is due from `since` on where each is counted from the one before, as if each is done on its day. `ended` are
    due days that have their end already, as they were done early.

    A pause takes none away: at most what was left of the time when the plan stopped is left when it goes on, and the
    greatest gap allows nothing more for it.
    """
    here = _first(terms, since, ended)
    while here is not None:
        day = here[0]
        there = _first([term.counted_from(day) for term in terms], day + _DAY, ended)
        yield _due(here, there)
        here = there


def _first(terms: Sequence[Term], since: date, ended: Set[date]) -> tuple[date, Term] | None:
    """The first due day, and what says so, counted from that day."""
    first: tuple[date, Term] | None = None
    for term in terms:
        said = term.schedule
        on = _owed(said, since, _ran(terms, since, said.first_on), ended) if said else None
        if said and on and (said.until is None or on < said.until) and (first is None or on < first[0]):
            first = on, term.counted_from(on)
    return first


def _ran(terms: Sequence[Term], since: date, until: date) -> int:
    """On how many days from `since` up to, not including, `until` any of `terms` held."""
    spans = sorted((term.schedule.first_on, term.schedule.until or until) for term in terms if term.schedule)
    ran, upto = 0, since
    for begins, ends in spans:
        ran += max(0, (min(ends, until) - max(begins, upto)).days)
        upto = max(upto, min(ends, until))
    return ran


def _owed(said: Schedule, since: date, ran: int, ended: Set[date]) -> date | None:
    """The first day by what is `said`. Where that came before it held: as many days after its first one as were left,
    or its own next day if that is sooner; and within its greatest gap.
    """
    always = replace(said, first_on=since, until=None)
    coming, asked = (next((day for day in always.days(begun) if day not in ended), None)
                     for begun in (max(since, said.first_on), since))  # fmt: skip
    if coming is None or asked is None:
        return None
    days = [coming]
    if asked < said.first_on:
        days.append(said.first_on + timedelta(days=max(0, (asked - since).days - ran)))
    if said.greatest_gap is not None:
        days.append(max(said.first_on, since, since + timedelta(days=said.greatest_gap - 1)))
    late = (min(days) + _DAY * number for number in range((coming - min(days)).days))
    return next((day for day in late if day not in ended and (said.season is None or said.season.has(day))), coming)


def _due(here: tuple[date, Term], there: tuple[date, Term] | None) -> Due:
    """The interval of the last one is what it would be, were it not for the end of the plan."""
    day, term = here
    following = there[0] if there else term.schedule.after(day) if term.schedule else None
    return Due(day, term, (following - day).days if following else ONCE)


def _days(terms: Sequence[Term], since: date) -> Iterator[tuple[date, Term]]:
    for term in terms:
        if term.schedule is not None:
            yield from ((day, term) for day in term.schedule.days(since))
