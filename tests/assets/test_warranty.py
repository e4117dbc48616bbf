"""The warranty: vectors of the periods, what is unknown, and that a later defect is never better covered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman.assets.warranty import (
    End,
    Papers,
    Reason,
    Rule,
    Verdict,
    add_months,
    end,
    judge,
    rolled,
)
from propman.communities.seasons import SeasonRule, seasons
from propman.data.works import WarrantyBasis

WP5 = Rule("WP5", WarrantyBasis.MONTHS, 60)
INS5 = Rule("INS5", WarrantyBasis.MONTHS, 60)
MEP2 = Rule("MEP2", WarrantyBasis.MONTHS, 24)
HEAT2 = Rule("HEAT2", WarrantyBasis.SEASONS, 2)
STRUCT = Rule("STRUCT", WarrantyBasis.DESIGN_LIFE, None)
CONTRACT = Rule("CONTRACT", WarrantyBasis.CONTRACT, None)
RULES = (WP5, INS5, MEP2, HEAT2, STRUCT, CONTRACT)

HARBIN = seasons([SeasonRule(2016, None, "10-20", "04-20")], since=2016, until=2040)


@pytest.mark.parametrize(
    ("accepted_on", "rule", "part_counts", "last_on"),
    [
        (date(2021, 9, 30), WP5, False, date(2026, 9, 30)),
        (date(2020, 2, 29), INS5, False, date(2025, 2, 28)),
        (date(2024, 2, 29), MEP2, False, date(2026, 2, 28)),
        (date(2024, 9, 30), HEAT2, False, date(2026, 4, 20)),
        (date(2024, 11, 15), HEAT2, False, date(2027, 4, 20)),
        (date(2024, 11, 15), HEAT2, True, date(2026, 4, 20)),
        # edges of the season: a season is whole only when it begins after the day of acceptance
        (date(2024, 10, 19), HEAT2, False, date(2026, 4, 20)),
        (date(2024, 10, 20), HEAT2, False, date(2027, 4, 20)),
        (date(2024, 10, 20), HEAT2, True, date(2026, 4, 20)),
        (date(2025, 4, 19), HEAT2, True, date(2026, 4, 20)),
        (date(2025, 4, 20), HEAT2, True, date(2027, 4, 20)),
        (date(2025, 4, 20), HEAT2, False, date(2027, 4, 20)),
        # month-ends
        (date(2022, 8, 31), Rule("X", WarrantyBasis.MONTHS, 1), False, date(2022, 9, 30)),
        (date(2023, 12, 31), Rule("X", WarrantyBasis.MONTHS, 2), False, date(2024, 2, 29)),
        (date(2021, 12, 31), MEP2, False, date(2023, 12, 31)),
    ],
)
def test_the_last_covered_day(accepted_on: date, rule: Rule, part_counts: bool, last_on: date) -> None:
    assert end(Papers(accepted_on, rule), seasons=HARBIN, part_season_counts=part_counts) == End(last_on)


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        # a longer term counts, a shorter one never does
        (Papers(date(2021, 9, 30), WP5, contract_months=96), End(date(2029, 9, 30))),
        (Papers(date(2021, 9, 30), WP5, contract_months=60), End(date(2026, 9, 30))),
        (Papers(date(2021, 9, 30), WP5, contract_months=12), End(date(2026, 9, 30), floor=True)),
        (Papers(date(2021, 9, 30), CONTRACT, contract_months=12), End(date(2022, 9, 30))),
        (Papers(date(2021, 9, 30), STRUCT, design_life_years=15), End(date(2036, 9, 30))),
        (Papers(date(2020, 2, 29), STRUCT, design_life_years=15), End(date(2035, 2, 28))),
        (
            Papers(date(2021, 9, 30), STRUCT, contract_months=24, design_life_years=15),
            End(date(2036, 9, 30), floor=True),
        ),
        # what cannot be told, and what the contract gives all the same
        (Papers(None, WP5), End(None, Reason.NOT_ACCEPTED)),
        (Papers(date(2021, 9, 30), None), End(None, Reason.NO_RULE)),
        (Papers(date(2021, 9, 30), CONTRACT), End(None, Reason.NO_CONTRACT)),
        (Papers(date(2021, 9, 30), STRUCT), End(None, Reason.NO_DESIGN_LIFE)),
        (Papers(date(2021, 9, 30), STRUCT, contract_months=24), End(None, Reason.NO_DESIGN_LIFE, date(2023, 9, 30))),
        (Papers(date(2039, 9, 30), HEAT2), End(date(2041, 4, 20))),
        (Papers(date(2039, 10, 30), HEAT2), End(None, Reason.NO_SEASONS)),
        (Papers(date(2010, 9, 30), HEAT2), End(None, Reason.NO_SEASONS)),
        (Papers(date(2039, 10, 30), HEAT2, contract_months=6), End(None, Reason.NO_SEASONS, date(2040, 4, 30))),
        (Papers(None, None, made=False), End(None, Reason.NO_PROJECT)),
    ],
)
def test_contract_floor_and_missing_papers(papers: Papers, expected: End) -> None:
    assert end(papers, seasons=HARBIN) == expected


def test_without_seasons_nothing_is_counted_in_seasons() -> None:
    assert end(Papers(date(2024, 9, 30), HEAT2)) == End(None, Reason.NO_SEASONS)


def test_past_a_gap_nobody_can_count() -> None:
    rules = [SeasonRule(2018, 2018, "10-20", "04-20"), SeasonRule(2022, None, "10-20", "04-20")]
    known = seasons(rules, since=2016, until=2040)
    assert end(Papers(date(2018, 9, 30), HEAT2), seasons=known) == End(None, Reason.NO_SEASONS)
    assert end(Papers(date(2021, 9, 30), HEAT2), seasons=known) == End(None, Reason.NO_SEASONS)
    assert end(Papers(date(2022, 9, 30), HEAT2), seasons=known) == End(date(2024, 4, 20))


def test_a_season_that_begins_a_few_days_later_than_the_last_is_the_next_one() -> None:
    rules = [SeasonRule(2024, 2024, "10-20", "04-20"), SeasonRule(2025, None, "10-25", "04-20")]
    known = seasons(rules, since=2024, until=2030)
    assert end(Papers(date(2024, 10, 20), HEAT2), seasons=known) == End(date(2027, 4, 20))


def test_an_unverified_season_says_so() -> None:
    entered = seasons([SeasonRule(2024, None, "10-20", "04-20", verified=False)], since=2024, until=2030)
    assert end(Papers(date(2024, 9, 30), HEAT2), seasons=entered) == End(date(2026, 4, 20), verified=False)


@pytest.mark.parametrize(
    ("arose_on", "verdict", "reason"),
    [
        (date(2021, 9, 29), Verdict.COVERED, Reason.BEFORE_ACCEPTANCE),
        (date(2021, 9, 30), Verdict.COVERED, Reason.WITHIN),
        (date(2026, 9, 30), Verdict.COVERED, Reason.WITHIN),  # to the end of the day
        (date(2026, 10, 1), Verdict.NOT_COVERED, Reason.OVER),
    ],
)
def test_the_verdict_goes_by_the_day_the_defect_arose(arose_on: date, verdict: Verdict, reason: Reason) -> None:
    papers = Papers(date(2021, 9, 30), WP5)
    found = judge(papers, end(papers), arose_on=arose_on)
    assert (found.verdict, found.reason) == (verdict, reason)


def test_misuse_is_covered_by_nothing() -> None:
    papers = Papers(date(2021, 9, 30), WP5)
    found = judge(papers, end(papers), arose_on=date(2022, 1, 1), misuse=True)
    assert (found.verdict, found.reason) == (Verdict.NOT_COVERED, Reason.MISUSE)


def test_a_part_that_no_project_made_is_not_covered_and_missing_papers_are_unknown() -> None:
    old = Papers(None, None, made=False)
    assert judge(old, end(old), arose_on=date(2022, 1, 1)).verdict is Verdict.NOT_COVERED
    bare = Papers(None, WP5)
    assert judge(bare, end(bare), arose_on=date(2022, 1, 1)).verdict is Verdict.UNKNOWN


def test_what_the_contract_gives_is_covered_while_the_law_cannot_be_told() -> None:
    papers = Papers(date(2021, 9, 30), STRUCT, contract_months=24)
    found = judge(papers, end(papers), arose_on=date(2023, 9, 30))
    assert (found.verdict, found.reason, found.last_on) == (
        Verdict.COVERED,
        Reason.WITHIN_CONTRACT,
        date(2023, 9, 30),
    )
    assert judge(papers, end(papers), arose_on=date(2023, 10, 1)).verdict is Verdict.UNKNOWN


def test_days_left_count_to_the_end_of_the_last_day() -> None:
    papers = Papers(date(2021, 9, 30), WP5)
    found = judge(papers, end(papers), arose_on=date(2026, 9, 1))
    assert [found.days_left(date(2026, 9, day)) for day in (1, 30)] == [29, 0]
    assert found.days_left(date(2026, 10, 1)) == -1


def test_a_last_day_of_rest_rolls_to_the_next_workday() -> None:
    rest = {date(2026, 10, day) for day in range(1, 8)}
    assert rolled(date(2026, 10, 3), lambda day: day not in rest) == date(2026, 10, 8)
    assert rolled(date(2026, 9, 30), lambda day: day not in rest) == date(2026, 9, 30)


@pytest.mark.parametrize("months", range(61))
def test_months_end_on_the_matching_day_or_the_last(months: int) -> None:
    found = add_months(date(2024, 1, 31), months)
    assert (found + timedelta(days=1)).day == 1
    assert found.year * 12 + found.month == 2024 * 12 + 1 + months


DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))
PAPERS = st.builds(
    Papers,
    accepted_on=st.none() | st.dates(date(2005, 1, 1), date(2035, 12, 31)),
    rule=st.none() | st.sampled_from(RULES),
    contract_months=st.none() | st.integers(1, 240),
    design_life_years=st.none() | st.integers(1, 60),
    made=st.booleans(),
)
RANK = {Verdict.NOT_COVERED: 0, Verdict.UNKNOWN: 1, Verdict.COVERED: 2}


@given(papers=PAPERS, one=DAYS, other=DAYS, misuse=st.booleans(), part=st.booleans())
def test_a_later_defect_is_never_better_covered(
    papers: Papers, one: date, other: date, misuse: bool, part: bool
) -> None:
    until = end(papers, seasons=HARBIN, part_season_counts=part)
    early, late = (judge(papers, until, arose_on=day, misuse=misuse) for day in sorted((one, other)))
    assert RANK[early.verdict] >= RANK[late.verdict]


@given(papers=PAPERS)
def test_the_law_is_a_floor_under_every_contract(papers: Papers) -> None:
    bare = Papers(papers.accepted_on, papers.rule, None, papers.design_life_years, papers.made)
    with_term, without = end(papers, seasons=HARBIN).last_on, end(bare, seasons=HARBIN).last_on
    assert without is None or (with_term is not None and with_term >= without)
