"""One fault from the code on the label to "it is fixed", as the people who deal with it see it; by HTTP.

The steps are 1 to 4 and 6 of "The life of one request": submitted, assigned, completed, answered, and the notices
leave. Nothing is looked up in the database but what a person reads on a page or in a letter.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import checks, clock
from propman.assets.models import Asset
from propman.assets.operations import draw_part_code
from propman.config import Settings
from propman.jobs import TIMETABLE, run_job
from tests import stories
from tests import world as worlds
from tests.assets import works as renovated
from tests.notify.mail_sink import MailSink, mail_sink
from tests.tickets.buttons import Sign, in_english, press, text_of
from tests.world import World


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """The mail server of the town."""
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def settings(database_url: str, tmp_path: Path, sink: MailSink) -> Settings:
    """An installation that sends e-mail."""
    installed = Settings.for_tests(database_url=database_url, data_dir=tmp_path / "data")
    return replace(installed, smtp_url=sink.url)


@dataclass
class Town:
    """Everybody with a browser of their own, the post, and what is asked of both."""

    app: Flask
    session: Session
    world: World
    sign: Sign
    sink: MailSink
    new_client: Callable[[], FlaskClient]
    signed_in: dict[str, FlaskClient] = field(default_factory=dict)
    hours: int = 0  # by which the post goes later

    def as_(self, name: str) -> FlaskClient:
        """The browser of a person who works here or lives here."""
        if name not in self.signed_in:
            self.signed_in[name] = self.sign(name)
        return self.signed_in[name]

    def passer_by(self) -> FlaskClient:
        """A browser without an account."""
        return worlds.in_english(self.new_client())

    def letters(self) -> list[tuple[str, str]]:
        """Let the post carry away what has come up: to whom and about what, of the letters that came since last time.

        It goes some hours later each time, because a person gets one message an hour about one report.
        """
        self.session.commit()
        before = len(self.sink.messages)
        self.hours += 2
        [deliver] = [job for job in TIMETABLE if job.name == "deliver"]
        with time_machine.travel(clock.now() + timedelta(hours=self.hours), tick=True):
            assert run_job(self.app, deliver, clock.now())
        return sorted(
            (str(letter["To"]), " ".join(str(letter["Subject"]).split())) for letter in self.sink.messages[before:]
        )

    def read(self, name: str, address: str) -> str:
        """What a person reads at `address`."""
        page = self.as_(name).get(address)
        assert page.status_code == 200, page.text
        return text_of(page.text)

    def press(self, name: str, at: str, to: str, /, **typed: object) -> str:
        """A person opens `at`, fills in the form to `to` and sends it; gives the address that this leads to."""
        return done(press(self.as_(name), at, to, **typed))


@pytest.fixture
def town(
    app: Flask, session: Session, world: World, new_client: Callable[[], FlaskClient], sink: MailSink
) -> Iterator[Town]:
    """The town, in English; in the end nothing that was promised is broken."""
    for person in world.people.values():
        person.language = "en"
    yield Town(app, session, world, in_english(session, new_client, world), sink, new_client)
    session.commit()
    findings = checks.recount_all(session, store=world.store, now=clock.now())
    assert sum(finding.checked for finding in findings) > 10
    assert checks.all_hold(findings), list(checks.lines(findings))


@dataclass
class Receipt:
    """What a reporter takes away."""

    number: str
    pin: str
    page: str  # path of the secret link


def done(answer: object) -> str:
    """The address to which a form that was taken leads."""
    assert answer.status_code == 303, text_of(answer.text)  # type: ignore[attr-defined]
    return str(answer.location)  # type: ignore[attr-defined]


def photo(name: str, colour: str = "red") -> tuple[io.BytesIO, str]:
    return io.BytesIO(stories.picture(colour)), name


def link_on(page: str, word: str) -> str:
    """Where the link or button that says `word` leads."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*{re.escape(word)}', page, flags=re.DOTALL)
    assert found, f"no link says {word}"
    return html.unescape(found.group(1))


