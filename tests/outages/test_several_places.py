"""Several places of one outage, ticked on its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.outages.models import Outage
from tests.desk import Desk
from tests.outages.plans import WHY
from tests.world import build, sign_in


def test_two_entrances_are_ticked_each_of_them_once(session: Session, new_client: Callable[[], FlaskClient]) -> None:
    world, day = build(session), str(clock.local_date(clock.now()) + timedelta(days=2))
    session.commit()
    mei, form = Desk(sign_in(session, new_client(), world.dispatcher_mei)), f"/outages/new/{world.community.id}"
    typed = {"supply": "gas", "starts_on": day, "starts": "8:00", "ends_on": day, "ends": "9:00", "words": WHY}
    one, other = str(world.entrance.id), str(world.other_entrance.id)
    assert mei.send(form, **typed, places=[one, one]).status_code == 400
    assert mei.send(form, **{**typed, "words": [WHY, "别的话"]}, places=[one]).status_code == 400
    mei.sent(form, **typed, places=[one, other])
    [outage] = session.scalars(select(Outage)).all()
    assert {place.id for place in outage.places} == {world.entrance.id, world.other_entrance.id}
