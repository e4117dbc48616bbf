"""Excusing a duty: asked by who has it, decided by another organisation above, never after the cut-off."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.errors import NotFound, Refused, Stale
from propman.inspections import invariants, operations
from propman.inspections.models import Duty, DutyAct, DutyEvent, Excuse
from propman.inspections.queries import excuses
from propman.inspections.queries.excuses import Wishes
from propman.inspections.schedule import End
from propman.notify.models import Notice
from tests.desk import Desk
from tests.inspections import made
from tests.world import World, sign_in, token_of, value_of, viewer


def told(session: Session, topic: str) -> list[int]:
    """Who was told, by id."""
    return sorted(session.scalars(select(Notice.recipient_id).where(Notice.topic == topic).distinct()))


def submit(client: FlaskClient, page: str, to: str, **said: str) -> TestResponse:
    """Open `page` and send its form to `to`."""
    shown = client.get(page).text
    return client.post(to, data={"csrf_token": token_of(shown), "key": value_of(shown, "key"), **said})


def test_what_is_granted_is_excused_and_stays_among_what_was_due(session: Session, world: World) -> None:
    excuse = made.asked(session, world)
    assert told(session, "excuse.asked") == [world.clerk_jie.id]  # the street office is nearest
    clerk, on = viewer(session, world.clerk_jie), clock.local_date(clock.now())
    assert [one.id for one in excuses.wishes(session, clerk, Wishes.WAITING, on)] == [excuse.id]
    operations.grant_excuse(session, excuse_id=excuse.id, viewer=clerk, words="同意", now=clock.now())
    assert (excuse.duty.ended_as, excuse.decided_for_id) == (End.EXCUSED, world.street_office.id)
    assert told(session, "excuse.granted") == [world.manager_han.id]
    acts = select(DutyEvent.act).where(DutyEvent.duty_id == excuse.duty_id).order_by(DutyEvent.number)
    assert list(session.scalars(acts)) == [DutyAct.ASK_EXCUSE, DutyAct.END]
    with pytest.raises(Refused, match="decided already"):
        operations.refuse_excuse(session, excuse_id=excuse.id, viewer=clerk, words="不", now=clock.now())
    assert excuses.wishes(session, clerk, Wishes.WAITING, on) == []
    assert invariants.promises(session, now=clock.now())["D02"]().broken == ()


def test_what_is_refused_stays_due_and_can_be_asked_again(session: Session, world: World) -> None:
    excuse = made.asked(session, world)
    qian = viewer(session, world.official_qian)
    with pytest.raises(Refused, match="say why"):
        operations.refuse_excuse(session, excuse_id=excuse.id, viewer=qian, words=" ", now=clock.now())
    with pytest.raises(Refused, match="asked already"):
        made.asked(session, world, excuse.duty)
    operations.refuse_excuse(session, excuse_id=excuse.id, viewer=qian, words="可以走西侧", now=clock.now())
    assert (excuse.duty.ended_as, excuse.granted) == (None, False)
    assert told(session, "excuse.refused") == [world.manager_han.id]
    assert made.asked(session, world, excuse.duty).id != excuse.id


@pytest.mark.parametrize("who", ["manager_han", "dispatcher_mei", "far_clerk", "far_official"])
def test_who_asked_or_is_of_who_asked_or_is_elsewhere_decides_nothing(session: Session, world: World, who: str) -> None:
    excuse = made.asked(session, world)
    with pytest.raises((Refused, NotFound)):
        operations.grant_excuse(session, excuse_id=excuse.id, viewer=viewer(session, world.people[who]), words=None,
                                now=clock.now())  # fmt: skip
    assert excuse.duty.ended_as is None


def test_a_street_office_in_charge_asks_the_county(session: Session, world: World) -> None:
    now, clerk = clock.now(), viewer(session, world.clerk_jie)
    duty = made.duty(session, world, world.unmanaged, community=world.unmanaged)
    excuse = operations.ask_excuse(session, duty_id=duty.id, viewer=clerk, reason=made.REASON, now=now)
    assert told(session, "excuse.asked") == [world.official_qian.id]
    with pytest.raises(Refused, match="another organisation"):
        operations.grant_excuse(session, excuse_id=excuse.id, viewer=clerk, words=None, now=now)
    colleague = replace(clerk, user_id=world.committee_ju.id)  # another person, of the same office
    with pytest.raises(Refused, match="another organisation"):
        operations.grant_excuse(session, excuse_id=excuse.id, viewer=colleague, words=None, now=now)
    with pytest.raises(NotFound):  # a company asks for what it manages alone
        made.asked(session, world, made.duty(session, world, world.unmanaged, community=world.unmanaged, days=6))
    operations.grant_excuse(session, excuse_id=excuse.id, viewer=viewer(session, world.official_qian), words=None,
                            now=now)  # fmt: skip
    assert duty.ended_as is End.EXCUSED


def test_asking_stops_nothing_and_nothing_is_granted_past_the_cut_off(session: Session, world: World) -> None:
    excuse = made.asked(session, world)
    clerk, late = viewer(session, world.clerk_jie), clock.now() + timedelta(days=40)
    with pytest.raises(Refused, match="It is too late"):  # before the job came
        operations.grant_excuse(session, excuse_id=excuse.id, viewer=clerk, words=None, now=late)
    operations.end_missed(session, now=late)
    assert excuse.duty.ended_as is End.MISSED
    with pytest.raises(Stale):
        operations.grant_excuse(session, excuse_id=excuse.id, viewer=clerk, words=None, now=late)
    on = clock.local_date(late)
    assert [one.id for one in excuses.wishes(session, clerk, Wishes.LAPSED, on)] == [excuse.id]
    with pytest.raises(Stale):
        made.asked(session, world, excuse.duty)


@pytest.mark.parametrize("wrong", [
    "UPDATE duty_excuse SET decided_at = asked_at, granted = true, decided_by_id = asked_by_id",
    "UPDATE duty_excuse SET decided_at = asked_at, granted = true, decided_by_id = {clerk},"
    " decided_for_id = asked_for_id",
    "UPDATE duty_excuse SET decided_at = asked_at, granted = false, decided_by_id = {clerk}",
    "INSERT INTO duty_excuse (duty_id, asked_at, asked_by_id, asked_for_id, reason_id)"
    " SELECT duty_id, asked_at, asked_by_id, asked_for_id, reason_id FROM duty_excuse",
])  # fmt: skip
def test_the_database_refuses_it_too(session: Session, world: World, wrong: str) -> None:
    made.asked(session, world)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(wrong.format(clerk=world.clerk_jie.id)))
    session.rollback()


def test_of_two_that_decide_at_once_one_wins(session: Session, world: World) -> None:
    excuse = made.asked(session, world)
    deciders = [viewer(session, world.clerk_jie), viewer(session, world.official_qian)]
    excuse_id = excuse.id
    session.commit()
    barrier, bind = Barrier(2), session.get_bind()

    def decide(number: int) -> str:
        with Session(bind) as mine:
            act = operations.grant_excuse if number else operations.refuse_excuse
            barrier.wait()
            try:
                act(mine, excuse_id=excuse_id, viewer=deciders[number], words="定了", now=clock.now())
                mine.commit()
            except Refused:
                return "told"
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, range(2))) == ["ok", "told"]
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Excuse).where(Excuse.decided_at.is_not(None))) == 1
    assert invariants.promises(session, now=clock.now())["D02"]().broken == ()


def test_it_is_asked_and_granted_on_the_pages(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    duty = made.duty(session, world)
    session.commit()
    company: FlaskClient = new_client()
    sign_in(session, company, world.manager_han)
    address = f"/inspections/duties/{duty.id}/excuse"
    answer = submit(company, address, address, reason="楼顶封闭施工")
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert "楼顶封闭施工" in company.get(page).text
    office: FlaskClient = new_client()
    sign_in(session, office, world.clerk_jie)
    assert page in office.get("/inspections/excuses").text
    assert submit(office, page, f"{page}/decide", granted="yes", words="").status_code == 303
    session.expire_all()
    assert session.get_one(Duty, duty.id).ended_as is End.EXCUSED


@pytest.mark.parametrize(("who", "reads"), [("manager_han", True), ("clerk_jie", True), ("worker_zhao", False)])
def test_a_duty_says_that_a_wish_about_it_waits(
    session: Session, new_client: Callable[[], FlaskClient], world: World, who: str, reads: bool
) -> None:
    """To whoever sees the duty; who may read the wish is led to it; nobody is offered to ask again."""
    duty = made.duty(session, world)
    session.commit()
    desk, asker = (Desk(sign_in(session, new_client(), one)) for one in (getattr(world, who), world.manager_han))
    address, ask = f"/inspections/duties/{duty.id}", f'href="/inspections/duties/{duty.id}/excuse"'
    assert "asked to be excused" not in desk.read(address)
    assert ask in asker.open(address).text
    wish = made.asked(session, world, duty)
    session.commit()
    assert "asked to be excused" in desk.read(address)
    assert (f'<a href="/inspections/excuses/{wish.id}"><span class="badge' in desk.open(address).text) is reads
    assert ask not in asker.open(address).text
    operations.refuse_excuse(session, excuse_id=wish.id, viewer=viewer(session, world.clerk_jie), words="不予免检",
                             now=clock.now())  # fmt: skip
    session.commit()
    assert "asked to be excused" not in desk.read(address)
    assert ask in asker.open(address).text
