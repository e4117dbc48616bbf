"""The pages of spot checks, as those who look again, their officials and the company open them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from hashlib import sha256
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.queries import engagements_of
from propman.spotchecks import queries
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.rules import Kind, Outcome
from propman.tickets.models import Attachment, TicketFinding
from tests.desk import said
from tests.files.scenes import photograph
from tests.rounds import walks
from tests.spotchecks import drawn
from tests.spotchecks.conftest import DeskOf
from tests.world import World, token_of, value_of, viewer


@pytest.fixture
def three(session: Session, world: World) -> list[SpotCheck]:
    """What three people did last month is drawn: one point each of two workers, and a repair."""
    for by in (world.worker_zhao, world.worker_sun):
        drawn.passed(session, world, by=by)
    drawn.closed(session, world)
    made = drawn.checks(session, drawn.month(session, world.street))
    session.commit()
    return made


def table(desk: object, address: str) -> list[list[str]]:
    """A CSV that is downloaded."""
    answer = desk.open(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200, said(answer)
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_disagreement_is_recorded_from_a_telephone_once(
    session: Session, world: World, desk_of: DeskOf, three: list[SpotCheck]
) -> None:
    clerk, address = desk_of("clerk_jie"), f"/spot-checks/{three[0].id}"
    assert address in clerk.open("/spot-checks").text
    page = clerk.open(address).text
    assert "proven" in page, "what was recorded stands there, and how well it is proven"
    typed = {"csrf_token": token_of(page), "key": value_of(page, "key"), "outcome": "disagreed", "words": drawn.FOUND}

    def send() -> int:
        photo = (io.BytesIO(photograph(4711)), "现场.jpg")
        return clerk.client.post(f"{address}/end", data={**typed, "photos": photo}).status_code

    assert [send(), send()] == [303, 303]
    session.expire_all()
    check = session.get_one(SpotCheck, three[0].id)
    assert (check.outcome, check.checked_by_id) == (Outcome.DISAGREED, world.clerk_jie.id)
    assert session.scalar(select(func.count()).select_from(TicketFinding)) == 1
    assert session.scalars(select(Attachment.ticket_id)).all() == [check.led_to_id]
    again = clerk.read(address)
    assert drawn.FOUND in again
    assert "Record it" not in again


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Please say how it is."),
        ({"outcome": "wonderful"}, "Please say how it is."),
        ({"outcome": "disagreed", "words": " "}, "Please say what was found."),
        ({"outcome": "not_checked"}, "Please say why."),
    ],
)
def test_an_end_that_is_none_is_asked_for_again(
    desk_of: DeskOf, three: list[SpotCheck], typed: dict[str, str], says: str
) -> None:
    address = f"/spot-checks/{three[0].id}"
    answer = desk_of("clerk_jie").send(f"{address}/end", address, **typed)
    assert answer.status_code == 422
    assert says in said(answer)


def test_a_company_sees_what_was_judged_of_its_people_and_nothing_that_waits(
    session: Session, world: World, desk_of: DeskOf, three: list[SpotCheck]
) -> None:
    han, mine = desk_of("manager_han"), f"/spot-checks/{three[0].id}"
    assert han.open(mine).status_code == 404
    assert "Nothing here." in han.read("/spot-checks?which=open")
    assert han.open(f"/spot-checks/draws/{three[0].draw_id}").status_code == 403
    drawn.end(session, world, three[0], Outcome.DISAGREED)
    session.commit()
    assert drawn.FOUND in han.read("/spot-checks")
    assert drawn.FOUND in han.read(mine)
    far = desk_of("far_dispatcher")
    assert "Nothing here." in far.read("/spot-checks")
    assert far.open(mine).status_code == 404


def test_a_report_is_linked_for_whom_it_opens_and_told_in_words_to_the_others(
    session: Session, world: World, desk_of: DeskOf, three: list[SpotCheck]
) -> None:
    """A company that left reads what was judged of its people; the reports there are another's by now."""
    for check in three:
        drawn.end(session, world, check, Outcome.DISAGREED)
    [engagement], today = engagements_of(session, world.community.id), clock.local_date(clock.now())
    engagement.starts_on, engagement.ends_on = today - timedelta(days=800), today - timedelta(days=700)
    session.commit()
    pages = ["/spot-checks?which=ended", *(f"/spot-checks/{check.id}" for check in three)]
    for name, opens in {"manager_han": False, "clerk_jie": True, "auditor_shen": True}.items():
        desk = desk_of(name)
        for page in pages:
            shown = desk.open(page)
            assert (name, page, 'href="/tickets/' in shown.text) == (name, page, opens)
            for address in re.findall(r'(?:href|src)="(/tickets/[^"]*)"', shown.text):
                assert desk.open(unescape(address)).status_code == 200, (name, page, address)
        led_to = three[0].led_to
        assert led_to is not None
        assert led_to.number in desk.read(pages[1])
        assert desk.open(f"/tickets/{led_to.number}").status_code == (200 if opens else 404)


