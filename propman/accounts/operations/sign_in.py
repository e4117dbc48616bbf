"""Signing in: who somebody says they are, whether they may try, and the session they get.

Every try is counted before the password is looked at and given back when it was right, so that racers cannot overshoot
and nobody is put off by their own success. A device on which the person signed in before has an allowance of its own:
strangers who guess cannot use it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts import phones
from propman.accounts.models import User
from propman.accounts.operations.sessions import Opened, start_session
from propman.accounts.particulars import normal_sign_in_name
from propman.accounts.queries import find_by_sign_in, knows_device
from propman.accounts.tokens import pseudonym
from propman.audit.operations import record
from propman.db import held
from propman.errors import Refused
from propman.text import N_
from propman.throttle import give_back, quarter_hour, take

TRIES_PER_QUARTER = 10  # of one device, or of one address for one account
TRIES_PER_DAY = 100  # of one device; or for one account over all devices it does not know (NIST SP 800-63B §5.2.2)
TRIES_OF_ADDRESS = 300  # in a quarter of an hour; high, because thousands of telephones share a carrier's address

NOT_RIGHT = N_("That is not right: check the telephone number or name, and the password.")


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are, in plain values, so that no transaction is open while the password is looked at.

    `account` is a pseudonym of what was typed; `device` the hash of a device that the person has used before. An
    account that does not exist or is disabled has no `password_hash`, and differs in nothing else.
    """

    account: str
    user_id: int | None = None
    password_hash: str | None = None
    device: str | None = None


def claim(session: Session, *, typed: str, device_hash: str | None, key: str) -> Claim:
    """Look up the account that `typed` (number or name) names; `key` is the secret behind its pseudonym."""
    account = pseudonym(phones.read(typed) or normal_sign_in_name(typed), key=key)
    person = find_by_sign_in(session, typed)
    if person is None or not person.active:
        return Claim(account)
    known = device_hash is not None and knows_device(session, user_id=person.id, device_hash=device_hash)
    return Claim(account, person.id, person.password_hash, device_hash if known else None)


def take_turn(session: Session, *, claim: Claim, address: str, now: datetime) -> datetime | None:
    """Count one try. None: go on. Else the moment from which the next one is free.

    `address` stands for the client's network address, at most 43 characters.
    """
    for subject, limit, span in _allowances(claim, address):
        start, end = _window(now, span)
        if not take(session, subject=subject, limit=limit, window_at=start):
            return end
    return None


def give_back_turn(session: Session, *, claim: Claim, address: str, now: datetime) -> None:
    """Uncount the try that was counted with the same `claim`, `address` and `now`: the password was right."""
    for subject, _limit, span in _allowances(claim, address):
        give_back(session, subject=subject, window_at=_window(now, span)[0])


def _allowances(claim: Claim, address: str) -> Iterator[tuple[str, int, str]]:
    """Subject, limit and window of each counter, the narrowest first: one refused there uses up none of the wider."""
    if claim.device is not None:
        own = f"sign-in:user:{claim.user_id}:device:{claim.device[:32]}"
        yield own, TRIES_PER_QUARTER, "quarter"
        yield f"{own}:day", TRIES_PER_DAY, "day"
    else:
        yield f"sign-in:{claim.account}:from:{address}", TRIES_PER_QUARTER, "quarter"
        yield f"sign-in:from:{address}", TRIES_OF_ADDRESS, "quarter"
        yield f"sign-in:{claim.account}:strangers", TRIES_PER_DAY, "day"


def _window(now: datetime, span: str) -> tuple[datetime, datetime]:
    if span == "day":
        return clock.day_span(clock.local_date(now))
    return quarter_hour(now), quarter_hour(now) + timedelta(minutes=15)


def note_failure(session: Session, *, claim: Claim, now: datetime) -> None:
    """Write down that a password was wrong, or the account was none."""
    record(session, act="sign_in_failed", subject_kind="user", subject_id=claim.user_id or "unknown", actor_id=None,
           now=now, known_device=claim.device is not None)  # fmt: skip


def open_session(
    session: Session, *, claim: Claim, better_hash: str | None, device_hash: str, browser: str, now: datetime
) -> Opened:
    """Open the session of a person whose password was right.

    `better_hash` replaces an outdated one. Raises `Refused` where the account was disabled, or its password changed,
    since the claim was made.
    """
    person = held(session, User, claim.user_id)
    if not person.active or person.password_hash != claim.password_hash:
        raise Refused(NOT_RIGHT)
    if better_hash is not None:
        person.password_hash = better_hash
    return start_session(session, person=person, device_hash=device_hash, browser=browser, now=now)
