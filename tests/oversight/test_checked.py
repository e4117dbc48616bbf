"""How often spot checks agreed: in the month in which the end was recorded, closed once, recounted, listed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.oversight.models import CHECKED_FLOWS, InspectionFact, InspectionSum
from propman.oversight.queries import By, Selection, inspected
from propman.rounds.models import Round
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.rules import Kind, Outcome
from tests.inspections.lived import noon
from tests.oversight.history import CLOSES, NOVEMBER, NOW, OCTOBER
from tests.oversight.test_closing import close_all, findings
from tests.oversight.test_pages import desk_of
from tests.spotchecks import drawn
from tests.statements import costs
from tests.world import World

FIGURE = re.compile(r'href="(/inspections/compliance/spot-checks[^"]+)">(\d+)</a>')
LATE = clock.at_local(NOVEMBER) - timedelta(minutes=1)


@pytest.fixture
def told(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the tenth of November, October is closed. In October a fire patrol of worker_zhao, one of worker_sun and a
    repair were drawn: the repair agreed in the last minute of October, one patrol disagreed in the first of November,
    the other could not be checked. What was drawn in November agreed.
    """
    fourth = noon(date(2026, 10, 4))
    drawn.passed(session, world, now=fourth)
    drawn.passed(session, world, by=world.worker_sun, now=fourth)
    drawn.closed(session, world, now=fourth)
    first, second, repair = drawn.checks(session, drawn.by_hand(session, world, now=noon(date(2026, 10, 20))))
    drawn.end(session, world, repair, now=LATE)
    close_all(session, CLOSES)
    drawn.end(session, world, first, Outcome.DISAGREED, now=clock.at_local(NOVEMBER))
    drawn.end(session, world, second, Outcome.NOT_CHECKED, now=noon(date(2026, 11, 3)))
    drawn.passed(session, world, now=noon(date(2026, 11, 4)))
    [third] = drawn.checks(session, drawn.by_hand(session, world, now=noon(date(2026, 11, 5))))
    drawn.end(session, world, third, now=noon(date(2026, 11, 6)))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()


def counts(session: Session, first: date, last: date, by: By, area: Place | None = None) -> dict[object, list[int]]:
    """How many agreed, disagreed and could not be checked, of each line that has any."""
    lines = inspected.figures_of_inspections(session, Selection(first, last), by, (OCTOBER, OCTOBER))
    return {key: list(line[-3:]) for key, line in lines.items() if any(line[-len(CHECKED_FLOWS) :])}


def test_a_spot_check_counts_when_its_end_comes_in(session: Session, world: World, told: None) -> None:
    assert counts(session, OCTOBER, OCTOBER, By.TEMPLATES) == {"repair": [1, 0, 0]}
    assert counts(session, NOVEMBER, NOVEMBER, By.TEMPLATES) == {"T05": [1, 1, 1]}
    assert counts(session, OCTOBER, NOVEMBER, By.TEMPLATES) == {"repair": [1, 0, 0], "T05": [1, 1, 1]}
    assert counts(session, OCTOBER, NOVEMBER, By.COMPANIES) == {world.company.id: [2, 1, 1]}
    laid = session.scalars(select(InspectionFact).where(InspectionFact.agreed > 0)).one()
    assert (laid.month, laid.template, laid.community_id, laid.done) == (OCTOBER, "repair", world.community.id, 0)
    sums = session.scalars(select(InspectionSum.place_id).where(InspectionSum.agreed > 0))
    assert sorted(sums) == sorted(world.community.line_ids)
    assert all(not finding.broken for finding in findings(session))


def test_who_belongs_to_none_counts_for_whoever_answered(session: Session, world: World, told: None) -> None:
    """A building head: the figures name who answers for the community, the spot check nobody."""
    drawn.passed(session, world, now=noon(date(2026, 11, 7)))
    last = session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
    last.organisation_id = None
    session.flush()
    [check] = drawn.checks(session, drawn.by_hand(session, world, now=noon(date(2026, 11, 8))))
    assert (check.organisation_id, check.answering_id) == (None, world.company.id)
    drawn.end(session, world, check, now=noon(date(2026, 11, 9)))
    assert counts(session, NOVEMBER, NOVEMBER, By.COMPANIES) == {world.company.id: [2, 1, 1]}
    assert all(not finding.broken for finding in findings(session))


