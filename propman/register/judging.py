"""What would become of the register if a row were taken: a new part, a changed one, nothing; or why it cannot be. Pure.

An empty cell leaves what stands. What stands already is not asked again: a type may have gone out of use since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from propman.errors import Refused
from propman.projects.funding import refuse_other_sum
from propman.register import naming
from propman.register.columns import COLUMNS, PROPERTY, SHARES, Need
from propman.register.rows import Catalogue, Said
from propman.register.surroundings import Area, Around, ItemFact, PlaceFact, ProjectFact, Standing
from propman.text import N_


class Outcome(StrEnum):
    """What a row is."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


PLAIN: Final = ("code", "type_code", "name", "spot", "quantity", "unit", "model", "drawing_no", "ownership",
                "criticality", "cost_fen", "accepted_on", "in_use_since", "warranty_key", "contract_months",
                "design_life_years", "removed_on")  # fmt: skip
"""Fields that are columns of a part as they are."""

KEPT: Final = ("place_id", *PLAIN, "attributes", "maintainer_id", "claim_holder_id", "work_item_id", "no_project")
"""The columns of a part that a row can fill."""

HELD: Final = (*KEPT, "shares")
"""All that a row can fill of a part: its columns, and by source of money what that gave, in fen."""


@dataclass
class Judged:
    """What a row would do: to which part (None: a new one), with which columns, and which of them change.

    `finding` is a condition that is written down: day and score. `warranty` is how it would stand and until when.
    """

    said: Said
    outcome: Outcome = Outcome.BAD
    around: Around | None = None
    standing: Standing | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    finding: tuple[date, int] | None = None
    warranty: tuple[str, date | None] = ("unknown", None)

    @property
    def made_by(self) -> tuple[ProjectFact, ItemFact] | None:
        """The work item that would have made the part, with its project."""
        return self.around.item(self.columns["work_item_id"]) if self.around else None


