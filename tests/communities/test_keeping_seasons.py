"""Heating seasons entered, checked, withdrawn; and the pages on which that is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.models import HeatingSeason, Place
from propman.communities.seasons import Season
from propman.errors import NotFound, Refused
from tests import world as small
from tests.desk import Desk, said
from tests.statements import counted
from tests.world import World

TODAY = clock.local_date(clock.now())
HARBIN = {"from_year": 2016, "to_year": None, "starts": "10-20", "ends": "04-20", "source": "哈政规〔2016〕1号"}


def enter(session: Session, place: Place, **more: Any) -> HeatingSeason:
    return operations.add_season(session, place_id=place.id, **{**HARBIN, **more}, actor_id=7, now=clock.now())


def history(session: Session, place: Place) -> list[tuple[str, str | None, str | None]]:
    lines = history_of(session, subject_kind="place", subject_id=place.id)
    return [(line.field, line.old, line.new) for line in reversed(lines) if line.field == "heating_season"]


def test_a_row_is_entered_checked_and_withdrawn_and_nothing_is_forgotten(session: Session, world: World) -> None:
    row = enter(session, world.city)
    operations.verify_season(session, season_id=row.id, verified_on=TODAY, actor_id=7, now=clock.now())
    operations.withdraw_season(session, season_id=row.id, actor_id=7, now=clock.now())
    told = "2016–: 10-20 → 04-20 (哈政规〔2016〕1号)"
    checked = f"{told}, {TODAY.isoformat()}"
    assert history(session, world.city) == [
        ("heating_season", None, told),
        ("heating_season", told, checked),
        ("heating_season", checked, None),
    ]
    for act in (operations.withdraw_season, operations.verify_season):
        more = {"verified_on": TODAY} if act is operations.verify_season else {}
        with pytest.raises(NotFound):
            act(session, season_id=row.id, actor_id=7, now=clock.now(), **more)  # type: ignore[operator]
    assert queries.season_rules(session, [world.entrance]) == {world.entrance.id: ()}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_year": 1989}, "from_year"), ({"from_year": TODAY.year + 11}, "from_year"),
        ({"to_year": 2015}, "to_year"), ({"to_year": 9999}, "to_year"),
        ({"starts": "10-32"}, "starts"), ({"starts": "13-01"}, "starts"), ({"starts": ""}, "starts"),
        ({"ends": "02-30"}, "ends"), ({"ends": "4-20"}, "ends"), ({"ends": "10-19"}, "ends"),
        ({"ends": "10-25"}, "ends"), ({"source": " "}, "source"), ({"source": "长" * 301}, "source"),
        ({"verified_on": TODAY + timedelta(days=1)}, "verified_on"), ({"verified_on": date(1900, 1, 1)}, "verified_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(session: Session, world: World, typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter(session, world.city, **typed)
    assert refused.value.field == field
    assert session.scalars(select(HeatingSeason)).all() == []


def test_only_cities_and_counties_have_seasons(session: Session, world: World) -> None:
    for place in (world.province, world.street, world.community):
        with pytest.raises(Refused, match="Only cities and counties"):
            enter(session, place)
    enter(session, world.county, starts="09-10", ends="05-20")  # as in Mohe: eight months
    with pytest.raises(NotFound):
        operations.add_season(session, place_id=10**9, **HARBIN, actor_id=7, now=clock.now())


def test_the_same_row_is_entered_once_until_it_is_withdrawn(session: Session, world: World) -> None:
    row = enter(session, world.city)
    with pytest.raises(Refused, match="entered already"):
        enter(session, world.city, source="另一份文件")
    enter(session, world.city, to_year=2020)
    enter(session, world.county)
    operations.withdraw_season(session, season_id=row.id, actor_id=7, now=clock.now())
    enter(session, world.city)


def test_many_places_cost_one_query_and_the_row_of_the_county_counts_first(session: Session, world: World) -> None:
    enter(session, world.city)
    enter(session, world.county, starts="10-10", verified_on=TODAY)
    session.commit()
    places = (world.entrance, world.far_entrance, world.province)
    assert all(place.path for place in places)
    found = queries.seasons_for(session, places, since=2024, until=2024)
    assert found == {
        world.entrance.id: (Season(date(2024, 10, 10), date(2025, 4, 20), verified=True),),
        world.far_entrance.id: (Season(date(2024, 10, 20), date(2025, 4, 20), verified=False),),
        world.province.id: (),
    }
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: sent.append(call[2]))
    queries.seasons_for(session, places, since=2020, until=2026)
    assert len(sent) == 1


# --- the pages ---


@pytest.fixture
def official(world: World, session: Session, new_client: Callable[[], FlaskClient]) -> Desk:
    """The official of the county at work."""
    return Desk(small.sign_in(session, new_client(), world.official_qian))


def test_an_empty_page_says_what_to_do(official: Desk, desk: Desk, world: World) -> None:
    page = official.read("/seasons")
    assert "No season is entered" in page
    assert "Add a season for 道里区" in page
    assert "Add a season for 哈尔滨市" not in page  # the city's own officials do that
    assert "Add a season for 哈尔滨市" in desk.read("/seasons")


def test_whoever_only_reads_is_told_who_enters_it(
    world: World, session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    reader = Desk(small.sign_in(session, new_client(), world.dispatcher_mei))
    page = reader.read("/seasons")
    assert "The housing bureau of the city or county enters it" in page
    assert "Add a season" not in page
    assert reader.open(f"/seasons/{world.county.id}/add").status_code == 403


def test_an_official_enters_checks_and_withdraws_a_season(official: Desk, world: World, session: Session) -> None:
    add = f"/seasons/{world.county.id}/add"
    typed = {"from_year": "2016", "starts": "１０月20日", "ends": "4.20", "source": "哈政规〔2016〕1号"}
    page = official.sent(add, **typed)
    assert "10-20 Until the end of 04-20" in page.replace("From ", "") or "10-20 04-20" in page
    assert "not yet checked" in page
    row = session.scalars(select(HeatingSeason)).one()
    rows = f"/seasons/rows/{row.id}"
    assert "哈政规" in official.read(f"{rows}/verify")
    page = official.sent(f"{rows}/verify", verified_on=TODAY.isoformat())
    assert "not yet checked" not in page.split("Withdrawn rows")[0].split("This season")[0]
    assert "Withdrawn rows" in official.sent(f"{rows}/withdraw")
    assert official.open(f"{rows}/withdraw").status_code == 404


def test_bad_input_is_named_and_kept(official: Desk, world: World, session: Session) -> None:
    typed = {"from_year": "soon", "starts": "2月30日", "ends": "Easter", "source": "", "verified_on": "maybe"}
    answer = official.send(f"/seasons/{world.county.id}/add", **typed)
    assert answer.status_code == 422
    page = said(answer)
    for sentence in ("soon is not a whole number", "Easter is no month and day", "Say where it is written",
                     "maybe is not a day"):  # fmt: skip
        assert sentence in page
    assert all(f'value="{word}"' in answer.text for word in ("soon", "2月30日", "Easter", "maybe"))
    right = {"from_year": "2016", "starts": "2月30日", "ends": "4月20日", "source": "文件"}
    answer = official.send(f"/seasons/{world.county.id}/add", **right)
    assert "02-30 is no month and day" in said(answer)
    assert session.scalars(select(HeatingSeason)).all() == []


def test_what_is_out_of_reach_is_not_there(official: Desk, world: World, session: Session) -> None:
    own, far, city = enter(session, world.county), enter(session, world.far_county), enter(session, world.city)
    session.commit()
    for row, status in ((own, 200), (far, 404), (city, 404)):
        for act in ("verify", "withdraw"):
            assert official.open(f"/seasons/rows/{row.id}/{act}").status_code == status
    for place, status in ((world.county, 200), (world.far_county, 404), (world.city, 404), (world.street, 404)):
        assert official.open(f"/seasons/{place.id}/add").status_code == status
    page = official.read("/seasons")
    assert "哈尔滨市" in page
    assert "南岗区" not in page


def test_the_page_costs_the_same_however_many_rows_there_are(
    app: Flask, session: Session, world: World, desk: Desk
) -> None:
    def cost() -> int:
        with counted(app) as statements:
            assert desk.open("/seasons").status_code == 200
        return len(statements)

    enter(session, world.city)
    few = cost()
    for year in range(2000, 2012):
        enter(session, world.county, from_year=year, to_year=year)
        enter(session, world.city, from_year=year, to_year=year)
    assert cost() == few
