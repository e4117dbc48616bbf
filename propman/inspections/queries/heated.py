"""Which heating season a plan keeps to that keeps to its template: of its community, or of all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import ColumnElement, and_, case, false, literal
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionSchedule
from propman.communities.models import Place
from propman.communities.queries import places_with_seasons, season_rules
from propman.inspections.heating import Heated, heated, kept, to_come
from propman.inspections.models import PlanVersion
from propman.inspections.schedule import Season

SEASONS_AHEAD = 11  # of which the next ten days of a rule may speak


def named_season(row: InspectionSchedule) -> Season | None:
    """The days that a schedule names: its season or, where it keeps to the heating season, what holds without one."""
    return Season(row.season_from, row.season_to) if row.season_from and row.season_to else None


def without_one(row: InspectionSchedule) -> Season | None:
    """What holds where nobody entered a heating season; None where `row` keeps to none."""
    return named_season(row) if row.in_heating_season else None


def heated_at(session: Session, row: InspectionSchedule, community: Place, on: date) -> Heated | None:
    """The heating season under way at `community` on the day `on`, or the next; None where `row` keeps to none."""
    otherwise = without_one(row)
    return heated(season_rules(session, [community])[community.id], on, otherwise) if otherwise else None


def season_of(session: Session, row: InspectionSchedule, community: Place, on: date) -> Season | None:
    """In which part of the year anything is due by `row` at `community`, as it is said on the day `on`."""
    otherwise = without_one(row)
    if otherwise is None:
        return named_season(row)
    return kept(season_rules(session, [community])[community.id], on, otherwise).window


def seasons_to_come(
    session: Session, row: InspectionSchedule, community: Place, since: date
) -> Sequence[tuple[date, Season | None]]:
    """What a plan by `row` at `community` says of its season from which day on: from `since`, and anew where a heating
    season to come is not as the one before it, as far as the rows of today say.
    """
    otherwise = without_one(row)
    if otherwise is None:
        return [(since, named_season(row))]
    rules = season_rules(session, [community])[community.id]
    found: list[tuple[date, Season | None]] = []
    for on, one in islice(to_come(rules, since, otherwise), SEASONS_AHEAD):
        if not found or found[-1][1] != one.window:
            found.append((on, one.window))
    return found


def said_one_after_the_other(
    session: Session, rows: Sequence[InspectionSchedule], community: Place, since: date
) -> Iterator[tuple[InspectionSchedule, date, Season | None]]:
    """What `rows` of the library, each up to the day of the next, say at `community` from which day on, from `since`:
    the row, the day, and the season that it means.
    """
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        for on, season in seasons_to_come(session, row, community, max(since, row.valid_from)):
            if following is None or on < following.valid_from:
                yield row, on, season


def in_season(session: Session, row: InspectionSchedule, on: date) -> ColumnElement[bool]:
    """That a version, joined with the community of its plan, names the season that `row`, which keeps to the heating
    season, means there on the day `on`: asked by the places that have one, of which there are few.
    """
    otherwise = without_one(row)
    if otherwise is None:
        return false()
    places = places_with_seasons(session)
    rules = season_rules(session, places)
    here = [(Place.path.like(f"{one.path}%"), kept(rules[one.id], on, otherwise).window) for one in places]
    starts = _first([(where, one.starts) for where, one in here], otherwise.starts)
    ends = _first([(where, one.ends) for where, one in here], otherwise.ends)
    said = (PlanVersion.season_starts, starts), (PlanVersion.season_ends, ends)
    return and_(*(column.is_not_distinct_from(there) for column, there in said))


def _first(cases: Sequence[tuple[ColumnElement[bool], str]], otherwise: str) -> ColumnElement[str]:
    """What the first of `cases` says that holds."""
    return case(*cases, else_=otherwise) if cases else literal(otherwise)