class Judging:
    """Judges the rows of one file, one after the other: codes may not come twice."""

    def __init__(self, area: Area, catalogue: Catalogue, *, today: date, mapped: frozenset[str]) -> None:
        self.area, self.catalogue, self.today, self.mapped = area, catalogue, today, mapped
        self._types = {each.code: each for each in catalogue.types}
        self._rules = {each.code: each for each in catalogue.rules}
        self._rows: dict[tuple[int, str], int] = {}

    def community(self, said: Said) -> PlaceFact | None:
        """The community of a row; None, and a fault, where it cannot be told."""
        return naming.community(said, self.area)

    def judge(self, said: Said, around: Around | None, standing: Standing | None) -> Judged:
        """What becomes of a row in the community `around` (None: unknown), where the part is `standing` already."""
        judged = Judged(said, around=around, standing=standing)
        if "code" not in said.values and not said.wrong("code"):
            said.blame("code", N_("This must not be empty."))
        if around is None or "code" not in said.values:
            return judged
        self._refuse_twice(said, around, standing)
        columns = self._columns(said, around, standing)
        if standing is None:
            self._ask_for_new(said, around)
        self._ask_of_both(said, around, standing, columns)
        judged.finding = self._finding(said, standing, columns)
        if not said.faults:
            self._settle(judged, columns)
        return judged

    def _refuse_twice(self, said: Said, around: Around, standing: Standing | None) -> None:
        key = around.community.id, standing.values["code"] if standing else said.values["code"]
        first = self._rows.setdefault(key, said.row)
        if first != said.row:
            said.blame("code", N_("Row %(first)s has the same code."), first=first)

    def _columns(self, said: Said, around: Around, standing: Standing | None) -> dict[str, Any]:
        """The columns of the part as they would be: what stands, and over it what is said."""
        columns = dict(standing.values) if standing else dict.fromkeys(HELD)
        columns |= {name: said.values[name] for name in PLAIN if name in said.values}
        if standing is not None:
            columns["code"] = standing.values["code"]
        columns["place_id"] = naming.place(said, around, columns["place_id"])
        for name in ("maintainer", "claim_holder"):
            columns[f"{name}_id"] = naming.organisation(said, around, standing, name, columns[f"{name}_id"])
        columns["work_item_id"], columns["no_project"] = naming.made_by(said, around, columns)
        columns["attributes"] = self._properties(said, columns, standing)
        columns["shares"] = _shares(said, columns["shares"] or {})
        if standing is None and "criticality" not in said.values and columns["type_code"] in self._types:
            columns["criticality"] = self._types[columns["type_code"]].criticality
        return columns

    def _properties(self, said: Said, columns: Mapping[str, Any], standing: Standing | None) -> dict[str, Any]:
        told = {name.removeprefix(PROPERTY): value for name, value in said.values.items() if name.startswith(PROPERTY)}
        stored = dict(standing.values["attributes"] or {}) if standing else {}
        kind = self._types.get(columns["type_code"] or "")
        if kind is None:
            return stored
        for code in told.keys() - set(kind.properties):
            said.blame(f"{PROPERTY}{code}", N_("This type of part has no such property."))
        moved = standing is not None and standing.values["type_code"] != kind.code
        kept = {code: value for code, value in stored.items() if not moved or code in kind.properties}
        return kept | {code: value for code, value in told.items() if not _same(stored.get(code), value)}

    def _ask_for_new(self, said: Said, around: Around) -> None:
        """What a new part must have."""
        absent = [column for column in COLUMNS if column.need is Need.NEW
                  and column.field not in said.values and not said.wrong(column.field)]  # fmt: skip
        unmapped = [column for column in absent if column.field not in self.mapped]
        for column in absent:
            if column.field in self.mapped:
                said.blame(column.field, N_("The part is new in the register, and this is empty."))
        if unmapped:
            said.blame(unmapped[0].field, N_("The part is new in the register, and the file has no column for this."))
        if not around.community.open:
            said.blame("community", N_("%(place)s is closed or about to close."), place=around.community.name)

    def _ask_of_both(self, said: Said, around: Around, standing: Standing | None, columns: Mapping[str, Any]) -> None:
        before = standing.values if standing else dict.fromkeys(HELD)
        for name, kinds in (("type_code", self._types), ("warranty_key", self._rules)):
            code = columns[name]
            if code != before[name] and code in kinds and not kinds[code].in_force:
                said.blame(name, N_("%(code)s is out of use in the catalogue."), code=code)
        self._ask_about_days(said, around, standing, columns)
        _ask_about_shares(said, columns)

    def _ask_about_days(
        self, said: Said, around: Around, standing: Standing | None, columns: Mapping[str, Any]
    ) -> None:
        """Nothing is removed before it is accepted or used, and what is gone is not changed."""
        gone_on, used_since = columns["removed_on"], columns["in_use_since"]
        made = around.item(columns["work_item_id"])
        accepted_on = columns["accepted_on"] or (made[1].accepted_on if made else None)
        told = {"accepted_on", "removed_on", "work_item"} & said.values.keys()
        if told and gone_on and accepted_on and gone_on < accepted_on:
            late = "removed_on" if "removed_on" in said.values else "accepted_on"
            said.blame(late, N_("It was accepted only on %(day)s."), day=accepted_on.isoformat())
        if {"in_use_since", "removed_on"} & said.values.keys() and gone_on and used_since and gone_on < used_since:
            late = "removed_on" if "removed_on" in said.values else "in_use_since"
            said.blame(late, N_("It is in use only since %(day)s."), day=used_since.isoformat())

    def _finding(self, said: Said, standing: Standing | None, columns: Mapping[str, Any]) -> tuple[date, int] | None:
        """The condition that a row writes down; None for none, and for one that is written down already."""
        score, on = said.values.get("condition"), said.values.get("condition_on")
        if said.wrong("condition") or said.wrong("condition_on") or score is None and on is None:
            return None
        known = standing.findings if standing else frozenset()
        if on is None:
            if score not in {str(each) for _, each in known}:
                said.blame("condition_on", N_("Say on which day it was found so."))
            return None
        if score is None:
            if on not in {day for day, _ in known}:
                said.blame("condition", N_("Say how it was found on that day."))
            return None
        if (on, int(score)) in known:
            return None
        if columns["removed_on"] is not None and columns["removed_on"] <= on:
            said.blame("condition_on", N_("It was gone from %(day)s."), day=columns["removed_on"].isoformat())
        return on, int(score)

    def _settle(self, judged: Judged, columns: dict[str, Any]) -> None:
        judged.columns = columns
        if judged.standing is None:
            judged.outcome = Outcome.NEW
            return
        before = judged.standing.values
        judged.changed = tuple(name for name in HELD if not _same(before[name], columns[name]))
        for name in HELD:
            if name not in judged.changed:
                columns[name] = before[name]
        changes = bool(judged.changed) or judged.finding is not None
        gone_on = before["removed_on"]
        if changes and gone_on is not None and gone_on <= self.today and "removed_on" not in judged.changed:
            judged.said.blame("code", N_("%(name)s was removed on %(day)s and cannot be changed."),
                              name=before["name"], day=gone_on.isoformat())  # fmt: skip
            return
        judged.outcome = Outcome.CHANGED if changes else Outcome.SAME


def _shares(said: Said, stands: Mapping[str, int]) -> dict[str, int]:
    """What each source would have given, in fen: what is said, and else what stands. Nothing is no share."""
    given = {source: said.values.get(name, stands.get(source)) for name, source in SHARES.items()}
    return {source: fen for source, fen in given.items() if fen}


def _ask_about_shares(said: Said, columns: Mapping[str, Any]) -> None:
    """The shares that would stand come to the cost that would stand, where a row says one or the other."""
    told = [name for name in (*SHARES, "cost_fen") if name in said.values]
    if not told or any(said.wrong(name) for name in (*SHARES, "cost_fen")):
        return
    try:
        refuse_other_sum(columns["cost_fen"], columns["shares"].values())
    except Refused as refusal:
        said.blame(told[0], refusal.sentence, **refusal.params)


def _same(stored: Any, said: Any) -> bool:
    """Whether what is said is what stands. Texts are compared as a file would give them back."""
    if isinstance(stored, bool) or isinstance(said, bool):
        return stored is said
    if isinstance(stored, str) and isinstance(said, str):
        return stored == said or naming.as_read(stored) == naming.as_read(said)
    return bool(stored == said)
