"""Several reports of one fault: merged, told, separated; on real databases, and by many at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from propman.checks import recount
from propman.communities.models import Place
from propman.errors import Refused
from propman.notify.models import Channel, Notice
from propman.roles import NOBODY
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Channel as Way
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import Report
from propman.tickets.workflow import Action, State
from tests import world as small
from tests.conftest import engine_at
from tests.stories import assign, complete, confirm, hold, holder, report, start
from tests.tickets import referrals as r
from tests.tickets.incidents import burst, follower, merge, separate
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def told(session: Session, action: str) -> list[tuple[str, int, str]]:
    """Who was told of `action` in the inbox: as what, and of which report."""
    rows = session.scalars(
        select(Notice).where(Notice.topic.like(f"ticket.%.{action}"), Notice.channel == Channel.INBOX)
    )
    return sorted((row.topic.split(".")[1], row.recipient_id, row.facts["number"]) for row in rows)


def runs_of(session: Session, ticket: Ticket, kind: ClockKind) -> list[TicketClock]:
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    return list(session.scalars(query.order_by(TicketClock.run)))


class TestJoining:
    def test_reports_of_one_building_and_category_are_one_incident(self, session: Session, world: World) -> None:
        lead, *others = burst(session, world, 4, now=TUESDAY)
        assert (lead.state, lead.lead_id) == (State.SUBMITTED, None)
        assert {(one.state, one.lead_id, one.due_at) for one in others} == {(State.MERGED, lead.id, None)}
        assert len(told(session, "submit")) == len({who for _as, who, _of in told(session, "submit")})
        assert {number for _as, _who, number in told(session, "submit")} == {lead.number}
        nothing_is_broken(session)

    def test_three_days_count_from_the_first_report(self, session: Session, world: World) -> None:
        first = burst(session, world, 1, now=TUESDAY)[0]
        second = burst(session, world, 1, now=TUESDAY + 2 * DAY)[0]
        last = burst(session, world, 1, now=TUESDAY + 3 * DAY)[0]
        late = burst(session, world, 1, now=TUESDAY + 3 * DAY + HOUR)[0]
        assert [one.lead_id for one in (first, second, last, late)] == [None, first.id, first.id, None]

    def test_the_first_report_counts_also_where_it_does_not_lead(self, session: Session, world: World) -> None:
        old = report(session, world, category="water", now=TUESDAY)
        young = report(session, world, category="water", now=TUESDAY + 2 * DAY)
        merge(session, world, old, young, now=TUESDAY + 2 * DAY)
        assert burst(session, world, 1, now=TUESDAY + 3 * DAY + HOUR)[0].lead_id is None
        nothing_is_broken(session)

    def test_whoever_says_that_it_is_another_fault_is_believed(self, session: Session, world: World) -> None:
        burst(session, world, 1, now=TUESDAY)
        assert burst(session, world, 1, now=TUESDAY, apart=True)[0].state is State.SUBMITTED

    def test_what_is_repaired_takes_no_more(self, session: Session, world: World) -> None:
        lead = complete(session, world, burst(session, world, 1, now=TUESDAY)[0], now=TUESDAY + HOUR)
        again = burst(session, world, 2, now=TUESDAY + 2 * HOUR)
        assert [one.lead_id for one in again] == [None, again[0].id]
        assert lead.state is State.COMPLETED

    def test_a_referred_one_takes_more(self, session: Session, world: World) -> None:
        lead = r.refer(session, world, burst(session, world, 1, now=TUESDAY)[0], now=TUESDAY)
        assert burst(session, world, 1, now=TUESDAY + HOUR)[0].lead_id == lead.id
        nothing_is_broken(session)

    def test_outdoors_the_community_is_the_place(self, session: Session, world: World) -> None:
        places = (world.community, world.community, world.building)
        found = [
            report(session, world, place=place, category="environment", now=TUESDAY, apart=False) for place in places
        ]
        assert [one.lead_id for one in found] == [None, found[0].id, None]

    def test_twenty_at_once_have_one_lead(self, database_url: str, session: Session, world: World) -> None:
        """Whatever the database does with rivals: one is first, and each of the others sees it."""
        places, gate = [world.entrance.id, world.other_entrance.id], Barrier(20)
        session.commit()

        def one(number: int) -> None:
            with Session(engine_at(database_url)) as own:
                gate.wait()
                operations.open_ticket(
                    own, report=Report(category="water", description="水管爆了"), channel=Way.CODE, viewer=NOBODY,
                    place=own.get_one(Place, places[number % 2]), tracking_key_id="t1", store=world.store, now=TUESDAY,
                )  # fmt: skip
                own.commit()

        with ThreadPoolExecutor(20) as pool:
            list(pool.map(one, range(20)))
        leads = session.scalars(select(Ticket).where(Ticket.lead_id.is_(None))).all()
        assert len(leads) == 1
        assert session.scalar(select(func.count()).where(Ticket.lead_id == leads[0].id)) == 19
        nothing_is_broken(session)

    def test_a_lead_that_moves_at_the_same_moment_still_leads(
        self, database_url: str, session: Session, world: World
    ) -> None:
        """That it was read in an older version refuses nobody: it is held as it stands now."""
        lead = report(session, world, category="water", now=TUESDAY)
        lead_id, place_id = lead.id, world.entrance.id
        session.commit()
        with Session(engine_at(database_url), expire_on_commit=False) as own:
            read, place = own.get_one(Ticket, lead_id), own.get_one(Place, place_id)
            own.commit()
            assign(session, world, lead, now=TUESDAY)
            session.commit()
            assert read.version == 1
            joined = operations.open_ticket(
                own, report=Report(category="water", description="水管爆了"), channel=Way.CODE, viewer=NOBODY,
                place=place, tracking_key_id="t1", store=world.store, now=TUESDAY + HOUR,
            )  # fmt: skip
            assert (joined.lead_id, read.version) == (lead_id, 2)


class TestTold:
    def test_every_household_is_told_once_and_staff_once(self, session: Session, world: World) -> None:
        lead, _nobody, wu = *burst(session, world, 2, now=TUESDAY), *burst(
            session, world, 1, by=world.neighbour_wu, now=TUESDAY
        )  # fmt: skip
        complete(session, world, lead, now=TUESDAY + HOUR)
        assert told(session, "assign") == [
            ("reporter", world.neighbour_wu.id, wu.number), ("worker", world.worker_zhao.id, lead.number),
        ]  # fmt: skip
        assert told(session, "complete") == [("reporter", world.neighbour_wu.id, wu.number)]
        assert session.scalar(select(Notice.link).where(Notice.topic == "ticket.reporter.complete")) == (
            f"/reports/{wu.number}"
        )
        nothing_is_broken(session)

    def test_a_question_is_for_the_household_that_is_asked(self, session: Session, world: World) -> None:
        lead = burst(session, world, 1, by=world.resident_lin, now=TUESDAY)[0]
        burst(session, world, 1, by=world.neighbour_wu, now=TUESDAY)
        operations.ask(session, ticket=lead, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY), now=TUESDAY,
                       seen_version=lead.version, note="几楼？")  # fmt: skip
        assert told(session, "ask") == [("reporter", world.resident_lin.id, lead.number)]

    def test_nothing_escalates_of_a_merged_one(self, session: Session, world: World) -> None:
        lead, _other = burst(session, world, 2, now=TUESDAY)
        operations.escalate(session, now=TUESDAY + 10 * DAY)
        of = set(session.scalars(select(Notice.subject).where(Notice.topic.like("deadline.%"))))
        assert of == {lead.number}


class TestByHand:
    def test_the_followers_of_one_that_is_merged_go_along(self, session: Session, world: World) -> None:
        first, second, third = burst(session, world, 3, now=TUESDAY)
        other = report(session, world, category="sewage", now=TUESDAY)
        merge(session, world, first, other, now=TUESDAY + HOUR)
        assert {one.lead_id for one in (first, second, third)} == {other.id}
        last = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == third.id)).all()[-1]
        assert (last.action, last.from_state, last.lead_id) == (Action.MERGE, State.MERGED, other.id)
        nothing_is_broken(session)

    def test_whoever_was_sent_hears_that_the_job_is_gone(self, session: Session, world: World) -> None:
        lead, job = (
            report(session, world, now=TUESDAY),
            assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY),
        )
        merge(session, world, job, lead, now=TUESDAY + HOUR)
        assert ("worker", world.worker_zhao.id, job.number) in told(session, "merge")
        assert job.assignee_id is None
        nothing_is_broken(session)

    @pytest.mark.parametrize("tell", [assign, start, hold])
    def test_separated_by_staff_its_clocks_run_on_from_where_they_began(
        self, session: Session, world: World, tell: Callable[..., Ticket]
    ) -> None:
        """Merging and separating leaves no deadline later than a hold of the same length would."""
        ticket, lead = report(session, world, now=TUESDAY), report(session, world, now=TUESDAY)
        tell(session, world, ticket, now=TUESDAY + HOUR)
        before = {kind: runs_of(session, ticket, kind)[-1] for kind in (ClockKind.RESPOND, ClockKind.RESOLVE)}
        due = {kind: run.due_at for kind, run in before.items()}
        merge(session, world, ticket, lead, now=TUESDAY + 2 * HOUR)
        held = {kind: run.due_at for kind, run in before.items()}
        separate(session, world, ticket, now=TUESDAY + 5 * DAY)
        after = {kind: runs_of(session, ticket, kind)[-1] for kind in before}
        assert {kind: run.due_at for kind, run in after.items()} == held
        assert after[ClockKind.RESOLVE].started_at == TUESDAY
        assert held == due or tell is hold
        assert (ticket.state, ticket.lead_id, ticket.assignee_id) == (State.SUBMITTED, None, None)
        nothing_is_broken(session)

    def test_it_can_be_merged_with_an_open_report_of_its_community_alone(self, session: Session, world: World) -> None:
        ticket, far = report(session, world, now=TUESDAY), report(session, world, place=world.far_entrance, now=TUESDAY)
        closed, merged = confirm(session, world, report(session, world, now=TUESDAY)), burst(session, world, 2)[1]
        for other in (ticket, far, closed, merged):
            with pytest.raises(Refused) as refused:
                merge(session, world, ticket, other, now=TUESDAY)
            assert (refused.value.status, refused.value.field) == (422, "number")

    def test_only_who_dispatches_it_may(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        for action in (lambda: merge(session, world, report(session, world, now=TUESDAY), lead, by=world.worker_zhao),
                       lambda: separate(session, world, other, by=viewer(session, world.official_qian))):  # fmt: skip
            with pytest.raises(Refused) as refused:
                action()
            assert refused.value.status == 403


class TestHouseholds:
    def test_not_mine_is_a_report_of_its_own_with_new_times(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        later = TUESDAY + DAY
        separate(session, world, other, by=holder(other), now=later)
        alone = report(session, world, category="water", now=later)
        assert (other.state, other.lead_id, other.due_at, lead.lead_id) == (State.SUBMITTED, None, alone.due_at, None)
        assert ("dispatch", world.dispatcher_mei.id, other.number) in told(session, "separate")
        nothing_is_broken(session)

    def test_not_fixed_here_opens_it_again_with_words(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        complete(session, world, lead, now=TUESDAY + HOUR)
        with pytest.raises(Refused) as refused:
            separate(session, world, other, by=holder(other), now=TUESDAY + 2 * HOUR)
        assert refused.value.field == "note"
        separate(session, world, other, by=holder(other), now=TUESDAY + 2 * HOUR, note="我家还在漏")
        assert (other.state, other.reopened, lead.state) == (State.SUBMITTED, 1, State.COMPLETED)
        nothing_is_broken(session)

    def test_not_for_ever(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        confirm(session, world, lead, now=TUESDAY)
        with pytest.raises(Refused):
            separate(session, world, other, by=holder(other), now=TUESDAY + 20 * DAY, note="又漏了")

    def test_stars_of_a_household_are_its_own(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)

        def agree(stars: int) -> None:
            operations.agree(session, ticket=other, viewer=holder(other), seen_version=other.version,
                             now=TUESDAY + 2 * HOUR, stars=stars)  # fmt: skip

        with pytest.raises(Refused) as refused:
            agree(5)  # nobody has repaired it yet
        assert refused.value.status == 409
        complete(session, world, lead, now=TUESDAY + HOUR)
        agree(2)
        assert (lead.state, lead.stars, other.state, other.stars) == (State.COMPLETED, None, State.MERGED, 2)
        with pytest.raises(Refused):
            agree(5)
        nothing_is_broken(session)

    def test_asked_again_after_a_second_repair(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        for hour in (1, 5):
            if lead.state is State.COMPLETED:
                operations.reopen(session, ticket=lead, viewer=holder(lead), seen_version=lead.version, note="还漏",
                                  now=TUESDAY + 4 * HOUR, store=world.store)  # fmt: skip
                operations.reassign(session, ticket=lead, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                                    seen_version=lead.version, assignee_id=world.worker_sun.id,
                                    now=TUESDAY + 4 * HOUR)  # fmt: skip
                sun = {"viewer": viewer(session, world.worker_sun, now=TUESDAY), "store": world.store}
                for act, words in ((operations.start, {}), (operations.complete, {"note": "换了"})):
                    act(session, ticket=lead, seen_version=lead.version, now=TUESDAY + hour * HOUR, **words, **sun)
            else:
                complete(session, world, lead, now=TUESDAY + hour * HOUR)
            operations.agree(session, ticket=other, viewer=holder(other), seen_version=other.version, stars=hour,
                             now=TUESDAY + hour * HOUR + timedelta(minutes=5))  # fmt: skip
        assert other.stars == 5
        nothing_is_broken(session)

    def test_whom_others_follow_does_not_withdraw(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        for ticket, refusals in ((lead, 1), (other, 1)):
            with pytest.raises(Refused) as refused:
                operations.withdraw(
                    session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version, now=TUESDAY
                )
            assert refused.value.status == 409, refusals
        separate(session, world, other, by=holder(other), now=TUESDAY)
        operations.withdraw(session, ticket=lead, viewer=holder(lead), seen_version=lead.version, now=TUESDAY)
        nothing_is_broken(session)


class TestCounting:
    def test_an_incident_is_one_line_and_one_figure(self, session: Session, world: World) -> None:
        lead, *_others = burst(session, world, 5, now=TUESDAY)
        mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
        shown, _more = queries.queue(session, mei, queries.QueueFilter(), TUESDAY)
        assert [(line.id, line.households) for line in shown] == [(lead.id, 5)]
        assert queries.figures(session, mei, TUESDAY).open == 1
        assert (queries.outcomes(session, mei, TUESDAY).all, queries.outcomes(session, mei, TUESDAY).merged) == (1, 4)
        assert [one.id for one in queries.public_open_at(session, world.building)] == [lead.id]

    def test_a_broken_incident_is_found(self, session: Session, world: World) -> None:
        lead, other = burst(session, world, 2, now=TUESDAY)
        follower(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
        session.execute(update(Ticket).where(Ticket.id == other.id).values(stars=4))
        session.execute(update(Ticket).where(Ticket.id == lead.id).values(community_id=world.far_community.id))
        [finding] = recount(session, {"T01": promises(session)["T01"]})
        assert len(finding.broken) == 2
