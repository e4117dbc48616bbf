"""What is asked of rates: places, organisations, months, lists."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile import values as v
from tests.hostile.targets import Maker, Target


def oversight(make: Maker) -> Iterator[Target]:
    """The pages of rates and their files."""
    world, month = make.world, f"{make.today:%Y-%m}"
    query = {
        "place": (v.ANYTHING, str(world.county.id)), "organisation": (v.ANYTHING, str(world.company.id)),
        "category": (v.ANYTHING, "lights"), "from": (v.ANYTHING, month), "to": (v.ANYTHING, month),
        "by": (v.ANYTHING, "companies"),
    }  # fmt: skip
    listed = query | {"name": (v.ANYTHING, "reported"), "skip": (v.ANYTHING, "0")}
    kind = {"kind": (v.ANYTHING, "csv")}
    yield Target("oversight.rates", "official_qian", query=query)
    yield Target("oversight.behind", "official_qian", query=listed)
    yield Target("oversight.table", "official_qian", query=kind | query)
    yield Target("oversight.list_table", "official_qian", query=kind | listed)
