"""Inspections as figures: by due date, closed once, recounted; every figure opens the list behind it."""

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
from propman.communities.operations import add_place
from propman.inspections import operations as inspections
from propman.inspections.models import Duty
from propman.oversight.models import INSPECTED, InspectionFact, InspectionSum
from tests.desk import Desk
from tests.inspections import lived
from tests.oversight.history import CLOSES, NOW
from tests.oversight.test_closing import close_all, findings
from tests.oversight.test_pages import desk_of
from tests.statements import costs
from tests.world import World

TODAY = clock.local_date(NOW)
FIGURE = re.compile(r'href="(/inspections/compliance/list[^"]+)">(\d+)</a>')


@pytest.fixture
def told(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """It is the tenth of November, September and October are closed. What was due on the 30th of October is missed in
    November; another county has inspections of its own.
    """
    made = lived.live(session, world, TODAY)
    ends_late = lived.live(session, world, TODAY - timedelta(days=4), world.entrance, template="T26")
    lived.live(session, world, TODAY, world.far_building)
    close_all(session, CLOSES)
    while inspections.end_missed(session, now=NOW):
        pass
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()
    return made | {f"T26 {name}": number for name, number in ends_late.items()}


def facts(session: Session, world: World) -> dict[tuple[str, str], dict[str, int]]:
    """What is laid of 河柏小区, by month and template."""
    rows = session.scalars(select(InspectionFact).where(InspectionFact.community_id == world.community.id))
    return {(f"{row.month:%Y-%m}", row.template): {name: n for name in INSPECTED if (n := getattr(row, name))}
            for row in rows}  # fmt: skip


def test_a_duty_counts_in_the_month_of_its_due_day_or_in_which_its_end_was_written(
    session: Session, world: World, told: dict[str, int]
) -> None:
    assert facts(session, world)["2026-09", "T18"] == {"done": 1, "late": 1}
    assert facts(session, world)["2026-10", "T18"] == {"missed": 2, "excused": 1, "done": 1, "made_up": 1}
    late = session.get_one(Duty, told["T26 overdue"])
    assert (late.due_on, late.month) == (date(2026, 10, 30), date(2026, 11, 1))
    early = session.get_one(Duty, told["T26 open"])
    assert early.month is None or early.month == date(2026, 11, 1)
    assert all(not finding.broken for finding in findings(session))
    assert [finding.checked > 20 for finding in findings(session) if finding.id == "I19"] == [True]


def test_the_recount_sees_a_fact_a_sum_and_a_month_that_are_wrong(
    session: Session, world: World, told: dict[str, int]
) -> None:
    def broken() -> int:
        return sum(len(finding.broken) for finding in findings(session) if finding.id == "I19")

    fact = session.scalars(select(InspectionFact).where(InspectionFact.community_id == world.community.id)).first()
    assert fact is not None
    for model, row_id in (
        (InspectionFact, fact.id),
        (InspectionSum, session.scalars(select(InspectionSum.id)).first()),
    ):
        session.execute(update(model).where(model.id == row_id).values(done=model.done + 1))
        assert broken() >= 1
        session.execute(update(model).where(model.id == row_id).values(done=model.done - 1))
        assert broken() == 0
    session.execute(update(Duty).where(Duty.id == told["late"]).values(month=date(2026, 10, 1)))
    assert broken() >= 1


def test_every_figure_is_the_length_of_the_list_behind_it(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: dict[str, int]
) -> None:
    desk, seen = desk_of(session, new_client, world, "official_sheng"), set()
    for query in ("from=2026-10&to=2026-10", "by=companies&from=2026-11", "by=templates&from=2026-09&to=2026-11",
                  f"place={world.county.id}&from=2026-09&to=2026-11", f"place={world.community.id}&from=2026-11",
                  f"place={world.county.id}&organisation={world.company.id}&from=2026-09&to=2026-11"):  # fmt: skip
        page = desk.open(f"/inspections/compliance?{query}")
        assert page.status_code == 200, query
        for link, figure in FIGURE.findall(page.text):
            link = unescape(link)
            seen.add(re.search(r"name=(\w+)", link)[1])  # type: ignore[index]
            rows = csv.reader(io.StringIO(desk.open(link.replace("/list?", "/list/table?kind=csv&")).text))
            assert len(list(rows)) - 1 == int(figure), link
            assert f" {figure} line" in desk.read(link)
    assert seen == {"due", "done", "late", "missed", "excused", "decided", "made_up"}


def test_what_was_excused_stays_among_what_was_due_and_the_figure_without_stands_beside(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: dict[str, int]
) -> None:
    desk = desk_of(session, new_client, world, "clerk_jie")
    page = desk.read(f"/inspections/compliance?place={world.community.id}&from=2026-10&template=T18")
    assert "25.0 % 4.6–69.9 1 / 4 33.3 % 6.1–79.2 1 / 3 0 2 1 0 1" in page
    assert "nothing to measure" in desk.read(f"/inspections/compliance?place={world.unmanaged.id}&from=2026-10")
    assert "what was excused or left out stays among these" in page
    corrections = desk.read("/inspections/compliance/list?name=corrections&from=2026-11")
    assert "2026-10-30" in corrections
    assert "2026-11-03" not in corrections
    open_ones = desk.open("/inspections/compliance?from=2026-11")
    waiting = re.search(r'href="([^"]+name=waiting[^"]*)">[^<]*?(\d+)</a>', open_ones.text)
    assert waiting is not None
    assert f" {waiting[2]} line" in desk.read(unescape(waiting[1]))


@pytest.mark.parametrize(
    ("who", "foreign"),
    [
        ("dispatcher_mei", ("organisation={far_company}", "place={community}")),
        ("official_qian", ("place={far_county}", "place={city}", "organisation={company}")),
        ("auditor_shen", ("place=0", "place=x", "organisation=999")),
    ],
)
def test_what_lies_elsewhere_is_not_there(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: dict[str, int], who: str,
    foreign: tuple[str, ...],
) -> None:  # fmt: skip
    desk = desk_of(session, new_client, world, who)
    things = {name: getattr(world, name).id for name in ("company", "far_company", "community", "far_county", "city")}
    for page in ("", "/list", "/table", "/list/table"):
        assert desk.open(f"/inspections/compliance{page}").status_code == 200, page
        for query in foreign:
            assert desk.open(f"/inspections/compliance{page}?{query.format_map(things)}").status_code == 404, query
    for query in ("template=T99", "by=categories", "from=soon"):
        assert desk.open(f"/inspections/compliance?{query}").status_code == 400, query


def test_findings_of_places_without_any_are_one_line(
    session: Session, new_client: Callable[[], FlaskClient], world: World, told: dict[str, int]
) -> None:
    """The first table names each place; those of what was found and looked at again name where there is something."""
    for name in ("松北街道", "红旗街道", "跃进街道"):
        add_place(session, parent_id=world.street.parent_id, name=name, name_en=None, actor_id=None, now=NOW)
    session.commit()
    page = desk_of(session, new_client, world, "official_sheng").read(
        f"/inspections/compliance?place={world.street.parent_id}&from=2026-09&to=2026-11"
    )
    compliance, found, checked = re.split("What was found, and its cure Name|Spot checks Name", page)
    assert [part.count("松北街道") for part in (compliance, found, checked)] == [1, 0, 0]
    for part in (found, checked):
        assert re.search("[0-9] more, with nothing to measure", part)


def test_a_page_costs_the_same_however_much_there_is(
    app: Flask, session: Session, new_client: Callable[[], FlaskClient], world: World, told: dict[str, int]
) -> None:
    desk: Desk = desk_of(session, new_client, world, "official_sheng")
    pages = ("/inspections/compliance?from=2026-09&to=2026-11", "/inspections/compliance?by=templates",
             "/inspections/compliance/list?from=2026-09&to=2026-11")  # fmt: skip

    costs(app, desk, pages)  # the rules are read once
    few = costs(app, desk, pages)
    for place in (world.community, world.other_entrance):
        lived.live(session, world, TODAY, place)
    session.commit()
    assert costs(app, desk, pages) == few
    assert max(few) <= 12, few
