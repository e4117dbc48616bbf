"""Whom to call: the longest waiting first, and what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.callbacks import queries
from propman.callbacks.forms import ListForm
from propman.callbacks.models import CallBack
from propman.callbacks.queries import Wanted
from propman.callbacks.views import blueprint
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.db import db
from propman.roles import Permission, Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries import communities_of
from propman.web import current_viewer, requires
from propman.web.filters import name_of
from propman.web.numbers import whole

FARTHEST = 100_000  # lines; a number beyond it in the address is not understood


@dataclass(frozen=True)
class Shown:
    """One line in words. `phone` is for masking; the whole number stands on the page of the call."""

    ticket: Ticket
    call_back: CallBack | None
    what: str
    where: str
    phone: str | None
    calling: str | None  # who calls now


@blueprint.get("/call-backs")
@requires(Permission.CALL_BACK)
def waiting() -> tuple[str, int]:
    """The lists of whoever calls. What the address asks wrongly is left out and answered 400."""
    viewer, now = current_viewer(), clock.now()
    wanted, good = _wanted()
    form = _form(viewer, now)
    known = {choice.value for choice in form.community.iter_choices()}
    community = form.community.data if form.community.data in known else ""
    skip = _skip()
    found = queries.call_list(db.session(), viewer, wanted, now, community_id=int(community) if community else None,
                              skip=skip or 0)  # fmt: skip
    kept: dict[str, Any] = {"community": community} if community else {}
    page = render_template(
        "callbacks/waiting.html", lines=_shown(found[: queries.PAGE], now), wanted=wanted, form=form, now=now,
        chips_shown=[(word, url_for("callbacks.waiting", show=each.value, **kept), each is wanted, None)
                     for each, word in _words().items()],
        next=_page(wanted, kept, (skip or 0) + queries.PAGE) if len(found) > queries.PAGE else None,
        previous=_page(wanted, kept, max((skip or 0) - queries.PAGE, 0)) if skip else None, kept=kept,
    )  # fmt: skip
    return page, 200 if good and skip is not None and (form.community.data or "") == community else 400


def _words() -> dict[Wanted, str]:
    return {
        Wanted.NOW: _("To call now"),
        Wanted.LATER: _("Another day"),
        Wanted.NO_PHONE: _("No telephone"),
        Wanted.ENDED: _("Ended"),
    }


def _wanted() -> tuple[Wanted, bool]:
    asked = request.args.get("show") or Wanted.NOW.value
    known = asked in set(Wanted)
    return (Wanted(asked), True) if known else (Wanted.NOW, False)


def _skip() -> int | None:
    """From the how manieth line on; None for what is no such number."""
    return whole(request.args.get("skip", "0"), FARTHEST)


def _page(wanted: Wanted, kept: dict[str, Any], skip: int) -> str:
    return url_for("callbacks.waiting", show=wanted.value, skip=skip, **kept)


def _form(viewer: Viewer, now: datetime) -> ListForm:
    form = ListForm(request.args)
    places = communities_of(db.session(), viewer, now)
    form.community.choices = [SelectChoice("", _("All")), *(SelectChoice(str(one.id), one.name) for one in places)]
    return form


def _shown(found: Sequence[queries.Line], now: datetime) -> list[Shown]:
    places = lines(db.session(), [line.ticket.place for line in found])
    what = {kind.code: name_of(kind) for kind in categories(db.session(), clock.local_date(now))}
    return [
        Shown(
            ticket=line.ticket,
            call_back=line.call_back,
            what=what.get(line.ticket.category, line.ticket.category),
            where=address(places[line.ticket.place_id]),
            phone=queries.phone_of(line.ticket),
            calling=_calling(line.call_back, now),
        )
        for line in found
    ]


def _calling(row: CallBack | None, now: datetime) -> str | None:
    return row.claimed_by.name if row is not None and row.claimed(now) and row.claimed_by is not None else None
