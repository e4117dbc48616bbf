"""The tour through verdicts, payers and referrals, as those see them who dispatch and who are referred to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.files.operations import Upload
from propman.tickets import operations, queries
from propman.tickets.models import Ticket
from propman.tickets.payer import Payer
from tests import stories
from tests.assets.works import Works, old_part, part
from tests.pages.stops import Stop, every, refused
from tests.tickets import referrals as r
from tests.world import World, viewer

_MEI, _DENG = "dispatcher_mei", "contractor_deng"
_STORIES = ("leaking", "waiting", "silent", "accepted", "repairing", "proving", "held_back", "refused", "insisted",
            "taken_back", "proven")  # fmt: skip

PAGES = (
    *every(_MEI, *(f"/tickets/{{{name}}}" for name in (*_STORIES, "several_parts", "misused", "unjudged"))),
    *every(_MEI, "/queue?referred=1", "/queue?flagged=1"),
    *every(_DENG, "/referrals", *(f"/referrals/{{{name}}}" for name in _STORIES if name != "leaking")),
    *every("utility_shui", "/", "/referrals"),
    *every("official_qian", "/tickets/{leaking}"),
    *every("resident_lin", "/reports/{waiting}", "/reports/{insisted}", "/inbox"),
    *every(_DENG, "/inbox"),
)  # fmt: skip
REFUSED = (
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/verdict", arose_on="soon", note="长" * 1001),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/verdict", asset_id="0"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/verdict", arose_on="1900-01-01"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/verdict", misuse="y"),
    refused(Stop("/tickets/{several_parts}", _MEI), "/tickets/{several_parts}/verdict", misuse="y", note="钻孔"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/verdict", 409, run="9"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/payer", payer="nobody"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/payer", payer="owner", reason=""),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/payer", payer="repair_fund", reason="急"),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/refer", organisation_id=""),
    refused(Stop("/tickets/{leaking}", _MEI), "/tickets/{leaking}/refer", organisation_id="0"),
    refused(Stop("/tickets/{refused}", _MEI), "/tickets/{refused}/refer", note=""),
    refused(Stop("/tickets/{waiting}", _MEI), "/tickets/{waiting}/take_back", 409, version="1"),
    refused(Stop("/referrals/{waiting}", _DENG), "/referrals/{waiting}/refuse", note=""),
    refused(Stop("/referrals/{waiting}", _DENG), "/referrals/{waiting}/accept", 409, version="1"),
    refused(Stop("/referrals/{accepted}", _DENG), "/referrals/{accepted}/hold", until_on="soon", note=""),
    refused(Stop("/referrals/{repairing}", _DENG), "/referrals/{repairing}/complete", note=""),
)  # fmt: skip


def furnish(session: Session, world: World, works: Works) -> dict[str, Any]:
    """Let roofs leak and be referred; gives what stands in braces in the addresses. Called before other parts are."""
    now = clock.now()
    works.roof.contractor_id = world.contractor.id
    roof = part(session, works, name="漏水的屋面", place_id=world.other_entrance.id)
    made = {name: _leak(session, world, by=world.resident_lin) for name in _STORIES}
    steps = {
        "waiting": (r.refer,), "silent": (r.refer,), "accepted": (r.refer, r.accept),
        "repairing": (r.refer, r.accept, r.start), "proving": (r.refer, r.accept, r.start, r.prove),
        "held_back": (r.refer, r.accept, stories.hold), "refused": (r.refer, r.refuse),
        "insisted": (r.refer, r.refuse, _insist), "taken_back": (r.refer, r.take_back),
        "proven": (r.refer, r.accept, r.start, r.prove),
    }  # fmt: skip
    for name, taken in steps.items():
        for step in taken:
            step(session, world, made[name], now=now)
    r.confirm(session, made["proven"], now=now)
    r.referrals(session, made["silent"])[0].answer_due_at = now - timedelta(hours=1)
    _decide(session, world, made["leaking"])
    made["misused"] = _leak(session, world)
    operations.judge(session, ticket=made["misused"], viewer=viewer(session, world.dispatcher_mei), seen_run=1, now=now,
                     asset_id=roof.id, arose_on=clock.local_date(now), misuse=True, note="装空调钻孔")  # fmt: skip
    old_part(session, works, name="旧屋面", place_id=world.other_entrance.id)
    made["several_parts"] = _leak(session, world)
    made["unjudged"] = _leak(session, world)
    for row in (queries.verdict_of(session, made["unjudged"]), queries.payer_of(session, made["unjudged"])):
        session.delete(row)
    session.flush()
    return {name: ticket.number for name, ticket in made.items()}


def _leak(session: Session, world: World, **words: Any) -> Ticket:
    shot = Upload(data=stories.picture(), file_name="漏水.jpg")
    return r.leak(session, world, place=world.other_entrance, photos=(shot,), spot="顶楼", now=clock.now(), **words)


def _insist(session: Session, world: World, ticket: Ticket, *, now: Any) -> None:
    r.refer(session, world, ticket, note="仍在保修期内", now=now)


def _decide(session: Session, world: World, ticket: Ticket) -> None:
    """Somebody else is to pay than the contractor, though it is under warranty."""
    operations.settle_payer(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei), seen_run=1,
                            now=clock.now(), answers=operations.Answers(), payer=Payer.ALL_OWNERS,
                            reason="施工单位已注销")  # fmt: skip
