"""What stands under the heading of a ticket, beside its state and its urgency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from propman.tickets.queries.rows import TicketRow
from propman.tickets.views.recourse_words import Badge
from propman.tickets.views.staff.recourse_shown import Recourse
from propman.web.speech import speech


def badges_of(ticket: TicketRow, recourse: Recourse, waiting: Sequence[Badge], followers: int) -> Iterator[Badge]:
    """The badges of `ticket`, with which as many `followers` are merged; `waiting` are those of what waits."""
    speak = speech()
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
