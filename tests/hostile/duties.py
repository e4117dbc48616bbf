"""What is typed about duties: why one is to be excused, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator

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
