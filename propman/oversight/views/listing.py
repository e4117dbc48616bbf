"""Lists behind figures, page by page and as files: what all of them have in common. Each is as long as its figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.db import db
from propman.errors import NotFound, Refused
from propman.oversight.queries import By, lists
from propman.oversight.views.asked import Asked, asked
from propman.oversight.views.rates import title_of
from propman.sheets.tables import Kind
from propman.sheets.writing import TEXT, Column, Sheet, Written
from propman.text import N_
from propman.web import current_viewer
from propman.web.downloads import download_sheet
from propman.web.months import month_text
from propman.web.numbers import whole

FARTHEST = 1_000_000  # lines; a number beyond it in the address is not understood


@dataclass(frozen=True)
class Listing:
    """A kind of lists: their `names`, the usual one first, `length` and `lines` as in `queries.lists`, the endpoints of
    its page and of the file.
    """

    names: Sequence[str]
    length: Callable[..., int]
    lines: Callable[..., Sequence[Any]]
    endpoint: str
    file: str

    def asked(self) -> str:
        """The name of the list in the address. Raises `NotFound` for one that there is not."""
        name = request.args.get("name", self.names[0])
        if name not in self.names:
            raise NotFound()
        return name

    def page(self, question: Asked, name: str) -> tuple[dict[str, Any], int]:
        """What oversight/_list.html shows, and the answer that the question deserves."""
        session, skip = db.session(), whole(request.args.get("skip", "0"), FARTHEST)
        start, selected = skip or 0, question.selected
        total = self.length(session, selected, name, question.now)
        lines = self.lines(session, selected, name, current_viewer(), question.now, skip=start, most=lists.PAGE)
        address = {**question.names, "name": name}
        go = partial(url_for, self.endpoint, **address)
        shown = {
            "asked": question, "title": title_of(question), "address": address, "file": self.file, "total": total,
            "lines": lines, "skip": start, "first": month_text(selected.first), "last": month_text(selected.last),
            "previous": go(skip=max(start - lists.PAGE, 0)) if start else None,
            "next": go(skip=start + lists.PAGE) if total > start + lists.PAGE else None,
        }  # fmt: skip
        return shown, 400 if skip is None else question.status

    def all_lines(self, question: Asked, name: str) -> Sequence[Any]:
        """All lines, for a file. Raises `Refused` for a list that is too long."""
        session, selected = db.session(), question.selected
        if self.length(session, selected, name, question.now) > lists.MOST_EXPORTED:
            raise Refused(N_("These are more than %(most)s lines. Please choose a smaller place or fewer months."),
                          most=lists.MOST_EXPORTED)  # fmt: skip
        return self.lines(session, selected, name, current_viewer(), question.now, skip=0, most=lists.MOST_EXPORTED)


def list_file(
    question: Asked, what: str, headings: Iterable[str], formats: Mapping[int, str], rows: Iterable[list[Written]], *,
    sheet: str | None = None,
) -> Response:  # fmt: skip
    """A list called `what` as a file with one `sheet`, called the same unless said; `formats` by the number of the
    column, all others are text.
    """
    columns = tuple(Column(word, 18, formats.get(at, TEXT)) for at, word in enumerate(headings))
    return file_of(question, Sheet(sheet or what[:31], columns, rows), what)


def file_of(question: Asked, sheet: Sheet, what: str) -> Response:
    """`sheet` as the kind of file that is asked for. Raises `NotFound` for another."""
    kind = request.args.get("kind", Kind.XLSX.value)
    if kind not in set(Kind):
        raise NotFound()
    name = f"{what} {title_of(question)} {_months_of(question)}".replace("/", "-")
    return download_sheet(Kind(kind), name, sheet, question.now)


def right(third: By = By.CATEGORIES) -> Asked:
    """What is asked for. Raises `Refused` (400) where something is wrong: a file says nowhere what was left out."""
    question = asked(third)
    if question.wrong:
        raise Refused(question.wrong, status=400)
    return question


def _months_of(question: Asked) -> str:
    """The months of a selection as people write them."""
    first, last = month_text(question.selected.first), month_text(question.selected.last)
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)
