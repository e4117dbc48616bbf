"""One fault from the code on the label to "it is fixed", in a real browser at phone size, with scripts and without."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest
from babel.support import Translations
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import func, select

from propman.tickets.models import Attachment, Ticket
from propman.translations import FOLDER, compile_catalogues
from tests import stories
from tests.browser.house import DESK, PHONE, House, Visitors
from tests.world import PASSWORD

SENTENCE = "三楼楼道灯不亮"
compile_catalogues()  # a fresh checkout has none before the first application
zh = Translations.load(FOLDER, ["zh"]).gettext
with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@dataclass
class Thumb:
    """Touches a page, and counts how often."""

    page: Page
    taps: int = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def leave(self, by: Locator) -> None:
        """Tap what leads to another page, or sends a form, and wait for the answer."""
        with self.page.expect_navigation():
            self.tap(by)

    def leave_by(self, words: str) -> None:
        """The button with these words."""
        self.leave(self.page.locator(".button", has_text=words).locator("visible=true").first)

    def say(self, label: str, words: str) -> None:
        """Tap into a field and type."""
        self.tap(self.page.get_by_label(label).locator("visible=true"))
        self.page.keyboard.insert_text(words)


def number_on(page: Page) -> str:
    """The number on a receipt."""
    found = re.search(r"\d{4}-\d{7}", page.locator("main").inner_text())
    assert found
    return found.group()


def how_many_tickets(house: House) -> int:
    with house.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def picture(name: str, data: bytes | None = None) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or stories.picture()}


def person_sent(page: Page) -> str:
    """Whom the facts of a report name as the person sent."""
    sent = page.locator(".facts div", has=page.locator("dt", has_text=zh("Person sent")))
    return sent.locator("dd").inner_text()


def assign_zhao(visitors: Visitors, number: str, *, scripts: bool) -> None:
    """The dispatcher finds the report in the queue and sends worker Zhao."""
    page = visitors.open("dispatcher_mei", scripts=scripts)
    page.goto("/queue")
    thumb = Thumb(page)
    thumb.leave(page.locator("tr", has_text=number).get_by_role("link"))
    page.locator("#send select").select_option(label="赵师傅")
    thumb.leave(page.locator("#send button", has_text=zh("Assign")))
    assert person_sent(page) == "赵师傅"


def repair(visitors: Visitors, number: str, *, scripts: bool) -> None:
    """Worker Zhao begins by one touch, and is done with a photo and a sentence."""
    page = visitors.open("worker_zhao", scripts=scripts)
    page.goto("/jobs")
    thumb = Thumb(page)
    job = page.locator(".job", has_text=number)
    thumb.leave(job.get_by_role("button", name=zh("Start work")))
    assert page.url.startswith(f"{visitors.house.base}/jobs")
    thumb.tap(job.locator("summary", has_text=zh("Complete")).locator("visible=true"))
    job.get_by_label(zh("What was done?")).fill("换了灯泡")
    job.locator("input[name=after]").set_input_files(picture("后.jpg"))
    thumb.leave(job.get_by_role("button", name=zh("Complete")))
    assert zh("Done, waiting for the reporter") in page.locator("main").inner_text()


@with_and_without_scripts
def test_one_fault_from_the_label_to_it_is_fixed(visitors: Visitors, community: tuple[int, str], scripts: bool) -> None:
    lin = visitors.open(scripts=scripts)
    lin.goto(f"/p/{community[1]}")
    thumb = Thumb(lin)
    thumb.leave_by(zh("Report a fault"))
    thumb.tap(lin.get_by_role("radio", name="楼道灯"))
    thumb.say(zh("Say it in a sentence"), SENTENCE)
    lin.locator("input[name=photos]").set_input_files(picture("黑.jpg"))
    thumb.leave_by(zh("Send report"))
    number = number_on(lin)

    assign_zhao(visitors, number, scripts=scripts)
    repair(visitors, number, scripts=scripts)

    thumb.leave_by(zh("See how it goes on"))
    assert SENTENCE in lin.locator("main").inner_text()
    assert "换了灯泡" in lin.locator("main").inner_text()
    assert lin.locator("img[src*=photos]").count() == 2
    thumb.tap(lin.locator("#answer summary", has_text=zh("It is fixed")).first)
    thumb.tap(lin.get_by_role("radio", name=zh("very good")))
    thumb.leave_by(zh("Send: it is fixed"))
    assert zh("You said that it is fixed. Thank you.") in lin.locator(".so").inner_text()


@with_and_without_scripts
def test_four_taps_and_a_sentence_lead_from_the_place_page_to_the_receipt(
    house: House, visitors: Visitors, scripts: bool
) -> None:
    page = visitors.open(scripts=scripts)
    page.goto(house.at("/p/{code}"))
    thumb = Thumb(page)
    thumb.leave_by(zh("Report a fault"))
    thumb.tap(page.get_by_role("radio", name="楼道灯"))
    thumb.say(zh("Say it in a sentence"), SENTENCE)
    thumb.leave_by(zh("Send report"))

    assert page.url.endswith("/receipt")
    assert number_on(page)
    assert thumb.taps <= 4


@with_and_without_scripts
def test_elder_view_leads_from_screen_to_screen_to_the_same_receipt(
    house: House, visitors: Visitors, scripts: bool
) -> None:
    page = visitors.open(scripts=scripts, view="elder")
    page.goto(house.at("/p/{unmanaged_code}"))
    thumb, here = Thumb(page), "what"
    thumb.leave_by(zh("Report a fault"))
    thumb.tap(page.get_by_role("radio", name="楼道灯"))
    for step in ("words", "where", "who"):
        thumb.tap(page.locator(f"#{here}").get_by_role("link", name=zh("Continue")))
        here = step
        box = page.locator(f"#{step}").bounding_box()
        assert box is not None
        assert abs(box["y"]) < PHONE[1] / 4 or step == "who"  # the last one ends with the page
        if step == "words":
            thumb.say(zh("Say it in a sentence"), SENTENCE)
    thumb.leave_by(zh("Send report"))
    assert page.url.endswith("/receipt")
    assert number_on(page)


def fill_in(page: Page, house: House) -> Locator:
    """Fill in the report of a place without any; gives the button that sends it."""
    page.goto(house.at("/p/{unmanaged_code}/report"))
    page.get_by_role("radio", name="楼道灯").tap()
    page.get_by_label(zh("Say it in a sentence")).fill(SENTENCE)
    return page.locator("button", has_text=zh("Send report"))


@with_and_without_scripts
def test_two_quick_touches_of_send_make_one_report(house: House, visitors: Visitors, scripts: bool) -> None:
    page = visitors.open(scripts=scripts)
    send, before, sent = fill_in(page, house), how_many_tickets(house), list[str]()
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    send.dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile("/receipt$"))  # wait_for_url would stumble over the way the second touch ends
    page.wait_for_load_state("networkidle")
    assert how_many_tickets(house) == before + 1
    assert len(sent) == 1 or not scripts


@with_and_without_scripts
def test_a_report_whose_answer_was_lost_is_sent_again_and_stays_one(
    house: House, visitors: Visitors, scripts: bool
) -> None:
    page = visitors.open(scripts=scripts)
    page.clock.install()
    send, before, receipts = fill_in(page, house), how_many_tickets(house), list[str]()

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or receipts:
            return route.fallback()
        receipts.append(route.fetch(max_redirects=0).headers["location"])
        return route.abort("aborted")

    page.route("**/report", lose_the_first)
    with page.expect_event("requestfailed"):
        send.tap(no_wait_after=True)
    assert how_many_tickets(house) == before + 1
    page.clock.fast_forward(16_000)  # then page.js lets the form be sent again
    with page.expect_navigation():
        send.tap()
    assert page.url == house.base + receipts[0]
    assert how_many_tickets(house) == before + 1


def test_a_large_photo_is_shrunk_on_the_phone_before_it_is_sent(house: House, visitors: Visitors) -> None:
    held = io.BytesIO()
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(held, "JPEG", quality=95)
    page = visitors.open()
    page.goto(house.at("/p/{unmanaged_code}/report"))
    page.get_by_role("radio", name="楼道灯").tap()
    page.locator("input[name=photos]").set_input_files(picture("大.jpg", held.getvalue()))
    page.locator(".chosen canvas").wait_for()
    with page.expect_request(lambda request: request.method == "POST") as sending:
        page.locator("button", has_text=zh("Send report")).tap()
    page.wait_for_url("**/receipt")

    assert int(sending.value.all_headers()["content-length"]) < len(held.getvalue()) / 2
    with house.session() as session:
        newest = session.scalars(select(Attachment).order_by(Attachment.id.desc()).limit(1)).one()
        assert (newest.photo.width, newest.photo.height) == (1600, 1200)
        assert newest.file_name is not None
        assert newest.file_name.body == "大.jpg"


# --- by keyboard alone ---


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on `selector`, and see that it shows there."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            assert page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
            ), f"{selector} has the focus and does not show it"
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def test_keyboard_alone_signs_in_finds_the_report_and_sends_somebody(house: House, visitors: Visitors) -> None:
    with house.session() as session:
        number = stories.report(session, house.world, description="键盘").number
        session.commit()
    page = visitors.open(size=DESK)
    page.goto("/sign-in?next=/queue")
    tab_to(page, "input[name=who]")
    page.keyboard.type(house.world.dispatcher_mei.phone or "")
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.base}/queue")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")  # over the heading and the menu
    for _row in range(60):
        if page.evaluate("document.activeElement.getAttribute('href')") == f"/tickets/{number}":
            break
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{number}")

    tab_to(page, "#send select")
    while page.evaluate("document.activeElement.selectedOptions[0].text") != "赵师傅":
        page.keyboard.press("ArrowDown")
    tab_to(page, "#send button", most=3)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert person_sent(page) == "赵师傅"
