"""Compliance of inspections: tables by place, company and template, and the list of duties behind every figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from flask import render_template, url_for
from flask_babel import gettext as _

from propman.db import db
from propman.oversight import labels, rules
from propman.oversight.models import INSPECTED, REPAIRS
from propman.oversight.queries import By, Counts, duties, found, inspected, names
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked
from propman.oversight.views.listing import Listing
from propman.oversight.views.rates import (
    NARROWS,
    Cell,
    above_of,
    cell,
    line_names,
    months_offered,
    tabs_of,
    title_of,
    years_of,
)
from propman.roles import Permission
from propman.shares import Rate
from propman.web import requires
from propman.web.filters import language
from propman.web.months import month_text

DUTIES = Listing(tuple(duties.LISTS), duties.length, duties.lines, "oversight.duties_behind", "oversight.duties_table")


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One line of the table. `query` narrows an address to it; `opens`: with it leads to a page of its own."""

    name: str
    opens: bool
    query: str
    rates: list[Cell]
    counts: list[tuple[str, str, int]]  # heading, list, figure
    found: list[Cell]  # as rates; behind the days there is but what was cured
    cures: list[tuple[str, str, int]]
    checked: list[Cell]
    checks: list[tuple[str, str, int]]
    repairs: bool  # of closed repairs there is nothing but spot checks


@blueprint.get("/inspections/compliance")
@requires(Permission.SEE_RATES)
def compliance() -> tuple[str, int]:
    """The figures of a place or a company. What the address asks wrongly is named, left out, and answered 400."""
    question = asked(By.TEMPLATES)
    session, selected = db.session(), question.selected
    counts = inspected.figures_of_inspections(session, selected, question.by, question.closed)
    rows = [_row(question, key, name, counts.get(key, inspected.NOTHING))
            for key, name in line_names(question, counts).items()]  # fmt: skip
    waiting = 0
    still_open = question.closed is None or selected.last > question.closed[1]
    if still_open and selected.organisation_id is None:
        waiting = duties.length(session, selected, duties.WAITING, question.now)
    page = render_template(
        "oversight/compliance.html", asked=question, rows=rows, total=_row(question, None, _("Sum"), total(counts)),
        headings=_headings(labels.DUTY_RATES, labels.DUTY_COLUMNS), waiting=waiting, uncured=uncured(question),
        found_headings=_headings(labels.FOUND_RATES, labels.FOUND_COUNTS),
        checked_headings=[(_("Agreement"), "number"), *_headings(labels.CHECKED_COUNTS)],
        months=months_offered(question), years=years_of(question, "oversight.compliance"), title=title_of(question),
        above=above_of(question), tabs=tabs_of(question, labels.words(language()).tables, "oversight.compliance",
                                               By.TEMPLATES),
        first=month_text(selected.first), last=month_text(selected.last), names=question.names,
        rest=question.query(NARROWS[question.by]), definitions=labels.definitions_of_duties(language()),
        still_open=still_open,
    )  # fmt: skip
    return page, question.status


@blueprint.get("/inspections/compliance/list")
@requires(Permission.SEE_RATES)
def duties_behind() -> tuple[str, int]:
    """The duties behind one figure: as many as it says. Raises `NotFound` for a list that there is not."""
    question, name = asked(By.TEMPLATES), DUTIES.asked()
    shown, status = DUTIES.page(question, name)
    page = render_template(
        "oversight/duties.html", **shown, what=labels.DUTY_LISTS[name], month=month_text,
        templates=names.templates(db.session(), language()), back=url_for("oversight.compliance", **question.names),
    )  # fmt: skip
    return page, status


def total(lines: dict[Any, Counts]) -> Counts:
    """The sum of all lines."""
    return tuple(map(sum, zip(*lines.values(), strict=True))) if lines else inspected.NOTHING


def rates_of_duties(counts: Counts) -> dict[str, tuple[Rate, str, str]]:
    """The rates by name, each with the lists behind its k and its n: nothing shrinks the n of the first."""
    count = dict(zip(INSPECTED, counts, strict=True))
    return {
        "compliance": (Rate(count["done"], count_of(counts, "due")), "done", "due"),
        "decided": (Rate(count["done"], count["done"] + count["late"] + count["missed"]), "done", "decided"),
    }


def agreement_of(counts: Counts) -> Rate:
    """In how many of the spot checks that could be done the second person found what was recorded."""
    agreed = count_of(counts, "agreed")
    return Rate(agreed, agreed + count_of(counts, "disagreed"))


def count_of(counts: Counts, name: str) -> int:
    """One of `labels.DUTY_COUNTS`, `FOUND_COUNTS` or `CHECKED_COUNTS`, or what these are made of."""
    count = dict(zip(INSPECTED, counts, strict=True))
    if name == "due":
        return sum(count[end] for end in duties.ENDED)
    return sum(count[age] for age in found.CURED) if name == "cured" else count[name]


def days_to_cure(counts: Counts) -> tuple[float | None, str]:
    """How many days it took on average, and in which ages half of them lie; None where nothing was cured."""
    half = rules.half_within([count_of(counts, age) for age in found.CURED])
    if half is None:
        return None, ""
    return count_of(counts, "cure_hours") / 24 / count_of(counts, "cured"), str(labels.HALF[half])


def uncured(question: Asked) -> list[tuple[str, str, int]]:
    """What is not cured at this moment, in all and by age: what it is called, the list, the figure."""
    ages = found.uncured(db.session(), question.selected, question.now)
    named = [(str(word), name, ages[name]) for word, name in zip(labels.AGES, found.OPEN, strict=True) if ages[name]]
    return [(labels.found_list_name("open"), "open", sum(ages.values())), *named]


def _headings(*columns: Any) -> list[tuple[str, str]]:
    return [(str(word), "number") for some in columns for _name, word in some]


def _row(question: Asked, key: Any, name: str, counts: Counts) -> DutyRow:
    narrows = NARROWS[question.by]
    narrowed = key if key is not None else question.names.get(narrows)
    rates = rates_of_duties(counts)
    return DutyRow(
        name=name, opens=question.by is not By.TEMPLATES and key is not None,
        query=f"&{narrows}={quote_plus(str(narrowed))}" if narrowed is not None else "",
        rates=[cell(str(word), *rates[each]) for each, word in labels.DUTY_RATES],
        counts=[(str(word), each, count_of(counts, each)) for each, word in labels.DUTY_COLUMNS],
        found=_found_cells(counts),
        cures=[(str(word), each, count_of(counts, each)) for each, word in labels.FOUND_COUNTS],
        checked=[cell(_("Agreement"), agreement_of(counts), "agreed", "measured")],
        checks=[(str(word), each, count_of(counts, each)) for each, word in labels.CHECKED_COUNTS],
        repairs=key == REPAIRS,
    )  # fmt: skip


def _found_cells(counts: Counts) -> list[Cell]:
    """Findings per stop, which are no share: one stop can have several. And the days to the cure."""
    (_per, per_stop), (_days, to_cure) = labels.FOUND_RATES
    rate = Rate(count_of(counts, "findings"), count_of(counts, "stops"))
    each = f"{rate.value:.2f}" if rate.value is not None else ""
    days, half = days_to_cure(counts)
    mean = f"{days:.1f}" if days is not None else ""
    return [(str(per_stop), each, "", rate.k, rate.n, "findings", "stops"),
            (str(to_cure), mean, half, 0, count_of(counts, "cured"), "", "cured")]  # fmt: skip
