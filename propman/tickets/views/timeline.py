"""The timeline of a ticket as every page of it shows it: what happened, with its sign and tone, photos and voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from propman import clock
from propman.accounts.labels import person_word
from propman.communities.models import Organisation
from propman.tickets.labels import CALL_OUTCOMES, HAPPENED, SAID_BY_TELEPHONE, STAGES
from propman.tickets.models import Attachment, Ticket, TicketEvent
from propman.tickets.views.holds import waits
from propman.tickets.workflow import Action, Party
from propman.web.filters import day

SIGNS = {
    Action.SUBMIT: "send", Action.ASSIGN: "person", Action.REASSIGN: "person", Action.START: "tool",
    Action.HOLD: "pause", Action.RESUME: "reopen", Action.COMPLETE: "check", Action.DECLINE: "cross",
    Action.WITHDRAW: "cross", Action.CONFIRM: "done", Action.REOPEN: "reopen", Action.CLOSED_BY_SYSTEM: "clock",
    Action.HANDED_OVER: "building", Action.REFER: "send", Action.ACCEPT: "person", Action.REFUSE: "cross",
    Action.TAKE_BACK: "reopen", Action.ASK: "info", Action.ANSWER: "send", Action.NOTE: "text", Action.ADD: "plus",
    Action.APPOINT: "clock", Action.ARRIVE: "pin", Action.MAKE_SAFE: "check",
    Action.CORRECT: "tool", Action.REQUEST_EXTENSION: "clock", Action.GRANT_EXTENSION: "clock",
    Action.REFUSE_EXTENSION: "cross",
    Action.OBJECT: "cross", Action.UPHOLD_OBJECTION: "building", Action.REJECT_OBJECTION: "cross", Action.URGE: "warn",
    Action.ANSWER_URGE: "send", Action.MERGE: "merge", Action.SEPARATE: "split", Action.AGREE: "done",
    Action.CALL: "call", Action.IMPORTED: "list",
}  # fmt: skip
TONES = {
    Action.COMPLETE: "ok", Action.CONFIRM: "ok", Action.HOLD: "soon", Action.REOPEN: "soon", Action.REFUSE: "soon",
    Action.ASK: "soon", Action.URGE: "soon", Action.OBJECT: "soon", Action.AGREE: "ok", Action.SEPARATE: "soon",
}  # fmt: skip

PhotoUrl = Callable[..., str]
"""Photo key, and for a thumbnail size="thumb" -> address."""

VoiceUrl = Callable[[str], str]
"""Key of a voice note -> address."""

Urls = tuple[PhotoUrl, VoiceUrl]
"""Where one page finds both."""


def title_of(event: TicketEvent, corrected: Mapping[int, str] | None = None) -> str:
    """What happened, in the words of the field, with whom, until when or how many stars; `corrected` by event."""
    by_telephone = event.party is Party.CALLER and event.action in SAID_BY_TELEPHONE
    what, detail = str((SAID_BY_TELEPHONE if by_telephone else HAPPENED)[event.action]), ""
    if event.action in {Action.ASSIGN, Action.REASSIGN} and event.assignee is not None:
        detail = sent_person(event, event.assignee.name)
    elif event.action is Action.HOLD:
        detail = waits(event.hold_until_on, event.hold_reason)
    elif event.action is Action.RESUME and event.party is Party.SYSTEM:
        detail = _("the day has come until which it waited")
    elif event.action is Action.APPOINT and event.appointed_from is not None:
        detail = from_to(event.appointed_from, event.appointed_until)
    elif event.changes is not None:
        goes_to = [event.organisation.name] if event.action is Action.UPHOLD_OBJECTION else []
        detail = _("; ").join([*goes_to, *filter(None, [(corrected or {}).get(event.id)])])
    elif event.extension_until_on is not None:
        detail = _("until %(day)s", day=day(event.extension_until_on))
    elif event.answer_by_on is not None:
        detail = _("answer by %(day)s", day=day(event.answer_by_on))
    elif event.action in {Action.CONFIRM, Action.AGREE}:
        detail = _("%(stars)s of 5 stars", stars=event.stars)
    elif event.outcome is not None:
        detail = str(CALL_OUTCOMES[event.outcome])
    elif event.action in {Action.HANDED_OVER, Action.REFER, Action.UPHOLD_OBJECTION}:
        detail = event.organisation.name
    return str(_("%(what)s: %(detail)s", what=what, detail=detail)) if detail else what


def from_to(begins: datetime, ends: datetime | None) -> str:
    """A day with two times of it: "2026-11-27 Fri, 09:00 to 11:00"."""
    times = [f"{clock.local(at):%H:%M}" for at in (begins, ends or begins)]
    return str(_("%(day)s, %(begins)s to %(ends)s", day=day(begins), begins=times[0], ends=times[1]))


def acting(events: Sequence[TicketEvent]) -> dict[int, Organisation]:
    """For each of the events of a ticket, by id, the organisation whose move it was, if it was one's: who holds it
    afterwards, but of what hands it on, who held it before.
    """
    held = [events[0].organisation, *(event.organisation for event in events)] if events else []
    hands_on = {Action.REFER, Action.REFUSE, Action.UPHOLD_OBJECTION}
    return {
        event.id: before if event.action in hands_on else event.organisation
        for before, event in zip(held, events, strict=False)
    }


def sent_person(event: TicketEvent, name: str | None) -> str:
    """Who comes: the name and the company; the telephone is the company's."""
    return str(_("%(person)s, %(organisation)s", person=person_word(name), organisation=event.organisation.name))


def photos_shown(attachments: Sequence[Attachment], at: datetime, photo_url: PhotoUrl) -> list[dict[str, str]]:
    """`attachments` as the macro `photos` takes them, without erased ones; `at` is when they came."""
    return [
        {
            "url": photo_url(attachment.photo.key),
            "thumb_url": photo_url(attachment.photo.key, size="thumb"),
            "alt": _(
                "Photo %(number)s, %(stage)s, %(day)s", number=number, stage=STAGES[attachment.stage], day=day(at)
            ),
        }
        for number, attachment in enumerate(attachments, start=1)
        if attachment.photo.erased_at is None
    ]


def voice_shown(event: TicketEvent | None, voice_url: VoiceUrl) -> dict[str, object] | None:
    """What was spoken with `event`, as the macro `voice` takes it: of one that was erased without an address."""
    note = event.voice if event else None
    if note is None:
        return None
    return {"seconds": note.seconds, "url": voice_url(note.key) if note.erased_at is None else None}


def staff_voice(event: TicketEvent | None, ticket: Ticket) -> dict[str, object] | None:
    """What was spoken with `event` of `ticket`, for those who see it by their post."""
    return voice_shown(event, lambda key: url_for("tickets.staff_voice", number=ticket.number, key=key))
