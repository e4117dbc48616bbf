"""Who hears what of the story of a ticket: its reporter, whom it is referred to, and those who work on it.

The one place that decides it; pages show what they are given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from propman.tickets.queries.referrals import referral_by_event
from propman.tickets.queries.rows import AnyEvent, Event
from propman.tickets.workflow import Action, Party

WORDS_FOR_THE_REPORTER = frozenset(
    {
        Action.HOLD, Action.COMPLETE, Action.DECLINE, Action.WITHDRAW, Action.CONFIRM, Action.REOPEN, Action.ASK,
        Action.ANSWER, Action.ADD, Action.APPOINT, Action.MAKE_SAFE, Action.MERGE, Action.SEPARATE, Action.AGREE,
        Action.CORRECT, Action.REQUEST_EXTENSION, Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.CALL,
        Action.FINDING, Action.RECHECK_PASS, Action.RECHECK_FAIL,
    }
)  # fmt: skip
"""Moves whose words are meant for the reporter; what a dispatcher tells the person sent is not."""

OF_THE_REPAIR = frozenset(
    {
        Action.ASSIGN, Action.REASSIGN, Action.ARRIVE, Action.START, Action.HOLD, Action.RESUME, Action.COMPLETE,
        Action.DECLINE, Action.REFER, Action.ACCEPT, Action.REFUSE, Action.TAKE_BACK, Action.APPOINT, Action.MAKE_SAFE,
        Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.CLOSED_BY_SYSTEM, Action.HANDED_OVER,
        Action.FINDING, Action.RECHECK_PASS, Action.RECHECK_FAIL,
    }
)  # fmt: skip
"""Moves of a lead that every household of its incident hears of. What its own reporter says or is asked is not among
them, and of the words only those of whoever sees to a repair that is not inside a flat.
"""

INSIDE = frozenset({Party.DISPATCHER, Party.ASSIGNEE})
"""Who reads the notes of the organisation in charge. Of whom a report is referred to notes to itself alone."""


def heard_by_reporter(events: Iterable[Event]) -> list[Event]:
    """Of the events of a ticket what its reporter may know: all but notes."""
    return [event for event in events if event.action is not Action.NOTE]


def heard_by_households(events: Iterable[Event]) -> list[Event]:
    """Of the events of a lead what the households may know whose reports are merged with it."""
    return [event for event in events if event.action in OF_THE_REPAIR]


def heard_inside(events: Iterable[Event], parties: Collection[Party]) -> list[Event]:
    """What one sees who sees the ticket by a post, and is these `parties` to it: notes only if one works on it."""
    return [
        event
        for event, before, _after in referral_by_event(events)
        if event.action is not Action.NOTE or (INSIDE & set(parties) and not _theirs(event, before))
    ]


def heard(events: Iterable[Event], organisation_id: int) -> list[Event]:
    """What an organisation may know that it is referred to: the report itself, and what happened while it was referred
    to it, but of notes only its own.
    """
    return [
        event
        for event, before, after in referral_by_event(events)
        if event.action in {Action.SUBMIT, Action.IMPORTED}
        or (organisation_id in {before, after} and (event.action is not Action.NOTE or _theirs(event, before)))
    ]


def _theirs(event: AnyEvent, referred: int | None) -> bool:
    """Whether `event` was made by somebody of the organisation that the ticket is `referred` to."""
    return referred is not None and event.party in {Party.REFERRED, Party.ASSIGNEE}
