"""The list behind a figure of what was taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import render_template, request, url_for

from propman import clock
from propman.backlog import queries
from propman.backlog.forms import NarrowForm
from propman.backlog.views import blueprint
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.roles import Permission
from propman.text import N_
from propman.tickets.models import ImportedTicket, Ticket
from propman.web import current_viewer, requires
from propman.web.filters import name_of
from propman.web.numbers import whole


@dataclass(frozen=True)
class Line:
    """One report in words, with what its source says."""

    ticket: Ticket
    claim: ImportedTicket
    what: str
    where: str


@blueprint.get("/backlog/reports")
@requires(Permission.SEE_BACKLOG)
def reports() -> tuple[str, int]:
    """What the address asks for, the oldest first. What it asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    form = NarrowForm(request.args)
    good = form.validate()
    wanted, asked = form.wanted(), form.asked()
    found, after = queries.listed(session, viewer, wanted, now, after=key_of(request.args.get("after")))
    shown = lines_of(found, now)
    page = render_template(
        "backlog/reports.html", form=form, asked=asked, lines=shown, now=now,
        count=queries.counted(session, viewer, wanted, now),
        community=shown[0].ticket.community.name if shown and "community" in asked else None,
        next=url_for("backlog.reports", after=f"{after[0].isoformat()}_{after[1]}", **asked) if after else None,
        first=url_for("backlog.reports", **asked) if request.args.get("after") else None,
    )  # fmt: skip
    return page, 200 if good else 400


def lines_of(found: Sequence[tuple[Ticket, ImportedTicket]], now: datetime) -> list[Line]:
    """Reports as lines, in their order."""
    places = lines(db.session(), [ticket.place for ticket, _claim in found])
    what = {kind.code: name_of(kind) for kind in categories(db.session(), clock.local_date(now))}
    return [
        Line(ticket, claim, what.get(ticket.category, ticket.category), address(places[ticket.place_id]))
        for ticket, claim in found
    ]


def key_of(text: str | None) -> queries.Key | None:
    """The place in the list that an address names. Raises `Refused` (400) for what is none."""
    if not text:
        return None
    moment, _, ticket_id = text.rpartition("_")
    number = whole(ticket_id, ID_LIMIT - 1)
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not number:
            raise ValueError(text)
        return at.astimezone(UTC), number
    except (OverflowError, ValueError):
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400) from None
