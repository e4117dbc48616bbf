"""The timeline of a ticket as every page of it shows it: what happened, with its sign and tone, photos and voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from propman import clock
from propman.tickets.labels import CALL_OUTCOMES, HAPPENED, SAID_BY_TELEPHONE, STAGES
from propman.tickets.models import Attachment
from propman.tickets.queries.rows import AnyEvent, AnyTicket, Called
from propman.tickets.views.holds import waits
from propman.tickets.workflow import Action, Party
from propman.web.filters import day
from propman.web.speech import Speech, speech

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
    Action.CALL: "call", Action.IMPORTED: "list", Action.FINDING: "search",
    Action.RECHECK_PASS: "done", Action.RECHECK_FAIL: "reopen",
}  # fmt: skip
TONES = {
    Action.COMPLETE: "ok", Action.CONFIRM: "ok", Action.HOLD: "soon", Action.REOPEN: "soon", Action.REFUSE: "soon",
    Action.ASK: "soon", Action.URGE: "soon", Action.OBJECT: "soon", Action.AGREE: "ok", Action.SEPARATE: "soon",
    Action.FINDING: "soon", Action.RECHECK_PASS: "ok", Action.RECHECK_FAIL: "soon",
}  # fmt: skip

HANDS_ON = frozenset({Action.REFER, Action.REFUSE, Action.UPHOLD_OBJECTION})

PhotoUrl = Callable[..., str]
"""Photo key, and for a thumbnail size="thumb" -> address."""

VoiceUrl = Callable[[str], str]
"""Key of a voice note -> address."""

Urls = tuple[PhotoUrl, VoiceUrl]
"""Where one page finds both."""


def title_of(event: AnyEvent, corrected: Mapping[int, str] | None = None, speak: Speech | None = None) -> str:
    """What happened, in the words of the field, with whom, until when or how many stars; `corrected` by event."""
    speak = speak or speech()
    by_telephone = event.party is Party.CALLER and event.action in SAID_BY_TELEPHONE
    found = event.party is Party.INSPECTOR and event.action is Action.SUBMIT
    what = speak.of(SAID_BY_TELEPHONE if by_telephone else HAPPENED)[Action.FINDING if found else event.action]
    detail = _detail(event, corrected or {}, speak)
    return speak("%(what)s: %(detail)s", what=what, detail=detail) if detail else what


def _detail(event: AnyEvent, corrected: Mapping[int, str], speak: Speech) -> str:
    action = event.action
    if action in {Action.ASSIGN, Action.REASSIGN} and event.assignee is not None:
        return sent_person(event, event.assignee.name, speak)
    if action is Action.HOLD:
        return waits(event.hold_until_on, event.hold_reason)
    if action is Action.RESUME and event.party is Party.SYSTEM:
        return speak("the day has come until which it waited")
    if action is Action.APPOINT and event.appointed_from is not None:
        return from_to(event.appointed_from, event.appointed_until)
    if event.changes is not None:
        goes_to = [event.organisation.name] if action is Action.UPHOLD_OBJECTION else []
        return speak("; ").join([*goes_to, *filter(None, [corrected.get(event.id)])])
    if event.extension_until_on is not None:
        return speak("until %(day)s", day=speak.day(event.extension_until_on))
    if event.answer_by_on is not None:
        return speak("answer by %(day)s", day=speak.day(event.answer_by_on))
    if action in {Action.CONFIRM, Action.AGREE}:
        return speak("%(stars)s of 5 stars", stars=event.stars)
    if event.outcome is not None:
        return speak.of(CALL_OUTCOMES)[event.outcome]
    return event.organisation.name if action in {Action.HANDED_OVER, Action.REFER, Action.UPHOLD_OBJECTION} else ""


def from_to(begins: datetime, ends: datetime | None) -> str:
    """A day with two times of it: "2026-11-27 Fri, 09:00 to 11:00"."""
    times = [f"{clock.local(at):%H:%M}" for at in (begins, ends or begins)]
    return str(_("%(day)s, %(begins)s to %(ends)s", day=day(begins), begins=times[0], ends=times[1]))


def acting(events: Sequence[AnyEvent]) -> dict[int, Called]:
    """For each of the events of a ticket, by id, the organisation whose move it was, if it was one's: who holds it
    afterwards, but of what hands it on, who held it before.
    """
    held = [events[0].organisation, *(event.organisation for event in events)] if events else []
    return {
        event.id: before if event.action in HANDS_ON else event.organisation
        for before, event in zip(held, events, strict=False)
    }


def sent_person(event: AnyEvent, name: str | None, speak: Speech | None = None) -> str:
    """Who comes: the name and the company; the telephone is the company's."""
    speak = speak or speech()
    return speak("%(person)s, %(organisation)s", person=name or speak("erased"), organisation=event.organisation.name)


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


def voice_shown(event: AnyEvent | None, voice_url: VoiceUrl) -> dict[str, object] | None:
    """What was spoken with `event`, as the macro `voice` takes it: of one that was erased without an address."""
    note = event.voice if event else None
    if note is None:
        return None
    return {"seconds": note.seconds, "url": voice_url(note.key) if note.erased_at is None else None}


def staff_voice(event: AnyEvent | None, ticket: AnyTicket) -> dict[str, object] | None:
    """What was spoken with `event` of `ticket`, for those who see it by their post."""
    return voice_shown(event, lambda key: url_for("tickets.staff_voice", number=ticket.number, key=key))
