"""The queue: whose tickets, in which order, which filters, at which cost; by HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from propman import clock
from propman.tickets.models import Ticket
from propman.tickets.operations import close_unanswered
from propman.tickets.queries import lists
from tests import stories
from tests.statements import counted
from tests.tickets.buttons import Sign, text_of
from tests.world import World


def numbers(page: str) -> list[str]:
    """The tickets on the page, in their order."""
    return re.findall(r'href="/tickets/(\d{4}-\d{7})"', page)


def test_what_hurts_first_stands_first(session: Session, world: World, signed_in: Sign) -> None:
    now = clock.now()
    done = stories.complete(session, world, stories.report(session, world))
    young = stories.report(session, world, now=now - timedelta(minutes=1))
    late = stories.report(session, world, now=now - timedelta(days=20))
    emergency = stories.report(session, world, category="lift_trapped")
    page = signed_in("dispatcher_mei").get("/queue").text

    assert numbers(page) == [ticket.number for ticket in (emergency, late, young, done)]
    assert re.search(r'class="badge clock over".{0,400}over</time>', page, re.DOTALL)  # a colour, and a word


def test_everybody_sees_the_tickets_of_the_own_scope(session: Session, world: World, signed_in: Sign) -> None:
    here = stories.report(session, world)
    mine = stories.assign(session, world, stories.report(session, world, place=world.other_entrance))
    nobodys = stories.report(session, world, place=world.unmanaged)
    far = stories.report(session, world, place=world.far_entrance)
    names = {here.number: "here", mine.number: "mine", nobodys.number: "nobodys", far.number: "far"}

    expected = {
        "dispatcher_mei": {"here", "mine"}, "manager_han": {"here", "mine"}, "worker_zhao": {"mine"},
        "worker_sun": set(), "grid_worker_gao": {"here", "mine"}, "owner_ye": {"here", "mine"},
        "committee_ju": {"here", "mine", "nobodys"}, "clerk_jie": {"here", "mine", "nobodys"},
        "official_qian": {"here", "mine", "nobodys"}, "official_sheng": {"here", "mine", "nobodys", "far"},
        "readonly_cai": {"here", "mine", "nobodys"}, "auditor_shen": {"here", "mine", "nobodys", "far"},
        "far_dispatcher": {"far"},
    }  # fmt: skip
    seen = {person: {names[number] for number in numbers(signed_in(person).get("/queue").text)} for person in expected}
    assert seen == expected
    assert signed_in("resident_lin").get("/queue").status_code == 403


def test_filters_stand_in_the_address(session: Session, world: World, signed_in: Sign) -> None:
    now = clock.now()
    late = stories.report(session, world, now=now - timedelta(days=20))
    sent = stories.assign(session, world, stories.report(session, world))
    fixed = stories.confirm(session, world, stories.report(session, world, category="water", description="漏水"))
    unanswered = stories.complete(session, world, stories.report(session, world, now=now - timedelta(days=9)),
                                  now=now - timedelta(days=8))  # fmt: skip
    close_unanswered(session, now=now)
    assert sent.due_at is not None
    sent.due_at = clock.day_span(clock.local_date(now))[1] - timedelta(microseconds=1)
    heat = stories.report(session, world, category="heat")
    mei = signed_in("dispatcher_mei")

    def found(question: str) -> set[str]:
        return set(numbers(mei.get(f"/queue?{question}").text))

    def these(*tickets: Ticket) -> set[str]:
        return {ticket.number for ticket in tickets}

    assert found("due_today=1") - these(heat) == these(sent)
    assert found("mine=1") == these(sent)
    assert found("mine=1&state=all") == these(sent, fixed, unanswered)
    assert mei.get("/queue?state=confirmed").text.count("Closed by the system") == 2  # one of both, and the filter
    assert set(numbers(signed_in("worker_zhao").get("/queue?mine=1").text)) == these(sent)
    assert not numbers(signed_in("manager_han").get("/queue?mine=1").text)
    assert found("late=1") == these(late)
    assert found("state=submitted") == these(late, heat)
    assert found("state=confirmed") == these(fixed, unanswered)
    assert found("state=closed_by_system") == these(unanswered)
    assert found("state=all") == these(late, sent, fixed, unanswered, heat)
    assert found("category=heat") == these(heat)
    assert found(f"priority={sent.priority}&state=assigned") == these(sent)
    assert found(f"assignee={world.worker_zhao.id}") == these(sent)
    assert found(f"community={world.community.id}&category=water&state=all") == these(fixed)
    assert found("reopened=1") == set()


def test_wrong_filters_are_named_and_left_out(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    stories.report(session, world, place=world.far_entrance)
    mei = signed_in("dispatcher_mei")
    wrong = {
        "state=happy": "There is no such state.",
        f"community={world.far_community.id}": "There is no such community here.",
        "community=99999999999999999999": "There is no such community here.",
        "category=<b>": "There is no such category.",
        "priority=P9": "There is no such priority.",
        f"assignee={world.far_worker.id}": "This person is not in your list.",
    }
    for question, sentence in wrong.items():
        answer = mei.get(f"/queue?{question}")
        assert (answer.status_code, sentence in text_of(answer.text)) == (400, True), question
        assert numbers(answer.text) == [ticket.number], question
    for key in ("x", "1-2", "9-999999999999999999-1", "1-1-9999999999999999999", "-1-1-1"):
        assert mei.get(f"/queue?after={key}").status_code == 400, key


def test_pages_follow_each_other_without_a_gap(
    session: Session, world: World, signed_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    now = clock.now()
    made = [stories.report(session, world, now=now - timedelta(hours=hours)) for hours in (1, 1, 1, 9, 30)]
    closed = [stories.confirm(session, world, stories.report(session, world)) for _number in range(3)]
    mei = signed_in("dispatcher_mei")

    def walk(address: str) -> list[str]:
        page = mei.get(address).text
        further = re.search(r'rel="next" href="([^"]+)"', page)
        return numbers(page) + (walk(further.group(1).replace("&amp;", "&")) if further else [])

    assert sorted(walk("/queue")) == sorted(ticket.number for ticket in made)
    assert len(walk("/queue")) == len(made)
    assert walk("/queue?state=confirmed") == [ticket.number for ticket in reversed(closed)]


def test_queue_costs_the_same_for_5_and_60_tickets(app: Flask, session: Session, world: World, signed_in: Sign) -> None:
    mei, costs = signed_in("dispatcher_mei"), []
    for more in (5, 55):
        for number in range(more):
            ticket = stories.report(session, world, place=(world.entrance, world.community)[number % 2])
            if number % 3:
                stories.assign(session, world, ticket, to=(world.worker_zhao, world.worker_sun)[number % 2])
        mei.get("/queue")
        with counted(app) as statements:
            assert len(numbers(mei.get("/queue").text)) == min(more, 50)
        costs.append(len(statements))
    assert costs[0] == costs[1], costs
    assert costs[0] <= 6


def test_empty_queue_says_what_to_do(world: World, signed_in: Sign) -> None:
    assert "Nothing is open." in text_of(signed_in("dispatcher_mei").get("/queue").text)
    page = signed_in("official_qian").get("/queue?late=1").text
    assert "Take a filter away to see more." in text_of(page)


def test_what_people_named_is_shown_as_they_wrote_it(session: Session, world: World, signed_in: Sign) -> None:
    world.entrance.name, world.worker_zhao.name, world.company.name = "<b>2</b>单元", "赵<i>&", 'a"<u>物业'
    stories.assign(session, world, stories.report(session, world))
    for person in ("dispatcher_mei", "official_qian"):
        page = signed_in(person).get("/queue").text
        assert "&lt;b&gt;2&lt;/b&gt;单元" in page, person
        assert "赵&lt;i&gt;&amp;" in page, person
        assert not re.search(r"<b>2|赵<i>|<u>物业", page), person
