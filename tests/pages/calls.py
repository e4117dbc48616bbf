"""The tour through call-backs, as those see them who call, and the tickets and reports that were called about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.callbacks import operations
from propman.tickets.models import Ticket
from tests.callbacks.calls import call, completed, give_up
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_MEI, _JU = "dispatcher_mei", "committee_ju"
_CALLS = ("to_call", "called_now", "by_another", "no_phone", "later", "pleased", "displeased", "unreached", "tired_of",
          "unwilling")  # fmt: skip

PAGES = (
    *every(_MEI, "/call-backs", *(f"/call-backs?show={each}" for each in ("later", "no_phone", "ended")),
           "/call-backs?community={community}"),
    Stop("/call-backs?show=nothing&community=0", _MEI, 400),
    *every(_MEI, *(f"/call-backs/{{{name}}}" for name in (*_CALLS, "closed_by_system", "submitted"))),
    *every(_MEI, *(f"/tickets/{{{name}}}" for name in ("displeased", "unreached", "pleased"))),
    *every(_JU, "/", "/call-backs", "/call-backs/{to_call}"),
    *every("worker_zhao", "/tickets/{displeased}"),
    *every("resident_lin", "/reports/{pleased}", "/reports/{displeased}", "/inbox"),
)  # fmt: skip
REFUSED = (
    refused(Stop("/call-backs/{called_now}", _MEI), "/call-backs/{called_now}/result", outcome=""),
    refused(Stop("/call-backs/{called_now}", _MEI), "/call-backs/{called_now}/result", outcome="reached"),
    refused(Stop("/call-backs/{called_now}", _MEI), "/call-backs/{called_now}/result", outcome="later",
            later_on="soon", later_from="25:00", stars="9", in_time="perhaps", words="长" * 1001),
    refused(Stop("/call-backs/{called_now}", _MEI), "/call-backs/{called_now}/result", outcome="reached", solved="no"),
    refused(Stop("/call-backs/{called_now}", _MEI), "/call-backs/{called_now}/result", 409, outcome="busy",
            version="1"),
    refused(Stop("/call-backs/{tired_of}", _MEI), "/call-backs/{tired_of}/end", 409, version="1"),
)  # fmt: skip


def furnish(session: Session, world: World) -> dict[str, Any]:
    """Let people be called back; gives what stands in braces in the addresses."""
    now = clock.now()
    before = now - timedelta(days=2)
    made = {name: completed(session, world, now=before, **_words(world, name)) for name in _CALLS}
    _attempts(session, world, made)
    for name, who in (("called_now", world.dispatcher_mei), ("by_another", world.clerk_jie)):
        later = now + timedelta(hours=1)  # a tour takes its time, and a claim ends after minutes
        operations.claim(session, ticket=made[name], viewer=viewer(session, who), now=later)
    return {name: ticket.number for name, ticket in made.items()}


def _words(world: World, name: str) -> dict[str, Any]:
    if name == "no_phone":
        return {"phone": ""}
    return {"by": world.resident_lin} if name in {"pleased", "displeased"} else {}


def _attempts(session: Session, world: World, made: dict[str, Ticket]) -> None:
    now = clock.now()
    yesterday, before = now - timedelta(days=1), now - timedelta(days=2)
    call(session, world, made["later"], "later", now=now, later_at=now + timedelta(days=3), words="下班以后")
    call(session, world, made["pleased"], "reached", now=now, contacted_in_time=True, solved=True, stars=5, words="好")
    call(session, world, made["displeased"], "reached", now=now, by=world.committee_ju, contacted_in_time=False,
         solved=False, stars=1, words="还是漏")  # fmt: skip
    for at, outcome in ((before, "no_answer"), (yesterday, "busy"), (now, "wrong_number")):
        for name in ("unreached", "tired_of"):
            call(session, world, made[name], outcome, now=at)
    give_up(session, world, made["unreached"], now=now)
    call(session, world, made["unwilling"], "refused", now=now)
    call(session, world, made["called_now"], "no_answer", now=yesterday)
