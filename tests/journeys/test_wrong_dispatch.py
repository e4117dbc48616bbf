"""A wrong dispatch, as everybody sees it: the worker objects, the company objects, the office decides; by HTTP."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import stories, world
from tests.desk import Desk, said


def test_a_repair_that_is_the_utilitys_finds_its_way(session: Session, new_client: Callable[[], FlaskClient]) -> None:
    town = world.build(session)
    ticket = stories.assign(session, town, stories.report(session, town, category="heat", by=town.resident_lin))
    session.commit()
    people = (town.worker_zhao, town.dispatcher_mei, town.clerk_jie, town.utility_shui, town.resident_lin)
    zhao, mei, jie, shui, lin = (Desk(world.sign_in(session, new_client(), person)) for person in people)
    page, utility = f"/tickets/{ticket.number}", str(town.utility.id)

    objects = zhao.sent(f"{page}/object", page, version=2, taker=utility, note="一级网的阀门，不归物业")
    assert "it stays with you, and its times run on" in objects
    decides = mei.read(page)
    assert "said to be for 城市供热公司" in decides
    assert "Put on hold" not in decides
    own = mei.send(f"{page}/uphold_objection", page, version=3, taker=str(town.street_office.id), note="属实")
    assert own.status_code == 422
    assert "Nobody has been sent yet." in mei.sent(f"{page}/uphold_objection", page, version=3, taker="", note="属实")

    mei.sent(f"{page}/object", page, version=4, taker=utility, note="阀门产权属供热公司")
    assert "Somebody else than who objected decides on it." in said(
        mei.send(f"{page}/reject_objection", "/queue", version=5, note="自己定")
    )
    assert "Objections 1 to decide on" in jie.read("/")
    jie.sent(f"{page}/uphold_objection", page, version=5, taker=utility, note="产权图在案")

    assert ticket.number in shui.read("/referrals")
    assert "You take it on and go there yourself." in shui.read(f"/referrals/{ticket.number}")
    story = lin.read(f"/reports/{ticket.number}")
    assert "Objection upheld" in story
    assert "城市供热公司" in story
    assert "产权图在案" not in story, "what offices say among themselves is not for the reporter"
