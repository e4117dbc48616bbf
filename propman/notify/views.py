"""The inbox of everybody who is signed in, and the outbox for the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock, heartbeat
from propman.db import db
from propman.errors import Refused
from propman.notify import delivery, operations, queries, spacing
from propman.notify.forms import WishesForm
from propman.notify.models import EVERYBODY, Channel, Notice
from propman.notify.texts import TEXTS, sentence
from propman.roles import Permission
from propman.text import N_
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import day
from propman.web.pages import local_path

CHANNELS = {
    Channel.INBOX: N_("inbox"), Channel.EMAIL: N_("e-mail"), Channel.SMS: N_("SMS"),
    Channel.CALLER: N_("SMS to a caller"), Channel.GROUP: N_("group chat"),
}  # fmt: skip
LARGEST_ID = 2**63 - 1

blueprint = Blueprint("notify", __name__)


def install(app: Flask) -> None:
    """Register the pages, the filter that reads a notice as a sentence, and the count of unread messages."""
    app.extensions.setdefault(TEXTS, {})
    app.register_blueprint(blueprint)
    app.jinja_env.filters["channel_word"] = lambda channel: _(CHANNELS[channel])
    app.jinja_env.filters["sentence"] = lambda notice: sentence(notice.topic, notice.facts)
    app.context_processor(lambda: {"unread_count": unread_count})


def unread_count() -> int:
    """How many messages the person looking has not opened (at most 100); asked of the database once per request."""
    if not current_viewer().signed_in:
        return 0
    if "unread_count" not in g:
        g.unread_count = queries.unread_count(db.session(), viewer=current_viewer())
    return int(g.unread_count)


@blueprint.get("/inbox")
@requires(Permission.OWN_ACCOUNT)
def inbox() -> str:
    """The messages to this person, newest first, day by day."""
    page = queries.inbox(db.session(), viewer=current_viewer(), before=_key("before"))
    return render_template("notify/inbox.html", page=page, days=_by_day(page.notices, clock.now()))


@blueprint.post(f"/inbox/<int(max={LARGEST_ID}):notice_id>/open")
@requires(Permission.OWN_ACCOUNT)
def open_notice(notice_id: int) -> Response:
    """Note that the message was read, and go where it leads. Repeating it changes nothing, so it needs no key."""
    notice = operations.mark_read(db.session(), viewer=current_viewer(), notice_id=notice_id, now=clock.now())
    target = local_path(notice.link)
    db.session.commit()
    return redirect(target, code=303)


@blueprint.post("/inbox/read-all")
@requires(Permission.OWN_ACCOUNT)
def read_all() -> Response:
    """Note that everything on the page was read: up to the newest message that stood there."""
    newest_id = _number(request.form.get("newest_id"))
    if newest_id is None:
        raise Refused(N_("This page has grown old. Open the inbox again."), status=422)
    operations.mark_all_read(db.session(), viewer=current_viewer(), newest_id=newest_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("notify.inbox"), code=303)


@blueprint.route("/inbox/wishes", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def wishes() -> tuple[str, int] | Response:
    """How this person wants to be told outside the inbox: at once or once a day, and when it is quiet."""
    session, viewer = db.session(), current_viewer()
    before = spacing.wishes_of(session, [viewer.user_id or 0]).get(viewer.user_id or 0)
    form = WishesForm(before, with_sms=(Channel.SMS, EVERYBODY) in queries.served(session))

    def act() -> int:
        return operations.prefer(db.session(), viewer=viewer, wishes=form.wishes()).recipient_id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("From now on you are told like this."), "success")
            return redirect(url_for("notify.inbox"), code=303)
    return render_template("notify/wishes.html", form=form), page_status() if form.is_submitted() else 200


@blueprint.get("/admin/outbox")
@requires(Permission.ADMINISTER)
def outbox() -> str:
    """What still waits, what was given up, and when messages were last carried away."""
    session = db.session()
    return render_template(
        "notify/outbox.html",
        page=queries.dead_letters(session, before=_key("before")),
        outbox=queries.outbox(session),
        last=heartbeat.last(session, delivery.JOB),
        now=clock.now(),
    )


@blueprint.post(f"/admin/outbox/<int(max={LARGEST_ID}):notice_id>/retry")
@requires(Permission.ADMINISTER)
def retry(notice_id: int) -> Response:
    """Give a dead letter its attempts again. A second press finds it alive and changes nothing, so it needs no key."""
    if operations.revive(db.session(), viewer=current_viewer(), notice_id=notice_id, now=clock.now()):
        flash(_("The message will be sent again."), "success")
    db.session.commit()
    return redirect(url_for("notify.outbox"), code=303)


def _by_day(notices: Sequence[Notice], now: datetime) -> list[tuple[str, list[Notice]]]:
    """`notices` in their order, those of one day together under its name."""
    today = clock.local_date(now)
    return [
        (_day_word(on, today), list(those)) for on, those in groupby(notices, lambda one: clock.local_date(one.made_at))
    ]


def _day_word(on: date, today: date) -> str:
    return {0: _("Today"), 1: _("Yesterday")}.get((today - on).days) or day(on)


def _key(name: str) -> int | None:
    """The key of a page from the address. Raises `Refused` (400) for what is no key."""
    text = request.args.get(name)
    if text is None:
        return None
    number = _number(text)
    if number is None:
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400)
    return number


def _number(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)
