"""The shipped asset types, their attributes and the warranty rules."""

from __future__ import annotations

from propman.data.works import (
    TakeOverKind,
    WarrantyBasis,
    WorkClass,
    read_asset_attributes,
    read_asset_types,
    read_take_over_items,
    read_warranty_rules,
)


def test_thirty_seven_types_in_three_classes() -> None:
    types = read_asset_types()
    codes = [row.code for row in types]
    basic = [f"B{n:02}" for n in range(1, 26)]
    improving, upgrading = [f"I{n:02}" for n in range(1, 10)], [f"U{n:02}" for n in range(1, 4)]
    assert codes == basic + improving + upgrading
    assert {row.code for row in types if row.work_class is WorkClass.UPGRADING} == set(upgrading)
    # insulation and lifts are improving, whatever their letter says
    assert next(row for row in types if row.code == "B02").work_class is WorkClass.IMPROVING


def test_every_rule_gives_at_least_what_the_law_says() -> None:
    rules = {row.key: (row.basis, row.minimum) for row in read_warranty_rules()}
    assert rules == {
        "STRUCT": (WarrantyBasis.DESIGN_LIFE, None),
        "WP5": (WarrantyBasis.MONTHS, 60),
        "INS5": (WarrantyBasis.MONTHS, 60),
        "HEAT2": (WarrantyBasis.SEASONS, 2),
        "MEP2": (WarrantyBasis.MONTHS, 24),
        "FIN2": (WarrantyBasis.MONTHS, 24),
        "CONTRACT": (WarrantyBasis.CONTRACT, None),
    }


def test_every_attribute_belongs_to_a_type_and_what_is_not_checked_says_so() -> None:
    used = {code for row in read_asset_types() for code in row.attributes or ()}
    assert used == {row.code for row in read_asset_attributes()}
    assert {row.verified_on for row in (*read_asset_types(), *read_warranty_rules())} == {None}


def test_what_the_law_has_handed_over_is_on_the_checklist() -> None:
    rows = read_take_over_items()
    codes = {row.code for row in rows}
    assert {"as_built_drawings", "equipment_manuals", "warranty_papers", "instructions_for_use"} <= codes  # Art. 29
    assert {"service_rooms", "keys", "repair_fund", "owners_register", "open_matters"} <= codes  # Civil Code, Art. 949
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert {row.kind for row in rows} == set(TakeOverKind)
    assert max(map(len, codes)) <= 40  # as the column of a hand-over holds them
