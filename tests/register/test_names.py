"""Which building or entrance somebody means."""

from __future__ import annotations

import pytest

from propman.register.names import counted, found

PLACES = ["1号楼", "3号楼", "12号楼", "3-1号楼", "A座", "甲楼", "会所"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3", "3号楼"),
        ("3号", "3号楼"),
        ("3栋", "3号楼"),
        ("３＃楼", "3号楼"),
        ("03", "3号楼"),
        ("三号楼", "3号楼"),
        ("第3栋", "3号楼"),
        ("十二号楼", "12号楼"),
        ("12幢", "12号楼"),
        ("3-1", "3-1号楼"),
        ("会所", "会所"),
        ("会 所", "会所"),
        ("a座", "A座"),
        ("甲楼", "甲楼"),
    ],
)
def test_a_place_is_found_by_its_number_or_name(text: str, place: str) -> None:
    assert list(found(text, PLACES, str)) == [place]


@pytest.mark.parametrize("text", ["2", "31", "", "3单元楼下", "二十", "B座"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert list(found(text, PLACES, str)) == []


def test_a_whole_name_goes_before_a_number() -> None:
    assert list(found("3", ["3", "3号楼"], str)) == ["3"]
    assert sorted(found("3#", ["3栋", "3号楼"], str)) == ["3号楼", "3栋"]


@pytest.mark.parametrize(
    ("text", "number"), [("二十一单元", "21"), ("十单元", "10"), ("3单元", "3"), ("3A", "3a"), ("会所", None)]
)
def test_numbers_in_words(text: str, number: str | None) -> None:
    assert counted(text) == number
