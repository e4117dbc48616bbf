"""What is typed at the desk: names of filters, ticks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from propman.desk.operations import keep_filter
from propman.phrases.operations import add_phrase
from propman.rota import operations as rota
from propman.rota.duty import Kind
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
    yield Target("desk.board", mei)
    form = {"organisation_id": (v.CHOICE, str(world.company.id)), "move": (v.CHOICE, "ask"), "text": (v.TOLD, RARE)}
    yield Target("desk.phrases", mei, form=form)
    said = add_phrase(make.session, organisation_id=world.company.id, move="hold", text="等", now=make.now)
    yield Target("desk.delete_phrase", mei, {"phrase_id": said.id}, form={}, keyed=False)
    yield Target("desk.sheet", mei, {"number": make.ticket().number})
    for endpoint in ("desk.find", "desk.find_place"):
        yield Target(endpoint, mei, query={"q": (v.ANYTHING, "河柏")})
    yield Target("search.search", mei, query={"q": (v.WORDS, "河柏"), "before": (v.ANYTHING, "7")})
    yield Target("search.ask", mei, form={"q": (v.WORDS, RARE)}, keyed=False)
    yield Target("desk.caller", mei, form={"phone": (v.CHOICE, "１３９ ９９９９ ０００１")}, keyed=False, accepted=200)
    yield Target("rota.rota", mei)
    of = {"organisation_id": world.company.id, "user_id": world.worker_sun.id}
    yield Target("rota.person", mei, of)
    hours = {"begins": (v.CHOICE, "08:00"), "ends": (v.CHOICE, "17:30")}
    days = {"day0": (v.TICK, "y"), **{f"day{number}": (v.ANYTHING, "") for number in range(1, 7)}}
    yield Target("rota.add_shifts", mei, of, form={**hours, **days})
    day = (make.today + timedelta(days=3)).isoformat()
    form = {
        "kind": (v.CHOICE, "absent"), "first": (v.A_DAY, day), "last": (v.DAY_OR_NONE, day),
        "begins": (v.CHOICE_OR_NONE, "08:00"), "ends": (v.CHOICE_OR_NONE, "09:00"),
    }  # fmt: skip
    yield Target("rota.add_departure", mei, of, form=form)
    by = {"viewer": who, "now": make.now, **of}
    [shift] = rota.add_shifts(make.session, weekdays={2}, begins=time(1), ends=time(2), **by)
    yield Target("rota.delete_shift", mei, {**of, "row_id": shift.id}, form={}, keyed=False)
    away = rota.add_departure(make.session, kind=Kind.EXTRA, first=make.today + timedelta(days=5), begins=None,
                              last=None, ends=None, **by)  # fmt: skip
    yield Target("rota.delete_departure", mei, {**of, "row_id": away.id}, form={}, keyed=False)
    yield Target("desk.keys", mei)
    yield Target("desk.switch_keys", "auditor_shen", form={"switch": (v.ANYTHING, "off")}, keyed=False)