def place_chosen(page: str) -> str:
    """The place that the form proposes by itself."""
    found = re.search(r'<option selected value="(\d+)"', page)
    assert found
    return found.group(1)


def receipt_of(page: str) -> Receipt:
    """Number, PIN and link as they stand on a receipt."""
    words = text_of(page)
    number = re.search(r"Number (\d{4}-\d{7})", words)
    pin = re.search(r"PIN (\d{3} \d{3})", words)
    link = re.search(r"http://localhost(/t/\S+)", words)
    assert number
    assert pin
    assert link
    return Receipt(number[1], pin[1], link[1])


def report(client: FlaskClient, code: str, sentence: str) -> Receipt:
    """Somebody scans a code, follows the large button, sends a sentence and a photo, and keeps the receipt."""
    place = client.get(f"/p/{code}")
    assert "河柏小区 3号楼 2单元" in text_of(place.text)
    at = link_on(place.text, "Report a fault")
    proposed = place_chosen(client.get(at).text)
    answer = press(client, at, at, category="lights", description=sentence, place=proposed, photos=[photo("黑.jpg")])
    return receipt_of(client.get(done(answer)).text)


def send_zhao(town: Town, number: str) -> None:
    """The dispatcher sees the report in the queue and sends worker Zhao, who reads of it."""
    page = f"/tickets/{number}"
    queue = town.as_("dispatcher_mei").get("/queue")
    assert f'href="{page}"' in queue.text
    assert "nobody yet" in text_of(queue.text)
    town.press("dispatcher_mei", page, f"{page}/assign", assignee_id=town.world.worker_zhao.id, note="带梯子")
    assert f"Job {number} was given to you." in town.read("worker_zhao", "/inbox")
    assert "带梯子" in town.read("worker_zhao", page)


def repair(town: Town, number: str, note: str) -> None:
    """Worker Zhao begins with a photo, and is done with another one, from the list of jobs."""
    page = f"/tickets/{number}"
    assert "1 to do" in town.read("worker_zhao", "/jobs")
    town.press("worker_zhao", "/jobs", f"{page}/start", before=[photo("前.jpg")])
    town.press("worker_zhao", "/jobs", f"{page}/complete", note=note, after=[photo("后.jpg", "green")])
    assert "Done, waiting for the reporter" in town.read("worker_zhao", "/jobs")


def test_a_resident_without_an_account_gets_a_dark_staircase_lit(town: Town) -> None:
    lin = town.passer_by()
    kept = report(lin, town.world.code, "三楼楼道灯不亮")
    assert town.letters() == [("mei@example.org", f"New report {kept.number}: nobody has been sent yet.")]

    send_zhao(town, kept.number)
    assert town.letters() == [("zhao@example.org", f"Job {kept.number} was given to you.")]
    assert "赵师傅 of 安居物业 will come." in text_of(lin.get(kept.page).text)

    repair(town, kept.number, "换了灯泡")
    told = lin.get(kept.page).text
    assert "It is repaired, says 赵师傅 of 安居物业. Is it? Please tell us." in text_of(told)
    assert "换了灯泡" in told
    pictures = set(re.findall(r'src="([^"]+/photos/[^"]+)"', told))
    assert len(pictures) == 3  # as reported, before, after
    for picture in pictures:
        assert lin.get(html.unescape(picture)).mimetype.startswith("image/")

    done(press(lin, kept.page, f"{kept.page}/confirm", stars="5", note="谢谢"))
    assert "You said that it is fixed. Thank you." in text_of(lin.get(kept.page).text)
    assert f"The reporter confirmed repair {kept.number}." in town.read("worker_zhao", "/inbox")
    assert kept.number not in town.read("dispatcher_mei", "/queue")
    assert "5 of 5" in town.read("dispatcher_mei", f"/tickets/{kept.number}")
    assert town.letters() == []


