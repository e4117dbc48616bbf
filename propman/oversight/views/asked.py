"""What the address asks for: where, whose, which months. Everything beyond the scope of who is looking is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import request
from flask_babel import gettext as _

from propman import clock
from propman.db import db
from propman.errors import NotFound
from propman.oversight import queries, rules
from propman.oversight.models import REPAIRS
from propman.oversight.queries import By, Selection, Surroundings, names
from propman.web import current_viewer
from propman.web.filters import language
from propman.web.months import month_text

EARLIEST = date(2000, 1, 1)
KINDS = {By.CATEGORIES: "category", By.TEMPLATES: "template"}
"""What the third table of a page is by, and the name in the address that narrows to one line of it."""


@dataclass(frozen=True)
class Asked:
    """The selection, the lines of its table, the months that are closed; `wrong` says what was asked wrongly."""

    selected: Selection
    by: By
    closed: tuple[date, date] | None
    now: datetime
    wrong: str | None
    around: Surroundings | None = None  # of the area
    organisation: str | None = None  # what it is called

    @cached_property
    def names(self) -> dict[str, Any]:
        """What stands in an address that leads to the same selection."""
        selected = self.selected
        found = {
            "place": selected.area.id if selected.area else None, "organisation": selected.organisation_id,
            "category": selected.category, "template": selected.template,
            "from": month_text(selected.first), "to": month_text(selected.last),
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def _pieces(self) -> dict[str, str]:
        return {name: f"{name}={quote_plus(str(value))}" for name, value in self.names.items()}

    def query(self, leave: str | None = None) -> str:
        """`names` as an address holds them, without the name `leave`."""
        return "&".join(piece for name, piece in self._pieces.items() if name != leave)

    @property
    def narrowed(self) -> str:
        """The same without its months."""
        return "&".join(piece for name, piece in self._pieces.items() if name not in {"from", "to"})

    @property
    def status(self) -> int:
        """200, or 400 where something was asked wrongly."""
        return 400 if self.wrong else 200


def asked(third: By = By.CATEGORIES) -> Asked:
    """What this request asks for, with tables by place, company and the `third`. Raises `NotFound` for places and
    organisations out of scope.

    Without months the last closed one, else the present one; with one of two, that one. What is no month becomes the
    usual one.
    """
    session, viewer, now = db.session(), current_viewer(), clock.now()
    closed = queries.closed_months(session)
    present = clock.month_of(now)
    usual = closed[1] if closed is not None else present
    first, last = (_month(request.args.get(name, ""), present) for name in ("from", "to"))
    wrong = None
    if any(request.args.get(name) and month is None for name, month in (("from", first), ("to", last))):
        wrong = _("That is no month there are figures of. Write year-month: %(month)s.", month=month_text(usual))
        first = last = usual
    first, last = _else(first, last, usual), _else(last, first, usual)
    if first > last:
        wrong, first = _("The first month must not be later than the last."), last
    around, company = _where()
    area = around.area if around is not None else None
    kinds = {name: request.args.get(name) or None if third is by else None for by, name in KINDS.items()}
    selected = Selection(first, last, area, company, **kinds)
    by = third if area is not None and area.kind is queries.LEVELS[-1] else By.PLACES
    called = queries.organisation_name(session, company) if company is not None else None
    if not queries.may_see(viewer, selected, now) or (company is not None and called is None):
        raise NotFound()
    wanted = request.args.get("by")
    if wanted in {By.PLACES, By.COMPANIES, third}:
        by = By(wanted)
    elif wanted:
        wrong = wrong or _("There is no such table.")
    return Asked(selected, by, closed, now, wrong or _unknown(selected), around, called)


def _unknown(selected: Selection) -> str | None:
    """What is wrong with the kind of fault or the template that is asked for."""
    if selected.category is not None and selected.category not in names.categories(db.session(), "zh"):
        return str(_("There is no such category."))
    if selected.template is not None and selected.template not in subjects():
        return str(_("There is no such template."))
    return None


def subjects() -> dict[str, str]:
    """What figures of inspections are by: the templates, in the reader's language, and after them the closed repairs of
    spot checks.
    """
    return {**names.templates(db.session(), language()), REPAIRS: str(_("Closed repairs"))}


def _else(*months: date | None) -> date:
    """The first of `months` that is one."""
    return next(month for month in months if month is not None)


def _where() -> tuple[Surroundings | None, int | None]:
    """The place and the organisation that are asked for, else those that the viewer comes for."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    place_id, organisation_id = _id("place"), _id("organisation")
    if place_id is None and organisation_id is None:
        place_id, organisation_id = queries.first_look(session, viewer, now)
    around = queries.surroundings(session, place_id) if place_id is not None else None
    if place_id is not None and around is None:
        raise NotFound()
    return around, organisation_id


def _id(name: str) -> int | None:
    """The number in the address. Raises `NotFound` for what is no number."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound()
    return int(text)


def _month(text: str, present: date) -> date | None:
    """The first day of the month "2026-10"; None for nothing, for no month, and for one to come."""
    try:
        month = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return month if month is not None and EARLIEST <= month <= present else None


def months_to_choose(closed: tuple[date, date] | None, now: datetime) -> tuple[str, ...]:
    """The months that have figures, the latest first, as addresses hold them."""
    present = clock.month_of(now)
    return _months_since(closed[0] if closed else present, present)


def years_to_choose(closed: tuple[date, date] | None, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """Each calendar year that has figures, the latest first: its name, and its first and last month among them."""
    months = months_to_choose(closed, now)
    years = dict.fromkeys(month[:4] for month in months)
    found = ((year, [month for month in months if month.startswith(year)]) for year in years)
    return tuple((year, inside[-1], inside[0]) for year, inside in found)


@lru_cache(maxsize=4)
def _months_since(first: date, last: date) -> tuple[str, ...]:
    return tuple(month_text(month) for month in rules.months(first, last))[::-1]
