"""The way back from the page of a report: how the queue was narrowed last, in the cookie of the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import session, url_for

_NAME = "queue"
_LONGEST = 300


def remember(asked: Mapping[str, Any]) -> None:
    """The queue is shown, narrowed to what is `asked`: with nothing, or too much for a cookie, no way leads back."""
    question = urlencode(asked)
    if question and len(question) <= _LONGEST:
        if question != session.get(_NAME):
            session[_NAME] = question
    elif _NAME in session:
        del session[_NAME]


def narrowed() -> str | None:
    """The address of the queue as it was narrowed last; None where it was not."""
    question = session.get(_NAME)
    return f"{url_for('tickets.queue')}?{question}" if isinstance(question, str) else None
