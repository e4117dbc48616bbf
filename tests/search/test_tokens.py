"""What becomes of text, and of what is typed: the same tokens, and never an operator."""

from __future__ import annotations

import pytest

from propman.findable.asking import LONGEST, for_postgresql, for_sqlite, read
from propman.findable.tokens import COARSE, FINE, Findable, bucket, tokens, words
from propman.findable.walking import windows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("楼道灯不亮", ["楼道", "道灯", "灯不", "不亮"]),
        ("电梯", ["电梯"]),
        ("灯", []),
        ("水管，漏水了。", ["水管", "漏水", "水了"]),
        ("Broken LIFT door", ["broken", "lift", "door"]),
        ("3号楼2单元", ["3", "3号", "号楼", "楼2", "2", "2单", "单元"]),
        ("３号楼", ["3", "3号", "号楼"]),
        ("ＬＥＤ灯", ["led", "led灯"]),
        ("A座漏水", ["a", "a座", "座漏", "漏水"]),
        ("𠮷田家", ["𠮷田", "田家"]),
        ("e-mail/wifi", ["e", "mail", "wifi"]),
        ("' OR 1=1 -- * : & | ! <>", ["or", "1", "1"]),
        ("请打13812345678或+86 13812345678", ["请打", "86"]),
        ("字" * 3, ["字字", "字字"]),
        ("x" * 100, ["x" * 40]),
        ("🏠 §a1 \n\t", ["a1"]),
        ("", []),
    ],
)
def test_text_is_cut_into_pairs_and_words(text: str, found: list[str]) -> None:
    assert list(words(text)) == found


def test_a_report_is_found_by_number_category_area_and_age() -> None:
    report = Findable(1234, "2611-0482915", "water_leak", (1, 4, 39, 40), ["漏水"])
    assert tokens(report) == {
        "漏水", "§n26110482915", "0482915", "§cwater§leak", "§a4", "§a39", "§a40", bucket(1234, FINE),
        bucket(1234, COARSE),
    }  # fmt: skip


def test_a_very_long_story_is_found_by_its_beginning() -> None:
    story = ["漏水", *(f"{number}x" for number in range(9000))]
    assert {"漏水"} < tokens(Findable(1, "2611-0482915", "lights", (1,), story))
    assert len(tokens(Findable(1, "2611-0482915", "lights", (1,), story))) <= 6000


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("漏水", "(('漏水'))"),
        ("漏水管", "(('漏水' & '水管'))"),
        ("漏水 三楼", "(('漏水')) & (('三楼'))"),
        ("Lifts", "(('lifts':*))"),
        ("lift电梯", "(('lift':* & 'lift电' & '电梯'))"),
        ("12", "(('12'))"),
        ("0482915", "(('0482915') | ('§n0482915':*))"),
        ("2611-0482915", "(('§n26110482915'))"),
        ("26110482915", "(('§n26110482915'))"),
        ("２６１１-048", "(('§n2611048':*))"),
        ("漏' | '§a1':* & !水 \\ :", "(('§a1':*))"),
    ],
)
def test_what_is_typed_becomes_a_question(typed: str, asked: str) -> None:
    found = read(typed)
    if "§a1" in asked:  # nothing of it is an operator
        assert for_postgresql(found) == "(('a1'))"
        assert found.left_out == ("漏", "水")
    else:
        assert for_postgresql(found) == asked
        assert for_sqlite(found) == asked.replace("'", '"').replace('":*', '" *').replace("&", "AND").replace("|", "OR")


def test_one_character_and_no_word_find_nothing() -> None:
    assert not read("灯").terms
    assert read("灯 ？").left_out == ("灯",)
    assert not read("，。!?* ").terms
    assert not read("").terms


def test_too_many_words_are_said_to_be_too_many() -> None:
    assert not read("漏水 " * 20).too_much  # the same word again
    assert read(" ".join(f"漏{one}" for one in "一二三四五六七八九")).too_much
    assert read("".join(chr(0x4E00 + one) for one in range(50))).too_much
    assert len(read("a" * 10_000).terms[0].word) == LONGEST


@pytest.mark.parametrize("below", [0, 1, 511, 512, 513, 5_000, 100_001, 1_000_000])
def test_windows_hold_every_id_once_and_the_newest_first(below: int) -> None:
    seen: list[int] = []
    for window in windows(below):
        top = window.below
        kept = {token.text for [token] in window.buckets}
        held = [
            number
            for number in range(max(0, top - 200_000), top)
            if not kept or {bucket(number, FINE), bucket(number, COARSE)} & kept
        ]
        assert not seen or max(held, default=0) < min(seen)
        assert len(kept) < 40
        seen = held
        if below > 200_000:
            return
    assert sum(1 for _ in windows(below)) <= 5
