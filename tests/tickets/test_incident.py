"""The rule by which a report joins an incident: a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from propman.tickets.incident import Fault, Known, joins
from propman.tickets.workflow import State

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUILDING, OTHER, OUTDOORS = 3, 4, 1
PUMP, RISER = 70, 71


def known(lead_id: int = 9, *, first: datetime = TUESDAY, state: str = "submitted", category: str = "water",
          scope: int = BUILDING, part: int | None = None, outage: int | None = None) -> Known:  # fmt: skip
    return Known(lead_id, State(state), category, scope, part, first, outage)


def fault(at: datetime = TUESDAY + HOUR, *, category: str = "water", scope: int = BUILDING, part: int | None = None,
          in_a_flat: bool = False, outage: int | None = None) -> Fault:  # fmt: skip
    return Fault(category, scope, part, at, in_a_flat, outage)


CASES: list[tuple[str, Fault, list[Known], int | None]] = [
    ("nothing is known", fault(), [], None),
    ("same building and category", fault(), [known()], 9),
    ("another building", fault(scope=OTHER), [known()], None),
    ("another category", fault(category="lights"), [known()], None),
    ("inside two flats", fault(in_a_flat=True), [known()], None),
    ("inside a flat, and the part is known", fault(in_a_flat=True, part=PUMP), [known(part=PUMP)], 9),
    ("outdoors in the same community", fault(scope=OUTDOORS), [known(scope=OUTDOORS)], 9),
    ("outdoors is not the building", fault(scope=OUTDOORS), [known()], None),
    ("at the last moment", fault(TUESDAY + 72 * HOUR), [known()], 9),
    ("a moment later", fault(TUESDAY + 72 * HOUR + timedelta(microseconds=1)), [known()], None),
    ("before the first one", fault(TUESDAY - HOUR), [known()], None),
    ("the same part in another category", fault(category="lights", part=PUMP), [known(part=PUMP)], 9),
    ("the same part in another building", fault(scope=OTHER, part=PUMP), [known(part=PUMP)], 9),
    ("two parts of one building", fault(part=PUMP), [known(part=RISER)], None),
    ("of one the part is not known", fault(part=PUMP), [known()], 9),
    ("of the other it is not", fault(), [known(part=PUMP)], 9),
    ("the same part wins", fault(part=PUMP), [known(5), known(6, first=TUESDAY + HOUR, part=PUMP)], 6),
    ("the oldest of several", fault(), [known(6, first=TUESDAY + HOUR), known(7), known(8)], 7),
    ("one that ended beside one that goes on", fault(), [known(6, state="confirmed"), known(7)], 7),
    ("the same outage in another building", fault(scope=OTHER, outage=1), [known(outage=1)], 9),
    ("the same outage weeks later", fault(TUESDAY + 500 * HOUR, outage=1), [known(outage=1)], 9),
    ("the same outage in another category", fault(category="lights", outage=1), [known(outage=1)], 9),
    ("the same outage wins over the part", fault(part=PUMP, outage=1), [known(5, part=PUMP), known(outage=1)], 9),
    ("two outages", fault(outage=1), [known(outage=2)], None),
    ("an outage, and what came before it", fault(outage=1), [known()], None),
    ("what no outage explains any more", fault(), [known(outage=1)], None),
    ("what was reported of the outage is done", fault(outage=1), [known(outage=1, state="completed")], None),
]


@pytest.mark.parametrize(("case", "report", "incidents", "lead"), CASES, ids=[case[0] for case in CASES])
def test_a_report_joins_the_incident_it_belongs_to(
    case: str, report: Fault, incidents: list[Known], lead: int | None
) -> None:
    assert joins(report, incidents) == lead, case


@pytest.mark.parametrize("state", list(State))
def test_what_somebody_still_goes_for_takes_more(state: State) -> None:
    takes = joins(fault(), [known(state=state.value)]) is not None
    assert takes is (state.value in {"submitted", "assigned", "underway", "on_hold"})
