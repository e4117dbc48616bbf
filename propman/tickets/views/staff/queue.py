"""The queue: what hurts first stands first, one line a ticket, filters in the address bar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask import render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from propman import clock
from propman.accounts.queries import Sendable, sendable
from propman.catalogue.queries import categories
from propman.db import db
from propman.errors import Refused
from propman.roles import Permission, Role, Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.forms.queue import Choices, QueueForm
from propman.tickets.labels import HOLD_REASONS, PRIORITIES, STATES
from propman.tickets.queries.scope import COMPANY
from propman.tickets.views import blueprint
from propman.tickets.views.staff.cells import cells
from propman.tickets.views.staff.lines import lines_shown
from propman.tickets.views.staff.recourse_shown import SEES_FLAGS
from propman.tickets.workflow import State
from propman.web import current_viewer, requires
from propman.web.filters import name_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY = re.compile(r"(\d)-(\d{1,17})-(\d{1,18})", re.ASCII)


@blueprint.get("/queue")
@requires(Permission.SEE_TICKETS)
def queue() -> tuple[str, int]:
    """The tickets in the scope of the viewer. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    people = _people(viewer, now)
    form = QueueForm(request.args, _choices(viewer, people, now))
    wanted, asked = form.wanted(), form.asked()
    rows, after = queries.queue(session, viewer, wanted, now, after=_key(request.args.get("after")))
    own_alone = viewer.roles <= {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER}
    shown = lines_shown(rows, now, sees_flags=bool(viewer.roles & SEES_FLAGS))
    page = render_template(
        "tickets/queue.html",
        form=form,
        lines=cells(shown, now, shows_holder=not own_alone),
        part_work=queries.work_of_part(session, wanted.part_id, viewer, now) if wanted.part_id else None,
        asked=asked,
        people=people,
        chips_shown=[(word, url, asked == values, None) for word, url, values in _chips_for(viewer)],
        holds_shown=_holds(asked, viewer, now),
        next=url_for("tickets.queue", after=_key_text(after), **asked) if after else None,
        first=url_for("tickets.queue", **asked) if request.args.get("after") else None,
    )
    return page, 400 if form.errors else 200


def _choices(viewer: Viewer, people: Iterable[Sendable], now: datetime) -> dict[str, Choices]:
    """What this viewer can choose from in each list of the filters."""
    session, today, everything = db.session(), clock.local_date(now), ("", _("All"))
    return {
        "state": [
            ("", _("Open")),
            (queries.AT_WORK, _("Open, without those on hold")),
            *((state.value, str(STATES[state])) for state in State),
            (queries.UNANSWERED, _("Closed by the system")),
            (queries.ANY, _("All, closed ones too")),
        ],
        "waits": [everything, *((reason.value, str(word)) for reason, word in HOLD_REASONS.items())],
        "community": [everything, *((str(place_id), name) for place_id, name in _communities(viewer, now))],
        "category": [everything, *((kind.code, name_of(kind)) for kind in categories(session, today))],
        "priority": [everything, *((code, str(word)) for code, word in PRIORITIES.items())],
        "assignee": [everything, *{str(one.id): one.name for one in people}.items()],
    }


def _communities(viewer: Viewer, now: datetime) -> list[tuple[int, str]]:
    """Id and name of the communities, each with its street."""
    found = queries.communities_of(db.session(), viewer, now)
    return [(one.id, f"{one.name} · {one.street}" if one.street else one.name) for one in found]


def _people(viewer: Viewer, now: datetime) -> list[Sendable]:
    """Whom the organisations of the viewer can send, by organisation and name."""
    senders = {post.organisation_id for post in viewer.posts if post.role in COMPANY | {Role.STREET_OFFICE}}
    return sendable(db.session(), {one for one in senders if one is not None}, clock.local_date(now))


def _chips_for(viewer: Viewer) -> list[tuple[str, str, dict[str, Any]]]:
    moves, sees_flags = viewer.may(Permission.MOVE_TICKETS), bool(viewer.roles & SEES_FLAGS)
    return _chips(moves, sees_flags, str(get_locale()), request.root_path)


@cache
def _chips(moves: bool, sees_flags: bool, _language: str, _root: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The ready-made filters: word, address, what is asked. What was paid outlasts its repair."""
    ready: list[tuple[str, dict[str, Any]]] = [
        (_("All open"), {}),
        *([(_("Mine"), {"mine": 1})] if moves else []),
        (_("Overdue"), {"late": 1}),
        (_("Due today"), {"due_today": 1}),
        (_("Nobody sent"), {"state": State.SUBMITTED.value}),
        (_("Without those on hold"), {"state": queries.AT_WORK}),
        (_("On hold"), {"state": State.ON_HOLD.value}),
        (_("Waiting for the reporter"), {"state": State.COMPLETED.value}),
        (_("Reopened"), {"reopened": 1}),
        (_("Added after closing"), {"state": queries.ANY, "added": 1}),
        (_("Under warranty"), {"warranty": 1}),
        (_("Referred"), {"referred": 1}),
        (_("Urged"), {"urged": 1}),
        (_("Objections"), {"objected": 1}),
        *([(_("Paid although under warranty"), {"state": queries.ANY, "flagged": 1})] if sees_flags else []),
        (_("All, closed ones too"), {"state": queries.ANY}),
    ]
    return [(word, url_for("tickets.queue", **values), values) for word, values in ready]


def _holds(asked: dict[str, Any], viewer: Viewer, now: datetime) -> list[tuple[str, str, bool, int]]:
    """While the list shows what is on hold: for which reasons, as filters with their numbers; else none."""
    if asked.get("state") != State.ON_HOLD.value:
        return []
    counts = queries.holds(db.session(), viewer, now)
    here: dict[str, Any] = {"state": State.ON_HOLD.value}
    return [
        (str(HOLD_REASONS[reason]), url_for("tickets.queue", waits=reason.value, **here),
         asked == {**here, "waits": reason.value}, number)
        for reason, number in counts.items()
    ]  # fmt: skip


def _key_text(key: queries.Key) -> str:
    """Where a page of the queue ends, as the address carries it: rank, microseconds since 1970, id."""
    rank, at, ticket_id = key
    return f"{int(rank)}-{(at - EPOCH) // timedelta(microseconds=1)}-{ticket_id}"


def _key(text: str | None) -> queries.Key | None:
    """The key in the address. Raises `Refused` (400) for what is none."""
    if not text:
        return None
    found = KEY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return int(found[1]), EPOCH + timedelta(microseconds=int(found[2])), int(found[3])
    except (OverflowError, ValueError):
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400) from None