def test_the_figures_are_as_long_as_the_lists_behind_them(
    session: Session, world: World, desk_of: DeskOf, three: list[SpotCheck]
) -> None:
    for check, outcome in zip(three, (Outcome.DISAGREED, Outcome.AGREED, Outcome.NOT_CHECKED), strict=True):
        drawn.end(session, world, check, outcome)
    session.commit()
    on, clerk = clock.local_date(clock.now()), viewer(session, world.clerk_jie)
    month = clock.month_of(clock.now())
    for by in queries.By:
        wanted = queries.Wanted(queries.Which.ENDED, month, month)
        for key, found in queries.agreement(session, clerk, wanted, by, on).items():
            whose = {"person_id" if by is queries.By.PEOPLE else "organisation_id": key}
            for which, number in (
                (queries.Which.AGREED, found.agreed), (queries.Which.DISAGREED, found.disagreed),
                (queries.Which.NOT_CHECKED, found.not_checked), (queries.Which.MEASURED, found.rate.n),
            ):  # fmt: skip
                listed = queries.Wanted(which, month, month, **whose)
                assert queries.length(session, clerk, listed, on) == number, (by, key, which)
    page = desk_of("clerk_jie").read("/spot-checks/agreement?by=organisations")
    assert "50.0 %" in page
    assert "9.5–90.5" in page  # Wilson, 1 of 2
    heading, *rows = table(desk_of("official_qian"), "/spot-checks/agreement/table?file=csv&by=people")
    assert heading[4:6] == ["Agreed", "Disagreed"]
    assert [row[4:6] for row in rows if row[3] == "Sum"] == [["1", "1"]]
    lines = table(desk_of("auditor_shen"), "/spot-checks/table?file=csv&which=disagreed")
    assert len(lines) == 2
    assert drawn.FOUND in lines[1]


def test_nothing_to_measure_is_said_as_such(
    session: Session, world: World, desk_of: DeskOf, three: list[SpotCheck]
) -> None:
    drawn.end(session, world, three[0], Outcome.NOT_CHECKED)
    session.commit()
    assert "nothing to measure" in desk_of("clerk_jie").read("/spot-checks/agreement")


def test_anybody_who_oversees_it_can_draw_again_from_the_file(session: Session, world: World, desk_of: DeskOf) -> None:
    for _n in range(4):
        drawn.passed(session, world)
    draw = drawn.month(session, world.street)
    [check] = drawn.checks(session, draw)
    session.commit()
    desk = desk_of("auditor_shen")
    page = desk.read(f"/spot-checks/draws/{draw.id}")
    assert draw.seed in page
    _heading, *rows = table(desk, f"/spot-checks/draws/{draw.id}/frame?file=csv")
    names = sorted((sha256(f"{draw.seed}|{row[1]}".encode()).hexdigest(), row[1]) for row in rows)
    assert [row[4] for row in rows] == [rank for rank, _name in names]
    assert [row[1] for row in rows if row[5] == "yes"] == [names[0][1]] == [f"point {check.point_id}"]
    assert desk.open(f"/spot-checks/draws/{draw.id}/frame?file=exe").status_code == 404


def test_a_draw_by_hand_is_asked_for_a_reason_and_stands_in_the_list(
    session: Session, world: World, desk_of: DeskOf
) -> None:
    drawn.passed(session, world, now=clock.now())
    session.commit()
    qian, address = desk_of("official_qian"), f"/spot-checks/draws/new/{world.community.id}"
    assert address in qian.open("/spot-checks/draws/new").text
    assert qian.send(address, reason="").status_code == 422
    assert "居民反映" in qian.sent(address, reason="居民反映没人巡查")
    assert "by hand" in desk_of("clerk_jie").read("/spot-checks/draws")
    again = qian.send(address, reason="再抽一次")
    assert again.status_code == 422
    assert "drawn already" in said(again)
    assert session.scalar(select(func.count()).select_from(SpotDraw)) == 1


def test_what_waits_past_its_day_stands_on_the_first_page(session: Session, world: World, desk_of: DeskOf) -> None:
    drawn.passed(session, world)
    drawn.by_hand(session, world, now=drawn.then() + timedelta(days=1))
    session.commit()
    assert "Spot checks past their day" in desk_of("clerk_jie").read("/")
    assert "overdue since" in desk_of("clerk_jie").read("/spot-checks?which=late")
    assert "Spot checks past their day" not in desk_of("manager_han").read("/")


def test_who_had_a_hand_in_it_is_told_that_somebody_else_looks_again(
    session: Session, world: World, desk_of: DeskOf
) -> None:
    then = drawn.then()
    aims = [walks.Aim(world.unmanaged.id, clock.local_date(then))]
    duty = walks.due(session, world, now=then, community_id=world.unmanaged.id, aims=aims)
    walks.walk(session, world, duty, by=world.clerk_jie, now=then)
    [check] = drawn.checks(session, drawn.month(session, world.street), Kind.POINT)
    session.commit()
    page = desk_of("clerk_jie").read(f"/spot-checks/{check.id}")
    assert "Somebody who had no hand in it looks again." in page
    assert "Record it" not in page
    assert "Record it" in desk_of("official_qian").read(f"/spot-checks/{check.id}")
