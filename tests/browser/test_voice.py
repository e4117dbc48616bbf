"""A voice note from the microphone to the page on which it is played; and where the microphone is refused."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import House, Visitors
from tests.voice.samples import encoded

PLAYED = """(player) => {
  player.muted = true;
  return player.play().then(() => new Promise((done) => player.addEventListener("timeupdate", done, {once: true})))
    .then(() => player.duration);
}"""


def reporting(visitors: Visitors, code: str, *, scripts: bool = True) -> Page:
    page = visitors.open(scripts=scripts, language="en")
    page.goto(f"/p/{code}/report")
    page.locator("[name=category][value=lights]").check(force=True)
    return page


def played(page: Page) -> float:
    """Send the report; how many seconds the voice note on its page lasts, once it has begun to play there."""
    page.get_by_role("button", name="Send report").tap()
    page.wait_for_url("**/receipt")
    page.goto(page.url.removesuffix("/receipt"))
    player = page.get_by_label(re.compile(r"^Voice note, \d+ s$"))
    expect(player).to_have_count(1)
    return float(player.evaluate(PLAYED))


def test_recorded_listened_to_recorded_again_sent_and_played(
    house: House, visitors: Visitors, community: tuple[int, str]
) -> None:
    page = reporting(visitors, community[1])
    page.context.grant_permissions(["microphone"], origin=house.base)
    field = page.locator(".field", has=page.locator("[name=voice]"))
    for words in ("Record a voice note", "Record it again"):
        field.get_by_role("button", name=words).tap()
        expect(field.get_by_role("timer")).to_have_text("Recording: 1 of 60 seconds")
        field.get_by_role("button", name="Stop").tap()
        expect(field.get_by_role("status")).to_have_text("Recorded. Listen to it, or send it with the form.")
    assert field.locator("audio").evaluate(PLAYED)
    field.get_by_role("button", name="Throw the recording away").tap()
    assert page.locator("[name=voice]").evaluate("(input) => input.files.length") == 0
    field.get_by_role("button", name="Record a voice note").tap()
    expect(field.get_by_role("timer")).to_have_text("Recording: 1 of 60 seconds")  # and is sent while it goes on
    assert 0.9 < played(page) < 8


def test_where_the_microphone_is_refused_the_page_says_what_to_do(
    visitors: Visitors, community: tuple[int, str]
) -> None:
    page = reporting(visitors, community[1])
    field = page.locator(".field", has=page.locator("[name=voice]"))
    field.get_by_role("button", name="Record a voice note").tap()
    expect(field.get_by_role("status")).to_contain_text("The microphone cannot be used here.")
    page.locator("[name=voice]").set_input_files({"name": "a.amr", "mimeType": "audio/amr", "buffer": encoded("amr")})
    assert played(page) == pytest.approx(2, abs=0.2)


def test_without_scripts_a_recording_of_the_telephone_is_sent(visitors: Visitors, community: tuple[int, str]) -> None:
    page = reporting(visitors, community[1], scripts=False)
    page.locator("[name=voice]").set_input_files({"name": "a.m4a", "mimeType": "audio/mp4", "buffer": encoded("m4a")})
    page.get_by_role("button", name="Send report").tap()
    page.wait_for_url("**/receipt")
    page.goto(page.url.removesuffix("/receipt"))
    expect(page.get_by_label("Voice note, 2 s")).to_have_count(1)
