"""Until when a piece of work is guaranteed, and whether that covers a defect. Pure.

The periods and their start are those of the Regulation on Quality Management of Construction Projects
(建设工程质量管理条例), Art. 40-41: from the day of accepted completion, by the kind of work, in months, heating seasons
or the design life; what a contract gives beyond that counts, and what it takes away does not. Periods run as the Civil
Code (民法典), Art. 201-203, says: the first day is not counted, and the last is the day that matches it, else the
month's last. What decides is when the defect arose, not when it is reported or closed.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from propman.communities.seasons import Season
from propman.data.works import WarrantyBasis
from propman.text import N_


class Verdict(StrEnum):
    """Whether the warranty covers a defect: 在保, 不在保, 无法判定."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a verdict is what it is; `SENTENCES` says it in words."""

    WITHIN = "within"
    WITHIN_CONTRACT = "within_contract"
    BEFORE_ACCEPTANCE = "before_acceptance"
    OVER = "over"
    MISUSE = "misuse"
    NO_PROJECT = "no_project"
    NOT_ACCEPTED = "not_accepted"
    NO_RULE = "no_rule"
    NO_SEASONS = "no_seasons"
    NO_DESIGN_LIFE = "no_design_life"
    NO_CONTRACT = "no_contract"
    NO_PART = "no_part"
    SEVERAL_PARTS = "several_parts"


SENTENCES = {
    Reason.WITHIN: N_("Accepted on %(accepted_on)s and guaranteed to the end of %(last_on)s; the defect arose before."),
    Reason.WITHIN_CONTRACT: N_(
        "The contract alone guarantees it to the end of %(last_on)s; the defect arose before. How long the law does"
        " cannot be told yet."
    ),
    Reason.BEFORE_ACCEPTANCE: N_(
        "The defect arose before the work was accepted on %(accepted_on)s: it is the contractor's."
    ),
    Reason.OVER: N_("Accepted on %(accepted_on)s and guaranteed to the end of %(last_on)s; the defect arose later."),
    Reason.MISUSE: N_("Caused by wrong use or by a third party: no warranty covers that."),
    Reason.NO_PROJECT: N_("No renovation project made this part, so none guarantees it."),
    Reason.NOT_ACCEPTED: N_("The work has no day of acceptance yet, and the warranty starts with it."),
    Reason.NO_RULE: N_("No warranty rule is on file for this work."),
    Reason.NO_SEASONS: N_("It is counted in heating seasons, and those of this place are not entered far enough."),
    Reason.NO_DESIGN_LIFE: N_("It lasts for the design life, and none is on file."),
    Reason.NO_CONTRACT: N_("It lasts as long as the contract says, and no term is on file."),
    Reason.NO_PART: N_("No part of the register could be meant."),
    Reason.SEVERAL_PARTS: N_("Several parts could be meant, and they do not stand alike."),
}


@dataclass(frozen=True)
class Rule:
    """One version of a warranty rule: what it is counted in, and the least that the law gives (None: no figure)."""

    key: str
    basis: WarrantyBasis
    minimum: int | None


@dataclass(frozen=True)
class Papers:
    """What is on file of a piece of work: all that decides. None is not on file.

    `accepted_on` is the day of accepted completion; `contract_months` the term of the contract, `design_life_years`
    that of the design. `made` is False for a part that no project made.
    """

    accepted_on: date | None
    rule: Rule | None
    contract_months: int | None = None
    design_life_years: int | None = None
    made: bool = True


@dataclass(frozen=True)
class End:
    """The last local day that is covered, to its end; or None, and `reason` why that cannot be told.

    `at_least` is covered in any case: the contract says so. `floor` tells that the contract gives less than the law,
    which counts; `verified` that every heating season it rests on was.
    """

    last_on: date | None
    reason: Reason | None = None
    at_least: date | None = None
    floor: bool = False
    verified: bool = True


@dataclass(frozen=True)
class Finding:
    """A verdict, why, and the last covered day it rests on (None where there is none)."""

    verdict: Verdict
    reason: Reason
    last_on: date | None = None

    def days_left(self, today: date) -> int | None:
        """How many days of cover follow `today`: 0 on the last one, negative afterwards; None without an end."""
        return None if self.last_on is None else (self.last_on - today).days


