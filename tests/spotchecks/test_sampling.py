"""Which things a draw takes, drawn again here by hand; who may look again; which month is next. Tables."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman.spotchecks.rules import Checked, Kind, Outcome, Whose, incomplete, month_to_draw, rank, refusal, sample

SEED = "00112233445566778899aabbccddeeff"
ZHAO, SUN, LIN = (Whose(Kind.POINT, 1), Whose(Kind.POINT, 2), Whose(Kind.REPAIR, 1))
FRAMES = st.dictionaries(
    st.builds(Whose, st.sampled_from(Kind), st.integers(1, 30)), st.frozensets(st.integers(1, 10**6), min_size=1),
    max_size=12,
)  # fmt: skip


def by_hand(seed: str, ids: range, number: int) -> list[int]:
    """The first `number` of the points, as the page says that anybody can draw them."""
    return sorted(ids, key=lambda one: sha256(f"{seed}|point {one}".encode()).hexdigest())[:number]


@pytest.mark.parametrize(
    ("ids", "share", "number"),
    [
        (range(1, 2), 5, 1),  # one at least
        (range(1, 21), 5, 1),
        (range(1, 22), 5, 2),  # a share rounded up
        (range(1, 101), 5, 5),
        (range(1, 101), 100, 100),
        (range(1, 101), 0, 1),
    ],
)
def test_of_each_person_a_share_is_drawn_and_one_at_least(ids: range, share: int, number: int) -> None:
    assert sample(SEED, {ZHAO: ids}, share, 1000) == {ZHAO: by_hand(SEED, ids, number)}


def test_the_order_of_what_there_is_and_other_people_change_nothing() -> None:
    alone = sample(SEED, {ZHAO: range(1, 200)}, 5, 100)
    assert sample(SEED, {SUN: [7], ZHAO: range(199, 0, -1)}, 5, 100)[ZHAO] == alone[ZHAO]
    assert rank(SEED, Kind.POINT, 7) != rank(SEED, Kind.REPAIR, 7)


def test_another_seed_draws_others() -> None:
    ids = {ZHAO: range(1, 1000)}
    assert sample(SEED, ids, 1, 100) != sample(SEED[::-1], ids, 1, 100)


def test_beyond_the_most_everybodys_first_goes_before_anybodys_second() -> None:
    drawn = sample(SEED, {ZHAO: range(1, 1000), SUN: range(2000, 2010), LIN: range(1, 5)}, 50, 4)
    assert {whose: len(ids) for whose, ids in drawn.items()} == {ZHAO: 2, SUN: 1, LIN: 1} or len(drawn) == 3
    assert sum(map(len, drawn.values())) == 4
    assert len(sample(SEED, {Whose(Kind.POINT, one): [one] for one in range(1, 10)}, 5, 4)) == 4


@given(frame=FRAMES, share=st.integers(0, 100), most=st.integers(1, 60), seed=st.text("0123456789abcdef", min_size=32))
def test_a_sample_is_of_its_frame_and_no_larger_than_it_may_be(
    frame: dict[Whose, frozenset[int]], share: int, most: int, seed: str
) -> None:
    drawn = sample(seed, frame, share, most)
    assert all(len(set(ids)) == len(ids) and set(ids) <= frame[whose] for whose, ids in drawn.items())
    assert sum(map(len, drawn.values())) <= most
    if len(frame) <= most:
        assert set(drawn) == set(frame)


@pytest.mark.parametrize(
    ("last", "this", "due"),
    [
        (None, date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 11, 1), None),
        (date(2026, 8, 1), date(2026, 11, 1), date(2026, 9, 1)),  # a missed month is made good for
        (date(2026, 12, 1), date(2027, 2, 1), date(2027, 1, 1)),
        (date(2026, 11, 1), date(2026, 11, 1), None),
    ],
)
def test_the_next_month_to_draw(last: date | None, this: date, due: date | None) -> None:
    assert month_to_draw(last, this) == due


@pytest.mark.parametrize(
    ("person", "organisations", "says"),
    [
        (9, [], None),
        (9, [4], None),
        (1, [], "had no hand in it"),
        (2, [4], "had no hand in it"),
        (None, [], "had no hand in it"),
        (9, [4, 3], "another organisation"),
    ],
)
def test_a_second_person_looks_again(person: int | None, organisations: list[int], says: str | None) -> None:
    refused = refusal(person, organisations, Checked(frozenset({1, 2}), frozenset({3})))
    assert (refused is None) == (says is None)
    assert says is None or says in str(refused)


@pytest.mark.parametrize(
    ("outcome", "words", "reopened", "says"),
    [
        (Outcome.AGREED, "", False, None),
        (Outcome.DISAGREED, "门锁坏了", False, None),
        (Outcome.NOT_CHECKED, "楼门锁着", True, None),
        (Outcome.DISAGREED, "", False, "what was found"),
        (Outcome.NOT_CHECKED, "", False, "say why"),
        (Outcome.AGREED, "", True, "reopened"),
        (Outcome.DISAGREED, "门锁坏了", True, "reopened"),
    ],
)
def test_what_an_end_must_say(outcome: Outcome, words: str, reopened: bool, says: str | None) -> None:
    refused = incomplete(outcome, words, Checked(frozenset(), reopened=reopened))
    assert (refused is None) == (says is None)
    assert says is None or says in str(refused)
