"""Sessions and invitations go some time after their end; what is alive, or still tells a known device, stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import Invitation, SignInSession, User
from propman.accounts.operations import accept_invitation, erase_person, forget, invite, revoke_sessions, start_session
from propman.accounts.queries import knows_device, live_session, open_invitation
from propman.audit.models import AuditRecord
from propman.roles import NOBODY
from tests.accounts.world import NOON, PASSWORD, add_administrator, add_person

DAY = timedelta(days=1)
KEPT, DEVICES = 30 * DAY, 400 * DAY


@pytest.fixture
def lin(session: Session) -> User:
    return add_person(session, sign_in_name="resident_lin")


def forget_at(session: Session, days: float) -> int:
    """What goes `days` after NOON."""
    now = NOON + days * DAY
    return forget(session, before=now - KEPT, devices_before=now - DEVICES)


def starts(session: Session, person: User, device: str = "a", *, day: float = 0) -> str:
    """A session on a device, opened `day` days after NOON; a newer one of somebody else holds the highest id."""
    token = start_session(session, person=person, device_hash=device * 64, browser="", now=NOON + day * DAY).token
    _another(session, day)
    return token


def _another(session: Session, day: float) -> None:
    other = session.scalar(select(User).where(User.sign_in_name == "last")) or add_person(session, sign_in_name="last")
    start_session(session, person=other, device_hash="z" * 64, browser="", now=NOON + day * DAY)


def left(session: Session, person: User) -> int:
    """How many sessions of the person are in the table."""
    return len(session.scalars(select(SignInSession.id).where(SignInSession.user_id == person.id)).all())


# --- sessions ---


@pytest.mark.parametrize(
    ("ended_on", "asked_on", "gone"),
    [
        (None, 89, False),  # it lives
        (None, 119, False),  # it expired on day 90
        (None, 121, True),
        (10, 39, False),
        (10, 41, True),
    ],
)
def test_a_session_goes_a_month_after_its_end(
    session: Session, lin: User, ended_on: int | None, asked_on: int, gone: bool
) -> None:
    starts(session, lin)
    starts(session, lin, day=asked_on)  # the same device, so that the older session need not stand for it
    if ended_on is not None:
        first = session.scalars(select(SignInSession).order_by(SignInSession.id)).first()
        assert first is not None
        first.revoked_at = NOON + ended_on * DAY
    assert bool(forget_at(session, asked_on)) is gone
    assert left(session, lin) == 2 - gone


def test_a_session_that_lives_is_never_forgotten(session: Session, lin: User) -> None:
    token = starts(session, lin)
    forget_at(session, 89.9)
    one = live_session(session, token=token, now=NOON + DAY)
    assert one is not None


def test_a_device_stays_known_as_long_as_it_carries_its_name(session: Session, lin: User) -> None:
    """Or strangers who guess the password could keep its owner out after a quiet season."""
    for day in (0, 1, 2):
        starts(session, lin, "a", day=day)
    starts(session, lin, "b", day=1)
    forget_at(session, 399)
    assert left(session, lin) == 2
    assert all(knows_device(session, user_id=lin.id, device_hash=device * 64) for device in "ab")
    forget_at(session, 401.5)
    assert [knows_device(session, user_id=lin.id, device_hash=device * 64) for device in "ab"] == [True, False]


def test_a_device_shared_by_two_is_known_to_both(session: Session, lin: User) -> None:
    neighbour = add_person(session, sign_in_name="neighbour_wu")
    starts(session, lin, "a")
    starts(session, neighbour, "a", day=1)
    forget_at(session, 300)
    assert knows_device(session, user_id=lin.id, device_hash="a" * 64)
    assert knows_device(session, user_id=neighbour.id, device_hash="a" * 64)


def test_nothing_stays_of_the_devices_of_who_was_erased(session: Session, lin: User) -> None:
    add_administrator(session)
    starts(session, lin, "a")
    starts(session, lin, "b")
    erase_person(session, person=lin, viewer=NOBODY, now=NOON + DAY)
    assert forget_at(session, 32) == 2
    assert left(session, lin) == 0


# --- invitations ---


@pytest.mark.parametrize(
    ("end", "asked_on", "gone"),
    [
        ("unused", 6, False),
        ("unused", 36, False),
        ("unused", 38, True),  # it was good for seven days
        ("used", 31, False),
        ("used", 33, True),
        ("replaced", 31, False),
        ("replaced", 33, True),
    ],
)
def test_an_invitation_goes_a_month_after_its_end(
    session: Session, lin: User, end: str, asked_on: int, gone: bool
) -> None:
    _, token = invite(session, person=lin, viewer=NOBODY, now=NOON)
    if end == "used":
        accept_invitation(session, token=token, password=PASSWORD, cheap=True, now=NOON + 2 * DAY)
    if end == "replaced":
        invite(session, person=lin, viewer=NOBODY, now=NOON + 2 * DAY)
    invite(session, person=add_person(session, sign_in_name="last"), viewer=NOBODY, now=NOON + asked_on * DAY)
    before = len(session.scalars(select(Invitation.id)).all())
    assert bool(forget_at(session, asked_on)) is gone
    assert len(session.scalars(select(Invitation.id)).all()) == before - gone
    assert open_invitation(session, token=token, now=NOON + asked_on * DAY) is None or end == "unused"


# --- what stays ---


def test_the_audit_stays_and_its_ids_are_not_given_again(session: Session, lin: User) -> None:
    """It says "session 7" and "invitation 3": the next one must be another, also where the highest id went."""
    start_session(session, person=lin, device_hash="a" * 64, browser="", now=NOON)
    invite(session, person=lin, viewer=NOBODY, now=NOON)
    revoke_sessions(session, user_id=lin.id, actor_id=None, now=NOON)
    forget_at(session, 1000)
    start_session(session, person=lin, device_hash="a" * 64, browser="", now=NOON + 1000 * DAY)
    invite(session, person=lin, viewer=NOBODY, now=NOON + 1000 * DAY)
    named = {act: session.scalars(select(AuditRecord.details).where(AuditRecord.act == act)).all()
             for act in ("signed_in", "person_invited")}  # fmt: skip
    assert len({one["session_id"] for one in named["signed_in"]}) == len(named["signed_in"]) == 2
    assert len({one["invitation_id"] for one in named["person_invited"]}) == len(named["person_invited"]) == 2


def test_a_second_time_changes_nothing(session: Session, lin: User) -> None:
    for _ in range(3):
        starts(session, lin)
    assert forget_at(session, 200) > 0
    assert forget_at(session, 200) == 0
