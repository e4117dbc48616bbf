"""Whether an answer passes, and which answer is none: tables of cases."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from propman.data.inspections import ItemKind, read_items
from propman.data.reading import read_categories
from propman.errors import Refused
from propman.rounds.findings import ITEMS, category_of, words
from propman.rounds.judging import Result, Said, condition, judge, refuse_nothing, together

PASS, FAIL, NONE = Result.PASS, Result.FAIL, Result.NOT_APPLICABLE


@dataclass(frozen=True)
class Item:
    kind: ItemKind = ItemKind.CHECK
    unit: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    photo: bool = False
    name_zh: str = "通道净宽"


CHECK, SHOWN = Item(), Item(photo=True)
WIDTH = Item(ItemKind.NUMBER, "m", least=Decimal(4))
LEVEL = Item(ItemKind.NUMBER, "mm", Decimal(0), Decimal(15))
CHLORINE = Item(ItemKind.NUMBER, "mg/L", Decimal("0.05"), Decimal(2))
MOISTURE, FREE = Item(ItemKind.NUMBER, "%", most=Decimal(12)), Item(ItemKind.NUMBER, "m²")
LAMPS, ANY = Item(ItemKind.COUNT, least=Decimal(96)), Item(ItemKind.COUNT)


def number(value: str) -> Said:
    return Said(number=Decimal(value))


@pytest.mark.parametrize(
    ("item", "said", "result"),
    [
        (CHECK, Said(PASS), PASS),
        (CHECK, Said(FAIL), FAIL),
        (CHECK, Said(NONE), NONE),
        (SHOWN, Said(FAIL, with_photo=True), FAIL),
        (SHOWN, Said(NONE, with_note=True), NONE),  # of what is not there no photo is asked, but why
        (SHOWN, Said(NONE, with_photo=True), NONE),
        (WIDTH, number("4"), PASS),
        (WIDTH, number("3.999"), FAIL),
        (WIDTH, number("40"), PASS),
        (LEVEL, number("0"), PASS),
        (LEVEL, number("15.001"), FAIL),
        (LEVEL, Said(NONE, Decimal(9999)), NONE),
        (CHLORINE, number("0.04"), FAIL),
        (MOISTURE, number("100"), FAIL),
        (FREE, number("1000000"), PASS),
        (LAMPS, Said(counted=96, total=100), PASS),
        (LAMPS, Said(counted=95, total=100), FAIL),
        (LAMPS, Said(counted=0, total=1), FAIL),
        (ANY, Said(counted=0, total=9), PASS),
    ],
)
def test_an_answer_passes_or_not(item: Item, said: Said, result: Result) -> None:
    assert judge(item, said) is result


@pytest.mark.parametrize(
    ("item", "said", "field"),
    [
        (CHECK, Said(), "choice"),
        (CHECK, number("1"), "choice"),
        (SHOWN, Said(PASS), "photo"),
        (SHOWN, Said(FAIL), "photo"),
        (SHOWN, Said(FAIL, with_note=True), "photo"),
        (SHOWN, Said(NONE), "note"),
        (WIDTH, Said(), "number"),
        (WIDTH, Said(PASS), "number"),
        (WIDTH, number("40.001"), "number"),  # 400 typed for 4.00
        (LEVEL, number("150.001"), "number"),
        (LEVEL, number("-1"), "number"),
        (MOISTURE, number("100.001"), "number"),
        (FREE, number("1000000.001"), "number"),
        (LAMPS, Said(), "counted"),
        (LAMPS, Said(counted=3), "total"),
        (LAMPS, Said(counted=-1, total=3), "counted"),
        (LAMPS, Said(counted=0, total=0), "total"),
        (LAMPS, Said(counted=4, total=3), "counted"),
        (LAMPS, Said(counted=4, total=100_001), "total"),
    ],
)
def test_what_nobody_can_mean_is_asked_again(item: Item, said: Said, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        judge(item, said)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("answers", "good"),
    [
        ([Said(NONE), Said(NONE)], False),
        ([Said(NONE), Said(NONE, with_note=True)], True),
        ([Said(NONE, with_photo=True), Said(NONE)], True),
        ([Said(NONE), Said(PASS)], True),
        ([Said(NONE), number("3")], True),
        ([], True),
    ],
)
def test_where_nothing_applies_somebody_says_why(answers: list[Said], good: bool) -> None:
    if good:
        refuse_nothing(answers)
        return
    with pytest.raises(Refused, match="Does nothing apply here") as refusal:
        refuse_nothing(answers)
    assert refusal.value.field == "note"


def test_a_point_fails_by_one_answer_and_says_nothing_where_nothing_applies() -> None:
    assert together([PASS, FAIL, NONE]) is FAIL
    assert together([PASS, NONE]) is PASS
    assert together([NONE, NONE]) is NONE
    assert together([]) is PASS


@pytest.mark.parametrize(
    ("before", "result", "after"),
    [(None, PASS, 4), (5, PASS, 5), (4, PASS, 4), (2, PASS, 3), (1, PASS, 3), (None, FAIL, 2), (5, FAIL, 2),
     (1, FAIL, 1), (3, NONE, None)],
)  # fmt: skip
def test_a_look_says_how_a_part_is(before: int | None, result: Result, after: int | None) -> None:
    assert condition(before, result) == after


def test_a_finding_says_what_was_measured_against_what() -> None:
    template = Item(name_zh="消防车通道巡查")
    assert words(template, WIDTH, number("3.1"), " 停了一辆车 ") == (
        "消防车通道巡查：通道净宽，不合格。实测 3.1 m，应不小于 4 m。停了一辆车"
    )
    assert words(template, LEVEL, number("20"), None).endswith("实测 20 mm，应不大于 15 mm。")
    assert words(template, LAMPS, Said(counted=3, total=9), None) == (
        "消防车通道巡查：通道净宽，不合格。9 个中 3 个合格。"
    )


def test_a_finding_is_of_a_category_that_there_is() -> None:
    assert category_of("T18", ["lights", "minor_repair"]) == "lights"
    assert category_of("T18", ["minor_repair", "other"]) == "minor_repair"
    assert category_of("Z99", ["minor_repair"]) == "minor_repair"


@pytest.mark.parametrize(
    ("template", "item", "category"),
    [("T20", "covers", "missing_cover"), ("T20", "potholes", "minor_repair"), ("T15", "leak_test", "gas_leak"),
     ("T15", "corrosion", "urgent_repair"), ("T21", "lamps", "lights"), ("T18", "covers", "lights")],
)  # fmt: skip
def test_what_is_more_urgent_than_the_rest_of_its_inspection_says_so(template: str, item: str, category: str) -> None:
    shipped = [row.code for row in read_categories()]
    assert category_of(template, shipped, item) == category
    assert category_of(template, ["minor_repair"], item) == "minor_repair"


def test_each_item_of_which_this_is_said_is_shipped() -> None:
    shipped = {(row.template, row.code) for row in read_items()}
    assert set(ITEMS) <= shipped
    assert set(ITEMS.values()) <= {row.code for row in read_categories()}
