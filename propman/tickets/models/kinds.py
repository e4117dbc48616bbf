"""Kinds of things that tickets have: ways in, clocks, stages of a photograph."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a report came in."""

    CODE = "code"  # from a place page, without an account
    ACCOUNT = "account"  # by a signed-in person
    PHONE = "phone"  # written down for a caller
    IMPORTED = "imported"  # from the table of another system
    INSPECTION = "inspection"  # found on a round: an inspector says so, no household


COUNTED = frozenset({Channel.CODE, Channel.ACCOUNT, Channel.PHONE, Channel.INSPECTION})
"""Whose moves enter rates and closed months, and for whom times are promised: not what was taken over."""


class ClockKind(StrEnum):
    """The two clocks, until somebody is sent and until it is repaired; and two milestones beside them."""

    RESPOND = "respond"
    ON_SITE = "on_site"
    MAKE_SAFE = "make_safe"
    RESOLVE = "resolve"


TWO_CLOCKS = (ClockKind.RESPOND, ClockKind.RESOLVE)
"""What every ticket has, and what presses on it. A milestone is there where its rule sets a limit."""

STAND_STILL = (ClockKind.ON_SITE, ClockKind.RESOLVE)
"""What a hold pauses: nobody is to come, nothing is to be repaired. Danger is to be averted all the same."""


class Stage(StrEnum):
    """What a photograph shows."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"
