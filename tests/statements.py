"""How many statements a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from propman.db import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that `app` sends to its database inside the block, as they come."""
    with app.app_context():
        engine = db.engine
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