def test_not_fixed_goes_on_and_keeps_the_first_verdict(town: Town) -> None:
    """With number and PIN instead of the link, on another device, as they are read over the telephone."""
    kept = report(town.passer_by(), town.world.code, "门禁打不开")
    send_zhao(town, kept.number)
    repair(town, kept.number, "调了门禁")
    town.letters()

    at_home = town.passer_by()
    page = done(press(at_home, "/track", "/track", number=kept.number.replace("-", " "), pin=kept.pin))
    assert page == kept.page
    done(press(at_home, page, f"{page}/reopen", note="还是打不开", photos=[photo("门.jpg", "blue")]))
    assert "赵师傅 of 安居物业 will come." in text_of(at_home.get(page).text)
    again = f"Repair {kept.number} was reopened: it is not fixed."
    assert town.letters() == [("mei@example.org", again)]
    assert again in town.read("worker_zhao", "/inbox")
    assert "reopened once" in town.read("dispatcher_mei", "/queue?reopened=1")

    repair(town, kept.number, "换了锁芯")
    done(press(at_home, page, f"{page}/confirm", stars="3"))
    staff = town.read("dispatcher_mei", f"/tickets/{kept.number}")
    for words in ("还是打不开", "调了门禁", "换了锁芯", "3 of 5", "after reopening 1"):
        assert words in staff
    assert staff.count("in time") == 4  # to respond, to be there, and both runs to repair


def test_a_caller_is_written_down_and_answers_with_number_and_pin(town: Town) -> None:
    intake = f"/intake?community={town.world.community.id}"
    told = {"place": town.world.entrance.id, "category": "water", "description": "二楼漏水", "spot": "201",
            "name": "王奶奶", "phone": "13912345678", "call_back": "y"}  # fmt: skip
    read_out = town.press("dispatcher_mei", "/intake", intake, **told)
    words = town.read("dispatcher_mei", read_out)
    number, pin = re.search(r"report (\d{4}-\d{7})", words), re.search(r"PIN (\d{3} \d{3})", words)
    assert number
    assert pin
    assert town.letters() == []  # she knows: she wrote it down herself

    send_zhao(town, number[1])
    job = town.read("worker_zhao", "/jobs")
    for fact in ("二楼漏水", "201", "王奶奶", "139 1234 5678", "asked for a call back"):
        assert fact in job
    repair(town, number[1], "换了接头")

    wang = town.passer_by()
    page = done(press(wang, "/track", "/track", number=number[1], pin=pin[1]))
    done(press(wang, page, f"{page}/confirm", stars="4"))
    assert "written down for a caller by 梅调度" in town.read("dispatcher_mei", f"/tickets/{number[1]}")
    assert "4 of 5" in town.read("dispatcher_mei", f"/tickets/{number[1]}")


def test_a_signed_in_resident_is_told_and_answers_by_the_account(town: Town) -> None:
    proposed = place_chosen(town.as_("resident_lin").get("/report").text)
    action = f"/report?place={town.world.entrance.id}"
    receipt = town.press("resident_lin", "/report", action, category="lights", description="灯闪", place=proposed)
    number = receipt_of(town.as_("resident_lin").get(receipt).text).number
    mine = f"/reports/{number}"
    assert number in town.read("resident_lin", "/reports")

    send_zhao(town, number)
    repair(town, number, "换了镇流器")
    asked = f"Your report {number} is repaired, we are told. Is it? Please confirm or reopen."
    assert ("lin@example.org", asked) in town.letters()
    inbox = town.read("resident_lin", "/inbox")
    for sentence in (asked, f"Work on your report {number} has begun.", f"Somebody was sent for your report {number}."):
        assert sentence in inbox

    for stranger in ("neighbour_wu", "far_resident"):
        assert town.as_(stranger).get(mine).status_code == 404
    town.press("resident_lin", mine, f"{mine}/confirm", stars="5")
    assert "You said that it is fixed. Thank you." in town.read("resident_lin", mine)
    assert f"The reporter confirmed repair {number}." in town.read("worker_zhao", "/inbox")


