"""Findings per stop and the days to their cure: by the month in which they came in, closed once, recounted, listed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.oversight import rules
from propman.oversight.models import FOUND_FLOWS, INSPECTED, InspectionFact, InspectionSum
from propman.oversight.queries import By, Selection, found, inspected
from propman.rounds.models import RoundPoint
from propman.tickets.models import Ticket, TicketFinding
from tests import stories
from tests.inspections.lived import noon
from tests.oversight.history import CLOSES, NOVEMBER, NOW, OCTOBER
from tests.oversight.test_closing import close_all, findings
from tests.oversight.test_pages import desk_of
from tests.rounds import walks
from tests.statements import costs
from tests.tickets.findings import look_again
from tests.world import World, viewer

WHERE = ("month", "community_id", "organisation_id")
FIGURE = re.compile(r'href="(/inspections/compliance/found[^"]+)">(\d+)</a>')


@pytest.fixture
def told(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the tenth of November, October is closed. Two fire patrols of October found something: one was cured in two
    days; the other in sixteen, and what November found there meanwhile in two. On the eighth of November something was
    found that is not cured.
    """
    walked(session, world, date(2026, 10, 1))
    cure(session, world, walked(session, world, date(2026, 10, 6), "clutter"), date(2026, 10, 8))
    ticket = walked(session, world, date(2026, 10, 20), "clutter")
    close_all(session, CLOSES)
    walked(session, world, date(2026, 11, 3), "clutter")
    cure(session, world, ticket, date(2026, 11, 5))
    walked(session, world, date(2026, 11, 8), "clutter")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()


def walked(session: Session, world: World, day: date, failing: str | None = None, **how: object) -> Ticket | None:
    """worker_zhao goes a fire patrol; the report of what failed."""
    at = noon(day)
    walks.walk(session, world, walks.due(session, world, now=at), now=at, failing=failing, **how)
    return session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one_or_none() if failing else None


def cure(session: Session, world: World, ticket: Ticket | None, day: date) -> None:
    """It is repaired, and manager_han looks again on the day."""
    assert ticket is not None
    look_again(session, world, stories.complete(session, world, ticket, now=noon(day)), now=noon(day))


def counts(session: Session, month: date, by: By, area: Place | None = None) -> dict[object, dict[str, int]]:
    """The figures of a month that are not 0, by line."""
    lines = inspected.figures_of_inspections(session, Selection(month, month), by, (OCTOBER, OCTOBER))
    found_first = INSPECTED.index(FOUND_FLOWS[0])
    its = slice(found_first, found_first + len(FOUND_FLOWS))
    return {key: {name: n for name, n in zip(FOUND_FLOWS, line[its], strict=True) if n} for key, line in lines.items()}


def test_points_count_when_they_come_in_and_findings_when_they_pass(
    session: Session, world: World, told: None
) -> None:  # fmt: skip
    october = {"stops": 3, "findings": 2, "cured_3": 1, "cure_hours": 48}
    november = {"stops": 2, "findings": 2, "cured_3": 1, "cured_30": 1, "cure_hours": 24 * 16 + 48}
    for by, key in ((By.COMPANIES, world.company.id), (By.TEMPLATES, "T05")):
        assert counts(session, OCTOBER, by)[key] == october
        assert counts(session, NOVEMBER, by)[key] == november
    fact = session.scalars(select(InspectionFact)).one()
    assert (fact.month, fact.template, fact.stops, fact.cured_3) == (OCTOBER, "T05", 3, 1)
    assert found.uncured(session, Selection(NOVEMBER, NOVEMBER), NOW) == {
        "open_3": 1, "open_7": 0, "open_30": 0, "open_older": 0,
    }  # fmt: skip
    assert all(not finding.broken for finding in findings(session))


def test_the_recount_sees_a_figure_a_month_and_a_cure_that_are_wrong(
    session: Session, world: World, told: None
) -> None:  # fmt: skip
    def broken() -> int:
        return sum(len(finding.broken) for finding in findings(session) if finding.id == "I19")

    first = select(InspectionSum.id).limit(1)
    cured = select(TicketFinding.id).where(TicketFinding.month.is_not(None)).limit(1)
    for model, its, wrong in (
        (InspectionFact, select(InspectionFact.id).limit(1), {"findings": InspectionFact.findings + 1}),
        (InspectionSum, first, {"cure_hours": InspectionSum.cure_hours + 1}),
        (RoundPoint, select(RoundPoint.id).limit(1), {"month": NOVEMBER}),
        (TicketFinding, cured, {"cured_id": None, "cured_hours": None, **dict.fromkeys(WHERE)}),
        (TicketFinding, cured, dict.fromkeys(WHERE)),
        (TicketFinding, cured, {"template": "T06"}),
    ):
        assert broken() == 0
        with session.begin_nested() as aside:
            session.execute(update(model).where(model.id == session.scalar(its)).values(wrong))
            assert broken() >= 1, wrong
            aside.rollback()


def test_who_answers_is_who_managed_the_community_on_the_day(session: Session, world: World, told: None) -> None:
    points = session.scalars(select(RoundPoint).order_by(RoundPoint.id)).all()
    assert {(point.community_id, point.organisation_id) for point in points} == {(world.community.id, world.company.id)}
    assert [point.month for point in points] == [OCTOBER] * 3 + [NOVEMBER] * 2


