"""Parts: what may be said of one, by whom it is kept, who made it; every field that cannot be, named."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations, queries
from propman.assets.models import Asset, NoProject, Ownership, WarrantyStanding
from propman.assets.operations.parts import COLUMNS
from propman.audit.queries import history_of
from propman.communities.operations import add_place, close_organisation, close_place
from propman.data.works import Criticality
from propman.errors import NotFound, Refused, Stale
from propman.projects.models import FundingSource
from tests.assets.works import Works, far_part, item, old_part, part, said

NOW = clock.now()
TODAY = clock.local_date(NOW)
TOMORROW = TODAY + timedelta(days=1)


def change(session: Session, asset: Asset, works: Works, **more: Any) -> Asset:
    """Correct a part as somebody who has just looked at it."""
    told = {name: getattr(asset, name) for name in COLUMNS} | more
    return operations.change_part(session, asset_id=asset.id, part=operations.Part(**told), seen_version=asset.version,
                                  actor_id=7, now=NOW)  # fmt: skip


def test_a_part_is_kept_as_it_was_told(session: Session, works: Works) -> None:
    told = {
        "code": " B01-001 ", "name": "3号楼  屋面", "spot": "东侧", "quantity": Decimal("820.5"), "unit": "m²",
        "attributes": {"area": "820.50", "membrane": "SBS 改性沥青", "drains": Decimal(6)}, "model": "东方雨虹",
        "drawing_no": "建施-07", "maintainer_id": works.world.company.id, "cost_fen": 12_345_67,
        "claim_holder_id": works.world.street_office.id, "contract_months": 72,
    }  # fmt: skip
    roof = part(session, works, **told)
    session.expire_all()
    assert (roof.code, roof.name, roof.spot, roof.quantity) == ("B01-001", "3号楼 屋面", "东侧", Decimal("820.5"))
    assert roof.attributes == {"area": 820.5, "membrane": "SBS 改性沥青", "drains": 6}
    assert (roof.community_id, roof.place_id) == (works.world.community.id, works.world.building.id)
    assert (roof.ownership, roof.criticality, roof.cost_fen) == (Ownership.OWNERS, Criticality.B, 12_345_67)
    assert (roof.warranty, roof.warranty_last_on) == (WarrantyStanding.DATED, date(2030, 9, 30))


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"code": " "}, "code", "empty"),
        ({"code": "x" * 41}, "code", "40 characters"),
        ({"code": "B\u202e01"}, "code", "do not belong"),
        ({"name": ""}, "name", "empty"),
        ({"name": "长" * 121}, "name", "120 characters"),
        ({"spot": "长" * 81}, "spot", "80 characters"),
        ({"unit": "长" * 21}, "unit", "20 characters"),
        ({"model": "长" * 121}, "model", "120 characters"),
        ({"drawing_no": "长" * 81}, "drawing_no", "80 characters"),
        ({"type_code": "Z99"}, "type_code", "no type Z99"),
        ({"quantity": Decimal(-1)}, "quantity", "at least 0"),
        ({"quantity": Decimal("0.0001")}, "quantity", "three decimals"),
        ({"quantity": Decimal("NaN")}, "quantity", "at least 0"),
        ({"quantity": Decimal(10**9)}, "quantity", "at least 0"),
        ({"cost_fen": -1}, "cost_fen", "cannot be meant"),
        ({"contract_months": 0}, "contract_months", "1 to 1200"),
        ({"contract_months": 1201}, "contract_months", "1 to 1200"),
        ({"design_life_years": 101}, "design_life_years", "1 to 100"),
        ({"warranty_key": "ETERNAL"}, "warranty_key", "warranty rules"),
        ({"accepted_on": TOMORROW}, "accepted_on", "between 1949 and today"),
        ({"accepted_on": date(1948, 1, 1)}, "accepted_on", "between 1949 and today"),
        ({"in_use_since": TOMORROW}, "in_use_since", "between 1949 and today"),
        ({"in_use_since": date(1948, 1, 1)}, "in_use_since", "between 1949 and today"),
        ({"maintainer_id": 10**9}, "maintainer_id", "organisations"),
        ({"maintainer_id": -1}, "maintainer_id", "organisations"),
        ({"claim_holder_id": 2**70}, "claim_holder_id", "organisations"),
        ({"work_item_id": 10**9}, "work_item_id", "work item of this community"),
        ({"work_item_id": None}, "work_item_id", "one of the two"),
        ({"place_id": 10**9}, "place_id", "in it"),
        ({"attributes": {"capacity": 5}}, "attribute_capacity", "no such property"),
        ({"attributes": {"area": "much"}}, "attribute_area", "much is not a number"),
        ({"attributes": {"area": "1.2345"}}, "attribute_area", "three decimals"),
        ({"attributes": {"membrane": "长" * 201}}, "attribute_membrane", "200 characters"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_names_its_field(
    session: Session, works: Works, told: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        part(session, works, **told)
    assert refused.value.field == field
    assert session.query(Asset).count() == 0


def test_a_part_has_a_work_item_or_a_reason_and_never_both(session: Session, works: Works) -> None:
    with pytest.raises(Refused, match="one of the two"):
        part(session, works, work_item_id=works.roof.id, no_project=NoProject.LATER)
    donated = part(session, works, no_project=NoProject.DONATED)
    assert (donated.warranty, donated.warranty_last_on) == (WarrantyStanding.NONE, None)


def test_places_items_and_organisations_of_elsewhere_are_not_taken(session: Session, works: Works) -> None:
    world = works.world
    for field, foreign in (
        ("place_id", world.far_building.id), ("place_id", world.unmanaged.id), ("place_id", world.street.id),
        ("work_item_id", works.far_item.id), ("claim_holder_id", world.contractor.id),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            part(session, works, **{field: foreign})
        assert refused.value.field == field
    with pytest.raises(Refused, match="belong to a community"):
        part(session, works, community=world.building)
    with pytest.raises(NotFound):
        operations.add_part(session, community_id=10**9, part=said(works), actor_id=None, now=NOW)


def test_nothing_new_belongs_to_what_has_closed(session: Session, works: Works) -> None:
    world = works.world
    shed = add_place(session, parent_id=world.community.id, name="9号楼", actor_id=None, now=NOW)
    standing = part(session, works, place_id=shed.id, maintainer_id=world.utility.id)
    close_place(session, place_id=shed.id, on=TODAY, actor_id=None, now=NOW)
    close_organisation(session, organisation_id=world.utility.id, on=TODAY, actor_id=None, now=NOW)
    with pytest.raises(Refused, match="9号楼 is closed"):
        part(session, works, place_id=shed.id)
    with pytest.raises(Refused, match="organisations"):
        part(session, works, maintainer_id=world.utility.id)
    assert change(session, standing, works, name="旧车棚").name == "旧车棚", "what stands already is not asked again"


def test_a_code_is_given_once_in_a_community(session: Session, works: Works) -> None:
    first = part(session, works, code="B01-001")
    far_part(session, works, code="B01-001")
    with pytest.raises(Refused, match="B01-001 is the code of 3号楼屋面") as refused:
        part(session, works, code="B01-001")
    assert (refused.value.status, refused.value.field) == (409, "code")
    operations.remove_part(session, asset_id=first.id, on=TODAY, seen_version=first.version, actor_id=7, now=NOW)
    with pytest.raises(Refused):
        part(session, works, code="B01-001")
    assert queries.next_code(session, works.world.community.id, "B01") == "B01-002"


def test_changing_keeps_old_new_when_and_who(session: Session, works: Works) -> None:
    roof = part(session, works, attributes={"area": 800})
    change(session, roof, works, name="屋面", attributes={"area": 820, "drains": 4}, contract_months=96)
    told = {(line.field, line.old, line.new, line.actor_id)
            for line in history_of(session, subject_kind="asset", subject_id=roof.id) if line.actor_id}  # fmt: skip
    assert told == {
        ("name", "3号楼屋面", "屋面", 7), ("attribute_area", "800", "820", 7), ("attribute_drains", None, "4", 7),
        ("contract_months", None, "96", 7),
    }  # fmt: skip
    assert roof.warranty_last_on == date(2032, 9, 30)


def test_a_change_from_an_old_page_is_refused(session: Session, works: Works) -> None:
    roof = part(session, works)
    seen = roof.version
    change(session, roof, works, name="屋面")
    with pytest.raises(Stale):
        operations.change_part(session, asset_id=roof.id, part=said(works), seen_version=seen, actor_id=7, now=NOW)
    with pytest.raises(NotFound):
        operations.change_part(session, asset_id=0, part=said(works), seen_version=1, actor_id=7, now=NOW)


def test_removing_sets_a_day_that_can_be_moved_and_undone(session: Session, works: Works) -> None:
    roof = part(session, works)

    def remove(on: date) -> None:
        operations.remove_part(session, asset_id=roof.id, on=on, seen_version=roof.version, actor_id=7, now=NOW)

    with pytest.raises(Refused, match="Look at the year"):
        remove(date(1900, 1, 1))
    with pytest.raises(Refused, match="accepted only on 2024-09-30"):
        remove(date(2024, 9, 29))
    remove(TOMORROW)
    assert (roof.there_on(TODAY), roof.there_on(TOMORROW)) == (True, False)
    remove(TODAY)
    operations.restore_part(session, asset_id=roof.id, seen_version=roof.version, actor_id=7, now=NOW)
    assert roof.there_on(TOMORROW)
    with pytest.raises(Refused, match="not removed"):
        operations.restore_part(session, asset_id=roof.id, seen_version=roof.version, actor_id=7, now=NOW)


def test_nothing_is_gone_before_it_is_used(session: Session, works: Works) -> None:
    lift = part(session, works, in_use_since=date(2025, 3, 1))
    gone = {"asset_id": lift.id, "on": date(2025, 2, 28), "actor_id": 7, "now": NOW}
    with pytest.raises(Refused, match="in use only since 2025-03-01"):
        operations.remove_part(session, seen_version=lift.version, **gone)
    operations.remove_part(session, seen_version=lift.version, **gone | {"on": date(2025, 3, 1)})
    with pytest.raises(Refused, match="gone from 2025-03-01") as refused:
        change(session, lift, works, in_use_since=date(2025, 3, 2))
    assert refused.value.field == "in_use_since"
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Asset).values(in_use_since=date(2025, 3, 2)))


def test_who_may_claim_is_named_for_the_part_or_its_item_or_owns_the_project(session: Session, works: Works) -> None:
    world = works.world
    roof, old = part(session, works), old_part(session, works)
    assert (roof.claimant, old.claimant) == (world.street_office, None)
    other = item(session, works.project, world.community, 9, "B01", "WP5", "屋面", claim_holder_id=world.company.id)
    assert part(session, works, work_item_id=other.id).claimant == world.company
    assert part(session, works, claim_holder_id=world.street_office.id, work_item_id=other.id).claimant == (
        world.street_office
    )


# --- who paid ---

PAID = {FundingSource.RESIDENTS: 100_00, FundingSource.BUDGET: 899_99, FundingSource.BONDS: 1}


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"shares": PAID}, "cost_fen", "come to 1,000.00 yuan, and there is no cost"),
        ({"cost_fen": 1000_01, "shares": PAID}, "cost_fen", "come to 1,000.00 yuan, the cost is 1,000.01 yuan"),
        ({"cost_fen": 0, "shares": {FundingSource.BONDS: 0}}, "bonds", "cannot be meant"),
        ({"cost_fen": 1, "shares": {FundingSource.BUDGET: 2, FundingSource.BONDS: -1}}, "bonds", "cannot be meant"),
        ({"cost_fen": 1, "shares": {FundingSource.BUDGET: 10**15}}, "budget", "cannot be meant"),
    ],
)
def test_the_shares_of_a_part_come_to_its_cost(
    session: Session, works: Works, told: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        part(session, works, **told)
    assert refused.value.field == field
    assert session.query(Asset).count() == 0


def test_who_paid_is_kept_with_the_part_and_with_its_history(session: Session, works: Works) -> None:
    roof = part(session, works, cost_fen=1000_00, shares=PAID)
    session.expire_all()
    assert list(roof.shares.items()) == [
        (FundingSource.BUDGET, 899_99), (FundingSource.BONDS, 1), (FundingSource.RESIDENTS, 100_00),
    ]  # fmt: skip
    before = roof.version
    others = {FundingSource.BUDGET: 950_00, FundingSource.SOCIAL_CAPITAL: 50_00}
    change(session, roof, works, shares=others)
    session.expire_all()
    assert (roof.version, roof.shares) == (before + 1, others)
    told = {each.field: (each.old, each.new) for each in history_of(session, subject_kind="asset", subject_id=roof.id)
            if each.actor_id == 7}  # fmt: skip
    assert told == {
        "budget_fen": ("899.99", "950.00"), "bonds_fen": ("0.01", None), "residents_fen": ("100.00", None),
        "social_capital_fen": (None, "50.00"),
    }  # fmt: skip
    change(session, roof, works)
    assert roof.version == before + 1
    with pytest.raises(Refused, match="the cost is 999.00 yuan"):
        change(session, roof, works, cost_fen=999_00)
    assert change(session, roof, works, cost_fen=None, shares={}).shares == {}
