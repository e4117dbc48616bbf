"""Files to keep: the template, and a file that was sent with what is wrong written beside its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from flask import Response
from flask_babel import gettext as _

from propman import clock
from propman.db import db
from propman.errors import NotFound
from propman.register.labels import fault_word, field_word, language
from propman.register.mapping import Property
from propman.register.models import Import, ImportFault
from propman.register.queries import imports as queries
from propman.register.queries.around import catalogue
from propman.register.views import blueprint
from propman.register.views.loading import IMPORT, KEEPS, load_import
from propman.register.writing import Words, template
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.reading import read
from propman.sheets.tables import Fault, Kind, Row, Table, letter
from propman.sheets.writing import Column, Sheet, Written
from propman.web import requires
from propman.web.downloads import download

WIDEST = 60


@blueprint.get("/register/template.xlsx")
@requires(KEEPS)
def template_file() -> Response:
    """An empty table with the headings, the answers that may be chosen, an example, and what each column takes."""
    now = clock.now()
    words = Words(language(), catalogue(db.session(), clock.local_date(now)))
    sheets = template((_("Parts"), _("What each column takes")), words, _)
    return download(Kind.XLSX, _("Parts, template"), partial(write_xlsx, sheets, now=now))


@blueprint.get(f"{IMPORT}/faults.xlsx")
@requires(KEEPS)
def faults_file(import_id: int) -> Response:
    """The rows of the file as they came, and beside each what is wrong with it: to mend and to send again."""
    found = load_import(import_id)
    faults = queries.faults_of(db.session(), found.id)
    data, now = found.content, clock.now()
    properties = catalogue(db.session(), clock.local_date(now)).properties
    if not faults or data is None:
        raise NotFound()
    db.session.rollback()  # reading takes seconds
    tables = read(data, found.file_name).tables
    table = next((each for each in tables if each.name == found.sheet), tables[0])
    sheet = _with_faults(found, table, faults, properties)
    return download(
        Kind.XLSX, _("Mistakes in import %(number)s", number=found.id), partial(write_xlsx, [sheet], now=now)
    )


def _with_faults(
    found: Import, table: Table, faults: Mapping[int, Sequence[ImportFault]], properties: Sequence[Property]
) -> Sheet:
    """The table from its headings on, with a first column that says what is wrong."""
    over = {index: found.headings.get(letter(index), {}).get("heading", "") for index in range(1, table.columns + 1)}
    columns = (Column(_("What is wrong"), WIDEST), *(Column(over[index], 16) for index in over))
    return Sheet(_("Parts"), columns, _lines(found, table, faults, properties))


def _lines(
    found: Import, table: Table, faults: Mapping[int, Sequence[ImportFault]], properties: Sequence[Property]
) -> Iterator[list[Written]]:
    for row in table.rows:
        if row.number > (found.heading_row or 0):
            yield ["\n".join(_sentence(found, each, properties) for each in faults.get(row.number, ())) or None,
                   *map(_cell, _padded(row, table.columns))]  # fmt: skip


def _sentence(found: Import, fault: ImportFault, properties: Sequence[Property]) -> str:
    over = found.headings.get(fault.column or "", {}).get("heading") or field_word(fault.field, properties)
    return str(_("%(where)s: %(sentence)s", where=over, sentence=fault_word(fault)))


def _padded(row: Row, columns: int) -> Sequence[Written | Fault]:
    return [row.at(index) for index in range(1, columns + 1)]


def _cell(value: Written | Fault) -> Written:
    return value.code if isinstance(value, Fault) else value
