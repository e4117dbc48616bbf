"""What is a telephone number among what people type: it goes into no address."""

from __future__ import annotations

import pytest

from propman.search.views import names_telephone, telephone

MA = "+8613800000043"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000043", MA), ("138 0000 0043", MA), ("138.0000.0043", MA), ("138/0000/0043", MA), ("138·0000·0043", MA),
        ("138_0000_0043", MA), ("138\t0000\t0043", MA), ("13800000043,", MA), ("13800000043；", MA),
        ("tel:13800000043", MA), ("电话13800000043", MA), ("手机：138-0000-0043", MA), ("+86 138 0000 0043", MA),
        ("１３８００００００４３", MA), ("0451-8888 6666", "+8645188886666"), ("(0451) 88886666", "+8645188886666"),
    ],
)  # fmt: skip
def test_one_number_however_it_is_written(typed: str, number: str) -> None:
    assert telephone(typed) == number
    assert names_telephone(typed)


@pytest.mark.parametrize("typed", ["13800000043 马桂兰", "马桂兰 138-0000-0043", "13800000043 13900000044"])
def test_a_number_among_other_words_is_noticed_and_not_looked_for(typed: str) -> None:
    assert telephone(typed) == ""
    assert names_telephone(typed)


@pytest.mark.parametrize("typed", ["2611-1096244", "26111096244", "漏水 3号楼", "2026年11月27日 3号楼", "1601", ""])
def test_numbers_of_reports_houses_and_days_are_no_telephones(typed: str) -> None:
    assert telephone(typed) == ""
    assert not names_telephone(typed)
