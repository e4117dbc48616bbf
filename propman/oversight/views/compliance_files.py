"""Compliance as files: the table, and the list behind a figure; XLSX, and CSV for other programs."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.db import db
from propman.oversight import labels
from propman.oversight.queries import By, inspected, names
from propman.oversight.views import blueprint
from propman.oversight.views.compliance import (
    DUTIES,
    agreement_of,
    count_of,
    days_to_cure,
    rates_of_duties,
    total,
)
from propman.oversight.views.exporting import rounded
from propman.oversight.views.listing import file_of, list_file, right
from propman.oversight.views.rates import line_names, title_of
from propman.roles import Permission
from propman.shares import Rate
from propman.sheets.writing import DAY, MONTH, SHARE, TEXT, Column, Sheet, Written
from propman.web import requires
from propman.web.filters import language


@blueprint.get("/inspections/compliance/table")
@requires(Permission.SEE_RATES)
def compliance_table() -> Response:
    """The whole table as a file."""
    question = right(By.TEMPLATES)
    selected = question.selected
    found = inspected.figures_of_inspections(db.session(), selected, question.by, question.closed)
    lines = [(name, found.get(key, inspected.NOTHING)) for key, name in line_names(question, found).items()]

    def rows() -> Iterator[list[Written]]:
        for name, counts in [*lines, (_("Sum"), total(found))]:
            row: list[Written] = [title_of(question), selected.first, selected.last, name]
            for rate, _yes, _of in rates_of_duties(counts).values():
                row += _rate(rate)
            stops, findings = count_of(counts, "stops"), count_of(counts, "findings")
            days, half = days_to_cure(counts)
            yield [*row, *(count_of(counts, each) for each, _word in labels.DUTY_COUNTS),
                   stops, findings, rounded(Rate(findings, stops).value), rounded(days), half or None,
                   *(count_of(counts, each) for each, _word in labels.FOUND_COUNTS), *_rate(agreement_of(counts)),
                   *(count_of(counts, each) for each, _word in labels.CHECKED_COUNTS)]  # fmt: skip

    return file_of(question, Sheet(_("Compliance"), tuple(_columns()), rows()), _("Compliance"))


def _rate(rate: Rate) -> list[Written]:
    low, high = rate.interval or (None, None)
    return [rate.k, rate.n, *map(rounded, (rate.value, low, high))]


def _columns() -> Iterator[Column]:
    yield Column(_("Whose figures"), 24, TEXT)
    yield Column(_("From month"), format=MONTH)
    yield Column(_("To month"), format=MONTH)
    yield Column(_("Name"), 24, TEXT)
    for _name, word in labels.DUTY_RATES:
        yield from _columns_of(str(word))
    for _name, word in labels.DUTY_COUNTS:
        yield Column(str(word))
    yield Column(labels.found_list_name("stops"))
    yield Column(labels.found_list_name("findings"))
    (_per_stop, per_stop), (_days, days) = labels.FOUND_RATES
    yield Column(str(per_stop))
    yield Column(str(days))
    yield Column(_("Half of them"), 18, TEXT)
    for name, _word in labels.FOUND_COUNTS:
        yield Column(labels.found_list_name(name))
    yield from _columns_of(_("Agreement"))
    for name, _word in labels.CHECKED_COUNTS:
        yield Column(labels.checked_list_name(name))


def _columns_of(rate: str) -> Iterator[Column]:
    yield Column(_("%(rate)s: yes", rate=rate))
    yield Column(_("%(rate)s: n", rate=rate))
    yield Column(rate, format=SHARE)
    yield Column(_("%(rate)s: from", rate=rate), format=SHARE)
    yield Column(_("%(rate)s: to", rate=rate), format=SHARE)


@blueprint.get("/inspections/compliance/list/table")
@requires(Permission.SEE_RATES)
def duties_table() -> Response:
    """A list behind a figure as a file. Raises `Refused` for one that is too long."""
    question, name = right(By.TEMPLATES), DUTIES.asked()
    templates = names.templates(db.session(), language())
    rows: Iterator[list[Written]] = (
        [line.due_on, templates.get(line.template, line.template), line.community, line.organisation,
         str(labels.ENDS[line.ended_as]), line.done_on, line.month]
        for line in DUTIES.all_lines(question, name)
    )  # fmt: skip
    headings = (_("Due on"), _("Inspection"), _("Community"), _("Who answers for it"), _("How it ended"), _("Done on"),
                _("Counts in"))  # fmt: skip
    formats = {0: DAY, 5: DAY, 6: MONTH}
    return list_file(question, str(labels.DUTY_LISTS[name]), headings, formats, rows)
