"""The tour past flats, slips, and who lives where."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.households import operations
from propman.households.slips import code_of
from tests.pages.stops import Stop, every, refused
from tests.world import World

KEYS = {"t1": b"only for tests: a key of slips"}
_MEI = "dispatcher_mei"
_NEW = {"name": "新来的", "phone": "139 9999 1234", "password": "a quiet house", "again": "a quiet house"}

PAGES = (
    *every("", "/join", "/join?code=0000000000000"),
    *every("neighbour_wu", "/flat"),
    *every("resident_lin", "/flat", "/flat?label={code}"),
    *every(_MEI, "/households", "/households/places/{community}", "/households/places/{entrance}",
           "/households/places/{entrance}/slips", "/households/{flat}", "/households/{bare_flat}",
           "/households/wishes/{wish}"),
    *every("grid_worker_gao", "/households", "/households/places/{entrance}"),
    *every("far_dispatcher", "/households"),
)  # fmt: skip
REFUSED = (
    refused(Stop("/join", ""), code="0000000000000", **_NEW),
    refused(Stop("/join", ""), code="", name="", password="", again="x"),
    refused(Stop("/flat", "neighbour_wu"), "/flat/join", code="0000000000000"),
    refused(Stop("/flat", "neighbour_wu"), "/flat/ask", label="0", flat=""),
    refused(Stop("/households/places/{entrance}", _MEI), "/households/places/{entrance}/add", numbers="?"),
    refused(Stop("/households/places/{entrance}", _MEI), "/households/places/{entrance}/add", 409, numbers="301"),
    refused(Stop("/households/wishes/{wish}", _MEI), household_id=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """Two flats, one of them lived in and once left, a wish that waits and one that somebody said no to."""
    now, by = clock.now(), {"actor_id": world.dispatcher_mei.id, "now": clock.now()}
    flat, bare = operations.add_households(session, place_id=world.entrance.id, numbers="301-302", **by)
    [slip] = operations.draw_slips(session, households=[flat], keys=KEYS, **by)
    code = code_of(slip.nonce, slip.key_id, KEYS) or ""
    left = operations.join_by_code(session, code=code, user_id=world.neighbour_wu.id, now=now)
    operations.move_out(session, occupant=left, **by)
    operations.join_by_code(session, code=code, user_id=world.resident_lin.id, now=now)
    asked = {"place": world.entrance, "flat": "302室", "user_id": world.neighbour_wu.id, "now": now}
    wish = operations.ask_to_join(session, **asked)
    operations.answer_wish(session, wish=wish, household=None, actor_id=world.dispatcher_mei.id, now=now)
    return {"flat": flat.id, "bare_flat": bare.id, "wish": operations.ask_to_join(session, **asked).id}
