"""The administration of the catalogue by HTTP: what there is, what nobody has checked, and saying otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import AssetType, WarrantyRule
from tests import world as small
from tests.desk import Desk, said
from tests.statements import costs
from tests.world import World

TODAY = clock.local_date(clock.now())
DAY = timedelta(days=1)
TYPES = "/admin/catalogue/types"


@pytest.fixture
def world(session: Session) -> World:
    """The small world."""
    return small.build(session)


@pytest.fixture
def desk(world: World, session: Session, client: FlaskClient) -> Desk:
    """The administrator at work."""
    return Desk(small.sign_in(session, client, world.administrator_guan))


def roof(**more: str) -> dict[str, str]:
    """What the form about the roof holds."""
    return {
        "name_zh": "屋面防水", "name_en": "Roof", "source": "哈建规〔2026〕2号", "work_class": "basic",
        "life_from": "12", "life_to": "18", "warranty_keys": "WP5\n装修工程", "maintainer": "property_company",
        "trade": "", "criticality": "B", "attributes": "Area\r\n防水材料\n\n", "categories": "leak",
        "valid_from": (TODAY + DAY).isoformat(), **more,
    }  # fmt: skip


def test_the_lists_say_what_stands_and_what_nobody_checked(desk: Desk) -> None:
    page = desk.read(TYPES)
    assert "B01 Roof waterproofing 10–20 WP5" in page
    assert page.count("not yet checked") == 37
    assert "CONTRACT" in desk.read("/admin/catalogue/warranties")
    assert "area" in desk.read("/admin/catalogue/attributes")
    for address in ("types/B01", "warranties/WP5", "attributes/area"):
        assert "in force today" in desk.read(f"/admin/catalogue/{address}")
    assert "Types of parts, their attributes" in desk.read("/admin")


def test_a_type_is_changed_by_names_or_codes_and_the_old_row_stays_to_be_seen(desk: Desk, session: Session) -> None:
    page = desk.open(f"{TYPES}/B01/change").text
    assert "Membrane\nArea\nDrains" in page.replace("&#13;", "")
    words = desk.sent(f"{TYPES}/B01/change", **roof())
    assert words.index("12–18") < words.index("in force today") < words.index("10–20")
    row = queries.asset_type(session, "B01", TODAY + DAY)
    assert row is not None
    assert (row.warranty_keys, row.attributes, row.categories) == ("WP5,FIN2", "area,membrane", "leak")


def test_bad_input_is_named_and_kept(desk: Desk, session: Session) -> None:
    answer = desk.send(
        f"{TYPES}/B01/change",
        **roof(life_from="soon", attributes="area\nnonsense", work_class="magic", valid_from="maybe", name_zh=""),
    )
    assert answer.status_code == 422
    page = said(answer)
    for sentence in ("soon is not a whole number", "nonsense is not in the catalogue", "Choose one of them",
                     "maybe is not a day", "Give a name"):  # fmt: skip
        assert sentence in page
    assert all(kept in answer.text for kept in ('value="soon"', "area\nnonsense", "WP5\n装修工程", 'value="maybe"'))
    answer = desk.send(f"{TYPES}/B01/change", **roof(life_to="3"))
    assert "The service life is reversed" in said(answer)
    assert len(session.scalars(select(AssetType).where(AssetType.code == "B01")).all()) == 1


def test_a_type_and_an_attribute_are_added(desk: Desk) -> None:
    attribute = {"code": "solar", "name_zh": "太阳能", "name_en": "Solar", "kind": "flag", "source": "建议值",
                 "valid_from": TODAY.isoformat()}  # fmt: skip
    assert "solar is added" in desk.sent("/admin/catalogue/attributes/new", **attribute)
    added = desk.sent(f"{TYPES}/new", code="B26", **roof(name_en="Solar lamp", attributes="Solar",
                                                          valid_from=TODAY.isoformat()))  # fmt: skip
    assert "B26 Solar lamp" in added
    assert "Solar lamp" in desk.read(TYPES)
    refused = desk.send(f"{TYPES}/new", code="B26", **roof())
    assert refused.status_code == 409
    assert "already a B26" in said(refused)


def test_an_attribute_keeps_its_kind_and_gets_another_unit(desk: Desk) -> None:
    address = "/admin/catalogue/attributes/area"
    page = desk.open(f"{address}/change").text
    assert 'name="kind"' not in page
    typed = {"name_zh": "面积", "name_en": "Area", "unit": "亩", "source": "x", "valid_from": TODAY.isoformat()}
    assert "亩" in desk.sent(f"{address}/change", **typed)


def test_a_warranty_rule_is_changed_from_a_day_on(desk: Desk, session: Session) -> None:
    typed = {"name_zh": "设备", "name_en": "Equipment", "minimum": "36", "source": "新条例",
             "valid_from": (TODAY + DAY).isoformat()}  # fmt: skip
    page = desk.sent("/admin/catalogue/warranties/MEP2/change", **typed)
    assert "36 months" in page
    assert "24 months" in page
    assert 'name="minimum"' not in desk.open("/admin/catalogue/warranties/STRUCT/change").text
    typed.pop("minimum")
    desk.sent("/admin/catalogue/warranties/STRUCT/change", **typed)


def test_a_row_is_marked_as_checked(desk: Desk, session: Session) -> None:
    row = session.scalars(select(WarrantyRule).where(WarrantyRule.key == "WP5")).one()
    address = f"/admin/catalogue/warranties/rows/{row.id}/check"
    assert row.source in desk.read(address)
    page = desk.sent(address, verified_on=TODAY.isoformat())
    assert "marked as checked" in page
    assert "not yet checked" not in page
    late = desk.send(address, verified_on=(TODAY + DAY).isoformat())
    assert "yet to come" in said(late)


def test_a_type_is_taken_out_of_use_and_found_again(desk: Desk, session: Session) -> None:
    row = session.scalars(select(AssetType).where(AssetType.code == "B07")).one()
    address = f"{TYPES}/rows/{row.id}/end"
    assert f'href="{address}"' in desk.open(f"{TYPES}/B07").text
    assert "is gone" in said(desk.send(address, ends_on=(TODAY - DAY).isoformat()))
    page = desk.sent(address, ends_on=TODAY.isoformat())
    assert f"Out of use from {TODAY.isoformat()}" in page
    assert "It is not in force today." in page
    assert "Not in use today B07 Common windows" in desk.read(TYPES)
    assert "It is not in force today." not in desk.sent(address, ends_on="")
    assert "Not in use today" not in desk.read(TYPES)


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for address in ("types/Z99", "types/Z99/change", "attributes/absent", "warranties/ABSENT/change",
                    "types/rows/0/check", "rules/rows/1/check", "types/rows/0/end"):  # fmt: skip
        assert desk.open(f"/admin/catalogue/{address}").status_code == 404


def test_pages_cost_the_same_however_many_rows_there_are(app: Flask, session: Session, desk: Desk) -> None:
    addresses = (TYPES, f"{TYPES}/B01", "/admin/catalogue/warranties")
    few = costs(app, desk, addresses)
    for number in range(1, 6):
        desk.sent(f"{TYPES}/B01/change", **roof(valid_from=(TODAY + number * DAY).isoformat(), source=f"第{number}版"))
    assert costs(app, desk, addresses) == few
    assert max(few) <= 10
