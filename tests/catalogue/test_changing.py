"""Types, attributes and warranty rules as a city knows them better: a row more from a day on, never an overwrite."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.models import Change
from propman.catalogue import operations, queries
from propman.catalogue.models import AssetAttribute, AssetType, WarrantyRule
from propman.catalogue.operations import AssetAttributeFacts, AssetTypeFacts, WarrantyRuleFacts
from propman.data.reading import Trade
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WorkClass
from propman.errors import NotFound, Refused
from tests.catalogue.same import same

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
BY = {"actor_id": 7, "now": NOW}


def of_type(**more: Any) -> AssetTypeFacts:
    said = {
        "name_zh": "屋面防水", "name_en": "Roof", "source": "哈建规", "valid_from": TODAY,
        "work_class": WorkClass.BASIC,
        "attributes": ("area", "membrane"), "life_from": 10, "life_to": 15, "warranty_keys": ("WP5",),
        "maintainer": UsualMaintainer.PROPERTY_COMPANY, "trade": None, "criticality": Criticality.B,
        "categories": ("leak",), **more,
    }  # fmt: skip
    return AssetTypeFacts(**said)


def changed(session: Session, code: str = "B01", **more: Any) -> AssetType:
    return operations.change_asset_type(session, code=code, facts=of_type(**more), **BY)


def told(session: Session, subject: str, key: str) -> list[tuple[str, str | None, str | None]]:
    query = select(Change).where(Change.subject_kind == subject, Change.subject_id == key).order_by(Change.id)
    return [(line.field, line.old, line.new) for line in session.scalars(query)]


def test_a_change_is_a_row_more_and_what_stood_before_stays(session: Session) -> None:
    before = queries.asset_type(session, "B01", TODAY)
    assert before is not None
    row = changed(session, valid_from=TODAY + 10 * DAY)
    assert same(queries.asset_type(session, "B01", TODAY + 9 * DAY), before)
    assert same(queries.asset_type(session, "B01", TODAY + 10 * DAY), row)
    assert [one.id for one in queries.versions(session, AssetType, AssetType.code == "B01")] == [row.id, before.id]
    assert (row.attributes, row.life_to, row.position, row.verified_on) == ("area,membrane", 15, before.position, None)
    lines = told(session, "asset_type", "B01")
    assert ("life_to", "20", "15") in lines
    assert ("name_en", "Roof waterproofing", "Roof") in lines
    assert not [line for line in lines if line[1] == line[2]]


def test_a_row_that_nobody_could_have_used_is_corrected_in_place(session: Session) -> None:
    for on in (TODAY, TODAY + DAY):
        first = changed(session, valid_from=on, life_to=15)
        assert changed(session, valid_from=on, life_to=16) is first
    assert len(queries.versions(session, AssetType, AssetType.code == "B01")) == 3
    assert ("life_to", "15", "16") in told(session, "asset_type", "B01")


def test_a_new_row_begins_after_the_one_that_stands(session: Session) -> None:
    changed(session, valid_from=TODAY - DAY)
    for on in (TODAY - DAY, TODAY - 2 * DAY):
        with pytest.raises(Refused) as refused:
            changed(session, valid_from=on)
        assert refused.value.field == "valid_from"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name_zh": " "}, "name_zh"), ({"name_zh": "长" * 41}, "name_zh"), ({"name_en": "x" * 61}, "name_en"),
        ({"name_zh": "a\u202eb"}, "name_zh"), ({"source": ""}, "source"), ({"source": "长" * 301}, "source"),
        ({"valid_from": date(1900, 1, 1)}, "valid_from"), ({"valid_from": date(TODAY.year + 11, 1, 1)}, "valid_from"),
        ({"verified_on": TODAY + DAY}, "verified_on"),
        ({"attributes": ("area", "absent")}, "attributes"), ({"warranty_keys": ("WP6",)}, "warranty_keys"),
        ({"warranty_keys": ()}, "warranty_keys"), ({"categories": ()}, "categories"),
        ({"categories": ("absent",)}, "categories"),
        ({"life_from": 0}, "life_from"), ({"life_to": 201}, "life_to"), ({"life_to": 9}, "life_to"),
        ({"life_to": None}, "life_to"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(session: Session, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        changed(session, **said)
    assert refused.value.field == field
    assert len(queries.versions(session, AssetType, AssetType.code == "B01")) == 1
    assert told(session, "asset_type", "B01") == []


def test_a_type_is_added_after_the_others_and_its_code_once(session: Session) -> None:
    facts = of_type(name_zh="太阳能路灯", trade=Trade.POWER, life_from=None, life_to=None, attributes=())
    row = operations.add_asset_type(session, code="B26", facts=facts, **BY)
    assert same(queries.asset_types(session, TODAY)[-1], row)
    assert row.attributes is None
    assert row.position == 38
    for code in ("B26", "B01"):
        with pytest.raises(Refused, match="already"):
            operations.add_asset_type(session, code=code, facts=facts, **BY)
    for wrong in ("b26", "B2", "B26 ", "26", "", "B123456", "Ｂ26"):
        with pytest.raises(Refused) as refused:
            operations.add_asset_type(session, code=wrong, facts=facts, **BY)
        assert refused.value.field == "code"
    with pytest.raises(NotFound):
        changed(session, code="Z99")


def test_what_an_attribute_holds_stays_what_it_is(session: Session) -> None:
    def facts(**more: Any) -> AssetAttributeFacts:
        said = {"name_zh": "埋深", "name_en": "Depth of the pipe", "source": "建议值", "valid_from": TODAY,
                "kind": AttributeKind.NUMBER, "unit": "m", **more}  # fmt: skip
        return AssetAttributeFacts(**said)

    row = operations.add_asset_attribute(session, code="pipe_depth", facts=facts(), **BY)
    assert same(queries.asset_attributes(session, TODAY)["pipe_depth"], row)
    assert operations.change_asset_attribute(session, code="pipe_depth", facts=facts(unit="cm"), **BY).unit == "cm"
    with pytest.raises(Refused) as refused:
        operations.change_asset_attribute(
            session, code="pipe_depth", facts=facts(kind=AttributeKind.TEXT, unit=None), **BY
        )
    assert refused.value.field == "kind"
    for more in ({"kind": AttributeKind.FLAG}, {"unit": "长" * 21}):
        with pytest.raises(Refused) as refused:
            operations.add_asset_attribute(session, code="another", facts=facts(**more), **BY)
        assert refused.value.field == "unit"
    for wrong in ("area", "Area", "a", "1st", "x" * 41, "a b"):
        with pytest.raises(Refused) as refused:
            operations.add_asset_attribute(session, code=wrong, facts=facts(), **BY)
        assert refused.value.field == "code"
    with pytest.raises(NotFound):
        operations.change_asset_attribute(session, code="absent", facts=facts(), **BY)


def rule(**more: Any) -> WarrantyRuleFacts:
    said = {
        "name_zh": "设备安装",
        "name_en": "Equipment",
        "source": "新条例",
        "valid_from": TODAY,
        "minimum": 36,
        **more,
    }
    return WarrantyRuleFacts(**said)


def test_the_law_changes_from_a_day_on(session: Session) -> None:
    row = operations.change_warranty_rule(session, key="MEP2", facts=rule(), **BY)
    versions = queries.warranty_rule_versions(session)
    assert same(queries.version_on(versions, "MEP2", TODAY), row)
    before = queries.version_on(versions, "MEP2", TODAY - DAY)
    assert before is not None
    assert (before.minimum, row.minimum, row.basis) == (24, 36, before.basis)
    assert ("minimum", "24", "36") in told(session, "warranty_rule", "MEP2")


@pytest.mark.parametrize(
    ("key", "minimum"), [("MEP2", None), ("MEP2", 0), ("MEP2", 1201), ("HEAT2", -1), ("STRUCT", 5)]
)
def test_a_minimum_belongs_to_what_is_counted(session: Session, key: str, minimum: int | None) -> None:
    with pytest.raises(Refused) as refused:
        operations.change_warranty_rule(session, key=key, facts=rule(minimum=minimum), **BY)
    assert refused.value.field == "minimum"


def test_a_row_is_checked_against_its_source(session: Session) -> None:
    for model, key in ((AssetType, "B01"), (WarrantyRule, "WP5"), (AssetAttribute, "area")):
        column = model.key if model is WarrantyRule else model.code  # type: ignore[attr-defined]
        [row] = queries.versions(session, model, column == key)  # type: ignore[type-var]
        assert row.verified_on is None
        assert operations.verify(session, row=row, verified_on=TODAY, **BY).verified_on == TODAY
        assert told(session, model.__tablename__, key) == [("verified_on", None, TODAY.isoformat())]
        with pytest.raises(Refused) as refused:
            operations.verify(session, row=row, verified_on=TODAY + DAY, **BY)
        assert refused.value.field == "verified_on"
