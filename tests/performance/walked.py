"""What rounds leave behind: who went for which duty, past which point, what was answered there, found and cured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionItem
from propman.rounds.judging import Result
from propman.rounds.models import SOURCE
from propman.rounds.proof import Level
from tests.performance import lives
from tests.performance.kinds import Rules, rules
from tests.performance.lives import Writer
from tests.performance.province import Community, Rows

TABLES = ("inspection_round", "round_duty", "round_point", "round_answer", "ticket_finding")
LIFTS = 4  # of a community
FAILS = 40  # one point in so many
TOOK = timedelta(hours=1)
SHIFT = timedelta(hours=8)


class Walked:
    """Keeps the rows of rounds, and of the reports that they opened, until they are copied into the database."""

    def __init__(self, session: Session, today: date) -> None:
        of_template = select(InspectionItem.template, InspectionItem.id).order_by(InspectionItem.position.desc())
        self.items: Mapping[str, int] = dict(session.execute(of_template).all())
        self.kinds: Sequence[Rules] = rules(session, today)
        self.month = today.replace(day=1)
        self.writer = Writer()
        self.rows: Rows = {name: [] for name in TABLES}

    def walk(self, number: int, duty: Mapping[str, Any], community: Community, template: str, place_id: int) -> None:
        """Somebody went for duty `number`, which is done: one round of one point. All its rows bear that number."""
        at, fails = duty["ended_at"], number % FAILS == 0
        result = (Result.FAIL if fails else Result.PASS).value
        workers = community.company.workers
        self._add("inspection_round", id=number, community_id=community.id, person_id=workers[number % len(workers)],
                  organisation_id=community.company.id, started_at=at - TOOK, loaded_at=at - TOOK,
                  ends_at=at - TOOK + SHIFT, closed_at=at)  # fmt: skip
        self._add("round_duty", round_id=number, duty_id=number, released_at=at, done_at=at, event_id=number)
        self._add("round_point", id=number, round_id=number, duty_id=number, position=1, place_id=place_id,
                  recorded_at=at, level=Level.SCANNED.value, result=result, failed=int(fails), template=template,
                  month=duty["month"],
                  community_id=community.id, organisation_id=community.company.id)  # fmt: skip
        self._add("round_answer", id=number, point_id=number, item_id=self.items[template], result=result)
        if fails:
            self._find(number, community, duty, template)

    def _find(self, number: int, community: Community, duty: Mapping[str, Any], template: str) -> None:
        """What failed opened a report. It is cured on the same evening, but for every second one of this month."""
        cured = duty["month"] < self.month or number // FAILS % 2
        kind = self.kinds[number // FAILS % len(self.kinds)]
        ticket, moves = lives.live(
            self.writer, number, lives.CURED if cured else lives.UNCURED, community, kind, duty["ended_at"]
        )
        self._add("ticket_finding", id=number, source=f"{SOURCE}{number}", ticket_id=ticket, event_id=moves[0],
                  found_at=duty["ended_at"], template=template,
                  cured_id=moves[-1] if cured else None, month=duty["month"] if cured else None,
                  community_id=community.id if cured else None,
                  organisation_id=community.company.id if cured else None,
                  cured_hours=lives.CURED[-1].after // 60 if cured else None)  # fmt: skip

    def _add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def taken(self) -> Rows:
        """The rows kept so far, by table; they are kept no longer."""
        rows = {name: list(its) for name, its in (self.rows | self.writer.rows).items()}
        for its in (*self.rows.values(), *self.writer.rows.values()):
            its.clear()
        return rows


def lifts(communities: Sequence[Community]) -> list[Mapping[str, Any]]:
    """The lifts of every community, one after the other, in the register: the law has them looked at twice a month."""
    return [
        {"id": number * LIFTS + each + 1, "community_id": community.id, "place_id": community.entrances[each * 3],
         "code": f"L-{each + 1}", "type_code": "I01", "name": f"{each + 1}号电梯", "attributes": "{}",
         "ownership": "owners", "criticality": "A", "no_project": "earlier", "warranty": "none", "version": 1}
        for number, community in enumerate(communities) for each in range(LIFTS)
    ]  # fmt: skip
