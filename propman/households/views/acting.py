"""What the pages of this room share: today, who acts, the keys behind codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app

from propman import clock
from propman.households.slips import Keys
from propman.web import current_viewer


def today() -> date:
    """The day on which the page is opened."""
    return clock.local_date(clock.now())


def by_whom() -> dict[str, Any]:
    """Who acts and when, as the operations want it."""
    return {"actor_id": current_viewer().user_id, "now": clock.now()}


def me() -> int:
    """The person who is signed in."""
    return current_viewer().user_id or 0


def keys() -> Keys:
    """The keys of the installation from which codes are derived."""
    found: Keys = current_app.extensions["propman.settings"].tracking_keys
    return found
