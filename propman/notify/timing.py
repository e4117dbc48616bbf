"""When a message leaves, after the wishes of its reader. Pure; clock times are those of Asia/Shanghai.

The inbox has every message at once. What leaves by mail or another channel waits for the end of quiet hours, for the
hour of a daily digest, and until an hour has passed since the last message about the same thing; an emergency waits
for nothing. What is due at one moment leaves as one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from propman import clock

APART = timedelta(hours=1)  # messages to one person about one thing
CLOSING = timedelta(minutes=1)  # so long before it leaves, nothing more is gathered into a message


class SmsWish(StrEnum):
    """When somebody with a telephone is told by SMS; in an emergency always."""

    USUAL = "usual"  # where no e-mail reaches them
    ALL = "all"
    EMERGENCIES = "emergencies"


@dataclass(frozen=True)
class Wishes:
    """How somebody wants to be told: at once, or once a day at the full hour `digest_hour`; and not in the quiet hours
    from `quiet_from` up to, not including, `quiet_until`, which may span midnight. Both or neither are given.
    """

    digest_hour: int | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    sms: SmsWish = SmsWish.USUAL

    def texted(self, *, has_mail: bool, urgent: bool) -> bool:
        """Whether an SMS goes to a telephone that is known; `has_mail`: an e-mail address is known, too."""
        return urgent or self.sms is SmsWish.ALL or (self.sms is SmsWish.USUAL and not has_mail)


AT_ONCE = Wishes()
BY_DAY = Wishes(quiet_from=time(21), quiet_until=time(8))
"""How somebody without an account is told, who never could say when."""


def leaves_at(now: datetime, wishes: Wishes, *, urgent: bool = False, last_at: datetime | None = None) -> datetime:
    """When a message written `now` leaves; `last_at` is when the last one about the same thing left, or will leave."""
    if urgent:
        return now
    at = now
    if last_at is not None and last_at > now - APART:
        at = last_at if last_at > now + CLOSING else last_at + APART
    if wishes.digest_hour is not None:
        at = _next(at, time(wishes.digest_hour))
    return _after_quiet(at, wishes)


def _after_quiet(at: datetime, wishes: Wishes) -> datetime:
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins is None or ends is None or begins == ends:
        return at
    clock_time = clock.local(at).time()
    spans_midnight = begins > ends
    quiet = clock_time >= begins or clock_time < ends if spans_midnight else begins <= clock_time < ends
    return _next(at, ends) if quiet else at


def _next(at: datetime, mark: time) -> datetime:
    """The first moment from `at` on at which the clock shows `mark`."""
    day = clock.local_date(at)
    today = clock.at_local(day, mark)
    return today if today >= at else clock.at_local(day + timedelta(days=1), mark)
