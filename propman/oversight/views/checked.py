"""The spot checks behind a figure: a list, page by page and as a file. Its length is the figure."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.oversight import labels
from propman.oversight.queries import By, checked
from propman.oversight.views import blueprint
from propman.oversight.views.asked import asked, subjects
from propman.oversight.views.listing import Listing, list_file, right
from propman.roles import Permission
from propman.sheets.writing import Written
from propman.web import requires

CHECKED = Listing(
    tuple(checked.LISTS), checked.length, checked.lines, "oversight.checked_behind", "oversight.checked_table"
)


@blueprint.get("/inspections/compliance/spot-checks")
@requires(Permission.SEE_RATES)
def checked_behind() -> tuple[str, int]:
    """The spot checks behind one figure. Raises `NotFound` for a list that there is not."""
    question, name = asked(By.TEMPLATES), CHECKED.asked()
    shown, status = CHECKED.page(question, name)
    page = render_template(
        "oversight/checked.html", **shown, what=labels.checked_list_name(name), templates=subjects(),
        back=url_for("oversight.compliance", **question.names),
    )  # fmt: skip
    return page, status


@blueprint.get("/inspections/compliance/spot-checks/table")
@requires(Permission.SEE_RATES)
def checked_table() -> Response:
    """The same as a file. Raises `Refused` for one that is too long."""
    question, name = right(By.TEMPLATES), CHECKED.asked()
    templates = subjects()
    rows: Iterator[list[Written]] = (
        [clock.local(line.at).replace(tzinfo=None), templates.get(line.template, line.template), line.repaired,
         line.spot, line.community, line.organisation, str(labels.OUTCOMES[line.outcome]), line.number]
        for line in CHECKED.all_lines(question, name)
    )  # fmt: skip
    headings = (_("When"), _("What"), _("Closed report"), _("Place"), _("Community"), _("Who answers for it"),
                _("How it ended"), _("Report"))  # fmt: skip
    what = labels.checked_list_name(name)
    return list_file(question, what, headings, {0: "yyyy-mm-dd hh:mm"}, rows, sheet=_("Spot checks"))
