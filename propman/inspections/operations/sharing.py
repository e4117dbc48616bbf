"""Which communities an event has: of one template each has one event at a time.

A community that has one already is left to that. An event that a company opened for itself stands in for one from above
only where it brings all of that, due no later; else it gives way. This is asked when an event is opened, and again when
it, or one beside it, becomes another: its tasks are then those that it would have, had it been opened so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.db import held
from propman.errors import Refused
from propman.inspections.models import Occasion, OccasionPlace
from propman.inspections.models.occasions import Move
from propman.inspections.notices import tell_occasion
from propman.inspections.operations.bringing import lay_upon
from propman.inspections.operations.ending import supersede
from propman.inspections.operations.event_moves import brings, call_off, open_of, places_of
from propman.inspections.queries import occasions as queries
from propman.inspections.upon import TEMPLATES, Brought, Kind
from propman.roles import Viewer
from propman.text import N_

INSTEAD = "上级为更大范围开启了同类事件，以上级的为准。"
"""Why an event of a company is called off by itself, in the language of the field."""

_NOBODY = N_("No community lies there.")


@dataclass(frozen=True)
class Share:
    """Of the communities of an area those that an event has, and the events of companies that give way to it there."""

    has: frozenset[int]
    gone: tuple[Occasion, ...] = ()


def share(
    session: Session, viewer: Viewer, place: Place, kind: Kind, brought: Brought, on: date, of: Occasion | None = None
) -> Share:  # fmt: skip
    """What an event has that `viewer` opens in `place`, or, being `of`, lets become what is `brought`. Reads only.

    What would have been due before anybody was told makes no community join one that is there already. Raises
    `Refused` (422) for no community, `Taken` where all of them have such an event.
    """
    mine = {one.community_id for one in places_of(session, of)} if of else set()
    inside = mine | {one.id for one in queries.communities_in(session, place, on)}
    there = queries.taken(session, TEMPLATES[kind], inside, brought.days, but=of.id if of else None)
    weak = _weaker(session, there, brought, on) if queries.over(viewer, place) else {}
    may_join = of is None or in_time_yet(brought, on)
    has = frozenset(one for one in inside
                    if there.get(one, frozenset()) <= weak.keys() and (may_join or one in mine))  # fmt: skip
    if not inside:
        raise Refused(_NOBODY)
    if not has:
        raise Taken(Counter(event for one in inside for event in there.get(one, ())))
    return Share(has, tuple(weak[one] for one in sorted(set().union(*(there.get(one, ()) for one in has)))))


class Taken(Refused):
    """All of the area has such an event: `upon` says, by the event, in how many communities."""

    def __init__(self, upon: Mapping[int, int]) -> None:
        super().__init__(
            N_("Such an event, perhaps of another class, is open there for these days already."), status=409
        )
        self.upon = upon


class StillOpen(Refused):
    """The same is asked for already: `upon` says, by the event, in how many communities."""

    def __init__(self, upon: Mapping[int, int]) -> None:
        super().__init__(
            N_("The same is still to be done there upon another event. Look at what is named here, then tick that it "
               "is opened nevertheless."), status=409, field="nevertheless",
        )  # fmt: skip
        self.upon = upon


def refuse_twice(session: Session, found: Share, kind: Kind, brought: Brought, on: date) -> None:
    """Raises `StillOpen` where an event asks for what is open upon another one in the communities that it has."""
    gone, since = [one.id for one in found.gone], max(on, brought.days.starts_on)
    upon = queries.still_open(session, TEMPLATES[kind], found.has, brought.rules, since, but=gone)
    if upon:
        raise StillOpen(upon)


def _weaker(
    session: Session, there: Mapping[int, Set[int]], brought: Brought, on: date
) -> dict[int, Occasion]:  # fmt: skip
    """By their ids, the events of companies among those that are `there` which bring less than what is `brought`."""
    own = queries.of_companies(session, set().union(*there.values()))
    return {one.id: one for one in own if not brings(session, one, one.days, on).covers(brought)}


def in_time_yet(brought: Brought, on: date) -> bool:
    """Whether nothing of it would have been due before `on`, when nobody was told."""
    return all((due := brought.days.deadline(rule)) is None or due >= on for rule in brought.rules.values())


@dataclass(frozen=True)
class Around:
    """The communities of events that give way or become others, and the events that may have left some to them."""

    communities: frozenset[int]
    beside: tuple[Occasion, ...]


def around(session: Session, changing: Sequence[Occasion]) -> Around:
    """What lies around events before they change."""
    communities = {one.community_id for changed in changing for one in places_of(session, changed)}
    found = {one.id: one for changed in changing for one in queries.beside(session, changed)}
    return Around(frozenset(communities), tuple(found[one] for one in sorted(found)))


def give_way(session: Session, gone: Sequence[Occasion], viewer: Viewer, now: datetime) -> None:
    """Call off the events of companies that stand in no longer. Flushes."""
    for one in gone:
        call_off(session, held(session, Occasion, one.id), viewer, INSTEAD, now)


def leave(session: Session, occasion: Occasion, has: Set[int], actor_id: int | None, now: datetime) -> None:
    """Leave to others what `occasion` has no more: what is open there counts no more, what ended stays. Flushes."""
    left = {one.community_id for one in places_of(session, occasion)} - has
    duties = [duty for duty in open_of(session, occasion) if duty.community_id in left]
    supersede(session, duties=duties, number=occasion.version, actor_id=actor_id or 0, now=now)
    session.execute(delete(OccasionPlace).where(
        OccasionPlace.occasion_id == occasion.id, OccasionPlace.community_id.in_(left)
    ))  # fmt: skip
    session.flush()


def join(session: Session, occasion: Occasion, has: Collection[int]) -> None:
    """Let `occasion` have these communities too, by its days. Flushes."""
    there = {one.community_id for one in places_of(session, occasion)}
    session.add_all(
        OccasionPlace(occasion_id=occasion.id, community_id=one, template=TEMPLATES[occasion.kind],
                      starts_on=occasion.starts_on, ends_on=occasion.ends_on, off=False)
        for one in sorted(set(has) - there)
    )  # fmt: skip
    session.flush()


def take_up(session: Session, around: Around, viewer: Viewer, now: datetime) -> None:
    """Let the events beside one that is no more, or has other days, have what they left to it. Flushes."""
    on = clock.local_date(now)
    for one in around.beside:
        inside = {place.id for place in queries.communities_in(session, one.place, on)} & around.communities
        left = inside - queries.taken(session, TEMPLATES[one.kind], inside, one.days).keys()
        if left and one.called_off_at is None and in_time_yet(brings(session, one, one.days, on), on):
            join(session, one, left)
            lay_upon(session, occasion=one, actor_id=viewer.user_id, now=now)
            tell_occasion(session, occasion=one, move=Move.OPENED, but=viewer.user_id, now=now)


def refuse_less(session: Session, occasion: Occasion, viewer: Viewer, brought: Brought, on: date) -> None:
    """Raises `Refused` (409) where an event from above left this community to that of its company, which would no
    longer bring what that one does: else nobody would have it to do.
    """
    if queries.over(viewer, occasion.place):
        return
    for one in queries.from_above(session, occasion):
        if not brought.covers(brings(session, one, one.days, on)):
            raise Refused(N_("%(place)s has such an event on these days, and left this community to yours: only those "
                             "above can change it so now."), status=409, place=one.place.name)  # fmt: skip
