"""The class of an event is corrected: what is open has its deadlines, what has its end stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import Refused, Stale
from propman.inspections import operations
from propman.inspections.models import DutyAct, DutyEvent
from propman.inspections.upon import Days, Kind
from propman.notify.models import Notice
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import made
from tests.inspections.test_events import kept, tasks
from tests.world import World, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())


def test_the_class_is_corrected_and_what_is_open_has_its_deadlines(session: Session, world: World) -> None:
    event = made.event(session, world, Kind.LIGHT)
    first, now, qian = tasks(session, event, world.community.id), clock.now(), viewer(session, world.official_qian)
    operations.end(session, duty_id=first["light_lane"].id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    asked = {"occasion_id": event.id, "viewer": qian, "now": now}
    for kind, reason, sentence in (
        (Kind.HEAVY, " ", "say why"), (Kind.LIGHT, "实测", "another class"), (Kind.STORM, "实测", "another class"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            operations.class_occasion(session, seen_version=1, kind=kind, reason=reason, **asked)
    operations.class_occasion(session, seen_version=1, kind=Kind.HEAVY, reason="气象台更正为大雪", **asked)
    assert {code: (duty.due_on - TODAY).days for code, duty in tasks(session, event, world.community.id).items()} == {
        "light_lane": 1, "heavy_path": 2, "heavy_small_court": 2, "heavy_large_court": 3,
    }  # fmt: skip
    assert set(tasks(session, event, world.unmanaged.id)) == {
        "heavy_lane", "heavy_path", "heavy_small_court", "heavy_large_court",
    }  # fmt: skip
    gone = tasks(session, event, world.community.id, standing=False)["light_path"]
    story = select(DutyEvent.act, DutyEvent.actor_id).where(DutyEvent.duty_id == gone.id)
    assert session.execute(story).all() == [(DutyAct.SUPERSEDE, world.official_qian.id)]
    told = set(session.scalars(select(Notice.recipient_id).where(Notice.topic == "occasion.classed")))
    assert world.worker_zhao.id in told
    kept(session)
    with pytest.raises(Stale):
        operations.class_occasion(session, seen_version=1, kind=Kind.BLIZZARD, reason="又更正", **asked)
    operations.class_occasion(session, seen_version=2, kind=Kind.LIGHT, reason="确为小雪", **asked)  # and back
    assert set(tasks(session, event, world.community.id)) == set(first)
    kept(session)
    operations.end_missed(session, now=now + 9 * DAY)
    with pytest.raises(Refused, match="has its end already, and that stays"):
        operations.class_occasion(session, seen_version=3, kind=Kind.HEAVY, reason="更正", **asked)
    kept(session)


def test_a_class_by_which_something_was_due_before_anybody_was_told_is_refused(session: Session, world: World) -> None:
    event = made.event(session, world, Kind.BLIZZARD, starts=-2, ends=-2)
    asked = {"occasion_id": event.id, "viewer": viewer(session, world.official_qian), "seen_version": 1,
             "reason": "不大", "now": clock.now()}  # fmt: skip
    with pytest.raises(Refused, match="nobody was told"):
        operations.class_occasion(session, kind=Kind.LIGHT, **asked)
    waits = made.event(session, world, Kind.LIGHT, world.far_community, by=world.far_official, ends=None)
    asked |= {"occasion_id": waits.id, "viewer": viewer(session, world.far_official)}
    operations.class_occasion(session, kind=Kind.HEAVY, **asked)
    assert tasks(session, waits, world.far_community.id) == {}
    operations.date_occasion(session, days=Days(TODAY - DAY, TODAY), **asked | {"seen_version": 2})
    assert {one.partition("_")[0] for one in tasks(session, waits, world.far_community.id)} == {"heavy"}
    kept(session)


def test_a_company_makes_its_event_no_smaller_by_its_class_where_it_stands_in_for_one_from_above(
    session: Session, world: World
) -> None:
    own = made.event(session, world, Kind.HEAVY, world.community, by=world.manager_han)
    made.event(session, world, Kind.HEAVY)  # leaves 河柏小区 to it
    asked = {"occasion_id": own.id, "seen_version": 1, "kind": Kind.BLIZZARD, "reason": "更正", "now": clock.now()}
    with pytest.raises(Refused, match="only those above can change it") as refused:
        operations.class_occasion(session, viewer=viewer(session, world.manager_han), **asked)
    assert refused.value.status == 409
    operations.class_occasion(session, viewer=viewer(session, world.official_qian), **asked)
    assert len(tasks(session, own, world.community.id)) == 4
    kept(session)


def test_an_official_corrects_the_class_on_the_page(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    storm = made.event(session, world, Kind.STORM)
    session.commit()
    desk, new = Desk(small.sign_in(session, new_client(), world.official_qian)), "/inspections/events/new/light"
    opened = desk.send(new, place=str(world.county.id), starts_on=TODAY.isoformat(), ends_on=TODAY.isoformat(),
                       codes=["light_lane", "light_path"], source="市气象台通报")  # fmt: skip
    assert opened.status_code == 303, said(opened)
    page = opened.location
    assert "Another class" not in desk.read(f"/inspections/events/{storm.id}")
    refused = desk.send(f"{page}/class", page, version="1", kind="heavy", reason="")
    assert (refused.status_code, "Please say why" in said(refused)) == (422, True)
    words = desk.sent(f"{page}/class", page, version="1", kind="heavy", reason="气象台更正为大雪")
    assert "Its class is saved" in words
    assert "another class" in words
    assert "Moderate to heavy snow · 气象台更正为大雪" in words
    assert desk.send(f"{page}/class", page, version="1", kind="light", reason="又更正").status_code == 409


def test_what_a_company_changes_in_its_own_event_is_read_above_with_its_name_and_why(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    """Its tasks can be done since the first day, and it owes them itself."""
    own = made.event(session, world, place=world.community, by=world.manager_han)
    session.commit()
    people = (world.manager_han, world.official_qian)
    han, official = (Desk(small.sign_in(session, new_client(), who)) for who in people)
    page, until = f"/inspections/events/{own.id}", TODAY + timedelta(days=1)
    han.sent(f"{page}/dates", page, version="1", starts_on=TODAY.isoformat(), ends_on=until.isoformat(),
             reason="又下了一天")  # fmt: skip
    han.sent(f"{page}/call-off", page, version="2", reason="雪已自行融化")
    words = official.read(page)
    for move, reason in (("opened", ""), ("other days", "又下了一天"), ("event called off", "雪已自行融化")):
        assert re.search(rf"{move} [^·]* · {world.manager_han.name} [^·]*· ?{reason}", words), (move, words)
