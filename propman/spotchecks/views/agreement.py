"""How often spot checks agreed, by person and by organisation, with the list behind every figure; as a file too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.labels import person_word
from propman.db import db
from propman.roles import Permission
from propman.sheets.writing import MONTH, SHARE, TEXT, Column, Sheet, Written
from propman.spotchecks import labels, queries
from propman.spotchecks.queries import Agreement, By
from propman.spotchecks.views import blueprint
from propman.spotchecks.views.asked import Asked, asked
from propman.spotchecks.views.checks import file_of, right
from propman.web import current_viewer, requires

NARROWS = {By.PEOPLE: "person", By.ORGANISATIONS: "organisation"}


@dataclass(frozen=True)
class Row:
    """One line: whose it is, the figures, and what an address to its lists holds."""

    name: str
    found: Agreement
    address: dict[str, str]

    @property
    def share(self) -> str:
        """The share as people read it."""
        return "" if self.found.rate.value is None else f"{self.found.rate.value * 100:.1f} %"

    @property
    def between(self) -> str:
        """The interval as people read it."""
        interval = self.found.rate.interval
        return f"{interval[0] * 100:.1f}–{interval[1] * 100:.1f}" if interval else ""


@blueprint.get("/spot-checks/agreement")
@requires(Permission.SEE_SPOT_CHECKS)
def agreement() -> tuple[str, int]:
    """The table. What the address asks wrongly is left out and answered 400."""
    question = asked()
    rows = _rows(question)
    wanted, names = question.wanted, question.names
    kinds = [(None, _("All")), *labels.KINDS.items()]
    page = render_template(
        "spotchecks/agreement.html", asked=question, rows=rows, total=_total(question, rows), names=names,
        first=names["from"], last=names["to"], definitions=labels.definitions(),
        tables=[(word, _page(question, by=by.value), by is question.by, None) for by, word in labels.TABLES.items()],
        kinds=[(word, _page(question, kind=kind.value if kind else None), kind is wanted.kind, None)
               for kind, word in kinds],
    )  # fmt: skip
    return page, question.status


@blueprint.get("/spot-checks/agreement/table")
@requires(Permission.SEE_SPOT_CHECKS)
def agreement_table() -> Response:
    """The table as a file; each line says for itself of what and of when it is."""
    question = right()
    rows, wanted = _rows(question), question.wanted
    kind = str(labels.KINDS[wanted.kind]) if wanted.kind else _("All")

    def written() -> Iterator[list[Written]]:
        for row in [*rows, _total(question, rows)]:
            low, high = row.found.rate.interval or (None, None)
            value = row.found.rate.value
            yield [kind, wanted.first, wanted.last, row.name, row.found.agreed, row.found.disagreed,
                   *(None if one is None else round(one, 6) for one in (value, low, high)),
                   row.found.not_checked]  # fmt: skip

    columns = (
        Column(_("Kind"), format=TEXT), Column(_("From month"), format=MONTH), Column(_("To month"), format=MONTH),
        Column(_("Name"), 24, TEXT), Column(_("Agreed")), Column(_("Disagreed")), Column(_("Agreement"), format=SHARE),
        Column(_("%(rate)s: from", rate=_("Agreement")), format=SHARE),
        Column(_("%(rate)s: to", rate=_("Agreement")), format=SHARE), Column(_("Could not be checked")),
    )  # fmt: skip
    return file_of(Sheet(_("Agreement"), columns, written()), _("Agreement of spot checks"))


def _rows(question: Asked) -> list[Row]:
    """The lines by name."""
    session, viewer, on = db.session(), current_viewer(), clock.local_date(clock.now())
    found = queries.agreement(session, viewer, question.wanted, question.by, on)
    names = queries.names(session, question.by, found)
    lines = sorted(found, key=lambda one: (names.get(one or 0, ("", ""))[1], one or 0))
    return [Row(_name(question.by, names.get(one or 0)), found[one], _address(question, one)) for one in lines]


def _name(by: By, known: tuple[str | None, str] | None) -> str:
    if known is None:
        return str(_("of no organisation"))
    return person_word(known[0]) if by is By.PEOPLE else known[0] or ""


def _address(question: Asked, one: int | None) -> dict[str, str]:
    return {**question.names, NARROWS[question.by]: str(one)} if one is not None else question.names


def _total(question: Asked, rows: list[Row]) -> Row:
    return Row(_("Sum"), sum((row.found for row in rows), Agreement()), question.names)


def _page(question: Asked, **other: str | None) -> str:
    names: dict[str, str | None] = {**question.names, "by": question.by.value, **other}
    address: dict[str, Any] = {name: value for name, value in names.items() if value is not None}
    return url_for("spotchecks.agreement", **address)
