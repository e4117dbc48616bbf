"""The pages of what was taken over: each figure is the length of the list behind it, and nothing foreign is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.backlog import queries
from propman.backlog.queries import Wanted
from propman.sheets import csv_reading
from propman.tickets.models import Ticket
from tests import stories
from tests import world as small
from tests.desk import Desk
from tests.tickets import imports
from tests.world import World

DAYS = {"month": 2, "quarter": 45, "year": 200, "three_years": 500, "older": 3000}


@pytest.fixture
def at_desk(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Callable[[str], Desk]:
    """The browser of somebody by name."""
    return lambda name: Desk(small.sign_in(session, new_client(), world.people[name]))


@pytest.fixture
def old(session: Session, world: World) -> dict[str, Ticket]:
    """One open report of each band of ages, the oldest in the far community; one closed; one of our own."""
    now, there = clock.now(), {"community": world.far_community, "place": world.far_entrance}
    found = {
        age: imports.taken_over(session, world, age, now=now, opened_at=now - timedelta(days=days),
                                **(there if age == "older" else {}))
        for age, days in DAYS.items()
    }  # fmt: skip
    found["closed"] = imports.closed(session, world, now=now)
    stories.report(session, world)
    session.commit()
    return found


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_each_figure_is_the_length_of_its_list(session: Session, world: World, old: dict[str, Ticket]) -> None:
    now = clock.now()
    for name, seen in (("auditor_shen", 6), ("dispatcher_mei", 5), ("far_dispatcher", 1), ("worker_zhao", 0)):
        viewer = small.viewer(session, world.people[name])
        sums = queries.sums(session, viewer, now)
        assert (sums.all, sums.closed) == (seen, int(name in {"auditor_shen", "dispatcher_mei"}))
        figures = [(Wanted(), sums.all), (Wanted(open_=True), sums.open), (Wanted(open_=False), sums.closed)]
        figures += [(Wanted(open_=True, age=age), number) for age, number in sums.ages.items()]
        for place in queries.by_place(session, viewer, now):
            figures += [(Wanted(community_id=place.community.id), place.all),
                        (Wanted(community_id=place.community.id, open_=True), place.open)]  # fmt: skip
        for line in queries.by_month(session, viewer, now):
            figures += [(Wanted(month=line.month), line.all), (Wanted(month=line.month, open_=True), line.open)]
        for wanted, figure in figures:
            assert queries.counted(session, viewer, wanted, now) == figure, wanted
            assert len(queries.listed(session, viewer, wanted, now)[0]) == figure
        assert sum(line.all for line in queries.by_month(session, viewer, now)) == sums.all


def test_a_long_list_goes_on_where_its_page_ended(session: Session, world: World, old: dict[str, Ticket]) -> None:
    viewer, now = small.viewer(session, world.auditor_shen), clock.now()
    found, after = [], None
    for _page in range(3):
        page, after = queries.listed(session, viewer, Wanted(), now, after=after, most=2)
        found += [claim.source_id for _ticket, claim in page]
    assert after is None
    assert found == ["older", "three_years", "year", "quarter", "9", "month"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_pages_say_that_these_are_claims_and_lead_to_the_reports(
    old: dict[str, Ticket], at_desk: Callable[[str], Desk]
) -> None:
    mei = at_desk("dispatcher_mei")
    page = mei.read("/backlog")
    assert "None of it enters a rate or a closed month" in page
    for address, number in re.findall(r'href="(/backlog/reports\?[^"]*)">(\d+)<', mei.open("/backlog").text):
        assert f"{number} report" in mei.read(address.replace("&amp;", "&"))
    shown = mei.read(f"/tickets/{old['closed'].number}")
    assert "Taken over from another system. Nobody here has watched its times there" in shown
    assert "Id there 9" in shown
    assert "they are claims, and enter no rate" in shown
    assert "Closed by the system" not in shown
    listed = mei.read("/queue?state=all")
    assert old["closed"].number in listed
    assert listed.count("Closed by the system") == 1  # the filter has the words
    found = mei.read(f"/search?q={old['closed'].number}")
    assert "Taken over" in found
    assert "Closed by the system" not in found
    assert "None: it was taken over from another system." in mei.read(f"/tickets/{old['month'].number}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_holds_what_the_list_shows_and_no_words(old: dict[str, Ticket], at_desk: Callable[[str], Desk]) -> None:
    mei = at_desk("dispatcher_mei")
    answer = mei.open("/backlog/reports.csv?state=open")
    [table] = csv_reading.read(answer.data, "reports.csv").tables
    assert len(table.rows) - 1 == 4
    assert {str(row.at(3)) for row in table.rows[1:]} == set(DAYS) - {"older"}
    assert "楼道灯不亮" not in answer.text
    assert mei.open("/backlog/reports.csv?state=x").status_code == 400
    for table_name, rows in (("ages", 6), ("places", 1), ("months", 1)):
        [table] = csv_reading.read(mei.open(f"/backlog/{table_name}.csv").data, "x.csv").tables
        assert len(table.rows) > rows
    assert mei.open("/backlog/places.xlsx").data.startswith(b"PK")
