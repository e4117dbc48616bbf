"""Whether an answer to an item of a checklist passes, and which answer is none and is asked for again. Pure.

A number outside its limits is a fail, and one that nobody can have measured is a slip of the finger: it is asked for
again (`plausible`). So is a count of more than there are, and an answer without its compulsory photograph. "Does not
apply" is said as easily as "in order" and ends the duty as well: instead of a compulsory photograph it says why, and
so it does, once, where nothing applies at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from propman.data.inspections import ItemKind
from propman.errors import Refused
from propman.text import N_

TIMES = 10  # the greater limit: what lies beyond was not measured but mistyped
MOST_NUMBER = Decimal(1_000_000)  # of what has no limits
MOST_COUNT = 100_000
PERCENT = "%"


class Result(StrEnum):
    """What an answer, or a point with all its answers, says."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class Item(Protocol):
    """What is asked, as the catalogue has it (`data.inspections.ItemRow`)."""

    @property
    def kind(self) -> ItemKind: ...  # noqa: D102
    @property
    def unit(self) -> str | None: ...  # noqa: D102
    @property
    def least(self) -> Decimal | None: ...  # noqa: D102
    @property
    def most(self) -> Decimal | None: ...  # noqa: D102
    @property
    def photo(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class Said:
    """What was answered: a choice, a number, or so many of a total; and whether with a photograph and a note.
    NOT_APPLICABLE answers any kind of item.
    """

    choice: Result | None = None
    number: Decimal | None = None
    counted: int | None = None
    total: int | None = None
    with_photo: bool = False
    with_note: bool = False

    @property
    def shown(self) -> bool:
        """Whether there is anything beside the bare answer."""
        return self.with_photo or self.with_note


def judge(item: Item, said: Said) -> Result:
    """Whether `said` passes. Raises `Refused` (422) for what is no answer; its field is choice, number, counted, total,
    photo or note.
    """
    if said.choice is Result.NOT_APPLICABLE:
        if item.photo and not said.shown:
            raise Refused(N_("Please say why it does not apply, or show it in a photo."), field="note")
        return Result.NOT_APPLICABLE
    result = _JUDGES[item.kind](item, said)
    if item.photo and not said.with_photo:
        raise Refused(N_("This answer needs a photo."), field="photo")
    return result


def refuse_nothing(answers: Sequence[Said]) -> None:
    """Raises `Refused` (422) where nothing applies at a point and no answer says why or shows it."""
    if answers and not any(said.choice is not Result.NOT_APPLICABLE or said.shown for said in answers):
        raise Refused(N_("Does nothing apply here? Please say why at one of the items, or show it in a photo."),
                      field="note")  # fmt: skip


def plausible(item: Item) -> Decimal:
    """The greatest number that somebody can have measured; the least is nought."""
    if item.unit == PERCENT:
        return Decimal(100)
    greater: Decimal = max(item.least or Decimal(0), item.most or Decimal(0))
    return min(greater * TIMES, MOST_NUMBER) if greater else MOST_NUMBER


def together(results: Iterable[Result]) -> Result:
    """What a point says whose answers are `results`: one fail is a fail, and what does not apply says nothing."""
    found = set(results)
    if Result.FAIL in found:
        return Result.FAIL
    return Result.NOT_APPLICABLE if found == {Result.NOT_APPLICABLE} else Result.PASS


def condition(before: int | None, result: Result) -> int | None:
    """The condition, 1 to 5, in which a part was found that was in `before`; None where nothing can be said of it.

    A look that finds nothing cannot make it better than it was, only lift it from poor to fair; a fail makes it poor.
    """
    if result is Result.NOT_APPLICABLE:
        return None
    if result is Result.FAIL:
        return min(before or POOR, POOR)
    return GOOD if before is None else max(before, FAIR)


POOR, FAIR, GOOD = 2, 3, 4  # as `assets` scores conditions


def _check(_item: Item, said: Said) -> Result:
    if said.choice is None:
        raise Refused(N_("Please answer this item."), field="choice")
    return said.choice


def _number(item: Item, said: Said) -> Result:
    if said.number is None:
        raise Refused(N_("Please give the number, or say that it does not apply."), field="number")
    most = plausible(item)
    if not 0 <= said.number <= most:
        raise Refused(N_("Nobody measures that here: it lies between 0 and %(most)s. Please type it again."),
                      field="number", most=f"{most.normalize():f}")  # fmt: skip
    low = item.least is not None and said.number < item.least
    return Result.FAIL if low or (item.most is not None and said.number > item.most) else Result.PASS


def _count(item: Item, said: Said) -> Result:
    """`least` is the percentage that passes."""
    for field, value in (("counted", said.counted), ("total", said.total)):
        if value is None or not 0 <= value <= MOST_COUNT:
            raise Refused(N_("Please give both numbers, or say that it does not apply."), field=field)
    counted, total = said.counted or 0, said.total or 0
    if total == 0:
        raise Refused(N_("Where there is none, say that it does not apply."), field="total")
    if counted > total:
        raise Refused(N_("These are more than there are: %(counted)s of %(total)s."), field="counted", counted=counted,
                      total=total)  # fmt: skip
    return Result.FAIL if item.least is not None and counted * 100 < item.least * total else Result.PASS


_JUDGES = {ItemKind.CHECK: _check, ItemKind.NUMBER: _number, ItemKind.COUNT: _count}