def test_a_report_that_is_reopened_was_cured_all_the_same(session: Session, world: World, told: None) -> None:
    before = session.execute(select(TicketFinding.id, TicketFinding.cured_id).order_by(TicketFinding.id)).all()
    open_one = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
    look_again(session, world, stories.complete(session, world, open_one, now=NOW), now=NOW, passed=False)
    assert session.execute(select(TicketFinding.id, TicketFinding.cured_id).order_by(TicketFinding.id)).all() == before
    stories.repair_again(session, world, open_one, now=NOW)
    passed = look_again(session, world, open_one, now=NOW)
    last = session.scalars(select(TicketFinding).order_by(TicketFinding.id.desc()).limit(1)).one()
    assert (last.cured_id, last.cured_hours) == (passed.id, 46)  # from noon to ten o'clock
    assert all(not finding.broken for finding in findings(session))


def test_every_figure_is_the_length_of_the_list_behind_it(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk, seen = desk_of(session, new_client, world, "official_sheng"), set()
    for query in ("from=2026-10&to=2026-10", "by=companies&from=2026-11", "by=templates&from=2026-10&to=2026-11",
                  f"place={world.community.id}&from=2026-11", f"place={world.county.id}&from=2026-10&to=2026-11",
                  f"place={world.county.id}&organisation={world.company.id}&from=2026-11&template=T05"):  # fmt: skip
        page = desk.open(f"/inspections/compliance?{query}")
        assert page.status_code == 200, query
        for link, figure in FIGURE.findall(page.text):
            link = unescape(link)
            seen.add(re.search(r"name=(\w+)", link)[1])  # type: ignore[index]
            rows = csv.reader(io.StringIO(desk.open(link.replace("/found?", "/found/table?kind=csv&")).text))
            assert len(list(rows)) - 1 == int(figure), link
            assert f" {figure} line" in desk.read(link)
    assert seen == {"stops", "findings", "cured", "cured_3", "cured_30", "open", "open_3"}


def test_a_list_goes_on_where_it_stopped(session: Session, world: World, told: None) -> None:
    who, both = viewer(session, world.official_sheng), Selection(OCTOBER, NOVEMBER)
    for name in ("stops", "findings", "cured"):
        whole = found.lines(session, both, name, who, NOW, skip=0, most=50)
        assert len(whole) == found.length(session, both, name, NOW) > 1, name
        assert [line.at for line in whole] == sorted((line.at for line in whole), reverse=True)
        parts = [found.lines(session, both, name, who, NOW, skip=one, most=1) for one in range(len(whole))]
        assert [line for [line] in parts] == whole, name


def test_the_page_says_the_mean_and_where_half_of_them_lie(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk = desk_of(session, new_client, world, "clerk_jie")
    assert "0.67 2 / 3 2.0 half within 3 days 1 1 1 0 0 0" in desk.read("/inspections/compliance?from=2026-10")
    page = desk.read("/inspections/compliance?from=2026-11")
    assert "1.00 2 / 2 9.0 half within 3 days 2 2 1 0 1 0" in page
    assert "Findings not cured : 1 · up to 3 days : 1" in page.replace("cured:", "cured :").replace("days:", "days :")
    table = desk.open("/inspections/compliance/table?kind=csv&from=2026-11&by=templates").text
    assert '"2","2","1","9","half within 3 days","2","1","0","1","0"' in table
    assert "16.0" in desk.read("/inspections/compliance/found?name=cured&from=2026-11")


def test_what_lies_elsewhere_is_not_there(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk = desk_of(session, new_client, world, "official_qian")
    for page in ("", "/table"):
        assert desk.open(f"/inspections/compliance/found{page}?name=open").status_code == 200, page
        assert desk.open(f"/inspections/compliance/found{page}?name=nothing").status_code == 404, page
        assert desk.open(f"/inspections/compliance/found{page}?place={world.far_county.id}").status_code == 404, page
    far = desk_of(session, new_client, world, "far_clerk")
    assert " 0 lines" in far.read("/inspections/compliance/found?name=findings&from=2026-10&to=2026-11")


def test_a_page_costs_the_same_however_much_was_found(
    app: Flask, session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk = desk_of(session, new_client, world, "official_sheng")
    pages = ("/inspections/compliance?from=2026-10&to=2026-11", "/inspections/compliance/found?name=cured&from=2026-11")

    costs(app, desk, pages)  # the rules are read once
    few = costs(app, desk, pages)
    cure(session, world, walked(session, world, date(2026, 11, 8), "fire_lane"), date(2026, 11, 9))
    session.commit()
    assert costs(app, desk, pages) == few
    assert max(few) <= 14, few


@pytest.mark.parametrize(
    ("counted_in", "band"),
    [
        ((0, 0, 0, 0), None),
        ((1, 0, 0, 0), 0),
        ((1, 0, 0, 1), 0),
        ((1, 0, 2, 0), 2),
        ((0, 0, 0, 3), 3),
        ((1, 1, 1, 1), 1),
    ],
)
def test_where_the_median_lies(counted_in: tuple[int, ...], band: int | None) -> None:
    assert rules.half_within(counted_in) == band


def test_hours_begun_are_whole_ones(session: Session, world: World) -> None:
    at = datetime(2026, 11, 3, 4, 0, tzinfo=NOW.tzinfo)
    ticket = walked(session, world, clock.local_date(at), "clutter")
    assert ticket is not None
    later = noon(clock.local_date(at)) + timedelta(hours=5, minutes=1)
    look_again(session, world, stories.complete(session, world, ticket, now=later), now=later)
    assert session.scalars(select(TicketFinding.cured_hours)).one() == 6
