"""The tour past the rates, and an answer that is to be left out."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.oversight import operations
from propman.oversight.models import Reason
from propman.tickets.models import Ticket
from propman.tickets.queries import timeline
from tests import stories
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

PAGES = (
    *every("official_qian", "/rates", "/rates?by=companies", "/rates?by=categories", "/rates/list?name=reported",
           "/rates/list?name=satisfaction_n", "/rates/list?name=open", "/rates/list?name=corrections",
           "/rates/exclusions", "/rates/answers/{unasked}"),
    *every("official_sheng", "/rates?from=2020-01", "/rates?place={street}"),
    *every("dispatcher_mei", "/rates", "/rates?place={community}&organisation={company}", "/rates/list?name=excluded",
           "/rates/answers/{wanted_out}", "/rates/answers/{left_out}"),
    *every("auditor_shen", "/rates?place={community}", "/rates/exclusions"),
    *every("official_qian", "/inspections/compliance", "/inspections/compliance?by=companies",
           "/inspections/compliance?by=templates", "/inspections/compliance/list?name=due",
           "/inspections/compliance/list?name=corrections", "/inspections/compliance/list?name=waiting",
           "/inspections/compliance/found?name=open", "/inspections/week",
           "/inspections/compliance/spot-checks?name=measured&from=2020-01"),
    *every("manager_han", "/inspections/compliance", "/inspections/compliance/list?name=missed"),
    Stop("/inspections/compliance?template=T99&by=categories", "official_qian", 400),
    Stop("/inspections/week?from=soon", "official_qian", 400),
    Stop("/rates?from=soon&by=nothing", "official_qian", 400),
    Stop("/rates?from=2020-02&to=2020-01", "official_qian", 400),
    Stop("/rates/list?skip=far", "official_qian", 400),
)  # fmt: skip
REFUSED = (
    refused(Stop("/rates/answers/{unasked}", "manager_han"), "/rates/answers/{unasked}/ask", reason=""),
    refused(Stop("/rates/answers/{wanted_out}", "clerk_jie"), "/rates/answers/{wanted_out}/decide", approved=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """An answer, one that is asked to be left out, and one that was."""
    now, han = clock.now(), viewer(session, world.manager_han)

    def answered(ticket: Ticket) -> int:
        session.flush()
        return timeline(session, stories.confirm(session, world, ticket, stars=1))[-1].id

    unasked, wanted_out, left_out = (answered(stories.report(session, world)) for _each in range(3))
    for event_id in (wanted_out, left_out):
        operations.ask(session, event_id=event_id, viewer=han, now=now, reason=Reason.UNREASONABLE)
    operations.decide(session, event_id=left_out, viewer=viewer(session, world.clerk_jie), now=now, approved=True)
    return {"unasked": unasked, "wanted_out": wanted_out, "left_out": left_out}
