"""An event where one is there already: which one, where it is corrected, and what was left to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from propman.inspections.operations import Taken
from propman.inspections.upon import Kind
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import made
from tests.inspections.test_events import brought_to
from tests.world import World, viewer

TODAY = clock.local_date(clock.now()).isoformat()
LINK = r'<a href="/inspections/events/{}">([^<]*)</a>([^<]*)'


@pytest.mark.parametrize(
    ("before", "communities"),
    [
        ([{}], [2]),
        ([{"kind": Kind.LIGHT, "ends": 3}], [2]),
        ([{"kind": Kind.BLIZZARD, "ends": None}], [2]),
        ([{"place": "community"}, {"place": "unmanaged", "kind": Kind.LIGHT}], [1, 1]),
    ],
)
def test_what_is_there_already_is_named(
    session: Session, world: World, before: list[dict[str, Any]], communities: list[int]
) -> None:
    there = [made.event(session, world, **how | {"place": getattr(world, how.get("place", "county"))})
             for how in before]  # fmt: skip
    with pytest.raises(Taken, match="open there for these days already") as refused:
        made.event(session, world)
    assert refused.value.status == 409
    assert refused.value.upon == {one.id: n for one, n in zip(there, communities, strict=True)}


@pytest.mark.parametrize(("who", "n"), [("official_qian", 2), ("clerk_jie", 2), ("manager_han", 1)])
def test_the_form_leads_to_what_is_there_already_and_wants_no_tick(
    session: Session, world: World, new_client: Callable[[], FlaskClient], who: str, n: int
) -> None:
    first = made.event(session, world, Kind.LIGHT)
    session.commit()
    desk = Desk(small.sign_in(session, new_client(), world.people[who]))
    place = {"official_qian": world.county, "clerk_jie": world.street, "manager_han": world.community}[who]
    refused = desk.send("/inspections/events/new/heavy", place=str(place.id), starts_on=TODAY, ends_on=TODAY,
                        codes=["heavy_lane"], source="市气象台：中到大雪")  # fmt: skip
    assert refused.status_code == 409
    assert "perhaps of another class" in said(refused)
    assert "Who opened it, or whoever is above, corrects its class and its days on its page" in said(refused)
    link = re.search(LINK.format(first.id), refused.text)
    assert link is not None
    assert link[1].startswith("Light snow · 道里区 · ")
    assert link[2].strip() == f"· communities: {n}"
    assert 'name="nevertheless"' not in refused.text
    assert 'value="市气象台：中到大雪"' in refused.text


@pytest.mark.parametrize("who", ["official_qian", "clerk_jie"])
def test_the_page_names_the_events_to_which_communities_were_left(
    session: Session, world: World, new_client: Callable[[], FlaskClient], who: str
) -> None:
    own = made.event(session, world, place=world.community, by=world.manager_han)
    county = made.event(session, world)
    assert brought_to(session, county) == {world.unmanaged.id}
    session.commit()
    desk = Desk(small.sign_in(session, new_client(), world.people[who]))
    page = desk.open(f"/inspections/events/{county.id}").text
    assert "Left to events that were there already:" in page
    link = re.search(LINK.format(own.id), page)
    assert link is not None
    assert (link[1].split(" · ")[0], link[2].strip()) == ("Moderate to heavy snow", "· communities: 1")
    assert "Left to events" not in desk.read(f"/inspections/events/{own.id}")  # which left nothing to anybody
    operations.call_off_occasion(session, occasion_id=county.id, viewer=viewer(session, world.official_qian),
                                 seen_version=1, reason="误报", now=clock.now())  # fmt: skip
    session.commit()
    assert "Left to events" not in desk.read(f"/inspections/events/{county.id}")
