"""Codes, names and kinds: the pure rules of the room."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from propman.catalogue.words import TRADE_WORDS
from propman.communities import codes
from propman.communities.kinds import (
    AREA_KINDS,
    CHILD_KIND,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    OrganisationKind,
    PlaceKind,
    office_name,
)
from propman.communities.operations.guards import fit_name, fit_phone, no_slip
from propman.communities.sorting import LONGEST, sort_key
from propman.data.reading import GoesTo, Trade
from propman.errors import Refused


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


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give a name"),
        (" \u3000 ", "Give a name"),
        ("长" * 81, "too long: at most 80"),
        ("\u0958" * 41, "too long"),  # its composed form takes two characters
        ("红旗\u202e小区", "do not belong"),
        ("红旗\x07小区", "do not belong"),
        ("红旗\x00小区", "cannot be stored"),
        ("红旗\ud800小区", "cannot be stored"),
    ],
)
def test_a_name_must_be_one_that_can_be_read(name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        fit_name(name)


@pytest.mark.parametrize("phone", ["12345", "0451-8466 1234", "(0451) 84661234", "+86 138 0000 0000", "400-800-1234"])
def test_a_public_telephone_is_kept_as_it_is_dialled(phone: str) -> None:
    assert fit_phone(f" {phone} ") == phone


def test_no_telephone_is_none() -> None:
    assert fit_phone(None) is fit_phone("") is fit_phone(" ") is None


@pytest.mark.parametrize("phone", ["不知道", "tel:110", "12", "1" * 41, "110;118", "110-", "<b>110</b>", "１２３４５"])
def test_what_nobody_can_dial_is_refused_by_name(phone: str) -> None:
    with pytest.raises(Refused, match="is not a telephone number") as refused:
        fit_phone(phone)
    assert refused.value.field == "phone"
    assert phone[:40] in str(refused.value)


@pytest.mark.parametrize("on", [date(206, 3, 1), date(1949, 9, 30), date(2037, 1, 1), date.max])
def test_a_date_that_can_only_be_a_slip_is_named(on: date) -> None:
    with pytest.raises(Refused, match=on.isoformat()) as refused:
        no_slip(on, date(2026, 3, 10), field="closes_on")
    assert refused.value.field == "closes_on"


@pytest.mark.parametrize("on", [date(1949, 10, 1), date(2026, 3, 9), date(2036, 12, 31)])
def test_a_date_that_may_be_meant_passes(on: date) -> None:
    no_slip(on, date(2026, 3, 10), field="closes_on")
