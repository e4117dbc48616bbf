"""One file with one of every kind of broken row: each is named once, nothing is stored, the rest is shown."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.assets.operations import remove_part
from propman.catalogue.models import AssetType
from propman.communities.kinds import OrganisationKind
from propman.communities.operations import add_organisation, add_place, close_place
from propman.errors import Refused
from propman.projects.models import FundingSource
from propman.register.columns import COLUMNS
from propman.register.models import ImportState
from propman.register.operations import ask_to_apply
from propman.sheets.tables import letter
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.register.broken import BROKEN, Broken
from tests.register.office import Office

ROOT = Path(__file__).resolve().parents[2]
PROPERTIES = {
    "attribute_area": "面积(m²)", "attribute_membrane": "防水材料", "attribute_thickness": "厚度(mm)",
    "attribute_anti_fall_net": "防坠网", "attribute_expires_on": "有效期至",
}  # fmt: skip
FIELDS = [*(column.field for column in COLUMNS), *PROPERTIES]


def surround(session: Session, works: Works) -> None:
    """What the broken rows need around them: closed places, names given twice, parts that are there."""
    world, by = works.world, {"actor_id": None, "now": clock.now()}
    today = clock.local_date(clock.now())
    second = add_place(session, parent_id=world.county.id, name="通江街道", **by)
    for street in (world.street, second):
        add_place(session, parent_id=street.id, name="同名小区", **by)
    closed = add_place(session, parent_id=world.street.id, name="停用小区", **by)
    seven = add_place(session, parent_id=world.community.id, name="7号楼", **by)
    for place in (closed, seven):
        close_place(session, place_id=place.id, on=today, **by)
    five = add_place(session, parent_id=world.community.id, name="5号楼", **by)
    add_place(session, parent_id=five.id, name="5单元", **by)
    for name in ("8号楼", "8栋"):
        add_place(session, parent_id=world.community.id, name=name, **by)
    twin = add_place(session, parent_id=world.street.id, name="双项小区", **by)
    for number in ("甲", "乙"):
        made = renovated._project(session, twin, world) if number == "甲" else None
        if made is None:
            made = renovated.Project(community_id=twin.id, number="2025-002", name="二期", year=2025,
                                     owner_id=world.street_office.id, cost_fen=1)  # fmt: skip
            session.add(made)
            session.flush()
        renovated.item(session, made, twin, 1, "B19", "STRUCT", "道路")
    renovated.item(session, works.project, world.community, 4, "B19", "STRUCT", "道路")
    for area in (world.city, world.county):
        add_organisation(session, kind=OrganisationKind.PROPERTY_COMPANY, name="同名物业", place_id=area.id, **by)
    session.add(_old_type(today))
    gone, removed = (renovated.part(session, works, code=code) for code in ("GONE-1", "REMOVED-1"))
    remove_part(session, asset_id=gone.id, on=today, seen_version=gone.version, **by)
    remove_part(session, asset_id=removed.id, on=date(2024, 10, 1), seen_version=removed.version, **by)
    renovated.part(session, works, code="THERE-1")
    for code in ("PAID-1", "PAID-2"):
        renovated.part(session, works, code=code, cost_fen=300_00,
                       shares={FundingSource.BUDGET: 200_00, FundingSource.RESIDENTS: 100_00 - 1,
                               FundingSource.BONDS: 1})  # fmt: skip
    session.commit()


def _old_type(today: date) -> AssetType:
    return AssetType(
        code="B98", position=98, name_zh="旧类型", name_en="Old type", work_class="basic", warranty_keys="MEP2",
        maintainer="property_company", criticality="C", categories="other", source="x",
        valid_from=date(2020, 1, 1), valid_to=today - timedelta(days=1),
    )  # fmt: skip


def good(code: str, **more: Any) -> dict[str, Any]:
    return {"community": "河柏小区", "building": "3号楼", "code": code, "type_code": "B01", "name": f"屋面 {code}",
            "ownership": "全体业主共有", "work_item": "1", **more}  # fmt: skip


def row_of(broken: Broken, number: int) -> dict[str, Any]:
    return good(f"X-{number:03}") | broken.says


def sheet(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every column filled or empty, so that all of them stand in the file; properties by heading."""
    return [{PROPERTIES.get(field, field): row.get(field) for field in FIELDS} for row in rows]


def test_every_kind_of_broken_row_is_named_once_and_nothing_is_stored(session: Session, office: Office) -> None:
    surround(session, office.works)
    before = session.scalar(select(func.count()).select_from(Asset))
    rows = [good("GOOD-1"), good("TWICE", name="第一个"), good("THERE-1", name="换了名字")]
    first = len(rows) + 2
    rows += [row_of(broken, number) for number, broken in enumerate(BROKEN, first)]
    sent = office.tried(sheet(rows), office.world.county)

    named = {row: [(field, column, why) for at, column, field, _, why in office.faults(sent) if at == row]
             for row in range(2, first + len(BROKEN))}  # fmt: skip
    wrong = []
    for number, broken in enumerate(BROKEN, first):
        column = letter(FIELDS.index(broken.blamed) + 1)
        if named[number] != [(broken.blamed, column, broken.why)]:
            wrong.append(f"{broken.name}: {named[number]}, should be {(broken.blamed, column, broken.why)}")
    assert not wrong, "\n".join(wrong)

    assert sent.bad_rows == len(BROKEN)
    assert (sent.new_rows, sent.changed_rows) == (2, 1)
    assert office.told(sent)[4] == {"name": ["3号楼屋面", "换了名字"]}
    assert {2, 3, 4} == set(office.told(sent))
    assert session.scalar(select(func.count()).select_from(Asset)) == before


def test_values_are_shown_as_they_stand(session: Session, office: Office) -> None:
    surround(session, office.works)
    rows = [good("X-1", cost_fen="面 议", accepted_on=date(2049, 1, 1)), good("X-2", quantity=-1.5)]
    sent = office.tried(sheet(rows), office.world.county)
    assert [fault[3] for fault in office.faults(sent)] == ["面 议", "2049-01-01", "-1.5"]


def test_a_broken_file_cannot_be_applied(session: Session, office: Office) -> None:
    sent = office.tried([good("X-1"), good("X-2", type_code="B99")], office.world.county)
    with pytest.raises(Refused, match="1 rows are wrong"):
        ask_to_apply(session, import_id=sent.id, plan=sent.plan or "", actor_id=office.world.clerk_jie.id,
                     now=clock.now())  # fmt: skip
    assert sent.state is ImportState.CHECKED


def test_a_column_that_is_missing_is_named_once_a_row(office: Office) -> None:
    sent = office.tried([{"code": "X-1", "building": "3"}])
    faults = {(field, column) for _, column, field, _, _ in office.faults(sent)}
    assert faults == {("type_code", None), ("work_item", None)}


def test_there_is_one_of_every_kind() -> None:
    """Each column missing where it is needed, of the wrong type, out of its range, unknown where it names something."""
    assert len(BROKEN) >= 37
    assert [name for name, count in Counter(each.name for each in BROKEN).items() if count > 1] == []
    assert {each.blamed for each in BROKEN} >= {column.field for column in COLUMNS} - {"street"}


def test_the_page_lists_every_kind() -> None:
    page = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\w+) \| ([^|]+) \| (.+) \|$", page.partition("## Broken rows")[2], re.MULTILINE)
    assert [(f"{field}: {name.strip()}", why) for field, name, why in told if field != "column"] == [
        (each.name, each.why) for each in BROKEN
    ]
