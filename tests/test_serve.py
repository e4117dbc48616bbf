"""Serving from one process: it says when it is open, and ends without dropping what it began."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from propman import serve
from propman.db import db

ROOT = Path(__file__).resolve().parents[1]

# An application with one slow page and one that is large, so that its answer does not fit into the socket at once.
PROGRAM = """
import logging, sys, time
from pathlib import Path
from flask import Flask
from propman.config import Settings
from propman.serve import serve

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # on a busy machine it tells of requests that wait
app = Flask("slow")
settings = Settings.for_tests(database_url="sqlite:///unused", data_dir=Path("unused"))
app.extensions |= {"propman.settings": settings, "propman.stopping": False}

@app.get("/slow")
def slow():
    print("begun", flush=True)
    time.sleep(float(sys.argv[2]))
    return "x" * 3_000_000

serve(app, host="127.0.0.1", port=int(sys.argv[1]), when_open=lambda: print("open", flush=True))
print("ended", flush=True)
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(port: int, seconds: float) -> subprocess.Popen[str]:
    """The slow application as a process, once its address answers."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), str(seconds)],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


@pytest.mark.experiment
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_after_the_signal(number: signal.Signals) -> None:
    port = free_port()
    process = served(port, 1.5)
    answers: list[tuple[int, int]] = []

    def ask() -> None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", "/slow")
            answer = connection.getresponse()
            answers.append((answer.status, len(answer.read())))

    visitors = [threading.Thread(target=ask) for _ in range(4)]
    try:
        for visitor in visitors:
            visitor.start()
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in visitors] == ["begun\n"] * 4
        process.send_signal(number)
        threading.Event().wait(0.7)
        with pytest.raises(ConnectionRefusedError):
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/slow")
        for visitor in visitors:
            visitor.join()
        said, faults = process.communicate(timeout=20)
    finally:
        process.kill()
    assert answers == [(200, 3_000_000)] * 4
    assert (process.returncode, said, faults) == (0, "ended\n", "")


@pytest.mark.experiment
def test_an_idle_visitor_does_not_keep_the_process(tmp_path: Path) -> None:
    port = free_port()
    process = served(port, 0)
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as visitor:
            visitor.request("GET", "/slow")
            assert len(visitor.getresponse().read()) == 3_000_000
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=3)
    finally:
        process.kill()
    assert process.returncode == 0


@pytest.mark.experiment
def test_idle_browsers_keep_nobody_else_out() -> None:
    """Thirty browsers with six connections each, all open and silent."""
    port = free_port()
    process = served(port, 0)
    try:
        with ExitStack() as idle:
            for _ in range(180):
                idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as visitor:
                visitor.request("GET", "/slow")
                assert visitor.getresponse().status == 200
    finally:
        process.kill()
        process.communicate()


def test_what_is_made_ready_for_all_processes_is_compiled_and_leaves_nothing_open(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "LANGUAGES", ("zh",))
    threads = threading.active_count()
    try:
        serve.make_ready(app)
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
    pages = app.jinja_env.list_templates(extensions=["html"])
    assert app.jinja_env.cache is not None
    ready = {name.partition("zh\N{SYMBOL FOR UNIT SEPARATOR}")[2] for _loader, name in app.jinja_env.cache}
    assert len(pages) > 100
    assert set(pages) <= ready
    with app.app_context():
        assert db.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    assert threading.active_count() == threads
