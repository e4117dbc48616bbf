"""The list behind a figure, page by page: its length is the figure."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from propman.db import db
from propman.errors import NotFound
from propman.oversight import labels
from propman.oversight.queries import lists, names
from propman.oversight.views import blueprint
from propman.oversight.views.asked import Asked, asked, month_text
from propman.oversight.views.rates import title_of
from propman.roles import Permission
from propman.tickets.labels import HAPPENED
from propman.web import current_viewer, requires
from propman.web.filters import language
from propman.web.numbers import whole

FARTHEST = 1_000_000  # lines; a number beyond it in the address is not understood


@blueprint.get("/rates/list")
@requires(Permission.SEE_RATES)
def behind() -> tuple[str, int]:
    """The rows of one list. A line whose report the viewer may no longer see has no link. Raises `NotFound`."""
    question, name = asked(), list_asked()
    session, viewer, skip = db.session(), current_viewer(), _skip()
    total = lists.length(session, question.selected, name, question.now)
    found = lists.lines(session, question.selected, name, viewer, question.now, skip=skip or 0)
    address = {**question.names, "name": name}
    page = render_template(
        "oversight/behind.html", asked=question, name=name, what=labels.list_name(name), total=total, lines=found,
        opens=name in lists.ANSWERS, title=title_of(question), categories=names.categories(session, language()),
        happened=HAPPENED,
        answers=any(line.solved is not None or line.stars is not None for line in found), address=address,
        first=month_text(question.selected.first), last=month_text(question.selected.last), skip=skip or 0,
        back=url_for("oversight.rates", **{key: value for key, value in question.names.items() if key != "category"}),
        previous=_page(address, (skip or 0) - lists.PAGE) if skip else None,
        next=_page(address, (skip or 0) + lists.PAGE) if total > (skip or 0) + lists.PAGE else None,
    )  # fmt: skip
    return page, 400 if skip is None else question.status


def list_asked() -> str:
    """The name of the list in the address. Raises `NotFound` for one that there is not."""
    name = request.args.get("name", "reported")
    if name not in lists.LISTS and name != lists.CORRECTIONS:
        raise NotFound()
    return name


def _skip() -> int | None:
    """From the how manieth line on; None for what is no such number."""
    return whole(request.args.get("skip", "0"), FARTHEST)


def _page(address: dict[str, Any], skip: int) -> str:
    return url_for("oversight.behind", **address, skip=max(skip, 0))


def months_of(question: Asked) -> str:
    """The months of a selection as people write them."""
    first, last = month_text(question.selected.first), month_text(question.selected.last)
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)
