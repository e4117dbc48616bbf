"""What `check` finds of the figures (I17, I18) in one snapshot of the database, while people write into it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count
from threading import Event
from urllib.parse import urlencode

from sqlalchemy import Engine

from propman import checks, clock
from propman.invariants import Finding
from propman.oversight import invariants
from tests.performance.pages import REPORTS, Asked, Ground
from tests.performance.province import RESERVED
from tests.performance.serving import CLIENTS, Served, ask, cookies_of
from tests.world import new_key, token_of

NUMBER = re.compile(r"/reports/([^/]+)/")


def recounted(server: Served, ground: Ground, engine: Engine) -> tuple[Sequence[Finding], Counter[str]]:
    """The findings, and how much was written while they were counted: reports sent, and declined."""
    writers = [_Writer(server, ground) for _ in range(CLIENTS)]
    over, written = Event(), Counter[str]()
    with ThreadPoolExecutor(CLIENTS) as clients:
        writing = [clients.submit(writer.write, over) for writer in writers]
        try:
            with checks.snapshot(engine) as session:
                findings = checks.recount(session, invariants.promises(session, now=clock.now()))
        finally:
            over.set()
        for each in writing:
            written.update(each.result())
    return findings, written


class _Writer:
    """A resident who sends report after report, and a dispatcher who declines every second one."""

    def __init__(self, server: Served, ground: Ground) -> None:
        company = ground.province.communities[RESERVED].company
        resident, desk = ground.client(REPORTS.who(ground)), ground.client(company.dispatcher)
        self.server, self.csrf = server, token_of(desk.get("/queue").text)
        asks = REPORTS.asks(ground, resident)
        self.asks = chain([next(asks)], asks)  # the first one reads the database: here, and not in a thread
        self.resident, self.desk = cookies_of(resident), cookies_of(desk)

    def write(self, over: Event) -> Counter[str]:
        """Write until it is `over`; how much. Raises `RuntimeError` where something is not taken."""
        line, written = self.server.line(), Counter[str]()
        for number in count():
            if over.is_set():
                break
            sent = ask(line, next(self.asks), self.resident)
            found = NUMBER.search(sent.getheader("Location") or "")
            if found is None:
                raise RuntimeError(f"a report was answered {sent.status}")
            written["sent"] += 1
            if number % 2:
                declined = ask(line, self._declines(found[1]), self.desk)
                if declined.status != 303:
                    raise RuntimeError(f"declining was answered {declined.status}")
                written["declined"] += 1
        return written

    def _declines(self, number: str) -> Asked:
        said = {"csrf_token": self.csrf, "key": new_key(), "version": "1", "note": "不属于我们管，请找供热公司"}
        return Asked(f"/tickets/{number}/decline", urlencode(said))
