"""The start page of a visitor and of each role; by HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.operations import add_membership
from propman.roles import NOBODY, Role
from propman.tickets.operations import close_unanswered
from tests import stories
from tests import world as worlds
from tests.rounds import walks
from tests.statements import counted
from tests.tickets.buttons import Sign, in_english, text_of
from tests.world import World


@pytest.fixture
def signed_in(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Sign:
    return in_english(session, new_client, world)


def figures(page: str) -> dict[str, int]:
    """The figures of the page by the address of the list behind each."""
    found = re.findall(r'class="figure"><a href="([^"]+)">(\d+)</a>', page)
    return {address.replace("&amp;", "&"): int(figure) for address, figure in found}


def test_visitor_finds_every_way_in(world: World, client: FlaskClient) -> None:
    page = worlds.in_english(client).get("/").text
    assert 'name="code"' in page
    assert 'action="/track"' in page
    assert 'href="/sign-in"' in page
    assert 'href="tel:119"' in page


def test_code_typed_by_hand_leads_to_its_place(world: World, client: FlaskClient) -> None:
    worlds.in_english(client)
    typed = f"{world.code[:4]} {world.code[4:]}".lower()
    answer = client.get("/", query_string={"code": typed})
    assert (answer.status_code, answer.location) == (303, f"/p/{world.code}")

    for wrong in ("0000000000000", "<script>", "x" * 5000):
        refused = client.get("/", query_string={"code": wrong})
        assert refused.status_code == 422
        assert "No label carries this code." in text_of(refused.text)


def test_every_figure_opens_the_list_that_it_counts(session: Session, world: World, signed_in: Sign) -> None:
    now = clock.now()
    stories.report(session, world, now=now - timedelta(days=20))
    stories.complete(session, world, stories.report(session, world))
    stories.hold(session, world, stories.report(session, world))
    stories.report(session, world, place=world.unmanaged)
    stories.report(session, world, place=world.far_entrance)
    old = stories.report(session, world, now=now - timedelta(days=9))
    stories.complete(session, world, old, now=now - timedelta(days=8))
    close_unanswered(session, now=now)
    again = stories.complete(session, world, stories.report(session, world))
    stories.operations.reopen(session, ticket=again, viewer=stories.holder(again), seen_version=again.version, now=now,
                              note="还不亮", store=world.store)  # fmt: skip

    for person, least in (("dispatcher_mei", 5), ("official_qian", 6), ("clerk_jie", 7), ("auditor_shen", 6)):
        client = signed_in(person)
        counted_here = figures(client.get("/").text)
        assert len(counted_here) >= least, person
        for address, figure in counted_here.items():
            listed = set(re.findall(r"/tickets/(\d{4}-\d{7})", client.get(address).text))
            assert len(listed) == figure, (person, address)
        assert figures(client.get("/").text)["/queue?late=1"] == 1, person


def test_each_role_finds_what_it_came_for(session: Session, world: World, signed_in: Sign) -> None:
    stories.assign(session, world, stories.report(session, world))
    mine = stories.report(session, world, by=world.resident_lin)
    expected = {
        "resident_lin": ["Report a fault", mine.number, "resident, 河柏小区 3号楼 2单元"],
        "worker_zhao": ["1 job to do"],
        "worker_sun": ["Nothing to do at the moment"],
        "dispatcher_mei": ["What is on fire", "Phone report", "dispatcher, 安居物业"],
        "manager_han": ["What is on fire"],
        "clerk_jie": ["What is on fire", "Your area"],
        "committee_ju": ["Your area", "Phone report"],
        "grid_worker_gao": ["Your area", "Phone report"],
        "owner_ye": ["Your area"],
        "official_qian": ["Your area", "Closed by the system"],
        "readonly_cai": ["Your area"],
        "contractor_deng": ["Referred to you To answer 0"],
        "utility_shui": ["Referred to you To answer 0"],
        "auditor_shen": ["All reports"],
        "administrator_guan": ["Administration", "People"],
    }
    for person, words in expected.items():
        page = text_of(signed_in(person).get("/").text)
        for word in words:
            assert word in page, (person, word)
    assert "Phone report" not in text_of(signed_in("official_qian").get("/").text)


def test_who_inspects_finds_what_is_due_or_overdue(
    app: Flask, session: Session, world: World, signed_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as "My inspections" lists so; counted up to a bound, by one statement."""
    words = re.compile(r">([^<>]+)</span></a></p>")
    place = "<h2>My inspections</h2>"
    zhao = signed_in("worker_zhao")
    assert words.search(zhao.get("/").text.partition(place)[2])[1] == "Nothing to do at the moment"  # type: ignore[index]
    for person in ("resident_lin", "dispatcher_mei", "readonly_cai"):
        assert place not in signed_in(person).get("/").text, person
    duties, today = [walks.due(session, world, code, schedule) for code, schedule in (
        ("T05", "round"), ("T06", "month"), ("T21", "grade_1"))], clock.local_date(clock.now())  # fmt: skip
    duties[1].due_on = duties[1].do_on = duties[1].opens_on = duties[1].closes_on = today - timedelta(days=1)
    duties[2].due_on = duties[2].do_on = duties[2].closes_on = duties[2].cut_off_on = today + timedelta(days=3)
    session.commit()
    shown = text_of(zhao.get("/inspections/work").text)
    assert [one in shown for one in ("Overdue inspections", "Due today", "Can be done now already")] == [True] * 3
    with counted(app) as statements:
        page = zhao.get("/").text
    assert words.search(page.partition(place)[2])[1] == "2 inspections are due"  # type: ignore[index]
    assert sum("duty" in one for one in statements) == 1
    assert place in signed_in("grid_worker_gao").get("/").text
    monkeypatch.setattr("propman.portal.views.home.MOST_INSPECTIONS", 2)
    assert "2 inspections or more are due" in text_of(zhao.get("/").text)


