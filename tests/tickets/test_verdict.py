"""The verdict on the warranty stands from the moment a report is sent, and who pays follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from propman.assets.models import Asset, Ownership
from propman.assets.warranty import Reason, Verdict
from propman.checks import recount
from propman.communities.models import Engagement
from propman.config import normal_database_url
from propman.db import engine_options, prepare_engine
from propman.errors import Refused, Stale
from propman.personal import PersonalText
from propman.projects.models import Transfer, TransferStatus
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket, TicketPayer, TicketVerdict
from propman.tickets.operations import Answers
from propman.tickets.payer import NEVER_FROM_THE_FUND, Payer
from tests import stories
from tests import world as small
from tests.assets.works import Works, furnish, old_part, part
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin
TODAY = date(2026, 11, 24)
ACCEPTED = date(2022, 6, 30)
LAST = date(2027, 6, 30)  # five years later


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """The roof was made by the contractor and accepted on `ACCEPTED`."""
    works = furnish(session, world)
    works.roof.contractor_id, works.roof.accepted_on = world.contractor.id, ACCEPTED
    session.flush()
    return works


def leak(session: Session, world: World, **words: Any) -> Ticket:
    """A report that the roof leaks, at the entrance."""
    told = {"category": "leak", "description": "屋顶漏水", "now": TUESDAY, **words}
    return stories.report(session, world, **told)


def verdict(session: Session, ticket: Ticket) -> TicketVerdict:
    found = queries.verdict_of(session, ticket)
    assert found is not None
    return found


def payer(session: Session, ticket: Ticket) -> TicketPayer:
    found = queries.payer_of(session, ticket)
    assert found is not None
    return found


def found(row: TicketVerdict) -> tuple[Verdict, Reason, date | None]:
    return row.verdict, row.reason, row.last_on


def judge(session: Session, world: World, ticket: Ticket, **said: Any) -> TicketVerdict:
    asked = {"asset_id": None, "arose_on": None, "seen_run": verdict(session, ticket).run, "now": TUESDAY, **said}
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
    return operations.judge(session, ticket=ticket, **{"viewer": mei, **asked})


def settle(session: Session, world: World, ticket: Ticket, **said: Any) -> TicketPayer:
    asked = {"answers": Answers(), "payer": None, "seen_run": payer(session, ticket).run, "now": TUESDAY, **said}
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
    return operations.settle_payer(session, ticket=ticket, **{"viewer": mei, **asked})


class TestWhenAReportComesIn:
    def test_the_one_part_above_the_place_that_can_be_meant_is_judged(
        self, session: Session, world: World, works: Works
    ) -> None:
        roof = part(session, works)
        part(session, works, type_code="B17", work_item_id=works.roof.id)  # lights
        ticket = leak(session, world)
        row = verdict(session, ticket)
        assert found(row) == (Verdict.COVERED, Reason.WITHIN, LAST)
        assert (row.run, row.asset_id, ticket.asset_id) == (1, roof.id, roof.id)
        assert (row.arose_on, row.actor_id, row.note_id) == (TODAY, None, None)
        assert row.rule is not None
        assert row.rule.key == "WP5"
        assert payer(session, ticket).payer is Payer.CONTRACTOR

    def test_without_any_part_nothing_can_be_told(self, session: Session, world: World, works: Works) -> None:
        part(session, works, place_id=world.other_entrance.id)  # beside the place, not above it
        ticket = leak(session, world)
        assert found(verdict(session, ticket)) == (Verdict.UNKNOWN, Reason.NO_PART, None)
        assert ticket.asset_id is None
        assert payer(session, ticket).payer is Payer.ALL_OWNERS

    def test_of_several_that_stand_alike_one_stands_for_all(self, session: Session, world: World, works: Works) -> None:
        near = part(session, works, place_id=world.entrance.id)
        part(session, works)
        ticket = leak(session, world)
        row = verdict(session, ticket)
        assert found(row) == (Verdict.COVERED, Reason.WITHIN, LAST)
        assert (row.asset_id, ticket.asset_id) == (near.id, None)
        assert row.facts["alike"] == 2

    def test_of_several_that_differ_nobody_can_tell(self, session: Session, world: World, works: Works) -> None:
        part(session, works)
        part(session, works, type_code="B03", accepted_on=date(2020, 6, 30))
        ticket = leak(session, world)
        assert found(verdict(session, ticket)) == (Verdict.UNKNOWN, Reason.SEVERAL_PARTS, None)
        assert ticket.asset_id is None

    def test_more_parts_than_anybody_can_tell_apart(
        self, session: Session, world: World, works: Works, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries.recourse, "MOST_MEANT", 1)
        monkeypatch.setattr(queries, "MOST_MEANT", 1)
        part(session, works)
        part(session, works)
        assert verdict(session, leak(session, world)).reason is Reason.SEVERAL_PARTS

    def test_a_part_that_was_removed_is_not_meant(self, session: Session, world: World, works: Works) -> None:
        roof = part(session, works)
        roof.removed_on = TODAY
        session.flush()
        assert verdict(session, leak(session, world)).reason is Reason.NO_PART

    def test_the_part_whose_label_was_scanned_is_judged_whatever_it_is(
        self, session: Session, world: World, works: Works
    ) -> None:
        part(session, works)
        door = old_part(session, works, type_code="B06", place_id=world.entrance.id)
        ticket = operations.open_ticket(
            session, report=operations.Report("leak", "漏水"), place=world.entrance, channel=stories.Channel.CODE,
            viewer=small.NOBODY, tracking_key_id=stories.KEY_ID, store=world.store, now=TUESDAY, scanned_id=door.id,
        )  # fmt: skip
        row = verdict(session, ticket)
        assert found(row) == (Verdict.NOT_COVERED, Reason.NO_PROJECT, None)
        assert ticket.asset_id == row.asset_id == door.id

    @pytest.mark.parametrize("gone", ["removed", "elsewhere"])
    def test_a_scanned_part_that_cannot_be_meant_is_left_out(
        self, session: Session, world: World, works: Works, gone: str
    ) -> None:
        roof = part(session, works)
        scanned = old_part(session, works, type_code="B06", place_id=world.other_entrance.id)
        if gone == "removed":
            scanned.place_id, scanned.removed_on = world.entrance.id, TODAY
            session.flush()
        meant = queries.parts_meant(session, category="leak", place=world.entrance, on=TODAY)
        judged = operations.recourse.judge_report(session, meant=meant, place=world.entrance, scanned_id=scanned.id,
                                                  now=TUESDAY)  # fmt: skip
        assert judged.part_id == roof.id

    @pytest.mark.parametrize(
        ("papers", "verdict_due", "reason"),
        [
            ({}, Verdict.COVERED, Reason.WITHIN),
            ({"accepted_on": date(2021, 11, 24)}, Verdict.COVERED, Reason.WITHIN),  # its last day
            ({"accepted_on": date(2021, 11, 23)}, Verdict.NOT_COVERED, Reason.OVER),
            ({"accepted_on": date(2021, 11, 23), "contract_months": 72}, Verdict.COVERED, Reason.WITHIN),
            ({"warranty_key": "STRUCT"}, Verdict.UNKNOWN, Reason.NO_DESIGN_LIFE),
            ({"warranty_key": "STRUCT", "design_life_years": 50}, Verdict.COVERED, Reason.WITHIN),
            ({"warranty_key": "CONTRACT"}, Verdict.UNKNOWN, Reason.NO_CONTRACT),
            ({"warranty_key": "HEAT2", "accepted_on": date(2026, 9, 1)}, Verdict.COVERED, Reason.WITHIN),
        ],
    )
    def test_the_papers_of_the_part_decide(
        self, session: Session, world: World, works: Works, papers: dict[str, Any], verdict_due: Verdict, reason: Reason
    ) -> None:
        part(session, works, **papers)
        row = verdict(session, leak(session, world))
        assert (row.verdict, row.reason) == (verdict_due, reason)

    def test_what_has_no_day_of_acceptance_is_unknown(self, session: Session, world: World, works: Works) -> None:
        works.roof.accepted_on = None
        part(session, works)
        assert found(verdict(session, leak(session, world))) == (Verdict.UNKNOWN, Reason.NOT_ACCEPTED, None)


class TestJudgingAgain:
    @pytest.fixture
    def ticket(self, session: Session, world: World, works: Works) -> Ticket:
        part(session, works)
        part(session, works, type_code="B03", accepted_on=date(2020, 6, 30), name="外墙")
        return leak(session, world)

    @pytest.fixture
    def wall(self, session: Session, ticket: Ticket) -> Asset:
        return session.scalars(select(Asset).where(Asset.name == "外墙")).one()

    def test_a_dispatcher_names_the_part(self, session: Session, world: World, ticket: Ticket, wall: Asset) -> None:
        version = ticket.version
        row = judge(session, world, ticket, asset_id=wall.id, note="从外墙渗入")
        assert found(row) == (Verdict.NOT_COVERED, Reason.OVER, date(2025, 6, 30))
        assert (row.run, row.actor_id, row.decided_at) == (2, world.dispatcher_mei.id, TUESDAY)
        assert row.note is not None
        assert row.note.body == "从外墙渗入"
        assert ticket.asset_id == wall.id
        assert ticket.version == version, "no move"
        assert verdict(session, ticket) is row

    def test_the_day_the_defect_arose_decides_not_the_day_it_is_reported(
        self, session: Session, world: World, ticket: Ticket, wall: Asset
    ) -> None:
        row = judge(session, world, ticket, asset_id=wall.id, arose_on=date(2025, 6, 30))
        assert found(row) == (Verdict.COVERED, Reason.WITHIN, date(2025, 6, 30))
        assert payer(session, ticket).payer is Payer.CONTRACTOR
        again = judge(session, world, ticket, asset_id=wall.id)
        assert again.arose_on == date(2025, 6, 30), "kept until another day is named"

    def test_misuse_ends_every_warranty_and_wants_a_word(
        self, session: Session, world: World, ticket: Ticket, wall: Asset
    ) -> None:
        for said, field in (
            ({"asset_id": wall.id}, "note"), ({"note": "装空调钻孔"}, "asset_id"),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                judge(session, world, ticket, misuse=True, **said)
            assert refused.value.field == field
        row = judge(session, world, ticket, misuse=True, asset_id=wall.id, note="装空调钻孔")
        assert (row.verdict, row.reason) == (Verdict.NOT_COVERED, Reason.MISUSE)

    def test_without_a_part_those_that_can_be_meant_are_judged_anew(
        self, session: Session, world: World, ticket: Ticket, wall: Asset
    ) -> None:
        judge(session, world, ticket, asset_id=wall.id)
        wall.removed_on = TODAY
        row = judge(session, world, ticket)
        assert found(row) == (Verdict.COVERED, Reason.WITHIN, LAST)
        assert ticket.asset_id == row.asset_id != wall.id

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"arose_on": TODAY + timedelta(days=1)}, "arose_on"),
            ({"arose_on": date(1948, 12, 31)}, "arose_on"),
            ({"asset_id": 10**9}, "asset_id"),
            ({"asset_id": 0}, "asset_id"),
            ({"asset_id": 2**63}, "asset_id"),
            ({"note": "长" * 1001}, "note"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, session: Session, world: World, ticket: Ticket, said: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            judge(session, world, ticket, **said)
        assert (refused.value.status, refused.value.field) == (422, field)
        assert verdict(session, ticket).run == 1

    def test_a_part_of_another_community_is_none(self, session: Session, world: World, ticket: Ticket) -> None:
        from tests.assets.works import far_part

        far = far_part(session, furnish_far(session, world))
        with pytest.raises(Refused) as refused:
            judge(session, world, ticket, asset_id=far.id)
        assert refused.value.field == "asset_id"

    @pytest.mark.parametrize(
        "person", ["manager_han", "worker_zhao", "clerk_jie", "official_qian", "contractor_deng", "far_dispatcher"]
    )
    def test_is_for_who_dispatches(self, session: Session, world: World, ticket: Ticket, person: str) -> None:
        who = viewer(session, world.people[person], now=TUESDAY)
        if person == "manager_han":
            assert judge(session, world, ticket, viewer=who).run == 2
            return
        with pytest.raises(Refused) as refused:
            judge(session, world, ticket, viewer=who)
        assert refused.value.status == 403

    def test_who_saw_an_older_verdict_looks_first(self, session: Session, world: World, ticket: Ticket) -> None:
        judge(session, world, ticket)
        with pytest.raises(Stale):
            judge(session, world, ticket, seen_run=1)
        with pytest.raises(Stale):
            settle(session, world, ticket, seen_run=1)

    def test_what_was_declined_is_not_judged(self, session: Session, world: World, ticket: Ticket) -> None:
        operations.decline(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=TUESDAY),
                           seen_version=ticket.version, now=TUESDAY, note="不受理")  # fmt: skip
        with pytest.raises(Refused) as refused:
            judge(session, world, ticket)
        assert refused.value.status == 409

    def test_a_company_that_came_later_judges(self, session: Session, world: World, ticket: Ticket) -> None:
        session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one().ends_on = TODAY
        session.flush()
        with pytest.raises(Refused):
            judge(session, world, ticket)
        assert judge(session, world, ticket, viewer=viewer(session, world.clerk_jie, now=TUESDAY)).run == 2


class TestWhoPays:
    @pytest.fixture
    def ticket(self, session: Session, world: World, works: Works) -> Ticket:
        """A leak that no warranty covers."""
        part(session, works, accepted_on=date(2020, 6, 30))
        return leak(session, world)

    def test_the_table_answers_from_the_start(self, session: Session, ticket: Ticket) -> None:
        row = payer(session, ticket)
        assert (row.run, row.rule, row.proposed, row.payer, row.actor_id) == (
            1, 8, Payer.ALL_OWNERS, Payer.ALL_OWNERS, None,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("answers", "due"),
        [
            (Answers(culprit_known=True, in_fee=True), Payer.CULPRIT),
            (Answers(in_fee=True, fund=True), Payer.PROPERTY_COMPANY),
            (Answers(fund=True, common_revenue=True), Payer.REPAIR_FUND),
            (Answers(common_revenue=True), Payer.COMMON_REVENUE),
        ],
    )
    def test_what_a_dispatcher_answers_decides(
        self, session: Session, world: World, ticket: Ticket, answers: Answers, due: Payer
    ) -> None:
        row = settle(session, world, ticket, answers=answers)
        assert (row.payer, row.proposed, row.run, row.actor_id) == (due, due, 2, world.dispatcher_mei.id)

    def test_another_payer_wants_a_reason(self, session: Session, world: World, ticket: Ticket) -> None:
        with pytest.raises(Refused) as refused:
            settle(session, world, ticket, payer=Payer.PROPERTY_COMPANY)
        assert refused.value.field == "reason"
        row = settle(session, world, ticket, payer=Payer.PROPERTY_COMPANY, reason="公司承诺维修")
        assert (row.payer, row.proposed, row.flagged) == (Payer.PROPERTY_COMPANY, Payer.ALL_OWNERS, False)

    @pytest.mark.parametrize(("answers", "row"), [(Answers(culprit_known=True), 3), (Answers(in_fee=True), 5)])
    def test_what_no_fund_may_pay_is_refused(
        self, session: Session, world: World, ticket: Ticket, answers: Answers, row: int
    ) -> None:
        with pytest.raises(Refused) as refused:
            settle(session, world, ticket, answers=answers, payer=Payer.REPAIR_FUND, reason="业主同意")
        assert refused.value.sentence == NEVER_FROM_THE_FUND[row]

    def test_inside_a_flat_its_owner_pays(self, session: Session, world: World, works: Works) -> None:
        assert payer(session, leak(session, world, category="in_home")).payer is Payer.OWNER

    @pytest.mark.parametrize(
        ("columns", "status", "utilitys"),
        [
            ({}, None, True),  # who usually maintains such a type
            ({"maintainer_id": "company"}, None, False),
            ({"maintainer_id": "utility"}, None, True),
            ({"ownership": Ownership.UTILITY}, TransferStatus.IN_PROGRESS, True),
            ({}, TransferStatus.IN_PROGRESS, False),
            ({"maintainer_id": "company"}, TransferStatus.TRANSFERRED, True),
        ],
    )
    def test_a_utility_pays_for_what_is_its_own(
        self, session: Session, world: World, works: Works, columns: dict[str, Any], status: TransferStatus | None,
        utilitys: bool,
    ) -> None:  # fmt: skip
        columns = {key: getattr(world, value).id if key == "maintainer_id" else value for key, value in columns.items()}
        part(session, works, type_code="B12", work_item_id=works.heating.id, warranty_key="MEP2",
             accepted_on=date(2020, 1, 1), **columns)  # fmt: skip
        if status is not None:
            document = None if status is TransferStatus.IN_PROGRESS else "移交协议"
            session.add(Transfer(work_item_id=works.heating.id, status=status, utility_id=world.utility.id,
                                 document=document, happened_on=TODAY, recorded_at=TUESDAY))  # fmt: skip
            session.flush()
        row = payer(session, leak(session, world, category="heat"))
        assert row.payer is (Payer.UTILITY if utilitys else Payer.ALL_OWNERS)
        assert row.facts["utilitys"] is utilitys

    def test_paying_under_warranty_raises_a_flag(self, session: Session, world: World, works: Works) -> None:
        part(session, works)
        ticket = leak(session, world)
        with pytest.raises(Refused) as refused:
            settle(session, world, ticket, payer=Payer.REPAIR_FUND, reason="急修")
        assert refused.value.sentence == NEVER_FROM_THE_FUND[1]
        assert not queries.lines_of(session, [ticket.id])[0].flagged
        assert settle(session, world, ticket, payer=Payer.ALL_OWNERS, reason="施工单位已注销").flagged
        assert queries.lines_of(session, [ticket.id])[0].flagged
        settle(session, world, ticket)
        assert not queries.lines_of(session, [ticket.id])[0].flagged, "the last decision counts"

    def test_another_verdict_asks_the_table_again(self, session: Session, world: World, ticket: Ticket) -> None:
        settle(session, world, ticket, answers=Answers(fund=True), payer=Payer.PROPERTY_COMPANY, reason="公司承诺")
        judge(session, world, ticket)
        row = payer(session, ticket)
        assert (row.run, row.proposed, row.payer) == (3, Payer.REPAIR_FUND, Payer.PROPERTY_COMPANY)
        assert row.reason is not None
        judge(session, world, ticket, arose_on=date(2024, 1, 1))
        row = payer(session, ticket)
        assert (row.payer, row.reason_id, row.facts["fund"]) == (Payer.CONTRACTOR, None, True)


def test_erasing_takes_the_notes_along(session: Session, world: World, works: Works) -> None:
    part(session, works)
    ticket = stories.confirm(session, world, leak(session, world), now=TUESDAY)
    judge(session, world, ticket, note="王奶奶说")
    settle(session, world, ticket, payer=Payer.ALL_OWNERS, reason="王奶奶愿意")
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=TUESDAY)
    assert not [row.body for row in session.scalars(select(PersonalText)) if row.body]


class TestRecounting:
    @pytest.fixture
    def ticket(self, session: Session, world: World, works: Works) -> Ticket:
        part(session, works)
        ticket = leak(session, world)
        judge(session, world, ticket, arose_on=date(2025, 1, 1))
        leak(session, world, place=world.unmanaged)
        return ticket

    def broken(self, session: Session) -> tuple[str, ...]:
        session.flush()
        session.expire_all()
        [finding] = recount(session, {"V01": promises(session)["V01"]})
        assert finding.checked
        return finding.broken

    def test_what_the_rules_say_is_not_broken(self, session: Session, ticket: Ticket) -> None:
        assert self.broken(session) == ()

    @pytest.mark.parametrize(
        ("harm", "fault"),
        [
            (lambda row: setattr(row, "verdict", Verdict.UNKNOWN), "its rule covered"),
            (lambda row: setattr(row, "last_on", LAST + timedelta(days=1)), f"its rule covered (within, to {LAST})"),
            (lambda row: setattr(row, "facts", row.facts | {"last_on": "2027-07-01"}), "papers do not give"),
            (lambda row: setattr(row, "run", 7), "are numbered [1, 7]"),
        ],
    )
    def test_a_verdict_set_by_hand_is_found(
        self, session: Session, ticket: Ticket, harm: Callable[[TicketVerdict], None], fault: str
    ) -> None:
        harm(verdict(session, ticket))
        assert fault in " ".join(self.broken(session))

    @pytest.mark.parametrize(
        ("harm", "fault"),
        [
            (lambda row: setattr(row, "rule", 2), "row 1 holds"),
            (lambda row: setattr(row, "flagged", True), "flagged wrongly"),
        ],
    )
    def test_a_payer_set_by_hand_is_found(
        self, session: Session, ticket: Ticket, harm: Callable[[TicketPayer], None], fault: str
    ) -> None:
        harm(payer(session, ticket))
        assert fault in " ".join(self.broken(session))


def test_of_two_who_judge_at_once_one_looks_first(
    session: Session, database_url: str, world: World, works: Works
) -> None:
    part(session, works)
    ticket = leak(session, world)
    ticket_id, mei = ticket.id, viewer(session, world.dispatcher_mei, now=TUESDAY)
    session.commit()
    url = normal_database_url(database_url)
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    with Session(engine) as rival:
        same = rival.get_one(Ticket, ticket_id)
        operations.judge(rival, ticket=same, viewer=mei, seen_run=1, now=TUESDAY, asset_id=None, arose_on=None)
        rival.commit()
    engine.dispose()
    with pytest.raises(Stale):
        judge(session, world, ticket, seen_run=1)


def furnish_far(session: Session, world: World) -> Works:
    """The projects that `works` has furnished already, as seen from the far community."""
    from propman.projects.models import Project, WorkItem

    far = session.scalars(select(Project).where(Project.community_id == world.far_community.id)).one()
    item = session.scalars(select(WorkItem).where(WorkItem.project_id == far.id)).one()
    return Works(world, far, item, item, item, far, item)
