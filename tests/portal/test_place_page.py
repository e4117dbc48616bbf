"""The page behind the code on an entrance, by HTTP."""

from __future__ import annotations

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import close_place
from propman.config import ROOT
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.tickets import incidents
from tests.world import World

BUDGET = 25_000  # bytes over the wire at the first visit, photographs apart


def test_page_says_what_and_where_and_who_is_responsible(world: World, client: FlaskClient) -> None:
    page = client.get(f"/p/{world.code}").text

    for words in ("河柏小区 3号楼 2单元", "安居物业", "tel:0451-84660001", f"/p/{world.code}/report", "tel:119"):
        assert words in page
    assert 'content="noindex"' in page
    assert 'action="/track"' in page


def test_without_a_company_the_street_office_is_responsible(world: World, client: FlaskClient) -> None:
    assert world.street_office.name in client.get(f"/p/{world.unmanaged_code}").text


def test_open_faults_are_told_without_words_people_or_flats(
    world: World, client: FlaskClient, session: Session
) -> None:
    told = {"description": "秘密甲", "spot": "秘密乙", "name": "秘密丙", "phone": "13912345678"}
    known = stories.report(session, world, category="sewage", **told)
    stories.report(session, world, category="in_home", **told)
    stories.report(session, world, category="leak", place=world.other_entrance, **told)
    stories.confirm(session, world, stories.report(session, world, category="heat", **told))
    page = worlds.in_english(client).get(f"/p/{world.code}").text

    assert "Blocked drain, sewage overflow" in page
    assert "Repair inside my home" not in page, "it happens in a flat"
    assert "Roof or outer wall leaks" not in page, "it is at another entrance"
    assert "Heating cold or off" not in page, "it is closed"
    for private in ("秘密", "12345678", known.number):
        assert private not in page


def test_what_is_known_of_the_building_and_reported_here_too_stands_here_once(
    world: World, client: FlaskClient, session: Session
) -> None:
    incidents.burst(session, world, 3)  # led from this entrance, reported at the other one too
    lead, _here = (stories.report(session, world, category="power", place=place, apart=False)
                   for place in (world.other_entrance, world.entrance))  # fmt: skip
    stories.report(session, world, category="heat", place=world.building)
    stories.report(session, world, category="leak", place=world.other_entrance)
    stories.report(session, world, category="sewage", place=world.community)
    page = worlds.in_english(client).get(f"/p/{world.code}").text
    names = (
        "Burst pipe, no water",
        "No power, wiring fault",
        "Heating cold or off",
        "Roof or outer wall leaks",
        "Blocked drain",
    )
    assert [page.count(f">{name}") for name in names] == [1, 1, 1, 0, 0]
    assert lead.number not in page


def test_closed_place_says_so_and_takes_no_report(world: World, client: FlaskClient, session: Session) -> None:
    today = clock.local_date(clock.now())
    close_place(session, place_id=world.unmanaged.id, on=today, actor_id=None, now=clock.now())
    answer = worlds.in_english(client).get(f"/p/{world.unmanaged_code}")

    assert answer.status_code == 200
    assert "This place is closed." in answer.text
    assert f"/p/{world.unmanaged_code}/report" not in answer.text


def test_closed_entrance_still_leads_to_the_rest_of_the_community(
    world: World, client: FlaskClient, session: Session
) -> None:
    today = clock.local_date(clock.now())
    close_place(session, place_id=world.entrance.id, on=today, actor_id=None, now=clock.now())
    page = worlds.in_english(client).get(f"/p/{world.code}").text

    assert "This place is closed." in page
    assert "Report a fault elsewhere in this community" in page
    assert client.get(f"/p/{world.code}/report").status_code == 200


def test_first_visit_is_light(world: World, client: FlaskClient, session: Session) -> None:
    for _number in range(5):
        stories.report(session, world)
    page = client.get(f"/p/{world.code}", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(page.data).decode()
    files = set(re.findall(r'(?:href|src)="/(static/[^"?#]+)', text))
    sizes = {name: len(gzip.compress((ROOT / name).read_bytes())) for name in files} | {"the page": len(page.data)}

    assert {"static/css/base.css", "static/icons.svg", "static/js/page.js"} <= files
    assert sum(sizes.values()) <= BUDGET, sizes


def test_query_count_does_not_grow_with_the_faults(
    world: World, client: FlaskClient, session: Session, app: Flask
) -> None:
    counts = []
    for more in (1, 6):
        for _number in range(more):
            stories.report(session, world)
        with counted(app) as statements:
            client.get(f"/p/{world.code}")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 12
