"""What contractors and utilities see of what was referred to them, when, and nothing else (I20); what they press."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.accounts.operations import Particulars, add_membership, create_person
from propman.data.phrases import shipped_phrases
from propman.errors import NotFound
from propman.files.operations import Upload
from propman.roles import NOBODY, Role
from propman.tickets import operations, queries
from propman.tickets.models import Ticket
from tests import stories
from tests import world as worlds
from tests.assets.works import Works, furnish, part
from tests.statements import counted
from tests.tickets import referrals as r
from tests.tickets.buttons import Sign, form_on, hidden_in, press, send, text_of
from tests.tickets.test_ticket_page import NAME, PHONE, SHOWN
from tests.world import World, viewer

DAY = timedelta(days=1)
DAYS = 90  # former_company_access_days, as shipped


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A roof under warranty for three more years."""
    works = furnish(session, world)
    works.roof.contractor_id = world.contractor.id
    works.roof.accepted_on = clock.local_date(clock.now()) - timedelta(days=730)
    session.flush()
    part(session, works)
    return works


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def ticket(session: Session, world: World, works: Works, now: datetime) -> Ticket:
    """A leak with a photo, of somebody who left name and telephone; the company has its own notes on it."""
    ticket = r.leak(session, world, now=now, name=NAME, phone=PHONE, spot="顶楼",
                    photos=[Upload(stories.picture(), "漏.jpg")])  # fmt: skip
    stories.assign(session, world, ticket, now=now)
    mei = viewer(session, world.dispatcher_mei, now=now)
    operations.reassign(session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=now, note="内部意见一",
                        assignee_id=world.worker_sun.id)  # fmt: skip
    return ticket


def at(ticket: Ticket) -> str:
    return f"/referrals/{ticket.number}"


