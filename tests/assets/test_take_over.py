"""The take-over inspection: opened as an engagement begins, checked line by line, closed when all is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock, jobs
from propman.assets import operations, queries
from propman.assets.models import Asset, ConditionSource, TakeOver, TakeOverItem, TakeOverState
from propman.communities import operations as communities
from propman.communities.models import Engagement
from propman.data.works import Criticality, read_take_over_items
from propman.errors import NotFound, Refused
from tests.assets.works import Works, part
from tests.world import viewer

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
PAPERS = len(read_take_over_items())


@pytest.fixture
def engagement(session: Session, works: Works) -> Engagement:
    """A new company manages the community from today on."""
    return communities.change_over(session, community_id=works.world.community.id, starts_on=TODAY, now=NOW,
                                   organisation_id=works.world.far_company.id, actor_id=None)  # fmt: skip


def opened(session: Session, engagement: Engagement) -> TakeOver:
    """The inspection, opened by hand."""
    return operations.open_take_over(session, engagement_id=engagement.id, now=NOW)


def check(session: Session, line: TakeOverItem, state: str = "handed_over", **more: object) -> TakeOverItem:
    """Say how a line stands."""
    return operations.check_item(session, item_id=line.id, state=TakeOverState(state), actor_id=None, now=NOW, **more)  # type: ignore[arg-type]


def test_the_list_has_the_shipped_papers_and_the_parts(session: Session, works: Works, engagement: Engagement) -> None:
    roof = part(session, works)
    gone = part(session, works)
    operations.remove_part(session, asset_id=gone.id, on=TODAY, seen_version=gone.version, actor_id=7, now=NOW)
    take_over = opened(session, engagement)
    lines = queries.lines_of(session, take_over)
    assert [line.item for line in lines[:PAPERS]] == [row.code for row in read_take_over_items()]
    assert [line.asset_id for line in lines[PAPERS:]] == [roof.id]
    assert {line.state for line in lines} == {TakeOverState.OPEN}
    with pytest.raises(Refused, match="opened already"):
        opened(session, engagement)


def test_where_there_are_many_parts_those_that_matter_are_checked(session: Session, works: Works) -> None:
    dear = [part(session, works, criticality=Criticality.A), part(session, works)]
    cheap = [part(session, works, criticality=Criticality.C) for _ in range(57)]
    community_id = works.world.community.id
    assert len(queries.parts_to_check(session, community_id, TODAY)) == 59
    part(session, works, criticality=Criticality.C)
    assert list(queries.parts_to_check(session, community_id, TODAY)) == dear
    assert cheap


def test_parts_stand_in_the_order_in_which_one_walks_past_them(session: Session, works: Works) -> None:
    world = works.world
    far = communities.add_place(session, parent_id=world.community.id, name="5号楼", actor_id=None, now=NOW)
    door = communities.add_place(session, parent_id=far.id, name="1单元", actor_id=None, now=NOW)
    walked = [world.community, world.building, world.entrance, world.other_entrance, far, door]
    made = {place.id: part(session, works, place_id=place.id) for place in reversed(walked)}
    made[world.building.id].criticality = Criticality.C
    found = queries.parts_to_check(session, world.community.id, TODAY)
    assert [each.place_id for each in found] == [place.id for place in walked]


def test_what_is_missing_or_defective_needs_a_word(session: Session, works: Works, engagement: Engagement) -> None:
    part(session, works)
    lines = queries.lines_of(session, opened(session, engagement))
    for state in ("missing", "defective"):
        with pytest.raises(Refused, match="missing or wrong") as refused:
            check(session, lines[0], state, note="  ")
        assert refused.value.field == "note"
    with pytest.raises(Refused, match="how it stands"):
        check(session, lines[0], "open")
    with pytest.raises(Refused, match="1000 characters"):
        check(session, lines[0], "missing", note="长" * 1001)
    with pytest.raises(Refused, match="Only a part"):
        check(session, lines[0], score=3)
    with pytest.raises(NotFound):
        operations.check_item(session, item_id=10**9, state=TakeOverState.MISSING, note="x", actor_id=7, now=NOW)
    check(session, lines[0], "missing", note="竣工图缺两张")
    again = check(session, lines[0])
    assert (again.state, again.note_id) == (TakeOverState.HANDED_OVER, None), "said again, the later counts"


def test_a_part_is_found_in_a_condition_at_the_take_over(
    session: Session, works: Works, engagement: Engagement
) -> None:
    roof = part(session, works)
    line = queries.lines_of(session, opened(session, engagement))[-1]
    check(session, line, "defective", note="女儿墙开裂", score=2)
    [(found, _)] = queries.conditions_of(session, roof)
    assert (found.score, found.source, found.found_on) == (2, ConditionSource.TAKE_OVER, TODAY)
    session.expire_all()
    assert session.get_one(Asset, roof.id).condition == 2


def test_it_closes_once_nothing_is_unchecked_and_stays_as_it_was_found(
    session: Session, works: Works, engagement: Engagement
) -> None:
    part(session, works)
    take_over = opened(session, engagement)
    lines = queries.lines_of(session, take_over)

    def close() -> TakeOver:
        return operations.close_take_over(session, take_over_id=take_over.id, actor_id=None, now=NOW)

    for number, line in enumerate(lines):
        with pytest.raises(Refused, match=f"{len(lines) - number} lines are not checked"):
            close()
        check(session, line)
    assert close().closed_at == NOW
    with pytest.raises(Refused, match="closed already"):
        close()
    with pytest.raises(Refused, match="stays as it was found"):
        check(session, lines[0])


def test_the_job_opens_what_has_begun_and_a_missed_month_heals_itself(
    app: Flask, session: Session, works: Works
) -> None:
    world = works.world
    ahead = communities.engage(session, community_id=world.unmanaged.id, organisation_id=world.company.id,
                               starts_on=TODAY + 3 * DAY, actor_id=None, now=NOW)  # fmt: skip
    session.commit()
    [job] = [each for each in jobs.TIMETABLE if each.name == "take-overs"]

    def opened_by(days: int) -> list[int]:
        session.commit()
        assert jobs.run_job(app, job, NOW + days * DAY)
        return list(session.scalars(select(TakeOver.engagement_id)))

    assert opened_by(0) == [], "the two of sixty days ago were before anybody inspected, and this one has not begun"
    assert opened_by(2) == []
    assert opened_by(33) == [ahead.id]
    assert opened_by(34) == [ahead.id]


def test_an_inspection_is_seen_where_its_community_is(session: Session, works: Works, engagement: Engagement) -> None:
    world, take_over = works.world, opened(session, engagement)

    def seen(name: str) -> int:
        return len(queries.take_overs(session, viewer(session, world.people[name]), NOW))

    sees = ("far_dispatcher", "far_worker", "clerk_jie", "committee_ju", "owner_ye", "official_qian", "auditor_shen")
    does_not = ("dispatcher_mei", "grid_worker_gao", "resident_lin", "far_official", "contractor_deng")
    assert {name: seen(name) for name in (*sees, *does_not)} == dict.fromkeys(sees, 1) | dict.fromkeys(does_not, 0)
    with pytest.raises(NotFound):
        queries.load_take_over(session, take_over.id, viewer(session, world.dispatcher_mei), NOW)
    over = session.scalars(select(Engagement).where(Engagement.organisation_id == world.company.id)).one()
    with pytest.raises(Refused, match="ended already"):
        opened(session, over)


def test_engagements_without_one_can_be_opened_by_hand(session: Session, works: Works) -> None:
    clerk = viewer(session, works.world.clerk_jie)
    [waiting] = queries.waiting_engagements(session, clerk, NOW)
    assert waiting.community == works.world.community
    opened(session, waiting)
    assert queries.waiting_engagements(session, clerk, NOW) == []
