"""Tables and lists as files: XLSX, and CSV for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.oversight import labels, queries, rules
from propman.oversight.queries import NONE, names
from propman.oversight.rules import Weights
from propman.oversight.views import blueprint
from propman.oversight.views.behind import REPORTS
from propman.oversight.views.listing import file_of, list_file, right
from propman.oversight.views.rates import composite_of, line_names, rates_of, title_of, volume
from propman.roles import Permission
from propman.shares import Rate
from propman.sheets.writing import DAY, MONTH, SHARE, TEXT, Column, Sheet, Written
from propman.tickets.labels import HAPPENED
from propman.web import requires
from propman.web.filters import language


@blueprint.get("/rates/table")
@requires(Permission.SEE_RATES)
def table() -> Response:
    """The whole table of figures as a file."""
    question = right()
    session, selected = db.session(), question.selected
    weights = names.weights(session, rules.last_day(selected.last))
    found = queries.figures(session, selected, question.by, question.now, question.closed)
    lines = [(name, found.lines.get(key, NONE)) for key, name in line_names(question, found.lines).items()]

    def rows() -> Iterator[list[Written]]:
        for name, counts in [*lines, (_("Sum"), found.total)]:
            of = rates_of(counts, weights)
            row: list[Written] = [title_of(question), selected.first, selected.last, name, _points(of, weights)]
            for each, _word in labels.RATES:
                rate = of[each][0]
                low, high = rate.interval or (None, None)
                row += [rate.k, rate.n, *map(rounded, (rate.value, low, high))]
            yield [*row, *(volume(counts, each) for each, _word in (*labels.VOLUMES, *labels.STOCK))]

    return file_of(question, Sheet(_("Rates"), tuple(_columns()), rows()), _("Rates"))


def _points(of: Mapping[str, tuple[Rate, str, str]], weights: Weights) -> float | None:
    """The composite as the page has it: of a hundred."""
    composite = composite_of(of, weights)
    return None if composite is None else round(composite * 100, 1)


def rounded(share: float | None) -> float | None:
    """Without the noise of the machine's numbers."""
    return None if share is None else round(share, 6)


def _columns() -> Iterator[Column]:
    """Each line says for itself whose it is and of when: a file is passed on and put together with others."""
    yield Column(_("Whose figures"), 24, TEXT)
    yield Column(_("From month"), format=MONTH)
    yield Column(_("To month"), format=MONTH)
    yield Column(_("Name"), 24, TEXT)
    yield Column(_("Composite (of 100)"), 10)
    for _name, word in labels.RATES:
        yield Column(_("%(rate)s: yes", rate=word))
        yield Column(_("%(rate)s: n", rate=word))
        yield Column(str(word), format=SHARE)
        yield Column(_("%(rate)s: from", rate=word), format=SHARE)
        yield Column(_("%(rate)s: to", rate=word), format=SHARE)
    for name, _word in (*labels.VOLUMES, *labels.STOCK):
        yield Column(labels.list_name(name))


@blueprint.get("/rates/list/table")
@requires(Permission.SEE_RATES)
def list_table() -> Response:
    """A list behind a figure as a file. Raises `Refused` for one that is too long."""
    question, name = right(), REPORTS.asked()
    kinds = names.categories(db.session(), language())
    flags = {0: _("no"), 1: _("yes"), None: None}
    rows: Iterator[list[Written]] = (
        [line.number, clock.local(line.at).replace(tzinfo=None), line.month,
         str(HAPPENED[line.action]) if line.action else None, line.community, line.organisation,
         kinds.get(line.category, line.category), flags[line.contacted], flags[line.solved], line.stars]
        for line in REPORTS.all_lines(question, name)
    )  # fmt: skip
    headings = (_("Number"), _("When"), _("Month"), _("What happened"), _("Community"), _("Who answers for it"),
                _("Category"), _("In touch in time"), _("Fixed"), _("Stars"))  # fmt: skip
    formats = {1: "yyyy-mm-dd hh:mm", 2: DAY}
    return list_file(question, labels.list_name(name), headings, formats, rows)
