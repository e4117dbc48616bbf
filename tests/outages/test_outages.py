"""Announcing, moving, ending and calling off, on real databases: who may, who is told, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations import erase_person
from propman.data.reading import Trade
from propman.errors import Refused
from propman.households import operations as households
from propman.households.slips import code_of
from propman.outages import operations, queries
from propman.outages.invariants import promises
from propman.outages.models import Outage, OutageEvent
from propman.outages.queries import Which
from propman.outages.rules import Move, Standing
from tests.outages import plans
from tests.world import World, viewer
from tests.world import build as build_world

HOUR = timedelta(hours=1)
KEYS = {"t1": b"only for tests: a key of slips"}


def live_in(session: Session, world: World, person: User, flat: str = "301") -> None:
    now = clock.now()
    [home] = households.add_households(session, place_id=world.entrance.id, numbers=flat, actor_id=None, now=now)
    [slip] = households.draw_slips(session, households=[home], keys=KEYS, actor_id=None, now=now)
    code = code_of(slip.nonce, slip.key_id, KEYS) or ""
    households.join_by_code(session, code=code, user_id=person.id, now=now)


def refusal(act: Any, *args: Any, **more: Any) -> tuple[int, str | None]:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value.status, refused.value.field


def test_who_lives_there_is_told_once_of_each_move(session: Session) -> None:
    world = build_world(session)
    live_in(session, world, world.resident_lin)
    outage = plans.announce(session, world)
    operations.follow(session, outage_id=outage.id, user_id=world.far_resident.id, now=clock.now())
    operations.follow(session, outage_id=outage.id, user_id=world.far_resident.id, now=clock.now())
    seen = plans.seen(session, outage, world.manager_han)
    operations.move(session, starts_at=plans.at(10), ends_at=plans.at(18), words="晚一小时", **seen)
    noon = plans.at(12)
    operations.end(session, **plans.seen(session, outage, world.dispatcher_mei, noon))
    moves = [f"outage.{move}.water" for move in ("announced", "moved", "ended")]
    assert plans.told(session, world.resident_lin) == moves
    assert plans.told(session, world.far_resident) == moves[1:]
    assert plans.told(session, world.neighbour_wu) == []
    events = session.scalars(select(OutageEvent).order_by(OutageEvent.version)).all()
    assert [(one.move, one.actor_id) for one in events] == [
        (Move.ANNOUNCED, world.dispatcher_mei.id), (Move.MOVED, world.manager_han.id),
        (Move.ENDED, world.dispatcher_mei.id),
    ]  # fmt: skip
    assert (events[1].starts_before, events[1].ends_at) == (plans.at(9), plans.at(18))
    assert (events[2].ends_before, events[2].ends_at) == (plans.at(18), noon)
    assert promises(session)["O01"]().broken == ()


def test_what_does_not_come_is_called_off_and_what_has_begun_is_not(session: Session) -> None:
    world = build_world(session)
    live_in(session, world, world.resident_lin)
    off, on = plans.announce(session, world), plans.running(session, world, supply=Trade.POWER)
    operations.call_off(session, **plans.seen(session, off, world.dispatcher_mei))
    assert plans.told(session, world.resident_lin)[-1] == "outage.called_off.water"
    mei = world.dispatcher_mei
    assert refusal(operations.call_off, session, **plans.seen(session, on, mei)) == (409, None)
    assert refusal(operations.end, session, **plans.seen(session, off, mei)) == (409, None)
    operations.end(session, **plans.seen(session, on, mei))
    assert refusal(operations.end, session, **plans.seen(session, on, mei)) == (409, None)


def test_a_second_announcement_of_the_same_is_refused(session: Session) -> None:
    """At the same place, above it or inside it, at the same time; not of another supply, place or time."""
    world = build_world(session)
    plans.announce(session, world)
    assert refusal(plans.announce, session, world, world.entrance) == (409, None)
    assert refusal(plans.announce, session, world, world.community) == (409, None)
    plans.announce(session, world, supply=Trade.HEAT)
    later = plans.announce(session, world, starts_at=plans.at(17), ends_at=plans.at(18))
    seen = plans.seen(session, later, world.dispatcher_mei)
    earlier = {"starts_at": plans.at(16), "ends_at": plans.at(18), "words": "早"}
    assert refusal(operations.move, session, **earlier, **seen) == (409, None)


def test_who_may_announce_where_and_change_what(session: Session) -> None:
    world = build_world(session)
    outage = plans.announce(session, world)
    mine = plans.announce(session, world, by=world.utility_shui, supply=Trade.HEAT)
    assert mine.organisation_id == world.utility.id
    for stranger in (world.far_dispatcher, world.resident_lin, world.worker_zhao, world.owner_ye):
        assert refusal(plans.announce, session, world, by=stranger, supply=Trade.LIFT)[0] == 404
    assert refusal(plans.announce, session, world, by=world.utility_shui) == (422, "supply")
    assert refusal(plans.announce, session, world, world.far_building, supply=Trade.GAS)[0] == 404
    assert refusal(plans.announce, session, world, place_ids=set(), supply=Trade.GAS) == (422, "places")
    assert refusal(plans.announce, session, world, words=" \u200b", supply=Trade.GAS) == (422, "words")
    changed = {"starts_at": plans.at(10), "ends_at": plans.at(18), "words": "晚"}
    for other in (world.committee_ju, world.far_clerk, world.utility_shui):
        assert refusal(operations.move, session, **changed, **plans.seen(session, outage, other))[0] == 404
    assert refusal(operations.move, session, **changed, **plans.seen(session, mine, world.dispatcher_mei))[0] == 404
    stale = {**plans.seen(session, outage, world.clerk_jie), "seen_version": 7}
    assert refusal(operations.move, session, **changed, **stale)[0] == 409
    operations.move(session, **changed, **plans.seen(session, outage, world.clerk_jie))
    assert outage.version == 2


def test_the_places_that_lie_in_others_need_no_name(session: Session) -> None:
    world = build_world(session)
    outage = plans.announce(session, world, world.entrance, world.building)
    assert [place.id for place in outage.places] == [world.building.id]
    [shown] = queries.shown_at(session, world.entrance, world.community, clock.now())
    assert (shown.standing, list(shown.where)) == (Standing.COMING, ["3号楼"])
    assert queries.shown_at(session, world.unmanaged, world.unmanaged, clock.now()) == []


def test_each_outage_stands_in_one_list(session: Session) -> None:
    world = build_world(session)
    now, mei = clock.now(), world.dispatcher_mei
    made = {
        "coming": plans.announce(session, world),
        "current": plans.running(session, world, supply=Trade.HEAT),
        "past": plans.running(session, world, supply=Trade.POWER),
        "off": plans.announce(session, world, supply=Trade.GAS),
    }
    operations.end(session, **plans.seen(session, made["past"], mei))
    operations.call_off(session, **plans.seen(session, made["off"], mei))

    def listed(which: Which, person: User = mei) -> set[int]:
        return {one.id for one in queries.listed(session, viewer(session, person), which, now).rows}

    assert listed(Which.CURRENT) == {made["current"].id}
    assert listed(Which.COMING) == {made["coming"].id}
    assert listed(Which.PAST) == {made["past"].id, made["off"].id}
    assert listed(Which.CURRENT, world.far_dispatcher) == set()
    assert listed(Which.CURRENT, world.utility_shui) == set()


def test_who_forgot_that_it_was_to_end_is_reminded_once(session: Session) -> None:
    world = build_world(session)
    outage = plans.running(session, world)
    assert operations.remind_late(session, now=clock.now()) == 0
    after = outage.ends_at + timedelta(minutes=1)
    assert operations.remind_late(session, now=after) > 0
    assert operations.remind_late(session, now=after + HOUR) == 0
    assert plans.told(session, world.dispatcher_mei) == ["outage.late"]
    longer = {"starts_at": outage.starts_at, "ends_at": after + HOUR, "words": "还没修好"}
    operations.move(session, **longer, **plans.seen(session, outage, world.dispatcher_mei, after))
    assert operations.remind_late(session, now=after + 2 * HOUR) > 0


def test_whoever_is_erased_follows_nothing(session: Session) -> None:
    world = build_world(session)
    outage = plans.announce(session, world)
    operations.follow(session, outage_id=outage.id, user_id=world.far_resident.id, now=clock.now())
    operations.forget_person(session, world.far_resident, clock.now())
    assert not queries.follows(session, outage, world.far_resident.id)
    erase_person(session, person=world.far_resident, viewer=viewer(session, world.administrator_guan), now=clock.now())


def test_the_recount_names_what_is_wrong(session: Session) -> None:
    world = build_world(session)
    wrong = plans.announce(session, world)
    session.get_one(Outage, wrong.id).ends_at += HOUR
    session.flush()
    assert promises(session)["O01"]().broken == (f"outage {wrong.id} is not as its last event says",)
