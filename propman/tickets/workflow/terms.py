"""The words of the table of moves: states, actions, parties, needs. Pure."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands. Overdue and "awaiting an answer" are derived, never states."""

    SUBMITTED = "submitted"
    ASSIGNED = "assigned"
    UNDERWAY = "underway"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Action(StrEnum):
    """What happened to a ticket: every event carries one."""

    SUBMIT = "submit"
    IMPORTED = "imported"  # taken over from another system, as it stood there
    ASSIGN = "assign"
    REASSIGN = "reassign"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSED_BY_SYSTEM = "closed_by_system"
    HANDED_OVER = "handed_over"
    REFER = "refer"
    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    ASK = "ask"
    ANSWER = "answer"
    NOTE = "note"
    ADD = "add"
    APPOINT = "appoint"
    ARRIVE = "arrive"
    MAKE_SAFE = "make_safe"
    CORRECT = "correct"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    URGE = "urge"
    ANSWER_URGE = "answer_urge"
    OBJECT = "object"
    UPHOLD_OBJECTION = "uphold_objection"
    REJECT_OBJECTION = "reject_objection"
    MERGE = "merge"  # with others about the same fault: the first of them, its lead, is what moves
    SEPARATE = "separate"
    AGREE = "agree"  # a household of a merged report: it is fixed here too
    CALL = "call"
    FINDING = "finding"  # an inspection finds the same: from now on it needs a re-check
    RECHECK_PASS = "recheck_pass"  # noqa: S105 - of a repair, no password
    RECHECK_FAIL = "recheck_fail"


class Party(StrEnum):
    """What a person is to one ticket at one moment."""

    REPORTER = "reporter"  # signed in as the one who reported, or holding the secret link or number and PIN
    DISPATCHER = "dispatcher"  # dispatcher or manager of the company in charge; the street office while there is none
    ASSIGNEE = "assignee"
    STREET_OFFICE = "street_office"  # of the street office above it, which watches and does not dispatch
    OFFICIAL = "official"  # of the county, prefecture or province that it lies in
    CALLER = "caller"  # may ask the reporter by telephone how it went: in charge or above it, and not who repaired it
    INSPECTOR = "inspector"  # found it on a round; or may look again: in charge or above it, and not who repaired it
    REFERRED = "referred"  # of the contractor or utility that it is referred to
    SYSTEM = "system"


WATCHES = frozenset({Party.STREET_OFFICE, Party.OFFICIAL})
"""Who looks on and does not work on it."""


class HoldReason(StrEnum):
    """Why a ticket waits, so that holds are counted by it; the words of the move say more."""

    SEASON = "season"
    FUNDS = "funds"
    PARTS = "parts"
    ACCESS = "access"  # nobody lets anybody in
    OTHER = "other"


class Need(StrEnum):
    """What a move must bring with it."""

    PERSON = "person"  # who goes
    NOTE = "note"  # a reason, or what was done, in words
    UNTIL = "until"  # a day
    CAUSE = "cause"  # why it waits, out of `HoldReason`
    STARS = "stars"  # 1 to 5
    ORGANISATION = "organisation"  # to whom it is referred
    PHOTO = "photo"  # of the repair
    ANSWER_BY = "answer_by"  # by which day it is to be answered
    APPOINTMENT = "appointment"  # a day, from when to when
    SAID = "said"  # words, written or spoken, or a photo that says it
    LEAD = "lead"  # with which report
    OUTCOME = "outcome"  # how a call went


class CallOutcome(StrEnum):
    """How an attempt to call the reporter went; the last says that no more are made."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    LATER = "later"  # asks to be called at another time
    REFUSED = "refused"  # does not want to answer
    NOT_REACHED = "not_reached"


OPEN = frozenset({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY, State.ON_HOLD, State.COMPLETED})
FINAL = frozenset({State.CONFIRMED, State.DECLINED, State.CANCELLED, State.MERGED})
JUDGES = frozenset(
    {
        Action.CONFIRM, Action.REOPEN, Action.CLOSED_BY_SYSTEM, Action.CALL, Action.RECHECK_PASS, Action.RECHECK_FAIL,
    }
)  # fmt: skip
"""What is about the last completion, and says or asks how that went."""
TALK = frozenset({Action.ASK, Action.ANSWER, Action.NOTE, Action.ADD})
"""What is said about a ticket and decides nothing: nobody has to have seen the latest move to say it."""
