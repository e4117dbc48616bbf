"""Promises about figures: closed months and pages say what the moves say, and every whole is the sum of its parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.invariants import Finding, Promises
from propman.oversight import queries
from propman.oversight.checked_recount import recount_checked
from propman.oversight.duty_recount import DutyKey, recount_duties, sums_of_duties
from propman.oversight.found_recount import recount_found
from propman.oversight.models import (
    FLOWS,
    INSPECTED,
    ClosedMonth,
    DivisionFact,
    InspectionFact,
    InspectionSum,
    MonthlyFact,
)
from propman.oversight.queries import LEVELS, MEASURES, By, Selection, inspected
from propman.oversight.recount import Recount, added_up

Counted = Mapping[Hashable, Counter[str]]


def promises(session: Session, *, now: datetime) -> Promises:
    """What is promised of figures, each counted afresh when it is called; writes nothing."""
    return {
        "I17": lambda: figures_are_those_of_the_moves(session, now),
        "I18": lambda: wholes_are_sums_of_their_parts(session),
        "I19": lambda: figures_of_inspections_are_those_of_the_duties(session, now),
    }


def figures_are_those_of_the_moves(session: Session, now: datetime) -> Finding:
    """I17: every figure of every closed month is what a recount of the moves gives, and so is what the pages show of
    the months that are open, and of all months together: by place, company and category.
    """
    facts = Recount.of(session, now).facts
    paths = dict(session.execute(select(Place.id, Place.path).where(Place.kind.in_(LEVELS))).all())
    closed = set(session.scalars(select(ClosedMonth.month)))
    stored = {
        (row.month, row.community_id, row.organisation_id, row.category): _counts(row)
        for row in session.scalars(select(MonthlyFact))
    }
    sums = {(row.month, row.place_id): _counts(row) for row in session.scalars(select(DivisionFact))}
    over = {key: counts for key, counts in facts.items() if key[0] in closed}
    broken = [*_differences("the fact", stored, over), *_differences("the sum", sums, added_up(over, paths))]
    known = queries.closed_months(session)
    months = sorted({key[0] for key in facts} | {clock.month_of(now)})
    checked = len(stored) + len(sums)
    still_open = [month for month in months if month not in closed]
    for first in {months[0], still_open[0]} if still_open else {months[0]}:
        spans = _span(facts, first, months[-1])
        pages = list(_pages(session, spans, paths, Selection(first, months[-1]), now, known))
        broken += [fault for _lines, faults in pages for fault in faults]
        checked += sum(lines for lines, _faults in pages)
    return Finding("I17", checked, tuple(broken))


def _span(facts: Mapping[Any, Counter[str]], first: date, last: date) -> dict[tuple[int, int, str], Counter[str]]:
    """What pages must show of a span: what happened in all its months, how it stood at the end of the last."""
    spans: dict[tuple[int, int, str], Counter[str]] = defaultdict(Counter)
    for (month, *key), counts in facts.items():
        names = MEASURES if month == last else FLOWS
        if first <= month <= last:
            spans[tuple(key)].update({name: counts[name] for name in names})
    return spans


def _pages(
    session: Session, spans: Mapping[tuple[int, int, str], Counter[str]], paths: Mapping[int, str],
    span: Selection, now: datetime, closed: tuple[date, date] | None,
) -> Iterator[tuple[int, list[str]]]:  # fmt: skip
    """How many lines each page has, and what is wrong with it: the tables of every place that holds anything."""
    inside: dict[int, dict[Hashable, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    companies: dict[Hashable, Counter[str]] = defaultdict(Counter)
    categories: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for (community_id, organisation_id, category), counts in spans.items():
        line = [int(part) for part in paths[community_id].strip("/").split("/")]
        for above, below in zip(line, line[1:], strict=False):
            inside[above][below].update(counts)
        companies[organisation_id].update(counts)
        categories[category].update(counts)
    tables = [(By.COMPANIES, 0, companies), (By.CATEGORIES, 0, categories)]
    for by, place_id, lines in [*tables, *((By.PLACES, each, inside[each]) for each in sorted(inside))]:
        area = queries.area(session, place_id)
        shown = queries.figures(session, Selection(span.first, span.last, area), by, now, closed).lines
        counted = {key: Counter(dict(zip(MEASURES, counts, strict=True))) for key, counts in shown.items()}
        yield len(shown), list(_differences(f"{by} of {place_id} since {span.first}:", counted, lines))


def _differences(
    what: str,
    there: Mapping[Any, Counter[str]],
    wanted: Mapping[Any, Counter[str]],
    measures: Sequence[str] = MEASURES,
) -> Iterator[str]:
    nothing = Counter[str]()
    for key in sorted({*there, *wanted}, key=str):
        found, right = there.get(key, nothing), wanted.get(key, nothing)
        wrong = [f"{name} {found[name]} not {right[name]}" for name in measures if found[name] != right[name]]
        if wrong:
            yield f"{what} {key} says {', '.join(wrong)}"


def _counts(row: Any, measures: Sequence[str] = MEASURES) -> Counter[str]:
    return Counter({name: getattr(row, name) for name in measures})


def wholes_are_sums_of_their_parts(session: Session) -> Finding:
    """I18: in every closed month the figures of a community are the sum of its organisations and categories, and those
    of every place the sum of what lies directly inside.
    """
    above: dict[int, int | None] = dict(
        session.execute(select(Place.id, Place.parent_id).where(Place.kind.in_(LEVELS))).all()
    )
    parts: dict[tuple[date, int], Counter[str]] = defaultdict(Counter)
    for fact in session.scalars(select(MonthlyFact)):
        parts[fact.month, fact.community_id].update(_counts(fact))
    wholes = {(row.month, row.place_id): _counts(row) for row in session.scalars(select(DivisionFact))}
    for (month, place_id), counts in wholes.items():
        if (parent_id := above[place_id]) is not None:
            parts[month, parent_id].update(counts)
    return Finding("I18", len(wholes), tuple(_differences("the sum of", wholes, parts)))


def figures_of_inspections_are_those_of_the_duties(session: Session, now: datetime) -> Finding:
    """I19: every figure of inspections, of closed months and of those that are open, by place, company and template, is
    what a recount of what happened to the duties, at the points, to the findings and in spot checks gives; each counts
    in the month that this says.
    """
    facts, broken = recount_duties(session)
    for recount in (recount_found, recount_checked):
        more, faults = recount(session)
        for key, counts in more.items():
            facts[key].update(counts)
        broken += faults
    paths = dict(session.execute(select(Place.id, Place.path).where(Place.kind.in_(LEVELS))).all())
    closed = set(session.scalars(select(ClosedMonth.month)))
    stored = {(row.month, row.community_id, row.organisation_id, row.template): _counts(row, INSPECTED)
              for row in session.scalars(select(InspectionFact))}  # fmt: skip
    sums = {(row.month, row.place_id, row.template): _counts(row, INSPECTED)
            for row in session.scalars(select(InspectionSum))}  # fmt: skip
    over = {key: counts for key, counts in facts.items() if key[0] in closed}
    broken += _differences("the fact", stored, over, INSPECTED)
    broken += _differences("the sum", sums, sums_of_duties(over, paths), INSPECTED)
    checked, known = len(stored) + len(sums), queries.closed_months(session)
    months = sorted({key[0] for key in facts} | {clock.month_of(now)})
    still_open = [month for month in months if month not in closed]
    for first in {months[0], still_open[0]} if still_open else {months[0]}:
        for lines, faults in _duty_pages(session, facts, paths, first, months[-1], known):
            checked += lines
            broken += faults
    return Finding("I19", checked, tuple(broken))


def _duty_pages(
    session: Session, facts: Mapping[DutyKey, Counter[str]], paths: Mapping[int, str], first: date, last: date,
    closed: tuple[date, date] | None,
) -> Iterator[tuple[int, list[str]]]:  # fmt: skip
    """How many lines each page of a span has, and what is wrong with it: the tables of every place."""
    tables: dict[tuple[By, int], dict[Hashable, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (month, community_id, organisation_id, template), counts in facts.items():
        line = [int(part) for part in paths[community_id].strip("/").split("/")]
        for above, below in zip(line, line[1:], strict=False) if first <= month <= last else ():
            tables[By.PLACES, above][below].update(counts)
            tables[By.COMPANIES, above][organisation_id].update(counts)
            tables[By.TEMPLATES, above][template].update(counts)
    for (by, place_id), lines in sorted(tables.items()):
        selected = Selection(first, last, queries.area(session, place_id))
        shown = inspected.figures_of_inspections(session, selected, by, closed)
        counted = {key: Counter(dict(zip(INSPECTED, counts, strict=True))) for key, counts in shown.items()}
        what = f"inspections {by} of {place_id} since {first}:"
        yield len(shown), list(_differences(what, counted, lines, INSPECTED))
