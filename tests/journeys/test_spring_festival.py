"""A repair waits over the Spring Festival of 2026, with a make-up Saturday on either side; by HTTP.

Official calendar: Saturday 14 February is worked, 15 to 23 are holidays, Saturday 28 is worked. A day has 450 minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.jobs import TIMETABLE, run_job
from tests import stories, world
from tests.desk import Desk


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Heilongjiang."""
    return clock.at_local(day, time(hour, minute)).astimezone(UTC)


THURSDAY, FRIDAY, WAKES = date(2026, 2, 12), date(2026, 2, 13), date(2026, 2, 27)


def test_the_deadline_moves_by_the_working_time_of_the_hold_alone(
    app: Flask, session: Session, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    """24 hours of working time are 1440 minutes: 360 on Thursday, 450 on Friday and on the make-up Saturday, 180 on the
    first day after the festival. On hold from Friday 10:00 to the 27th, 990 are left: 450 on Friday 27, 450 on the
    make-up Saturday 28, 90 on Monday.
    """
    with time_machine.travel(at(THURSDAY, 10), tick=False):
        town = world.build(session, now=clock.now(), files=tmp_path / "files")
        ticket = stories.assign(session, town, stories.report(session, town, by=town.resident_lin))
        session.commit()
        page = f"/tickets/{ticket.number}"
        mei = Desk(world.sign_in(session, new_client(), town.dispatcher_mei))
        before = mei.read(page)
        assert "within 24 h of working time · 2026-02-24 11:30" in before
        assert "2026-02-14 Sat" in mei.read(f"{page}/times")
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        mei = Desk(world.sign_in(session, new_client(), town.dispatcher_mei))
        held = mei.sent(f"{page}/hold", page, version=2, until_on=str(WAKES), cause="parts", note="灯具节后到货")
        assert "waits for parts until 2026-02-27 Fri; 14 days left; since 2026-02-13 Fri" in held
        lin = Desk(world.sign_in(session, new_client(), town.resident_lin))
        told = lin.read(f"/reports/{ticket.number}")
        assert "It waits for parts, until 2026-02-27 Fri: then it goes on by itself." in told
        assert "灯具节后到货" in told
    with time_machine.travel(at(WAKES, 8), tick=False):
        session.commit()
        job = next(job for job in TIMETABLE if job.name == "wake-holds")
        assert run_job(app, job, clock.now())
        session.expire_all()
        mei = Desk(world.sign_in(session, new_client(), town.dispatcher_mei))
        after = mei.read(page)
        assert "within 24 h of working time · 2026-03-02 10:00" in after
        assert "Resumed: the day has come until which it waited 2026-02-27 00:00 · System" in after
        assert "The hold of" in mei.read("/inbox")
