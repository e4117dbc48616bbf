"""What a verdict on the warranty rests on, as it is stored beside it: enough to find it again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from propman.assets import warranty
from propman.assets.warranty import End, Finding, Papers, Reason, Rule
from propman.data.works import WarrantyBasis


@dataclass(frozen=True)
class Evidence:
    """The papers of the part, the end that they gave on the day of the verdict, and whether misuse was found.

    `alike` counts the parts that could be meant and stand alike.
    """

    papers: Papers
    end: End
    misuse: bool = False
    alike: int = 1

    def finding(self, arose_on: date) -> Finding:
        """The verdict on a defect that arose on `arose_on`."""
        return warranty.judge(self.papers, self.end, arose_on=arose_on, misuse=self.misuse)

    @property
    def end_follows(self) -> bool:
        """Whether the papers give this end. Of one counted in heating seasons that cannot be told from them alone."""
        rule = self.papers.rule
        in_seasons = rule is not None and rule.basis is WarrantyBasis.SEASONS
        return in_seasons or warranty.end(self.papers) == self.end

    def stored(self) -> dict[str, Any]:
        """As the column `TicketVerdict.facts` holds it; the rule has a column of its own."""
        return {
            "accepted_on": _text(self.papers.accepted_on),
            "contract_months": self.papers.contract_months,
            "design_life_years": self.papers.design_life_years,
            "made": self.papers.made,
            "last_on": _text(self.end.last_on),
            "at_least": _text(self.end.at_least),
            "no_end": self.end.reason.value if self.end.reason else None,
            "floor": self.end.floor,
            "seasons_verified": self.end.verified,
            "misuse": self.misuse,
            "alike": self.alike,
        }

    @classmethod
    def read(cls, facts: Mapping[str, Any], rule: Rule | None) -> Evidence:
        """What `stored` gave, with the version of the rule that was applied."""
        papers = Papers(
            accepted_on=_day(facts["accepted_on"]), rule=rule, contract_months=facts["contract_months"],
            design_life_years=facts["design_life_years"], made=facts["made"],
        )  # fmt: skip
        end = End(
            last_on=_day(facts["last_on"]), reason=Reason(facts["no_end"]) if facts["no_end"] else None,
            at_least=_day(facts["at_least"]), floor=facts["floor"], verified=facts["seasons_verified"],
        )  # fmt: skip
        return cls(papers, end, misuse=facts["misuse"], alike=facts["alike"])


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
