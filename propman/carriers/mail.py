"""E-mail as a channel: one message, one recipient, one attempt. Knows SMTP and nothing of notices."""

from __future__ import annotations

import hashlib
import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from propman.notify.delivery import Undeliverable

TIMEOUT = 10.0  # seconds for each answer of the mail server
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class PostOffice:
    """A mail server: `kind` is smtp, smtp+starttls or smtps (TLS from the first byte)."""

    kind: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None

    @classmethod
    def from_url(cls, url: str) -> PostOffice:
        """Read smtp+starttls://user:password@mail.example:587, whose user and password may be percent-encoded."""
        parts = urlsplit(url)
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme], user, password)

    def send(self, message: EmailMessage) -> None:
        """Hand `message` over. Raises `OSError` (smtplib's exceptions are such) when the server cannot or will not."""
        with self._connected(str(message["From"]).rpartition("@")[2]) as server:
            if self.kind == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)

    def _connected(self, greeting: str) -> smtplib.SMTP:
        if self.kind == "smtps":
            return smtplib.SMTP_SSL(
                self.host, self.port, greeting, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, greeting, timeout=TIMEOUT)


@dataclass(frozen=True)
class Folder:
    """A folder instead of a mail server, for the demo: each message is a file that a mail program opens."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Keep `message`; sent a second time, it takes its own place."""
        self.path.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        draft = self.path / f"{name}.{os.getpid()}.part"
        draft.write_bytes(message.as_bytes())
        draft.replace(self.path / f"{name}.eml")


def compose(*, sender: str, to: str, subject: str, body: str, dedupe_id: str, now: datetime) -> EmailMessage:
    """One plain-text message to one address, which carries `dedupe_id` in a header and, hashed, in its Message-ID.

    Raises `Undeliverable` for an address or subject that could smuggle in a header or a second recipient.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["X-Propman-Dedupe"] = dedupe_id
    except Exception as fault:  # the parser of addresses raises ValueError, HeaderParseError, IndexError, …
        raise Undeliverable("bad_address_or_subject") from fault
    digest = hashlib.sha256(dedupe_id.encode()).hexdigest()
    message["Message-ID"] = f"<{digest[:40]}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def fault_of(fault: Exception) -> str:
    """`fault` as a word for the outbox: its kind, and the code of the server. Its text may hold an address."""
    code = getattr(fault, "smtp_code", None) or getattr(fault, "code", None)
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code = next(iter(fault.recipients.values()))[0]
    return f"{type(fault).__name__} {code}" if code else type(fault).__name__