def test_the_recount_sees_a_figure_a_month_and_an_organisation_that_are_wrong(
    session: Session, world: World, told: None
) -> None:
    def broken() -> int:
        return sum(len(finding.broken) for finding in findings(session) if finding.id == "I19")

    for model, wrong in (
        (InspectionFact, {"agreed": InspectionFact.agreed + 1}),
        (InspectionSum, {"not_checked": InspectionSum.not_checked + 1}),
        (SpotCheck, {"month": date(2026, 9, 1)}),
        (SpotCheck, {"answering_id": world.street_office.id}),
    ):
        assert broken() == 0
        with session.begin_nested() as aside:
            session.execute(update(model).where(model.id == session.scalar(select(model.id).limit(1))).values(wrong))
            assert broken() >= 1, wrong
            aside.rollback()


def test_every_figure_is_the_length_of_the_list_behind_it(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk, seen = desk_of(session, new_client, world, "official_sheng"), set()
    for query in ("from=2026-10&to=2026-10", "by=companies&from=2026-11", "by=templates&from=2026-10&to=2026-11",
                  f"place={world.community.id}&from=2026-11", "template=repair&from=2026-10&to=2026-11",
                  f"place={world.county.id}&organisation={world.company.id}&from=2026-11&template=T05"):  # fmt: skip
        page = desk.open(f"/inspections/compliance?{query}")
        assert page.status_code == 200, query
        for link, figure in FIGURE.findall(page.text):
            link = unescape(link)
            seen.add(re.search(r"name=(\w+)", link)[1])  # type: ignore[index]
            rows = csv.reader(io.StringIO(desk.open(link.replace("-checks?", "-checks/table?kind=csv&")).text))
            assert len(list(rows)) - 1 == int(figure), link
            assert f" {figure} line" in desk.read(link)
    assert seen == {"measured", "agreed", "disagreed", "not_checked"}


def test_the_page_says_how_sure_the_share_is(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk = desk_of(session, new_client, world, "clerk_jie")
    assert "T05 Fire patrol 50.0 % 9.5–90.5 1 / 2 1 1" in desk.read("/inspections/compliance?from=2026-11&by=templates")
    both = desk.read("/inspections/compliance?from=2026-10&to=2026-11&by=templates")
    assert "Sum 66.7 % 20.8–93.9 2 / 3 1 1" in both
    assert both.count("Closed repairs") == 1
    table = desk.open("/inspections/compliance/table?kind=csv&from=2026-10&to=2026-11&by=templates").text
    assert table.rstrip().endswith('"2","3","0.666667","0.20766","0.938508","1","1"')


def test_a_company_opens_what_is_its_own_and_nothing_lies_elsewhere(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    [wrong] = session.scalars(select(SpotCheck.id).where(SpotCheck.outcome == Outcome.DISAGREED))
    address = "/inspections/compliance/spot-checks?name=disagreed&from=2026-11"
    assert f'href="/spot-checks/{wrong}"' in desk_of(session, new_client, world, "manager_han").open(address).text
    far = desk_of(session, new_client, world, "far_clerk")
    assert " 0 lines" in far.read(address)
    for page in ("", "/table"):
        bare = f"/inspections/compliance/spot-checks{page}"
        assert far.open(f"{bare}?place={world.community.id}").status_code == 404, page
        assert far.open(f"{bare}?organisation={world.company.id}").status_code == 404, page
        assert far.open(f"{bare}?name=nothing").status_code == 404, page


def test_a_page_costs_the_same_however_many_were_checked(
    app: Flask, session: Session, new_client: Callable[[], FlaskClient], world: World, told: None
) -> None:
    desk = desk_of(session, new_client, world, "official_sheng")
    pages = ("/inspections/compliance?from=2026-10&to=2026-11&by=templates",
             "/inspections/compliance/spot-checks?name=agreed&from=2026-10&to=2026-11")  # fmt: skip

    costs(app, desk, pages)  # the rules are read once
    few = costs(app, desk, pages)
    drawn.closed(session, world, now=noon(date(2026, 11, 7)))
    for check in drawn.checks(session, drawn.by_hand(session, world, now=noon(date(2026, 11, 8))), Kind.REPAIR):
        drawn.end(session, world, check, now=noon(date(2026, 11, 9)))
    session.commit()
    assert costs(app, desk, pages) == few
    assert max(few) <= 15, few