@pytest.fixture
def roof(session: Session, world: World) -> Asset:
    """The roof, renovated by the contractor two years ago and labelled; who holds the claim is the street office."""
    works = renovated.furnish(session, world)
    works.roof.contractor_id = world.contractor.id
    works.roof.accepted_on = clock.local_date(clock.now()) - timedelta(days=730)
    session.flush()
    world.contractor_deng.email = "deng@example.org"
    return renovated.part(session, works, name="3号楼屋面")


def test_a_roof_leaks_under_warranty_and_its_contractor_repairs_it_after_refusing(town: Town, roof: Asset) -> None:
    contractor = town.world.contractor.name
    code = draw_part_code(town.session, asset_id=roof.id, actor_id=None, now=clock.now()).code
    town.session.commit()
    neighbour = town.passer_by()
    at = link_on(neighbour.get(f"/p/{code}").text, "Report a fault")
    place = place_chosen(neighbour.get(at).text)
    told = {"category": "leak", "description": "顶层漏水", "phone": "13912345678", "name": "王奶奶"}
    sent = press(neighbour, at, at, place=place, photos=[photo("漏.jpg")], **told)
    kept = receipt_of(neighbour.get(done(sent)).text)
    town.letters()

    page, referral = f"/tickets/{kept.number}", f"/referrals/{kept.number}"
    seen = town.read("dispatcher_mei", page)
    for words in ("Under warranty", "3号楼屋面", "days left", "To be paid by the contractor"):
        assert words in seen
    assert f"{contractor} built it" in town.read("dispatcher_mei", f"{page}/refer")
    assert "Under warranty" in town.read("dispatcher_mei", "/queue")
    assert town.as_("contractor_deng").get(referral).status_code == 404
    town.press("dispatcher_mei", page, f"{page}/refer", organisation_id=town.world.contractor.id)
    assert town.letters() == [
        ("deng@example.org", f"Repair {kept.number} was referred to you. Please accept or refuse it in time.")
    ]
    assert f"A warranty claim of yours, {kept.number}, was referred" in town.read("clerk_jie", "/inbox")
    assert f"It was referred to {contractor}" in text_of(neighbour.get(kept.page).text)

    assert "To answer 1" in town.read("contractor_deng", "/")
    offered = town.read("contractor_deng", referral)
    for words in ("顶层漏水", "Under warranty", "at least 60 months", "An answer is due by"):
        assert words in offered
    for masked in ("王奶奶", "139 1234 5678"):
        assert masked not in offered
    town.press("contractor_deng", referral, f"{referral}/refuse", note="属于住户装修损坏")
    assert town.letters() == [
        ("mei@example.org", f"The referral of {kept.number} was refused. The reason is on its page.")
    ]
    assert "属于住户装修损坏" in town.read("dispatcher_mei", page)
    assert "属于住户装修损坏" not in text_of(neighbour.get(kept.page).text)

    town.press(
        "dispatcher_mei", page, f"{page}/refer", organisation_id=town.world.contractor.id, note="现场为防水层老化"
    )
    assert "Referred once more" in town.read("contractor_deng", referral)
    town.press("contractor_deng", referral, f"{referral}/accept")
    assert "139 1234 5678" in town.read("contractor_deng", referral)
    assert f"邓承建 of {contractor} will come." in text_of(neighbour.get(kept.page).text)
    town.press("contractor_deng", referral, f"{referral}/start", before=[photo("前.jpg")])
    town.press("contractor_deng", referral, f"{referral}/complete", note="重做防水", after=[photo("后.jpg", "green")])

    done(press(neighbour, kept.page, f"{kept.page}/confirm", stars="4"))
    ended = town.read("contractor_deng", referral)
    assert "repaired and closed" in ended
    assert "139 1234 5678" not in ended
    assert "4 of 5" in town.read("dispatcher_mei", page)
    assert town.read("dispatcher_mei", f"/queue?part={roof.id}&state=all").count(kept.number) == 1
