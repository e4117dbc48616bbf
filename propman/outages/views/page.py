"""The page of one outage, which everybody may read; and moving it, ending it, calling it off, following it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.queries import address, line
from propman.db import ID_LIMIT, db
from propman.outages import operations, queries, rules
from propman.outages.forms import MoveForm, touch
from propman.outages.labels import MOVES
from propman.outages.models import Outage, OutageEvent
from propman.outages.rules import ALLOWED, Move
from propman.outages.views import blueprint
from propman.roles import Permission
from propman.web import KeyedForm, VersionForm, act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import moment
from propman.web.timeline import Line

ID = f"int(max={ID_LIMIT - 1})"
OUTAGE = f"/outages/<{ID}:outage_id>"
Answer = Response | tuple[str, int]


@blueprint.get(OUTAGE)
@requires(Permission.PUBLIC)
def outage(outage_id: int) -> Answer:
    """What is off where, from when to when, why, and how that has changed."""
    return _page(queries.outage(db.session(), outage_id)), 200


@blueprint.post(f"{OUTAGE}/move")
@requires(Permission.ANNOUNCE_OUTAGES)
def move(outage_id: int) -> Answer:
    """Let it start or end at another time."""
    found, form = _edited(outage_id), MoveForm()
    return _act(found, form, _("It is moved. Everybody concerned is told."), lambda: operations.move(
        db.session(), outage_id=outage_id, viewer=current_viewer(), seen_version=form.seen_version, now=clock.now(),
        **form.asked,
    ))  # fmt: skip


@blueprint.post(f"{OUTAGE}/end")
@requires(Permission.ANNOUNCE_OUTAGES)
def end(outage_id: int) -> Answer:
    """It is over."""
    return _touch(outage_id, operations.end, _("It is over. Everybody concerned is told."))


@blueprint.post(f"{OUTAGE}/call-off")
@requires(Permission.ANNOUNCE_OUTAGES)
def call_off(outage_id: int) -> Answer:
    """It does not come."""
    return _touch(outage_id, operations.call_off, _("It is called off. Everybody concerned is told."))


@blueprint.post(f"{OUTAGE}/follow")
@requires(Permission.OWN_ACCOUNT)
def follow(outage_id: int) -> Answer:
    """Be told when it is moved or ends. A second time changes nothing, so it needs no key."""
    found = queries.outage(db.session(), outage_id)
    operations.follow(db.session(), outage_id=found.id, user_id=current_viewer().user_id or 0, now=clock.now())
    db.session.commit()
    flash(_("You are told when it is moved or ends."), "success")
    return redirect(url_for("outages.outage", outage_id=outage_id), code=303)


def _edited(outage_id: int) -> Outage:
    """One that the viewer may change. Raises `NotFound`."""
    return queries.edited(db.session(), current_viewer(), outage_id, clock.local_date(clock.now()))


def _touch(outage_id: int, operation: Callable[..., Outage], done: str) -> Answer:
    """Make a move of one button."""
    found, form = _edited(outage_id), VersionForm()
    return _act(found, form, done, lambda: operation(
        db.session(), outage_id=outage_id, viewer=current_viewer(), seen_version=form.seen_version, now=clock.now()
    ))  # fmt: skip


def _act(found: Outage, form: KeyedForm, done: str, act: Callable[[], Outage]) -> Answer:
    """Make the move of `form` once; the page with what is wrong, where it was refused."""
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: act().id)
            db.session.commit()
            flash(done, "success")
            return redirect(url_for("outages.outage", outage_id=found.id), code=303)
    return _page(queries.outage(db.session(), found.id), form), page_status()


def _page(found: Outage, tried: KeyedForm | None = None) -> str:
    session, now, viewer = db.session(), clock.now(), current_viewer()
    today = clock.local_date(now)
    edits = viewer.may(Permission.ANNOUNCE_OUTAGES) and queries.edits(session, viewer, found, today)
    [shown] = queries.told_of(session, [found], now)
    events = queries.events_of(session, found)
    return render_template(
        "outages/outage.html",
        shown=shown,
        outage=found,
        allowed=ALLOWED[shown.standing] if edits else frozenset(),
        Move=Move,
        community=address(line(session, found.community)),
        story=[Line(one.at, str(MOVES[one.move]), note=_told(one)) for one in events],
        can_follow=viewer.signed_in and shown.standing in rules.OPEN and not edits,
        follows=queries.follows(session, found, viewer.user_id),
        move_form=tried if isinstance(tried, MoveForm) else MoveForm.of(found),
        touch=touch(found),
        tried=tried,
    )


def _told(event: OutageEvent) -> str:
    """From when to when, after that move."""
    return str(_("from %(starts)s to %(ends)s", starts=moment(event.starts_at), ends=moment(event.ends_at)))
