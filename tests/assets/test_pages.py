"""The pages of the register: what is found there, by whom; parts are added, corrected and removed by forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations
from propman.assets.models import Asset, NoProject
from propman.projects.models import FundingSource
from tests.assets.desk import Desk, form_to
from tests.assets.works import Works, far_part, item, old_part, part
from tests.desk import said
from tests.world import value_of

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
DeskOf = Callable[[str], Desk]


def test_the_tree_leads_from_the_communities_to_the_entrances(session: Session, works: Works, desk_of: DeskOf) -> None:
    world = works.world
    for place in (world.building, world.entrance, world.entrance, world.community):
        part(session, works, place_id=place.id)
    far_part(session, works)
    poor = part(session, works)
    operations.record_condition(session, asset_id=poor.id, score=1, found_on=TODAY, actor_id=None, now=NOW)
    clerk = desk_of("clerk_jie")
    words = clerk.read("/register")
    assert re.search(r"河柏小区 兆麟街道 5 1 0", words)
    assert "无主小区 兆麟街道 0 0 0" in words
    assert "远景小区" not in words
    words = clerk.read(f"/register/places/{world.community.id}")
    assert "河柏小区: outdoors, shared 1" in words
    assert re.search(r"3号楼 4 1 poor 2单元 2", words)
    assert re.search(r"2单元.*Parts", clerk.read(f"/register/places/{world.entrance.id}"))
    assert clerk.open(f"/register/places/{world.far_community.id}").status_code == 404


def test_a_building_head_begins_at_the_building(session: Session, works: Works, desk_of: DeskOf) -> None:
    gao = desk_of("grid_worker_gao")
    words = gao.read("/register")
    assert "What you look after 河柏小区 3号楼" in words
    assert "No community is within your reach" not in words
    assert gao.open(f"/register/places/{works.world.building.id}").status_code == 200
    assert gao.open(f"/register/places/{works.world.community.id}").status_code == 404


def test_a_place_or_a_part_is_found_by_what_is_typed(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, far = part(session, works, code="B01-007"), far_part(session, works, code="B01-008")
    mei = desk_of("dispatcher_mei")
    assert "河柏小区 3号楼" in mei.read("/register?q=3号楼")
    assert mei.open("/register?q=B01-007").location == f"/parts/{roof.id}"
    assert "Nothing found for B01-008" in mei.read("/register?q=B01-008")
    assert f"/parts/{far.id}" not in mei.open("/register/parts?code=B01-008").text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"roof", "pipes", "old", "road"}),
        ("type=B12", {"pipes"}),
        ("work_class=improving", set()),
        ("work_class=basic&type=B01", {"roof", "old"}),
        ("condition=2", {"old"}),
        ("condition=4", {"old", "roof"}),
        ("warranty=365", {"roof"}),
        ("warranty=30", set()),
        ("warranty=over", {"pipes"}),
        ("warranty=unknown", {"road"}),
        ("warranty=none", {"old"}),
        ("no_maintainer=1", {"roof", "pipes", "old"}),
        ("never_looked_at=1", {"pipes", "road"}),
        ("gone=1", {"gone"}),
        ("code=X-ROOF", {"roof"}),
    ],
)
def test_lists_are_narrowed_by_the_address(
    session: Session, works: Works, desk_of: DeskOf, asked: str, expected: set[str]
) -> None:
    world = works.world
    soon = item(session, works.project, world.building, 40, "B01", "CONTRACT", "屋面", contract_months=12,
                accepted_on=TODAY - 200 * DAY)  # fmt: skip
    made = {
        "roof": part(session, works, code="X-ROOF", name="屋面甲", work_item_id=soon.id),
        "pipes": part(session, works, name="供热乙", type_code="B12", work_item_id=works.heating.id,
                      place_id=world.community.id),
        "road": part(session, works, name="道路丙", type_code="B19", work_item_id=works.pending.id,
                     maintainer_id=world.company.id),
        "old": old_part(session, works, name="屋面丁"),
        "gone": part(session, works, name="屋面戊"),
    }  # fmt: skip
    for name, score in (("old", 2), ("roof", 4)):
        operations.record_condition(
            session, asset_id=made[name].id, score=score, found_on=TODAY, actor_id=None, now=NOW
        )
    gone = made["gone"]
    operations.remove_part(session, asset_id=gone.id, on=TODAY, seen_version=gone.version, actor_id=None, now=NOW)
    page = desk_of("clerk_jie").open(f"/register/parts?{asked}").text
    assert {name for name, each in made.items() if f'href="/parts/{each.id}"' in page} == expected


def test_what_the_address_asks_wrongly_is_named_and_left_out(works: Works, desk_of: DeskOf) -> None:
    clerk = desk_of("clerk_jie")
    answer = clerk.open("/register/parts?type=Z99&condition=9&warranty=soon&work_class=x")
    assert answer.status_code == 400
    for sentence in ("no such type", "no such condition", "no such answer about a warranty", "no such class"):
        assert sentence in said(answer)
    assert clerk.open("/register/parts?place=x").status_code == 404
    assert clerk.open("/register/parts?after=p1").status_code == 400
    assert clerk.open(f"/register/parts?after=p1~B01~{2**63}").status_code == 400
    assert clerk.open("/register/parts?warranty=over&after=d2026-13-40~1").status_code == 400
    assert clerk.open("/register/unwatched?company=999").status_code == 400


def test_a_list_goes_on_behind_its_last_line(session: Session, works: Works, desk_of: DeskOf) -> None:
    made = [part(session, works, name=f"屋面{n}", type_code=code)
            for n in range(30) for code in ("B01", "B02")]  # fmt: skip
    for each in made[::2]:
        operations.record_condition(session, asset_id=each.id, score=2, found_on=TODAY, actor_id=None, now=NOW)
    clerk = desk_of("clerk_jie")

    def walk(address: str) -> list[int]:
        shown: list[int] = []
        while address:
            page = clerk.open(address).text
            shown += [int(each) for each in re.findall(r'<a href="/parts/(\d+)"', page)]
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = unescape(following[1]) if following else ""
        return shown

    everything = [each.id for each in sorted(made, key=lambda each: (each.type_code, each.id))]
    assert walk("/register/parts") == everything
    assert walk("/register/parts?warranty=over") == []
    ending = walk(f"/register/parts?place={works.world.community.id}&warranty=365")
    assert ending == []
    assert walk("/register/parts?condition=3") == [each.id for each in made[::2]]


def test_warranties_that_end_unwatched_are_listed_per_area_and_company(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world = works.world

    def ending(days: int, **more: Any) -> Asset:
        project = more.pop("project", works.project)
        made = item(session, project, world.building, next(numbers), "B01", "CONTRACT", "屋面", contract_months=12,
                    accepted_on=_year_before(days))  # fmt: skip
        return more.pop("make", part)(session, works, work_item_id=made.id, **more)

    numbers = iter(range(50, 90))
    looked, looked_long_ago, never, later, over = (ending(n, name=f"屋面{n}") for n in (20, 30, 10, 120, -3))
    far = ending(15, name="远屋面", project=works.far_project, make=far_part)
    operations.record_condition(session, asset_id=looked.id, score=4, found_on=TODAY, actor_id=None, now=NOW)
    operations.record_condition(session, asset_id=looked_long_ago.id, score=4, found_on=TODAY - 61 * DAY,
                                actor_id=None, now=NOW)  # fmt: skip

    def listed(who: str, asked: str = "") -> list[int]:
        page = desk_of(who).open(f"/register/unwatched{asked}").text
        return [int(each) for each in re.findall(r'<a href="/parts/(\d+)"', page)]

    assert listed("dispatcher_mei") == [never.id, looked_long_ago.id]
    assert listed("official_qian") == [never.id, looked_long_ago.id]
    assert listed("far_dispatcher") == [far.id]
    assert listed("official_sheng") == [never.id, far.id, looked_long_ago.id]
    assert listed("official_sheng", f"?company={world.far_company.id}") == [far.id]
    assert not {later.id, over.id} & set(listed("official_sheng"))

    for who, many in {"dispatcher_mei": "2 parts", "far_dispatcher": "1 part", "official_sheng": "3 parts"}.items():
        assert f"Warranty ends soon, not looked at {many} " in desk_of(who).read("/"), who
    for who in ("resident_lin", "contractor_deng"):
        assert "Warranty ends soon" not in desk_of(who).read("/"), who


def _year_before(days: int) -> Any:
    """The day twelve months before the one that comes in so many days."""
    end = TODAY + days * DAY
    return end.replace(year=end.year - 1)


# --- keeping ---

TYPED = {
    "name": "3号楼屋面", "code": "B01-001", "spot": "东侧", "quantity": "820.5", "unit": "m²",
    "attribute_area": "820.5", "attribute_membrane": "SBS",
    "attribute_drains": "", "model": "", "drawing_no": "建施-07", "criticality": "B",
    "in_use_since": "2012-03-01",
    "ownership": "owners", "maintainer_id": "", "claim_holder_id": "", "cost_fen": "12,345.67", "accepted_on": "",
    "warranty_key": "", "contract_months": "", "design_life_years": "",
}  # fmt: skip


def test_a_part_is_added_type_first(session: Session, works: Works, desk_of: DeskOf) -> None:
    world, clerk = works.world, desk_of("clerk_jie")
    address = f"/register/places/{world.building.id}/add"
    words = clerk.read(address)
    assert "B01 Roof waterproofing" in words
    page = clerk.open(f"{address}?type=B01").text
    assert 'value="B01-001"' in page
    assert 'value="3号楼 屋面防水"' in page
    typed = TYPED | {"place_id": str(world.building.id), "work_item_id": str(works.roof.id)}
    words = clerk.sent(f"{address}?type=B01", **typed)
    assert "3号楼屋面 is in the register." in words
    for told in ("12,345.67 yuan", "2012-03-01"):
        assert words.count(told) == 2, "among the papers and in the history"
    [roof] = session.scalars(select(Asset))
    assert (roof.attributes, roof.cost_fen, str(roof.quantity)) == (
        {"area": 820.5, "membrane": "SBS"},
        1234567,
        "820.5",
    )
    assert clerk.open(f"{address}?type=Z99").status_code == 404
    assert desk_of("dispatcher_mei").open(address).status_code == 403
    assert desk_of("far_clerk").open(address).status_code == 404


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_stored(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world, clerk = works.world, desk_of("clerk_jie")
    part(session, works, code="B01-001")
    address = f"/register/places/{world.building.id}/add?type=B01"
    for wrong, sentence, status in (
        ({"code": "B01-001"}, "B01-001 is the code of 3号楼屋面 already.", 409),
        ({"work_item_id": ""}, "Name the work item that made it", 422),
        ({"work_item_id": str(works.far_item.id)}, "Choose a work item of this community.", 422),
        ({"place_id": str(world.far_building.id)}, "Choose the community, or a building", 422),
        ({"quantity": "viel"}, "viel is not a quantity", 422),
        ({"attribute_area": "viel"}, "viel is not a quantity", 422),
        ({"cost_fen": "1.234"}, "1.234 is not an amount in yuan.", 422),
        ({"bonds": "1.234"}, "1.234 is not an amount in yuan.", 422),
        ({"bonds": "12,345.66", "residents": "0.02"}, "come to 12,345.68 yuan, the cost is 12,345.67 yuan", 422),
        ({"cost_fen": "", "budget": "1"}, "The shares come to 1.00 yuan, and there is no cost.", 422),
        ({"criticality": "Z"}, "Choose what a failure does.", 422),
        ({"ownership": "nobody"}, "Choose whose it is.", 422),
        ({"maintainer_id": "0"}, "Choose one of the organisations.", 422),
        ({"warranty_key": "X"}, "Choose one of the warranty rules.", 422),
        ({"contract_months": "2000"}, "from 1 to 1200", 422),
        ({"accepted_on": "2999-01-01"}, "between 1949 and today", 422),
        ({"in_use_since": "2999-01-01"}, "between 1949 and today", 422),
    ):
        typed = TYPED | {"place_id": str(world.building.id), "work_item_id": str(works.roof.id), "code": "N"} | wrong
        answer = clerk.send(address, **typed)
        assert (answer.status_code, sentence in said(answer)) == (status, True), (wrong, said(answer)[:600])
        assert 'value="建施-07"' in answer.text, "what was typed is kept"
    assert session.query(Asset).count() == 1


def test_a_part_is_corrected_and_may_change_its_type(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, clerk = part(session, works, attributes={"area": 12.5, "drains": 4}), desk_of("clerk_jie")
    address = f"/parts/{roof.id}/change"
    page = clerk.open(address).text
    assert 'value="12.5"' in page
    kept = TYPED | {"place_id": str(works.world.entrance.id), "work_item_id": "donated", "code": "N-1"}
    assert "The change is kept." in clerk.sent(address, **kept)
    session.expire_all()
    assert (roof.no_project, roof.work_item_id, roof.place_id) == (NoProject.DONATED, None, works.world.entrance.id)
    assert "B02 External insulation" in clerk.read(f"{address}?type=?")
    typed = {name: value for name, value in kept.items() if not name.startswith("attribute_")}
    clerk.sent(f"{address}?type=B02", **typed, attribute_material="岩棉")
    session.expire_all()
    assert (roof.type_code, roof.attributes) == ("B02", {"material": "岩棉"})
    words = clerk.read(f"/parts/{roof.id}")
    assert "What was changed" in words
    assert "3号楼 2单元" in words
    assert "Type B01 Roof waterproofing B02 External insulation" in words


def test_who_paid_is_typed_with_the_cost_and_shown(session: Session, works: Works, desk_of: DeskOf) -> None:
    world, clerk = works.world, desk_of("clerk_jie")
    typed = TYPED | {"place_id": str(world.building.id), "work_item_id": str(works.roof.id)}
    paid = {"budget": "12,000", "residents": "345.67", "bonds": "0"}
    clerk.sent(f"/register/places/{world.building.id}/add?type=B01", **typed, **paid)
    [roof] = session.scalars(select(Asset))
    assert roof.shares == {FundingSource.BUDGET: 12_000_00, FundingSource.RESIDENTS: 345_67}
    assert "Funding by source Public budget 12,000.00 yuan Residents 345.67 yuan" in clerk.read(f"/parts/{roof.id}")
    assert 'value="345.67"' in clerk.open(f"/parts/{roof.id}/change").text
    clerk.sent(f"/parts/{roof.id}/change", **typed, budget="12,345.67")
    session.expire_all()
    assert roof.shares == {FundingSource.BUDGET: 12_345_67}
    assert re.search(r"Residents 345\.67 –", clerk.read(f"/parts/{roof.id}"))


def test_a_change_from_an_old_page_is_answered_409(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, clerk = part(session, works), desk_of("clerk_jie")
    page = clerk.open(f"/parts/{roof.id}/change").text
    operations.remove_part(session, asset_id=roof.id, on=TODAY, seen_version=roof.version, actor_id=None, now=NOW)
    hidden = {
        name: value_of(form_to(page, f"/parts/{roof.id}/change"), name) for name in ("csrf_token", "key", "version")
    }
    typed = TYPED | {"place_id": str(works.world.building.id), "work_item_id": str(works.roof.id)}
    session.commit()
    answer = clerk.client.post(f"/parts/{roof.id}/change", data=hidden | typed)
    assert (answer.status_code, "Somebody else changed this" in said(answer)) == (409, True)


def test_a_part_is_removed_and_put_back(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, clerk = part(session, works), desk_of("clerk_jie")
    words = clerk.sent(f"/parts/{roof.id}/remove", removed_on=TODAY.isoformat())
    assert f"Removed on {TODAY:%Y-%m-%d}" in words
    assert clerk.send(f"/parts/{roof.id}/remove", removed_on="soon").status_code == 422
    assert "It is in the register again." in clerk.sent(f"/parts/{roof.id}/restore", f"/parts/{roof.id}")
    session.expire_all()
    assert roof.removed_on is None
