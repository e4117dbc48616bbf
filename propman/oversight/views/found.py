"""The points, findings and cures behind a figure: a list, page by page and as a file. Its length is the figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.errors import NotFound, Refused
from propman.oversight import labels
from propman.oversight.queries import By, found, lists, names
from propman.oversight.queries.found import FoundLine
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked, month_text
from propman.oversight.views.exporting import file_of, right
from propman.oversight.views.rates import title_of
from propman.roles import Permission
from propman.sheets.writing import TEXT, Column, Sheet, Written
from propman.text import N_
from propman.web import current_viewer, requires
from propman.web.filters import language, name_of
from propman.web.numbers import whole

PAGE = 50
FARTHEST = 1_000_000  # lines; a number beyond it in the address is not understood


@blueprint.get("/inspections/compliance/found")
@requires(Permission.SEE_RATES)
def found_behind() -> tuple[str, int]:
    """The points or findings behind one figure. Raises `NotFound` for a list that there is not."""
    question, name = asked(By.TEMPLATES), _list_asked()
    session, skip = db.session(), whole(request.args.get("skip", "0"), FARTHEST)
    start = skip or 0
    number = found.length(session, question.selected, name, question.now)
    lines = found.lines(session, question.selected, name, current_viewer(), question.now, skip=start, most=PAGE)
    address = {**question.names, "name": name}
    page = render_template(
        "oversight/found.html", asked=question, what=labels.found_list_name(name), total=number, lines=lines,
        title=title_of(question), templates=names.templates(session, language()), address=address, skip=start,
        first=month_text(question.selected.first), last=month_text(question.selected.last),
        failed=name != "stops", days=[_days(line, question, name) for line in lines],
        back=url_for("oversight.compliance", **question.names),
        previous=_page(address, start - PAGE) if start else None,
        next=_page(address, start + PAGE) if number > start + PAGE else None,
    )  # fmt: skip
    return page, 400 if skip is None else question.status


@blueprint.get("/inspections/compliance/found/table")
@requires(Permission.SEE_RATES)
def found_table() -> Response:
    """The same as a file. Raises `Refused` for one that is too long."""
    question, name = right(By.TEMPLATES), _list_asked()
    session = db.session()
    if found.length(session, question.selected, name, question.now) > lists.MOST_EXPORTED:
        raise Refused(N_("These are more than %(most)s lines. Please choose a smaller place or fewer months."),
                      most=lists.MOST_EXPORTED)  # fmt: skip
    lines = found.lines(session, question.selected, name, current_viewer(), question.now, skip=0,
                        most=lists.MOST_EXPORTED)  # fmt: skip
    templates = names.templates(session, language())
    rows: Iterator[list[Written]] = (
        [clock.local(line.at).replace(tzinfo=None), templates.get(line.template, line.template),
         name_of(line.item) if line.item else None, line.spot, line.community, line.organisation, line.number,
         _days(line, question, name)]
        for line in lines
    )  # fmt: skip
    headings = (_("When"), _("Inspection"), _("What failed"), _("Place"), _("Community"), _("Who answers for it"),
                _("Report"), _("Days"))  # fmt: skip
    formats = {0: "yyyy-mm-dd hh:mm", 7: "0.0"}
    columns = tuple(Column(word, 18, formats.get(at, TEXT)) for at, word in enumerate(headings))
    return file_of(question, Sheet(_("Findings"), columns, rows), labels.found_list_name(name))


def _list_asked() -> str:
    """The name of the list in the address. Raises `NotFound` for one that there is not."""
    name = request.args.get("name", "stops")
    if name not in found.LISTS:
        raise NotFound()
    return name


def _days(line: FoundLine, question: Asked, name: str) -> float | None:
    """How many days it took to cure it, or has been open; None of what is listed because it was found."""
    if line.hours is not None:
        return round(line.hours / 24, 1)
    return round((question.now - line.at).total_seconds() / 86400, 1) if name.startswith("open") else None


def _page(address: dict[str, Any], skip: int) -> str:
    return url_for("oversight.found_behind", **address, skip=max(skip, 0))
