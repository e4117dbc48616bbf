"""One round: claim a message, send it by its way, mark it; one after the other until none is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from propman.carriers.mail import fault_of
from propman.notify import delivery
from propman.notify.delivery import Send, Undeliverable
from propman.notify.models import Channel

log = logging.getLogger(__name__)


def deliver_due(
    open_session: Callable[[], Session],
    *,
    send: Mapping[Channel, Send],
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Claim, send and mark one message after the other until none is due or `stop` says so; how many were sent.

    Commits after the claim and after the mark. A worker killed between the two sends again, under the same dedupe id.
    """
    sent = 0
    while not stop():
        with open_session() as session, session.begin():
            notice = delivery.claim_next(session, channels=send.keys(), now=now())
        if notice is None:
            break
        mark: Callable[..., None] = delivery.mark_sent
        try:
            send[notice.channel](notice)
        except Undeliverable as answer:
            mark = partial(delivery.mark_failed, fault=str(answer), final=True)
        except Exception as fault:
            log.warning("notice %s was not sent: %s", notice.id, fault_of(fault))
            mark = partial(delivery.mark_failed, fault=fault_of(fault))
        with open_session() as session, session.begin():
            mark(session, notice=notice, now=now())
        sent += mark is delivery.mark_sent
    return sent
