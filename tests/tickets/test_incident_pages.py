"""What households and staff see of an incident, and what each of them can do; by HTTP."""

from __future__ import annotations

from datetime import time, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.config import Settings
from propman.tickets import operations
from propman.tickets.workflow import State
from tests import stories
from tests.desk import Desk, said
from tests.tickets import incidents, referrals
from tests.tickets.buttons import Sign, press, text_of
from tests.tickets.links import link
from tests.world import World, viewer


def test_a_household_reads_of_the_repair_and_nothing_of_another_household(
    session: Session, world: World, settings: Settings, client: FlaskClient
) -> None:
    lead, other = incidents.burst(session, world, 2, spot="301室", name="王奶奶", phone="13912345678")
    tomorrow = clock.local_date(clock.now()) + timedelta(days=1)
    operations.appoint(session, ticket=lead, viewer=viewer(session, world.dispatcher_mei), seen_version=lead.version,
                       now=clock.now(), on=tomorrow, begins=time(9), ends=time(11), note="先关总阀")  # fmt: skip
    operations.add(session, ticket=lead, viewer=stories.holder(lead), seen_version=lead.version, now=clock.now(),
                   note="王奶奶说的话", store=world.store)  # fmt: skip
    stories.start(session, world, lead)
    page = text_of(Desk(client).open(link(settings, other)).text)
    assert "2 households have reported this fault" in page
    assert world.worker_zhao.name is not None
    assert "Underway" in page
    assert world.worker_zhao.name in page
    assert "先关总阀" in page
    assert "王奶奶说的话" not in page
    assert lead.number not in page


def test_a_household_says_that_it_is_something_else(
    session: Session, world: World, settings: Settings, client: FlaskClient
) -> None:
    lead, other = incidents.burst(session, world, 2)
    desk, at = Desk(client), link(settings, other)
    assert "Mine is something else" in desk.read(at)
    answer = desk.sent(f"{at}/separate", at, version=other.version, note="是我家水表坏了")
    assert "Your report is on its own now" in answer
    session.refresh(other)
    assert (other.state, lead.lead_id) == (State.SUBMITTED, None)


def test_after_the_repair_each_household_answers_for_itself(
    session: Session, world: World, settings: Settings, client: FlaskClient
) -> None:
    lead, happy, wet = incidents.burst(session, world, 3)
    stories.complete(session, world, lead)
    desk = Desk(client)
    assert "Is it fixed?" in desk.read(link(settings, happy))
    assert "4 of 5 stars" in desk.sent(f"{link(settings, happy)}/agree", link(settings, happy), version=happy.version,
                                       stars="4")  # fmt: skip
    assert "You said that it is fixed at your place" in desk.read(link(settings, happy))
    refused = desk.send(f"{link(settings, wet)}/separate", link(settings, wet), version=wet.version, note="")
    assert refused.status_code == 422
    assert "Please say what is still wrong" in said(refused)
    desk.sent(f"{link(settings, wet)}/separate", link(settings, wet), version=wet.version, note="还漏")
    for ticket in (lead, happy, wet):
        session.refresh(ticket)
    assert [one.state for one in (lead, happy, wet)] == [State.COMPLETED, State.MERGED, State.SUBMITTED]
    assert (lead.stars, happy.stars, wet.reopened) == (None, 4, 1)


def test_the_queue_has_one_line_with_the_number_of_households(session: Session, world: World, signed_in: Sign) -> None:
    lead, second, _third = incidents.burst(session, world, 3, spot="地下室", phone="13912345678")
    mei = signed_in("dispatcher_mei")
    listed = mei.get("/queue").text
    assert lead.number in listed
    assert second.number not in listed
    assert "3 households" in text_of(listed)
    page = mei.get(f"/tickets/{lead.number}").text
    assert f'href="/tickets/{second.number}"' in page
    assert page.count("139 1234 5678") >= 3 or page.count("13912345678") >= 3
    merged = text_of(mei.get("/queue?state=merged").text)
    assert second.number in merged


