"""How many statements a page costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.catalogue.models import Dated
from propman.db import Base, db, read_only
from tests.desk import Desk


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that `app` sends to its database inside the block, as they come; not those by which a process
    reads the rules once.
    """
    with app.app_context():
        engine = db.engine
    remember_rules(engine)
    with sent_to(engine) as sent:
        yield sent


@contextmanager
def sent_to(engine: Engine | Connection) -> Iterator[list[str]]:
    """The statements that reach `engine` inside the block, as they come."""
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def costs(app: Flask, desk: Desk, addresses: Iterable[str]) -> list[int]:
    """How many statements each of these pages costs, which all open."""
    found = []
    for address in addresses:
        with counted(app) as sent:
            assert desk.open(address).status_code == 200, address
        found.append(len(sent))
    return found


def remember_rules(engine: Engine) -> None:
    """Let this process read every rule that stands now: until one changes, no page asks for any."""
    token = read_only.set(True)
    try:
        with Session(engine) as session:
            known = kept.rules(session)
            for model in (each.class_ for each in Base.registry.mappers if issubclass(each.class_, Dated)):
                known.rows(session, model)
    finally:
        read_only.reset(token)