def test_chinese_words_are_parted_by_chinese_signs(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    today, now = clock.local_date(clock.now()), clock.now()
    add_membership(session, person=world.dispatcher_mei, role=Role.AUDITOR, organisation=None, place=None,
                   starts_on=today, viewer=NOBODY, now=now)  # fmt: skip
    page = worlds.sign_in(session, new_client(), world.dispatcher_mei).get("/").text
    [posts] = re.findall(r'<p class="lead">(.*?)</p>', page)
    assert set(posts.split(" · ")) == {"调度员，安居物业", "审计员"}


def test_links_at_the_head_all_open(world: World, signed_in: Sign) -> None:
    for person in world.people:
        client = signed_in(person)
        head = re.search(r'<nav class="main-nav".*?</nav>', client.get("/").text, re.DOTALL)
        assert head is not None
        for address in re.findall(r'<a href="([^"]+)"', head.group()):
            assert client.get(address).status_code == 200, (person, address)


def test_person_with_several_roles_sees_the_sections_of_each(session: Session, world: World, signed_in: Sign) -> None:
    today = clock.local_date(clock.now())
    add_membership(session, person=world.resident_lin, role=Role.DISPATCHER, organisation=world.company, place=None,
                   starts_on=today, viewer=NOBODY, now=clock.now())  # fmt: skip
    add_membership(session, person=world.resident_lin, role=Role.AUDITOR, organisation=None, place=None,
                   starts_on=today, viewer=NOBODY, now=clock.now())  # fmt: skip
    page = text_of(signed_in("resident_lin").get("/").text)
    for word in ("What is on fire", "All reports", "My reports"):
        assert word in page, word


def test_start_page_costs_the_same_for_5_and_60_tickets(
    app: Flask, session: Session, world: World, signed_in: Sign
) -> None:
    clerk, costs = signed_in("clerk_jie"), []
    for more in (5, 55):
        for number in range(more):
            stories.report(session, world, by=world.clerk_jie if number % 2 else None)
        clerk.get("/")
        with counted(app) as statements:
            assert clerk.get("/").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 16, costs


def test_the_head_of_a_page_says_where_in_the_house_one_is(world: World, signed_in: Sign) -> None:
    qian = signed_in("official_qian")
    for address, link, current in (
        ("/register", "/register", "page"), ("/register/parts", "/register", "true"),
        ("/register/imports", "/register", "true"), ("/projects/new", "/projects", "true"),
        ("/queue", "/queue", "page"),
    ):  # fmt: skip
        page = qian.get(address).text
        nav = page[page.index('class="main-nav"') : page.index("</nav>")]
        assert f'href="{link}" aria-current="{current}"' in nav, address
        assert nav.count("aria-current") == 1, address