def pictures(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*/photos/[^"]*)"', page)]


class TestAccess:
    """I20: from its start to its end, for some days more to read, and only to that ticket."""

    def sees(
        self, session: Session, world: World, ticket: Ticket, when: datetime, who: str = "contractor_deng"
    ) -> bool:
        try:
            queries.load_referral(session, ticket.number, viewer(session, world.people[who], now=when), when)
        except NotFound:
            return False
        return True

    def test_before_during_and_after(self, session: Session, world: World, ticket: Ticket, now: datetime) -> None:
        sent, ended = now + DAY, now + 3 * DAY
        assert not self.sees(session, world, ticket, sent)
        r.refer(session, world, ticket, now=sent)
        r.refuse(session, world, ticket, now=ended)
        second = timedelta(seconds=1)
        seen = {
            moment: self.sees(session, world, ticket, moment)
            for moment in (
                sent - second, sent, ended - second, ended, ended + DAYS * DAY - second, ended + DAYS * DAY,
            )
        }  # fmt: skip
        assert list(seen.values()) == [False, True, True, True, True, False]

    def test_no_other_organisation_and_no_other_ticket(
        self, session: Session, world: World, ticket: Ticket, now: datetime
    ) -> None:
        other = r.leak(session, world, now=now)
        r.refer(session, world, ticket, now=now)
        for who in ("utility_shui", "dispatcher_mei", "auditor_shen", "official_sheng"):
            assert not self.sees(session, world, ticket, now, who)
        assert not self.sees(session, world, other, now)

    def test_a_post_that_has_ended_opens_nothing(
        self, session: Session, world: World, ticket: Ticket, now: datetime
    ) -> None:
        r.refer(session, world, ticket, now=now)
        session.execute(
            update(Membership)
            .where(Membership.user_id == world.contractor_deng.id)
            .values(ends_on=clock.local_date(now) + DAY)
        )
        session.expire_all()
        assert self.sees(session, world, ticket, now)
        assert not self.sees(session, world, ticket, now + 2 * DAY)

    @pytest.mark.parametrize("end", ["refuse", "take_back", "withdraw", "confirm", "close"])
    def test_every_end_ends_what_can_be_done_and_the_contacts(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign, end: str
    ) -> None:
        r.refer(session, world, ticket, now=now)
        if end in {"confirm", "close"}:
            for step in (r.accept, r.start, r.prove):
                step(session, world, ticket, now=now)
        {
            "refuse": lambda: r.refuse(session, world, ticket, now=now),
            "take_back": lambda: r.take_back(session, world, ticket, now=now),
            "withdraw": lambda: operations.withdraw(
                session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=now
            ),
            "confirm": lambda: r.confirm(session, ticket, now=now),
            "close": lambda: operations.close_unanswered(session, now=now + 8 * DAY),
        }[end]()
        page = signed_in("contractor_deng").get(at(ticket)).text
        assert 'id="moves"' not in page
        assert "This referral has ended." in text_of(page)
        for secret in (NAME, SHOWN, PHONE):
            assert secret not in page

    def test_name_and_telephone_from_accepting_on(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        r.refer(session, world, ticket, now=now)
        deng = signed_in("contractor_deng")
        before = deng.get(at(ticket)).text
        assert "shown once you accept" in text_of(before)
        r.accept(session, world, ticket, now=now)
        after = deng.get(at(ticket)).text
        for secret in (NAME, SHOWN):
            assert secret not in before
            assert secret in after

    def test_by_account_it_is_the_same(
        self, session: Session, world: World, works: Works, now: datetime, signed_in: Sign
    ) -> None:
        ticket = r.refer(session, world, r.leak(session, world, by=world.resident_lin, now=now), now=now)
        deng = signed_in("contractor_deng")
        assert "林秀英" not in deng.get(at(ticket)).text
        r.accept(session, world, ticket, now=now)
        page = deng.get(at(ticket)).text
        assert "林秀英" in page
        assert "138 0000 0001" in page


class TestWhatIsSeen:
    def test_what_is_covered_by_when_and_nothing_internal(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        r.refer(session, world, ticket, note="请在保修期内维修", now=now)
        page = signed_in("contractor_deng").get(at(ticket)).text
        words = text_of(page)
        for told in (
            "屋顶漏水", "顶楼", "河柏小区 3号楼 2单元", "Under warranty", "at least 60 months", "建设工程质量管理条例",
            "An answer is due by", "请在保修期内维修", world.street_office.name, world.company.name, "0451-84660001",
        ):  # fmt: skip
            assert told in words, told
        for internal in ("内部意见一", "孙师傅", "赵师傅", "To be paid", "梅调度"):
            assert internal not in words, internal

    def test_photos_as_reported_and_only_those_of_this_ticket(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        other = r.leak(session, world, now=now, photos=[Upload(stories.picture("blue"))])
        r.refer(session, world, ticket, now=now)
        deng = signed_in("contractor_deng")
        [picture] = pictures(deng.get(at(ticket)).text)
        assert deng.get(picture).status_code == 200
        foreign = queries.attachments_of(session, other)[0].photo.key
        answers = [deng.get(f"{at(ticket)}/photos/{key}") for key in (foreign, "0" * 32)]
        assert {answer.status_code for answer in answers} == {404}
        assert signed_in("utility_shui").get(picture).status_code == 404
        assert deng.get(picture.replace("/referrals/", "/tickets/")).status_code == 403

    def test_what_happens_after_the_end_stays_unseen(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        r.refuse(session, world, r.refer(session, world, ticket, now=now), now=now)
        worker = viewer(session, world.worker_zhao, now=now)
        stories.assign(session, world, ticket, now=now)
        operations.start(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now, store=world.store)
        operations.complete(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now,
                            note="自己修了", store=world.store, after=[Upload(stories.picture("green"))])  # fmt: skip
        deng = signed_in("contractor_deng")
        page = deng.get(at(ticket)).text
        words = text_of(page)
        assert "不属于保修范围" in words
        for unseen in ("自己修了", "赵师傅", "Completed"):
            assert unseen not in words, unseen
        assert len(pictures(page)) == 1
        late = queries.attachments_of(session, ticket)[-1].photo.key
        assert deng.get(f"{at(ticket)}/photos/{late}").status_code == 404

    def test_a_second_referral_tells_of_both_and_not_of_what_lay_between(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        r.refuse(session, world, r.refer(session, world, ticket, now=now), now=now)
        mei = viewer(session, world.dispatcher_mei, now=now)
        operations.assign(session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=now, note="内部意见二",
                          assignee_id=world.worker_zhao.id)  # fmt: skip
        r.refer(session, world, ticket, note="仍在保", now=now)
        words = text_of(signed_in("contractor_deng").get(at(ticket)).text)
        assert "Referred once more to" in words
        assert "不属于保修范围" in words
        assert "仍在保" in words
        assert "内部意见二" not in words

    def test_a_foreign_referral_and_none_are_the_same_answer(
        self, session: Session, world: World, ticket: Ticket, now: datetime, signed_in: Sign
    ) -> None:
        r.refer(session, world, ticket, now=now)
        shui = signed_in("utility_shui")
        for number in (ticket.number, "2601-0000000", "x"):
            assert shui.get(f"/referrals/{number}").status_code == 404
            token = worlds.token_of(shui.get("/").text)
            posted = shui.post(f"/referrals/{number}/accept", data={"csrf_token": token, "key": worlds.new_key()})
            assert posted.status_code == 404
        assert signed_in("dispatcher_mei").get("/referrals").status_code == 403
        assert signed_in("contractor_deng").get("/queue").status_code == 403
        assert signed_in("contractor_deng").get(f"/tickets/{ticket.number}").status_code == 403


class TestTheList:
    def test_open_ones_by_deadline_then_those_that_ended(
        self, session: Session, world: World, works: Works, now: datetime, signed_in: Sign
    ) -> None:
        made = [r.leak(session, world, now=now) for _number in range(5)]
        later, sooner, accepted, done, ended = made
        for ticket in made:
            r.refer(session, world, ticket, now=now)
        r.referrals(session, sooner)[0].answer_due_at = now - timedelta(minutes=5)
        r.accept(session, world, accepted, now=now)
        for step in (r.accept, r.start, r.prove):
            step(session, world, done, now=now)
        r.refuse(session, world, ended, now=now)
        r.refer(session, world, r.refuse(session, world, later, now=now), note="在保", now=now)
        deng = signed_in("contractor_deng")
        page = deng.get("/referrals").text
        assert re.findall(r'href="/referrals/([\d-]+)"', page) == [
            each.number for each in (sooner, later, accepted, done, ended)
        ]
        words = text_of(page)
        assert "no answer in time" in words
        assert "An answer is due by" in words
        assert words.index("To answer") < words.index("To repair") < words.index("waiting for the reporter")
        home = text_of(deng.get("/").text)
        for count in ("To answer 2", "Answer overdue 1", "of 2 to answer", "To repair 1", "Waiting for the reporter 1"):
            assert count in home, count

    def test_nothing_referred_says_so(self, signed_in: Sign) -> None:
        shui = signed_in("utility_shui")
        assert "Nothing is referred to you." in text_of(shui.get("/referrals").text)
        assert "To answer 0" in text_of(shui.get("/").text)

    def test_it_costs_no_more_with_more_rows(
        self, app: Flask, session: Session, world: World, works: Works, now: datetime, signed_in: Sign
    ) -> None:
        deng = signed_in("contractor_deng")

        def cost() -> int:
            deng.get("/referrals")
            with counted(app) as statements:
                assert deng.get("/referrals").status_code == 200
            return len(statements)

        for _number in range(2):
            r.refuse(session, world, r.refer(session, world, r.leak(session, world, now=now), now=now), now=now)
            r.refer(session, world, r.leak(session, world, now=now), now=now)
        few = cost()
        for _number in range(6):
            r.refer(session, world, r.leak(session, world, now=now), now=now)
        assert cost() == few


class TestPressing:
    @pytest.fixture(autouse=True)
    def referred(self, session: Session, world: World, ticket: Ticket, now: datetime) -> None:
        r.refer(session, world, ticket, now=now)

    def test_accept_begin_and_prove_with_a_photo(self, session: Session, ticket: Ticket, signed_in: Sign) -> None:
        deng, page = signed_in("contractor_deng"), at(ticket)
        assert press(deng, page, f"{page}/accept").status_code == 303
        assert press(deng, page, f"{page}/start", before=[photo("前.jpg")]).status_code == 303
        bare = press(deng, page, f"{page}/complete", note="重做防水")
        assert bare.status_code == 422
        assert "Please show the repair on a photo." in text_of(bare.text)
        assert "重做防水" in bare.text
        answer = press(deng, page, f"{page}/complete", note="重做防水", after=[photo("后.jpg")])
        assert answer.status_code == 303
        shown = deng.get(page).text
        assert len(pictures(shown)) == 3
        for picture in pictures(shown):
            assert deng.get(picture).status_code == 200
        assert f"{page}/complete" not in shown

    def test_a_ready_made_sentence_and_what_it_took_as_it_was_said(
        self, session: Session, world: World, ticket: Ticket, signed_in: Sign, now: datetime
    ) -> None:
        deng, page, first = signed_in("contractor_deng"), at(ticket), shipped_phrases()["complete"][0]
        r.start(session, world, r.accept(session, world, ticket, now=now), now=now)
        assert first in text_of(deng.get(page).text)
        took = {"minutes": "95", "parts-0-what": "卷材", "parts-0-pieces": "4", "parts-0-unit_fen": "12.50"}
        done = press(deng, page, f"{page}/complete", phrase=first, after=[photo("后.jpg")], **took)
        assert done.status_code == 303
        words = text_of(deng.get(page).text)
        assert first in words
        assert "95 minutes worked 卷材 × 4: 12.50 yuan each, 50.00 yuan" in words

    def test_refuse_with_a_reason(self, ticket: Ticket, signed_in: Sign) -> None:
        deng, page = signed_in("contractor_deng"), at(ticket)
        bare = press(deng, page, f"{page}/refuse")
        assert bare.status_code == 422
        assert "Please say why" in text_of(bare.text)
        assert press(deng, page, f"{page}/refuse", note="人为损坏").status_code == 303
        words = text_of(deng.get(page).text)
        assert "refused" in words
        assert "人为损坏" in words

    def test_hold_and_resume_once_accepted(self, session: Session, world: World, ticket: Ticket, signed_in: Sign,
                                           now: datetime) -> None:  # fmt: skip
        deng, page = signed_in("contractor_deng"), at(ticket)
        assert form_on(deng.get(page).text, f"{page}/hold") is None
        r.accept(session, world, ticket, now=now)
        until = (clock.local_date(now) + 150 * DAY).isoformat()
        assert press(deng, page, f"{page}/hold", until_on=until, cause="season", note="冬季").status_code == 303
        assert press(deng, page, f"{page}/resume").status_code == 303

    def test_a_double_click_accepts_once(self, session: Session, ticket: Ticket, signed_in: Sign) -> None:
        deng, page = signed_in("contractor_deng"), at(ticket)
        kept = hidden_in(form_on(deng.get(page).text, f"{page}/accept") or "")
        for _time in range(2):
            assert send(deng, f"{page}/accept", kept).status_code == 303
        assert [event.action for event in queries.timeline(session, ticket)].count("accept") == 1

    def test_what_was_taken_back_meanwhile_is_told(
        self, session: Session, world: World, ticket: Ticket, signed_in: Sign, now: datetime
    ) -> None:
        deng, page = signed_in("contractor_deng"), at(ticket)
        kept = hidden_in(form_on(deng.get(page).text, f"{page}/refuse") or "")
        r.take_back(session, world, ticket, now=now)
        answer = send(deng, f"{page}/refuse", kept, note="我们的理由")
        assert answer.status_code == 409
        words = text_of(answer.text)
        assert "It now stands like this: taken back." in words
        assert "我们的理由" in words
        assert 'id="moves"' not in answer.text

    def test_of_two_colleagues_the_first_goes(
        self, session: Session, world: World, ticket: Ticket, signed_in: Sign, new_client: Callable[[], FlaskClient],
        now: datetime,
    ) -> None:  # fmt: skip
        colleague = create_person(session, particulars=Particulars(name="丁承建", phone="13900001111"),
                                  viewer=NOBODY, now=now)  # fmt: skip
        colleague.password_hash, colleague.language = world.contractor_deng.password_hash, "en"
        session.flush()
        add_membership(session, person=colleague, role=Role.CONTRACTOR, organisation=world.contractor, place=None,
                       starts_on=clock.local_date(now), viewer=NOBODY, now=now)  # fmt: skip
        session.commit()
        ding, deng, page = worlds.sign_in(session, new_client(), colleague), signed_in("contractor_deng"), at(ticket)
        kept = hidden_in(form_on(ding.get(page).text, f"{page}/accept") or "")
        assert press(deng, page, f"{page}/accept").status_code == 303
        assert send(ding, f"{page}/accept", kept).status_code == 409
        shown = ding.get(page).text
        assert f"{page}/start" not in shown
        assert NAME in shown, "colleagues see whom to call"
        assert (
            session.scalars(select(Ticket.assignee_id).where(Ticket.id == ticket.id)).one() == world.contractor_deng.id
        )

    def test_nobody_confirms_the_own_repair(
        self, session: Session, world: World, signed_in: Sign, now: datetime
    ) -> None:
        own = r.leak(session, world, by=world.contractor_deng, now=now)
        r.proven(session, world, own, now=now)
        page = signed_in("contractor_deng").get(f"/reports/{own.number}")
        assert page.status_code == 200
        assert form_on(page.text, f"/reports/{own.number}/confirm") is None


def photo(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(stories.picture()), name
