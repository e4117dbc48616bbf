"""The tables of figures: rates, volumes and what is open, by place, company or kind of fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from propman import clock
from propman.db import db
from propman.oversight import labels, queries, rules
from propman.oversight.queries import MEASURES, NONE, By, Counts, names
from propman.oversight.rules import Rate, Weights
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked, month_text, months_to_choose
from propman.roles import Permission
from propman.web import current_viewer, requires

_AT = {name: position for position, name in enumerate(MEASURES)}

Cell = tuple[str, str, str, int, int, str, str]
"""Of one rate: its heading, the share, the interval, k, n, and the lists behind k and n."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tables. `query` narrows an address to it; `url` opens its own page, where it has one."""

    name: str
    url: str | None
    query: str
    composite: str
    rates: list[Cell]
    volumes: list[tuple[str, str, int]]
    stock: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in every line alike, looked up and escaped once: headings in the reader's language; the address."""

    rates: list[tuple[str, Markup]]
    volumes: list[tuple[str, Markup]]
    stock: list[tuple[str, Markup]]
    address: str
    names: dict[str, Any]

    @classmethod
    def of(cls, question: Asked) -> Words:
        """Those of this page."""
        rates, volumes, stock = (
            [(name, escape(str(word))) for name, word in each] for each in (labels.RATES, labels.VOLUMES, labels.STOCK)
        )
        return cls(rates, volumes, stock, url_for("oversight.rates"), question.names)

    def page_of(self, narrows: str, key: Any) -> str | None:
        """The page of one line; the sum and kinds of faults have none."""
        if key is None or narrows == "category":
            return None
        return f"{self.address}?{urlencode({**self.names, narrows: key})}"


@blueprint.get("/rates")
@requires(Permission.SEE_RATES)
def rates() -> tuple[str, int]:
    """The figures of a place or a company. What the address asks wrongly is named, left out, and answered 400."""
    question = asked()
    session, selected = db.session(), question.selected
    weights = names.weights(session, rules.last_day(selected.last))
    found = queries.figures(session, selected, question.by, question.now, question.closed)
    called = line_names(question, found.lines)
    words = Words.of(question)
    lines = [_line(question, words, key, name, found.lines.get(key, NONE), weights) for key, name in called.items()]
    page = render_template(
        "oversight/rates.html", asked=question, lines=lines, months=months_to_choose(question.closed, question.now),
        total=_line(question, words, None, _("Sum"), found.total, weights), behind=behind_address(question),
        title=title_of(question), above=_above(question), tabs=_tabs(question), first=month_text(selected.first),
        last=month_text(selected.last), headings=[word for _name, word in words.rates],
        volumes=[word for _name, word in words.volumes], ages=[word for _name, word in words.stock],
        names=question.names,
        definitions=labels.definitions(weights.response, weights.solution, weights.satisfaction,
                                       basically=weights.basically),
        still_open=question.closed is None or selected.last > question.closed[1],
    )  # fmt: skip
    return page, question.status


def behind_address(question: Asked) -> str:
    """The address of the lists behind the figures; the name of a list, and what its line narrows it to, follow."""
    narrows = _NARROWS[question.by]
    return f"{url_for('oversight.behind')}?{urlencode({k: v for k, v in question.names.items() if k != narrows})}"


def rates_of(counts: Counts, weights: Weights) -> dict[str, tuple[Rate, str, str]]:
    """The rates by name, each with the lists behind its k and its n."""
    count = {name: counts[position] for name, position in _AT.items()}
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
    if question.by is By.CATEGORIES:
        language = "zh" if str(get_locale() or "zh") == "zh" else "en"
        return {code: name for code, name in names.categories(session, language).items() if code in lines}
    area = question.selected.area
    whole = area if area is not None and area.kind is not queries.LEVELS[-1] else None
    found = names.inside(session, whole, list(lines), on)
    narrow = question.selected.organisation_id is not None
    return {key: name for key, name in found.items() if not narrow or key in lines}


def _line(question: Asked, words: Words, key: Any, name: str, counts: Counts, weights: Weights) -> Line:
    found = rates_of(counts, weights)
    composite = composite_of(found, weights)
    narrows = _NARROWS[question.by]
    narrowed = key if key is not None else words.names.get(narrows)
    query = f"&{narrows}={quote_plus(str(narrowed))}" if narrowed is not None else ""
    cells: list[Cell] = []
    for rate_name, word in words.rates:
        rate, yes, of = found[rate_name]
        value, interval = rate.value, rate.interval
        share = f"{value * 100:.1f} %" if value is not None else ""
        between = f"{interval[0] * 100:.1f}–{interval[1] * 100:.1f}" if interval else ""
        cells.append((word, share, between, rate.k, rate.n, yes, of))
    return Line(
        name=name, url=words.page_of(narrows, key), query=query, rates=cells,
        composite=f"{composite * 100:.1f}" if composite is not None else "",
        volumes=[(word, each, volume(counts, each)) for each, word in words.volumes],
        stock=[(word, each, volume(counts, each)) for each, word in words.stock],
    )  # fmt: skip


_NARROWS = {By.PLACES: "place", By.COMPANIES: "organisation", By.CATEGORIES: "category"}


def title_of(question: Asked) -> str:
    """Whose figures these are."""
    area = question.selected.area
    return " · ".join(name for name in (area.name if area else None, question.organisation) if name)


def _above(question: Asked) -> list[tuple[str, str | None]]:
    """The places above, with the addresses of those whose figures the viewer may see."""
    area = question.selected.area
    if area is None or area.path.count("/") == 2:
        return []
    session, viewer = db.session(), current_viewer()
    found = list(names.above(session, area).items())[:-1]
    seen = queries.seen_from(viewer, question.now)
    return [
        (name, f"{url_for('oversight.rates')}?{urlencode({**question.names, 'place': place_id})}"
         if question.selected.organisation_id is not None or seen(place_id) else None)
        for place_id, name in found
    ]  # fmt: skip


def _tabs(question: Asked) -> list[tuple[str, str, bool, None]]:
    """The same figures by place, company and kind of fault."""
    area, words = question.selected.area, []
    if area is None or area.kind is not queries.LEVELS[-1]:
        words.append((By.PLACES, _("By place")))
    if question.selected.organisation_id is None:
        words.append((By.COMPANIES, _("By company")))
    words.append((By.CATEGORIES, _("By kind of fault")))
    address = url_for("oversight.rates")
    return [
        (word, f"{address}?{urlencode({**question.names, 'by': by.value})}", by is question.by, None)
        for by, word in words
    ]
