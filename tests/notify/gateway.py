"""A gateway for tests, on loopback: it keeps what it is sent, and answers what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Gateway(ThreadingHTTPServer):
    """What came in stands in `requests`, each with its headers and its body as it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.code = 200

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/send?city=harbin"

    @property
    def said(self) -> list[dict[str, Any]]:
        """The bodies, read."""
        return [json.loads(body) for _headers, body in self.requests]


class Conversation(BaseHTTPRequestHandler):
    """One POST, or the GET of somebody who followed a redirect."""

    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(({**dict(self.headers), "path": self.path}, body))
        self.send_response(self.server.code)
        if 300 <= self.server.code < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.requests.append(({"path": self.path}, b"{}"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway that listens while the block runs."""
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
