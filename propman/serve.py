"""Serving pages from one process, with waitress: the demo, Windows, a small town.

A busy city runs several processes behind nginx instead, with the same order of going down on SIGTERM: `gunicorn
wsgi:app`, for which gunicorn.conf.py says how many; it calls `make_ready` before it forks them.
"""

from __future__ import annotations

import gc
import socket
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import force_locale, get_domain, get_locale
from sqlalchemy.orm import configure_mappers
from waitress import create_server
from waitress.server import BaseWSGIServer
from waitress.wasyncore import close_all, dispatcher, loop

from propman.accounts import phones
from propman.config import Settings
from propman.db import db
from propman.health import STOPPING, stop_on_signals
from propman.web.guard import UPLOAD_BYTES
from propman.web.pages import LANGUAGES

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


def make_ready(app: Flask) -> None:
    """Make in this process what every process that is forked from it needs, so that they share its memory.

    Words and templates of both languages are read and compiled here, and nobody waits for them on a first visit.
    Nothing is open afterwards: no connection, no thread. What is there then is left alone by Python's search for rings,
    which writes into all that it looks at, and would give each process a copy of its own.
    """
    configure_mappers()
    phones.shown("+8645184660001")  # the first number reads what is known of all
    with app.test_request_context():
        for language in LANGUAGES:
            with force_locale(language):
                get_domain().get_translations()
                _ = get_locale().days
                for name in app.jinja_env.list_templates(extensions=["html"]):
                    app.jinja_env.get_template(name)
        db.engine.dispose()
    gc.collect()
    gc.freeze()


def _under_way(entry: Any) -> bool:
    """Whether `entry` of waitress's table is a connection whose answer is not all sent."""
    return bool(getattr(entry, "requests", None)) or getattr(entry, "total_outbufs_len", 0) > 0
