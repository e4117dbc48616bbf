"""Pages of rates: every figure is as long as the list behind it, within one's own scope, and in files too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.config import Settings
from tests import world as worlds
from tests.desk import Desk
from tests.oversight import history
from tests.oversight.history import CLOSES, NOW, History
from tests.oversight.test_closing import close_all
from tests.statements import counted
from tests.world import World

FIGURE = re.compile(r'href="(/rates/list[^"]+)">(\d+)</a>')


@pytest.fixture
def told(session: Session, past: History, monkeypatch: pytest.MonkeyPatch) -> History:
    """It is the tenth of November; October is closed."""
    past.exclude(past.moves("pleased", "confirm")[0], now=CLOSES, month=history.OCTOBER)
    close_all(session, CLOSES)
    history.november(past)
    past.exclude(past.moves("late", "confirm")[0], now=NOW, month=history.NOVEMBER)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()
    return past


def desk_of(session: Session, new_client: Callable[[], FlaskClient], world: World, who: str) -> Desk:
    """Their browser."""
    return Desk(worlds.sign_in(session, new_client(), world.people[who]))


def figures_on(desk: Desk, address: str) -> Iterator[tuple[str, int]]:
    """The lists that a page leads to, each with its figure."""
    answer = desk.open(address)
    assert answer.status_code == 200, address
    for link, figure in FIGURE.findall(answer.text):
        yield unescape(link), int(figure)


def test_every_figure_is_the_length_of_the_list_behind_it(
    session: Session, new_client: Callable[[], FlaskClient], told: History
) -> None:
    desk = desk_of(session, new_client, told.world, "official_sheng")
    seen = set()
    for query in ("from=2026-10&to=2026-10", "by=companies&from=2026-11", "by=categories&from=2026-09&to=2026-11"):
        for link, figure in figures_on(desk, f"/rates?{query}"):
            seen.add(re.search(r"name=(\w+)", link)[1])  # type: ignore[index]
            rows = csv.reader(io.StringIO(desk.open(link.replace("/list?", "/list/table?kind=csv&")).text))
            assert len(list(rows)) - 1 == figure, link
    assert len(seen) > 22


def test_what_corrects_closed_months_is_listed(
    session: Session, new_client: Callable[[], FlaskClient], told: History
) -> None:
    """The reporter reopened in November what was called solved in October; an answer was left out too late."""
    desk = desk_of(session, new_client, told.world, "official_qian")
    page = desk.read("/rates/list?name=corrections&from=2026-11")
    for name in ("lukewarm", "late"):
        assert told.tickets[name].number in page
    assert told.tickets["unreached"].number not in page, "that was its first answer"
    assert "Nothing here" in desk.read("/rates/list?name=corrections&from=2026-10")


@pytest.mark.parametrize(
    ("who", "own", "foreign"),
    [
        ("dispatcher_mei", "organisation={company}", ("organisation={far_company}", "place={community}")),
        ("official_qian", "place={county}", ("place={far_county}", "place={city}", "organisation={company}")),
        ("clerk_jie", "place={unmanaged}", ("place={county}", "place={far_street}")),
        ("owner_ye", "place={community}", ("place={unmanaged}", "place={building}")),
        ("auditor_shen", "organisation={far_company}", ("place=0", "place=x", "organisation=999")),
    ],
)
def test_what_lies_elsewhere_is_not_there(
    session: Session, new_client: Callable[[], FlaskClient], told: History, who: str, own: str, foreign: tuple[str, ...]
) -> None:
    desk, world = desk_of(session, new_client, told.world, who), told.world
    things = {name: getattr(world, name).id for name in ("company", "far_company", "community", "far_county", "city",
              "county", "unmanaged", "far_street", "building")}  # fmt: skip
    for page in ("/rates", "/rates/list", "/rates/table", "/rates/list/table"):
        assert desk.open(page).status_code == 200, page
        assert desk.open(f"{page}?{own.format_map(things)}").status_code == 200, page
        for query in foreign:
            assert desk.open(f"{page}?{query.format_map(things)}").status_code == 404, (page, query)


def test_the_page_prints_rates_intervals_and_what_they_count(
    session: Session, new_client: Callable[[], FlaskClient], told: History
) -> None:
    desk = desk_of(session, new_client, told.world, "official_qian")
    page = desk.read("/rates?from=2026-10&to=2026-10")
    assert "33.3 % 6.1–79.2 1 \u00a0/\u00a0 3" in page  # satisfied, of those asked
    assert "nothing to measure" in desk.read(f"/rates?place={told.world.unmanaged.id}&from=2026-10")
    assert "closed unanswered is no answer" in page
    assert "Response 30, solution 35, satisfaction 35 of 100" in page
    assert "still grow" not in page


@pytest.mark.parametrize(
    "query", ["from=2026-13", "from=x&to=y", "from=2026-10&to=2026-09", "by=nothing", "category=nope"]
)
def test_what_is_asked_wrongly_is_named_and_no_file_is_made_of_something_else(
    session: Session, new_client: Callable[[], FlaskClient], told: History, query: str
) -> None:
    desk = desk_of(session, new_client, told.world, "official_qian")
    for page in ("/rates", "/rates/table", "/rates/list/table"):
        answer = desk.open(f"{page}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/html"), page


@pytest.mark.parametrize("skip", ["x", "-1", "0" * 9 + "9" * 30, "0" * 5000])
def test_a_list_begins_at_no_such_line(
    session: Session, new_client: Callable[[], FlaskClient], told: History, skip: str
) -> None:
    desk = desk_of(session, new_client, told.world, "official_qian")
    assert desk.open(f"/rates/list?skip={skip}").status_code == 400


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_figures_cost_as_many_statements_for_the_province_as_for_a_street(
    app: Flask, session: Session, settings: Settings, new_client: Callable[[], FlaskClient], told: History
) -> None:
    desk, world = desk_of(session, new_client, told.world, "official_sheng"), told.world
    costs = []
    for address in (f"/rates?place={world.street.id}&from=2026-11", f"/rates?place={world.province.id}&from=2026-11"):
        with counted(app) as statements:
            assert desk.open(address).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] + 1 <= 12, "the street says what lies above it"


def test_a_table_as_a_file_says_whose_it_is_and_of_when_and_the_same_composite_as_the_page(
    session: Session, new_client: Callable[[], FlaskClient], told: History
) -> None:
    desk = desk_of(session, new_client, told.world, "dispatcher_mei")
    asked = f"organisation={told.world.company.id}&from=2026-10&to=2026-11"
    [heading, *rows] = csv.reader(io.StringIO(desk.open(f"/rates/table?kind=csv&{asked}").text.removeprefix("\ufeff")))
    assert heading[:5] == ["Whose figures", "From month", "To month", "Name", "Composite (of 100)"]
    assert {tuple(row[:3]) for row in rows} == {("安居物业", "2026-10-01", "2026-11-01")}
    [total] = [row[4] for row in rows if row[3] == "Sum"]
    assert total
    assert f">{float(total):.1f}<" in desk.open(f"/rates?{asked}").text


def test_a_year_is_one_step_away_and_a_month_to_come_leads_to_the_usual_one(
    session: Session, new_client: Callable[[], FlaskClient], told: History
) -> None:
    desk = desk_of(session, new_client, told.world, "official_sheng")
    [year] = re.findall(r'<a href="(/rates\?[^"]*)">2026</a>', desk.open("/rates?by=companies").text)
    assert "from=2026-" in unescape(year)
    assert "to=2026-11" in unescape(year)
    assert "by=companies" in unescape(year)
    assert ">2026</a>" in desk.open(unescape(year)).text
    assert "<option selected>2026-01</option>" in desk.open("/rates?from=2026-01&to=2026-11").text
    ahead = desk.open("/rates?from=2026-01&to=2030-01")
    assert ahead.status_code == 400
    assert ahead.text.count("<option selected>2026-10</option>") == 2
