"""The story of a ticket as staff read it: its moves, and between them what was told of its deadlines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman.catalogue.words import LEVEL_WORDS
from propman.tickets import queries
from propman.tickets.labels import PARTIES
from propman.tickets.models import Channel, Escalation
from propman.tickets.queries import ANYTHING, Beside
from propman.tickets.queries.rows import AnyTicket, Called, EventRow
from propman.tickets.views.corrections import corrections_of
from propman.tickets.views.timeline import SIGNS, TONES, acting, staff_voice, title_of
from propman.tickets.workflow import Action, Party
from propman.web.filters import name_of
from propman.web.speech import Speech, speech
from propman.web.timeline import Line


def story_told(
    session: Session, ticket: AnyTicket, events: Sequence[EventRow], parties: Collection[Party], *, sees_contact: bool,
    beside: Beside = ANYTHING,
) -> list[Line]:  # fmt: skip
    """What one who is these `parties` to `ticket` reads of what happened, line by line."""
    acted, corrected, speak = acting(events), corrections_of(session, events), speech()
    moves = [
        _move(ticket, event, acted[event.id], corrected, speak, sees_contact=sees_contact)
        for event in queries.heard_inside(events, parties)
    ]
    if not beside.escalations:
        return moves
    return sorted([*moves, *_deadlines_told(session, ticket)], key=lambda line: line.at)


def _move(
    ticket: AnyTicket,
    event: EventRow,
    acted: Called,
    corrected: Mapping[int, str],
    speak: Speech,
    *,
    sees_contact: bool,
) -> Line:
    note = event.note
    return Line(
        event.at,
        _what_happened(event, corrected, speak),
        _who(ticket, event, acted, speak, sees_contact=sees_contact),
        SIGNS[event.action],
        TONES.get(event.action, "idle"),
        note=note.body if note else None,
        erased=note is not None and note.erased_at is not None,
        voice=staff_voice(event, ticket) if event.voice and event.version > 1 else None,
        said_since=event.action in queries.SAID_SINCE,
    )


def _what_happened(event: EventRow, corrected: Mapping[int, str], speak: Speech) -> str:
    """What happened; of a merged report also with which."""
    if event.action is not Action.MERGE or event.lead is None:
        return title_of(event, corrected, speak)
    return speak("Merged with %(number)s", number=event.lead.number)


def _who(ticket: AnyTicket, event: EventRow, acted: Called, speak: Speech, *, sees_contact: bool) -> str:
    """Who made a move, and as what; a reporter's name only for whoever may see it."""
    party = speak.of(PARTIES)[event.party]
    if event.actor is None or event.party is Party.SYSTEM:
        return party
    name = event.actor.name or speak("erased")
    if event.party is Party.REFERRED:
        return speak("%(person)s, %(organisation)s", person=name, organisation=acted.name)
    if event.action is Action.SUBMIT and ticket.channel is Channel.PHONE:
        return speak("written down for a caller by %(person)s", person=name)
    if event.party is Party.REPORTER and not sees_contact:
        return party
    return speak("%(person)s (%(party)s)", person=name, party=party)


def _deadlines_told(session: Session, ticket: AnyTicket) -> list[Line]:
    """What was told of the deadlines of `ticket`, as the macro `timeline` takes it."""
    return [
        Line(
            one.at,
            _title(one),
            _to_whom(one),
            "clock" if one.rule.share_left is not None else "warn",
            "idle" if one.passed_over else "soon" if one.rule.share_left is not None else "over",
        )
        for one in queries.escalations_of(session, ticket)
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
