"""When a message leaves: a table of wishes and moments."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman import clock
from propman.notify.timing import APART, AT_ONCE, SmsWish, Wishes, leaves_at
from tests.shipped import at
from tests.tickets.deadlines import MOMENTS

NIGHT = Wishes(quiet_from=time(22), quiet_until=time(7))
NOON = Wishes(quiet_from=time(12), quiet_until=time(13, 30))
DAILY = Wishes(digest_hour=8)

CASES = [
    # wishes, now, the last about the same thing, when it leaves
    (AT_ONCE, "2026-11-26 03:00", None, "2026-11-26 03:00"),
    (NIGHT, "2026-11-26 21:59", None, "2026-11-26 21:59"),
    (NIGHT, "2026-11-26 22:00", None, "2026-11-27 07:00"),
    (NIGHT, "2026-11-27 00:00", None, "2026-11-27 07:00"),
    (NIGHT, "2026-11-27 06:59", None, "2026-11-27 07:00"),
    (NIGHT, "2026-11-27 07:00", None, "2026-11-27 07:00"),
    (NOON, "2026-11-26 12:00", None, "2026-11-26 13:30"),
    (NOON, "2026-11-26 13:30", None, "2026-11-26 13:30"),
    (NOON, "2026-11-26 23:00", None, "2026-11-26 23:00"),
    (Wishes(quiet_from=time(8), quiet_until=time(8)), "2026-11-26 08:00", None, "2026-11-26 08:00"),  # never quiet
    (DAILY, "2026-11-26 08:00", None, "2026-11-26 08:00"),
    (DAILY, "2026-11-26 08:01", None, "2026-11-27 08:00"),
    (Wishes(5, time(22), time(7)), "2026-11-26 09:00", None, "2026-11-27 07:00"),  # the digest falls into the night
    # at most one an hour about the same thing; what comes later is gathered
    (AT_ONCE, "2026-11-26 10:30", "2026-11-26 10:00", "2026-11-26 11:00"),
    (AT_ONCE, "2026-11-26 11:00", "2026-11-26 10:00", "2026-11-26 11:00"),
    (AT_ONCE, "2026-11-26 10:45", "2026-11-26 11:00", "2026-11-26 11:00"),  # one waits already
    (AT_ONCE, "2026-11-26 10:59", "2026-11-26 11:00", "2026-11-26 12:00"),  # it is closed: it may be under way
    (NIGHT, "2026-11-26 21:30", "2026-11-26 21:10", "2026-11-27 07:00"),  # the hour ends at night
]


@pytest.mark.parametrize(("wishes", "now", "last", "leaves"), CASES)
def test_a_message_leaves_when_its_reader_wants(wishes: Wishes, now: str, last: str | None, leaves: str) -> None:
    assert leaves_at(at(now), wishes, last_at=at(last) if last else None) == at(leaves)


@pytest.mark.parametrize("wishes", [AT_ONCE, NIGHT, NOON, DAILY])
def test_an_emergency_waits_for_nothing(wishes: Wishes) -> None:
    for now in ("2026-11-26 23:30", "2026-11-26 12:30", "2026-11-26 08:30"):
        assert leaves_at(at(now), wishes, urgent=True, last_at=at(now)) == at(now)


@pytest.mark.parametrize(
    ("wish", "without_mail", "with_mail"),
    [(SmsWish.USUAL, True, False), (SmsWish.ALL, True, True), (SmsWish.EMERGENCIES, False, False)],
)
def test_an_sms_goes_as_one_wishes_and_in_an_emergency_always(
    wish: SmsWish, without_mail: bool, with_mail: bool
) -> None:
    wishes = Wishes(sms=wish)
    assert [wishes.texted(has_mail=mail, urgent=False) for mail in (False, True)] == [without_mail, with_mail]
    assert all(wishes.texted(has_mail=mail, urgent=True) for mail in (False, True))


HOURS = st.integers(0, 23)
TIMES = st.times()
WISHES = st.builds(Wishes, st.none() | HOURS, TIMES, TIMES)


@given(MOMENTS, WISHES, st.none() | st.timedeltas(timedelta(hours=-3), timedelta(hours=1)))
def test_it_leaves_in_the_next_two_days_and_never_in_quiet_hours(
    now: datetime, wishes: Wishes, last: timedelta | None
) -> None:
    last_at = now + last if last is not None else None
    leaves = leaves_at(now, wishes, last_at=last_at)
    assert now <= leaves <= now + timedelta(days=2) + 2 * APART
    shown, begins, ends = clock.local(leaves).time(), wishes.quiet_from, wishes.quiet_until
    quiet = begins <= shown < ends if begins <= ends else shown >= begins or shown < ends
    assert begins == ends or not quiet