def add_months(day: date, months: int) -> date:
    """The day `months` later that matches `day`, else the last of its month (民法典, Art. 202)."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end(papers: Papers, *, seasons: Sequence[Season] = (), part_season_counts: bool = False) -> End:
    """Until when work with these `papers` is guaranteed.

    In: the `seasons` known of its place; `part_season_counts` says whether the rest of a season into which acceptance
    fell is one (unsettled in law; the default protects residents).
    """
    if not papers.made:
        return End(None, Reason.NO_PROJECT)
    if papers.accepted_on is None:
        return End(None, Reason.NOT_ACCEPTED)
    contract = add_months(papers.accepted_on, papers.contract_months) if papers.contract_months else None
    if papers.rule is None:
        return End(None, Reason.NO_RULE, contract)
    statutory, missing, verified = _statutory(papers, papers.accepted_on, seasons, part_season_counts)
    if missing is not None:
        return End(None, missing, contract)
    if statutory is None:
        return End(contract) if contract else End(None, Reason.NO_CONTRACT)
    last_on = max(statutory, contract or statutory)
    return End(last_on, floor=contract is not None and contract < statutory, verified=verified)


def _statutory(
    papers: Papers, accepted_on: date, seasons: Sequence[Season], part_season_counts: bool
) -> tuple[date | None, Reason | None, bool]:
    """What the law gives at least (None where it leaves that to the contract), what is missing to tell, verified."""
    assert papers.rule is not None  # noqa: S101 - for the type checker
    basis, minimum = papers.rule.basis, papers.rule.minimum or 0
    if basis is WarrantyBasis.MONTHS:
        return add_months(accepted_on, minimum), None, True
    if basis is WarrantyBasis.DESIGN_LIFE:
        years = papers.design_life_years
        return (add_months(accepted_on, 12 * years), None, True) if years else (None, Reason.NO_DESIGN_LIFE, True)
    if basis is WarrantyBasis.CONTRACT:
        return None, None, True
    counted = counted_seasons(accepted_on, seasons, part_season_counts)[:minimum]
    if len(counted) < minimum:
        return None, Reason.NO_SEASONS, True
    return counted[-1].last_on, None, all(season.verified for season in counted)


def counted_seasons(accepted_on: date, seasons: Sequence[Season], part_season_counts: bool) -> list[Season]:
    """The seasons that count for work accepted on a day: those wholly after it, and if asked the one under way.

    They are counted year by year from the acceptance up to the first year whose season is not known: past a gap
    nobody can count.
    """
    by_year = {season.first_on.year: season for season in seasons}
    counted = []
    year = accepted_on.year - part_season_counts
    while (season := by_year.get(year)) is not None:
        if season.first_on > accepted_on or (part_season_counts and season.last_on > accepted_on):
            counted.append(season)
        year += 1
    return counted


def judge(papers: Papers, end: End, *, arose_on: date, misuse: bool = False) -> Finding:
    """Whether a defect that arose on the local day `arose_on` is covered.

    Never turns from "not covered" to "covered" as `arose_on` grows. `misuse`: wrong use or a third party caused it
    (房屋建筑工程质量保修办法, Art. 17).
    """
    if misuse:
        return Finding(Verdict.NOT_COVERED, Reason.MISUSE, end.last_on)
    if papers.made and papers.accepted_on is not None and arose_on < papers.accepted_on:
        return Finding(Verdict.COVERED, Reason.BEFORE_ACCEPTANCE, end.last_on or end.at_least or papers.accepted_on)
    if end.last_on is not None:
        within = arose_on <= end.last_on
        verdict = Verdict.COVERED if within else Verdict.NOT_COVERED
        return Finding(verdict, Reason.WITHIN if within else Reason.OVER, end.last_on)
    if end.at_least is not None and arose_on <= end.at_least:
        return Finding(Verdict.COVERED, Reason.WITHIN_CONTRACT, end.at_least)
    reason = end.reason or Reason.NO_RULE
    return Finding(Verdict.NOT_COVERED if reason is Reason.NO_PROJECT else Verdict.UNKNOWN, reason)


def rolled(last_on: date, works: Callable[[date], bool]) -> date:
    """`last_on`, or where that is a day of rest the first day after it on which people work (民法典, Art. 203).

    Whether that lengthens a warranty is not settled: it is shown beside the bare end and decides nothing.
    """
    while not works(last_on):
        last_on += timedelta(days=1)
    return last_on
