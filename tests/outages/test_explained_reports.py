"""Reports that a planned outage explains are one incident with it, on real databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from propman import clock
from propman.data.reading import Trade
from propman.outages import operations
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket
from propman.tickets.operations.correcting import Correction, correct
from tests import stories
from tests.outages import plans
from tests.tickets import incidents
from tests.world import World, viewer
from tests.world import build as build_world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def report(session: Session, world: World, **words: Any) -> Ticket:
    return stories.report(session, world, **{"category": "water", "description": "停水了", "apart": False, **words})


def test_reports_of_two_buildings_days_apart_are_one_incident(session: Session) -> None:
    """However late within the outage, and up to two hours after its end; later it is a fault again."""
    world, now = build_world(session), clock.now()
    outage = plans.running(session, world, world.community, ends_at=now + 5 * DAY)
    first = report(session, world)
    second = report(session, world, place=world.community, now=now + 4 * DAY)
    last = report(session, world, place=world.other_entrance, now=now + 5 * DAY + 2 * HOUR)
    after = report(session, world, place=world.other_entrance, now=now + 5 * DAY + 3 * HOUR)
    assert [one.lead_id for one in (first, second, last, after)] == [None, first.id, first.id, None]
    assert [one.outage_id for one in (first, second, last, after)] == [outage.id] * 3 + [None]
    assert promises(session)["T02"]().broken == ()


def test_what_the_outage_does_not_explain_stays_alone(session: Session) -> None:
    """Another category, another place, before it starts, said to be something else; and never an emergency."""
    world, now = build_world(session), clock.now()
    plans.running(session, world, world.entrance, supply=Trade.POWER)
    explained = report(session, world, category="lift_fault")
    others = [
        report(session, world),
        report(session, world, category="lift_trapped"),
        report(session, world, category="lights", place=world.building),
        report(session, world, category="power", apart=True),
        report(session, world, category="door_camera", now=now - 2 * HOUR),
    ]
    assert explained.outage_id is not None
    assert [one.outage_id for one in others] == [None] * 5
    assert all(one.lead_id is None for one in others)


def test_who_follows_something_else_does_not_belong_to_it(session: Session) -> None:
    world = build_world(session)
    before = report(session, world)
    outage = plans.running(session, world)
    explained = report(session, world)
    follows = report(session, world, follows=before.number)
    joins = report(session, world, follows=explained.number)
    assert (explained.outage_id, explained.lead_id) == (outage.id, None)
    assert (follows.outage_id, follows.lead_id) == (None, before.id)
    assert (joins.outage_id, joins.lead_id) == (outage.id, explained.id)


def test_what_is_separated_or_corrected_belongs_to_it_no_more(session: Session) -> None:
    world = build_world(session)
    outage = plans.running(session, world)
    lead, apart, other = (report(session, world) for _number in range(3))
    incidents.separate(session, world, apart)
    assert apart.outage_id is None
    incidents.separate(session, world, other, by=stories.holder(other))
    outage_kept = Correction(category="water", priority="P0", place_id=lead.place_id, asset_id=None)
    told = {"viewer": viewer(session, world.dispatcher_mei), "now": clock.now(), "note": "看错了"}
    correct(session, ticket=lead, seen_version=lead.version, correction=outage_kept, **told)
    assert lead.outage_id == outage.id
    moved = Correction(category="water", priority="P0", place_id=world.community.id, asset_id=None)
    correct(session, ticket=lead, seen_version=lead.version, correction=moved, **told)
    session.flush()
    assert lead.outage_id is None


def test_who_reported_it_is_told_as_who_lives_there(session: Session) -> None:
    world = build_world(session)
    outage = plans.running(session, world)
    report(session, world, by=world.far_resident)
    operations.end(session, **plans.seen(session, outage, world.dispatcher_mei))
    assert plans.told(session, world.far_resident) == ["outage.ended.water"]


def test_the_recount_finds_a_report_that_lies_elsewhere(session: Session) -> None:
    world = build_world(session)
    plans.running(session, world, world.entrance)
    lost = report(session, world)
    session.execute(update(Ticket).where(Ticket.id == lost.id).values(place_id=world.other_entrance.id))
    session.expire_all()
    assert len(promises(session)["T02"]().broken) == 1
