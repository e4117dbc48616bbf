"""The tables of figures: rates, volumes and what is open, by place, company or kind of fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from propman import clock
from propman.db import db
from propman.oversight import labels, queries, rules
from propman.oversight.queries import MEASURES, NONE, By, Counts, names
from propman.oversight.rules import Weights
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked, months_to_choose, subjects, years_to_choose
from propman.roles import Permission
from propman.shares import Rate
from propman.web import current_viewer, requires
from propman.web.filters import language
from propman.web.months import month_text

_AT = {name: position for position, name in enumerate(MEASURES)}

Cell = tuple[str, str, str, int, int, str, str]
"""Of one rate: its heading, the share, the interval, k, n, and the lists behind k and n."""

Count = tuple[str, str, int]
"""A heading, the list behind, the figure."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tables. `query` narrows an address to it; `opens`: with it leads to a page of its own."""

    name: str
    opens: bool
    query: str
    composite: str
    rates: list[Cell]
    volumes: list[Count]
    stock: list[Count]


@blueprint.get("/rates")
@requires(Permission.SEE_RATES)
def rates() -> tuple[str, int]:
    """The figures of a place or a company. What the address asks wrongly is named, left out, and answered 400."""
    question = asked()
    session, selected = db.session(), question.selected
    weights = names.weights(session, rules.last_day(selected.last))
    found = queries.figures(session, selected, question.by, question.now, question.closed)
    drawn = _Drawn(question, weights, labels.words(language()))
    lines = [
        drawn.line(key, name, found.lines.get(key, NONE)) for key, name in line_names(question, found.lines).items()
    ]
    page = render_template(
        "oversight/rates.html", asked=question, lines=lines, total=drawn.line(None, _("Sum"), found.total),
        months=months_offered(question), years=years_of(question, "oversight.rates"),
        title=title_of(question), above=above_of(question),
        tabs=tabs_of(question, drawn.words.tables, "oversight.rates", By.CATEGORIES),
        words=drawn.words, rest=question.query(drawn.narrows),
        first=month_text(selected.first), last=month_text(selected.last), names=question.names,
        definitions=labels.definitions(language(), weights),
        still_open=question.closed is None or selected.last > question.closed[1],
    )  # fmt: skip
    return page, question.status


def rates_of(counts: Counts, weights: Weights) -> dict[str, tuple[Rate, str, str]]:
    """The rates by name, each with the lists behind its k and its n."""
    count = dict(zip(MEASURES, counts, strict=True))
    satisfied = count["satisfied"] + (count["basically"] if weights.basically else 0)
    asked_for = count["satisfied"] + count["basically"] + count["unsatisfied"]
    pleased = "satisfied_basically" if weights.basically else "satisfied"
    return {
        "response": (Rate(count["response_yes"], count["response_n"]), "response_yes", "response_n"),
        "solution": (Rate(count["solution_yes"], count["solution_n"]), "solution_yes", "solution_n"),
        "satisfaction": (Rate(satisfied, asked_for), pleased, "satisfaction_n"),
        "reached": (Rate(count["reached"], count["settled"]), "reached", "settled"),
        "on_time": (Rate(count["on_time_yes"], count["on_time_n"]), "on_time_yes", "on_time_n"),
        "reopened": (Rate(count["reopened"], count["completed"]), "reopened", "completed"),
    }


def composite_of(found: Mapping[str, tuple[Rate, str, str]], weights: Weights) -> float | None:
    """The composite of `rates_of`."""
    return weights.composite(*(found[name][0].value for name in ("response", "solution", "satisfaction")))


def volume(counts: Counts, name: str) -> int:
    """One of `labels.VOLUMES` or `labels.STOCK`."""
    if name == "open":
        return sum(counts[_AT[each]] for each in ("open_7", "open_30", "open_90", "open_older"))
    return counts[_AT[name]]


