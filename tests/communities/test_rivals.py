"""Several people at once: of acts that cannot both stand, one wins and the others are told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from propman.communities import operations
from propman.communities.invariants import overlapping_engagements
from propman.communities.models import Engagement
from propman.errors import Refused
from tests.communities.city import ACTOR, DAY, NOW, TODAY, community, company


def race(engine: Engine, acts: list[Callable[[Session], object]]) -> list[str]:
    """Run `acts` at once, each in a transaction of its own; gives "ok" or the sentence of the refusal of each."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> str:
        with Session(engine) as mine:
            try:
                barrier.wait()
                act(mine)
                mine.commit()
            except Refused as refused:
                return str(refused)
        return "ok"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_rivals_for_the_same_days_one_wins_and_the_others_are_told(session: Session, engine: Engine) -> None:
    red_id = community(session).id
    companies = [company(session, f"第{number}物业").id for number in range(6)]
    session.commit()
    spans = [(0, None), (5, 10), (0, 20), (9, None), (5, 6), (2, 9)]  # each shares day 5 or day 9 with the others

    def act(number: int) -> Callable[[Session], object]:
        starts, ends = spans[number]
        ends_on = None if ends is None else TODAY + ends * DAY
        return lambda mine: operations.engage(
            mine,
            community_id=red_id,
            organisation_id=companies[number],
            starts_on=TODAY + starts * DAY,
            ends_on=ends_on,
            actor_id=ACTOR,
            now=NOW,
        )

    told = race(engine, [act(number) for number in range(6)])
    assert overlapping_engagements(session) == ()
    stored = session.scalar(select(func.count()).select_from(Engagement))
    assert told.count("ok") == stored
    assert stored is not None
    assert stored >= 1
    assert all(answer == "ok" or "Two cannot manage it on the same day" in answer for answer in told)


def test_of_rivals_that_all_begin_today_exactly_one_wins(session: Session, engine: Engine) -> None:
    red_id = community(session).id
    companies = [company(session, f"第{number}物业").id for number in range(8)]
    session.commit()

    def act(chosen: int) -> Callable[[Session], object]:
        return lambda mine: operations.engage(
            mine, community_id=red_id, organisation_id=chosen, starts_on=TODAY, ends_on=TODAY + DAY, actor_id=1, now=NOW
        )

    assert race(engine, [act(chosen) for chosen in companies]).count("ok") == 1
    assert overlapping_engagements(session) == ()


def test_a_community_never_closes_while_a_rival_engages_there(session: Session, engine: Engine) -> None:
    red_id, ours_id = community(session).id, company(session).id
    session.commit()
    told = race(
        engine,
        [
            lambda mine: operations.close_place(mine, place_id=red_id, on=TODAY, actor_id=1, now=NOW),
            lambda mine: operations.engage(
                mine, community_id=red_id, organisation_id=ours_id, starts_on=TODAY, actor_id=1, now=NOW
            ),
        ],
    )
    assert told.count("ok") == 1


def test_a_company_never_closes_while_a_rival_engages_it(session: Session, engine: Engine) -> None:
    red_id, ours_id = community(session).id, company(session).id
    session.commit()
    told = race(
        engine,
        [
            lambda mine: operations.close_organisation(mine, organisation_id=ours_id, on=TODAY, actor_id=1, now=NOW),
            lambda mine: operations.engage(
                mine, community_id=red_id, organisation_id=ours_id, starts_on=TODAY, actor_id=1, now=NOW
            ),
        ],
    )
    assert told.count("ok") == 1
