"""By which channels people are told: all in the inbox, what matters by mail too, what is worth it by SMS."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from propman.accounts.queries.people import emails_of, reachable_by_sms
from propman.notify.models import EVERYBODY, Channel
from propman.notify.queries import served
from propman.notify.spacing import wishes_of
from propman.notify.timing import AT_ONCE


def ways_to(
    session: Session, people: Collection[int], *, mailed: bool, texted: bool, urgent: bool = False,
    addresses: Mapping[int, str] | None = None,
) -> dict[int, list[Channel]]:  # fmt: skip
    """By which channels each of `people` is told; `mailed`: where they have an address, as in `addresses`, if these are
    at hand; `texted`: where they wish it and this installation sends SMS.
    """
    by: dict[int, list[Channel]] = {person: [Channel.INBOX] for person in people}
    texted = texted and (Channel.SMS, EVERYBODY) in served(session)
    if addresses is None:
        addresses = emails_of(session, people) if mailed or texted else {}
    for person in by if mailed else ():
        if person in addresses:
            by[person].append(Channel.EMAIL)
    if not texted:
        return by
    wishes = wishes_of(session, people)
    for person in reachable_by_sms(session, people):
        if wishes.get(person, AT_ONCE).texted(has_mail=person in addresses, urgent=urgent):
            by[person].append(Channel.SMS)
    return by
