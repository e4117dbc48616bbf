"""What the address asks for: which spot checks, of which kind, whose, of which months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import request

from propman import clock
from propman.db import ID_LIMIT, db
from propman.roles import Permission
from propman.spotchecks import queries
from propman.spotchecks.queries import By, Wanted, Which
from propman.spotchecks.rules import Kind
from propman.web import current_viewer
from propman.web.months import month_text
from propman.web.numbers import whole

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
FARTHEST = 100_000  # lines; a number beyond it in the address is not understood
SPAN = 12  # months that are shown where none are asked for


@dataclass(frozen=True)
class Asked:
    """What is wanted, by what a table is, from which line on; `good`: all of that was understood."""

    wanted: Wanted
    by: By
    skip: int
    good: bool
    months: list[str]

    @property
    def status(self) -> int:
        """The answer that the question deserves."""
        return 200 if self.good else 400

    @cached_property
    def names(self) -> dict[str, Any]:
        """What stands in an address that asks for the same, but for the list."""
        wanted = self.wanted
        found = {"kind": wanted.kind, "person": wanted.person_id, "organisation": wanted.organisation_id,
                 "draw": wanted.draw_id, "from": month_text(wanted.first), "to": month_text(wanted.last)}  # fmt: skip
        return {name: str(value) for name, value in found.items() if value is not None}


def asked() -> Asked:
    """The question in the address. What is not understood is left out."""
    months = _months()
    said = request.args
    first, last = _month("from", months[min(SPAN, len(months)) - 1]), _month("to", months[0])
    which, kind, by = (_one_of(kind, name) for kind, name in ((Which, "which"), (Kind, "kind"), (By, "by")))
    ids = {name: whole(said[name], ID_LIMIT - 1) for name in ("person", "organisation", "draw") if said.get(name)}
    skip = whole(said.get("skip", "0"), FARTHEST)
    good = None not in {first, last, skip, *ids.values()} and not (
        {name for name in ("which", "kind", "by") if said.get(name)}
        - {name for name, found in (("which", which), ("kind", kind), ("by", by)) if found is not None}
    )  # fmt: skip
    sees_open = current_viewer().may(Permission.SEE_SPOT_DRAWS)
    wanted = Wanted(
        which or (Which.OPEN if sees_open else Which.ENDED), first or months[-1], last or months[0], kind,
        ids.get("person"), ids.get("organisation"), ids.get("draw"),
    )  # fmt: skip
    return Asked(wanted, by or By.PEOPLE, skip or 0, good, [month_text(month) for month in months])


def _months() -> list[date]:
    """The months to choose from, the newest first."""
    month = clock.month_of(clock.now())
    since = queries.first_month(db.session()) or month
    found = [month]
    while month > since:
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found


def _month(name: str, usual: date) -> date | None:
    text = request.args.get(name, "")
    known = MONTH.fullmatch(text)
    return date(int(known[1]), int(known[2]), 1) if known else None if text else usual


def _one_of(words: Any, name: str) -> Any:
    text = request.args.get(name)
    return words(text) if text in set(words) else None
