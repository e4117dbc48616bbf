"""Reminders and escalations of a ticket, as lines of the timeline that staff read."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman.catalogue.words import LEVEL_WORDS
from propman.tickets.models import Escalation, Ticket
from propman.tickets.queries import escalations_of
from propman.web.filters import name_of


def deadlines_told(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """What was told of the deadlines of `ticket`, as the macro `timeline` takes it."""
    return [
        {
            "at": one.at,
            "title": _title(one),
            "who": _to_whom(one),
            "note": None,
            "erased": False,
            "photos": (),
            "sign": "clock" if one.rule.share_left is not None else "warn",
            "tone": "idle" if one.passed_over else "soon" if one.rule.share_left is not None else "over",
        }
        for one in escalations_of(session, ticket)
    ]


def _title(one: Escalation) -> str:
    if one.rule.share_left is not None:
        return str(_("Reminder: %(rule)s", rule=name_of(one.rule)))
    return str(_("Escalation: %(rule)s", rule=name_of(one.rule)))


def _to_whom(one: Escalation) -> str:
    level = _(LEVEL_WORDS[one.level])
    if one.passed_over:
        return str(_("not told to %(level)s: a later or higher one was due as well", level=level))
    if one.reached is None:
        return str(_("nobody could be told: nobody is on file as %(level)s or above", level=level))
    if one.reached is one.level:
        return str(_("told: %(level)s", level=level))
    return str(_("told: %(reached)s, because nobody is on file as %(level)s", level=level,
                 reached=_(LEVEL_WORDS[one.reached])))  # fmt: skip
