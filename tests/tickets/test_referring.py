"""Referring a repair: who holds it, what the clocks do, how a referral ends, who is told; on a bare session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.checks import recount
from propman.communities.models import Engagement
from propman.communities.operations import change_over, close_organisation, end_engagement
from propman.errors import Refused, Stale
from propman.notify.models import Notice
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Referral, ReferralEnd, ReferralKind, Ticket, TicketClock, TicketEvent
from propman.tickets.queries import Why
from propman.tickets.workflow import Action, HoldReason, Party, State
from tests import stories
from tests import world as small
from tests.assets.works import Works, furnish, part
from tests.tickets import referrals as r
from tests.tickets.referrals import TUESDAY, accept, leak, prove, proven, refer, refuse, reopen, take_back
from tests.world import World, viewer

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A roof that the contractor guarantees until June 2027."""
    works = furnish(session, world)
    works.roof.contractor_id, works.roof.accepted_on = world.contractor.id, date(2022, 6, 30)
    session.flush()
    return works


@pytest.fixture
def ticket(session: Session, world: World, works: Works) -> Iterator[Ticket]:
    """A leak under warranty; in the end nothing that is promised is broken."""
    part(session, works)
    ticket = leak(session, world)
    yield ticket
    session.flush()
    assert [finding for finding in recount(session, promises(session)) if finding.broken] == []


def run_of(session: Session, ticket: Ticket, kind: ClockKind, run: int = 1) -> TicketClock:
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    return session.scalars(query.where(TicketClock.run == run)).one()


def last(session: Session, ticket: Ticket) -> TicketEvent:
    return queries.timeline(session, ticket)[-1]


def told(session: Session, ticket: Ticket) -> dict[str, list[int]]:
    """Who was told of the last move, by topic."""
    rows = session.scalars(select(Notice).where(Notice.event_ref == f"ticket_event:{last(session, ticket).id}"))
    found: dict[str, list[int]] = {}
    for row in rows:
        if row.channel == "inbox":
            found.setdefault(row.topic.removeprefix("ticket."), []).append(row.recipient_id)
    return found


