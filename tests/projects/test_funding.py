"""The shares of the sources come to the cost, to the fen, or nobody is named."""

from __future__ import annotations

import pytest

from propman.errors import Refused
from propman.projects.funding import refuse_other_sum


@pytest.mark.parametrize(
    ("cost_fen", "shares"),
    [(None, []), (0, []), (100, []), (100, [100]), (100, [99, 1]), (10**15 - 1, [10**15 - 2, 1])],
)
def test_what_comes_to_the_cost_may_stand(cost_fen: int | None, shares: list[int]) -> None:
    refuse_other_sum(cost_fen, shares)


@pytest.mark.parametrize(
    ("cost_fen", "shares", "facts"),
    [
        (None, [1], {"given": "0.01"}),
        (0, [1], {"given": "0.01", "cost": "0.00"}),
        (100, [99], {"given": "0.99", "cost": "1.00"}),
        (100, [100, 1], {"given": "1.01", "cost": "1.00"}),
        (123_456_00, [123_456_00, 123_456_00], {"given": "246,912.00", "cost": "123,456.00"}),
    ],
)
def test_another_sum_is_refused_and_both_are_named(
    cost_fen: int | None, shares: list[int], facts: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        refuse_other_sum(cost_fen, shares)
    assert (refused.value.field, refused.value.params) == ("cost_fen", facts)
