"""The list behind a figure, page by page: its length is the figure."""

from __future__ import annotations

from flask import render_template, url_for

from propman.db import db
from propman.oversight import labels
from propman.oversight.queries import lists, names
from propman.oversight.views import blueprint
from propman.oversight.views.asked import asked
from propman.oversight.views.listing import Listing
from propman.roles import Permission
from propman.tickets.labels import HAPPENED
from propman.web import requires
from propman.web.filters import language

REPORTS = Listing(
    (*lists.LISTS, lists.CORRECTIONS), lists.length, lists.lines, "oversight.behind", "oversight.list_table"
)


@blueprint.get("/rates/list")
@requires(Permission.SEE_RATES)
def behind() -> tuple[str, int]:
    """The rows of one list. A line whose report the viewer may no longer see has no link. Raises `NotFound`."""
    question, name = asked(), REPORTS.asked()
    shown, status = REPORTS.page(question, name)
    page = render_template(
        "oversight/behind.html", **shown, name=name, what=labels.list_name(name), opens=name in lists.ANSWERS,
        categories=names.categories(db.session(), language()), happened=HAPPENED,
        answers=any(line.solved is not None or line.stars is not None for line in shown["lines"]),
        back=url_for("oversight.rates", **{key: value for key, value in question.names.items() if key != "category"}),
    )  # fmt: skip
    return page, status
