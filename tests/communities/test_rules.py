"""Codes, names and kinds: the pure rules of the room."""

from __future__ import annotations

from collections import Counter

import pytest

from propman.communities import codes
from propman.communities.kinds import (
    AREA_KINDS,
    CHILD_KIND,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    TRADE_WORDS,
    OrganisationKind,
    PlaceKind,
    office_name,
)
from propman.communities.sorting import LONGEST, sort_key
from propman.data.reading import GoesTo, Trade


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("0123456789ABC", "0123456789ABC"),
        ("oi1lLO6789abc", "0111106789ABC"),
        ("01234-56789-abc", "0123456789ABC"),
        (" 01234 56789 ABC ", "0123456789ABC"),
        ("0123456789AB", None),
        ("0123456789ABCD", None),
        ("U123456789ABC", None),  # U is not in the alphabet and looks like nothing in it
        ("０１２３４５６７８９ＡＢＣ", None),
        ("%' OR 1=1 --", None),
        ("ı123456789ABC", None),  # a dotless i becomes I in capitals
        ("", None),
    ],
)
def test_a_code_is_read_as_people_copy_it(typed: str, means: str | None) -> None:
    assert codes.normal(typed) == means


def test_drawn_codes_are_well_formed_differ_and_use_the_whole_alphabet() -> None:
    drawn = [codes.draw() for _ in range(2000)]
    assert all(codes.well_formed(code) for code in drawn)
    assert len(set(drawn)) == 2000
    letters = Counter("".join(drawn))
    expected = 2000 * codes.LENGTH / len(codes.ALPHABET)
    chi_squared = sum((letters[letter] - expected) ** 2 / expected for letter in codes.ALPHABET)
    assert chi_squared < 90  # 31 degrees of freedom: passed by chance once in ten million draws


def test_codes_hold_at_least_64_random_bits() -> None:
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**64
    assert not set("ILOU") & set(codes.ALPHABET)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("红旗小区", "hongqixiaoqu"),
        ("3号楼", "000003haolou"),
        ("10号楼", "000010haolou"),
        ("３号楼", "000003haolou"),
        ("Huayuan 5", "huayuan000005"),
        ("（一期）", "yiqi"),
        ("—", ""),
    ],
)
def test_names_sort_by_pinyin_and_number(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_a_sort_key_always_fits_its_column() -> None:
    assert len(sort_key("双" * 80)) == LONGEST
    assert len(sort_key("9" * 80)) <= LONGEST


def test_every_kind_has_a_word_and_a_place_in_the_tables() -> None:
    assert set(PLACE_WORDS) == set(PlaceKind)
    assert set(ORGANISATION_WORDS) == set(AREA_KINDS) == set(OrganisationKind)
    assert set(TRADE_WORDS) == set(Trade)
    assert set(CHILD_KIND) == set(PlaceKind) - {PlaceKind.ENTRANCE}


def test_whoever_a_report_is_routed_to_is_a_kind_of_organisation() -> None:
    assert {kind.value for kind in GoesTo} <= {kind.value for kind in OrganisationKind}


@pytest.mark.parametrize(
    ("street", "office"),
    [("花园街道", "花园街道办事处"), ("安达镇", "安达镇人民政府"), ("和平乡", "和平乡人民政府")],
)
def test_the_office_of_a_street_or_town_has_its_usual_name(street: str, office: str) -> None:
    assert office_name(street) == office
