"""The queue: what hurts first stands first, one line a ticket, filters in the address bar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.accounts.queries import eligible_assignees
from propman.catalogue.models import Category
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.communities.queries import address, lines
from propman.db import db
from propman.errors import Refused
from propman.roles import Permission, Role, Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.forms.staff import QueueForm
from propman.tickets.labels import HOLD_REASONS, PRIORITIES, STATES
from propman.tickets.models import Referral, Ticket
from propman.tickets.queries.scope import COMPANY
from propman.tickets.views import blueprint
from propman.tickets.views.recourse_words import Badge, warranty_badge
from propman.tickets.views.referral_words import referral_badge
from propman.tickets.views.staff.pressing import Pressing, pressing
from propman.tickets.views.staff.recourse_shown import SEES_FLAGS
from propman.tickets.views.urge_words import objection_badge, urge_badge
from propman.tickets.workflow import State
from propman.web import current_viewer, requires
from propman.web.filters import name_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY = re.compile(r"(\d)-(\d{1,17})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One ticket of the queue, in words."""

    ticket: Ticket
    what: str
    where: str
    clock: Pressing | None
    warranty: Badge | None
    flagged: bool
    referral: Referral | None
    answer: Badge | None  # how the referral stands
    urge: Badge | None
    objection: Badge | None
    households: int  # for how many reports of one fault it stands


@blueprint.get("/queue")
@requires(Permission.SEE_TICKETS)
def queue() -> tuple[str, int]:
    """The tickets in the scope of the viewer. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    kinds = categories(session, clock.local_date(now))
    form = _form(viewer, kinds, now)
    good = form.validate()
    wanted = form.wanted()
    tickets, after = queries.queue(session, viewer, wanted, now, after=_key(request.args.get("after")))
    asked = form.asked()
    page = render_template(
        "tickets/queue.html",
        form=form,
        lines=lines_shown(tickets, kinds, now, sees_flags=bool(viewer.roles & SEES_FLAGS)),
        now=now,
        part_work=queries.work_of_part(session, wanted.part_id, viewer, now) if wanted.part_id else None,
        asked=asked,
        chips_shown=_chips(asked, viewer),
        holds_shown=_holds(asked, viewer, now),
        next=url_for("tickets.queue", after=_key_text(after), **asked) if after else None,
        first=url_for("tickets.queue", **asked) if request.args.get("after") else None,
        shows_holder=not viewer.roles <= {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER},
    )
    return page, 200 if good else 400


def _form(viewer: Viewer, kinds: Sequence[Category], now: datetime) -> QueueForm:
    """The filters, each with what this viewer can choose."""
    form = QueueForm(request.args)
    form.state.choices = [
        SelectChoice("", _("Open")),
        SelectChoice(queries.AT_WORK, _("Open, without those on hold")),
        *(SelectChoice(state.value, str(STATES[state])) for state in State),
        SelectChoice(queries.UNANSWERED, _("Closed by the system")),
        SelectChoice(queries.ANY, _("All, closed ones too")),
    ]
    everything = SelectChoice("", _("All"))
    communities = queries.communities_of(db.session(), viewer, now)
    form.community.choices = [everything, *(SelectChoice(str(one.id), _named(one)) for one in communities)]
    form.category.choices = [everything, *(SelectChoice(kind.code, name_of(kind)) for kind in kinds)]
    form.priority.choices = [everything, *(SelectChoice(code, str(word)) for code, word in PRIORITIES.items())]
    form.assignee.choices = [everything, *_people(viewer, now)]
    return form


def _named(community: Place) -> str:
    return f"{community.name} · {community.parent.name}" if community.parent else community.name


def _people(viewer: Viewer, now: datetime) -> list[SelectChoice]:
    """Whom the organisations of the viewer can send: the people to filter by."""
    senders = {post.organisation_id for post in viewer.posts if post.role in COMPANY | {Role.STREET_OFFICE}}
    people = {
        person.id: person.name or ""
        for organisation_id in sorted(one for one in senders if one is not None)
        for person in eligible_assignees(db.session(), organisation_id=organisation_id, on=clock.local_date(now))
    }
    return [SelectChoice(str(person_id), name) for person_id, name in people.items()]


def lines_shown(
    tickets: Sequence[Ticket], kinds: Sequence[Category], now: datetime, *, sees_flags: bool = False
) -> list[Line]:
    """`tickets` as lines of a queue, in their order."""
    places = lines(db.session(), [ticket.place for ticket in tickets])
    what = {kind.code: name_of(kind) for kind in kinds}
    verdicts = queries.verdicts_of(db.session(), tickets)
    flagged = queries.flagged_among(db.session(), tickets) if sees_flags else frozenset[int]()
    referrals = queries.open_referrals(db.session(), tickets)
    urges = queries.open_urges(db.session(), tickets)
    objections = queries.open_objections(db.session(), tickets)
    households = queries.households(db.session(), tickets)
    return [
        Line(
            ticket=ticket,
            what=what.get(ticket.category, ticket.category),
            where=address(places[ticket.place_id]),
            clock=pressing(ticket, now),
            warranty=warranty_badge(verdicts[ticket.id]) if ticket.id in verdicts else None,
            flagged=ticket.id in flagged,
            referral=referrals.get(ticket.id),
            answer=referral_badge(referrals[ticket.id], now) if ticket.id in referrals else None,
            urge=urge_badge(urges.get(ticket.id), now),
            objection=objection_badge(objections.get(ticket.id)),
            households=households.get(ticket.id, 1),
        )
        for ticket in tickets
    ]


def _chips(asked: dict[str, Any], viewer: Viewer) -> list[tuple[str, str, bool, None]]:
    """The ready-made filters: word, address, whether it is the one that is shown. What was paid outlasts its repair."""
    sees_flags = viewer.roles & SEES_FLAGS
    ready: list[tuple[str, dict[str, Any]]] = [
        (_("All open"), {}),
        *([(_("Mine"), {"mine": 1})] if viewer.may(Permission.MOVE_TICKETS) else []),
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
    return [(word, url_for("tickets.queue", **values), asked == values, None) for word, values in ready]


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
