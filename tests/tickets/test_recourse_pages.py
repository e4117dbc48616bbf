"""Warranty, payer and referral on the page of a ticket and in the queue, as those see and press them who dispatch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.tickets import queries
from propman.tickets.models import Ticket
from propman.tickets.payer import NEVER_FROM_THE_FUND
from tests import stories
from tests import world as worlds
from tests.assets.works import Works, furnish, part
from tests.statements import counted
from tests.tickets import incidents
from tests.tickets import referrals as r
from tests.tickets.buttons import Sign, form_for, form_on, hidden_in, links_to, press, send, text_of
from tests.world import World


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """The roof was accepted two years ago: it is guaranteed for three more."""
    works = furnish(session, world)
    works.roof.contractor_id = world.contractor.id
    works.roof.accepted_on = clock.local_date(clock.now()) - timedelta(days=730)
    session.flush()
    return works


@pytest.fixture
def roof(session: Session, works: Works) -> Asset:
    return part(session, works)


@pytest.fixture
def ticket(session: Session, world: World, roof: Asset) -> Ticket:
    return leak(session, world)


def leak(session: Session, world: World) -> Ticket:
    return r.leak(session, world, now=clock.now())


def read(client: FlaskClient, ticket: Ticket) -> str:
    answer = client.get(f"/tickets/{ticket.number}")
    assert answer.status_code == 200
    return text_of(answer.text)


def test_the_page_says_from_the_start_what_is_covered_and_who_pays(
    session: Session, world: World, signed_in: Sign, ticket: Ticket, roof: Asset
) -> None:
    for person in ("dispatcher_mei", "official_qian", "auditor_shen", "owner_ye"):
        words = read(signed_in(person), ticket)
        assert "Under warranty" in words, person
        assert "days left" in words
        assert "at least 60 months (in force from 2000-01-30)" in words
        assert "建设工程质量管理条例" in words
        assert "not yet checked the rule" in words
        assert "by the rules alone" in words
        assert "To be paid by the contractor, through the claim holder. Rule 1 of 8" in words
        assert "not yet checked the order of the rules" in words
    page = signed_in("dispatcher_mei").get(f"/tickets/{ticket.number}").text
    assert f'parts/{roof.id}"' in page


def test_a_report_from_before_there_were_verdicts_can_be_judged(
    session: Session, world: World, signed_in: Sign, ticket: Ticket
) -> None:
    for row in (queries.verdict_of(session, ticket), queries.payer_of(session, ticket)):
        session.delete(row)
    session.flush()
    mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
    assert "before warranties were judged" in read(mei, ticket)
    assert press(mei, page, f"{page}/verdict").status_code == 303
    assert "Under warranty" in read(mei, ticket)


class TestDeciding:
    def test_the_dispatcher_names_part_and_day(
        self, session: Session, world: World, works: Works, signed_in: Sign
    ) -> None:
        old = part(session, works, accepted_on=date(2015, 6, 1), name="旧屋面")
        part(session, works)
        ticket = leak(session, world)
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        assert "Several parts could be meant" in read(mei, ticket)
        answer = press(mei, page, f"{page}/verdict", asset_id=old.id, arose_on="2020-06-01", note="住户证实")
        assert answer.status_code == 303
        assert answer.location.endswith("#recourse")
        words = read(mei, ticket)
        assert "旧屋面" in words
        assert "The defect arose" not in words.split("Warranty and who pays")[0]
        assert "the defect arose before" in words
        assert "住户证实" in words
        assert "梅调度" in words

    def test_what_was_misused_says_nothing_of_days_left(self, signed_in: Sign, ticket: Ticket) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        assert "days left" in read(mei, ticket)
        assert press(mei, page, f"{page}/verdict", misuse="y", note="钻孔").status_code == 303
        words = read(mei, ticket)
        assert "Not under warranty" in words
        cover = words[words.index("Warranty and who pays") : words.index("The times promised")]
        assert "days left" not in cover  # a deadline may have some

    def test_a_refused_verdict_keeps_what_was_typed(self, signed_in: Sign, ticket: Ticket) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        answer = press(mei, page, f"{page}/verdict", arose_on="2999-01-01", note="请看")
        assert answer.status_code == 422
        words = text_of(answer.text)
        assert "between 1949 and the day on which it was reported" in words
        assert "请看" in answer.text
        assert 'value="2999-01-01"' in answer.text
        assert press(mei, page, f"{page}/verdict", asset_id="999999").status_code == 422

    def test_a_double_click_judges_once_and_a_stale_page_not_at_all(
        self, session: Session, signed_in: Sign, ticket: Ticket
    ) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        kept = hidden_in(form_for(mei, page, f"{page}/verdict"))
        for _time in range(2):
            assert send(mei, f"{page}/verdict", kept, note="一次").status_code == 303
        verdict = queries.verdict_of(session, ticket)
        assert verdict is not None
        assert verdict.run == 2
        stale = send(mei, f"{page}/verdict", kept | {"key": worlds.new_key()})
        assert stale.status_code == 409
        assert "Somebody else changed this in the meantime" in text_of(stale.text)
        assert send(mei, f"{page}/verdict", hidden_in(form_on(stale.text, f"{page}/verdict") or "")).status_code == 303

    def test_who_pays_is_decided_with_a_reason_and_flagged(
        self, session: Session, signed_in: Sign, ticket: Ticket
    ) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        fund = press(mei, page, f"{page}/payer", payer="repair_fund", reason="急")
        assert fund.status_code == 422
        assert NEVER_FROM_THE_FUND[1] in text_of(fund.text)
        bare = press(mei, page, f"{page}/payer", payer="all_owners")
        assert bare.status_code == 422
        assert "Please say why somebody else is to pay" in text_of(bare.text)
        assert press(mei, page, f"{page}/payer", payer="all_owners", reason="施工单位已注销").status_code == 303
        flag = "Paid although under warranty"
        for person in ("dispatcher_mei", "manager_han", "clerk_jie", "official_qian", "readonly_cai", "auditor_shen"):
            assert read(signed_in(person), ticket).count(flag) == 1, person
        for person in ("owner_ye", "committee_ju", "grid_worker_gao"):
            words = read(signed_in(person), ticket)
            assert flag not in words, person
            assert "By rule 1 it would be the contractor" in words

    def test_the_queue_shows_and_finds_what_is_flagged(
        self, session: Session, world: World, signed_in: Sign, ticket: Ticket
    ) -> None:
        other = leak(session, world)
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        press(mei, page, f"{page}/payer", payer="all_owners", reason="已注销")
        queue = text_of(mei.get("/queue").text)
        lines = queue[queue.index("Who has it") :]  # below the filters, one of which has this name
        assert lines.count("Under warranty") == 2
        paid = "/queue?state=all&amp;flagged=1"
        assert f'href="{paid}"' in mei.get("/queue").text, "closed ones too: money outlasts the repair"
        found = mei.get(paid.replace("&amp;", "&")).text
        assert ticket.number in found
        assert other.number not in found
        assert "Paid although under warranty" in text_of(found)

    @pytest.mark.parametrize("what", ["verdict", "payer"])
    def test_who_does_not_dispatch_finds_no_form_and_is_refused(
        self, session: Session, signed_in: Sign, ticket: Ticket, what: str
    ) -> None:
        at = f"/tickets/{ticket.number}"
        for person, status in (("official_qian", 403), ("clerk_jie", 403), ("far_dispatcher", 404)):
            client = signed_in(person)
            assert not links_to(client.get(at).text, f"{at}/{what}")
            assert client.get(f"{at}/{what}").status_code == status, person
            token = worlds.token_of(client.get("/").text)
            typed = {"csrf_token": token, "key": worlds.new_key(), "run": "1"}
            assert client.post(f"{at}/{what}", data=typed).status_code == status, person


class TestReferring:
    def test_the_contractor_is_proposed_through_the_claim_holder(
        self, session: Session, world: World, signed_in: Sign, ticket: Ticket
    ) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        words = text_of(mei.get(f"{page}/refer").text)
        assert f"{world.contractor.name} built it (屋面防水), and the warranty covers it." in words
        assert f"The claim is held by {world.street_office.name}, who is told." in words
        form = form_for(mei, page, f"{page}/refer")
        assert f'<option selected value="{world.contractor.id}">' in form
        answer = press(mei, page, f"{page}/refer", organisation_id=world.contractor.id, note="在保")
        assert answer.status_code == 303
        words = read(mei, ticket)
        assert "Referred: waiting for an answer" in words
        assert f"Referred to {world.contractor.name} on" in words
        assert "An answer is due by" in words
        assert f"The claim is held by {world.street_office.name}." in words
        assert f"In charge {world.company.name}" in words
        assert f"Referred: {world.contractor.name}" in words  # in the timeline
        assert "Who should go" not in words

    def test_silence_and_refusal_are_seen(
        self, session: Session, world: World, signed_in: Sign, ticket: Ticket
    ) -> None:
        r.refer(session, world, ticket, now=clock.now())
        [row] = r.referrals(session, ticket)
        row.answer_due_at = clock.now() - timedelta(hours=1)
        mei = signed_in("dispatcher_mei")
        assert "Referred: no answer in time" in read(mei, ticket)
        assert "no answer in time" in text_of(mei.get("/queue?referred=1").text)
        r.refuse(session, world, ticket, note="超出保修范围", now=clock.now())
        words = read(mei, ticket)
        assert "超出保修范围" in words
        assert f"邓承建, {world.contractor.name}" in words
        page = f"/tickets/{ticket.number}"
        assert f"Refused before by {world.contractor.name}. To insist" in text_of(mei.get(f"{page}/refer").text)
        again = press(mei, page, f"{page}/refer", organisation_id=world.contractor.id)
        assert again.status_code == 422
        assert "please say why you insist" in text_of(again.text)
        assert press(mei, page, f"{page}/refer", organisation_id=world.contractor.id, note="仍在保").status_code == 303
        assert f"Referred once more to {world.contractor.name}" in read(mei, ticket)

    def test_taking_back_and_referring_twice(
        self, session: Session, world: World, signed_in: Sign, ticket: Ticket
    ) -> None:
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{ticket.number}"
        kept = hidden_in(form_for(mei, page, f"{page}/refer"))
        for _time in range(2):
            assert send(mei, f"{page}/refer", kept, organisation_id=world.contractor.id).status_code == 303
        assert len(r.referrals(session, ticket)) == 1
        stale = send(mei, f"{page}/refer", kept | {"key": worlds.new_key()}, organisation_id=world.utility.id)
        assert stale.status_code == 409
        assert form_on(stale.text, f"{page}/refer") is None
        assert press(mei, page, f"{page}/take_back", note="等不及").status_code == 303
        assert "taken back" in read(mei, ticket)
        assert links_to(mei.get(page).text, f"{page}/assign")

    def test_the_reporter_reads_where_it_is(self, session: Session, world: World, signed_in: Sign, roof: Asset) -> None:
        ticket = r.leak(session, world, by=world.resident_lin, now=clock.now())
        r.refer(session, world, ticket, note="内部意见", now=clock.now())
        lin, page = signed_in("resident_lin"), f"/reports/{ticket.number}"
        words = text_of(lin.get(page).text)
        assert f"It was referred to {world.contractor.name}" in words
        assert f"{world.company.name} 0451-84660001" in words, "whom to call"
        assert "内部意见" not in words
        r.accept(session, world, ticket, now=clock.now())
        assert f"邓承建 of {world.contractor.name} will come." in text_of(lin.get(page).text)


def test_queue_and_page_cost_no_more_with_more_to_tell(
    app: Flask, session: Session, world: World, signed_in: Sign, ticket: Ticket
) -> None:
    mei = signed_in("dispatcher_mei")

    def costs(address: str) -> int:
        mei.get(address)
        with counted(app) as statements:
            assert mei.get(address).status_code == 200
        return len(statements)

    r.refer(session, world, ticket, now=clock.now())
    few = costs("/queue"), costs(f"/tickets/{ticket.number}")
    for _time in range(4):
        r.refer(session, world, leak(session, world), now=clock.now())
        r.take_back(session, world, ticket, now=clock.now())
        r.refer(session, world, ticket, now=clock.now())
    assert (costs("/queue"), costs(f"/tickets/{ticket.number}")) == few


def test_what_else_was_reported_about_the_part_and_the_place(
    session: Session, world: World, signed_in: Sign, ticket: Ticket, roof: Asset
) -> None:
    other, lights = leak(session, world), stories.report(session, world, place=world.other_entrance)
    mei = signed_in("dispatcher_mei")
    page = mei.get(f"/tickets/{ticket.number}").text
    assert "Also reported about this part" in text_of(page)
    assert f'href="/tickets/{other.number}"' in page
    assert f'href="/tickets/{lights.number}"' not in page
    assert "Also reported" not in read(mei, lights)
    joined = leak(session, world)
    incidents.merge(session, world, joined, ticket)
    assert mei.get(f"/tickets/{ticket.number}").text.count(f'href="/tickets/{joined.number}"') == 1

    def found(asked: str, client: FlaskClient = mei) -> set[str]:
        listed = client.get(f"/queue?state=all&{asked}").text
        return {each.number for each in (ticket, other, lights) if each.number in listed}

    both = {ticket.number, other.number}
    assert found("warranty=1") == both
    assert found(f"part={roof.id}") == both
    assert found(f"place={world.building.id}") == both | {lights.number}
    assert found(f"place={world.entrance.id}") == both
    assert found(f"place={world.far_community.id}") == found("part=999999999") == set()
    assert found(f"part={roof.id}", signed_in("far_dispatcher")) == set()
    for wrong in ("part=abc", "place=-1", "part=99999999999999999999"):
        assert mei.get(f"/queue?{wrong}").status_code == 400
    assert f'href="/queue?part={roof.id}&amp;state=all"' in mei.get(f"/parts/{roof.id}").text
