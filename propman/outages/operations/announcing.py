"""Announcing an outage: by whom, of what, where, from when to when, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import number_setting
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation, Place
from propman.data.reading import Trade
from propman.db import held
from propman.errors import NotFound, Refused
from propman.outages import queries, rules
from propman.outages.models import LONGEST, Outage
from propman.outages.operations.steps import step
from propman.outages.rules import Move, Times
from propman.personal import one_line
from propman.roles import Viewer
from propman.text import N_


def announce(
    session: Session, *, viewer: Viewer, community_id: int, supply: Trade, place_ids: Collection[int],
    starts_at: datetime, ends_at: datetime, words: str, now: datetime,
) -> Outage:  # fmt: skip
    """Announce that `supply` is off at some places of a community, and tell who lives there. Flushes.

    Raises `NotFound` for a community and places that are not the viewer's to announce for, `Refused` (422) for times
    that make no sense, nothing said and a utility of another trade, and (409) for one that is announced already.
    """
    held(session, Place, community_id)
    on, planned = clock.local_date(now), Times(starts_at, ends_at)
    community = queries.load_community(session, viewer, community_id, on)
    [organisation, *_] = queries.announcers(session, viewer, community, on)
    _fits(organisation, supply)
    places = _places(session, community, place_ids, now)
    rules.check(planned, now, longest_on(session, now))
    said = sentence(words)
    refuse_double(session, community, supply, [place.path for place in places], planned, now)
    outage = Outage(organisation_id=organisation.id, community_id=community.id, supply=supply, starts_at=starts_at,
                    ends_at=ends_at, words=said, version=0, places=places)  # fmt: skip
    return step(session, outage, Move.ANNOUNCED, viewer, None, now)


def refuse_double(
    session: Session, community: Place, supply: Trade, paths: Collection[str], planned: Times, now: datetime,
    but: int | None = None,
) -> None:  # fmt: skip
    """Raises `Refused` (409) where the same is announced there for the same time already."""
    if queries.overlapping(session, community, supply, paths, planned, now, but) is not None:
        raise Refused(N_("This is announced there for this time already. Move that one instead."), status=409)


def sentence(words: str) -> str:
    """`words` as they are kept. Raises `Refused` for none and too many."""
    nothing = N_("Please say in a sentence why, and what people should do.")
    return one_line(words, nothing=nothing, field="words", most=LONGEST)


def longest_on(session: Session, now: datetime) -> timedelta:
    """How long an outage lasts at most, by the setting of the day."""
    return timedelta(days=number_setting(session, "outage_longest_days", clock.local_date(now)))


def _fits(organisation: Organisation, supply: Trade) -> None:
    if organisation.kind is OrganisationKind.UTILITY and organisation.trade is not supply:
        raise Refused(N_("Your organisation does not supply this."), field="supply")


def _places(session: Session, community: Place, place_ids: Collection[int], now: datetime) -> list[Place]:
    """The places with those ids, without what lies inside another of them. Raises `Refused` for none, `NotFound`."""
    if not place_ids:
        raise Refused(N_("Choose at least one place."), field="places")
    found = session.scalars(select(Place).where(Place.id.in_(set(place_ids)))).all()
    ours = [one for one in found if one.path.startswith(community.path) and one.open_on(clock.local_date(now))]
    if len(ours) != len(set(place_ids)):
        raise NotFound()
    return [one for one in ours if not any(one is not other and one.path.startswith(other.path) for other in ours)]
