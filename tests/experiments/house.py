"""A whole installation on loopback for experiments: gunicorn and its workers, the job process, a mail server."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from propman import migrate
from propman.communities.operations import add_place, draw_code
from propman.config import ROOT, normal_database_url
from propman.db import engine_options, prepare_engine
from tests import world as small
from tests.notify.mail_sink import MailSink, mail_sink
from tests.world import World

CODES = 25  # a label takes 30 ordinary reports a day


@dataclass
class House:
    """A running installation. `codes` are labels to report from; `kills` counts what was killed so far."""

    database_url: str
    folder: Path
    port: int
    world: World
    codes: list[str]
    mail: MailSink
    web: subprocess.Popen[bytes]
    jobs: subprocess.Popen[bytes] | None = None
    kills: dict[str, int] = field(default_factory=lambda: {"web worker": 0, "job process": 0})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on the installation's database, beside it."""
        engine = create_engine(self.database_url, **engine_options(self.database_url))
        prepare_engine(engine)
        with Session(engine) as session:
            yield session
        engine.dispose()

    def connection(self) -> http.client.HTTPConnection:
        """A new connection to the pages."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def answers(self) -> bool:
        """Whether a worker is up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=0.5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def start_jobs(self) -> None:
        """Start the job process, again if it was killed."""
        if self.jobs is None or self.jobs.poll() is not None:
            self.jobs = _start(self, [sys.executable, "-m", "propman", "jobs", "run"])

    def kill_a_worker(self) -> None:
        """kill -9 of one web worker that this installation started; gunicorn's master starts another.

        Only while the house answers: workers that are killed before they are up would serve nobody at all.
        """
        if not self.answers():
            return
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):  # it may just have ended by itself
                os.kill(int(children[self.kills["web worker"] % len(children)]), signal.SIGKILL)
                self.kills["web worker"] += 1

    def kill_jobs(self) -> None:
        """kill -9 of the job process; nothing restarts it but `start_jobs`."""
        if self.jobs is not None and self.jobs.poll() is None:
            self.jobs.kill()
            self.jobs.wait()
            self.kills["job process"] += 1


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[House]:
    """Build a world in the empty database, start everything, and stop it again."""
    url = normal_database_url(database_url)
    migrate.upgrade(url)
    engine = create_engine(url, **engine_options(url))
    with Session(engine, expire_on_commit=False) as session:
        world = small.build(session, files=folder / "files")
        codes = [_label(session, world, number) for number in range(CODES)]
        session.commit()
        session.expunge_all()
    engine.dispose()
    with mail_sink() as mail, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        house = House(url, folder, port, world, codes, mail, web=None)  # type: ignore[arg-type]
        house.web = _start(house, _gunicorn(port))
        try:
            _wait(port)
            yield house
        finally:
            for process in (house.web, house.jobs):
                if process is not None and process.poll() is None:
                    process.terminate()
                    process.wait(timeout=20)


def _label(session: Session, world: World, number: int) -> str:
    """Beside a building of its own: what is reported about one building is one incident."""
    building = add_place(session, parent_id=world.community.id, name=f"{number + 20}号楼", actor_id=None,
                         now=small.clock.now())  # fmt: skip
    return draw_code(session, place_id=building.id, actor_id=None, now=small.clock.now()).code


def _gunicorn(port: int) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "error", "wsgi:app"]


def _start(house: House, command: list[str]) -> subprocess.Popen[bytes]:
    mine = {
        "PROPMAN_DATABASE_URL": house.database_url, "PROPMAN_DATA_DIR": str(house.folder),
        "PROPMAN_SMTP_URL": house.mail.url, "PROPMAN_PUBLIC_BASE_URL": f"http://127.0.0.1:{house.port}",
    }  # fmt: skip
    others = {name: value for name, value in os.environ.items() if not name.startswith("PROPMAN_")}
    with (house.folder / "log.txt").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=others | mine, stdout=log, stderr=log)


def _wait(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
