"""SMS through a gateway of the city: one signed JSON request for one message. Knows HTTP and nothing of notices.

There is no SMS provider that every city has, so propman speaks to one address that the installation names, and whoever
runs it translates. docs/sms-hook.md says what it is sent and what it answers. No redirect is followed: the address that
was named is the only one that ever hears a telephone number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import ssl
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from propman.notify.delivery import Undeliverable

TIMEOUT = 10.0  # seconds for each answer of the gateway
LATER = frozenset({408, 425, 429})  # of the 4xx, those that say "not now"


class GatewayError(OSError):
    """The gateway answered that it cannot now; `code` is what it said."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Text:
    """One SMS: whom, what, in which language; `dedupe_id` is the same each time that it is sent."""

    dedupe_id: str
    to: str  # E.164
    text: str
    language: str

    def body(self) -> bytes:
        """As the gateway is sent it."""
        said = {"id": self.dedupe_id, "to": self.to, "text": self.text, "lang": self.language}
        return json.dumps(said, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Hook:
    """A gateway at `url`, with whom we share `secret`."""

    url: str
    secret: str

    def send(self, text: Text, *, now: datetime) -> None:
        """Hand `text` over. Raises `Undeliverable` where the gateway says that it never will, `OSError` for later."""
        body, timestamp = text.body(), str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Propman-Timestamp": timestamp,
            "X-Propman-Signature": f"sha256={signature(self.secret, timestamp, body)}",
        }
        code = self._posted(body, headers)
        if 400 <= code < 500 and code not in LATER:
            raise Undeliverable(f"gateway {code}")
        if not 200 <= code < 300:
            raise GatewayError(code)

    def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        connection = (
            HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(host, parts.port, timeout=TIMEOUT)
        )
        try:
            connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else "") or "/", body, headers)
            return connection.getresponse().status
        except HTTPException as fault:  # what came back is no HTTP
            raise GatewayError(0) from fault
        finally:
            connection.close()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 of `timestamp`, a point and `body`, as hexadecimal digits."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()


@dataclass(frozen=True)
class Drawer:
    """A folder instead of a gateway, for the demo: each SMS is a file."""

    path: Path

    def send(self, text: Text, *, now: datetime) -> None:
        """Keep `text`; sent a second time, it takes its own place."""
        self.path.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(text.dedupe_id.encode()).hexdigest()[:40]
        draft = self.path / f"{name}.{os.getpid()}.part"
        draft.write_bytes(text.body())
        draft.replace(self.path / f"{name}.json")