def line_names(question: Asked, lines: Mapping[Any, Counts]) -> dict[Any, str]:
    """The lines of a table, in their order, and what they are called."""
    session, on = db.session(), clock.local_date(question.now)
    if question.by is By.COMPANIES:
        return names.organisations(session, list(lines))
    if question.by is By.TEMPLATES:
        return {code: name for code, name in subjects().items() if code in lines}
    if question.by is By.CATEGORIES:
        return {code: name for code, name in names.categories(session, language()).items() if code in lines}
    around = question.around
    if around is None or around.area.kind is queries.LEVELS[-1]:
        return names.places(session, list(lines))
    found = around.open_inside(on, lines.keys())
    narrow = question.selected.organisation_id is not None
    return {key: name for key, name in found.items() if not narrow or key in lines}


class _Drawn:
    """Makes the lines of the tables of one page: what stands in all of them alike is looked up once."""

    def __init__(self, question: Asked, weights: Weights, words: labels.Words) -> None:
        self.weights, self.words, self.narrows = weights, words, NARROWS[question.by]
        self.whole = question.names.get(self.narrows)
        self.opens = question.by is not By.CATEGORIES

    def line(self, key: Any, name: str, counts: Counts) -> Line:
        """The line of `key`; the sum for None."""
        found = rates_of(counts, self.weights)
        composite = composite_of(found, self.weights)
        narrowed = key if key is not None else self.whole
        query = f"&{self.narrows}={quote_plus(str(narrowed))}" if narrowed is not None else ""
        return Line(
            name=name, opens=self.opens and key is not None, query=query,
            composite=f"{composite * 100:.1f}" if composite is not None else "",
            rates=[cell(word, *found[each]) for each, word in self.words.rates],
            volumes=[(word, each, volume(counts, each)) for each, word in self.words.volumes],
            stock=[(word, each, volume(counts, each)) for each, word in self.words.stock],
        )  # fmt: skip


def cell(word: str, rate: Rate, yes: str, of: str) -> Cell:
    """One rate as the tables have it."""
    value, interval = rate.value, rate.interval
    share = f"{value * 100:.1f} %" if value is not None else ""
    between = f"{interval[0] * 100:.1f}–{interval[1] * 100:.1f}" if interval else ""
    return word, share, between, rate.k, rate.n, yes, of


NARROWS = {By.PLACES: "place", By.COMPANIES: "organisation", By.CATEGORIES: "category",
           By.TEMPLATES: "template"}  # fmt: skip


def title_of(question: Asked) -> str:
    """Whose figures these are."""
    area = question.selected.area
    return " · ".join(name for name in (area.name if area else None, question.organisation) if name)


def above_of(question: Asked) -> list[tuple[str, int | None]]:
    """The places above, with the ids of those whose figures the viewer may see."""
    if question.around is None or not question.around.above:
        return []
    narrow, seen = question.selected.organisation_id is not None, queries.seen_from(current_viewer(), question.now)
    return [(area.name, area.id if narrow or seen(area.id) else None) for area in question.around.above]


def months_offered(question: Asked) -> list[str]:
    """The months to choose from: those with figures, and those that are shown."""
    shown = {month_text(question.selected.first), month_text(question.selected.last)}
    return sorted(shown.union(months_to_choose(question.closed, question.now)), reverse=True)


def years_of(question: Asked, page: str) -> list[tuple[str, str, bool, None]]:
    """The same figures of each calendar year, on the page of this endpoint."""
    narrowed = "&".join(piece for piece in (question.narrowed, f"by={question.by}") if piece)
    shown = month_text(question.selected.first), month_text(question.selected.last)
    return [
        (year, f"{url_for(page)}?{narrowed}&from={first}&to={last}", shown == (first, last), None)
        for year, first, last in years_to_choose(question.closed, question.now)
    ]


def tabs_of(
    question: Asked, tables: Mapping[By, Markup], page: str, third: By
) -> list[tuple[str, str, bool, None]]:  # fmt: skip
    """The same figures by place, company and the `third`, on the page of this endpoint."""
    area, found = question.selected.area, []
    if area is None or area.kind is not queries.LEVELS[-1]:
        found.append(By.PLACES)
    if question.selected.organisation_id is None:
        found.append(By.COMPANIES)
    address = f"{url_for(page)}?{question.query()}"
    return [(tables[by], f"{address}&by={by}", by is question.by, None) for by in (*found, third)]
