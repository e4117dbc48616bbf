"""How each channel sends, by the settings of this installation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy.orm import Session

from propman import clock, throttle
from propman.accounts.models import User
from propman.carriers import robots
from propman.carriers.hook import Drawer, Hook, Text
from propman.carriers.mail import Folder, PostOffice, compose
from propman.config import Settings
from propman.notify import delivery
from propman.notify.delivery import Send, Undeliverable
from propman.notify.models import EVERYBODY, Channel, Notice
from propman.notify.texts import letter, short
from propman.personal import PersonalText

CALLED_IN_A_DAY = 6
"""SMS to one number that was left with reports: whoever left it has not shown that it is theirs."""


def senders(settings: Settings, open_session: Callable[[], Session]) -> dict[Channel, Send]:
    """How each channel sends. What is for the inbox is there already and only marked: one rule holds for all."""
    return {
        Channel.INBOX: lambda _notice: None,
        Channel.EMAIL: _mail(settings, open_session),
        Channel.SMS: _sms(settings, open_session),
        Channel.CALLER: _caller(settings, open_session),
        Channel.GROUP: _group(settings, open_session),
    }


def served(settings: Settings) -> set[tuple[Channel, int]]:
    """What this installation can do beside inbox and mail, for `notify.operations.serve`."""
    texts = {(Channel.SMS, EVERYBODY), (Channel.CALLER, EVERYBODY)} if gateway(settings) else set()
    return texts | {(Channel.GROUP, organisation_id) for organisation_id in settings.group_robots}


def check(settings: Settings) -> None:
    """Raises `BadSetting` for a robot that nobody could speak through."""
    for url in settings.group_robots.values():
        robots.robot(url)


def post_office(settings: Settings) -> PostOffice | Folder | None:
    """Where e-mail goes: the mail server of the settings; without one a folder, and in production nowhere."""
    if settings.smtp_url:
        return PostOffice.from_url(settings.smtp_url)
    return None if settings.mode == "production" else Folder(settings.data_dir / "mail")


def gateway(settings: Settings) -> Hook | Drawer | None:
    """Where SMS go: the gateway of the settings; without one in the demo a folder, else nowhere."""
    if settings.sms_hook_url:
        return Hook(settings.sms_hook_url, settings.sms_hook_secret)
    return Drawer(settings.data_dir / "sms") if settings.mode == "demo" else None


def _mail(settings: Settings, open_session: Callable[[], Session]) -> Send:
    office = post_office(settings)

    def send(notice: Notice) -> None:
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

    return send


def _sms(settings: Settings, open_session: Callable[[], Session]) -> Send:
    def send(notice: Notice) -> None:
        with open_session() as session:
            person = session.get(User, notice.recipient_id)
            notices = delivery.gathered(session, notice)
        if person is None or not person.phone:
            raise Undeliverable("no_phone")
        text = short(notices, language=person.language)
        _text(settings, Text(notice.dedupe_id, person.phone, text, person.language))

    return send


def _caller(settings: Settings, open_session: Callable[[], Session]) -> Send:
    """To who has no account. The SMS names the page for number and PIN, never the secret link: it passes through other
    hands, and a number may be another's tomorrow.
    """

    def send(notice: Notice) -> None:
        with open_session() as session, session.begin():
            phone = session.get(PersonalText, notice.recipient_id)
            if phone is None or not phone.body:
                raise Undeliverable("no_phone")
            notices = delivery.gathered(session, notice)
            day = clock.at_local(clock.local_date(clock.now()))
            number = hashlib.sha256(phone.body.encode()).hexdigest()[:32]
            if not throttle.take(session, subject=f"sms:{number}", limit=CALLED_IN_A_DAY, window_at=day):
                raise Undeliverable("too_many_to_this_number")
        text = f"{short(notices[-1:], language='zh')} {settings.public_base_url}{notice.link}"
        _text(settings, Text(notice.dedupe_id, phone.body, text, "zh"))

    return send


def _text(settings: Settings, text: Text) -> None:
    found = gateway(settings)
    if found is None:
        raise Undeliverable("no_sms_gateway")
    found.send(text, now=clock.now())


def _group(settings: Settings, open_session: Callable[[], Session]) -> Send:
    def send(notice: Notice) -> None:
        url = settings.group_robots.get(notice.recipient_id)
        if url is None:
            raise Undeliverable("no_robot")
        with open_session() as session:
            notices = delivery.gathered(session, notice)
        text = short(notices, language="zh")
        robots.say(url, f"{text} {settings.public_base_url}{notice.link}")

    return send
