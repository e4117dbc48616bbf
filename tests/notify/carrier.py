"""A process that carries the outbox away, for tests that race several or kill one: it writes down what it sends.

Usage: carrier.py DATABASE_URL FILE [die]. With "die" it is killed after the first sending, before the mark.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from propman import clock
from propman.carriers.rounds import deliver_due
from propman.db import engine_options, prepare_engine
from propman.notify.models import Channel, Notice


def main(url: str, path: str, dies: bool) -> None:
    """Deliver until nothing is due."""
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)

    def send(notice: Notice) -> None:
        with open(path, "a") as file:
            file.write(f"{notice.dedupe_id} {os.getpid()}\n")
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)

    open_session = sessionmaker(engine, expire_on_commit=False)
    print(deliver_due(open_session, send=dict.fromkeys(Channel, send), now=clock.now))


main(sys.argv[1], sys.argv[2], "die" in sys.argv[3:])
