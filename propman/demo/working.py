"""What repairs took in the demo world: minutes, parts and cost, drawn from the id of a report."""

from __future__ import annotations

from random import Random

from propman.tickets.models import Ticket
from propman.tickets.operations import PartUsed, Work

PARTS: dict[str, tuple[tuple[str, int], ...]] = {
    "lights": (("LED 灯泡 9W", 980), ("声控开关", 1_850)),
    "water": (("PPR 直通 25", 450), ("铜球阀 DN25", 3_600)),
    "heat": (("放气阀", 1_200), ("铜闸阀 DN32", 5_800)),
    "sewage": (("PVC 弯头 110", 900),),
    "leak": (("SBS 防水卷材（平方米）", 3_200), ("密封胶", 1_500)),
    "door_camera": (("闭门器", 8_500), ("门禁按钮", 2_600)),
}
"""By category what is used up, and what one of it costs in fen."""
TOLD = 0.7  # the others say nothing


def taken(ticket: Ticket) -> Work:
    """What the repair of `ticket` took; the same in every world."""
    rng = Random(ticket.id)
    if rng.random() > TOLD:
        return Work()
    stock = PARTS.get(ticket.category, ())
    used = [PartUsed(what, rng.randint(1, 3), price) for what, price in rng.sample(stock, rng.randint(0, len(stock)))]
    return Work(rng.randrange(15, 150, 5), used, rng.choice((None, None, 2_000, 5_000)))
