"""Snow falls again while what the last event brought is still to be done: nobody is asked twice unawares."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from propman.inspections.models import Occasion
from propman.inspections.operations import StillOpen
from propman.inspections.upon import Kind
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import made
from tests.inspections.test_events import kept, tasks
from tests.world import World, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())
YESTERDAY: dict[str, Any] = {"starts": -1, "ends": -1}


@pytest.mark.parametrize(
    ("first", "second", "communities"),
    [
        ({"kind": Kind.LIGHT, **YESTERDAY}, {}, 2),  # the same lanes by another class
        ({"kind": Kind.HEAVY, **YESTERDAY}, {}, 2),  # and by the same
        ({"kind": Kind.LIGHT, **YESTERDAY}, {"kind": Kind.BLIZZARD, "ends": None}, 2),  # which has no day so far
        ({"kind": Kind.LIGHT, "starts": 2, "ends": 2}, {}, 2),  # written down ahead of it
        ({"kind": Kind.LIGHT, **YESTERDAY, "place": "community"}, {}, 1),
        ({"kind": Kind.LIGHT, **YESTERDAY, "place": "community"}, {"place": "unmanaged"}, 0),
        ({"kind": Kind.LIGHT, **YESTERDAY, "codes": ["light_lane"]}, {"codes": ["heavy_path"]}, 0),  # nothing twice
        ({"kind": Kind.LIGHT, **YESTERDAY, "codes": ["light_lane"]}, {"starts": 2, "ends": 2}, 0),  # late, but over
        ({"kind": Kind.STORM, **YESTERDAY}, {}, 0),  # another thing
        ({"kind": Kind.LIGHT, "ends": 1, "place": "community", "by": "manager_han"}, {"ends": 1}, 0),  # gives way
    ],
)  # fmt: skip
def test_what_is_still_open_upon_another_event_is_named_before_it_is_asked_for_again(
    session: Session, world: World, first: dict[str, Any], second: dict[str, Any], communities: int
) -> None:
    def open_(nevertheless: bool = False, **how: Any) -> Occasion:
        how |= {"place": getattr(world, how.get("place", "county")), "by": world.people[how.get("by", "official_qian")]}
        return made.event(session, world, nevertheless=nevertheless, **how)

    before, counted = open_(**first), select(func.count()).select_from(Occasion)
    if communities:
        with pytest.raises(StillOpen) as refused:
            open_(**second)
        assert (refused.value.status, refused.value.field) == (409, "nevertheless")
        assert refused.value.upon == {before.id: communities}
        assert session.scalar(counted) == 1
    open_(bool(communities), **second)
    assert session.scalar(counted) == 2
    kept(session)


@pytest.mark.parametrize("left", ["nothing", "a court", "all, called off"])
def test_what_was_done_or_counts_no_more_is_not_in_the_way(session: Session, world: World, left: str) -> None:
    first, now = made.event(session, world, Kind.LIGHT, world.community, **YESTERDAY), clock.now()
    done = {} if left == "all, called off" else tasks(session, first, world.community.id)
    for code, duty in done.items():
        if left == "nothing" or "court" not in code:
            operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    if not done:
        operations.call_off_occasion(session, occasion_id=first.id, viewer=viewer(session, world.official_qian),
                                     seen_version=1, reason="误报", now=now)  # fmt: skip
    if left == "a court":
        with pytest.raises(StillOpen):
            made.event(session, world)
    made.event(session, world, nevertheless=left == "a court")
    kept(session)


def sent(desk: Desk, *ticked: str, codes: Collection[str] = ("heavy_lane",), place: int) -> Any:
    """The form for heavy snow of today, as somebody sends it."""
    today = TODAY.isoformat()
    typed: dict[str, Any] = {"nevertheless": "y"} if ticked else {}
    return desk.send("/inspections/events/new/heavy", place=str(place), starts_on=today, ends_on=today,
                     codes=list(codes), source="市气象台：又下大雪", **typed)  # fmt: skip


@pytest.mark.parametrize("who", ["official_qian", "manager_han"])
def test_the_form_shows_what_is_still_open_and_wants_a_tick(
    session: Session, world: World, new_client: Callable[[], FlaskClient], who: str
) -> None:
    first = made.event(session, world, Kind.LIGHT, **YESTERDAY)
    session.commit()
    desk = Desk(small.sign_in(session, new_client(), world.people[who]))
    place = world.county.id if who == "official_qian" else world.community.id
    assert 'name="nevertheless"' not in desk.open("/inspections/events/new/heavy").text
    refused = sent(desk, place=place)
    assert refused.status_code == 409
    assert "is still to be done here upon another event" in said(refused)
    link = re.search(rf'<a href="/inspections/events/{first.id}">([^<]*)</a>([^<]*)', refused.text)
    assert link is not None
    assert link[1].startswith("Light snow · 道里区 · ")
    assert link[2].strip() == f"· communities: {2 if who == 'official_qian' else 1}"
    assert desk.open(f"/inspections/events/{first.id}").status_code == 200
    assert 'value="市气象台：又下大雪"' in refused.text  # what was typed is kept
    assert re.search(r"<input[^>]*checked[^>]*value=\"heavy_lane\"", refused.text)
    assert re.search(r'<input[^>]*id="nevertheless"[^>]*>', refused.text)
    wrong = sent(desk, "ticked", place=place, codes=())
    assert (wrong.status_code, "checked" in re.findall(r'<input[^>]*id="nevertheless"[^>]*>', wrong.text)[0]) == (
        422, True,
    )  # fmt: skip
    opened = sent(desk, "ticked", place=place)
    assert opened.status_code == 303, said(opened)
    assert "Moderate to heavy snow" in desk.read(opened.location)
