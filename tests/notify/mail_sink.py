"""A mail server for tests, on loopback: it keeps what it is given, and can be told to be busy."""

from __future__ import annotations

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any


class MailSink(socketserver.ThreadingTCPServer):
    """What came in stands in `messages`; while `busy`, every recipient is answered with 451."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[Message] = []
        self.recipients: list[str] = []
        self.busy = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Take it quietly when a client is killed in the middle of a sentence; all else is told as usual."""
        if not isinstance(sys.exception(), ConnectionResetError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """The address for PROPMAN_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def dedupe_ids(self) -> list[str]:
        """The dedupe id of each message that came in, in order."""
        return [str(message["X-Propman-Dedupe"]) for message in self.messages]


class Conversation(socketserver.StreamRequestHandler):
    """One client speaking SMTP, as far as smtplib speaks it (RFC 5321)."""

    server: MailSink

    def handle(self) -> None:
        """Answer line by line until QUIT."""
        self.say("220 sink")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                return self.say("221 bye")
            if word == b"RCPT" and self.server.busy:
                self.say("451 later")
            elif word == b"DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.messages.append(message_from_bytes(body, policy=default))
                self.say("250 kept")
            else:
                self.server.recipients += [line.decode().strip()] if word == b"RCPT" else []
                self.say("250 ok")
        return None

    def say(self, answer: str) -> None:
        """Send one line."""
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """A sink that listens while the block runs."""
    with MailSink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
