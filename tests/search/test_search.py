"""What is found, by whom, in which order; and that what is typed is text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.communities.operations import change_over
from propman.findable.asking import read
from propman.search import queries
from propman.search.marking import marked, needles
from propman.tickets import operations
from propman.tickets.models import Channel, Ticket
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.world import World

NUMBER = re.compile(r"/tickets/(\d{4}-\d{7})\"")
MONTH = timedelta(days=30)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def found(session: Session, world: World) -> Callable[[str, str], list[str]]:
    """The numbers that somebody finds by what they type."""

    def find(who: str, typed: str) -> list[str]:
        viewer = worlds.viewer(session, world.people[who])
        return [hit.number for hit in queries.matching(session, viewer, read(typed), clock.now())[0]]

    return find


def test_words_numbers_and_places_are_found_newest_first(
    session: Session, world: World, found: Callable[[str, str], list[str]]
) -> None:
    old = stories.report(session, world, description="厨房水管接口漏水了", spot="501室", now=clock.now() - MONTH)
    lift = stories.report(session, world, description="The LIFT doors stick，电梯门关不上", place=world.other_entrance)
    new = stories.report(session, world, description="地下室漏水，水深３０厘米", spot="车棚旁", place=world.community)
    expected = {
        "漏水": [new, old], "接口": [old], "水管 漏水": [old], "漏水管": [old], "lifts": [],
        "lift": [lift], "LIF": [lift],
        "doors电": [], "电梯门": [lift], "30厘米": [new], "３０": [new], "车棚": [new], "501": [old], "50": [],
        "3号楼": [lift, old], "13号楼": [], "河柏小区 漏水": [new, old], "3号楼2单元": [old], "没有": [],
        old.number: [old], old.number[:9]: [old], old.number[5:]: [old], old.number.replace("-", "－"): [old],
    }  # fmt: skip
    assert {typed: found("dispatcher_mei", typed) for typed in expected} == {
        typed: [ticket.number for ticket in tickets] for typed, tickets in expected.items()
    }


def test_each_finds_what_they_may_see_and_nothing_else(
    session: Session, world: World, found: Callable[[str, str], list[str]]
) -> None:
    here = stories.report(session, world, description="漏水", category="in_home")
    mine = stories.assign(
        session, world, stories.report(session, world, description="漏水", place=world.other_entrance)
    )
    nobodys = stories.report(session, world, description="漏水", place=world.unmanaged)
    far = stories.report(session, world, description="漏水", place=world.far_entrance, by=world.dispatcher_mei)
    names = {here.number: "here", mine.number: "mine", nobodys.number: "nobodys", far.number: "far"}
    expected = {
        "dispatcher_mei": "mine here", "manager_han": "mine here", "worker_zhao": "mine", "worker_sun": "",
        "grid_worker_gao": "mine here", "owner_ye": "mine here", "committee_ju": "nobodys mine here",
        "clerk_jie": "nobodys mine here", "official_qian": "nobodys mine here", "far_dispatcher": "far",
        "far_official": "far", "official_sheng": "far nobodys mine here", "auditor_shen": "far nobodys mine here",
        "resident_lin": "", "administrator_guan": "", "contractor_deng": "",
    }  # fmt: skip
    assert {who: " ".join(names[number] for number in found(who, "漏水")) for who in expected} == expected


def test_a_company_that_left_finds_what_it_closed_for_some_time(
    session: Session, world: World, found: Callable[[str, str], list[str]]
) -> None:
    closed = stories.confirm(session, world, stories.report(session, world, description="漏水"))
    stories.report(session, world, description="漏水", place=world.other_entrance)
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id,
                starts_on=clock.local_date(clock.now()), actor_id=None, now=clock.now())  # fmt: skip
    assert found("dispatcher_mei", "漏水") == [closed.number]
    assert len(found("far_dispatcher", "漏水")) == 2


def test_pages_follow_each_other_without_gap_over_all_windows(session: Session, world: World) -> None:
    """Ids far apart stand for the years between."""
    first = stories.report(session, world, description="漏水")
    made = [first.id]
    for apart in (1, 500, 5_000, 9_000, 80_000, 200_000):
        sequence = "SELECT setval(pg_get_serial_sequence('ticket', 'id'), :at)"
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(sequence), {"at": made[-1] + apart})
        else:
            session.execute(text("UPDATE ticket SET id = id"))
        made.append(stories.report(session, world, description="漏水", place=world.building).id)
    viewer, kept, before, pages = worlds.viewer(session, world.auditor_shen), queries.PAGE, None, []
    queries.PAGE = 2
    try:
        queries._seen.cache_clear()
        while True:
            hits, before = queries.matching(session, viewer, read("漏水"), clock.now(), before_id=before)
            pages.append([hit.number for hit in hits])
            if before is None:
                break
    finally:
        queries.PAGE = kept
        queries._seen.cache_clear()
    numbers = {ticket_id: session.get_one(Ticket, ticket_id).number for ticket_id in made}
    assert [number for page in pages for number in page] == [numbers[each] for each in sorted(made, reverse=True)]
    assert {len(page) for page in pages[:-1]} == {2}


@pytest.mark.parametrize("typed", [
    "' OR '1'='1", '"漏水" OR "x', "漏水*", "漏水:*", "!漏水", "漏水 & | ( )", "漏水'::tsquery", "NEAR(漏水 x)",
    "words:漏水", "漏水 NOT x", "{漏水", "^漏水", "漏水\\", "%漏水%", "-漏水", "§a1", "漏" * 200, "漏水\u200b",
])  # fmt: skip
def test_what_is_typed_is_text(session: Session, world: World, typed: str) -> None:
    ticket = stories.report(session, world, description="漏水")
    hits, more = queries.matching(session, worlds.viewer(session, world.auditor_shen), read(typed), clock.now())
    plain = not re.search(r"[a-z1]", typed, re.IGNORECASE) and len(typed) < 100
    assert ([hit.number for hit in hits], more) == ([ticket.number] if plain else [], None)


def test_a_telephone_finds_the_callers_reports_for_those_who_may_call(session: Session, world: World) -> None:
    told = {"name": "林秀英", "phone": "139 1234 5678"}
    mei = worlds.viewer(session, world.dispatcher_mei)
    called = operations.open_ticket(
        session, report=operations.Report(category="lights", description="灯不亮", apart=True, **told),
        place=world.entrance, channel=Channel.PHONE, viewer=mei, tracking_key_id="t1", store=world.store,
        now=clock.now(),
    )  # fmt: skip
    own = stories.assign(session, world, stories.report(session, world, by=world.resident_lin))

    def by(who: str, phone: str) -> list[str]:
        viewer = worlds.viewer(session, world.people[who])
        return [hit.number for hit in queries.of_telephone(session, viewer, phone, clock.now())]

    not_theirs = ("clerk_jie", "official_qian", "owner_ye", "committee_ju", "grid_worker_gao", "auditor_shen",
                  "far_dispatcher")  # fmt: skip
    knows = {"dispatcher_mei": True, "manager_han": True, **dict.fromkeys(not_theirs, False)}
    assert {who: by(who, "+8613912345678") == [called.number] for who in knows} == knows
    assert not any(by(who, "+8613912345678") for who, entitled in knows.items() if not entitled)
    assert by("worker_zhao", "+8613912345678") == []
    assert by("worker_zhao", world.resident_lin.phone or "") == [own.number]  # who goes there may call
    operations.erase_ticket(session, ticket=called, actor_id=None, now=clock.now())
    assert by("dispatcher_mei", "+8613912345678") == []


def test_the_page_marks_what_was_found_and_is_kind_where_nothing_was(
    session: Session, world: World, client: FlaskClient
) -> None:
    ticket = stories.report(session, world, description="<b>水管</b>漏水，打13812345678", phone="13912345678")
    desk = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    page = desk.open("/search?q=漏水").text
    assert NUMBER.findall(page) == [ticket.number]
    assert "&lt;b&gt;水管&lt;/b&gt;<mark>漏水</mark>，打" in page
    assert NUMBER.findall(desk.open("/search?q=street+light").text) == [ticket.number]  # the name of its category
    asked = {"/search": 200, "/search?q=水": 200, "/search?q=没有的": 200, "/search?q=,": 200,
             f"/search?q={'长' * 201}": 400, "/search?q=13912345678": 400, "/search?q=漏水&before=x": 400,
             "/search?q=a1+b2+c3+d4+e5+f6+g7+h8+i9": 400}  # fmt: skip
    assert {address: desk.open(address).status_code for address in asked} == asked
    assert "One character alone" in desk.read("/search?q=水")
    csrf = worlds.token_of(page)

    def send(typed: str) -> TestResponse:
        return desk.client.post("/search", data={"csrf_token": csrf, "q": typed})

    answer = send("漏水 水管")
    assert (answer.status_code, NUMBER.findall(desk.open(answer.location).text)) == (303, [ticket.number])
    for typed in ("139 1234 5678", "+86 139-1234-5678", "１３９１２３４５６７８"):
        answer = send(typed)
        assert (answer.status_code, NUMBER.findall(answer.text)) == (200, [ticket.number]), typed
    assert "no report that came from this telephone" in said(send("13812345678"))  # told, not left


@pytest.mark.parametrize(
    ("typed", "text", "pieces"),
    [
        ("漏水", "水管漏水了", [("水管", False), ("漏水", True), ("了", False)]),
        ("LED灯", "换ＬＥＤ灯", [("换", False), ("ＬＥＤ灯", True)]),
        ("水管漏", "漏水管漏水", [("漏", False), ("水管漏", True), ("水", False)]),
        ("2611-0482915", "漏水", [("漏水", False)]),
        ("漏水", "", []),
        ("漏水", "长" * 300 + "漏水", [("…", False), ("长" * 158, False), ("漏水", True)]),
    ],
)
def test_what_was_looked_for_is_marked(typed: str, text: str, pieces: list[tuple[str, bool]]) -> None:
    assert marked(text, needles(read(typed))) == pieces


@on_postgresql
def test_the_index_is_asked_before_any_report_is_read(session: Session, world: World) -> None:
    """Also where few reports are in the scope: their words would have to be read one by one."""
    stories.report(session, world)
    session.commit()
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "unnest" in statement:
            asked.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        for who in ("worker_zhao", "official_qian", "auditor_shen"):
            queries.matching(session, worlds.viewer(session, world.people[who]), read("漏水"), clock.now())
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(asked) == 3
    connection = session.connection()
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    for statement, parameters in asked:
        plan = "\n".join(str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))
        assert "Bitmap Index Scan on ticket_words_index" in plan, plan
        assert plan.index("Function Scan on") < plan.index("ticket_words_index") < plan.index(" on ticket "), plan
