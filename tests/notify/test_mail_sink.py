"""The mail server of the tests: quiet about clients that are killed, and about nothing else."""

from __future__ import annotations

import socket
import struct
import threading
import time

import pytest

from tests.notify.mail_sink import MailSink, mail_sink

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close like a killed process, with a reset


def said(sink: MailSink, words: bytes) -> None:
    """A client says `words` after the greeting and is killed."""
    with socket.create_connection(sink.server_address) as client:
        client.recv(100)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        client.sendall(words)
        if words:
            client.recv(100)  # or the reset would overtake the words
    end = time.monotonic() + 10
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < end, "the conversation goes on"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("words", "told"), [(b"", ""), (b"EHLO killed\r\nMAIL", ""), (b"RCPT TO:<\xff>\r\n", "UnicodeDecodeError")]
)
def test_only_a_killed_client_is_taken_quietly(words: bytes, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_sink() as sink:
        said(sink, words)
    faults = capsys.readouterr().err
    assert told in faults
    assert bool(faults) == bool(told)
