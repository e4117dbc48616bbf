"""Marks upon letters: those of every language stay, and piles that nobody writes are known at once."""

from __future__ import annotations

import sys
import time

import pytest

from propman import marks
from propman.marks import MOST, piled_up

ACUTE, BELOW, TIBETAN, KATAKANA = "\u0301", "\u0316", "\u0f73", "\uff9e"
TWO_CLASSES = f"a{ACUTE * 50_000}{BELOW * 50_000}"


@pytest.mark.parametrize(
    "text", ["漏水", "नमस्ते " * 90, "กำ้" * 90, "שָׁלוֹם" * 90, f"e{ACUTE * MOST}", f"e{ACUTE * 30} " * 900]
)
def test_writing_of_every_language_passes(text: str) -> None:
    assert not piled_up(text)


@pytest.mark.parametrize("pile", [ACUTE, ACUTE + BELOW, TIBETAN, KATAKANA + ACUTE, "\U0001e94a"], ids=ascii)
@pytest.mark.parametrize("before", ["", "漏", "漏水" * 49, "漏水" * 500], ids=len)
def test_pile_is_known_wherever_it_begins(pile: str, before: str) -> None:
    marks_of_it = (pile * (MOST + 1))[: MOST + 1]
    assert piled_up(f"{before}{marks_of_it}水")
    assert not piled_up(f"{before}{marks_of_it[1:]}水")


def test_many_piles_weigh_as_much_as_a_high_one() -> None:
    assert piled_up(f"e{ACUTE * (MOST // 2)} " * 5)
    assert not piled_up(f"e{ACUTE * (MOST // 2)} " * 4)


@pytest.mark.parametrize("text", [TWO_CLASSES, "漏水" * 1_000_000], ids=["a pile", "a long text"])
def test_looking_takes_no_time(text: str) -> None:
    piled_up(TWO_CLASSES)
    started = time.process_time()
    piled_up(text)
    assert time.process_time() - started < 0.5


def test_no_mark_is_forgotten() -> None:
    """Whatever Unicode this Python knows."""
    known, surrogates = marks._mark(), range(0xD800, 0xE000)
    signs = (chr(code) for code in range(sys.maxunicode + 1) if code not in surrogates)
    assert [sign for sign in signs if marks.is_mark(sign) != bool(known.match(sign))] == []
