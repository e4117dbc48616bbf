"""What one page costs: CPU beside the null route, statements, and the buffers that they touch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from propman.db import db
from tests.performance.pages import Asked, Ground, Page
from tests.statements import counted

BLOCKS, OF_A_BLOCK, WARM = 5, 40, 10
PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")  # a savepoint has no plan
NULLS = 1500  # requests of the null route in one block


@dataclass(frozen=True)
class Cost:
    """Of one request: milliseconds of CPU, those of the null route in the same run, statements, buffers."""

    cpu_ms: float
    null_ms: float
    statements: int
    buffers: int

    @property
    def ratio(self) -> float:
        """How many null routes one request costs."""
        return self.cpu_ms / self.null_ms


def null_app() -> Flask:
    """A bare Flask application with one empty route."""
    app = Flask("null")

    @app.get("/")
    def null() -> str:
        return ""

    return app


def measure(ground: Ground, page: Page) -> Cost:
    """Measure `page`: blocks of it and of the null route take turns, and the median of each counts."""
    client, null = ground.client(page.who(ground)), null_app().test_client()
    asks = page.asks(ground, client)
    for _ in range(WARM):
        _expect(page, next(asks).send(client))
    pages, nulls = [], []
    for _ in range(BLOCKS):
        nulls.append(_cpu_ms(NULLS, lambda: null.get("/")))
        ready = [next(asks) for _ in range(OF_A_BLOCK)]
        pages.append(_cpu_ms(OF_A_BLOCK, _sender(ready, client, page)))
    with counted(ground.app) as sent:
        _expect(page, next(asks).send(client))
    with explained(_engine(ground.app)) as buffers:
        _expect(page, next(asks).send(client))
    return Cost(median(pages), median(nulls), len(sent), sum(buffers))


def _sender(ready: list[Asked], client: Any, page: Page) -> Callable[[], None]:
    waiting = iter(ready)
    return lambda: _expect(page, next(waiting).send(client))


def _expect(page: Page, status: int) -> None:
    if status != page.status:
        raise RuntimeError(f"{page.name} answered {status}, not {page.status}")


def _cpu_ms(times: int, act: Callable[[], object]) -> float:
    begun = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - begun) * 1000 / times


def _engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@contextmanager
def explained(engine: Engine) -> Iterator[list[int]]:
    """The buffers that each statement inside the block touches, in the cache or not.

    Each is explained in its own transaction just before it runs, and undone to a savepoint. A buffer that a statement
    comes back to is counted each time: it is the work that is counted, and not the memory.
    """
    found: list[int] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(PLANNED):
            return
        with cursor.connection.cursor() as other:
            for each in parameters if isinstance(parameters, list) else [parameters]:
                other.execute("SAVEPOINT ruler")
                other.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", each)
                [[told]] = other.fetchall()
                other.execute("ROLLBACK TO SAVEPOINT ruler")
                [plan] = json.loads(told) if isinstance(told, str) else told
                found.append(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", explain)
