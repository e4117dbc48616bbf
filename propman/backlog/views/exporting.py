"""The tables of what was taken over as files: counts, and reports without their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman import clock
from propman.backlog import queries
from propman.backlog.forms import AGE_WORDS, NarrowForm
from propman.backlog.views import blueprint
from propman.backlog.views.reports import lines_of
from propman.communities.queries import address, lines
from propman.db import db
from propman.errors import NotFound, Refused
from propman.roles import Permission, Viewer
from propman.sheets.tables import Kind
from propman.sheets.writing import GENERAL, TEXT, Column, Sheet, Written
from propman.text import N_
from propman.tickets.labels import STATES
from propman.web import current_viewer, requires
from propman.web.downloads import download_sheet

AT_ONCE = 500  # reports that are read together
MOST = 50_000
TITLES = {
    "ages": _l("Open, by age"), "places": _l("By community"), "months": _l("By month of the report"),
    "reports": _l("Reports"),
}  # fmt: skip


@blueprint.get("/backlog/<table>.<kind>")
@requires(Permission.SEE_BACKLOG)
def table(table: str, kind: str) -> Response:
    """A table as a file, in the scope of the viewer; of reports those that the address asks for. Raises `NotFound`, and
    `Refused` (400) for what it asks wrongly: a file says nowhere what was left out.
    """
    now, made = clock.now(), {"ages": _ages, "places": _places, "months": _months, "reports": _reports}
    if table not in made or kind not in set(Kind):
        raise NotFound()
    return _file(Kind(kind), made[table](current_viewer(), now), now)


def _sheet(name: str, columns: Sequence[tuple[str, int, str]], rows: Iterator[Sequence[Written]]) -> Sheet:
    return Sheet(str(TITLES[name]), tuple(Column(*each) for each in columns), list(rows))


def _ages(viewer: Viewer, now: datetime) -> Sheet:
    found = queries.sums(db.session(), viewer, now)
    rows: list[Sequence[Written]] = [[str(word), found.ages[age]] for age, word in AGE_WORDS.items()]
    rows.append([_("All open"), found.open])
    return _sheet("ages", ((_("Age"), 24, TEXT), (_("Open"), 12, GENERAL)), iter(rows))


def _places(viewer: Viewer, now: datetime) -> Sheet:
    found = queries.by_place(db.session(), viewer, now, most=MOST)
    where = lines(db.session(), [one.community for one in found])
    columns = ((_("Community"), 40, TEXT), (_("All"), 12, GENERAL), (_("Open"), 12, GENERAL),
               (_("Oldest open one"), 20, GENERAL))  # fmt: skip
    return _sheet("places", columns, (
        [address(where[one.community.id]), one.all, one.open, _local(one.oldest_at)] for one in found
    ))  # fmt: skip


def _months(viewer: Viewer, now: datetime) -> Sheet:
    found = queries.by_month(db.session(), viewer, now)
    columns = ((_("Month of the report"), 24, TEXT), (_("All"), 12, GENERAL), (_("Open"), 12, GENERAL))
    return _sheet("months", columns, ([one.month, one.all, one.open] for one in found))


def _reports(viewer: Viewer, now: datetime) -> Sheet:
    form = NarrowForm(request.args)
    if not form.validate():
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400)
    columns = (
        (_("Number"), 16, TEXT), (_("Source"), 14, TEXT), (_("Id there"), 16, TEXT), (_("What"), 20, TEXT),
        (_("Where"), 40, TEXT), (_("State"), 16, TEXT), (_("State there"), 16, TEXT),
        (_("Reported, says the source"), 20, GENERAL), (_("Closed, says the source"), 20, GENERAL),
    )  # fmt: skip
    return _sheet("reports", columns, _report_rows(viewer, form.wanted(), now))


def _report_rows(viewer: Viewer, wanted: queries.Wanted, now: datetime) -> Iterator[Sequence[Written]]:
    after: queries.Key | None = None
    for _batch in range(MOST // AT_ONCE):
        found, after = queries.listed(db.session(), viewer, wanted, now, after=after, most=AT_ONCE)
        for line in lines_of(found, now):
            ticket, claim = line.ticket, line.claim
            yield [ticket.number, claim.source, claim.source_id, line.what, line.where, str(STATES[ticket.state]),
                   claim.status, _local(claim.opened_at), _local(claim.closed_at)]  # fmt: skip
        if after is None:
            return


def _local(at: datetime | None) -> datetime | None:
    return clock.local(at).replace(tzinfo=None) if at else None


def _file(kind: Kind, sheet: Sheet, now: datetime) -> Response:
    name = _("Taken over, %(table)s, %(day)s", table=sheet.name, day=clock.local_date(now).isoformat())
    return download_sheet(kind, name, sheet, now)
