"""What is typed on rounds: which inspections, the code of a label, the answers of a point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from propman.data.inspections import ItemKind
from propman.rounds import operations
from tests.hostile import values as v
from tests.hostile.targets import RARE, Fields, Maker, Target
from tests.rounds import walks

ZHAO = "worker_zhao"
CODE = v.Kind(v.EVERYTHING - {"empty", "nothing visible"})
QUANTITY = v.Kind(v.EVERYTHING - {"empty", "word"})


def rounds(make: Maker) -> Iterator[Target]:
    """Work, setting out, a round, a point, going on and ending."""
    world, session = make.world, make.session
    yield Target("rounds.work", ZHAO)
    duty = walks.due(session, world)
    yield Target("rounds.begin", ZHAO, {"community_id": world.community.id},
                 form={"duties": (v.CHOICE, str(duty.id))})  # fmt: skip
    new, again, over = (walks.begin(session, world, walks.due(session, world, "T06", "month")) for _each in range(3))
    [point] = walks.points(session, new)
    yield Target("rounds.round_page", ZHAO, {"round_id": new.id}, query={"code": (v.ANYTHING, "")})
    _template, items = operations.asked_at(session, new, point)
    yield Target("rounds.point", ZHAO, {"round_id": new.id, "point_id": point.id}, form=_form(items),
                 files=tuple(f"photo_{item.id}" for item in items), query={"code": (v.ANYTHING, "")})  # fmt: skip
    yield Target("rounds.load_again", ZHAO, {"round_id": again.id}, form={})
    yield Target("rounds.close_round", ZHAO, {"round_id": over.id}, form={})
    walked = walks.walk(session, world, walks.due(session, world))
    photo, other = walks.photo_of(session, walked), walks.photo_of(session, walked, -1)
    yield Target("rounds.round_photo", ZHAO, {"round_id": walked.id, "key": photo.key},
                 query={"size": (v.CHOICE_OR_NONE, "thumb")})  # fmt: skip
    yield Target("rounds.erase_round_photo", ZHAO, {"round_id": walked.id, "key": other.key}, form={})


def _form(items: Any) -> Fields:
    found: dict[str, Any] = {
        "code": (CODE, ""), "challenge": (v.ANYTHING, ""), "device_at": (v.ANYTHING, ""), "position": (v.ANYTHING, ""),
    }  # fmt: skip
    for item in items:
        found[f"note_{item.id}"] = (v.WORDS, RARE)
        if item.kind is ItemKind.CHECK:
            found[f"choice_{item.id}"] = (v.CHOICE, "pass")
        elif item.kind is ItemKind.NUMBER:
            found |= {f"number_{item.id}": (QUANTITY, "０.2"), f"none_{item.id}": (v.ANYTHING, "")}
        else:
            found |= {f"counted_{item.id}": (v.COUNT, "９"), f"total_{item.id}": (v.COUNT, "9"),
                      f"none_{item.id}": (v.ANYTHING, "")}  # fmt: skip
    return found
