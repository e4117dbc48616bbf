"""Work items: where, what, by whom, under which rule; accepted on a day of their own, with how they were then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.queries import history_of
from propman.communities.kinds import OrganisationKind
from propman.communities.operations import add_organisation
from propman.errors import NotFound, Refused
from propman.files.models import Photo
from propman.projects import operations, queries
from propman.projects.models import PhotoKind, WorkItem, WorkItemPhoto
from tests import renovations as made
from tests.renovations import ACCEPTED, DAY, STARTED, TODAY, YUAN
from tests.world import World


@pytest.fixture
def roof(session: Session, world: World) -> WorkItem:
    """A roof that is not accepted yet."""
    return made.item(session, made.project(session, world), world)


def history(session: Session, item: WorkItem) -> list[tuple[str, str | None, str | None]]:
    lines = history_of(session, subject_kind="work_item", subject_id=item.id)
    return [(line.field, line.old, line.new) for line in reversed(lines)]


def changed(session: Session, world: World, item: WorkItem, **said: Any) -> WorkItem:
    facts = made.item_facts(world, **said)
    return operations.change_work_item(session, work_item_id=item.id, facts=facts, **made.by_nobody())


def test_items_are_numbered_within_their_project(session: Session, world: World) -> None:
    project, other = made.project(session, world), made.project(session, world, number="2")
    numbers = [made.item(session, each, world).number for each in (project, project, other, project)]
    assert numbers == [1, 2, 1, 3]
    assert [each.number for each in queries.items_of(session, project.id)] == [1, 2, 3]


def test_what_is_said_is_kept_and_corrected_with_its_history(session: Session, world: World, roof: WorkItem) -> None:
    said = {"quantity": Decimal("820.5"), "unit": "m²", "supplier": " 北方防水 ", "drawing_no": "建施-07"}
    changed(session, world, roof, claim_holder_id=world.street_office.id, contract_months=72, **said)
    session.expire_all()
    assert (roof.quantity, roof.unit, roof.supplier) == (Decimal("820.5"), "m²", "北方防水")
    assert history(session, roof)[-6:] == [
        ("quantity", None, "820.5"), ("unit", None, "m²"), ("claim_holder_id", None, world.street_office.name),
        ("supplier", None, "北方防水"), ("drawing_no", None, "建施-07"), ("contract_months", None, "72"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"), ({"name": "长" * 121}, "name"), ({"unit": "长" * 21}, "unit"),
        ({"supplier": "长" * 121}, "supplier"), ({"drawing_no": "x" * 81}, "drawing_no"),
        ({"place_id": 0}, "place_id"), ({"place_id": 2**63}, "place_id"),
        ({"type_code": "Z99"}, "type_code"), ({"type_code": ""}, "type_code"),
        ({"warranty_key": "HEAT2"}, "warranty_key"), ({"warranty_key": "nothing"}, "warranty_key"),
        ({"contractor_id": 2**63}, "contractor_id"), ({"claim_holder_id": -1}, "claim_holder_id"),
        ({"contract_months": 0}, "contract_months"), ({"contract_months": 1201}, "contract_months"),
        ({"design_life_years": 0}, "design_life_years"), ({"design_life_years": 101}, "design_life_years"),
        ({"quantity": Decimal(-1)}, "quantity"), ({"quantity": Decimal(10**12)}, "quantity"),
        ({"cost_fen": -1}, "cost_fen"), ({"cost_fen": 10**15}, "cost_fen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(
    session: Session, world: World, roof: WorkItem, said: dict[str, Any], field: str
) -> None:
    before = len(history(session, roof))
    for act in (
        lambda: changed(session, world, roof, **said),
        lambda: made.item(session, roof.project, world, **said),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == field
    assert len(history(session, roof)) == before
    assert len(queries.items_of(session, roof.project_id)) == 1


def test_the_place_lies_in_the_community_of_the_project(session: Session, world: World, roof: WorkItem) -> None:
    for inside in (world.community, world.entrance, world.other_entrance):
        assert changed(session, world, roof, place_id=inside.id).place_id == inside.id
    for outside in (world.far_building, world.unmanaged, world.street):
        with pytest.raises(Refused) as refused:
            changed(session, world, roof, place_id=outside.id)
        assert refused.value.field == "place_id"


def test_a_contractor_is_a_contractor_and_who_claims_is_of_the_area(
    session: Session, world: World, roof: WorkItem
) -> None:
    elsewhere = _other_city(session)
    from_afar = add_organisation(session, kind=OrganisationKind.CONTRACTOR, name="远方建筑", place_id=elsewhere,
                                 **made.by_nobody())  # fmt: skip
    for stranger in (world.company, world.utility, world.street_office, from_afar):
        with pytest.raises(Refused) as refused:
            changed(session, world, roof, contractor_id=stranger.id)
        assert refused.value.field == "contractor_id"
    for stranger_id in (made.far_owner(session, world), world.contractor.id):
        with pytest.raises(Refused) as refused:
            changed(session, world, roof, claim_holder_id=stranger_id)
        assert refused.value.field == "claim_holder_id"


def _other_city(session: Session) -> int:
    from propman.communities.models import Place, PlaceKind
    from propman.communities.queries import province

    root = province(session)
    assert root is not None
    city = Place(kind=PlaceKind.PREFECTURE, parent_id=root.id, path="", name="大庆市", sort_key="daqingshi")
    session.add(city)
    session.flush()
    city.path = f"{root.path}{city.id}/"
    session.flush()
    return city.id


def test_what_the_contract_says_can_always_guarantee(session: Session, world: World, roof: WorkItem) -> None:
    changed(session, world, roof, warranty_key="CONTRACT", contract_months=120)
    facade = made.item(session, roof.project, world, type_code="B03", warranty_key="FIN2")
    assert (roof.warranty_key, facade.warranty_key) == ("CONTRACT", "FIN2")


# --- acceptance ---


def test_an_item_is_accepted_on_its_day_with_how_it_was_then(session: Session, world: World, roof: WorkItem) -> None:
    made.accept(session, world, roof, photos=[made.photo(), made.photo()])
    assert (roof.accepted_on, roof.score) == (ACCEPTED, 92)
    hung = queries.photographs_of(session, roof.id)
    assert [(each.kind, world.store.read(each.photo.key)[:4]) for each in hung] == [(PhotoKind.BASELINE, b"RIFF")] * 2
    assert history(session, roof)[-3:] == [
        ("accepted_on", None, "2024-09-30"), ("score", None, "92"), ("baseline", None, "2")
    ]  # fmt: skip
    made.accept(session, world, roof, on=ACCEPTED - DAY, score=None, photos=[made.photo()])
    assert history(session, roof)[-3:] == [
        ("accepted_on", "2024-09-30", "2024-09-29"), ("score", "92", None), ("baseline", "2", "3")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "score", "field"),
    [
        (TODAY + DAY, 90, "accepted_on"), (STARTED - DAY, 90, "accepted_on"), (date(1900, 1, 1), 90, "accepted_on"),
        (ACCEPTED, -1, "score"), (ACCEPTED, 101, "score"),
    ],
)  # fmt: skip
def test_a_day_or_score_that_cannot_be_is_refused(
    session: Session, world: World, roof: WorkItem, on: date, score: int, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        made.accept(session, world, roof, on=on, score=score, photos=[made.photo()])
    assert refused.value.field == field
    assert roof.accepted_on is None
    assert session.scalars(select(Photo)).all() == []


@pytest.mark.parametrize("score", [0, 100])
def test_the_score_is_of_a_hundred(session: Session, world: World, roof: WorkItem, score: int) -> None:
    assert made.accept(session, world, roof, on=STARTED, score=score).score == score


def test_the_day_does_not_move_behind_what_followed(session: Session, world: World, roof: WorkItem) -> None:
    made.accept(session, world, roof)
    made.keep_back(session, roof, due_on=ACCEPTED + 10 * DAY)
    made.hand_over(session, world, roof, on=ACCEPTED + 5 * DAY)
    made.accept(session, world, roof, on=ACCEPTED + 5 * DAY)
    for days, said in ((6, "transfer"), (11, "retention")):
        with pytest.raises(Refused, match=said):
            made.accept(session, world, roof, on=ACCEPTED + days * DAY)


# --- photographs ---


def hang(session: Session, world: World, item: WorkItem, kind: PhotoKind, count: int) -> WorkItem:
    photos = [made.photo() for _ in range(count)]
    return operations.add_photographs(session, work_item_id=item.id, kind=kind, photos=photos, store=world.store,
                                      **made.by_nobody())  # fmt: skip


def test_drawings_come_at_any_time_and_how_it_was_only_after_acceptance(
    session: Session, world: World, roof: WorkItem
) -> None:
    hang(session, world, roof, PhotoKind.DRAWING, 2)
    with pytest.raises(Refused, match="not accepted yet"):
        hang(session, world, roof, PhotoKind.BASELINE, 1)
    with pytest.raises(Refused, match="at least one"):
        hang(session, world, roof, PhotoKind.DRAWING, 0)
    made.accept(session, world, roof)
    hang(session, world, roof, PhotoKind.BASELINE, 1)
    kinds = [each.kind for each in queries.photographs_of(session, roof.id)]
    assert kinds == [PhotoKind.DRAWING, PhotoKind.DRAWING, PhotoKind.BASELINE]


def test_no_more_hang_than_a_page_can_show(
    session: Session, world: World, roof: WorkItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("propman.projects.operations.acceptance.MOST_PHOTOS", 3)
    hang(session, world, roof, PhotoKind.DRAWING, 2)
    with pytest.raises(Refused, match="At most 3 photos"):
        hang(session, world, roof, PhotoKind.DRAWING, 2)


def test_a_photograph_is_erased_once_and_the_history_stays(session: Session, world: World, roof: WorkItem) -> None:
    hang(session, world, roof, PhotoKind.DRAWING, 2)
    first, second = queries.photographs_of(session, roof.id)
    operations.erase_photograph(session, photo_id=first.photo_id, **made.by_nobody())
    assert list(queries.photographs_of(session, roof.id)) == [second]
    assert history(session, roof)[-1] == ("drawing", "2", "1")
    for gone in (first.photo_id, 10**9, 0, 2**63):
        with pytest.raises(NotFound):
            operations.erase_photograph(session, photo_id=gone, **made.by_nobody())
    assert len(session.scalars(select(WorkItemPhoto)).all()) == 2


# --- retention money ---


def test_money_is_kept_back_deducted_from_and_released_on_its_day(
    session: Session, world: World, roof: WorkItem
) -> None:
    made.accept(session, world, roof)
    made.keep_back(session, roof, due_on=TODAY)
    deduct(session, roof, 2_000 * YUAN, " 女儿墙渗漏返修 ")
    assert roof.deduction_reason is not None
    assert roof.deduction_reason.body == "女儿墙渗漏返修"
    release(session, roof)
    assert (roof.retention_fen - roof.deducted_fen, roof.retention_released_on) == (4_000 * YUAN, TODAY)
    assert history(session, roof)[-5:] == [
        ("retention_fen", "0.00", "6,000.00"), ("retention_due_on", None, TODAY.isoformat()),
        ("deduction_reason", None, "女儿墙渗漏返修"), ("deducted_fen", "0.00", "2,000.00"),
        ("retention_released_on", None, TODAY.isoformat()),
    ]  # fmt: skip
    for late in (
        lambda: made.keep_back(session, roof),
        lambda: deduct(session, roof, 1, "迟了"),
        lambda: release(session, roof),
    ):
        with pytest.raises(Refused, match="was released on"):
            late()


def deduct(session: Session, item: WorkItem, fen: int, reason: str | None) -> WorkItem:
    return operations.deduct(session, work_item_id=item.id, deducted_fen=fen, reason=reason, **made.by_nobody())


def release(session: Session, item: WorkItem, on: date = TODAY) -> WorkItem:
    return operations.release_retention(session, work_item_id=item.id, released_on=on, **made.by_nobody())


def test_a_deduction_is_corrected_and_taken_back(session: Session, world: World, roof: WorkItem) -> None:
    made.accept(session, world, roof)
    made.keep_back(session, roof)
    deduct(session, roof, 100, "一")
    first = roof.deduction_reason
    deduct(session, roof, 200, "二")
    assert first is not None
    assert first.body is None  # the words stand once: in the history
    deduct(session, roof, 0, None)
    assert (roof.deducted_fen, roof.deduction_reason_id) == (0, None)
    assert [line for line in history(session, roof) if line[0] == "deduction_reason"] == [
        ("deduction_reason", None, "一"), ("deduction_reason", "一", "二"), ("deduction_reason", "二", None)
    ]  # fmt: skip


def test_retention_money_that_cannot_be_is_refused(session: Session, world: World, roof: WorkItem) -> None:
    def keep(fen: int, due_on: date | None) -> str | None:
        with pytest.raises(Refused) as refused:
            operations.set_retention(session, work_item_id=roof.id, retention_fen=fen, due_on=due_on,
                                     **made.by_nobody())  # fmt: skip
        return refused.value.field

    assert keep(roof.cost_fen + 1, ACCEPTED) == "retention_fen"
    assert keep(-1, ACCEPTED) == "retention_fen"
    assert keep(1, None) == "due_on"
    assert keep(0, ACCEPTED) == "due_on"
    made.accept(session, world, roof)
    assert keep(1, ACCEPTED - DAY) == "due_on"
    assert keep(1, date(2999, 1, 1)) == "due_on"
    made.keep_back(session, roof)
    deduct(session, roof, 500, "返修")
    assert keep(499, ACCEPTED) == "retention_fen"
    with pytest.raises(Refused, match="Retention money of 6,000.00 yuan"):
        changed(session, world, roof, cost_fen=5_000 * YUAN)


@pytest.mark.parametrize(
    ("fen", "reason", "field"),
    [(6_000 * YUAN + 1, "返修", "deducted_fen"), (-1, "返修", "deducted_fen"), (1, " ", "reason"),
     (1, "长" * 1001, "reason")],
)  # fmt: skip
def test_a_deduction_that_cannot_be_is_refused(
    session: Session, world: World, roof: WorkItem, fen: int, reason: str, field: str
) -> None:
    made.keep_back(session, roof)
    with pytest.raises(Refused) as refused:
        deduct(session, roof, fen, reason)
    assert refused.value.field == field


def test_money_is_released_after_acceptance_on_its_day_or_later(session: Session, world: World, roof: WorkItem) -> None:
    with pytest.raises(Refused, match="No retention money"):
        release(session, roof)
    made.keep_back(session, roof, due_on=TODAY - DAY)
    with pytest.raises(Refused, match="not accepted yet"):
        release(session, roof)
    made.accept(session, world, roof)
    for on in (TODAY - 2 * DAY, TODAY + DAY):
        with pytest.raises(Refused) as refused:
            release(session, roof, on)
        assert refused.value.field == "released_on"
    release(session, roof, TODAY - DAY)
    assert clock.local_date(clock.now()) == TODAY
