"""How each channel sends, by the settings of this installation."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.carriers.mail import Folder, PostOffice, compose
from propman.config import Settings
from propman.notify import delivery
from propman.notify.delivery import Send, Undeliverable
from propman.notify.models import Channel, Notice
from propman.notify.texts import letter


def senders(settings: Settings, open_session: Callable[[], Session]) -> dict[Channel, Send]:
    """How each channel sends. What is for the inbox is there already and only marked: one rule holds for all."""
    office = post_office(settings)

    def mail(notice: Notice) -> None:
        if office is None:
            raise Undeliverable("no_mail_server")
        with open_session() as session:
            person = session.get(User, notice.recipient_id)
            notices = delivery.gathered(session, notice)
        if person is None or not person.email:
            raise Undeliverable("no_address")
        subject, body = letter(notices, language=person.language, base_url=settings.public_base_url)
        office.send(compose(
            sender=settings.mail_from, to=person.email, subject=subject, body=body, dedupe_id=notice.dedupe_id,
            now=clock.now(),
        ))  # fmt: skip

    return {Channel.INBOX: lambda _notice: None, Channel.EMAIL: mail}


def post_office(settings: Settings) -> PostOffice | Folder | None:
    """Where e-mail goes: the mail server of the settings; without one a folder, and in production nowhere."""
    if settings.smtp_url:
        return PostOffice.from_url(settings.smtp_url)
    return None if settings.mode == "production" else Folder(settings.data_dir / "mail")
