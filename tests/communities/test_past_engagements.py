"""An engagement entered late: free as long as nobody had anything to answer for on its days."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.invariants import overlapping_engagements
from propman.communities.models import Engagement, Organisation, Place
from propman.errors import Refused
from tests.communities.city import ACTOR, DAY, NOW, TODAY, community, company

LONG_AGO, LATER = date(2023, 5, 1), date(2024, 5, 1)


def enter(
    session: Session, where: Place, who: Organisation, starts_on: date, ends_on: date | None, first: date | None
) -> Engagement:
    """Enter an engagement today, where the first report came in on the day `first`."""
    return operations.engage(
        session,
        community_id=where.id,
        organisation_id=who.id,
        starts_on=starts_on,
        ends_on=ends_on,
        actor_id=ACTOR,
        now=NOW,
        first_report_on={where.id: first}.__getitem__,
    )


ENTERED_LATE = [  # begins, ends, first report, the sentence of the refusal
    (LONG_AGO, None, None, None),
    (TODAY - DAY, None, None, None),
    (date(1949, 10, 1), None, None, None),
    (date(1949, 9, 30), None, None, "1949-09-30 cannot be meant"),
    (LONG_AGO, LATER, None, None),
    (LONG_AGO, LATER, LATER, None),
    (LONG_AGO, LATER, LATER + DAY, None),
    (LONG_AGO, LATER, LATER - DAY, "Reports have come from 红旗小区 since 2024-04-30"),
    (LONG_AGO, LATER, LONG_AGO - DAY, "Reports have come from 红旗小区 since 2023-04-30"),
    (LONG_AGO, TODAY, TODAY, None),
    (LONG_AGO, TODAY + DAY, TODAY, "or an end by 2026-03-10"),
    (LONG_AGO, None, TODAY, "or an end by 2026-03-10"),
    (LONG_AGO, None, LATER, "Choose today or a later day"),
    (TODAY - DAY, None, LATER, "Choose today or a later day"),
    (LONG_AGO, LONG_AGO, None, "must end after it starts"),
    (LATER, LONG_AGO, None, "must end after it starts"),
    (TODAY, None, LATER, None),
    (TODAY, TODAY + DAY, TODAY, None),
    (TODAY + DAY, None, LATER, None),
]


def test_days_are_given_away_afterwards_only_before_the_first_report(session: Session) -> None:
    red, ours = community(session), company(session)
    for starts_on, ends_on, first, sentence in ENTERED_LATE:
        trial = session.begin_nested()
        if sentence is None:
            entered = enter(session, red, ours, starts_on, ends_on, first)
            assert (entered.starts_on, entered.ends_on) == (starts_on, ends_on)
        else:
            with pytest.raises(Refused, match=sentence):
                enter(session, red, ours, starts_on, ends_on, first)
            assert queries.engagements_of(session, red.id) == ()
        trial.rollback()


def test_a_city_set_up_today_says_who_has_managed_it_and_who_did_before(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    enter(session, red, ours, LONG_AGO, None, None)
    enter(session, red, theirs, date(2019, 1, 1), LONG_AGO, None)
    days = [date(2018, 12, 31), date(2019, 1, 1), LONG_AGO - DAY, LONG_AGO, TODAY]
    told = [queries.responsible_on(session, red.id, on).name for on in days]
    assert told == ["花园街道办事处", "宜家物业", "宜家物业", "安居物业", "安居物业"]
    lines = history_of(session, subject_kind="place", subject_id=red.id)[:2]
    assert [(line.new, line.at) for line in lines] == [
        ("宜家物业 2019-01-01 – 2023-05-01", NOW),
        ("安居物业 2023-05-01 –", NOW),
    ]


def test_two_never_managed_on_the_same_day(session: Session) -> None:
    red, ours, theirs = community(session), company(session), company(session, "宜家物业")
    enter(session, red, ours, LONG_AGO, LATER, None)
    for starts_on, ends_on in ((date(2019, 1, 1), None), (date(2019, 1, 1), LONG_AGO + DAY), (LATER - DAY, None)):
        with pytest.raises(Refused, match="安居物业 is engaged here from 2023-05-01") as refused:
            enter(session, red, theirs, starts_on, ends_on, None)
        assert refused.value.field == "starts_on"
    enter(session, red, theirs, LATER, None, None)
    assert overlapping_engagements(session) == ()


def test_who_cannot_ask_for_reports_leaves_the_past_as_it_is(session: Session) -> None:
    ids = {"community_id": community(session).id, "organisation_id": company(session).id}
    with pytest.raises(Refused, match="2023-05-01 has passed") as refused:
        operations.engage(session, **ids, starts_on=LONG_AGO, actor_id=ACTOR, now=NOW)
    assert refused.value.field == "starts_on"
