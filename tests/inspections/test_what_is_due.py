"""What is due by HTTP: the month, the list, one duty, what was missed; and who sees which of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.operations import end_engagement, engage
from propman.communities.queries import engagements_of, street_office_of
from propman.inspections import queries
from propman.inspections.models import Duty
from propman.inspections.queries import Wanted
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import lived, made
from tests.statements import costs
from tests.world import World

TODAY = clock.local_date(clock.now())
DAY = timedelta(days=1)


@pytest.fixture
def world(session: Session) -> World:
    return small.build(session)


@pytest.fixture
def duties(session: Session, world: World) -> dict[str, int]:
    """Of 河柏小区, and of another community in another county."""
    near = lived.live(session, world, TODAY)
    far = lived.live(session, world, TODAY, world.far_building)
    session.commit()
    return near | {f"far {name}": number for name, number in far.items()}


@pytest.fixture
def at_work(session: Session, new_client: Callable[[], FlaskClient], duties: dict[str, int]) -> Callable[[User], Desk]:
    """The browser of somebody."""
    return lambda person: Desk(small.sign_in(session, new_client(), person))


def test_the_month_counts_what_the_list_of_each_day_holds(
    session: Session, world: World, at_work: Callable[[User], Desk]
) -> None:
    desk = at_work(world.dispatcher_mei)
    sums: dict[str, int] = {}
    for month in sorted({(TODAY - week * 7 * DAY).replace(day=1) for week in range(8)}):
        page = desk.read(f"/inspections?month={month:%Y-%m}")
        for word in ("to do", "done in time", "done late", "missed", "excused"):
            found = re.search(rf"\b{word} (\d+)", page)
            sums[word] = sums.get(word, 0) + (int(found[1]) if found else 0)
    assert sums | {"to do": 0} == {"to do": 0, "done in time": 2, "done late": 1, "missed": 2, "excused": 1}
    seen = small.viewer(session, world.dispatcher_mei)
    counts = queries.counts_by_day(session, seen, Wanted(until=TODAY), clock.now())
    for on, found in counts.items():
        [line] = queries.duties(session, seen, Wanted(since=on, until=on), clock.now()).duties
        overdue = line.ended_as is None and line.closes_on < TODAY
        assert sum(found.values()) == found[queries.OVERDUE if overdue else line.ended_as] == 1


def test_a_day_with_something_overdue_says_so_in_the_calendar(
    session: Session, world: World, at_work: Callable[[User], Desk]
) -> None:
    late = made.duty(session, world, rule="FREQ=YEARLY", days=0)
    late.due_on = late.do_on = late.opens_on = late.closes_on = TODAY - DAY
    session.commit()
    desk = at_work(world.dispatcher_mei)
    address = f"/inspections?month={TODAY - DAY:%Y-%m}&template={late.target.plan.template}"
    shown = desk.open(address).text
    assert shown.count('class="badge over"') == 2  # of the month, and of the day
    assert re.search(rf'aria-label="{(TODAY - DAY).isoformat()} \w+">.*?overdue, not done 1<', shown, re.DOTALL)
    assert "overdue, not done" not in desk.read(f"/inspections?month={TODAY - 70 * DAY:%Y-%m}")


def test_the_list_names_who_answers_for_what_is_open(
    session: Session, new_client: Callable[[], FlaskClient], world: World
) -> None:
    """As the page of each duty does: who is in charge on its day, in a vacuum the street office."""
    now, far = clock.now(), world.far_community
    by = {"actor_id": None, "now": now}
    [near], [there] = (engagements_of(session, one.id) for one in (world.community, far))
    overdue, later, vacuum = made.duty(session, world, days=0), made.duty(session, world), made.far_duty(session, world)
    overdue.due_on = overdue.do_on = overdue.opens_on = overdue.closes_on = TODAY - DAY
    end_engagement(session, engagement_id=there.id, ends_on=TODAY + DAY, **by)
    end_engagement(session, engagement_id=near.id, ends_on=TODAY + 2 * DAY, **by)
    engage(session, community_id=world.community.id, organisation_id=world.far_company.id,
           starts_on=TODAY + 2 * DAY, **by)  # fmt: skip
    session.commit()
    office = street_office_of(session, far.parent_id or 0, TODAY)
    assert office is not None
    desk = Desk(small.sign_in(session, new_client(), world.auditor_shen))
    page = desk.open(f"/inspections/duties?since={TODAY - DAY}").text
    for duty, name in ((overdue, world.company.name), (later, world.far_company.name), (vacuum, office.name)):
        row = next(row for row in page.split("<tr>") if f'/duties/{duty.id}"' in row)
        assert f">{name}</td>" in row
        assert f"Who answers for it {name}" in desk.read(f"/inspections/duties/{duty.id}")


def test_the_list_goes_on_by_key_and_is_narrowed(
    monkeypatch: pytest.MonkeyPatch, world: World, at_work: Callable[[User], Desk]
) -> None:
    monkeypatch.setattr("propman.inspections.queries.listed.PAGE", 3)
    desk = at_work(world.official_sheng)  # of the province
    address, seen = "/inspections/duties?since=2020-01-01&until=" + TODAY.isoformat(), list[str]()
    while address:
        answer = desk.open(address)
        seen += re.findall(r'href="/inspections/duties/(\d+)"', answer.text)
        further = re.search(r'rel="next" href="([^"]+)"', answer.text)
        address = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == len(set(seen)) == 2 * (lived.WEEKS + 1)
    for query, number in (("state=missed", 4), ("state=due", 4), ("template=T18", 16), ("template=T01", 0),
                          (f"place={world.building.id}&state=excused", 1), (f"place={world.county.id}&state=late", 1),
                          (f"place={world.street.id}", 8)):  # fmt: skip
        monkeypatch.setattr("propman.inspections.queries.listed.PAGE", 50)
        page = desk.open(f"/inspections/duties?since=2020-01-01&until={TODAY}&{query}")
        assert len(re.findall(r'href="/inspections/duties/(\d+)"', page.text)) == number, query


def test_what_is_asked_wrongly_is_named_and_left_out(world: World, at_work: Callable[[User], Desk]) -> None:
    desk = at_work(world.dispatcher_mei)
    for address, sentence in (
        ("/inspections?month=13", "That is no month"), ("/inspections?template=T99", "There is no such template."),
        ("/inspections/duties?since=tomorrow", "tomorrow is not a day."),
        ("/inspections/duties?state=lost", "There is no such state."),
        ("/inspections/missed?state=done", "no such state"),
        ("/inspections/duties?after=x", "The address of this page is not complete."),
    ):  # fmt: skip
        answer = desk.open(address)
        assert answer.status_code == 400
        assert sentence in said(answer)
    for place in (world.far_community.id, 10**9, "x"):
        assert desk.open(f"/inspections?place={place}").status_code == 404


def test_a_duty_says_all_of_itself_and_is_there_for_those_within_reach(
    world: World, duties: dict[str, int], at_work: Callable[[User], Desk]
) -> None:
    page = at_work(world.worker_zhao).read(f"/inspections/duties/{duties['made_up']}")
    for words in ("T18", "missed", "It stays missed, and was made up for", "已补检", "propman itself"):
        assert words in page
    assert lived.WHY in at_work(world.grid_worker_gao).read(f"/inspections/duties/{duties['excused']}")
    for person in (world.far_dispatcher, world.contractor_deng, world.utility_shui):
        assert at_work(person).open(f"/inspections/duties/{duties['done']}").status_code == 404
    assert at_work(world.auditor_shen).open(f"/inspections/duties/{duties['far done']}").status_code == 200
    overdue = at_work(world.clerk_jie).read(f"/inspections/duties/{duties['overdue']}")
    assert "overdue" in overdue or "missed" in overdue


def test_what_was_missed_stands_with_its_make_ups_and_what_was_excused_with_why_and_by_whom(
    session: Session, world: World, duties: dict[str, int], at_work: Callable[[User], Desk]
) -> None:
    desk = at_work(world.manager_han)
    due = {name: session.get_one(Duty, duties[name]).due_on for name in ("made_up", "excused", "missed")}
    page = desk.open(f"/inspections/missed?month={due['made_up']:%Y-%m}&state=missed")
    row = next(row for row in page.text.split("<tr>") if f'/duties/{duties["made_up"]}"' in row)
    assert "<time" in row
    assert lived.WHY not in page.text
    page = desk.open(f"/inspections/missed?month={due['excused']:%Y-%m}")
    row = next(row for row in page.text.split("<tr>") if f'/duties/{duties["excused"]}"' in row)
    assert lived.WHY in row
    assert (world.clerk_jie.name or "") in row


def test_the_pages_cost_the_same_however_much_there_is(
    app: Flask, session: Session, world: World, at_work: Callable[[User], Desk]
) -> None:
    desk = at_work(world.dispatcher_mei)
    addresses = [f"/inspections?month={TODAY:%Y-%m}", "/inspections/duties?since=2020-01-01",
                 f"/inspections/missed?month={TODAY - 28 * DAY:%Y-%m}"]  # fmt: skip

    few = costs(app, desk, addresses)
    for place in (world.entrance, world.other_entrance, world.community):
        lived.live(session, world, TODAY, place)
    session.commit()
    assert costs(app, desk, addresses) == few
    assert max(few) <= 12, few
