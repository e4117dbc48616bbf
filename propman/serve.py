"""Serving pages from one process, with waitress: the demo, Windows, a small town.

A busy city runs several processes behind nginx instead, with the same order of going down on SIGTERM:
`gunicorn --workers 2 --threads 8 --graceful-timeout 10 --no-control-socket wsgi:app`.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer
from waitress.wasyncore import close_all, dispatcher, loop

from propman.config import Settings
from propman.health import STOPPING, stop_on_signals
from propman.web.guard import UPLOAD_BYTES

THREADS = 8
CONNECTIONS = 800  # a browser keeps up to six open and idle; below the 1024 files that many systems allow a process
GRACE = 10.0  # seconds that requests under way have to finish
STEP = 0.2  # seconds between two looks at the flag


def serve(app: Flask, *, host: str, port: int, when_open: Callable[[], None] = lambda: None) -> None:
    """Serve `app` until SIGTERM or Ctrl-C; `when_open` is called once the address answers.

    Then, in this order: /readyz says 503, no new connection is let in, requests under way finish within 10 seconds.
    Raises `OSError` if the address is taken.
    """
    settings: Settings = app.extensions["propman.settings"]
    open_address = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        sockets=[open_address],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident=None,
        max_request_body_size=UPLOAD_BYTES,
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
    )
    stop_on_signals(app)
    when_open()
    while not app.extensions[STOPPING]:
        loop(timeout=STEP, map=sockets, use_poll=True, count=1)
    for listening in [entry for entry in sockets.values() if isinstance(entry, BaseWSGIServer)]:
        dispatcher.close(listening)  # its own close() would also cut the wire by which threads report their answers
    end = time.monotonic() + GRACE
    while any(map(_under_way, list(sockets.values()))) and time.monotonic() < end:
        loop(timeout=STEP, map=sockets, use_poll=True, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    close_all(sockets, ignore_all=True)


def _under_way(entry: Any) -> bool:
    """Whether `entry` of waitress's table is a connection whose answer is not all sent."""
    return bool(getattr(entry, "requests", None)) or getattr(entry, "total_outbufs_len", 0) > 0
