"""The same pages under gunicorn: waiting times of eight clients at once, and the memory of the workers."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

import psutil
from flask.testing import FlaskClient

from tests.performance.pages import FORM, Asked, Ground, Page

CLIENTS, SECONDS, MOST = 8, 2.5, 120  # `MOST` requests of one that writes
WORKERS, THREADS = 2, 4
MIB = 2**20


@dataclass(frozen=True)
class Waited:
    """Milliseconds that half, and all but one in twenty, of the requests took."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Served:
    """A running server: its port, and the process that keeps the workers."""

    port: int
    process: psutil.Process

    def line(self) -> http.client.HTTPConnection:
        """A connection of a client."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def pss(self) -> str:
        """MiB of all workers, and of the process that forked them; what they share is divided among them."""
        workers = sum(worker.memory_full_info().pss for worker in self.process.children(recursive=True))
        return f"{workers / MIB:.0f} MiB (and {self.process.memory_full_info().pss / MIB:.0f} of whoever forked them)"


@contextmanager
def served(application: str, *options: str, **environment: str) -> Iterator[Served]:
    """Let gunicorn serve `application`, "module:name", on a free port, as gunicorn.conf.py says but for the threads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", str(THREADS), "--bind",
               f"127.0.0.1:{port}", "--log-level", "warning", *options, application]  # fmt: skip
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, **environment})
    try:
        found = Served(port, psutil.Process(process.pid))
        _wait_for(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(server: Served, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            ask(server.line(), Asked("/healthz"), "")
        except OSError:
            time.sleep(0.1)
        else:
            if len(server.process.children()) == WORKERS:
                return
    raise RuntimeError("the server did not start")


def waited(server: Served, ground: Ground, page: Page) -> Waited:
    """How long the requests of eight signed-in clients take at once."""
    client = ground.client(page.who(ground))
    asks = page.asks(ground, client)
    ready = [next(asks) for _ in range(MOST)]
    return _under_load(server, ready, cookies_of(client), page.status)


def waited_null(server: Served) -> Waited:
    """The same of the null route."""
    return _under_load(server, [Asked("/")] * MOST, "", 200)


def cookies_of(client: FlaskClient) -> str:
    """What a browser in which somebody is signed in sends along."""
    with client.application.test_request_context("/"):
        held = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    return f"{held.key}={held.value}" if held else ""


def _under_load(server: Served, ready: Sequence[Asked], cookies: str, status: int) -> Waited:
    """Requests that write are sent once each; others again and again, for some seconds."""
    until = time.monotonic() + SECONDS

    def one(number: int) -> list[float]:
        line = server.line()
        took: list[float] = []
        own = ready[number::CLIENTS]
        while time.monotonic() < until:
            for asked in own:
                begun = time.perf_counter()
                answered = ask(line, asked, cookies).status
                took.append((time.perf_counter() - begun) * 1000)
                if answered != status:
                    raise RuntimeError(f"{asked.path} answered {answered} under load")
                if time.monotonic() >= until:
                    return took
            if own[0].form is not None:
                break
        return took

    with ThreadPoolExecutor(CLIENTS) as clients:
        times = [each for took in clients.map(one, range(CLIENTS)) for each in took]
    cuts = quantiles(times, n=20)
    return Waited(cuts[9], cuts[18])


def ask(line: http.client.HTTPConnection, asked: Asked, cookies: str) -> http.client.HTTPResponse:
    """Send it, with `cookies`, and read the whole answer."""
    headers = {"Cookie": cookies} if cookies else {}
    if asked.form is not None:
        headers |= {"Content-Type": FORM, "Referer": f"http://127.0.0.1:{line.port}/"}
    line.request("POST" if asked.form is not None else "GET", quote(asked.path, safe="/?=&%+"), asked.form, headers)
    answer = line.getresponse()
    answer.read()
    return answer
