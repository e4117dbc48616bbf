"""Spot checks as a list, page by page and as a file: what is to be done, and what stands behind every figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.labels import person_word
from propman.db import db
from propman.errors import NotFound, Refused
from propman.roles import Permission
from propman.sheets.tables import Kind as FileKind
from propman.sheets.writing import DAY, TEXT, Column, Sheet, Written
from propman.spotchecks import labels, queries
from propman.spotchecks.queries import Which
from propman.spotchecks.views import blueprint
from propman.spotchecks.views.asked import Asked, asked
from propman.spotchecks.views.told import opening, told
from propman.text import N_
from propman.web import current_viewer, requires
from propman.web.downloads import download_sheet

MOST_EXPORTED = 20_000


@blueprint.get("/spot-checks")
@requires(Permission.SEE_SPOT_CHECKS)
def checks() -> tuple[str, int]:
    """What is to be looked at again; or the spot checks that ended so. What is asked wrongly is answered 400."""
    question, session, viewer, on = asked(), db.session(), current_viewer(), clock.local_date(clock.now())
    wanted = question.wanted
    found = queries.checks(session, viewer, wanted, on, skip=question.skip)
    number = queries.length(session, viewer, wanted, on)
    address = {**question.names, "which": wanted.which.value}
    page = render_template(
        "spotchecks/checks.html", asked=question, wanted=wanted, total=number, today=on, address=address,
        lines=told(found, queries.mine(session, viewer, found), opening(found)), what=labels.LISTS[wanted.which],
        chips_shown=chips_of(question),
        previous=_page(address, question.skip - queries.PAGE) if question.skip else None,
        next=_page(address, question.skip + queries.PAGE) if number > question.skip + queries.PAGE else None,
    )  # fmt: skip
    return page, question.status


@blueprint.get("/spot-checks/table")
@requires(Permission.SEE_SPOT_CHECKS)
def checks_table() -> Response:
    """The same list as a file. Raises `Refused` for one that is too long."""
    question, session, viewer, on = right(), db.session(), current_viewer(), clock.local_date(clock.now())
    if queries.length(session, viewer, question.wanted, on) > MOST_EXPORTED:
        raise Refused(N_("These are more than %(most)s lines. Please choose fewer months."), most=MOST_EXPORTED)
    found = queries.checks(session, viewer, question.wanted, on, most=MOST_EXPORTED)

    def rows() -> Iterator[list[Written]]:
        for line in told(found):
            check = line.check
            yield [
                labels.KINDS[check.kind], line.what, line.where, person_word(check.person.name),
                check.organisation.name if check.organisation else None, check.draw.due_on,
                labels.OUTCOMES[check.outcome] if check.outcome else None,
                clock.local(check.ended_at).replace(tzinfo=None) if check.ended_at else None,
                person_word(check.checked_by.name) if check.checked_by else None,
                check.words.body if check.words else None, check.led_to.number if check.led_to else None,
            ]  # fmt: skip

    headings = (_("Kind"), _("What"), _("Where"), _("Who had recorded it"), _("Of"), _("To be done by"),
                _("How it ended"), _("When"), _("Who looked again"), _("Words"), _("Report"))  # fmt: skip
    formats = {5: DAY, 7: "yyyy-mm-dd hh:mm"}
    columns = tuple(Column(word, 18, formats.get(at, TEXT)) for at, word in enumerate(headings))
    what = _("Spot checks, %(list)s", list=labels.LISTS[question.wanted.which])
    return file_of(Sheet(_("Spot checks"), columns, ([_plain(cell) for cell in row] for row in rows())), what)


def right() -> Asked:
    """What is asked for. Raises `Refused` (400) where something is wrong: a file says nowhere what was left out."""
    question = asked()
    if not question.good:
        raise Refused(N_("Something in this address is not understood."), status=400)
    return question


def file_of(sheet: Sheet, what: str) -> Response:
    """`sheet` as the kind of file that is asked for. Raises `NotFound` for another."""
    kind = request.args.get("file", FileKind.XLSX.value)
    if kind not in set(FileKind):
        raise NotFound()
    return download_sheet(FileKind(kind), what.replace("/", "-"), sheet, clock.now())


def chips_of(question: Asked) -> list[tuple[Any, str, bool, None]]:
    """The lists to choose from; what waits is for those alone who oversee it."""
    sees_open = current_viewer().may(Permission.SEE_SPOT_DRAWS)
    shown = [which for which in Which if sees_open or which not in {Which.OPEN, Which.LATE}]
    return [
        (labels.LISTS[which], url_for("spotchecks.checks", which=which.value, **question.names),
         which is question.wanted.which, None)
        for which in shown if which is not Which.MEASURED or question.wanted.which is which
    ]  # fmt: skip


def _plain(cell: Any) -> Written:
    """A lazy word as the text that it is now."""
    return cell if cell is None or hasattr(cell, "year") else str(cell)


def _page(address: dict[str, Any], skip: int) -> str:
    return url_for("spotchecks.checks", **address, skip=max(skip, 0))
