"""What headings mean, in the words of bureaus."""

from __future__ import annotations

import pytest

from propman.register.mapping import Dictionary, factor, lacking
from propman.sheets.headings import heading
from tests.register.test_columns import properties

KNOWN = Dictionary(properties())

MEANS = [
    ("小区名称", "community"),
    ("所属小区", "community"),
    ("楼号", "building"),
    ("幢号", "building"),
    ("单元号", "entrance"),
    ("设施编号", "code"),
    ("资产编码", "code"),
    ("Code", "code"),
    ("设施类型", "type_code"),
    ("类 别", "type_code"),
    ("名称", "name"),
    ("安装位置", "spot"),
    ("工程量", "quantity"),
    ("数量（米）", "quantity"),
    ("单位", "unit"),
    ("规格型号", "model"),
    ("图纸编号", "drawing_no"),
    ("权属", "ownership"),
    ("产权归属", "ownership"),
    ("管护单位", "maintainer"),
    ("建设单位", "claim_holder"),
    ("重要性", "criticality"),
    ("投资额", "cost_fen"),
    ("造价（万元）", "cost_fen"),
    ("其中：财政资金", "budget_fen"),
    ("财政", "budget_fen"),
    ("债券资金（万元）", "bonds_fen"),
    ("专营单位出资", "franchise_unit_fen"),
    ("管线单位出资", "franchise_unit_fen"),
    ("居民自筹", "residents_fen"),
    ("社会资金", "social_capital_fen"),
    ("造价（含税）", "cost_fen"),
    ("项目文号", "project"),
    ("分项工程", "work_item"),
    ("竣工验收时间", "accepted_on"),
    ("竣工验收 日期（实际）", "accepted_on"),
    ("投用日期", "in_use_since"),
    ("保修期（年）", "contract_months"),
    ("质保期（月）", "contract_months"),
    ("使用年限", "design_life_years"),
    ("完好程度", "condition"),
    ("检查日期", "condition_on"),
    ("停用日期", "removed_on"),
    ("面积", "attribute_area"),
    ("面积（㎡）", "attribute_area"),
    ("厚度(mm)", "attribute_thickness"),
    ("公称直径DN", "attribute_nominal_width"),
    ("属性·型号", "attribute_model"),
    ("型号", "model"),
]
LEFT_OUT = ["序号", "保修截止日期", "质保期至", "所属区县", "错误说明"]
ASKED = ["备注", "保修期", "质保期（天）", "厚度(cm)", "造价（美元）", "施工队长", "设计使用年限（月）"]


@pytest.mark.parametrize(("text", "field"), MEANS)
def test_a_heading_is_recognised(text: str, field: str) -> None:
    [found] = KNOWN.mapped([heading(1, text)])
    assert (found.field, found.known) == (field, True)


@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_we_write_ourselves_is_left_out(text: str) -> None:
    [found] = KNOWN.mapped([heading(1, text)])
    assert (found.field, found.known) == (None, True)


@pytest.mark.parametrize("text", ASKED)
def test_what_is_not_clear_is_asked(text: str) -> None:
    [found] = KNOWN.mapped([heading(1, text)])
    assert (found.field, found.known) == (None, False)


def test_of_two_headings_with_one_meaning_the_second_is_asked() -> None:
    found = KNOWN.mapped([heading(1, "名称"), heading(2, "设施名称")])
    assert [(each.field, each.known) for each in found] == [("name", True), (None, False)]


def test_what_a_person_said_goes_before_what_is_known() -> None:
    known = Dictionary(properties(), {"名称": "model", "备注": None, "质保期天": "contract_months"})
    found = known.mapped([heading(1, "名称"), heading(2, "备 注"), heading(3, "质保期（天）")])
    assert [(each.field, each.known) for each in found] == [("model", True), (None, True), ("contract_months", True)]


@pytest.mark.parametrize(
    ("field", "unit", "by"),
    [
        ("cost_fen", "万元", 10_000),
        ("cost_fen", "元", 1),
        ("cost_fen", "", 1),
        ("contract_months", "年", 12),
        ("contract_months", "月", 1),
        ("quantity", "米", 1),
        ("attribute_area", "㎡", 1),
    ],
)
def test_a_unit_behind_a_heading_multiplies(field: str, unit: str, by: int) -> None:
    assert factor(field, unit) == by


def test_what_new_parts_lack_is_told() -> None:
    needed = ["community", "code", "type_code", "name", "ownership", "work_item"]
    assert list(lacking([], one_community=False)) == needed
    assert list(lacking([], one_community=True)) == needed[1:]
    assert list(lacking(["code", "type_code", "name", "ownership", "no_project"], one_community=True)) == []
