"""What a visitor finds in the register of the demo world, and who answers for its repairs."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.queries import viewer_of
from propman.assets.models import (
    Asset,
    AssetCondition,
    AssetPhoto,
    AssetPhotoStage,
    NoProject,
    PartCode,
    TakeOver,
    TakeOverItem,
    TakeOverState,
    WarrantyStanding,
)
from propman.assets.queries import behind, guarantees, unwatched_count
from propman.assets.warranty import Reason, Verdict
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Carrier, HeatingSeason, Organisation, Place, PlaceCode
from propman.demo import welcome
from propman.projects.models import (
    FundingShare,
    Payment,
    PhotoKind,
    Project,
    Transfer,
    TransferStatus,
    WorkItem,
    WorkItemPhoto,
)
from propman.tickets.models import Channel, Referral, ReferralEnd, ReferralKind, Ticket, TicketPayer, TicketVerdict
from propman.tickets.payer import Payer
from propman.tickets.workflow import State
from tests.demo.conftest import ANCHOR

NOW = clock.at_local(ANCHOR)


def test_600_parts_of_most_types_lie_in_six_communities_their_buildings_and_entrances(world: Session) -> None:
    communities = Counter(world.scalars(select(Asset.community_id)))
    assert communities.total() >= 600
    assert len(communities) == 6
    kinds = world.scalars(select(Place.kind).join(Asset, Asset.place_id == Place.id).distinct())
    assert set(kinds) == {PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE}
    assert len(set(world.scalars(select(Asset.type_code)))) >= 35


def test_parts_are_in_every_state_of_a_warranty(world: Session) -> None:
    assert set(world.scalars(select(Asset.warranty))) == set(WarrantyStanding)
    ends = [on for on in world.scalars(select(Asset.warranty_last_on)) if on is not None]
    soon = ANCHOR + timedelta(days=90)
    standing = Counter("over" if on < ANCHOR else "ending" if on <= soon else "running" for on in ends)
    assert min(standing["running"], standing["ending"], standing["over"]) >= 20
    ids = world.scalars(select(Asset.id).where(Asset.warranty != WarrantyStanding.DATED)).all()
    why = {found.end.reason for found in guarantees(world, ids, ANCHOR).values()}
    unknown = {Reason.NOT_ACCEPTED, Reason.NO_SEASONS, Reason.NO_DESIGN_LIFE, Reason.NO_CONTRACT}
    assert why == {Reason.NO_PROJECT, *unknown}
    assert set(world.scalars(select(Asset.no_project).where(Asset.work_item_id.is_(None)))) == set(NoProject)


@pytest.mark.parametrize("sign_in_name", ["company_manager", "official_daoli"])
def test_company_and_official_have_warranties_that_end_and_that_nobody_has_looked_at(
    world: Session, sign_in_name: str
) -> None:
    user_id = world.scalars(select(User.id).where(User.sign_in_name == sign_in_name)).one()
    viewer = viewer_of(world, user_id=user_id, now=NOW)
    assert 10 <= unwatched_count(world, viewer, NOW, most=600) < 600


def test_each_community_has_one_project_with_several_sources_of_money(world: Session) -> None:
    projects = world.scalars(select(Project)).all()
    assert len({project.community_id for project in projects}) == len(projects) == 6
    assert {project.year for project in projects} <= set(range(ANCHOR.year - 7, ANCHOR.year - 2))
    assert {project.owner.kind for project in projects} == {
        OrganisationKind.HOUSING_BUREAU,
        OrganisationKind.STREET_OFFICE,
    }
    for project in projects:
        shares = world.scalars(select(FundingShare.amount_fen).where(FundingShare.project_id == project.id)).all()
        assert len(shares) >= 3
        assert sum(shares) == project.cost_fen
        items = world.scalars(select(WorkItem).where(WorkItem.project_id == project.id)).all()
        assert 6 <= len(items) <= 12
        assert sum(item.cost_fen for item in items) <= project.cost_fen
        assert all(item.contractor is not None for item in items)


def test_payments_were_made_whole_and_in_part_and_some_are_overdue(world: Session) -> None:
    payments = world.scalars(select(Payment)).all()
    assert [one for one in payments if one.paid_fen == one.due_fen]
    assert [one for one in payments if one.paid_fen is not None and one.paid_fen < one.due_fen]
    assert [one for one in payments if one.paid_on is None and one.due_on < ANCHOR]
    assert [one for one in payments if one.paid_on is None and one.due_on > ANCHOR]


def test_work_items_have_an_acceptance_of_their_own_and_one_waits_for_it(world: Session) -> None:
    items = world.scalars(select(WorkItem)).all()
    assert [item.accepted_on for item in items].count(None) == 1
    assert len({item.accepted_on for item in items}) > 20
    assert all(item.score for item in items if item.accepted_on)
    assert len(world.scalars(select(WorkItemPhoto.photo_id)).all()) >= 6
    held = Counter(item.retention_released_on is None for item in items if item.retention_fen)
    assert min(held[True], held[False]) >= 3
    assert [item for item in items if item.deducted_fen and item.deduction_reason]
    assert [item for item in items if item.claim_holder]
    drawn = world.scalars(select(WorkItemPhoto.work_item_id).where(WorkItemPhoto.kind == PhotoKind.DRAWING)).all()
    assert set(drawn) == {item.id for item in items if item.drawing_no}
    assert len(drawn) >= 5


def test_parts_cost_what_their_work_items_cost_and_a_contract_gives_less_than_the_law(world: Session) -> None:
    made = world.scalars(select(Asset).where(Asset.work_item_id.is_not(None))).all()
    assert all(part.cost_fen for part in made)
    roads = [part.id for part in made if part.type_code == "B19"]
    assert {given.end.floor for given in guarantees(world, roads, ANCHOR).values()} == {True, False}


def test_transfers_to_utilities_stand_at_every_step(world: Session) -> None:
    later = aliased(Transfer)
    follows = select(later.id).where(later.work_item_id == Transfer.work_item_id, later.id > Transfer.id).exists()
    standing = set(world.scalars(select(Transfer.status).where(~follows)))
    assert standing == {TransferStatus.IN_PROGRESS, TransferStatus.TRANSFERRED, TransferStatus.REFUSED}
    pipes = select(WorkItem.id).where(WorkItem.type_code == "B08", WorkItem.id.not_in(select(Transfer.work_item_id)))
    assert world.scalars(pipes).first() is not None  # 未移交


def test_only_the_heating_season_of_harbin_is_entered_with_its_source_and_unverified(world: Session) -> None:
    season = world.scalars(select(HeatingSeason)).one()
    assert (season.place.division_code, season.starts, season.ends) == ("230100", "10-20", "04-20")
    assert season.source
    assert season.verified_on is None


def test_parts_were_looked_at_and_photographed_then_and_now(world: Session) -> None:
    scores = Counter(world.scalars(select(AssetCondition.score)))
    assert scores.total() > 150
    assert scores[1] + scores[2] >= 10
    poor = world.scalars(select(AssetCondition).where(AssetCondition.score <= 2)).all()
    assert all(found.note for found in poor)
    stages = {
        stage: set(world.scalars(select(AssetPhoto.asset_id).where(AssetPhoto.stage == stage)))
        for stage in AssetPhotoStage
    }
    assert len(stages[AssetPhotoStage.BASELINE] & stages[AssetPhotoStage.NOW]) >= 20


def test_some_parts_have_labels_and_a_sheet_of_labels_is_partly_bound(world: Session) -> None:
    assert len(set(world.scalars(select(PartCode.asset_id)))) >= 30
    sheet = world.scalars(select(PlaceCode.carrier).where(PlaceCode.sheet_id.is_not(None))).all()
    assert Counter(sheet) == {None: 19, Carrier.PART: 2}


def test_the_printed_code_of_a_part_leads_to_a_roof_under_warranty(world: Session) -> None:
    label = world.get_one(PlaceCode, welcome.part_code(world))
    found = behind(world, label.code)
    assert found is not None
    part = world.get_one(Asset, world.get_one(PartCode, label.code).asset_id)
    assert part.type_code == welcome.ROOF
    assert part.warranty_last_on is not None
    assert part.warranty_last_on >= ANCHOR


def test_the_community_that_changed_hands_is_being_inspected(world: Session) -> None:
    take_over = world.scalars(select(TakeOver)).one()
    assert take_over.closed_at is None
    assert take_over.engagement.starts_on == ANCHOR - timedelta(days=24)
    states = Counter(world.scalars(select(TakeOverItem.state).where(TakeOverItem.take_over_id == take_over.id)))
    assert set(states) == set(TakeOverState)


def test_verdicts_stand_from_the_first_moment_and_differ(world: Session) -> None:
    first = world.scalars(select(TicketVerdict).where(TicketVerdict.run == 1)).all()
    reported = select(func.count()).where(Ticket.channel != Channel.IMPORTED)  # what was taken over is not judged
    assert len(first) == world.scalar(reported)
    found = Counter(each.verdict for each in first)
    assert min(found[verdict] for verdict in Verdict) >= 20
    assert world.scalars(select(TicketVerdict).where(TicketVerdict.run == 2, TicketVerdict.actor_id.is_not(None))).all()


def test_one_payer_was_decided_against_the_table_and_flagged(world: Session) -> None:
    paid = world.scalars(select(TicketPayer).where(TicketPayer.payer != TicketPayer.proposed)).one()
    assert (paid.proposed, paid.payer, paid.flagged) == (Payer.CONTRACTOR, Payer.PROPERTY_COMPANY, True)
    assert paid.reason
    assert {Payer.CONTRACTOR, Payer.UTILITY, Payer.ALL_OWNERS} <= set(world.scalars(select(TicketPayer.payer)))


def test_referrals_stand_in_every_way(world: Session) -> None:
    def states(*which: object) -> set[State]:
        query = select(Ticket.state).join(Referral, Referral.ticket_id == Ticket.id)
        return set(world.scalars(query.where(*which)))  # type: ignore[arg-type]

    waiting = (Referral.ended_at.is_(None), Referral.accepted_at.is_(None))
    assert states(*waiting, Referral.answer_due_at >= NOW) == {State.SUBMITTED}
    assert states(*waiting, Referral.answer_due_at < NOW) == {State.SUBMITTED}
    assert states(Referral.ended_at.is_(None), Referral.accepted_at.is_not(None)) == {State.ASSIGNED, State.UNDERWAY}
    assert states(Referral.end_kind == ReferralEnd.REFUSED) == {State.SUBMITTED, State.CONFIRMED}
    assert states(Referral.end_kind == ReferralEnd.TAKEN_BACK) == {State.CONFIRMED}
    proven = Referral.end_kind == ReferralEnd.PROVEN
    assert states(proven, Referral.kind == ReferralKind.UTILITY) == {State.CONFIRMED}
    assert states(*waiting, Referral.insists_on_id.is_not(None)) == {State.SUBMITTED}
    assert states(proven, Referral.insists_on_id.is_not(None)) == {State.CONFIRMED}


def test_a_leak_of_a_guaranteed_roof_was_refused_insisted_on_repaired_and_confirmed(world: Session) -> None:
    refused = aliased(Referral)
    query = select(Referral).join(refused, refused.id == Referral.insists_on_id)
    insisted = world.scalars(query.where(Referral.end_kind == ReferralEnd.PROVEN)).one()
    assert insisted.kind is ReferralKind.CONTRACTOR
    assert insisted.claim_holder is not None
    assert insisted.claim_holder.kind is OrganisationKind.HOUSING_BUREAU
    assert insisted.verdict is not None
    assert insisted.verdict.verdict is Verdict.COVERED
    assert insisted.ticket.category == "leak"
    assert insisted.ticket.stars is not None


@pytest.mark.parametrize("sign_in_name", ["contractor", "utility"])
def test_whoever_is_referred_to_signs_in_and_finds_what_waits_for_an_answer(world: Session, sign_in_name: str) -> None:
    query = select(Organisation.id).join(Membership, Membership.organisation_id == Organisation.id)
    own = world.scalars(query.join(User).where(User.sign_in_name == sign_in_name)).one()
    held = select(Referral).where(Referral.organisation_id == own, Referral.ended_at.is_(None))
    referrals = world.scalars(held).all()
    assert {referral.accepted_at is None for referral in referrals} == {True, False}
    assert any(referral.accepted_at and referral.ticket.caller_phone for referral in referrals)
    assert date(2026, 11, 1) < clock.local_date(min(referral.sent_at for referral in referrals))
