"""The recount finds a row that breaks a promise, whoever wrote it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from propman.communities.invariants import overlapping_engagements
from propman.communities.models import Engagement
from tests.communities.city import DAY, TODAY, community, company, engage


@pytest.mark.parametrize(
    ("starts", "ends", "overlap"), [(-5, 0, False), (-5, 1, True), (9, 12, True), (10, 12, False), (3, 4, True)]
)
def test_the_recount_finds_engagements_that_overlap(session: Session, starts: int, ends: int, overlap: bool) -> None:
    red, ours = community(session), company(session)
    engage(session, red, ours, TODAY, TODAY + 10 * DAY)
    engage(session, community(session, "蓝天小区"), ours, TODAY)
    other = Engagement(community_id=red.id, organisation_id=ours.id, starts_on=TODAY + starts * DAY)
    other.ends_on = TODAY + ends * DAY
    session.add(other)
    session.flush()
    assert bool(overlapping_engagements(session)) is overlap
