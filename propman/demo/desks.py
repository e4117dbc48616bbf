"""The desks of the demo world: rotas of the companies, and what a dispatcher keeps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation
from propman.demo.people import Cast
from propman.demo.world import World
from propman.desk.operations import keep_filter
from propman.phrases.operations import add_phrase
from propman.rota import operations as rota
from propman.rota.duty import Kind

WORKDAYS, WEEK = set(range(5)), set(range(7))
SENTENCE = "等待专营单位停气作业。"
FILTERS = (("超时未派", "late=1&state=submitted"), ("电梯", "category=lift_fault"))


def furnish_desks(session: Session, world: World, cast: Cast) -> None:
    """Everybody works by day, one of each company but the last by night too, and one is away next week. Flushes."""
    now = clock.at_local(world.anchor)
    companies = [one for one in world.organisations.values() if one.kind is OrganisationKind.PROPERTY_COMPANY]
    for company in companies:
        _rota(session, cast, company, now, by_night=company is not companies[-1])
    dispatcher = cast.post("dispatcher")
    for name, question in FILTERS:
        keep_filter(session, viewer=cast.viewer(dispatcher.user_id, now), name=name, question=question, now=now)
    if dispatcher.organisation_id is not None:
        add_phrase(session, organisation_id=dispatcher.organisation_id, move="hold", text=SENTENCE, now=now)


def _rota(session: Session, cast: Cast, company: Organisation, now: datetime, *, by_night: bool) -> None:
    today = clock.local_date(now)
    senders, workers = cast.dispatchers(company.id, today), cast.workers(company.id, today)
    if not senders or not workers:
        return
    by: dict[str, Any] = {"viewer": cast.viewer(senders[0], now), "organisation_id": company.id, "now": now}
    for user_id in workers:
        rota.add_shifts(session, user_id=user_id, weekdays=WORKDAYS, begins=time(8), ends=time(18), **by)
    if by_night:
        rota.add_shifts(session, user_id=workers[0], weekdays=WEEK, begins=time(18), ends=time(8), **by)
    rota.add_departure(session, user_id=workers[-1], kind=Kind.ABSENT, first=today + timedelta(days=7), begins=None,
                       last=today + timedelta(days=9), ends=None, **by)  # fmt: skip
