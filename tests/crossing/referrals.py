"""Referrals for the crossing: one to the contractor, a report that was referred to nobody, and one not there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.files.operations import Upload
from propman.tickets import queries
from tests import stories
from tests.tickets import referrals
from tests.voice.samples import spoken
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    now, found = clock.now(), []
    for _time in range(2):
        ticket = referrals.leak(session, world, photos=(Upload(stories.picture(), "漏.jpg"),), voice=spoken(),
                                now=now)  # fmt: skip
        key = queries.attachments_of(session, ticket)[0].photo.key
        heard = queries.timeline(session, ticket)[0].voice
        parts = {"number": ticket.number, "key": key, "action": "accept"}
        found.append({"referral": parts, "spoken referral": parts | {"key": heard.key if heard else ""}})
        if not _time:
            referrals.refer(session, world, ticket, now=now)
    nothing = {"number": "2601-0000000", "key": "0" * 32, "action": "accept"}
    return found[0], found[1], {"referral": nothing, "spoken referral": nothing}
