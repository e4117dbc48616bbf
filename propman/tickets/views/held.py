"""Secret links and PINs: what opens one ticket to somebody without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.tokens import hash_token
from propman.accounts.views.browser import address_pseudonym
from propman.db import db
from propman.errors import NotFound, Refused
from propman.roles import Viewer
from propman.text import N_
from propman.throttle import give_back, quarter_hour, take
from propman.tickets import tracking
from propman.tickets.models import Ticket
from propman.tickets.queries import load_held
from propman.web import apart, current_viewer

PIN_TRIES_OF_A_DEVICE = 5
PIN_TRIES_OF_ALL = 30
PIN_TRIES_OF_AN_ADDRESS = 60  # in a quarter of an hour: nobody tries one PIN at every number that a label shows

PUT_OFF = N_(
    "There were too many wrong PINs for this number: with a PIN it opens again tomorrow. "
    "The link on the receipt works all the time."
)
PUT_OFF_HERE = N_(
    "There were too many wrong PINs from here. Try again in a quarter of an hour. "
    "The link on the receipt works all the time."
)


def key_id() -> str:
    """The id of the tracking key that new tickets get: the last one of the settings."""
    return list(_keys())[-1]


def pin_of(ticket: Ticket) -> str:
    """The PIN of `ticket`: six digits."""
    return tracking.pin(ticket.id, ticket.tracking_key_id, _keys())


def secret_of(ticket: Ticket) -> str:
    """The secret of the link of `ticket`."""
    return tracking.secret(ticket.id, ticket.tracking_key_id, _keys())


def link_of(ticket: Ticket) -> str:
    """The whole address of the secret link of `ticket`, as people reach this installation."""
    path = url_for("tickets.tracking", number=ticket.number, secret=secret_of(ticket))
    return str(current_app.extensions["propman.settings"].public_base_url) + path


def opened_by(number: str, secret: str) -> Ticket:
    """The ticket that the link opens. Raises `NotFound` for a wrong secret and for a missing number alike."""
    ticket, key = _held(number)
    right = tracking.secret(ticket.id if ticket else 0, key, _keys())
    if not tracking.matches(secret, right) or ticket is None:
        raise NotFound()
    return ticket


def holder_of(ticket: Ticket) -> Viewer:
    """Whoever is looking, as the holder of the link of `ticket`."""
    return replace(current_viewer(), held_ticket_id=ticket.id)


def opened_by_pin(number: str, pin: str) -> Ticket | None:
    """The ticket that number and PIN open; None for a wrong PIN and for a missing number, in the same time."""
    ticket, key = _held(number)
    right = tracking.pin(ticket.id if ticket else 0, key, _keys())
    return ticket if tracking.matches(pin, right) else None


def count_try(number: str, *, device: str, now: datetime) -> None:
    """Count one more try at the PIN of `number`, before it is compared, so that racers cannot try more often.

    `device` is the random name that the browser carries. Raises `Refused` (429) once it has had its tries of the local
    day, or all devices together theirs, or the address of the network its own at whatever numbers.
    A right PIN gives its try back: only wrong ones count. Every number is counted alike, whether there is one or not.
    """
    db.session.rollback()

    def spent(session: Session) -> str | None:
        for subject, (limit, window_at, put_off) in _counted(number, device, now).items():
            if not take(session, subject=subject, limit=limit, window_at=window_at):
                return put_off
        return None

    put_off = apart(spent)
    if put_off is not None:
        raise Refused(put_off, status=429)


def give_back_try(number: str, *, device: str, now: datetime) -> None:
    """The PIN was right: the try does not count."""
    db.session.rollback()

    def undo(session: Session) -> None:
        for subject, (_limit, window_at, _put_off) in _counted(number, device, now).items():
            give_back(session, subject=subject, window_at=window_at)

    apart(undo)


def _counted(number: str, device: str, now: datetime) -> dict[str, tuple[int, datetime, str]]:
    """What is counted, the narrowest first: one refused there uses up none of the wider."""
    today = clock.day_span(clock.local_date(now))[0]
    return {
        f"pin:{number}:{hash_token(device)[:32]}": (PIN_TRIES_OF_A_DEVICE, today, PUT_OFF),
        f"pin:{number}": (PIN_TRIES_OF_ALL, today, PUT_OFF),
        f"pin:from:{address_pseudonym()}": (PIN_TRIES_OF_AN_ADDRESS, quarter_hour(now), PUT_OFF_HERE),
    }


def _held(number: str) -> tuple[Ticket | None, str]:
    """The ticket with `number`, and the key to derive with; for a missing one, or one whose key is gone, a stand-in."""
    ticket = load_held(db.session(), number)
    if ticket is None or ticket.tracking_key_id not in _keys():
        return None, key_id()
    return ticket, ticket.tracking_key_id


def _keys() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = current_app.extensions["propman.settings"].tracking_keys
    return keys
