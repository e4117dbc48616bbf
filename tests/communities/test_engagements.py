"""Who manages a community on which day: never two at once, never nobody to answer."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.invariants import overlapping_engagements
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Engagement, Organisation, Place
from propman.errors import NotFound, Refused
from tests.communities.city import ACTOR, DAY, NOW, TODAY, community, company, county, engage, organisation, place


def end(session: Session, which: Engagement, ends_on: date) -> Engagement:
    return operations.end_engagement(session, engagement_id=which.id, ends_on=ends_on, actor_id=ACTOR, now=NOW)


def change_over(session: Session, where: Place, to: Organisation, starts_on: date) -> Engagement:
    return operations.change_over(
        session, community_id=where.id, organisation_id=to.id, starts_on=starts_on, actor_id=ACTOR, now=NOW
    )


def responsible(session: Session, where: Place, on: date) -> str:
    return queries.responsible_on(session, where.id, on).name


# --- who answers ---


def test_a_company_manages_from_its_first_day_up_to_and_not_on_its_last(session: Session) -> None:
    red, ours = community(session), company(session)
    engage(session, red, ours, TODAY + DAY, TODAY + 3 * DAY)
    days = [TODAY + number * DAY for number in range(5)]
    assert [responsible(session, red, on) for on in days] == [
        "花园街道办事处",
        "安居物业",
        "安居物业",
        "花园街道办事处",
        "花园街道办事处",
    ]
    assert [queries.manager_on(session, red.id, on) for on in days] == [None, ours, ours, None, None]
    assert [set(session.scalars(queries.managed_by(ours.id, on))) for on in days[:2]] == [set(), {red.id}]


def test_managers_of_many_communities_come_together(session: Session) -> None:
    red, blue, ours = community(session), community(session, "蓝天小区"), company(session)
    engage(session, red, ours, TODAY)
    assert queries.managers_on(session, [red.id, blue.id], TODAY) == {red.id: ours}
    assert set(session.scalars(queries.unmanaged(TODAY))) == {blue}


def test_companies_of_the_prefecture_and_the_province_can_be_engaged_open_ones_only(session: Session) -> None:
    red, ours = community(session), company(session)
    for name, code in (("省级物业", "230000"), ("市级物业", "230100"), ("邻区物业", "230103"), ("外市物业", "230200")):
        operations.add_organisation(
            session, kind=ours.kind, name=name, place_id=county(session, code).id, actor_id=ACTOR, now=NOW
        )
    shut = company(session, "停业物业")
    operations.close_organisation(session, organisation_id=shut.id, on=TODAY, actor_id=ACTOR, now=NOW)
    organisation(session, OrganisationKind.CONTRACTOR, "维修队")
    found = [each.name for each in queries.companies_for(session, red, TODAY)]
    assert found == ["安居物业", "邻区物业", "省级物业", "市级物业"]


def test_a_former_company_is_former_for_the_days_of_the_setting(session: Session) -> None:
    red, ours = community(session), company(session)
    engage(session, red, ours, TODAY, TODAY + 10 * DAY)
    left_on = TODAY + 10 * DAY

    def former(on: date) -> set[int]:
        return set(session.scalars(queries.formerly_managed_by(ours.id, on - 90 * DAY, on)))

    assert former(left_on - DAY) == set()
    assert former(left_on) == former(left_on + 89 * DAY) == {red.id}
    assert former(left_on + 90 * DAY) == set()


# --- engaging ---


FREE = {  # beside an engagement from day 10 up to day 20
    (5, None): False,
    (0, None): False,
    (0, 10): True,
    (0, 11): False,
    (9, 12): False,
    (12, 15): False,
    (19, 30): False,
    (20, 30): True,
    (20, None): True,
    (2, 40): False,
}


def test_two_never_manage_on_the_same_day(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    engage(session, red, ours, TODAY + 10 * DAY, TODAY + 20 * DAY)
    free = {}
    for starts, ends in FREE:
        trial = session.begin_nested()
        try:
            engage(session, red, theirs, TODAY + starts * DAY, None if ends is None else TODAY + ends * DAY)
            free[starts, ends] = overlapping_engagements(session) == ()
        except Refused as refused:
            free[starts, ends] = "安居物业 is engaged here from 2026-03-20" not in str(refused)
        trial.rollback()
    assert free == FREE


WRONG_DAYS = [
    (TODAY - DAY, None, "starts_on", "2026-03-09 has passed"),
    (date(2206, 3, 10), None, "starts_on", "2206-03-10 cannot be meant"),
    (TODAY, TODAY, "ends_on", "end after it starts"),
    (TODAY, date(2206, 3, 10), "ends_on", "2206-03-10 cannot be meant"),
]


def test_an_engagement_begins_today_or_later_and_ends_after(session: Session) -> None:
    ids = {"community_id": community(session).id, "organisation_id": company(session).id}
    for starts_on, ends_on, field, sentence in WRONG_DAYS:
        with pytest.raises(Refused, match=sentence) as refused:
            operations.engage(session, **ids, starts_on=starts_on, ends_on=ends_on, actor_id=ACTOR, now=NOW)
        assert refused.value.field == field


def test_only_a_property_company_is_engaged(session: Session) -> None:
    red = community(session)
    for kind in sorted(set(OrganisationKind) - {OrganisationKind.PROPERTY_COMPANY}):
        other = Organisation(kind=kind, name=f"某{kind}", sort_key="m", place_id=red.id)
        session.add(other)
        session.flush()
        with pytest.raises(Refused, match=f"某{kind} is not a property company") as refused:
            engage(session, red, other, TODAY)
        assert refused.value.field == "organisation_id"


def test_only_a_community_is_managed(session: Session) -> None:
    with pytest.raises(Refused, match="Only a community"):
        engage(session, place(session, community(session), "1号楼"), company(session), TODAY)


def test_nobody_is_engaged_where_something_closes(session: Session) -> None:
    red, blue, ours = community(session), community(session, "蓝天小区"), company(session)
    operations.close_place(session, place_id=red.id, on=TODAY + DAY, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="红旗小区 is closed or about to close"):
        engage(session, red, ours, TODAY)
    operations.close_organisation(session, organisation_id=ours.id, on=TODAY + DAY, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="安居物业 is closed or about to close"):
        engage(session, blue, ours, TODAY)


def test_what_does_not_exist_is_engaged_nowhere(session: Session) -> None:
    red_id, ours_id = community(session).id, company(session).id
    for number in (0, 999_999, 2**63, -5):
        for ids in ((number, ours_id), (red_id, number)):
            with pytest.raises(NotFound):
                operations.engage(
                    session, community_id=ids[0], organisation_id=ids[1], starts_on=TODAY, actor_id=ACTOR, now=NOW
                )
        with pytest.raises(NotFound):
            operations.end_engagement(session, engagement_id=number, ends_on=TODAY, actor_id=ACTOR, now=NOW)
        assert queries.engagement(session, number) is None


# --- ending, withdrawing, changing over ---


def test_an_end_can_be_set_for_today_and_moved_while_it_is_to_come(session: Session) -> None:
    red, ours = community(session), company(session)
    engagement = engage(session, red, ours, TODAY - 100 * DAY)
    end(session, engagement, TODAY + 10 * DAY)
    end(session, engagement, TODAY + 5 * DAY)
    end(session, engagement, TODAY + 7 * DAY)
    assert engagement.ends_on == TODAY + 7 * DAY
    end(session, engagement, TODAY)
    assert responsible(session, red, TODAY) == "花园街道办事处"
    with pytest.raises(Refused, match="ended already"):
        end(session, engagement, TODAY + DAY)


def test_an_end_lies_neither_in_the_past_nor_before_the_beginning_nor_in_anothers_days(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    first = engage(session, red, ours, TODAY - 9 * DAY, TODAY + 10 * DAY)
    second = engage(session, red, theirs, TODAY + 10 * DAY)
    with pytest.raises(Refused, match="2026-03-09 has passed"):
        end(session, first, TODAY - DAY)
    with pytest.raises(Refused, match="starts only on 2026-03-20"):
        end(session, second, TODAY + 10 * DAY)
    with pytest.raises(Refused, match="宜家物业 is engaged here from 2026-03-20"):
        end(session, first, TODAY + 11 * DAY)


def test_an_engagement_that_has_not_begun_can_be_withdrawn_and_its_history_stays(session: Session) -> None:
    red, ours = community(session), company(session)
    engagement = engage(session, red, ours, TODAY + DAY)
    community_id = operations.withdraw_engagement(session, engagement_id=engagement.id, actor_id=ACTOR, now=NOW)
    assert community_id == red.id
    assert queries.engagements_of(session, red.id) == ()
    lines = history_of(session, subject_kind="place", subject_id=red.id)[:2]
    assert [(line.field, line.old, line.new) for line in lines] == [
        ("engagement", "安居物业 2026-03-11 –", None),
        ("engagement", None, "安居物业 2026-03-11 –"),
    ]


def test_an_engagement_that_has_begun_is_not_withdrawn(session: Session) -> None:
    engagement = engage(session, community(session), company(session), TODAY)
    with pytest.raises(Refused, match="has begun"):
        operations.withdraw_engagement(session, engagement_id=engagement.id, actor_id=ACTOR, now=NOW)


def test_a_change_over_leaves_no_day_without_and_none_with_two(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    old = engage(session, red, ours, TODAY - 100 * DAY)
    new = change_over(session, red, theirs, TODAY + 30 * DAY)
    assert (old.ends_on, new.starts_on, new.ends_on) == (TODAY + 30 * DAY, TODAY + 30 * DAY, None)
    assert responsible(session, red, TODAY + 29 * DAY) == "安居物业"
    assert responsible(session, red, TODAY + 30 * DAY) == "宜家物业"
    assert queries.engagements_of(session, red.id) == (new, old)
    lines = history_of(session, subject_kind="place", subject_id=red.id)
    assert [(line.old, line.new) for line in lines if line.field == "engagement"] == [
        (None, "宜家物业 2026-04-09 –"),
        ("安居物业 2025-11-30 –", "安居物业 2025-11-30 – 2026-04-09"),
        (None, "安居物业 2025-11-30 –"),
    ]


def test_a_change_over_needs_two_companies_and_a_day_between(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    with pytest.raises(Refused, match="Nobody manages it on that day"):
        change_over(session, red, ours, TODAY)
    engage(session, red, ours, TODAY)
    with pytest.raises(Refused, match="安居物业 manages it already"):
        change_over(session, red, ours, TODAY + DAY)
    with pytest.raises(Refused, match="安居物业 starts on that very day"):
        change_over(session, red, theirs, TODAY)
    with pytest.raises(Refused, match="2026-03-09 has passed"):
        change_over(session, red, theirs, TODAY - DAY)


def test_a_refused_change_over_changes_nothing(session: Session) -> None:
    red, ours = community(session), company(session)
    engagement = engage(session, red, ours, TODAY)
    gas = organisation(session, OrganisationKind.CONTRACTOR, "维修队")
    session.commit()
    with pytest.raises(Refused, match="维修队 is not a property company"):
        change_over(session, red, gas, TODAY + DAY)
    session.rollback()
    assert engagement.ends_on is None


# --- what the database itself refuses, and the recount ---


def test_the_database_refuses_a_second_open_engagement_and_one_that_ends_before_it_starts(session: Session) -> None:
    red, ours = community(session), company(session)
    engage(session, red, ours, TODAY)
    session.commit()
    for values in ({"starts_on": TODAY + 9 * DAY}, {"starts_on": TODAY - 9 * DAY, "ends_on": TODAY - 9 * DAY}):
        with pytest.raises(IntegrityError):
            session.execute(insert(Engagement).values(community_id=red.id, organisation_id=ours.id, **values))
        session.rollback()


def test_the_day_of_an_engagement_is_the_local_one(session: Session) -> None:
    """At 16:30 UTC it is already tomorrow in Heilongjiang."""
    red, ours = community(session), company(session)
    late = NOW.replace(hour=16, minute=30)
    assert clock.local_date(late) == TODAY + DAY
    with pytest.raises(Refused, match="2026-03-10 has passed"):
        operations.engage(
            session, community_id=red.id, organisation_id=ours.id, starts_on=TODAY, actor_id=ACTOR, now=late
        )
