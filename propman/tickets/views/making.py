"""Making the move that a form of staff asks for: the same operations from the page of a ticket and of a referral."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from propman.db import db
from propman.tickets import operations
from propman.tickets.forms.resident import MoveForm
from propman.tickets.forms.staff import StartForm
from propman.tickets.forms.work import WorkForm
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action
from propman.web import current_viewer
from propman.web.photographs import Photographs, store

BARE: dict[Action, Callable[..., TicketEvent]] = {
    Action.ACCEPT: operations.accept,
    Action.ARRIVE: operations.arrive,
}
"""Moves that bring nothing at all."""
SAID: dict[Action, Callable[..., TicketEvent]] = {
    Action.ASSIGN: operations.assign,
    Action.REASSIGN: operations.reassign,
    Action.REFER: operations.refer,
    Action.REFUSE: operations.refuse,
    Action.TAKE_BACK: operations.take_back,
    Action.APPOINT: operations.appoint,
    Action.CORRECT: operations.correct,
    Action.REQUEST_EXTENSION: operations.request_extension,
    Action.GRANT_EXTENSION: operations.grant_extension,
    Action.REFUSE_EXTENSION: operations.refuse_extension,
    Action.HOLD: operations.hold,
    Action.RESUME: operations.resume,
    Action.OBJECT: operations.object_to_dispatch,
    Action.UPHOLD_OBJECTION: operations.uphold_objection,
    Action.REJECT_OBJECTION: operations.reject_objection,
    Action.URGE: operations.urge,
    Action.ANSWER_URGE: operations.answer_urge,
    Action.MAKE_SAFE: operations.make_safe,
    Action.MERGE: operations.merge,
    Action.SEPARATE: operations.separate,
    Action.RECHECK_PASS: operations.pass_recheck,
    Action.RECHECK_FAIL: operations.fail_recheck,
    Action.ASK: operations.ask,
    Action.NOTE: operations.note_down,
    Action.DECLINE: operations.decline,
}
"""Moves that bring words, and what their form says besides."""


def made(ticket: Ticket, action: Action, form: MoveForm, photos: Photographs, now: datetime) -> TicketEvent:
    """Make the move `action` on `ticket` with what `form` and its `photos` hold. Raises `Refused` as its operation."""
    session = db.session()
    asked: dict[str, Any] = {
        "ticket": ticket, "viewer": current_viewer(), "seen_version": form.seen_version, "now": now,
    }  # fmt: skip
    if action in BARE:
        return BARE[action](session, **asked)
    if isinstance(form, StartForm):
        return operations.start(session, store=store(), photos=photos["before"], **asked)
    asked |= {"note": form.note.data, **form.brings}
    if isinstance(form, WorkForm):
        return operations.complete(
            session, store=store(), before=photos["before"], after=photos["after"], work=form.work, **asked
        )
    return SAID[action](session, **asked)
