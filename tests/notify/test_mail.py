"""One e-mail: what it carries, what it refuses to carry, and a real conversation with a mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from propman.carriers.mail import Folder, PostOffice, compose, fault_of
from propman.notify.delivery import Undeliverable
from tests.notify.mail_sink import MailSink, mail_sink

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DEDUPE = "ticket_event:1:7:email"


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """A mail server that keeps what it is given."""
    with mail_sink() as sink:
        yield sink


def letter(
    to: str = "zhao@example.org", subject: str = "工单 2611-0000001 已派给您", dedupe_id: str = DEDUPE
) -> EmailMessage:
    """One message to worker Zhao."""
    return compose(sender="propman@baoxiu.example", to=to, subject=subject, body="正文\n", dedupe_id=dedupe_id, now=NOW)


def test_a_message_carries_its_dedupe_id_and_the_same_message_id_each_time() -> None:
    first, second, other = letter(), letter(), letter(dedupe_id="ticket_event:2:7:email")
    assert first["X-Propman-Dedupe"] == DEDUPE
    assert first["Message-ID"] == second["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@baoxiu.example>")
    assert first["Date"] == "Tue, 24 Nov 2026 02:00:00 +0000"
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "address",
    [
        "zhao@example.org\r\nBcc: all@example.org",
        "zhao@example.org\nX: y",
        "zhao@example.org, wu@example.org",
        "zhao@example.org;wu@example.org",
        "<zhao@example.org>",
        "zhao",
        "@example.org",
        "zhao@",
        "",
        " ",
        "zhao\x00@example.org",
        "赵@example.org",
    ],
)
def test_an_address_that_is_more_or_less_than_one_is_refused(address: str) -> None:
    with pytest.raises(Undeliverable):
        letter(to=address)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_subject_with_a_line_end_is_refused(end: str) -> None:
    with pytest.raises(Undeliverable):
        letter(subject=f"news{end}Bcc: all@example.org")


def test_a_chinese_message_arrives_whole(sink: MailSink) -> None:
    PostOffice.from_url(sink.url).send(letter())
    [message] = sink.messages
    assert message["Subject"] == "工单 2611-0000001 已派给您"
    assert message.get_payload(decode=True).decode().strip() == "正文"
    assert [line.upper() for line in sink.recipients] == ["RCPT TO:<ZHAO@EXAMPLE.ORG>"]
    assert sink.dedupe_ids == [DEDUPE]


def test_a_server_that_is_busy_is_named_without_the_address(sink: MailSink) -> None:
    sink.busy = True
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        PostOffice.from_url(sink.url).send(letter())
    assert fault_of(refusal.value) == "SMTPRecipientsRefused 451"


def test_a_server_that_is_away_is_named(sink: MailSink) -> None:
    office = PostOffice("smtp", "127.0.0.1", 1)
    with pytest.raises(OSError) as refusal:  # noqa: PT011
        office.send(letter())
    assert fault_of(refusal.value) == "ConnectionRefusedError"


@pytest.mark.parametrize(
    ("url", "office"),
    [
        ("smtp://mail.example", PostOffice("smtp", "mail.example", 25)),
        ("smtp+starttls://mail.example", PostOffice("smtp+starttls", "mail.example", 587)),
        ("smtps://mail.example", PostOffice("smtps", "mail.example", 465)),
        ("smtps://u%40x:p%3Aw%2F@mail.example:2465", PostOffice("smtps", "mail.example", 2465, "u@x", "p:w/")),
    ],
)
def test_a_mail_server_is_read_from_its_address(url: str, office: PostOffice) -> None:
    assert PostOffice.from_url(url) == office


def test_a_folder_keeps_one_file_per_message_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail")
    for message in (letter(), letter(), letter(dedupe_id="ticket_event:2:7:email")):
        folder.send(message)
    files = list(folder.path.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert b"zhao@example.org" in files[0].read_bytes()
