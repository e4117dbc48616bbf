"""A wrong dispatch is objected to once, decided on by whoever stands above, and goes to whom the decision names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import category
from propman.checks import recount
from propman.communities.models import Organisation
from propman.communities.operations import change_over
from propman.errors import Refused
from propman.notify.models import Channel, Notice
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Objection, ObjectionEnd, Ticket, Urge
from propman.tickets.workflow import Action, Party, State
from tests import stories
from tests import world as small
from tests.desk import Desk
from tests.tickets import incidents, urges
from tests.tickets.objections import object_to, reject, uphold
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = {"now": TUESDAY}


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


@pytest.fixture
def ticket(session: Session, world: World) -> Ticket:
    """A report that zhao was sent for."""
    told = stories.report(session, world, by=world.resident_lin, **NOW)
    return stories.assign(session, world, told, **NOW)


def told(session: Session, topic: str) -> set[int]:
    rows = session.scalars(select(Notice).where(Notice.topic == topic, Notice.channel == Channel.INBOX))
    return {row.recipient_id for row in rows}


def ends(session: Session) -> list[ObjectionEnd | None]:
    return list(session.scalars(select(Objection.end_kind).order_by(Objection.id)))


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def test_until_it_is_decided_who_has_it_answers_for_it(session: Session, world: World, ticket: Ticket) -> None:
    due = ticket.due_at
    object_to(session, world, ticket, concerns=world.street_office, **NOW)
    assert (ticket.state, ticket.organisation_id, ticket.due_at) == (State.ASSIGNED, world.company.id, due)
    assert told(session, "ticket.office.object") == {world.clerk_jie.id}
    with pytest.raises(Refused, match="decided on first"):
        stories.hold(session, world, ticket, **NOW)
    with pytest.raises(Refused, match="decided on first"):
        object_to(session, world, ticket, **NOW)
    nothing_is_broken(session)


def test_upheld_the_office_has_it_whatever_the_engagement_says(session: Session, world: World, ticket: Ticket) -> None:
    respond = ticket.due_at
    uphold(session, world, object_to(session, world, ticket, **NOW), to=world.street_office, **NOW)
    assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (State.SUBMITTED, world.street_office.id, None)
    assert ticket.due_at == respond
    assert told(session, "ticket.objector.uphold_objection") == {world.dispatcher_mei.id}
    assert told(session, "ticket.reporter.uphold_objection") == {world.resident_lin.id}
    assert operations.hand_over_due(session, now=TUESDAY + DAY) == 0
    with pytest.raises(Refused):
        stories.assign(session, world, ticket, now=TUESDAY + DAY)
    stories.assign(session, world, ticket, to=world.clerk_jie, by=world.clerk_jie, now=TUESDAY + DAY)
    nothing_is_broken(session)


def test_upheld_for_a_utility_it_is_a_referral(session: Session, world: World, ticket: Ticket) -> None:
    uphold(session, world, object_to(session, world, ticket, **NOW), to=world.utility, **NOW)
    referral = queries.open_referral(session, ticket)
    assert referral is not None
    assert referral.organisation_id == ticket.organisation_id == world.utility.id
    event = queries.timeline(session, ticket)[-1]
    assert (event.action, event.party, event.actor_id) == (Action.REFER, Party.SYSTEM, world.clerk_jie.id)
    assert told(session, "ticket.referred.refer") == {world.utility_shui.id}
    nothing_is_broken(session)


def test_the_decision_may_say_what_is_broken_and_where(session: Session, world: World, ticket: Ticket) -> None:
    """Both clocks are counted anew from the report, the warranty is judged anew, and the story says old and new."""
    due, number = queries.timeline(session, ticket)[-1].resolve_due_at, ticket.number
    object_to(session, world, ticket, by=world.worker_zhao, **NOW)
    operations.uphold_objection(
        session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, **NOW), seen_version=ticket.version,
        note="是水管", category="water", place_id=world.building.id, **NOW,
    )  # fmt: skip
    event = queries.timeline(session, ticket)[-1]
    lights, water = (category(session, code, clock.local_date(TUESDAY)) for code in ("lights", "water"))
    assert lights is not None
    assert water is not None
    assert event.changes == {
        "category": ["lights", "water"], "priority": [lights.priority, water.priority],
        "place": [world.entrance.id, world.building.id],
    }  # fmt: skip
    assert (ticket.category, ticket.priority, ticket.place) == ("water", water.priority, world.building)
    assert event.resolve_due_at != due
    verdict = queries.verdict_of(session, ticket)
    assert verdict is not None
    assert verdict.run > 1
    nothing_is_broken(session)
    assert ticket.number == number


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_place_elsewhere_is_none_that_the_decision_can_name(
    session: Session, world: World, ticket: Ticket, new_client: Callable[[], FlaskClient]
) -> None:
    object_to(session, world, ticket, now=clock.now())
    jie = Desk(small.sign_in(session, new_client(), world.clerk_jie))
    page, office = f"/tickets/{ticket.number}", str(world.street_office.id)
    decided = {"version": ticket.version, "taker": office, "note": "属实"}
    for wrong in ({"place": str(world.far_entrance.id)}, {"category": "dragons"}):
        assert jie.send(f"{page}/uphold_objection", page, **decided, **wrong).status_code == 422
    upheld = jie.sent(
        f"{page}/uphold_objection", page, **decided, category="environment", place=str(world.community.id)
    )
    assert f"Objection upheld: {world.street_office.name}; category" in upheld
    assert "place" in upheld


def test_rejected_it_stays_and_is_not_objected_to_again(session: Session, world: World, ticket: Ticket) -> None:
    reject(session, world, object_to(session, world, ticket, **NOW), **NOW)
    assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, world.worker_zhao.id)
    assert told(session, "ticket.objector.reject_objection") == {world.dispatcher_mei.id}
    with pytest.raises(Refused, match="the decision stands") as refused:
        object_to(session, world, ticket, **NOW)
    assert refused.value.status == 409
    with pytest.raises(Refused):
        reject(session, world, ticket, **NOW)
    object_to(session, world, ticket, by=world.worker_zhao, **NOW)  # the person sent has a voice of their own
    nothing_is_broken(session)


@pytest.mark.parametrize(
    ("objects", "decides", "status"),
    [
        ("dispatcher_mei", "dispatcher_mei", 403), ("dispatcher_mei", "manager_han", 403),
        ("dispatcher_mei", "official_qian", 403), ("dispatcher_mei", "far_clerk", 403),
        ("worker_zhao", "clerk_jie", 403), ("worker_zhao", "worker_zhao", 403),
    ],
)  # fmt: skip
def test_nobody_but_whoever_stands_above_decides(
    session: Session, world: World, ticket: Ticket, objects: str, decides: str, status: int
) -> None:
    object_to(session, world, ticket, by=world.people[objects], **NOW)
    with pytest.raises(Refused) as refused:
        reject(session, world, ticket, by=world.people[decides], **NOW)
    assert refused.value.status == status


def test_what_the_person_sent_objects_to_the_dispatcher_decides(session: Session, world: World, ticket: Ticket) -> None:
    object_to(session, world, ticket, by=world.worker_zhao, **NOW)
    assert world.dispatcher_mei.id in told(session, "ticket.dispatch.object")
    with pytest.raises(Refused) as refused:  # a company does not give its own away
        uphold(session, world, ticket, by=world.dispatcher_mei, to=world.street_office, **NOW)
    assert refused.value.field == "organisation_id"
    uphold(session, world, ticket, by=world.dispatcher_mei, **NOW)
    assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (State.SUBMITTED, world.company.id, None)
    nothing_is_broken(session)


@pytest.mark.parametrize("field", ["nobody", "unknown"])
def test_upheld_it_goes_to_somebody_around(session: Session, world: World, ticket: Ticket, field: str) -> None:
    object_to(session, world, ticket, **NOW)
    with pytest.raises(Refused) as refused:
        uphold(session, world, ticket, to=None if field == "nobody" else Organisation(id=10**9), **NOW)
    assert (refused.value.status, refused.value.field) == (422, "organisation_id")
    assert ends(session) == [None]


def test_an_office_in_charge_has_nobody_above_it(session: Session, world: World) -> None:
    ticket = stories.report(session, world, place=world.unmanaged, **NOW)
    with pytest.raises(Refused, match="Your office is in charge itself"):
        object_to(session, world, ticket, by=world.clerk_jie, **NOW)


def test_it_lapses_where_the_ticket_passes_on_or_ends(session: Session, world: World, ticket: Ticket) -> None:
    object_to(session, world, ticket, by=world.worker_zhao, **NOW)
    mei = viewer(session, world.dispatcher_mei, **NOW)
    operations.reassign(session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=TUESDAY,
                        assignee_id=world.worker_sun.id)  # fmt: skip
    object_to(session, world, ticket, **NOW)
    on = clock.local_date(TUESDAY) + DAY
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=on,
                actor_id=None, now=TUESDAY)  # fmt: skip
    operations.hand_over_due(session, now=TUESDAY + DAY)
    assert ends(session) == [ObjectionEnd.LAPSED, ObjectionEnd.LAPSED]
    object_to(session, world, ticket, by=world.far_dispatcher, now=TUESDAY + DAY)  # whoever has it now may
    nothing_is_broken(session)


def test_the_database_holds_one_open_objection(session: Session, world: World, ticket: Ticket) -> None:
    object_to(session, world, ticket, **NOW)
    session.add(Objection(ticket_id=ticket.id, organisation_id=world.company.id, party=Party.ASSIGNEE, round=0,
                          by_id=world.worker_zhao.id, objected_at=TUESDAY))  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_office_finds_it_on_its_first_page_and_decides(
    session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    world = small.build(session)
    ticket = stories.report(session, world)
    session.commit()
    mei, jie = (Desk(small.sign_in(session, new_client(), one)) for one in (world.dispatcher_mei, world.clerk_jie))
    page = f"/tickets/{ticket.number}"
    office = str(world.street_office.id)
    sent = mei.sent(f"{page}/object", page, version=1, taker=office, note="属街道自管")
    assert f"objection since {clock.local_date(clock.now()):%Y-%m-%d %a}: said to be for" in sent
    assert "Objections 1 to decide on" in jie.read("/")
    assert "Objections" not in mei.read("/")
    assert ticket.number in jie.read("/queue?objected=1")
    refused = jie.send(f"{page}/uphold_objection", page, version=2, taker="", note="属实")
    assert refused.status_code == 422
    assert "Please say whom it goes to." in refused.text
    assert "Objection upheld" in jie.sent(f"{page}/uphold_objection", page, version=2, taker=office, note="属实")
    assert ticket.number not in jie.read("/queue?objected=1")


@pytest.mark.parametrize("harm", ["the objection is gone", "the urge is gone", "rejected by nobody", "waits for ever"])
def test_the_recount_finds_it(session: Session, world: World, ticket: Ticket, harm: str) -> None:
    urges.urge(session, world, reject(session, world, object_to(session, world, ticket, **NOW), **NOW), **NOW)
    nothing_is_broken(session)
    if harm == "the objection is gone":
        session.execute(delete(Objection))
    elif harm == "the urge is gone":
        session.execute(delete(Urge))
    elif harm == "rejected by nobody":
        session.execute(update(Objection).values(end_kind=ObjectionEnd.UPHELD))
    else:
        session.execute(update(Ticket).values(state=State.CANCELLED, due_at=None, due_kind=None))
    session.expire_all()
    assert promises(session)["I14"]().broken


def test_merged_with_another_nobody_decides_and_nobody_answers_any_more(session: Session, world: World) -> None:
    lead, ticket = (stories.report(session, world, **NOW) for _time in range(2))
    urges.urge(session, world, object_to(session, world, ticket, **NOW), **NOW)
    incidents.merge(session, world, ticket, lead, **NOW)
    assert ends(session) == [ObjectionEnd.LAPSED]
    assert queries.open_urge(session, ticket) is None
    nothing_is_broken(session)
