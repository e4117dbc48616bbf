"""The water is off from Thursday to Friday: announced, reported all the same, moved, ended early; by HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import add_place, draw_code
from propman.households import operations as households
from propman.households.slips import code_of
from propman.tickets.models import Ticket
from tests import world
from tests.desk import Desk, said
from tests.tickets.buttons import press

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)
PLANNED = {
    "supply": "water", "starts_on": str(THURSDAY), "starts": "08:00", "ends_on": str(FRIDAY), "ends": "18:00",
    "words": "更换水泵，请提前储水。",
}  # fmt: skip


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Heilongjiang."""
    return clock.at_local(day, time(hour, minute))


class Town:
    """The small world, a second building in it, and the resident of a flat."""

    def __init__(self, app: Flask, session: Session, new_client: Callable[[], FlaskClient], files: Path) -> None:
        self.session, self.new_client = session, new_client
        self.world = world.build(session, now=clock.now(), files=files)
        by = {"actor_id": None, "now": clock.now()}
        building = add_place(session, parent_id=self.world.community.id, name="4号楼", **by)
        self.other_code = draw_code(session, place_id=building.id, **by).code
        [flat] = households.add_households(session, place_id=self.world.entrance.id, numbers="301", **by)
        keys = app.extensions["propman.settings"].tracking_keys
        [slip] = households.draw_slips(session, households=[flat], keys=keys, **by)
        code = code_of(slip.nonce, slip.key_id, keys) or ""
        households.join_by_code(session, code=code, user_id=self.world.resident_lin.id, now=clock.now())
        session.commit()

    def desk(self, name: str = "") -> Desk:
        """A fresh browser, of a person or of a visitor."""
        client = self.new_client()
        return Desk(world.sign_in(self.session, client, self.world.people[name]) if name else client)

    def inbox(self) -> str:
        """What Lin reads among her messages."""
        return self.desk("resident_lin").read("/inbox")

    def report(self, code: str) -> str:
        """A visitor reports at a label that there is no water; the address of the report's page."""
        address, browser = f"/p/{code}/report", self.desk()
        chosen = re.search(r'<option selected value="(\d+)"', browser.open(address).text)
        assert chosen is not None
        answer = browser.send(address, category="water", place=chosen[1], description="没有水")
        assert answer.status_code == 303, said(answer)
        return str(answer.location).removesuffix("/receipt")

    def leads(self) -> list[int | None]:
        """With which each report is merged, the first first."""
        self.session.expire_all()
        return list(self.session.scalars(select(Ticket.lead_id).order_by(Ticket.id)))


def test_the_water_is_off_on_thursday(
    app: Flask, session: Session, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    with time_machine.travel(at(WEDNESDAY, 10), tick=False):
        town = Town(app, session, new_client, tmp_path / "files")
        code, community = town.world.code, town.world.community.id
        form = f"/outages/new/{community}"
        told = town.desk("dispatcher_mei").sent(form, **PLANNED, places=[str(community)])
        assert "Planned: no water from 2026-03-05 08:00 to 2026-03-06 18:00." in told
        assert "Planned: no water from 03-05 08:00 to 03-06 18:00." in town.inbox()
        at_the_door = town.desk().read(f"/p/{code}")
        assert "Planned: no water from 2026-03-05 08:00 to 2026-03-06 18:00. 更换水泵，请提前储水。" in at_the_door
        again = town.desk("clerk_jie").send(form, **PLANNED, places=[str(town.world.building.id)])
        assert again.status_code == 409
        assert "It is announced there already. Open what is announced, to move it" in said(again)
    with time_machine.travel(at(THURSDAY, 12), tick=False):
        warned = town.desk().read(f"/p/{code}/report")
        assert "Planned: no water until 2026-03-06 18:00." in warned
        assert "Is it about this? Then nothing needs to be sent." in warned
        first = town.report(code)
        assert "Your report belongs to this outage, with all others about it." in town.desk().read(first)
    with time_machine.travel(at(FRIDAY, 13), tick=False):
        second = town.report(town.other_code)
        assert "2 households have reported this fault" in town.desk().read(second)
        assert town.leads() == [None, 1]
        mei, page = town.desk("dispatcher_mei"), "/outages/1"
        later = {name: PLANNED[name] for name in ("starts_on", "starts", "ends_on", "words")} | {"ends": "20:00"}
        assert press(mei.client, page, f"{page}/move", **later).status_code == 303
        assert "Moved: no water from 03-05 08:00 to 03-06 20:00." in town.inbox()
        assert "Planned: no water until 2026-03-06 20:00." in town.desk().read(second)
    with time_machine.travel(at(FRIDAY, 17), tick=False):
        assert press(town.desk("dispatcher_mei").client, page, f"{page}/end").status_code == 303
        assert "The water is on again, we are told." in town.inbox()
        assert "Planned: no water. It is over since 2026-03-06 17:00." in town.desk().read(first)
        ticket = session.scalars(select(Ticket.number).order_by(Ticket.id)).first()
        assert "This report belongs to it." in town.desk("dispatcher_mei").read(f"/tickets/{ticket}")
    with time_machine.travel(at(FRIDAY, 19, 30), tick=False):
        assert "Planned: no water" not in town.desk().read(f"/p/{code}/report")
        town.report(code)
        assert town.leads() == [None, 1, None]
