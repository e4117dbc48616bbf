"""Who paid for a renovation or for a part of it: the shares of the sources come to the cost, to the fen. Pure."""

from __future__ import annotations

from collections.abc import Collection

from propman import money
from propman.errors import Refused
from propman.text import N_


def refuse_other_sum(cost_fen: int | None, shares: Collection[int]) -> None:
    """Raise `Refused`, naming the cost, for `shares` in fen that do not sum to `cost_fen`, or without a cost.

    No share at all is no fault: it may not be known yet who paid.
    """
    if not shares:
        return
    given = sum(shares)
    if cost_fen is None:
        raise Refused(
            N_("The shares come to %(given)s yuan, and there is no cost."), field="cost_fen", given=money.text(given)
        )
    if given != cost_fen:
        raise Refused(
            N_("The shares come to %(given)s yuan, the cost is %(cost)s yuan: they must be the same."),
            field="cost_fen",
            given=money.text(given),
            cost=money.text(cost_fen),
        )
