"""Tries at the codes of slips: counted before a code is looked at, given back when it was right."""

from __future__ import annotations

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.tokens import hash_token
from propman.accounts.views import browser
from propman.db import db
from propman.errors import Refused
from propman.text import N_
from propman.throttle import give_back, quarter_hour, take
from propman.web import apart, current_viewer

TRIES_OF_A_PERSON = 5  # wrong codes in a quarter of an hour
TRIES_OF_A_DEVICE = 10
TRIES_OF_AN_ADDRESS = 30  # behind which many people may be


def subjects(device: str) -> dict[str, int]:
    """What is counted for this request, and how many tries each has."""
    found = {f"slip:device:{hash_token(device)[:32]}": TRIES_OF_A_DEVICE}
    person = current_viewer().user_id
    if person is not None:
        return found | {f"slip:user:{person}": TRIES_OF_A_PERSON}
    return found | {f"slip:address:{browser.address_pseudonym()}": TRIES_OF_AN_ADDRESS}


def count(counted: dict[str, int]) -> None:
    """Count one try. Raises `Refused` (429) once as many were wrong as a quarter of an hour allows."""
    db.session.rollback()
    window = quarter_hour(clock.now())

    def taken(session: Session) -> bool:
        return all(take(session, subject=name, limit=most, window_at=window) for name, most in counted.items())

    if not apart(taken):
        raise Refused(N_("Too many codes were wrong. Try again in a quarter of an hour."), field="code", status=429)


def uncount(counted: dict[str, int]) -> None:
    """The code was right: the try does not count."""
    window = quarter_hour(clock.now())

    def undo(session: Session) -> None:
        for name in counted:
            give_back(session, subject=name, window_at=window)

    apart(undo)
