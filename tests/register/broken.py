"""Every kind of broken row: what it says instead of a good one, which field is blamed, and with which sentence.

`docs/register.md` holds the same table; `test_broken_rows.py` compares, and puts one of each into one file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

NOT_EMPTY = "This must not be empty."
NEW_EMPTY = "The part is new in the register, and this is empty."
TOO_LONG = "Please keep it to %(most)s characters."
CLOSED = "%(place)s is closed or about to close."
NO_NUMBER = "%(typed)s is not a number."
BAD_QUANTITY = "A quantity is a number of at least 0 with up to three decimals."
NO_AMOUNT = "%(typed)s is not an amount in yuan."
TOO_MUCH = "%(typed)s yuan is too much."
OTHER_SUM = "The shares come to %(given)s yuan, the cost is %(cost)s yuan: they must be the same."
NO_ANSWER = "%(typed)s is none of the answers: %(answers)s."
NO_DAY = "%(typed)s is not a date. Please write it as 2021-09-30."
NOT_YET = "%(day)s cannot be: it must lie between 1949 and today."
NO_WHOLE = "%(typed)s is not a whole number."
OUT_OF_RANGE = "Give a whole number from 1 to %(most)s."
FAR_AHEAD = date(2049, 1, 1)


@dataclass(frozen=True)
class Broken:
    """A kind of broken row: what it is called, what the row `says`, the field that is blamed, and why."""

    name: str
    blamed: str
    why: str
    says: dict[str, Any] = field(default_factory=dict)


def _of(blamed: str, name: str, why: str, value: Any = None, **says: Any) -> Broken:
    return Broken(f"{blamed}: {name}", blamed, why, {blamed: value, **says})


BROKEN = (
    _of("community", "missing", NOT_EMPTY),
    _of("community", "unknown", "There is no %(typed)s in %(area)s.", "没有的小区"),
    _of("community", "of another area", "There is no %(typed)s in %(area)s.", "远景小区"),
    _of("community", "several of one name",
        "Several communities of %(area)s are called %(typed)s. Write the street in front.", "同名小区"),
    _of("community", "closed", CLOSED, "停用小区", building=None, work_item=None, no_project="原有"),
    _of("community", "too long", TOO_LONG, "长" * 201),
    _of("building", "unknown", "%(community)s has no building %(typed)s.", "99号楼"),
    _of("building", "of another community", "%(community)s has no building %(typed)s.", "1号楼"),
    _of("building", "several can be meant",
        "Several buildings of %(community)s can be meant by %(typed)s. Write the whole name.", "8"),
    _of("building", "closed", CLOSED, "7号楼"),
    _of("building", "too long", TOO_LONG, "长" * 81),
    _of("entrance", "without a building", "Say in which building.", "2单元", building=None),
    _of("entrance", "unknown", "%(building)s has no entrance %(typed)s.", "9单元"),
    _of("entrance", "of another building", "%(building)s has no entrance %(typed)s.", "5单元"),
    _of("code", "missing", NOT_EMPTY),
    _of("code", "too long", TOO_LONG, "X" * 41),
    _of("code", "with signs that cannot be printed", "It holds characters that do not belong here.", "A\ue000B"),
    _of("code", "with lost digits", "%(typed)s has lost digits: a spreadsheet keeps 15 of a number. Please make the "
        "cell a text and type it again.", 12345678901234567890.0),
    _of("code", "twice in the file", "Row %(first)s has the same code.", "TWICE"),
    _of("code", "of a part that is gone", "%(name)s was removed on %(day)s and cannot be changed.", "GONE-1"),
    _of("type_code", "missing", NEW_EMPTY),
    _of("type_code", "unknown", "The catalogue has no type %(code)s.", "B99"),
    _of("type_code", "out of use", "%(code)s is out of use in the catalogue.", "旧类型"),
    _of("name", "missing", NEW_EMPTY),
    _of("name", "too long", TOO_LONG, "长" * 121),
    _of("spot", "too long", TOO_LONG, "长" * 81),
    _of("quantity", "no number", NO_NUMBER, "若干"),
    _of("quantity", "below zero", BAD_QUANTITY, -1),
    _of("quantity", "four decimals", BAD_QUANTITY, "1.2345"),
    _of("quantity", "too much", BAD_QUANTITY, 1_000_000_000),
    _of("unit", "too long", TOO_LONG, "长" * 21),
    _of("model", "too long", TOO_LONG, "长" * 121),
    _of("drawing_no", "too long", TOO_LONG, "长" * 81),
    _of("ownership", "missing", NEW_EMPTY),
    _of("ownership", "unknown", NO_ANSWER, "某人"),
    _of("maintainer", "unknown",
        "%(typed)s is none of the organisations that can keep a part of %(community)s in repair.", "无此公司"),
    _of("maintainer", "of a kind that keeps nothing",
        "%(typed)s is none of the organisations that can keep a part of %(community)s in repair.", "道里区财政局"),
    _of("maintainer", "several of one name", "Several organisations of %(community)s are called %(typed)s.",
        "同名物业"),
    _of("maintainer", "too long", TOO_LONG, "长" * 81),
    _of("claim_holder", "unknown", "%(typed)s is none of the organisations that can claim for %(community)s.",
        "龙江防水工程公司"),
    _of("claim_holder", "too long", TOO_LONG, "长" * 81),
    _of("criticality", "unknown", NO_ANSWER, "D"),
    _of("cost_fen", "no amount", NO_AMOUNT, "面议"),
    _of("cost_fen", "below zero", NO_AMOUNT, -5),
    _of("cost_fen", "three decimals", NO_AMOUNT, "1.005"),
    _of("cost_fen", "too much", TOO_MUCH, "100000000000000"),
    _of("cost_fen", "other than the shares that stand", OTHER_SUM, 400, code="PAID-1"),
    *(_of(field, name, why, value, cost_fen=100)
      for field in ("budget_fen", "bonds_fen", "franchise_unit_fen", "residents_fen", "social_capital_fen")
      for name, why, value in (("no amount", NO_AMOUNT, "若干"), ("below zero", NO_AMOUNT, -5),
                               ("three decimals", NO_AMOUNT, "1.005"), ("too much", TOO_MUCH, "100000000000000"),
                               ("not the cost", OTHER_SUM, 99.99))),
    _of("budget_fen", "without a cost", "The shares come to %(given)s yuan, and there is no cost.", 100),
    _of("budget_fen", "less than the cost with the others", OTHER_SUM, 50, cost_fen=100, residents_fen=49),
    _of("residents_fen", "more than the cost with what stands", OTHER_SUM, 100, code="PAID-2"),
    _of("project", "unknown", "%(community)s has no project %(typed)s.", "1999-9"),
    _of("project", "too long", TOO_LONG, "长" * 121),
    _of("work_item", "missing, and no reason",
        "Name the work item that made it, or say why there is none: one of the two."),
    _of("work_item", "missing beside a project", "Say which work item of the project made it.", project="2024-001"),
    _of("work_item", "unknown", "The project %(project)s has no work item %(typed)s.", "99"),
    _of("work_item", "several of one name",
        "Several work items of the project %(project)s are called %(typed)s. Write the number.", "道路"),
    _of("work_item", "of a community with several projects", "%(community)s has several projects: say which one.",
        "1", community="双项小区", building=None),
    _of("work_item", "of a community without a project", "%(community)s has no renovation project.", "1",
        community="无主小区", building=None),
    _of("work_item", "too long", TOO_LONG, "长" * 141),
    _of("no_project", "unknown", NO_ANSWER, "说不清", work_item=None),
    _of("no_project", "beside a work item",
        "Name the work item that made it, or say why there is none: not both.", "捐赠"),
    _of("accepted_on", "no day", NO_DAY, "去年秋天"),
    _of("accepted_on", "not in the calendar", "%(typed)s is not a day of the calendar.", "2023-02-30"),
    _of("accepted_on", "in the future", NOT_YET, FAR_AHEAD),
    _of("accepted_on", "a year alone", "%(typed)s is not a date. Please write it as 2021-09-30.", 2021),
    _of("accepted_on", "before 1950", "%(typed)s would be %(found)s. Days from 1950 to 2149 can be read.",
        "1921-09-30"),
    _of("accepted_on", "after the removal", "It was accepted only on %(day)s.", "2024-10-10", code="REMOVED-1"),
    _of("in_use_since", "in the future", NOT_YET, FAR_AHEAD),
    _of("warranty_key", "unknown", "The catalogue has no warranty rule %(code)s.", "WP99"),
    _of("contract_months", "no whole number", NO_WHOLE, 2.5),
    _of("contract_months", "none", OUT_OF_RANGE, 0),
    _of("contract_months", "too many", OUT_OF_RANGE, "101年"),
    _of("contract_months", "no number", NO_NUMBER, "长期"),
    _of("design_life_years", "no number", NO_NUMBER, "终身"),
    _of("design_life_years", "too many", OUT_OF_RANGE, 101),
    _of("condition", "unknown", NO_ANSWER, "6", condition_on="2025-01-01"),
    _of("condition", "missing beside its day", "Say how it was found on that day.", condition_on="2025-01-01"),
    _of("condition_on", "missing beside the condition", "Say on which day it was found so.", condition="完好"),
    _of("condition_on", "no day", NO_DAY, "昨天", condition="完好"),
    _of("condition_on", "in the future", NOT_YET, FAR_AHEAD, condition="完好"),
    _of("condition_on", "after the removal", "It was gone from %(day)s.", "2025-05-05", condition="完好",
        removed_on="2025-01-01"),
    _of("removed_on", "no day", NO_DAY, "不久"),
    _of("removed_on", "beyond ten years", "%(day)s cannot be meant. Look at the year.", FAR_AHEAD),
    _of("removed_on", "before the acceptance", "It was accepted only on %(day)s.", "2024-01-01"),
    _of("removed_on", "before the first use", "It is in use only since %(day)s.", "2025-01-01",
        in_use_since="2025-02-01"),
    _of("attribute_area", "no number", NO_NUMBER, "很大"),
    _of("attribute_area", "four decimals", "%(typed)s is not a number with up to three decimals.", "1.2345"),
    _of("attribute_membrane", "too long", TOO_LONG, "长" * 201),
    _of("attribute_thickness", "not of this type", "This type of part has no such property.", 5),
    _of("attribute_anti_fall_net", "neither yes nor no", "%(typed)s is neither yes nor no. Please write yes or no.",
        "也许", type_code="B10"),
    _of("attribute_expires_on", "no day", NO_DAY, "快了", type_code="B20"),
)  # fmt: skip
