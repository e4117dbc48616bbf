"""What somebody without an account holds of a ticket: its link, its number and PIN."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from propman.config import Settings
from propman.tickets import tracking
from propman.tickets.models import Ticket
from tests import world as worlds


def link(settings: Settings, ticket: Ticket, tail: str = "") -> str:
    secret = tracking.secret(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
    return f"/t/{ticket.number}/{secret}{tail}"


def pin(settings: Settings, ticket: Ticket) -> str:
    return tracking.pin(ticket.id, ticket.tracking_key_id, settings.tracking_keys)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


def enter(client: FlaskClient, number: str, pin: str) -> TestResponse:
    page = client.get("/track")
    return client.post("/track", data={"csrf_token": worlds.token_of(page.text), "number": number, "pin": pin})


def without_ids(answer: TestResponse) -> str:
    """The page without what differs between any two answers."""
    page = answer.text
    for changing in (answer.headers["X-Request-Id"], worlds.token_of(page)):
        page = page.replace(changing, "")
    return page
