"""The words of the field for states, moves, parties, channels and priorities, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from propman.assets.warranty import Verdict as Warranty
from propman.tickets.models import Channel, ClockKind, ReferralEnd, Stage
from propman.tickets.sla import Verdict
from propman.tickets.workflow import Action, CallOutcome, HoldReason, Need, Party, State
from propman.web.speech import speech

STATES = {
    State.SUBMITTED: _l("Submitted"),
    State.ASSIGNED: _l("Assigned"),
    State.UNDERWAY: _l("Underway"),
    State.ON_HOLD: _l("On hold"),
    State.COMPLETED: _l("Completed, awaiting confirmation"),
    State.CONFIRMED: _l("Confirmed"),
    State.DECLINED: _l("Declined"),
    State.CANCELLED: _l("Withdrawn"),
    State.MERGED: _l("Merged"),
}
BUTTONS = {
    Action.SUBMIT: _l("Send report"),
    Action.IMPORTED: _l("Take over"),
    Action.ASSIGN: _l("Assign"),
    Action.REASSIGN: _l("Assign somebody else"),
    Action.START: _l("Start work"),
    Action.HOLD: _l("Put on hold"),
    Action.RESUME: _l("Resume"),
    Action.COMPLETE: _l("Complete"),
    Action.DECLINE: _l("Decline"),
    Action.WITHDRAW: _l("Withdraw report"),
    Action.CONFIRM: _l("It is fixed"),
    Action.REOPEN: _l("It is not fixed"),
    Action.CLOSED_BY_SYSTEM: _l("Close unanswered"),
    Action.HANDED_OVER: _l("Hand over"),
    Action.REFER: _l("Refer"),
    Action.ACCEPT: _l("Accept"),
    Action.REFUSE: _l("Refuse"),
    Action.TAKE_BACK: _l("Take back"),
    Action.ASK: _l("Ask the reporter"),
    Action.ANSWER: _l("Answer"),
    Action.NOTE: _l("Internal note"),
    Action.ADD: _l("Add something"),
    Action.APPOINT: _l("Agree an appointment"),
    Action.ARRIVE: _l("I am there"),
    Action.MAKE_SAFE: _l("Made safe"),
    Action.CORRECT: _l("Correct"),
    Action.REQUEST_EXTENSION: _l("Ask for a later deadline"),
    Action.GRANT_EXTENSION: _l("Grant the later deadline"),
    Action.REFUSE_EXTENSION: _l("Refuse the later deadline"),
    Action.OBJECT: _l("Object: not ours"),
    Action.UPHOLD_OBJECTION: _l("Uphold the objection"),
    Action.REJECT_OBJECTION: _l("Reject the objection"),
    Action.URGE: _l("Urge"),
    Action.ANSWER_URGE: _l("Answer the urging"),
    Action.MERGE: _l("Merge with another report"),
    Action.SEPARATE: _l("Separate"),
    Action.AGREE: _l("It is fixed here too"),
    Action.CALL: _l("Call back"),
    Action.FINDING: _l("Found on an inspection"),
    Action.RECHECK_PASS: _l("Re-check passed"),
    Action.RECHECK_FAIL: _l("Re-check failed"),
}
HAPPENED = {
    Action.SUBMIT: _l("Reported"),
    Action.IMPORTED: _l("Taken over from another system"),
    Action.ASSIGN: _l("Assigned"),
    Action.REASSIGN: _l("Assigned to somebody else"),
    Action.START: _l("Work started"),
    Action.HOLD: _l("Put on hold"),
    Action.RESUME: _l("Resumed"),
    Action.COMPLETE: _l("Completed, says who did it"),
    Action.DECLINE: _l("Declined"),
    Action.WITHDRAW: _l("Withdrawn by the reporter"),
    Action.CONFIRM: _l("Confirmed by the reporter"),
    Action.REOPEN: _l("Reopened by the reporter: not fixed"),
    Action.CLOSED_BY_SYSTEM: _l("Closed by the system: nobody answered"),
    Action.HANDED_OVER: _l("Handed over with the community"),
    Action.REFER: _l("Referred"),
    Action.ACCEPT: _l("Referral accepted"),
    Action.REFUSE: _l("Referral refused"),
    Action.TAKE_BACK: _l("Taken back"),
    Action.ASK: _l("Question to the reporter"),
    Action.ANSWER: _l("The reporter answered"),
    Action.NOTE: _l("Internal note"),
    Action.ADD: _l("The reporter added something"),
    Action.APPOINT: _l("Appointment agreed"),
    Action.ARRIVE: _l("Arrived on site"),
    Action.MAKE_SAFE: _l("Made safe"),
    Action.CORRECT: _l("Corrected"),
    Action.REQUEST_EXTENSION: _l("Later deadline asked for"),
    Action.GRANT_EXTENSION: _l("Later deadline granted"),
    Action.REFUSE_EXTENSION: _l("Later deadline refused"),
    Action.OBJECT: _l("Objection to the dispatch"),
    Action.UPHOLD_OBJECTION: _l("Objection upheld"),
    Action.REJECT_OBJECTION: _l("Objection rejected"),
    Action.URGE: _l("Urged by an official"),
    Action.ANSWER_URGE: _l("Urging answered"),
    Action.MERGE: _l("Merged with another report"),
    Action.SEPARATE: _l("Separated: on its own again"),
    Action.AGREE: _l("Fixed here too, says the household"),
    Action.CALL: _l("Call-back"),
    Action.FINDING: _l("Found on an inspection"),
    Action.RECHECK_PASS: _l("Re-check passed: confirmed"),
    Action.RECHECK_FAIL: _l("Re-check failed: not fixed"),
}
SAID_BY_TELEPHONE = {
    Action.CONFIRM: _l("Confirmed by the reporter on the telephone"),
    Action.REOPEN: _l("Reopened after a call-back: not fixed"),
}
CALL_OUTCOMES = {
    CallOutcome.REACHED: _l("reached"),
    CallOutcome.NO_ANSWER: _l("nobody picked up"),
    CallOutcome.BUSY: _l("busy"),
    CallOutcome.WRONG_NUMBER: _l("wrong number"),
    CallOutcome.LATER: _l("asks to be called later"),
    CallOutcome.REFUSED: _l("does not want to answer"),
    CallOutcome.NOT_REACHED: _l("not reached, no more attempts"),
}
PARTIES = {
    Party.REPORTER: _l("Reporter"),
    Party.DISPATCHER: _l("Dispatcher"),
    Party.ASSIGNEE: _l("Person sent"),
    Party.STREET_OFFICE: _l("Street office above it"),
    Party.OFFICIAL: _l("Official above it"),
    Party.CALLER: _l("Call-back"),
    Party.INSPECTOR: _l("Inspector"),
    Party.REFERRED: _l("Referred organisation"),
    Party.SYSTEM: _l("System"),
}
NEEDS = {
    Need.PERSON: _l("who goes"),
    Need.NOTE: _l("a few words"),
    Need.UNTIL: _l("until which day"),
    Need.CAUSE: _l("why it waits"),
    Need.ANSWER_BY: _l("by which day"),
    Need.STARS: _l("1 to 5 stars"),
    Need.ORGANISATION: _l("to whom"),
    Need.PHOTO: _l("a photo of the repair"),
    Need.APPOINTMENT: _l("a day, from when to when"),
    Need.SAID: _l("a few words, a voice note or a photo"),
    Need.LEAD: _l("with which report"),
    Need.OUTCOME: _l("how the call went"),
}
HOLD_REASONS = {
    HoldReason.SEASON: _l("for the season"),
    HoldReason.FUNDS: _l("for money"),
    HoldReason.PARTS: _l("for parts"),
    HoldReason.ACCESS: _l("for somebody to let us in"),
    HoldReason.OTHER: _l("for something else"),
}
CHANNELS = {
    Channel.CODE: _l("From a place code"),
    Channel.ACCOUNT: _l("From an account"),
    Channel.PHONE: _l("By telephone"),
    Channel.IMPORTED: _l("From another system"),
    Channel.INSPECTION: _l("From an inspection"),
}
CLOCKS = {
    ClockKind.RESPOND: _l("Somebody sent"),
    ClockKind.ON_SITE: _l("Somebody there"),
    ClockKind.MAKE_SAFE: _l("Made safe"),
    ClockKind.RESOLVE: _l("Repaired"),
}
STAGES = {Stage.REPORT: _l("As reported"), Stage.BEFORE: _l("Before"), Stage.AFTER: _l("After")}
VERDICTS = {
    Verdict.RUNNING: _l("running"),
    Verdict.LATE: _l("overdue"),
    Verdict.MET: _l("in time"),
    Verdict.MISSED: _l("too late"),
    Verdict.NO_LIMIT: _l("no limit"),
}
WARRANTY = {
    Warranty.COVERED: _l("Under warranty"),
    Warranty.NOT_COVERED: _l("Not under warranty"),
    Warranty.UNKNOWN: _l("Warranty cannot be told"),
}
REFERRAL_ENDS = {
    ReferralEnd.REFUSED: _l("refused"),
    ReferralEnd.TAKEN_BACK: _l("taken back"),
    ReferralEnd.PROVEN: _l("repaired and closed"),
    ReferralEnd.WITHDRAWN: _l("ended: the report was withdrawn"),
}
PRIORITIES = {
    "P0": _l("P0 emergency"),
    "P1": _l("P1 very urgent"),
    "P2": _l("P2 urgent"),
    "P3": _l("P3 ordinary"),
    "P4": _l("P4 can wait"),
}
_ALL = {
    str(kind): words
    for kind, words in (
        ("state", STATES), ("button", BUTTONS), ("happened", HAPPENED), ("party", PARTIES), ("need", NEEDS),
        ("channel", CHANNELS), ("clock", CLOCKS), ("stage", STAGES), ("verdict", VERDICTS), ("priority", PRIORITIES),
        ("warranty", WARRANTY), ("referral_end", REFERRAL_ENDS), ("hold_reason", HOLD_REASONS),
        ("call_outcome", CALL_OUTCOMES),
    )
}  # fmt: skip


def install(app: Flask) -> None:
    """Make each table a filter: `ticket.state|state_label`, `move.action|button_label`, and so on."""
    for kind, words in _ALL.items():
        app.jinja_env.filters[f"{kind}_label"] = _label(words)


def _label(words: Mapping[Any, object]) -> Callable[[Any], str]:
    return lambda member: speech().of(words)[member]
