"""Rounds in the database: begun by whom it is given to, each point recorded once, ends, findings, photographs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.operations import draw_part_code
from propman.communities.operations import add_place, draw_code
from propman.communities.queries import engagements_of
from propman.db.base import Base
from propman.errors import NotFound, Refused, Stale
from propman.files.store import FileStore
from propman.inspections import invariants as inspections
from propman.inspections import operations
from propman.inspections.models import Duty, DutyAct, DutyEvent
from propman.inspections.operations import Aim
from propman.inspections.schedule import End
from propman.rounds import invariants, queries
from propman.rounds import operations as rounds
from propman.rounds.judging import Result
from propman.rounds.models import Round, RoundAnswer, RoundDuty, RoundPoint
from propman.rounds.operations import Seen
from propman.rounds.proof import Lack, Level, Position
from propman.tickets.models import Ticket, TicketFinding
from propman.tickets.workflow import State
from tests.assets import works as renovated
from tests.inspections import made
from tests.rounds import walks
from tests.tickets import findings
from tests.world import World, viewer

DAY = timedelta(days=1)


@pytest.fixture
def here(world: World, tmp_path: Path) -> World:
    world.store = FileStore(tmp_path)
    return world


def kept(session: Session) -> None:
    """The recount finds nothing."""
    promises = {**inspections.promises(session, now=clock.now()), **invariants.promises(session)}
    for name, recount in promises.items():
        assert recount().broken == (), name


def number_of(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


# --- whose, and past which points ---


def test_work_is_for_the_roles_of_the_template_where_they_reach(session: Session, here: World) -> None:
    """The fire patrol names workers and building heads; nobody of another company, and no official."""
    duty, now = walks.due(session, here), clock.now()
    who = {
        name for name, person in here.people.items()
        if [each.duty.id for each in queries.work_of(session, viewer(session, person), now)] == [duty.id]
    }  # fmt: skip
    assert who == {"worker_zhao", "worker_sun", "dispatcher_mei", "manager_han", "grid_worker_gao"}
    with pytest.raises(NotFound):
        walks.begin(session, here, duty, by=here.far_worker)


def test_a_vacuum_falls_to_the_street_office(session: Session, here: World) -> None:
    aim = Aim(here.unmanaged.id, clock.local_date(clock.now()))
    duty = walks.due(session, here, "T20", "week", community_id=here.unmanaged.id, aims=[aim])
    found = walks.begin(session, here, duty, by=here.clerk_jie)
    assert found.organisation_id == here.street_office.id
    managed = walks.due(session, here)
    with pytest.raises(NotFound):
        walks.begin(session, here, managed, by=here.clerk_jie)


def test_a_contractor_inspects_the_parts_it_maintains(session: Session, here: World) -> None:
    works = renovated.furnish(session, here)
    lift, today = renovated.part(session, works, type_code="I01"), clock.local_date(clock.now())
    duty = walks.due(session, here, "T01", "half_month", aims=[Aim(lift.place_id, today, lift.id)])
    with pytest.raises(NotFound):
        walks.begin(session, here, duty, by=here.contractor_deng)
    lift.maintainer_id = here.contractor.id
    found = walks.begin(session, here, duty, by=here.contractor_deng)
    [point] = walks.points(session, found)
    assert (point.asset_id, found.organisation_id) == (lift.id, here.contractor.id)
    walks.record(session, here, found, point, by=here.contractor_deng, failing="alarm_call")
    [ticket] = session.scalars(select(Ticket))
    assert (ticket.category, ticket.asset_id, ticket.organisation_id) == ("lift_fault", lift.id, here.company.id)


def test_a_building_is_its_labelled_entrances_and_a_community_its_buildings(session: Session, here: World) -> None:
    today = clock.local_date(clock.now())
    of_building = walks.due(session, here)
    of_community = walks.due(session, here, "T06", "month", aims=[Aim(here.community.id, today)])
    draw_code(session, place_id=here.other_entrance.id, actor_id=None, now=clock.now())
    found = walks.begin(session, here, of_building, of_community)
    there = [(point.duty_id, point.place.id) for point in walks.points(session, found)]
    assert set(there) == {(of_building.id, here.entrance.id), (of_building.id, here.other_entrance.id),
                          (of_community.id, here.building.id)}  # fmt: skip


def test_one_walks_building_by_building(session: Session, here: World) -> None:
    """What is at the doors of a building comes with what is at the building, before the next one."""
    now = clock.now()
    far = add_place(session, parent_id=here.community.id, name="9号楼", actor_id=None, now=now)
    door = add_place(session, parent_id=far.id, name="1单元", actor_id=None, now=now)
    draw_code(session, place_id=door.id, actor_id=None, now=now)
    of_community = walks.due(session, here, "T06", "month", aims=[Aim(here.community.id, clock.local_date(now))])
    found = walks.begin(session, here, of_community, walks.due(session, here))
    places = [point.place.id for point in walks.points(session, found)]
    assert places == [here.building.id, here.entrance.id, far.id]


def test_of_a_template_about_parts_the_labelled_ones_are_its_points(session: Session, here: World) -> None:
    works = renovated.furnish(session, here)
    roof = renovated.part(session, works, type_code="B01")
    renovated.part(session, works, type_code="B01")  # without a label
    draw_part_code(session, asset_id=roof.id, actor_id=None, now=clock.now())
    duty = walks.due(session, here, "T12", "main")
    found = walks.begin(session, here, duty)
    assert [point.asset_id for point in walks.points(session, found)] == [roof.id]


# --- one at a time, each point once ---


def test_a_duty_is_in_one_round_until_its_shift_is_over(session: Session, here: World) -> None:
    duty = walks.due(session, here)
    first = walks.begin(session, here, duty)
    with pytest.raises(Refused, match="already") as refusal:
        walks.begin(session, here, duty, by=here.worker_sun)
    assert refusal.value.status == 409
    other = walks.begin(session, here, walks.due(session, here, "T21", "grade_3"), by=here.worker_sun)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(RoundDuty(round_id=other.id, duty_id=duty.id))
    second = walks.begin(session, here, duty, by=here.worker_sun, now=first.ends_at)
    held = session.scalars(select(RoundDuty.round_id).where(RoundDuty.released_at.is_(None))).all()
    assert set(held) == {other.id, second.id}
    assert first.closed_at is None  # what its person still sends is recorded


def test_a_point_is_recorded_once(session: Session, here: World) -> None:
    found = walks.begin(session, here, walks.due(session, here))
    [point] = walks.points(session, found)
    with pytest.raises(NotFound):
        walks.record(session, here, found, point, by=here.worker_sun)
    walks.record(session, here, found, point)
    with pytest.raises(Refused) as refusal:
        walks.record(session, here, found, point)
    assert refusal.value.status == 409
    kept(session)


def test_who_lost_the_work_records_nothing_more(session: Session, here: World) -> None:
    found = walks.begin(session, here, walks.due(session, here))
    [point] = walks.points(session, found)
    [engagement] = engagements_of(session, here.community.id)
    engagement.ends_on = clock.local_date(clock.now())
    session.flush()
    with pytest.raises(NotFound):
        walks.record(session, here, found, point)


def test_who_lost_the_work_reads_and_holds_nothing_more(session: Session, here: World) -> None:
    """Else the company that was here could keep the one that came from every inspection, a shift at a time."""
    found, now = walks.begin(session, here, walks.due(session, here)), clock.now()
    [point], zhao = walks.points(session, found), viewer(session, here.worker_zhao)
    assert [each.round.id for each in queries.rounds_under_way(session, zhao, now)] == [found.id]
    [engagement] = engagements_of(session, here.community.id)
    engagement.ends_on = clock.local_date(now)
    session.flush()
    assert queries.rounds_under_way(session, zhao, now) == []
    for look in (lambda: queries.load_round(session, found.id, zhao, now),
                 lambda: queries.load_own_point(session, found.id, point.id, zhao, now),
                 lambda: rounds.load_again(session, round_id=found.id, viewer=zhao, now=now),
                 lambda: rounds.close_round(session, round_id=found.id, viewer=zhao, now=now)):  # fmt: skip
        with pytest.raises(NotFound):
            look()


def test_a_shift_goes_on_without_what_is_no_more_for_its_person(session: Session, here: World) -> None:
    works, now = renovated.furnish(session, here), clock.now()
    lifts = [renovated.part(session, works, type_code="I01") for _each in range(2)]
    aims = [Aim(lift.place_id, clock.local_date(now), lift.id) for lift in lifts]
    kept_one, lost = (walks.due(session, here, "T01", "half_month", aims=[aim]) for aim in aims)
    for lift in lifts:
        lift.maintainer_id = here.contractor.id
    found = walks.begin(session, here, kept_one, lost, by=here.contractor_deng, now=now)
    lifts[1].maintainer_id = None
    session.flush()
    deng = viewer(session, here.contractor_deng)
    rounds.load_again(session, round_id=found.id, viewer=deng, now=now)
    held = session.scalars(select(RoundDuty.duty_id).where(RoundDuty.released_at.is_(None))).all()
    assert held == [kept_one.id]


def test_an_answer_that_is_none_records_nothing_and_names_its_field(session: Session, here: World) -> None:
    found = walks.begin(session, here, walks.due(session, here))
    [point] = walks.points(session, found)
    given = walks.replies(session, found, point)
    last = list(given)[-1]
    del given[last]
    with pytest.raises(Refused) as refusal:
        walks.record(session, here, found, point, given=given)
    assert refusal.value.field == f"choice_{last}"
    with pytest.raises(Refused, match="No label") as refusal:
        walks.record(session, here, found, point, code="0000000000000")
    assert refusal.value.field == "code"
    assert point.recorded_at is None
    assert number_of(session, RoundAnswer) == 0


def test_what_an_event_brought_is_gone_like_any_other(session: Session, here: World) -> None:
    event = made.event(session, here)
    brought = select(Duty).where(Duty.occasion_id == event.id, Duty.community_id == here.community.id)
    duties = session.scalars(brought.order_by(Duty.id)).all()
    found = walks.walk(session, here, *duties)
    session.expire_all()
    assert {duty.ended_as for duty in duties} == {End.DONE}
    assert [point.place_id for point in walks.points(session, found)] == [here.building.id] * len(duties)
    kept(session)


def at_once(session: Session, act: Callable[[Session, int], object]) -> list[str]:
    """Two do the same at one moment: how it went for each."""
    barrier, bind = Barrier(2), session.get_bind()

    def one(number: int) -> str:
        with Session(bind) as mine:
            barrier.wait()
            try:
                act(mine, number)
                mine.commit()
            except Refused as refusal:
                return str(refusal.status)
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, range(2)))


def test_of_two_that_set_out_or_record_at_once_one_does(session: Session, here: World) -> None:
    duty, now = walks.due(session, here), clock.now()
    viewers = [viewer(session, person) for person in (here.worker_zhao, here.worker_sun)]
    duty_id, there = duty.id, duty.community_id
    session.commit()

    def set_out(mine: Session, number: int) -> object:
        return rounds.begin_round(mine, community_id=there, duty_ids=[duty_id], viewer=viewers[number], now=now)

    assert at_once(session, set_out) == ["409", "ok"]
    [found] = session.scalars(select(Round))
    [point] = walks.points(session, found)
    given, whose = walks.replies(session, found, point), next(v for v in viewers if v.user_id == found.person_id)
    asked = {"round_id": found.id, "point_id": point.id, "seen": Seen(walks.challenge(found))}
    session.commit()

    def record(mine: Session, _number: int) -> object:
        return rounds.record_point(mine, replies=given, viewer=whose, keys=walks.KEYS, store=here.store, now=now,
                                       **asked)  # fmt: skip

    assert at_once(session, record) == ["409", "ok"]
    session.expire_all()
    assert number_of(session, RoundAnswer) == len(given)
    assert session.get_one(Duty, duty_id).ended_as is End.DONE
    kept(session)


# --- how a duty ends ---


def test_the_last_point_ends_the_duty_and_the_last_duty_the_round(session: Session, here: World) -> None:
    first, second = walks.due(session, here), walks.due(session, here, "T21", "grade_3")
    found = walks.begin(session, here, first, second)
    one, other = walks.points(session, found)
    walks.record(session, here, found, one)
    session.refresh(first)
    assert (first.ended_as, found.closed_at, second.ended_as) == (End.DONE, None, None)
    assert first.done_on == clock.local_date(clock.now())
    walks.record(session, here, found, other)
    session.refresh(second)
    assert second.ended_as is End.DONE
    assert found.closed_at is not None
    kept(session)


def test_work_on_what_was_missed_is_a_make_up_and_it_stays_missed(session: Session, here: World) -> None:
    past = clock.now() - 20 * DAY
    duty = walks.due(session, here, now=past)
    while operations.end_missed(session, now=clock.now()):
        pass
    session.refresh(duty)
    assert duty.ended_as is End.MISSED
    walks.walk(session, here, duty)
    session.refresh(duty)
    [event] = session.scalars(select(DutyEvent).where(DutyEvent.act == DutyAct.MAKE_UP))
    assert (duty.ended_as, event.duty_id, event.actor_id) == (End.MISSED, duty.id, here.worker_zhao.id)
    with pytest.raises(NotFound):  # once
        walks.begin(session, here, duty)
    kept(session)


def test_of_two_rounds_of_what_was_missed_the_first_to_end_makes_up_for_it(session: Session, here: World) -> None:
    now = clock.now()
    before = now - 20 * DAY
    duty = walks.due(session, here, now=before)
    slow = walks.begin(session, here, duty, now=before)
    while operations.end_missed(session, now=now):
        pass
    session.refresh(duty)
    quick = walks.walk(session, here, duty, by=here.worker_sun)  # the shift of the other is over
    for point in walks.points(session, slow):
        walks.record(session, here, slow, point)
    made = {row.round_id: row.event_id for row in session.scalars(select(RoundDuty))}
    [event] = session.scalars(select(DutyEvent).where(DutyEvent.act == DutyAct.MAKE_UP))
    assert made == {quick.id: event.id, slow.id: None}
    assert {row.done_at is None for row in session.scalars(select(RoundDuty))} == {False}
    kept(session)


def test_work_on_what_another_ended_meanwhile_is_recorded_and_ends_nothing(session: Session, here: World) -> None:
    duty, now = walks.due(session, here), clock.now()
    found = walks.begin(session, here, duty)
    operations.end(session, duty_id=duty.id, done_on=clock.local_date(now), actor_id=here.worker_sun.id, now=now)
    for point in walks.points(session, found):
        walks.record(session, here, found, point)
    [row] = session.scalars(select(RoundDuty))
    assert (row.event_id, row.done_at is not None) == (None, True)
    kept(session)


def test_what_has_an_end_or_does_not_open_yet_is_not_begun(session: Session, here: World) -> None:
    duty, now = walks.due(session, here, rule="FREQ=MONTHLY"), clock.now()
    coming = session.scalars(select(Duty).where(Duty.target_id == duty.target_id, Duty.id != duty.id)).first()
    assert coming is not None
    with pytest.raises((Refused, NotFound)):
        walks.begin(session, here, coming)
    walks.walk(session, here, duty)
    with pytest.raises((Stale, NotFound)):
        walks.begin(session, here, duty, now=now)


def test_a_round_ended_by_hand_leaves_the_rest_to_another(session: Session, here: World) -> None:
    duty = walks.due(session, here)
    found = walks.begin(session, here, duty)
    who = viewer(session, here.worker_zhao)
    rounds.close_round(session, round_id=found.id, viewer=who, now=clock.now())
    with pytest.raises(Refused, match="over"):
        walks.record(session, here, found, walks.points(session, found)[0])
    assert walks.begin(session, here, duty, by=here.worker_sun).id != found.id
    kept(session)


# --- proof ---


def test_a_label_proves_within_the_shift_and_another_place_does_not(session: Session, here: World) -> None:
    now = clock.now()
    other = draw_code(session, place_id=here.other_entrance.id, actor_id=None, now=now).code
    duty = walks.due(session, here, "T06", "month", aims=[Aim(here.entrance.id, clock.local_date(now))])
    found = walks.begin(session, here, duty)
    [point] = walks.points(session, found)
    late = found.ends_at
    with session.begin_nested() as nested:
        walks.record(session, here, found, point, code=here.code.lower())
        assert (point.level, point.lacking, point.code) == (Level.SCANNED, (), here.code)
        nested.rollback()
    with session.begin_nested() as nested:
        walks.record(session, here, found, point, code=other)
        assert point.lacking == (Lack.OTHER_CODE, Lack.NO_PHOTO, Lack.NO_POSITION)
        nested.rollback()
    with session.begin_nested() as nested:
        walks.record(session, here, found, point, code=here.code, now=late)
        assert point.lacking[0] is Lack.EXPIRED
        nested.rollback()
    rounds.load_again(session, round_id=found.id, viewer=viewer(session, here.worker_zhao), now=late)
    walks.record(session, here, found, point, code=here.code, now=late)
    assert point.level is Level.SCANNED


def test_a_position_is_kept_as_the_device_said_it(session: Session, here: World) -> None:
    found = walks.begin(session, here, walks.due(session, here, "T06", "month"))
    [point] = walks.points(session, found)
    seen = Seen(walks.challenge(found), position=Position(45.75, 126.65, 12))
    rounds.record_point(
        session, round_id=found.id, point_id=point.id, replies=walks.replies(session, found, point), seen=seen,
        viewer=viewer(session, here.worker_zhao), keys=walks.KEYS, store=here.store, now=clock.now(),
    )  # fmt: skip
    assert (point.latitude, point.longitude, point.metres, point.device_at) == (45.75, 126.65, 12, None)
    assert point.level is Level.NONE  # nobody knows where the point is


def test_a_photograph_used_on_another_day_is_flagged_and_proves_nothing(session: Session, here: World) -> None:
    shot, now = walks.shot(), clock.now()
    first = walks.walk(session, here, walks.due(session, here, now=now - DAY), now=now - DAY)
    [before] = session.scalars(select(RoundAnswer).where(RoundAnswer.photo_id.is_not(None)).limit(1))
    assert walks.points(session, first)[0].level is Level.PHOTO
    again = walks.begin(session, here, walks.due(session, here, "T08", "weekend"))
    walks.record(session, here, again, walks.points(session, again)[0], photo=shot)
    third = walks.walk(session, here, walks.due(session, here, now=now + DAY), now=now + DAY, photo=shot)
    [point] = walks.points(session, third)
    flagged = [answer.earlier_id for answer in point.answers if answer.photo_id]
    assert None not in flagged
    assert before.earlier_id is None
    assert point.lacking[:2] == (Lack.NO_CODE, Lack.USED_PHOTO)


# --- what failed ---


def test_a_failed_item_opens_a_report_once_and_a_re_check_by_another_confirms_it(
    session: Session, here: World
) -> None:  # fmt: skip
    found = walks.begin(session, here, walks.due(session, here))
    [point] = walks.points(session, found)
    walks.record(session, here, found, point, failing="clutter", note="二楼堆放纸箱")
    [failed] = [answer for answer in point.answers if answer.result is Result.FAIL]
    [finding] = session.scalars(select(TicketFinding))
    assert (finding.source, point.result) == (failed.source, Result.FAIL)
    ticket = finding.ticket
    assert (ticket.category, ticket.place_id, ticket.recheck) == ("fire_safety", here.entrance.id, True)
    assert ticket.description is not None
    assert "二楼堆放纸箱" in (ticket.description.body or "")
    assert walks.walked_by(session, found).tickets[failed.id] is ticket
    findings.look_again(session, here, findings.stories.complete(session, here, ticket))
    assert ticket.state is State.CONFIRMED
    kept(session)


def test_two_failed_items_of_one_part_are_one_report_and_it_is_poor_from_now_on(
    session: Session, here: World
) -> None:  # fmt: skip
    works = renovated.furnish(session, here)
    roof, today = renovated.part(session, works, type_code="B01"), clock.local_date(clock.now())
    walks.walk(session, here, walks.due(session, here, "T12", "main", aims=[Aim(roof.place_id, today, roof.id)]))
    session.refresh(roof)
    assert (roof.condition, roof.condition_on) == (4, today)
    duty = walks.due(session, here, "T12", "main", aims=[Aim(roof.place_id, today, roof.id)])
    found = walks.begin(session, here, duty)
    [point] = walks.points(session, found)
    given = walks.replies(session, found, point, failing="membrane")
    given |= {key: walks.replies(session, found, point, failing="outlets")[key]
              for key, reply in walks.replies(session, found, point, failing="outlets").items()
              if reply.said.choice is Result.FAIL}  # fmt: skip
    walks.record(session, here, found, point, given=given)
    assert number_of(session, TicketFinding) == 2
    assert session.scalars(select(Ticket.asset_id)).all() == [roof.id]
    session.refresh(roof)
    assert roof.condition == 2
    kept(session)


def test_the_recount_names_a_failed_answer_without_a_report(session: Session, here: World) -> None:
    found = walks.begin(session, here, walks.due(session, here))
    [point] = walks.points(session, found)
    walks.record(session, here, found, point, failing="clutter")
    [finding] = session.scalars(select(TicketFinding))
    kept(session)
    finding.source = "answer 999999"
    session.flush()
    said = invariants.promises(session)["D03"]().broken
    assert len(said) == 2
    stored = session.get_one(RoundPoint, point.id)
    for name, wrong, number in (("failed", 2, 3), ("template", "T99", 4)):
        setattr(stored, name, wrong)
        session.flush()
        assert len(invariants.promises(session)["D03"]().broken) == number, name
