"""Who pays: the table, its order, and the four costs that no repair fund may pay."""

from __future__ import annotations

from itertools import product

import pytest

from propman.assets.warranty import Verdict
from propman.errors import Refused
from propman.tickets.payer import NEVER_FROM_THE_FUND, TABLE, Facts, Payer, decide, flagged, refuse_from_fund

OVER, COVERED, UNKNOWN = Verdict.NOT_COVERED, Verdict.COVERED, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("facts", "number", "payer"),
    [
        (Facts(COVERED), 1, Payer.CONTRACTOR),
        (
            Facts(COVERED, utilitys=True, culprit_known=True, inside_flat=True, in_fee=True, fund=True),
            1,
            Payer.CONTRACTOR,
        ),
        (Facts(OVER, utilitys=True, culprit_known=True), 2, Payer.UTILITY),
        (Facts(UNKNOWN, utilitys=True), 2, Payer.UTILITY),
        (Facts(OVER, culprit_known=True, inside_flat=True), 3, Payer.CULPRIT),
        (Facts(OVER, inside_flat=True, in_fee=True), 4, Payer.OWNER),
        (Facts(OVER, in_fee=True, fund=True), 5, Payer.PROPERTY_COMPANY),
        (Facts(OVER, fund=True, common_revenue=True), 6, Payer.REPAIR_FUND),
        (Facts(OVER, common_revenue=True), 7, Payer.COMMON_REVENUE),
        (Facts(OVER), 8, Payer.ALL_OWNERS),
        (Facts(UNKNOWN), 8, Payer.ALL_OWNERS),
    ],
)
def test_the_first_row_that_holds_decides(facts: Facts, number: int, payer: Payer) -> None:
    rule = decide(facts)
    assert (rule.number, rule.payer) == (number, payer)


def test_somebody_always_pays_and_every_row_names_its_law() -> None:
    for verdict, *answers in product(Verdict, *[(False, True)] * 6):
        assert decide(Facts(verdict, *answers)) in TABLE
    assert [rule.number for rule in TABLE] == list(range(1, len(TABLE) + 1))
    assert all(rule.source for rule in TABLE)


@pytest.mark.parametrize(
    ("facts", "number"),
    [
        (Facts(COVERED, fund=True), 1),
        (Facts(OVER, utilitys=True, fund=True), 2),
        (Facts(OVER, culprit_known=True, fund=True), 3),
        (Facts(OVER, in_fee=True, fund=True), 5),
        (Facts(OVER, inside_flat=True, in_fee=True, fund=True), 5),  # not hidden by a row that matched before
    ],
)
def test_the_four_costs_that_no_fund_may_pay_are_refused(facts: Facts, number: int) -> None:
    with pytest.raises(Refused) as refused:
        refuse_from_fund(facts, Payer.REPAIR_FUND)
    assert refused.value.sentence == NEVER_FROM_THE_FUND[number]
    for other in set(Payer) - {Payer.REPAIR_FUND}:
        refuse_from_fund(facts, other)


def test_the_fund_may_pay_for_what_nobody_else_owes() -> None:
    refuse_from_fund(Facts(OVER, fund=True), Payer.REPAIR_FUND)
    refuse_from_fund(Facts(UNKNOWN, fund=True), Payer.REPAIR_FUND)


def test_paying_for_what_the_warranty_covers_raises_a_flag() -> None:
    assert {payer for payer in Payer if flagged(Facts(COVERED), payer)} == set(Payer) - {Payer.CONTRACTOR}
    assert not any(flagged(Facts(verdict), payer) for verdict in (OVER, UNKNOWN) for payer in Payer)
