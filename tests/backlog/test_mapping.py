"""A map is read as strictly as a form: what is wrong in it is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from propman.backlog.mapping import BadMap, Where, read_map
from propman.tickets.workflow import State

GOOD = """
[source]
name = "old"
[time]
zone = "+08:00"
[columns]
id = "编号"
opened = "报修时间"
closed = "办结时间"
status = "状态"
category = "类别"
place = "小区"
words = ["内容", "备注"]
[status]
"办结" = "confirmed"
"处理中" = "submitted"
[category]
"漏水" = "leak"
[place]
"" = "未写明"
"和平 3 栋" = { community = "和平小区", building = "3号楼" }
[area]
street = "花园街道"
divisions = [
  { kind = "province", code = "23", name = "黑龙江省" },
  { kind = "prefecture", code = "2301", name = "哈尔滨市" },
  { kind = "county", code = "230103", name = "南岗区" },
]
[responsible]
kind = "street_office"
"""

WRONG = [
    ("[source]", "[sauce]", "'sauce', which means nothing here"),
    ("[responsible]\nkind = \"street_office\"", "", "does not say 'responsible'"),
    ('name = "old"', 'nom = "old"', r"\[source\] holds 'nom'"),
    ('name = "old"', "", r"\[source\] does not say 'name'"),
    ('name = "old"', "name = 7", r"\[source\] name must be a text, not 7"),
    ('name = "old"', f'name = "{"o" * 41}"', r"\[source\] name is longer than 40"),
    ('"+08:00"', '"Harbin"', r"'Harbin' is no time zone"),
    ('opened = "报修时间"', "", r"\[columns\] does not say 'opened'"),
    ('opened = "报修时间"', 'opened = "报修时间"\nurgent = "急"', r"\[columns\] holds 'urgent'"),
    ('words = ["内容", "备注"]', 'words = "内容"', "words must be a list of headings"),
    ('"submitted"', '"underway"', r"'处理中' must be one of submitted, confirmed, not 'underway'"),
    ('"漏水" = "leak"', "", r"\[category\] says nothing"),
    ('"" = "未写明"', '"" = 7', r"\[place\] '' must be the name of a community"),
    ('"3号楼" }', '"3号楼", door = "1" }', "holds 'door'"),
    ('kind = "prefecture"', 'kind = "county"', "must go down from the province"),
    ('"street_office"', '"contractor"', "must be one of property_company, street_office"),
    ('kind = "street_office"', 'kind = "property_company"', r"\[responsible\] does not say 'name'"),
    ('name = "old"', 'name = "old', "The map is no TOML"),
]  # fmt: skip


def test_a_good_map_says_what_columns_and_values_are() -> None:
    found = read_map(GOOD)
    assert found.zone.utcoffset(None) == timedelta(hours=8)
    assert found.columns.named == ("编号", "报修时间", "办结时间", "状态", "类别", "小区", "内容", "备注")
    assert found.states == {"办结": State.CONFIRMED, "处理中": State.SUBMITTED}
    assert found.places == {"": Where("未写明"), "和平 3 栋": Where("和平小区", "3号楼")}
    assert [division.code for division in found.divisions] == ["23", "2301", "230103"]
    assert found.company == ""


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG, ids=[sentence for _old, _new, sentence in WRONG])
def test_what_is_wrong_in_a_map_is_named(old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(BadMap, match=sentence):
        read_map(GOOD.replace(old, new, 1))