class TestReferring:
    def test_it_passes_to_the_organisation_with_a_clock_of_its_own(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        refer(session, world, ticket, note="在保修期内")
        [referral] = r.referrals(session, ticket)
        verdict = queries.verdict_of(session, ticket)
        assert verdict is not None
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (
            State.SUBMITTED, world.contractor.id, None,
        )  # fmt: skip
        assert (referral.kind, referral.claim_holder_id, referral.asset_id, referral.verdict_id) == (
            ReferralKind.CONTRACTOR, world.street_office.id, ticket.asset_id, verdict.id,
        )  # fmt: skip
        assert referral.sent_at == TUESDAY
        assert clock.local(referral.answer_due_at).isoformat() == "2026-11-27T17:30:00+08:00", "the third workday after"
        assert referral.accepted_at is referral.ended_at is referral.insists_on_id is None

    def test_both_clocks_of_the_ticket_run_on(self, session: Session, world: World, ticket: Ticket) -> None:
        before = {kind: run_of(session, ticket, kind).due_at for kind in (ClockKind.RESPOND, ClockKind.RESOLVE)}
        refer(session, world, ticket)
        for kind in before:
            run = run_of(session, ticket, kind)
            assert (run.stopped_at, run.paused_at, run.due_at) == (None, None, before[kind])

    @pytest.mark.parametrize("before", ["assigned", "underway", "on_hold"])
    def test_whatever_was_under_way_ends(self, session: Session, world: World, ticket: Ticket, before: str) -> None:
        step = {"assigned": stories.assign, "underway": stories.start, "on_hold": stories.hold}[before]
        step(session, world, ticket, now=TUESDAY)
        due = run_of(session, ticket, ClockKind.RESOLVE).due_at
        refer(session, world, ticket, now=TUESDAY + DAY)
        assert (ticket.state, ticket.assignee_id, ticket.hold_until_on) == (State.SUBMITTED, None, None)
        run = run_of(session, ticket, ClockKind.RESOLVE)
        assert run.paused_at is None
        moved = run.due_at is not None and due is not None and run.due_at > due
        assert moved is (before == "on_hold" and due is not None)

    @pytest.mark.parametrize("organisation", ["company", "street_office", "far_company"])
    def test_only_a_contractor_or_utility_around_is_referred_to(
        self, session: Session, world: World, ticket: Ticket, organisation: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            refer(session, world, ticket, to=getattr(world, organisation))
        assert (refused.value.status, refused.value.field) == (422, "organisation_id")

    def test_nobody_named_and_nobody_there_are_refused(self, session: Session, world: World, ticket: Ticket) -> None:
        mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
        for named in (None, 0, -1, 10**9, 2**63):
            with pytest.raises(Refused) as refused:
                operations.refer(session, ticket=ticket, viewer=mei, seen_version=1, now=TUESDAY, organisation_id=named)
            assert refused.value.field == "organisation_id"
        assert ticket.version == 1

    def test_one_that_has_closed_is_not_referred_to(self, session: Session, world: World, ticket: Ticket) -> None:
        close_organisation(session, organisation_id=world.contractor.id, on=TODAY, actor_id=None, now=TUESDAY)
        with pytest.raises(Refused):
            refer(session, world, ticket)

    @pytest.mark.parametrize("person", ["worker_zhao", "clerk_jie", "official_qian", "contractor_deng", "committee_ju"])
    def test_it_is_for_who_dispatches(self, session: Session, world: World, ticket: Ticket, person: str) -> None:
        with pytest.raises(Refused) as refused:
            refer(session, world, ticket, by=world.people[person])
        assert refused.value.status == 403

    def test_a_stale_page_loses(self, session: Session, world: World, ticket: Ticket) -> None:
        mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
        stories.assign(session, world, ticket, now=TUESDAY)
        with pytest.raises(Stale):
            operations.refer(session, ticket=ticket, viewer=mei, seen_version=1, now=TUESDAY,
                             organisation_id=world.contractor.id)  # fmt: skip
        assert r.referrals(session, ticket) == []

    @pytest.mark.parametrize("act", ["assign", "decline", "refer"])
    def test_what_is_referred_is_not_given_to_another(
        self, session: Session, world: World, ticket: Ticket, act: str
    ) -> None:
        refer(session, world, ticket)
        acts: dict[str, Callable[[], Any]] = {
            "assign": lambda: stories.assign(session, world, ticket, now=TUESDAY),
            "decline": lambda: operations.decline(
                session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                seen_version=ticket.version, now=TUESDAY, note="不修",
            ),
            "refer": lambda: refer(session, world, ticket, to=world.utility),
        }  # fmt: skip
        with pytest.raises(Refused) as refused:
            acts[act]()
        assert (refused.value.status, "Take it back first" in refused.value.sentence) == (409, True)


class TestAnswering:
    @pytest.fixture(autouse=True)
    def referred(self, session: Session, world: World, ticket: Ticket) -> None:
        refer(session, world, ticket)

    def test_who_accepts_goes_and_the_respond_clock_is_answered(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        accept(session, world, ticket, now=TUESDAY + DAY)
        [referral] = r.referrals(session, ticket)
        assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, world.contractor_deng.id)
        assert (referral.accepted_at, referral.ended_at) == (TUESDAY + DAY, None)
        run = run_of(session, ticket, ClockKind.RESPOND)
        assert (run.stopped_at, run.answered) == (TUESDAY + DAY, True)
        assert last(session, ticket).party is Party.REFERRED

    def test_a_refusal_needs_a_reason_and_leads_back(self, session: Session, world: World, ticket: Ticket) -> None:
        with pytest.raises(Refused) as refused:
            refuse(session, world, ticket, note=" ")
        assert refused.value.field == "note"
        refuse(session, world, ticket)
        [referral] = r.referrals(session, ticket)
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (State.SUBMITTED, world.company.id, None)
        assert (referral.end_kind, referral.ended_at) == (ReferralEnd.REFUSED, TUESDAY)
        assert run_of(session, ticket, ClockKind.RESPOND).stopped_at is None

    @pytest.mark.parametrize("person", ["utility_shui", "dispatcher_mei", "worker_zhao", "far_dispatcher"])
    @pytest.mark.parametrize("answer", [accept, refuse])
    def test_nobody_else_answers(
        self, session: Session, world: World, ticket: Ticket, person: str, answer: Callable[..., Ticket]
    ) -> None:
        with pytest.raises(Refused) as refused:
            answer(session, world, ticket, by=world.people[person])
        assert refused.value.status == 403

    def test_silence_is_derived_and_ends_with_the_answer(self, session: Session, world: World, ticket: Ticket) -> None:
        [referral] = r.referrals(session, ticket)
        due = referral.answer_due_at
        assert not referral.silent_at(due)
        assert referral.silent_at(due + timedelta(seconds=1))
        accept(session, world, ticket, now=due + DAY)
        assert not referral.silent_at(due + DAY)

    def test_the_repair_is_proven_with_a_photo_by_who_accepted(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        r.start(session, world, accept(session, world, ticket))
        with pytest.raises(Refused) as refused:
            prove(session, world, ticket, photos=0)
        assert refused.value.field == "after"
        with pytest.raises(Refused) as refused:
            prove(session, world, ticket, by=world.dispatcher_mei)
        assert refused.value.status == 403
        prove(session, world, ticket)
        assert ticket.state is State.COMPLETED
        assert r.referrals(session, ticket)[0].ended_at is None, "the reporter has not answered"

    @pytest.mark.parametrize("by", ["reporter", "system"])
    def test_confirming_or_closing_ends_it_as_proven(
        self, session: Session, world: World, ticket: Ticket, by: str
    ) -> None:
        for step in (accept, r.start, prove):
            step(session, world, ticket)
        at = TUESDAY + 8 * DAY
        if by == "reporter":
            r.confirm(session, ticket, now=at)
        else:
            assert operations.close_unanswered(session, now=at) == 1
        [referral] = r.referrals(session, ticket)
        assert (referral.end_kind, referral.ended_at) == (ReferralEnd.PROVEN, at)

    @pytest.mark.parametrize("accepted", [False, True])
    def test_withdrawing_ends_it(self, session: Session, world: World, ticket: Ticket, accepted: bool) -> None:
        if accepted:
            accept(session, world, ticket)
        operations.withdraw(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version,
                            now=TUESDAY)  # fmt: skip
        assert r.referrals(session, ticket)[0].end_kind is ReferralEnd.WITHDRAWN

    @pytest.mark.parametrize("steps", [[], [accept], [accept, r.start]])
    def test_it_is_taken_back_at_any_time(
        self, session: Session, world: World, ticket: Ticket, steps: list[Callable[..., Ticket]]
    ) -> None:
        for step in steps:
            step(session, world, ticket)
        take_back(session, world, ticket)
        [referral] = r.referrals(session, ticket)
        assert referral.end_kind is ReferralEnd.TAKEN_BACK
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (State.SUBMITTED, world.company.id, None)
        stories.assign(session, world, ticket, now=TUESDAY)
        with pytest.raises(Refused) as refused:
            r.start(session, world, ticket)
        assert refused.value.status == 403, "the contractor has nothing to do with it any more"

    def test_on_hold_it_is_taken_back_and_the_clock_runs_on(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        stories.hold(session, world, accept(session, world, ticket), now=TUESDAY)
        take_back(session, world, ticket, now=TUESDAY + DAY)
        assert run_of(session, ticket, ClockKind.RESOLVE).paused_at is None

    def test_the_one_who_accepted_holds_and_resumes(self, session: Session, world: World, ticket: Ticket) -> None:
        accept(session, world, ticket)
        deng = viewer(session, world.contractor_deng, now=TUESDAY)
        operations.hold(session, ticket=ticket, viewer=deng, seen_version=ticket.version, now=TUESDAY,
                        until_on=TODAY + 150 * DAY, cause=HoldReason.SEASON, note="冬季不能做屋面防水")  # fmt: skip
        operations.resume(session, ticket=ticket, viewer=deng, seen_version=ticket.version, now=TUESDAY + DAY)
        assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, world.contractor_deng.id)

    def test_after_a_hold_nobody_goes_on_where_the_person_has_left(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        stories.hold(session, world, accept(session, world, ticket), now=TUESDAY)
        leave(session, world, TODAY + DAY)
        operations.resume(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY + 2 * DAY),
                          seen_version=ticket.version, now=TUESDAY + 2 * DAY)  # fmt: skip
        assert (ticket.state, ticket.organisation_id) == (State.SUBMITTED, world.contractor.id)


def leave(session: Session, world: World, on: date) -> None:
    """The person of the contractor works there no longer from the day `on`."""
    session.execute(update(Membership).where(Membership.user_id == world.contractor_deng.id).values(ends_on=on))
    session.expire_all()


class TestInsisting:
    def test_after_a_refusal_it_is_referred_again_with_a_reason(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        refuse(session, world, refer(session, world, ticket))
        with pytest.raises(Refused) as refused:
            refer(session, world, ticket)
        assert refused.value.field == "note"
        refer(session, world, ticket, note="验收 2022-06-30，保修 5 年", now=TUESDAY + DAY)
        first, second = r.referrals(session, ticket)
        assert second.insists_on_id == first.id
        assert second.ended_at is None

    def test_another_organisation_is_not_insisted_on(self, session: Session, world: World, ticket: Ticket) -> None:
        refuse(session, world, refer(session, world, ticket))
        refer(session, world, ticket, to=world.utility)
        second = r.referrals(session, ticket)[-1]
        assert (second.kind, second.insists_on_id, second.claim_holder_id) == (ReferralKind.UTILITY, None, None)

    def test_what_was_taken_back_is_simply_referred_again(self, session: Session, world: World, ticket: Ticket) -> None:
        take_back(session, world, refer(session, world, ticket))
        refer(session, world, ticket)
        assert r.referrals(session, ticket)[-1].insists_on_id is None


class TestReopening:
    def test_before_it_is_confirmed_the_referral_goes_on(self, session: Session, world: World, ticket: Ticket) -> None:
        reopen(session, world, proven(session, world, ticket))
        [referral] = r.referrals(session, ticket)
        assert referral.ended_at is None
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (
            State.ASSIGNED, world.contractor.id, world.contractor_deng.id,
        )  # fmt: skip

    def test_after_that_it_is_referred_anew_to_who_repaired_it(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        r.confirm(session, proven(session, world, ticket))
        reopen(session, world, ticket, now=TUESDAY + 3 * DAY)
        first, second = r.referrals(session, ticket)
        assert (second.insists_on_id, second.sent_at, second.accepted_at) == (
            first.id, TUESDAY + 3 * DAY, TUESDAY + 3 * DAY,
        )  # fmt: skip
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (
            State.ASSIGNED, world.contractor.id, world.contractor_deng.id,
        )  # fmt: skip
        assert ticket.reopened == 1
        prove(session, world, r.start(session, world, ticket, now=TUESDAY + 4 * DAY), now=TUESDAY + 5 * DAY)

    def test_where_the_person_has_left_the_organisation_answers_again(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        r.confirm(session, proven(session, world, ticket))
        leave(session, world, TODAY + DAY)
        reopen(session, world, ticket, now=TUESDAY + 3 * DAY)
        second = r.referrals(session, ticket)[-1]
        assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (
            State.SUBMITTED, world.contractor.id, None,
        )  # fmt: skip
        assert (second.accepted_at, second.ended_at) == (None, None)

    def test_where_the_organisation_has_closed_it_falls_to_who_is_in_charge(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        r.confirm(session, proven(session, world, ticket))
        close_organisation(session, organisation_id=world.contractor.id, on=TODAY, actor_id=None, now=TUESDAY)
        reopen(session, world, ticket, now=TUESDAY + 3 * DAY)
        assert (ticket.state, ticket.organisation_id) == (State.SUBMITTED, world.company.id)
        assert len(r.referrals(session, ticket)) == 1

    def test_what_the_company_repaired_in_the_end_goes_back_to_the_company(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        take_back(session, world, refer(session, world, ticket))
        stories.confirm(session, world, ticket, now=TUESDAY)
        reopen(session, world, ticket)
        assert (ticket.organisation_id, ticket.assignee_id) == (world.company.id, world.worker_zhao.id)
        assert len(r.referrals(session, ticket)) == 1


class TestAChangeOfCompany:
    def change(self, session: Session, world: World) -> None:
        change_over(session, community_id=world.community.id, organisation_id=world.far_company.id,
                    starts_on=TODAY + DAY, actor_id=None, now=TUESDAY)  # fmt: skip

    def test_leaves_it_with_whom_it_was_referred_to(self, session: Session, world: World, ticket: Ticket) -> None:
        accept(session, world, refer(session, world, ticket))
        self.change(session, world)
        at = TUESDAY + 2 * DAY
        assert ticket.id not in set(session.scalars(queries.held_by_another(at)))
        assert operations.hand_over_due(session, now=at) == 0
        holder = queries.holder_today(session, ticket, at)
        assert queries.change_of_holder(session, ticket, at, holder) is None
        assert ticket.organisation_id == world.contractor.id
        new, old = (viewer(session, each, now=at) for each in (world.far_dispatcher, world.dispatcher_mei))
        assert queries.parties_of(session, ticket, new, holder) == {Party.DISPATCHER}
        assert queries.parties_of(session, ticket, old, holder) == set()
        r.start(session, world, ticket, now=at)
        take_back(session, world, ticket, by=world.far_dispatcher, now=at)
        assert ticket.organisation_id == world.far_company.id

    def test_a_refusal_leads_to_the_new_company(self, session: Session, world: World, ticket: Ticket) -> None:
        refer(session, world, ticket)
        self.change(session, world)
        refuse(session, world, ticket, now=TUESDAY + 2 * DAY)
        assert ticket.organisation_id == world.far_company.id

    def test_without_a_company_the_street_office_dispatches(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        refer(session, world, ticket)
        engagement = select(Engagement).where(Engagement.community_id == world.community.id)
        end_engagement(session, engagement_id=session.scalars(engagement).one().id, ends_on=TODAY + DAY,
                       actor_id=None, now=TUESDAY)  # fmt: skip
        at = TUESDAY + 2 * DAY
        assert operations.hand_over_due(session, now=at) == 0
        take_back(session, world, ticket, by=world.clerk_jie, now=at)
        assert ticket.organisation_id == world.street_office.id

    def test_the_others_change_hands_as_ever(self, session: Session, world: World, ticket: Ticket) -> None:
        refer(session, world, ticket)
        other = leak(session, world)
        self.change(session, world)
        assert operations.hand_over_due(session, now=TUESDAY + 2 * DAY) == 1
        assert (other.organisation_id, ticket.organisation_id) == (world.far_company.id, world.contractor.id)


class TestWhoIsTold:
    @pytest.fixture
    def ticket(self, session: Session, world: World, works: Works) -> Ticket:
        part(session, works)
        return leak(session, world, by=world.resident_lin)

    def test_each_side_of_each_move(self, session: Session, world: World, ticket: Ticket) -> None:
        lin, mei, deng, jie = (
            person.id for person in (world.resident_lin, world.dispatcher_mei, world.contractor_deng, world.clerk_jie)
        )
        refer(session, world, ticket)
        assert told(session, ticket) == {"reporter.refer": [lin], "referred.refer": [deng], "claimant.refer": [jie]}
        refuse(session, world, ticket)
        assert told(session, ticket) == {"reporter.refuse": [lin], "dispatch.refuse": [mei], "claimant.refuse": [jie]}
        accept(session, world, refer(session, world, ticket, note="在保"))
        assert told(session, ticket) == {"reporter.accept": [lin], "dispatch.accept": [mei]}
        take_back(session, world, ticket)
        assert told(session, ticket) == {"reporter.take_back": [lin], "referred.take_back": [deng]}
        proven(session, world, ticket)
        reopened_by_lin = viewer(session, world.resident_lin, now=TUESDAY)
        operations.reopen(session, ticket=ticket, viewer=reopened_by_lin, seen_version=ticket.version, now=TUESDAY,
                          note="还漏", store=world.store)  # fmt: skip
        assert told(session, ticket) == {"worker.reopen": [deng], "dispatch.reopen": [mei]}
        operations.withdraw(session, ticket=ticket, viewer=reopened_by_lin, seen_version=ticket.version, now=TUESDAY)
        assert told(session, ticket) == {"worker.withdraw": [deng], "dispatch.withdraw": [mei]}

    def test_the_link_leads_to_a_page_that_opens(self, session: Session, world: World, ticket: Ticket) -> None:
        refer(session, world, ticket)
        rows = session.scalars(select(Notice).where(Notice.topic.contains("refer")))
        assert {(row.topic, row.link) for row in rows} == {
            ("ticket.reporter.refer", f"/reports/{ticket.number}"),
            ("ticket.referred.refer", f"/referrals/{ticket.number}"),
            ("ticket.claimant.refer", f"/tickets/{ticket.number}"),
        }

    def test_all_of_an_organisation_hear_that_a_report_was_withdrawn(
        self, session: Session, world: World, ticket: Ticket
    ) -> None:
        refer(session, world, ticket)
        operations.withdraw(session, ticket=ticket, viewer=viewer(session, world.resident_lin, now=TUESDAY),
                            seen_version=ticket.version, now=TUESDAY)  # fmt: skip
        assert told(session, ticket)["referred.withdraw"] == [world.contractor_deng.id]


class TestToWhom:
    def proposed(self, session: Session, ticket: Ticket) -> list[tuple[str, Why]]:
        return [(each.organisation.name, each.why) for each in queries.referees(session, ticket, TUESDAY).proposed]

    def test_who_built_it_while_the_warranty_covers_it(self, session: Session, world: World, ticket: Ticket) -> None:
        assert self.proposed(session, ticket) == [(world.contractor.name, Why.BUILT)]
        found = queries.referees(session, ticket, TUESDAY)
        assert found.proposed[0].claimant == world.street_office
        assert [each.name for each in found.others] == [world.utility.name]

    def test_not_once_the_warranty_is_over(self, session: Session, world: World, works: Works) -> None:
        part(session, works, accepted_on=date(2020, 1, 1))
        assert self.proposed(session, leak(session, world)) == []

    def test_perhaps_where_nobody_can_tell(self, session: Session, world: World, works: Works) -> None:
        part(session, works, warranty_key="STRUCT")
        assert self.proposed(session, leak(session, world)) == [(world.contractor.name, Why.BUILT_ONCE)]

    def test_a_utility_for_its_trade_and_for_what_it_keeps(self, session: Session, world: World, works: Works) -> None:
        cold = leak(session, world, category="heat")
        assert self.proposed(session, cold) == [(world.utility.name, Why.TRADE)]
        part(session, works, type_code="B12", work_item_id=works.heating.id, maintainer_id=world.utility.id)
        again = leak(session, world, category="heat")
        assert self.proposed(session, again) == [(world.utility.name, Why.MAINTAINS)]


def test_two_referrals_are_never_open_at_once(session: Session, world: World, works: Works) -> None:
    ticket = refer(session, world, leak(session, world))
    [row] = r.referrals(session, ticket)
    session.add(Referral(ticket_id=ticket.id, kind=row.kind, organisation_id=row.organisation_id,
                         sent_at=row.sent_at, answer_due_at=row.answer_due_at))  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


class TestRecounting:
    @pytest.fixture
    def ticket(self, session: Session, world: World, works: Works) -> Ticket:
        part(session, works)
        ticket = refuse(session, world, refer(session, world, leak(session, world)))
        proven(session, world, refer_again(session, world, ticket))
        return reopen(session, world, r.confirm(session, ticket))

    def broken(self, session: Session) -> set[str]:
        session.flush()
        session.expire_all()
        return {finding.id for finding in recount(session, promises(session)) if finding.broken}

    def test_a_long_story_breaks_nothing(self, session: Session, ticket: Ticket) -> None:
        assert self.broken(session) == set()

    def test_a_referral_without_its_move_is_found(self, session: Session, ticket: Ticket) -> None:
        r.referrals(session, ticket)[0].ended_at = TUESDAY + DAY
        assert self.broken(session) == {"I10"}

    def test_an_open_one_that_no_move_opened_is_found(self, session: Session, ticket: Ticket) -> None:
        row = r.referrals(session, ticket)[-1]
        row.ended_at, row.end_kind = TUESDAY, ReferralEnd.PROVEN
        assert self.broken(session) == {"I10"}

    def test_an_accept_by_somebody_else_is_found(self, session: Session, world: World, ticket: Ticket) -> None:
        session.execute(
            update(TicketEvent).where(TicketEvent.action == Action.ACCEPT).values(assignee_id=world.utility_shui.id)
        )
        assert self.broken(session) == {"I10"}

    def test_a_move_that_only_referred_tickets_know_is_not_legal_for_others(
        self, session: Session, ticket: Ticket
    ) -> None:
        first = queries.timeline(session, ticket)[1]
        first.action = Action.TAKE_BACK
        assert "I08" in self.broken(session)


def refer_again(session: Session, world: World, ticket: Ticket) -> Ticket:
    """Insist, and take it back, so that `proven` can refer it once more."""
    return take_back(session, world, refer(session, world, ticket, note="在保"))
