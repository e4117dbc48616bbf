"""The shipped asset types, their attributes and the warranty rules."""

from __future__ import annotations

from propman.data.works import (
    TakeOverKind,
    UsualMaintainer,
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


AS_PROPOSED = """
B01 basic 10-20 WP5 PC | B02 improving 25-25 INS5 PC | B03 basic 10-15 WP5,FIN2 PC | B04 basic 10-15 MEP2 PC
B05 basic 10-10 FIN2 PC | B06 basic 8-10 MEP2 PC | B07 basic 20-20 FIN2 PC | B08 basic 30-50 MEP2 FU
B09 basic 15-20 MEP2 FU/PC | B10 basic 30-50 MEP2 FU/PC | B11 basic 30-30 CONTRACT PC | B12 basic 20-30 HEAT2 FU
B13 basic 15-20 HEAT2 FU | B14 basic 30-30 MEP2 FU | B15 basic 20-30 MEP2 FU | B16 basic 20-20 MEP2 FU
B17 basic 10-20 MEP2 PC | B18 basic 5-5 MEP2 PC | B19 basic 10-15 STRUCT,CONTRACT PC | B20 basic 10-15 MEP2 PC
B21 basic - CONTRACT PC | B22 basic 5-8 MEP2 PC | B23 basic 15-15 FIN2 PC | B24 basic 5-8 CONTRACT PC
B25 basic 20-20 MEP2 PC
I01 improving 15-15 MEP2 licensed | I02 improving 15-15 CONTRACT PC | I03 improving 10-10 CONTRACT PC
I04 improving 5-8 MEP2 operator | I05 improving 8-10 MEP2 operator | I06 improving 8-8 CONTRACT PC
I07 improving - CONTRACT PC | I08 improving 8-10 CONTRACT PC | I09 improving 50-50 STRUCT,FIN2 PC
U01 upgrading - FIN2 operator | U02 upgrading 8-8 MEP2 operator | U03 upgrading 5-8 MEP2 PC
"""
"""Each type with its class, years of service, warranty and usual maintainer: property company, franchise unit, ..."""

SHORT = {
    UsualMaintainer.PROPERTY_COMPANY: "PC",
    UsualMaintainer.UTILITY: "FU",
    UsualMaintainer.UTILITY_OR_COMPANY: "FU/PC",
    UsualMaintainer.LICENSED_FIRM: "licensed",
    UsualMaintainer.OPERATOR: "operator",
}


def test_each_type_has_the_class_life_warranty_and_maintainer_of_the_proposed_table() -> None:
    told = []
    for row in read_asset_types():
        life = f"{row.life_from}-{row.life_to}" if row.life_from else "-"
        told.append(f"{row.code} {row.work_class} {life} {','.join(row.warranty_keys)} {SHORT[row.maintainer]}")
    assert told == [each.strip() for line in AS_PROPOSED.strip().splitlines() for each in line.split("|")]


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
