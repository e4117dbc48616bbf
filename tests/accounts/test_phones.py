"""Telephone numbers as people type them."""

from __future__ import annotations

import pytest

from propman.accounts import phones
from propman.errors import Refused

VALID = [
    ("13800000000", "+8613800000000"),
    ("138 0000 0000", "+8613800000000"),
    ("１３８００００００００", "+8613800000000"),  # full-width, from a Chinese keyboard
    ("＋８６－１３８－００００－００００", "+8613800000000"),
    ("+86 138-0000-0000", "+8613800000000"),
    ("0086 13800000000", "+8613800000000"),
    ("0451-88888888", "+8645188888888"),
    ("(0451) 8888 8888", "+8645188888888"),
    ("400-600-1234", "+864006001234"),
    ("+7 914 123-45-67", "+79141234567"),
]
INVALID = [
    "",
    "12345",
    "110",
    "12000000000",
    "1380000000",
    "138000000000",
    "0451 8888888",
    "1234567890123456789",
    "13800000000 13900000000",
    "13800000000/13900000000",
    "13812345678转12",
    "0451-88888888 ext. 12",
    "0451-88888888#12",
    "1-800-FLOWERS",
    "13800000000" + " " * 40 + "1",
]


@pytest.mark.parametrize(("typed", "stored"), VALID)
def test_numbers_are_read_in_any_notation(typed: str, stored: str) -> None:
    """One number, one stored form, so that it can be found again."""
    assert phones.read(typed) == stored
    assert phones.to_e164(typed) == stored
    assert phones.read(phones.shown(stored)) == stored


@pytest.mark.parametrize("typed", INVALID)
def test_what_is_no_number_is_refused_by_name(typed: str) -> None:
    """The sentence says which value was wrong."""
    assert phones.read(typed) is None
    with pytest.raises(Refused) as refused:
        phones.to_e164(typed, field="caller")
    assert refused.value.field == "caller"
    assert refused.value.status == 422
    assert typed.strip()[:40] in str(refused.value)


@pytest.mark.parametrize(
    ("stored", "shown", "masked"),
    [
        ("+8613812345678", "138 1234 5678", "138****5678"),
        ("+8645188888888", "0451 8888 8888", "451****8888"),
        ("+79141234567", "+7 914 123-45-67", "791****4567"),
        ("+86106234", "106234", "****34"),
        (None, "", ""),
    ],
)
def test_a_masked_number_cannot_be_called(stored: str | None, shown: str, masked: str) -> None:
    """Its owner still recognises it."""
    assert phones.shown(stored) == shown
    assert phones.mask(stored) == masked
