"""What belongs to one person's desk, for the crossing: a near one, a far one, and none there."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.desk.operations import keep_filter
from propman.phrases.operations import add_phrase
from propman.rota import operations as rota
from propman.rota.duty import Kind
from tests.world import World, viewer

DAY = timedelta(days=1)
Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near, far = (
        keep_filter(session, viewer=viewer(session, person), name="超时", question="late=1", now=clock.now()).id
        for person in (world.dispatcher_mei, world.far_dispatcher)
    )
    people = ((world.dispatcher_mei, world.company, world.worker_zhao),
              (world.far_dispatcher, world.far_company, world.far_worker))  # fmt: skip
    hours, away = zip(*(_rota(session, *each) for each in people), strict=True)
    absent = {"organisation_id": 10**9, "user_id": 10**9, "row_id": 10**9}
    said = [add_phrase(session, organisation_id=each[1].id, move="ask", text="几楼？", now=clock.now()).id
            for each in people]  # fmt: skip
    return (
        {"phrase": {"phrase_id": said[0]}, "filter": {"filter_id": near}, "hours": hours[0], "away": away[0]},
        {"phrase": {"phrase_id": said[1]}, "filter": {"filter_id": far}, "hours": hours[1], "away": away[1]},
        {"phrase": {"phrase_id": 10**9}, "filter": {"filter_id": 10**9}, "hours": absent, "away": absent},
    )


def _rota(session: Session, by: User, company: Organisation, worker: User) -> tuple[dict[str, int], dict[str, int]]:
    now, who = clock.now(), viewer(session, by)
    of = {"organisation_id": company.id, "user_id": worker.id}
    [shift] = rota.add_shifts(session, viewer=who, weekdays={0}, begins=time(8), ends=time(9), now=now, **of)
    departure = rota.add_departure(session, viewer=who, kind=Kind.ABSENT, first=clock.local_date(now) + DAY,
                                   begins=None, last=None, ends=None, now=now, **of)  # fmt: skip
    return {**of, "row_id": shift.id}, {**of, "row_id": departure.id}