def test_a_dispatcher_merges_by_choice_or_number_and_separates(session: Session, world: World, signed_in: Sign) -> None:
    lead, one, two = (stories.report(session, world, category="water") for _each in range(3))
    mei = signed_in("dispatcher_mei")
    for ticket, named in ((one, {"lead": lead.number}), (two, {"number": lead.number.replace("-", " ")})):
        page = f"/tickets/{ticket.number}"
        assert press(mei, page, f"{page}/merge", **named).status_code == 303
        session.refresh(ticket)
        assert ticket.lead_id == lead.id
    page = f"/tickets/{one.number}"
    assert lead.number in text_of(mei.get(page).text)
    assert press(mei, page, f"{page}/separate", note="不是一处").status_code == 303
    session.refresh(one)
    assert one.state is State.SUBMITTED
    wrong = press(mei, page, f"{page}/merge", number="2601-0000000")
    assert wrong.status_code == 422
    assert "no open report with this number" in text_of(wrong.text)


def test_the_worker_reads_of_every_household(session: Session, world: World, signed_in: Sign) -> None:
    lead, _other = incidents.burst(session, world, 2, spot="五楼东户")
    stories.assign(session, world, lead)
    zhao = signed_in("worker_zhao")
    assert "2 households reported it" in text_of(zhao.get("/jobs").text)
    page = zhao.get(f"/tickets/{lead.number}").text
    assert text_of(page).count("五楼东户") == 2


def test_my_reports_show_how_the_repair_stands(session: Session, world: World, signed_in: Sign) -> None:
    lead = incidents.burst(session, world, 1)[0]
    own = incidents.burst(session, world, 1, by=world.resident_lin)[0]
    stories.complete(session, world, lead)
    lin = signed_in("resident_lin")
    for address in ("/reports", "/"):
        page = text_of(lin.get(address).text)
        assert "Completed" in page
        assert "with other households" in page
    assert "2 households have reported this fault" in text_of(lin.get(f"/reports/{own.number}/receipt").text)


def test_the_contractor_reads_at_which_doors_it_is_broken_too(session: Session, world: World, signed_in: Sign) -> None:
    lead = stories.report(session, world, category="leak", spot="502", phone="13912345678")
    incidents.merge(session, world, stories.report(session, world, place=world.other_entrance, category="leak",
                                                   spot="601", name="王奶奶", phone="13987654321"), lead)  # fmt: skip
    referrals.refer(session, world, lead, now=clock.now())
    deng = signed_in("contractor_deng")
    page = text_of(deng.get(f"/referrals/{lead.number}").text)
    for line in ("2 households", "One household more", "河柏小区 3号楼 3单元 · 601"):
        assert line in page, line
    referrals.accept(session, world, lead, now=clock.now())
    page = text_of(deng.get(f"/referrals/{lead.number}").text)
    assert ("139 1234 5678" in page, "139 8765 4321" in page, "王奶奶" in page) == (True, False, False)
    referrals.take_back(session, world, lead, now=clock.now())
    assert "3单元 · 601" not in text_of(deng.get(f"/referrals/{lead.number}").text)


def test_clocks_say_after_what_they_began_anew(
    session: Session, world: World, settings: Settings, client: FlaskClient
) -> None:
    """By staff they run on as if nothing had been; by the household they begin anew, which is no reopening."""
    now = clock.now()
    _lead, by_staff, by_household = incidents.burst(session, world, 3, now=now - timedelta(hours=2))
    incidents.separate(session, world, by_staff, now=now - timedelta(hours=1), note="不是一处")
    incidents.separate(session, world, by_household, now=now, by=stories.holder(by_household), note="是我家的")
    desk = Desk(client)
    ran_on, anew = (desk.read(link(settings, each)) for each in (by_staff, by_household))
    assert "runs on since it was separated" in ran_on
    assert "after being separated" in anew
    assert "reopening" not in ran_on + anew
