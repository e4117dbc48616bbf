"""The SMS gateway: what it is sent, and what its answers mean. A real server on loopback."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from propman.carriers import hook
from propman.carriers.hook import Drawer, GatewayError, Hook, Text
from propman.carriers.mail import fault_of
from propman.notify.delivery import Undeliverable
from tests.notify.gateway import Gateway, gateway

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
SECRET = "0123456789abcdef" * 2
TEXT = Text("ticket_event:1:7:sms", "+8613800000001", "任务 2611-0000001 已派给您。", "zh")


@pytest.fixture
def sink() -> Iterator[Gateway]:
    """A gateway that listens."""
    with gateway() as server:
        yield server


def test_an_sms_is_one_signed_request(sink: Gateway) -> None:
    Hook(sink.url, SECRET).send(TEXT, now=NOW)
    [(headers, body)] = sink.requests
    assert sink.said == [{"id": TEXT.dedupe_id, "to": TEXT.to, "text": TEXT.text, "lang": "zh"}]
    assert headers["path"] == "/send?city=harbin"
    assert headers["X-Propman-Timestamp"] == "1795658400"
    signed = hmac.new(SECRET.encode(), b"1795658400." + body, hashlib.sha256).hexdigest()
    assert headers["X-Propman-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize("code", [400, 401, 404, 410, 422])
def test_a_refusal_is_final(sink: Gateway, code: int) -> None:
    sink.code = code
    with pytest.raises(Undeliverable, match=f"gateway {code}"):
        Hook(sink.url, SECRET).send(TEXT, now=NOW)


@pytest.mark.parametrize("code", [302, 307, 408, 429, 500, 503])
def test_what_is_no_refusal_is_tried_again_and_no_redirect_is_followed(sink: Gateway, code: int) -> None:
    sink.code = code
    with pytest.raises(GatewayError) as answer:
        Hook(sink.url, SECRET).send(TEXT, now=NOW)
    assert fault_of(answer.value) == f"GatewayError {code}"
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    ("answer", "fault"), [(None, "ConnectionRefusedError"), (b"", "TimeoutError"), (b"SSH-2.0\r\n", "GatewayError")]
)
def test_a_gateway_in_trouble_is_named_without_the_number(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | None, fault: str
) -> None:
    monkeypatch.setattr(hook, "TIMEOUT", 0.3)
    kept: list[socket.socket] = []
    calls = threading.Thread(target=lambda: kept.append(spoken(server, answer or b"")))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        if answer is None:
            server.close()
        else:
            calls.start()
        with pytest.raises(OSError) as trouble:  # noqa: PT011
            Hook(url, SECRET).send(TEXT, now=NOW)
        if answer is not None:
            calls.join()  # else what it took may not be kept yet, and is never closed
    assert fault_of(trouble.value) == fault
    for line in kept:
        line.close()


def spoken(server: socket.socket, answer: bytes) -> socket.socket:
    """Take one call and say `answer`."""
    line, _whence = server.accept()
    line.sendall(answer)
    return line


def test_a_drawer_keeps_one_file_per_sms(tmp_path: Path) -> None:
    drawer = Drawer(tmp_path / "sms")
    for _ in range(2):
        drawer.send(TEXT, now=NOW)
    [file] = drawer.path.iterdir()
    assert TEXT.to in file.read_text()
