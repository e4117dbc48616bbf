"""Telling those who confirm of a wish to be let in, and who asked of the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.households import queries
from propman.households.models import JoinWish
from propman.notify import operations as outbox
from propman.notify.models import Channel
from propman.text import N_

TEXTS = {
    "household.keeper.asked": N_("Somebody asks to be let into a flat of a house that you look after. Please answer."),
    "household.asker.granted": N_("You belong to the household that you asked for."),
    "household.asker.refused": N_("Your wish to be let into a flat was answered with no."),
}
"""Topic -> sentence. Neither names the flat nor who asks: both stand on the page, for whoever may read it."""


def tell_keepers(session: Session, *, wish: JoinWish, place: Place, community: Place, now: datetime) -> int:
    """Tell whoever answers wishes for the flats of `place`, but not who asks; how many were told."""
    people = set(queries.keepers(session, place, community, clock.local_date(now))) - {wish.user_id}
    return _tell(session, wish, "household.keeper.asked", people, f"/households/places/{place.id}", now)


def tell_asker(session: Session, *, wish: JoinWish, now: datetime) -> int:
    """Tell who asked what somebody else answered."""
    topic = "household.asker.granted" if wish.granted else "household.asker.refused"
    return _tell(session, wish, topic, {wish.user_id}, "/flat", now)


def _tell(session: Session, wish: JoinWish, topic: str, people: set[int], link: str, now: datetime) -> int:
    by = {person: [Channel.INBOX] for person in people}
    return outbox.tell(
        session, event_ref=f"join_wish:{wish.id}", topic=topic, channels=by, facts={}, link=link, now=now
    )
