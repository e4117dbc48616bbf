"""Types of parts and warranty rules as dated rows: in their order, by their day, a later version before an earlier."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from propman.catalogue import queries
from propman.catalogue.models import WarrantyRule
from propman.data.works import WarrantyBasis

TODAY = date(2026, 3, 10)


def test_types_and_attributes_come_in_their_order(session: Session) -> None:
    types = queries.asset_types(session, TODAY)
    assert [row.code for row in types][:3] == ["B01", "B02", "B03"]
    assert [row.position for row in types] == sorted(row.position for row in types)
    roof = queries.asset_type(session, "B01", TODAY)
    assert roof is not None
    assert set((roof.attributes or "").split(",")) <= set(queries.asset_attributes(session, TODAY))
    assert queries.asset_type(session, "B01", date(1990, 1, 1)) is None
    assert queries.asset_type(session, "Z99", TODAY) is None


def test_the_rule_of_a_day_is_the_version_in_force_on_it(session: Session) -> None:
    longer = WarrantyRule(key="MEP2", position=5, name_zh="设备", name_en="Equipment", basis=WarrantyBasis.MONTHS,
                          minimum=36, valid_from=date(2025, 1, 1), source="新规")  # fmt: skip
    session.add(longer)
    session.flush()
    versions = queries.warranty_rule_versions(session)
    by_day = {
        day: getattr(queries.version_on(versions, "MEP2", day), "minimum", None)
        for day in (date(1999, 1, 1), date(2024, 12, 31), date(2025, 1, 1), TODAY)
    }
    assert by_day == {date(1999, 1, 1): None, date(2024, 12, 31): 24, date(2025, 1, 1): 36, TODAY: 36}
    longer.valid_to = date(2026, 1, 1)
    session.flush()
    versions = queries.warranty_rule_versions(session)
    assert getattr(queries.version_on(versions, "MEP2", TODAY), "minimum", None) == 24
    assert list(queries.warranty_rules(session, TODAY))[:2] == ["STRUCT", "WP5"]
