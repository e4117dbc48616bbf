"""The start page: for a visitor the ways in, for everybody signed in what each of their roles came to do."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.labels import role_word
from propman.assets.queries import unwatched_count
from propman.callbacks.queries import MOST_COUNTED, waiting_count
from propman.catalogue.queries import categories, emergency_numbers
from propman.communities.codes import normal
from propman.communities.queries import address, label, line, organisation, place
from propman.db import db
from propman.portal.navigation import nav_items
from propman.portal.views import blueprint
from propman.roles import Permission, Post, Role, Viewer
from propman.rounds import queries as rounds
from propman.spotchecks import queries as spotchecks
from propman.tickets import queries
from propman.tickets.forms.resident import CodeForm, TrackForm
from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from propman.web import current_viewer, requires
from propman.web.filters import name_of

MOST_REPORTS = 5
MOST_PARTS = 100  # counted no further
MOST_INSPECTIONS = 100

SENDS = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE})
"""They see what is on fire and give each job to somebody."""
WATCHES = frozenset(
    {
        Role.STREET_OFFICE,
        Role.GRID_WORKER,
        Role.NEIGHBOURHOOD_COMMITTEE,
        Role.OWNERS_COMMITTEE,
        Role.OFFICIAL,
        Role.READONLY_OFFICIAL,
        Role.AUDITOR,
    }
)
"""They see how upkeep goes in their area, and what became of all that was reported."""


@blueprint.app_context_processor
def navigation() -> dict[str, object]:
    """The links at the head of every page."""
    return {"nav_items": nav_items()}


@blueprint.get("/")
@requires(Permission.PUBLIC)
def home() -> str | Response | tuple[str, int]:
    """What propman is and how to get in; or, signed in, what there is to do."""
    viewer = current_viewer()
    return _signed_in(db.session(), viewer) if viewer.signed_in else _visitor(db.session())


def _visitor(session: Session) -> Response | tuple[str, int]:
    """The page of a stranger; `?code=` is the code of a label, typed by hand, and leads to its page."""
    form = CodeForm(request.args)
    typed = (form.code.data or "").strip()
    if typed and label(session, typed) is not None:
        return redirect(url_for("portal.place", code=normal(typed)), code=303)
    if typed:
        form.code.errors = [_("No label carries this code. It has 13 letters and digits; look once more.")]
    page = render_template(
        "portal/home.html",
        form=form,
        track=TrackForm(formdata=None),
        numbers=emergency_numbers(session, clock.local_date(clock.now())),
    )
    return page, 422 if form.code.errors else 200


def _signed_in(session: Session, viewer: Viewer) -> str:
    now, roles = clock.now(), viewer.roles
    outcomes = queries.outcomes(session, viewer, now) if roles & WATCHES else None
    return render_template(
        "portal/home_signed_in.html",
        posts=[_in_words(session, post) for post in viewer.posts],
        sends=bool(roles & SENDS),
        watches=bool(roles & WATCHES),
        referrals=queries.referral_counts(session, viewer, now) if viewer.may(Permission.SEE_REFERRALS) else None,
        audits=Role.AUDITOR in roles,
        unwatched=_unwatched(session, viewer),
        most_parts=MOST_PARTS,
        calls=waiting_count(session, viewer, now) if viewer.may(Permission.CALL_BACK) else 0,
        most_calls=MOST_COUNTED,
        late_checks=_late_checks(session, viewer),
        most_checks=spotchecks.MOST_COUNTED,
        jobs=queries.jobs_count(session, viewer) if viewer.may(Permission.OWN_JOBS) else 0,
        inspections=_inspections(session, viewer),
        most_inspections=MOST_INSPECTIONS,
        figures=queries.figures(session, viewer, now) if roles & (SENDS | WATCHES) else None,
        added=_added(session, viewer, outcomes),
        outcomes=outcomes,
        reports=_own_reports(session, viewer),
        what={kind.code: name_of(kind) for kind in categories(session, clock.local_date(now))},
        State=State,
    )


def _added(session: Session, viewer: Viewer, outcomes: queries.Outcomes | None) -> int:
    """To how many closed reports something was added, for whoever has to do something about it."""
    if not viewer.roles & SENDS:
        return 0
    return outcomes.added if outcomes else queries.added_count(session, viewer, clock.now())


def _unwatched(session: Session, viewer: Viewer) -> int:
    """How many parts in scope are guaranteed for a short time yet without anybody having looked."""
    if not viewer.may(Permission.SEE_REGISTER):
        return 0
    return unwatched_count(session, viewer, clock.now(), most=MOST_PARTS)


def _inspections(session: Session, viewer: Viewer) -> int:
    """How many inspections that this person may do are due today or overdue."""
    if not viewer.may(Permission.INSPECT):
        return 0
    return rounds.due_count(session, viewer, clock.now(), most=MOST_INSPECTIONS)


def _late_checks(session: Session, viewer: Viewer) -> int:
    """How many spot checks that this person may do wait past their day."""
    if not viewer.may(Permission.SPOT_CHECK):
        return 0
    return spotchecks.late_count(session, viewer, clock.local_date(clock.now()))


def _own_reports(session: Session, viewer: Viewer) -> Sequence[Ticket]:
    """The latest reports of the viewer; those that wait for an answer first."""
    found = queries.reports_of(session, viewer.user_id or 0)
    return sorted(found, key=lambda ticket: (ticket.lead or ticket).state is not State.COMPLETED)[:MOST_REPORTS]


def _in_words(session: Session, post: Post) -> str:
    """ "dispatcher, 安居物业": the role, and the organisation or else the address it is held over."""
    held_in = organisation(session, post.organisation_id) if post.organisation_id else None
    held_over = place(session, post.place_id) if post.place_id else None
    where = held_in.name if held_in else address(line(session, held_over)) if held_over else None
    return str(_("%(role)s, %(where)s", role=role_word(post.role), where=where)) if where else role_word(post.role)
