"""What is typed at the desk: names of filters, ticks."""

from __future__ import annotations

from collections.abc import Iterator

from propman.desk.operations import keep_filter
from tests.hostile import values as v
from tests.hostile.targets import RARE, Maker, Target
from tests.world import viewer


def desk(make: Maker) -> Iterator[Target]:
    """The pages of the desk."""
    world, mei = make.world, "dispatcher_mei"
    who = viewer(make.session, world.dispatcher_mei)
    kept = [keep_filter(make.session, viewer=who, name=f"试{next(make.numbers)}", question="late=1", now=make.now).id
            for _ in range(2)]  # fmt: skip
    name = (v.TOLD, RARE)
    question = (v.CHOICE, "category=lights&late=1")
    yield Target("desk.filters", mei, query={"ask": (v.ANYTHING, "late=1")}, form={"name": name, "question": question})
    yield Target("desk.saved_filter", mei, {"filter_id": kept[0]}, form={"name": (v.TOLD, f"{RARE} 2")})
    yield Target("desk.delete_filter", mei, {"filter_id": kept[1]}, form={}, keyed=False)
    form = {
        "assignee_id": (v.CHOICE, str(world.worker_sun.id)), "back": (v.ANYTHING, "late=1"),
        f"t-{make.ticket().number}": (v.CHOICE, "1"),
    }  # fmt: skip
    yield Target("desk.send_many", mei, form=form)
    yield Target("desk.keys", mei)
    yield Target("desk.switch_keys", "auditor_shen", form={"switch": (v.ANYTHING, "off")}, keyed=False)
