"""Who pays for a repair: the first row of a table that matches. Pure.

The order is propman's proposal; each row names the law it rests on. What a repair fund (住宅专项维修资金) may never pay
is refused, not hinted at: 住宅专项维修资金管理办法 (建设部、财政部令第165号), Art. 25.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from propman.assets.warranty import Verdict
from propman.errors import Refused
from propman.text import N_


class Payer(StrEnum):
    """Who pays."""

    CONTRACTOR = "contractor"  # under warranty, through the claim holder
    UTILITY = "utility"
    CULPRIT = "culprit"
    OWNER = "owner"  # of the one flat
    PROPERTY_COMPANY = "property_company"  # within the service fee
    REPAIR_FUND = "repair_fund"
    COMMON_REVENUE = "common_revenue"  # parking, adverts
    ALL_OWNERS = "all_owners"  # by floor area, or a public subsidy


PAYER_WORDS = {
    Payer.CONTRACTOR: N_("the contractor, through the claim holder"),
    Payer.UTILITY: N_("the utility"),
    Payer.CULPRIT: N_("whoever caused it"),
    Payer.OWNER: N_("the owner of the flat"),
    Payer.PROPERTY_COMPANY: N_("the property company, from the service fee"),
    Payer.REPAIR_FUND: N_("the repair fund, after a vote or by the emergency path"),
    Payer.COMMON_REVENUE: N_("the income from common parts"),
    Payer.ALL_OWNERS: N_("all owners by floor area, or a public subsidy"),
}


@dataclass(frozen=True)
class Facts:
    """What the table asks. `verdict` is the warranty's, which already knows of misuse; the rest is yes or no.

    `utilitys`: an asset of a utility, or transferred to it. `in_fee`: within the service contract and its fee.
    """

    verdict: Verdict
    utilitys: bool = False
    culprit_known: bool = False
    inside_flat: bool = False
    in_fee: bool = False
    fund: bool = False
    common_revenue: bool = False


@dataclass(frozen=True)
class Rule:
    """One row: what is asked, who pays where it is so, and the law."""

    number: int
    asks: str
    holds: Callable[[Facts], bool]
    payer: Payer
    source: str


TABLE: tuple[Rule, ...] = (
    Rule(1, N_("within the warranty, and not misused"), lambda facts: facts.verdict is Verdict.COVERED,
         Payer.CONTRACTOR, "建设工程质量管理条例 第四十一条"),
    Rule(2, N_("a utility's, or transferred to it"), lambda facts: facts.utilitys,
         Payer.UTILITY, "物业管理条例 第五十一条；城镇燃气管理条例 第十九条"),
    Rule(3, N_("whoever caused it is known"), lambda facts: facts.culprit_known,
         Payer.CULPRIT, "住宅专项维修资金管理办法 第二十五条"),
    Rule(4, N_("inside one flat"), lambda facts: facts.inside_flat,
         Payer.OWNER, "物业管理条例 第五十五条"),
    Rule(5, N_("within the service contract and its fee"), lambda facts: facts.in_fee,
         Payer.PROPERTY_COMPANY, "民法典 第九百四十二条；住宅专项维修资金管理办法 第二十五条"),
    Rule(6, N_("a common part out of warranty, and there is a repair fund"), lambda facts: facts.fund,
         Payer.REPAIR_FUND, "民法典 第二百八十一条；物业管理条例 第五十三条"),
    Rule(7, N_("there is income from common parts"), lambda facts: facts.common_revenue,
         Payer.COMMON_REVENUE, "民法典 第二百八十二条；物业管理条例 第五十四条"),
    Rule(8, N_("none of these"), lambda _facts: True,
         Payer.ALL_OWNERS, "民法典 第二百八十三条"),
)  # fmt: skip
"""The payer decision (付款方判定): the first row that holds. The last always does."""

NEVER_FROM_THE_FUND = {
    1: N_("The repair fund may never pay what the builder owes: the warranty covers it."),
    2: N_("The repair fund may never pay for pipes, lines and equipment that a utility has to keep."),
    3: N_("The repair fund may never pay for what somebody damaged: whoever did pays."),
    5: N_("The repair fund may never pay what the service contract already covers."),
}
"""The four costs of Art. 25, by the row of the table that finds them."""


def decide(facts: Facts) -> Rule:
    """The first row of the table that holds for `facts`."""
    return next(rule for rule in TABLE if rule.holds(facts))


def refuse_from_fund(facts: Facts, payer: Payer) -> None:
    """Raise `Refused` (422) where `payer` is the repair fund and one of the four costs is what it would pay."""
    if payer is not Payer.REPAIR_FUND:
        return
    for rule in TABLE:
        if rule.number in NEVER_FROM_THE_FUND and rule.holds(facts):
            raise Refused(NEVER_FROM_THE_FUND[rule.number], field="payer")


def flagged(facts: Facts, payer: Payer) -> bool:
    """Whether somebody but the contractor pays for what the warranty covers."""
    return facts.verdict is Verdict.COVERED and payer is not Payer.CONTRACTOR
