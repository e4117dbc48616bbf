"""The tour through rounds: what is to do, one that is new, one half gone, one that is over and found something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from tests.pages.stops import Stop, every, refused
from tests.rounds import walks
from tests.world import World

_ZHAO = "worker_zhao"
_WORK = Stop("/inspections/work", _ZHAO)
_ROUND = "/inspections/rounds/{new_round}"
_POINT = Stop(f"{_ROUND}/points/{{new_point}}", _ZHAO)

PAGES = (
    *every(_ZHAO, _WORK.address, _ROUND, f"{_ROUND}?code={{code}}", _POINT.address, f"{_POINT.address}?code={{code}}"),
    *every(_ZHAO, "/inspections/rounds/{walked_round}", "/inspections/rounds/{walked_round}/points/{walked_point}"),
    *every(_ZHAO, "/inspections/rounds/{stale_round}", "/p/{code}"),
    *every("manager_han", _WORK.address, "/inspections/rounds/{walked_round}"),
    *every("official_qian", "/inspections/rounds/{walked_round}"),
    *every("contractor_deng", _WORK.address),
    *every("manager_han", "/inspections/duties/{walked_duty}"),
    *every(_ZHAO, "/inspections/rounds/{walked_round}/photos/{round_photo}/erase"),
    Stop(f"{_ROUND}?code=0000000000000", _ZHAO, 422),
)
ONE_BUTTON = {"rounds.erase_round_photo"}
REFUSED = (
    refused(_WORK, "/inspections/work/{community}", duties="x"),
    refused(_POINT, code="0000000000000"),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    now = clock.now()
    past = now - timedelta(hours=13)
    stale = walks.begin(session, world, walks.due(session, world, now=past), now=past)
    gone = walks.due(session, world)
    walked = walks.walk(session, world, gone, failing="clutter", note="二楼堆放纸箱")
    new = walks.begin(session, world, walks.due(session, world, "T06", "month"), walks.due(session, world))
    walks.due(session, world)
    walks.due(session, world, now=now - timedelta(days=20))
    return {
        "round_photo": walks.photo_of(session, walked).key,
        "new_round": new.id, "new_point": walks.points(session, new)[0].id, "walked_round": walked.id,
        "walked_duty": gone.id, "walked_point": walks.points(session, walked)[0].id, "stale_round": stale.id,
    }  # fmt: skip
