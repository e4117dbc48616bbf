"""What is typed about duties: why one is to be excused, and what was decided; and about events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from propman.inspections.upon import Kind
from tests.hostile import values as v
from tests.hostile.targets import RARE, Maker, Target
from tests.inspections import made


def duties(make: Maker) -> Iterator[Target]:
    """Asking, the list, one wish, deciding."""
    world, session = make.world, make.session
    yield Target("inspections.ask_excuse", "manager_han", {"duty_id": made.duty(session, world).id},
                 form={"reason": (v.TOLD, RARE)})  # fmt: skip
    yield Target("inspections.excuses", "clerk_jie", query={"which": (v.ANYTHING, "decided")})
    excuse = {"excuse_id": made.asked(session, world).id}
    yield Target("inspections.excuse", "clerk_jie", excuse)
    yield Target("inspections.decide_excuse", "clerk_jie", excuse,
                 form={"granted": (v.CHOICE, "no"), "words": (v.WORDS, RARE)})  # fmt: skip
    yield Target("inspections.reminders", "worker_zhao", {"digest_id": made.reminded(session, world).id})
    yield from _events(make)


def _events(make: Maker) -> Iterator[Target]:
    world, session, qian = make.world, make.session, "official_qian"
    yield Target("inspections.events", qian, query={"which": (v.ANYTHING, "past")})
    yield Target("inspections.choose_event", qian)
    day, next_day = ((make.today + timedelta(days=days)).isoformat() for days in (0, 1))
    days = {"starts_on": (v.A_DAY, day), "ends_on": (v.DAY_OR_NONE, next_day)}
    made.event(session, world, Kind.LIGHT, starts=-1, ends=-1)  # its lanes are still to be cleared
    yield Target("inspections.open_event", qian, {"kind": "heavy"}, form={
        "place": (v.CHOICE, str(world.county.id)), **days, "codes": (v.CHOICE, "heavy_lane"), "source": (v.TOLD, RARE),
        "nevertheless": (v.TICK, "y"),
    })  # fmt: skip
    seen, said = {"version": (v.CHOICE, "1")}, {"reason": (v.TOLD, RARE)}
    test, storm = (made.event(session, world, kind) for kind in (Kind.PRESSURE_TEST, Kind.STORM))
    yield Target("inspections.event", qian, {"occasion_id": test.id})
    yield Target("inspections.date_event", qian, {"occasion_id": test.id}, form={**seen, **days, **said})
    snow = made.event(session, world, Kind.LIGHT, world.community, nevertheless=True)
    yield Target("inspections.class_event", qian, {"occasion_id": snow.id},
                 form={**seen, "kind": (v.CHOICE, "blizzard"), **said})  # fmt: skip
    yield Target("inspections.call_off_event", qian, {"occasion_id": storm.id}, form={**seen, **said})
