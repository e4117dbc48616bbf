"""What inspections of the demo world found: one repair waits for its re-check, one failed it and was cured."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from propman import clock
from propman.demo.acts import Hands
from propman.demo.world import World
from propman.roles import Viewer
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket
from propman.tickets.operations import Failed

WHERE = "jiayuan"
OPENED = 2  # reports
RAILING = "楼梯扶手松动，三楼转角处焊点开裂。"
OTHER_SIDE = "四楼扶手的焊点也开裂。"
WELDED = "焊点重新焊接，扶手已加固。"
LAMP = "应急照明灯不亮，断电后楼道全黑。"
CHARGED = "更换了应急灯蓄电池。"
STILL_OUT = "断电试验，灯只亮了十秒就灭。"
REPLACED = "更换整灯，断电试验亮了九十分钟。"
LASTS = "断电试验一小时，一直亮。"


def find_and_cure(hands: Hands, world: World) -> None:
    """Somebody on a round found both; who looked again is the manager, who repaired neither. Flushes."""
    first, second = (world.communities[WHERE].entrances[building][0] for building in (1, 2))
    lamp = _find(hands, world, Failed("demo 1", first.place, "lights", LAMP), days=26)
    _repair(hands, world, lamp, days=24, words=CHARGED)
    manager = _who(hands, "company_manager", _at(world, 23, 10))
    tickets.fail_recheck(hands.session, note=STILL_OUT, viewer=manager, **_seen(lamp, _at(world, 23, 10)))
    cure(hands, world, lamp, days=21, words=REPLACED, looked=LASTS, sent=True)
    railing = _find(hands, world, Failed("demo 2", second.place, "minor_repair", RAILING), days=5)
    _find(hands, world, Failed("demo 3", second.place, "minor_repair", OTHER_SIDE), days=4)
    _repair(hands, world, railing, days=3, words=WELDED)


def cure(
    hands: Hands, world: World, ticket: Ticket, *, days: int, words: str, looked: str, sent: bool = False
) -> None:  # fmt: skip
    """The worker repairs it so many days ago; on the next day the manager looks again, and it passes. Flushes."""
    _repair(hands, world, ticket, days=days, words=words, sent=sent)
    at = _at(world, days - 1, 10)
    manager = _who(hands, "company_manager", at)
    tickets.pass_recheck(hands.session, note=looked, viewer=manager, **_seen(ticket, at))


def _find(hands: Hands, world: World, failed: Failed, *, days: int) -> Ticket:
    now = _at(world, days, 9)
    return tickets.open_finding(hands.session, failed=failed, viewer=_who(hands, "street_office", now),
                                store=hands.store, now=now)  # fmt: skip


def _repair(hands: Hands, world: World, ticket: Ticket, *, days: int, words: str, sent: bool = False) -> None:
    """The worker goes, begins and says that it is done."""
    session, begun = hands.session, _at(world, days, 14)
    worker, dispatcher = (_who(hands, name, begun) for name in ("worker", "dispatcher"))
    if not sent:
        tickets.assign(session, viewer=dispatcher, assignee_id=worker.user_id, **_seen(ticket, _at(world, days, 13)))
    tickets.start(session, viewer=worker, store=hands.store, **_seen(ticket, begun))
    tickets.complete(session, viewer=worker, store=hands.store, note=words, **_seen(ticket, _at(world, days, 16)))


def _seen(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {"ticket": ticket, "seen_version": ticket.version, "now": now}


def _who(hands: Hands, name: str, now: datetime) -> Viewer:
    return hands.cast.viewer(hands.cast.post(name).user_id, now)


def _at(world: World, days_before: int, hour: int) -> datetime:
    return clock.at_local(world.day(days_before), time(hour))
