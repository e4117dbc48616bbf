"""What the pages of a reporter share, whether a link or an account opened them: the story, the receipt, the moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from flask import flash, redirect, render_template
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from propman import clock, idempotency
from propman.db import db
from propman.errors import NotFound
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import operations
from propman.tickets.forms.incident import AgreeForm, NotMineForm
from propman.tickets.forms.resident import (
    AddForm,
    AnswerForm,
    ConfirmForm,
    MoveForm,
    ReopenForm,
    WithdrawForm,
    yes_or_no,
)
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.views.held import link_of, pin_of
from propman.tickets.views.resident.story import tell
from propman.tickets.workflow import Action
from propman.voice.operations import Spoken
from propman.web import answer_refusals, page_status
from propman.web.photographs import Photographs, developed, fingerprint_of, store
from propman.web.voices import digest_of, recorded

Answer = str | Response | tuple[str, int]

DONE = {
    Action.CONFIRM: N_("Thank you. Your %(stars)s of 5 stars are noted."),
    Action.REOPEN: N_("Your report is open again: it is not fixed."),
    Action.AGREE: N_("Thank you. Your %(stars)s of 5 stars are noted."),
    Action.SEPARATE: N_("Your report is on its own now. Whoever is in charge was told."),
    Action.ANSWER: N_("Thank you. Whoever asked reads your answer."),
    Action.ADD: N_("Thank you. Whoever is in charge reads it."),
    Action.WITHDRAW: N_("Your report is withdrawn. Nobody comes any more."),
}
"""What a move has done, as the sentence that stands on the next page."""

FORMS: dict[str, type[MoveForm]] = {
    Action.CONFIRM.value: ConfirmForm,
    Action.REOPEN.value: ReopenForm,
    Action.AGREE.value: AgreeForm,
    Action.SEPARATE.value: NotMineForm,
    Action.ANSWER.value: AnswerForm,
    Action.ADD.value: AddForm,
    Action.WITHDRAW.value: WithdrawForm,
}


SAYING: dict[type[MoveForm], Callable[..., TicketEvent]] = {
    ReopenForm: operations.reopen,
    AnswerForm: operations.answer,
    AddForm: operations.add,
}
"""Moves that bring words, written or spoken, and photos."""


@dataclass(frozen=True)
class Door:
    """The addresses by which a reporter reaches one ticket: its pages, a photo or voice by key, a move by action."""

    page: str
    receipt: str
    photo: Callable[..., str]
    voice: Callable[[str], str]
    move: Callable[[str], str]


def story_page(ticket: Ticket, viewer: Viewer, door: Door, tried: tuple[str, MoveForm] | None = None) -> Answer:
    """The page of `ticket` for its reporter; `tried` is a move that was refused, with its form."""
    now = clock.now()
    story = tell(db.session(), ticket, viewer, now, (door.photo, door.voice))
    offered = [action for action in FORMS if action in {move.action for move in story.moves}]
    forms = {action: FORMS[action](formdata=None, version=ticket.version) for action in offered}
    if tried is not None:
        action, form = tried
        form.version.data = ticket.version
        forms[action] = form
    page = render_template("tickets/tracking.html", story=story, ticket=ticket, door=door, forms=forms)
    return (page, page_status()) if tried else page


def receipt_page(ticket: Ticket, viewer: Viewer, door: Door) -> Answer:
    """What the reporter keeps: number, PIN, link and QR; what happens next and by when."""
    story = tell(db.session(), ticket, viewer, clock.now(), (door.photo, door.voice))
    link = link_of(ticket)
    return render_template(
        "tickets/receipt.html", story=story, ticket=ticket, door=door, pin=pin_of(ticket), link=link, qr=_qr(link)
    )


def make_move(ticket: Ticket, viewer: Viewer, door: Door, action: str, *, principal: str) -> Answer:
    """Carry out the move that the form on the reporter's page asks for, once for its key."""
    if action not in FORMS:
        raise NotFound()
    form, now = FORMS[action](), clock.now()
    if form.validate_on_submit():
        with answer_refusals(form):
            photos, voice = developed(form), recorded(form)
            answer = idempotency.once(
                db.session(), principal=principal, key=form.key.data or "", now=now,
                payload={**form.payload(), "action": action, "number": ticket.number, **fingerprint_of(photos),
                         **digest_of(voice)},
                act=lambda: {"event_id": _move(ticket, viewer, form, photos, voice, now).id},
            )  # fmt: skip
            event = db.session().get_one(TicketEvent, answer["event_id"])
            sentence = gettext(DONE[event.action], stars=event.stars)
            db.session.commit()
            flash(sentence, "success")
            return redirect(door.page, code=303)
    return story_page(ticket, viewer, door, (action, form))


def _move(
    ticket: Ticket, viewer: Viewer, form: MoveForm, photos: Photographs, voice: Spoken | None, now: datetime
) -> TicketEvent:
    asked: dict[str, Any] = {
        "ticket": ticket, "viewer": viewer, "seen_version": form.seen_version, "now": now, "note": form.note.data,
    }  # fmt: skip
    if isinstance(form, ConfirmForm | ReopenForm):
        asked["contacted_in_time"] = yes_or_no(form.in_time.data)
    if isinstance(form, ConfirmForm):
        return operations.confirm(db.session(), stars=int(form.stars.data), **asked)
    if isinstance(form, AgreeForm):
        return operations.agree(db.session(), stars=int(form.stars.data), **asked)
    if isinstance(form, NotMineForm):
        return operations.separate(db.session(), **asked)
    if type(form) in SAYING:
        return SAYING[type(form)](db.session(), photos=photos["photos"], voice=voice, store=store(), **asked)
    return operations.withdraw(db.session(), **asked)


def _qr(link: str) -> Markup:
    """`link` as a QR code, an SVG of attributes alone: the pages allow no inline style."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by us from an address of ours
