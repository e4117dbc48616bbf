"""The shipped inspections: 28 that come round and four upon an event, how often, what is looked at."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from sqlalchemy import String

from propman.catalogue.operations import SHIPPED
from propman.data.inspections import (
    CountsFrom,
    Grade,
    ItemKind,
    ScheduleRow,
    read_items,
    read_schedules,
    read_templates,
)

AS_PROPOSED = """
T01 law DAILY;14 | T02 standard MONTHLY;3 MONTHLY;6 MONTHLY;12 | T03 standard YEARS=1,4,7,9,11,13,15
T04 standard MONTHLY;6 | T05 local DAILY WEEKLY | T06 local MONTHLY | T07 law YEARLY | T08 law WEEKLY;SA,SU
T09 local MONTHLY;6 | T10 local MONTHLY;3 MONTHLY | T11 law YEARLY;5;10 | T12 proposal YEARLY;4,9;15
T13 law YEARLY;4,10;20 | T14 standard YEARLY;4;20 | T15 law YEARLY | T16 proposal DAILY MONTHLY | T17 standard MONTHLY
T18 local WEEKLY;TH | T19 local DAILY MONTHLY | T20 standard WEEKLY | T21 standard DAILY DAILY;3 WEEKLY
T22 law MONTHLY | T23 standard DAILY | T24 local YEARLY;9;1 | T25 local MONTHLY | T26 local WEEKLY
T27 proposal YEARLY;10;5 | T28 proposal AFTER=6,12,24 BEFORE=60
T29 local ENDS=1 ENDS=1 ENDS=2 ENDS=3 ENDS=2 ENDS=2 ENDS=2 ENDS=3 ENDS=3 ENDS=3 ENDS=3 ENDS=4
T30 proposal ENDS=1 | T31 proposal STARTS=1 | T32 proposal STARTS=3
"""
"""Each template with its grade and its rules, shortened."""


def short(rule: str) -> str:
    """A rule without the names of its parts."""
    return ";".join(part.split("=")[1] for part in rule.split(";")) if rule.startswith("FREQ") else rule


def newest() -> list[ScheduleRow]:
    """Of each schedule the row that holds last."""
    return list(
        {(row.template, row.code): row for row in sorted(read_schedules(), key=attrgetter("valid_from"))}.values()
    )


def test_thirty_two_templates_with_the_grade_and_rules_of_the_proposed_table() -> None:
    rules: dict[str, list[str]] = {}
    for row in newest():
        rules.setdefault(row.template, []).append(short(row.rule))
    told = [f"{row.code} {row.grade} {' '.join(rules[row.code])}" for row in read_templates()]
    assert len(told) == 32
    assert told == [each.strip() for line in AS_PROPOSED.strip().splitlines() for each in line.split("|")]


def test_each_has_a_checklist_of_five_to_eight_items_in_their_order() -> None:
    items = read_items()
    counts = Counter(row.template for row in items)
    assert set(counts) == {row.code for row in read_templates()}
    assert set(counts.values()) <= set(range(5, 9))
    assert {row.kind for row in items} == set(ItemKind)
    for rows in (items, newest()):
        for code in counts:
            mine = [row.position for row in rows if row.template == code]
            assert mine == list(range(1, len(mine) + 1))


def test_rooms_are_measured_in_the_heating_season_and_else_in_the_months_that_were_named_before() -> None:
    before, now = (row for row in read_schedules() if row.template == "T25")
    assert (before.rule, before.in_heating_season) == ("FREQ=MONTHLY;BYMONTH=1,2,3,11,12", False)
    assert (now.rule, now.season_from, now.season_to, now.in_heating_season) == ("FREQ=MONTHLY", "11-01", "03-31", True)
    assert now.valid_from > before.valid_from  # a row of its own: what stood before stays


def test_only_a_lift_has_a_gap_of_fifteen_days_and_its_upkeep_is_counted_from_the_last_one() -> None:
    assert [(row.template, row.counts_from) for row in read_schedules() if row.greatest_gap == 15] == [
        ("T01", CountsFrom.COMPLETION)
    ]


def test_where_a_law_or_standard_says_how_often_no_plan_may_say_less() -> None:
    """Of the others the period is another city's, or our proposal."""
    bound = {row.template for row in newest() if row.binding}
    assert bound == {"T01", "T02", "T03", "T04", "T07", "T11", "T14"}
    assert {row.grade for row in read_templates() if row.code in bound} == {Grade.LAW, Grade.STANDARD}
    assert all("建议值" not in row.source for row in read_schedules() if row.binding)
    [flood] = [row for row in newest() if row.template == "T11"]
    assert (flood.season_from, flood.season_to) == ("04-01", "06-30")  # another time of the year is no preparation


def test_what_nobody_compared_with_its_source_says_so_and_a_proposal_is_called_one() -> None:
    assert {row.verified_on for row in (*read_templates(), *read_schedules(), *read_items())} == {None}
    for row in read_templates():
        assert (row.grade is Grade.LAW) <= any(word in row.source for word in ("条例", "法"))
        assert (row.grade is Grade.PROPOSAL) <= ("propman 建议值" in row.source)


def test_every_shipped_text_fits_its_column() -> None:
    for model, rows in SHIPPED:
        for column in model.__table__.columns:
            if isinstance(column.type, String) and column.type.length and not hasattr(column.type, "enums"):
                texts = [getattr(row, column.name) for row in rows()]
                assert max(len(str(text)) for text in texts) <= column.type.length, column
