"""What stands under the heading of a ticket: its state, its urgency, and what is special about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from propman.tickets.labels import PRIORITIES, STATES
from propman.tickets.queries.rows import TicketRow
from propman.tickets.views.recourse_words import Badge
from propman.tickets.views.staff.cells import SIGNS, TONES, URGENT
from propman.tickets.views.staff.recourse_shown import Recourse
from propman.tickets.workflow import State
from propman.web.speech import Speech, speech


def drawn_badges(
    ticket: TicketRow, stands: State, recourse: Recourse, waiting: Sequence[Badge], followers: int
) -> Markup:  # fmt: skip
    """The badges of `ticket`, which `stands` so and with which as many `followers` are merged, as HTML; `waiting` are
    those of what waits.
    """
    draw: Any = current_app.jinja_env.globals["badge"]
    speak = speech()
    found = (*_standing(ticket, stands, speak), *_more(ticket, recourse, waiting, followers, speak))
    return Markup(" ").join([draw(label, tone, sign) for label, tone, sign in found])


def _standing(ticket: TicketRow, stands: State, speak: Speech) -> Iterator[tuple[str, str, str | None]]:
    if ticket.closed_by_system:
        yield speak("Closed by the system: nobody answered"), "idle", "clock"
    else:
        yield speak.of(STATES)[stands], TONES.get(stands, "idle"), SIGNS[stands]
    yield (speak.of(PRIORITIES)[ticket.priority], *URGENT.get(ticket.priority, ("idle", None)))


def _more(
    ticket: TicketRow, recourse: Recourse, waiting: Sequence[Badge], followers: int, speak: Speech
) -> Iterator[Badge]:  # fmt: skip
    if ticket.recheck and ticket.state is not State.CONFIRMED:
        yield Badge(speak("Needs a re-check"), "soon", "search")
    if ticket.private:
        yield Badge(speak("inside a flat: never shown in public"), "idle", "home")
    if recourse.verdict:
        yield recourse.verdict.badge
    if recourse.referral:
        referral = recourse.referral.badge
        yield Badge(speak("Referred: %(how)s", how=referral.label), referral.tone, "send")
    if recourse.flagged:
        yield Badge(speak("Paid although under warranty"), "over", "warn")
    if ticket.extension_until_on:
        asked = speak("later deadline asked for: %(day)s", day=speak.day(ticket.extension_until_on))
        yield Badge(asked, "soon", "clock")
    yield from waiting
    if ticket.asked_at:
        yield Badge(speak("waits for the reporter since %(day)s", day=speak.day(ticket.asked_at)), "soon", "info")
    if ticket.reopened:
        often = speak.plural("reopened once", "reopened %(num)d times", ticket.reopened)
        yield Badge(often, "soon", "reopen")
    if followers:
        homes = speak.plural("%(num)d household", "%(num)d households", followers + 1)
        yield Badge(homes, "soon", "home")
