"""The points, findings and cures behind a figure: a list, page by page and as a file. Its length is the figure."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.oversight import labels
from propman.oversight.queries import By, found, names
from propman.oversight.queries.found import FoundLine
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked
from propman.oversight.views.listing import Listing, list_file, right
from propman.roles import Permission
from propman.sheets.writing import Written
from propman.web import requires
from propman.web.filters import language, name_of

FOUND = Listing(tuple(found.LISTS), found.length, found.lines, "oversight.found_behind", "oversight.found_table")


@blueprint.get("/inspections/compliance/found")
@requires(Permission.SEE_RATES)
def found_behind() -> tuple[str, int]:
    """The points or findings behind one figure. Raises `NotFound` for a list that there is not."""
    question, name = asked(By.TEMPLATES), FOUND.asked()
    shown, status = FOUND.page(question, name)
    page = render_template(
        "oversight/found.html", **shown, what=labels.found_list_name(name), failed=name != "stops",
        templates=names.templates(db.session(), language()),
        days=[_days(line, question, name) for line in shown["lines"]],
        back=url_for("oversight.compliance", **question.names),
    )  # fmt: skip
    return page, status


@blueprint.get("/inspections/compliance/found/table")
@requires(Permission.SEE_RATES)
def found_table() -> Response:
    """The same as a file. Raises `Refused` for one that is too long."""
    question, name = right(By.TEMPLATES), FOUND.asked()
    templates = names.templates(db.session(), language())
    rows: Iterator[list[Written]] = (
        [clock.local(line.at).replace(tzinfo=None), templates.get(line.template, line.template),
         name_of(line.item) if line.item else None, line.spot, line.community, line.organisation, line.number,
         _days(line, question, name)]
        for line in FOUND.all_lines(question, name)
    )  # fmt: skip
    headings = (_("When"), _("Inspection"), _("What failed"), _("Place"), _("Community"), _("Who answers for it"),
                _("Report"), _("Days"))  # fmt: skip
    formats = {0: "yyyy-mm-dd hh:mm", 7: "0.0"}
    return list_file(question, labels.found_list_name(name), headings, formats, rows, sheet=_("Findings"))


def _days(line: FoundLine, question: Asked, name: str) -> float | None:
    """How many days it took to cure it, or has been open; None of what is listed because it was found."""
    if line.hours is not None:
        return round(line.hours / 24, 1)
    return round((question.now - line.at).total_seconds() / 86400, 1) if name.startswith("open") else None
