"""Which of what had not failed is drawn, who may look again, when the next draw is due. Pure.

Anybody can draw the same again: everything of one person is put in the order of SHA-256 of "seed|kind id" ("…|point
17"), and the first of it are taken, a share of it rounded up and one at least. Of all that is taken so, everybody's
first ones go before anybody's second, and beyond the most that a draw may hold the last ones fall away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from propman.errors import Refused
from propman.text import N_

SEED_BYTES = 16
BY_HAND = timedelta(days=30)  # how far back a draw by hand reaches


class Kind(StrEnum):
    """What is looked at again."""

    POINT = "point"  # of a round, at which nothing had failed
    REPAIR = "repair"  # of a report that is closed: its last completion


class Outcome(StrEnum):
    """How a spot check ended."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    NOT_CHECKED = "not_checked"  # it could not be: counts in no share


@dataclass(frozen=True, order=True)
class Whose:
    """Everything of one kind that one person had said is in order: each has a share of its own in a draw."""

    kind: Kind
    person_id: int


@dataclass(frozen=True)
class Checked:
    """What the rules must know of one thing that is looked at again, and of how it stands.

    `hands`: everybody who had a hand in it. `outsiders`: the organisations whose people do not judge it. `reopened`:
    somebody said meanwhile that the repair was none.
    """

    hands: frozenset[int]
    outsiders: frozenset[int] = frozenset()
    reopened: bool = False


def rank(seed: str, kind: Kind, thing_id: int) -> str:
    """Where a thing stands in a draw: the smallest come first."""
    return sha256(f"{seed}|{kind} {thing_id}".encode()).hexdigest()


def sample(seed: str, frame: Mapping[Whose, Collection[int]], share: int, most: int) -> dict[Whose, list[int]]:
    """What is drawn of `frame`, the ids of each person's things: `share` percent of each, one at least, `most` in all.

    It says nothing of those of whom nothing is drawn.
    """
    ranked = [
        (number, rank(seed, whose.kind, thing_id), whose, thing_id)
        for whose, ids in frame.items()
        for number, thing_id in enumerate(_first(seed, whose, ids, share))
    ]
    drawn: dict[Whose, list[int]] = {}
    for _number, _rank, whose, thing_id in sorted(ranked)[:most]:
        drawn.setdefault(whose, []).append(thing_id)
    return drawn


def _first(seed: str, whose: Whose, ids: Collection[int], share: int) -> Sequence[int]:
    wanted = max(1, -(-len(ids) * share // 100))  # rounded up
    return sorted(ids, key=lambda thing_id: rank(seed, whose.kind, thing_id))[:wanted]


def month_to_draw(last: date | None, this: date) -> date | None:
    """The month that is drawn next where `last` was the last one and `this` goes on; None where none is over.

    Where nothing was ever drawn it is the one before: what was long ago nobody looks at again.
    """
    before = (this - timedelta(days=1)).replace(day=1)
    following = before if last is None else (last + timedelta(days=31)).replace(day=1)
    return following if following <= before else None


def refusal(person_id: int | None, organisations: Collection[int], checked: Checked) -> Refused | None:
    """Why this person, with posts in these `organisations`, may not look again; None if they may."""
    if person_id is None or person_id in checked.hands:
        return Refused(N_("Somebody who had no hand in it looks again."), status=403)
    if not checked.outsiders.isdisjoint(organisations):
        return Refused(N_("Somebody of another organisation looks again."), status=403)
    return None


def incomplete(outcome: Outcome, words: str, checked: Checked) -> Refused | None:
    """What is missing in the end of a spot check, naming its field; None where nothing is."""
    if checked.reopened and outcome is not Outcome.NOT_CHECKED:
        return Refused(N_("The report was reopened meanwhile: what was said of it stands no more."),
                       field="outcome", status=409)  # fmt: skip
    if outcome is Outcome.DISAGREED and not words:
        return Refused(N_("Please say what was found."), field="words")
    if outcome is Outcome.NOT_CHECKED and not words:
        return Refused(N_("Please say why."), field="words")
    return None
