"""The queue: what hurts first stands first, one line a ticket, filters in the address bar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from propman import clock
from propman.accounts.queries import Sendable
from propman.catalogue.queries import category_names
from propman.db import db
from propman.errors import Refused
from propman.roles import Permission, Role, Viewer
from propman.rota.queries import own_ids, team
from propman.text import N_
from propman.tickets import queries
from propman.tickets.forms.queue import Choices, QueueForm
from propman.tickets.labels import HOLD_REASONS
from propman.tickets.views import blueprint
from propman.tickets.views.staff.cells import cells
from propman.tickets.views.staff.narrowed import remember
from propman.tickets.views.staff.recourse_shown import SEES_FLAGS
from propman.tickets.workflow import State
from propman.web import current_viewer, requires
from propman.web.filters import language

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OWN_ALONE = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER})
"""Whoever has no other role sees what the own organisation has, and needs not be told whose each is."""

KEY = re.compile(r"(\d)-(\d{1,17})-(\d{1,18})", re.ASCII)


@blueprint.get("/queue")
@requires(Permission.SEE_TICKETS)
def queue() -> tuple[str, int]:
    """The tickets in the scope of the viewer. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    args, roles, reader, own = request.args, viewer.roles, language(), team(session, own_ids(viewer), now)
    form = QueueForm(args, _choices(viewer, own.people, now, reader), reader)
    wanted, asked = form.wanted(), form.asked
    remember(asked)
    rows, after = queries.queue(session, viewer, wanted, now, after=_key(args.get("after")))
    page = render_template(
        "tickets/queue.html",
        form=form,
        lines=cells(rows, now, shows_holder=not roles <= OWN_ALONE, sees_flags=not roles.isdisjoint(SEES_FLAGS)),
        part_work=queries.work_of_part(session, wanted.part_id, viewer, now) if wanted.part_id else None,
        asked=asked,
        team=own,
        chips_drawn=_chips_for(viewer, asked, reader),
        holds_shown=_holds(asked, viewer, now),
        next=url_for("tickets.queue", after=_key_text(after), **asked) if after else None,
        first=url_for("tickets.queue", **asked) if args.get("after") else None,
    )
    return page, 400 if form.errors else 200


def knows(question: str) -> bool:
    """Whether the queue of whoever is looking can be asked all of `question`, as it stands behind a question mark."""
    viewer, now, reader = current_viewer(), clock.now(), language()
    people = team(db.session(), own_ids(viewer), now).people
    return not QueueForm(dict(parse_qsl(question)), _choices(viewer, people, now, reader), reader).errors


def _choices(viewer: Viewer, people: Iterable[Sendable], now: datetime, reader: str) -> dict[str, Choices]:
    """What this viewer can choose from in those lists of the filters that are not the same for everybody."""
    session, everything = db.session(), ("", _("All"))
    communities = queries.communities_of(session, viewer, now)
    return {
        "community": [everything, *((str(one), f"{name} · {street}" if street else name)
                                    for one, name, street in communities)],
        "category": [everything, *category_names(session, clock.local_date(now), reader).items()],
        "assignee": [everything, *{str(one.id): one.name for one in people}.items()],
    }  # fmt: skip


def _chips_for(viewer: Viewer, asked: dict[str, Any], reader: str) -> Markup:
    """The ready-made filters, with that marked which is asked for."""
    kind = viewer.may(Permission.MOVE_TICKETS), not viewer.roles.isdisjoint(SEES_FLAGS), reader, request.root_path
    current = next((each for each, (_word, _url, values) in enumerate(_chips(*kind)) if values == asked), None)
    return _chips_drawn(*kind, current)


@cache
def _chips_drawn(moves: bool, sees_flags: bool, language: str, root: str, current: int | None) -> Markup:
    lists: Any = current_app.jinja_env.get_template("_macros/lists.html").module
    ready = enumerate(_chips(moves, sees_flags, language, root))
    shown = [(word, url, each == current, None) for each, (word, url, _values) in ready]
    return Markup(lists.chips(_("Ready-made filters"), shown))  # noqa: S704 - the output of a macro


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
        (_("Needs a re-check"), {"recheck": 1}),
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
