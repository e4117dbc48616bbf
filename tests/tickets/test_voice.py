"""What is said in a voice note instead of words: with a report and its moves, who hears it, and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.checks import recount_all
from propman.config import Settings
from propman.errors import Refused
from propman.tickets import operations
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action, State
from propman.voice.models import VoiceNote
from propman.voice.operations import delete_erased_voices
from tests import stories
from tests import world as worlds
from tests.tickets import incidents, referrals, talks
from tests.tickets.buttons import Sign, press, text_of
from tests.tickets.links import link
from tests.voice.samples import encoded, spoken, wav
from tests.world import World

PLAYER = re.compile(r'<audio controls preload="none" src="([^"]+)" aria-label="Voice note, 2 s">')


def recording(data: bytes | None = None) -> tuple[io.BytesIO, str]:
    """As a form brings it."""
    return io.BytesIO(encoded("webm") if data is None else data), "语音.webm"


def say(session: Session, world: World, ticket: Ticket, act: Callable[..., TicketEvent], **told: Any) -> TicketEvent:
    """Whoever holds the link says it in a voice note, without a word written."""
    return act(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=clock.now(),
               note="", store=world.store, voice=spoken(), **told)  # fmt: skip


def kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(VoiceNote.id))) or 0


def broken(session: Session, world: World) -> list[str]:
    found = recount_all(session, store=world.store, now=clock.now())
    return [f"{each.id}: {line}" for each in found for line in each.broken]


# --- what it stands for ---


def test_voice_note_alone_reports_answers_adds_and_reopens(session: Session, world: World) -> None:
    ticket = stories.report(session, world, description="", voice=spoken())
    talks.ask(session, world, ticket)
    said = [say(session, world, ticket, operations.answer), say(session, world, ticket, operations.add)]
    stories.complete(session, world, ticket)
    said.append(say(session, world, ticket, operations.reopen))
    assert [event.action for event in said] == [Action.ANSWER, Action.ADD, Action.REOPEN]
    assert all(event.voice and event.voice.seconds == 2 and event.note is None for event in said)
    assert session.scalar(select(func.count(VoiceNote.id))) == 4
    assert broken(session, world) == []


def test_without_words_or_voice_nothing_is_said(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="add a photo or a voice note"):
        stories.report(session, world, description="")
    ticket = stories.complete(session, world, stories.report(session, world))
    told = {"ticket": ticket, "viewer": stories.holder(ticket), "seen_version": ticket.version, "now": clock.now()}
    for act, sentence in ((operations.add, "a voice note"), (operations.reopen, "Please say why")):
        with pytest.raises(Refused, match=sentence):
            act(session, note="", store=world.store, **told)
    assert kept(session) == 0


def test_erasing_a_report_erases_what_was_spoken(
    session: Session, world: World, client: FlaskClient, settings: Settings
) -> None:
    ticket = stories.report(session, world, description="", voice=spoken())
    page = worlds.in_english(client).get(link(settings, ticket)).text
    [address] = PLAYER.findall(page)
    assert client.get(address).status_code == 200
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    assert client.get(address).status_code == 404
    page = client.get(link(settings, ticket)).text
    assert "The voice note was erased." in page
    assert "<audio" not in page
    assert delete_erased_voices(session, world.store, now=clock.now()) == 1
    assert broken(session, world) == []


# --- sent with a form, as without JavaScript ---


def form_at(client: FlaskClient, address: str) -> dict[str, Any]:
    """What the report form at `address` sends by itself, with a category."""
    page = client.get(address).text
    [place] = re.findall(r'<option selected value="(\d+)"', page)
    return {"csrf_token": worlds.token_of(page), "key": worlds.value_of(page, "key"), "category": "lights",
            "place": place}  # fmt: skip


def test_recording_of_a_telephone_is_a_report_and_is_played_in_parts(
    session: Session, world: World, client: FlaskClient, settings: Settings
) -> None:
    address = f"/p/{world.code}/report"
    form = form_at(worlds.in_english(client), address)
    sent = client.post(address, data=form | {"voice": recording()})
    again = client.post(address, data=form | {"voice": recording()})
    other = client.post(address, data=form | {"voice": recording(wav(1))})
    assert (sent.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert sent.location == again.location
    assert "already sent with other content" in other.text
    ticket = session.scalars(select(Ticket)).one()
    [address] = PLAYER.findall(client.get(link(settings, ticket)).text)

    whole = client.get(address)
    assert (whole.status_code, whole.mimetype, whole.headers["Accept-Ranges"]) == (200, "audio/mp4", "bytes")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    size = len(whole.data)
    for asked, status, part, told in (
        ("bytes=0-1", 206, whole.data[:2], f"bytes 0-1/{size}"),
        ("bytes=100-", 206, whole.data[100:], f"bytes 100-{size - 1}/{size}"),
        ("bytes=-5", 206, whole.data[-5:], f"bytes {size - 5}-{size - 1}/{size}"),
        (f"bytes={size}-", 416, b"", f"bytes */{size}"),
    ):
        answer = client.get(address, headers={"Range": asked})
        assert (answer.status_code, answer.data, answer.headers.get("Content-Range")) == (status, part, told), asked
    assert kept(session) == 1


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"", 422, "The voice note is empty."),
        (b"GIF89a", 415, "This is not a voice note that can be played here."),
        (wav(60.6, rate=2_000), 422, "The voice note lasts 61 seconds; 60 can be sent."),
    ],
)
def test_what_is_no_voice_note_is_named_and_the_rest_is_kept(
    session: Session, world: World, client: FlaskClient, settings: Settings, data: bytes, status: int, sentence: str
) -> None:
    reopened = stories.complete(session, world, stories.report(session, world))
    page = link(settings, reopened)
    typed = {"note": "还是不亮", "voice": recording(data)}
    address = f"/p/{world.code}/report"
    form = form_at(worlds.in_english(client), address)
    for answer in (
        press(client, page, f"{page}/reopen", **typed),
        client.post(address, data=form | {"description": "还是不亮", "voice": recording(data)}),
    ):
        assert answer.status_code == status
        assert sentence in answer.text
        assert ">\r\n还是不亮</textarea>" in answer.text
        assert "please record it again" in answer.text
    session.rollback()
    session.refresh(reopened)
    assert reopened.state is State.COMPLETED
    assert session.scalar(select(func.count(Ticket.id))) == 1
    assert kept(session) == 0


def test_elder_view_offers_the_voice_note_before_the_words(client: FlaskClient, world: World) -> None:
    address = f"/p/{world.code}/report"
    token = worlds.token_of(client.get(address).text)
    order = {}
    for view in ("normal", "elder"):
        client.post("/settings/view", data={"view": view, "csrf_token": token})
        page = client.get(address).text
        order[view] = page.index('name="voice"') < page.index('name="description"')
        assert 'accept="audio/*" aria-describedby="voice-hint" capture' in page
    assert order == {"normal": False, "elder": True}


# --- who hears it ---


def test_staff_hear_it_where_they_read_the_words(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.assign(session, world, stories.report(session, world, description="", voice=spoken()))
    say(session, world, ticket, operations.add)
    mei, zhao = signed_in("dispatcher_mei"), signed_in("worker_zhao")
    shown = PLAYER.findall(mei.get(f"/tickets/{ticket.number}").text)
    assert len(shown) == 2
    assert PLAYER.findall(zhao.get("/jobs").text) == shown[:1]
    assert [zhao.get(address).status_code for address in shown] == [200, 200]
    assert "2 s, to be heard on the page of this report" in text_of(mei.get(f"/tickets/{ticket.number}/sheet").text)
    assert [signed_in("far_dispatcher").get(address).status_code for address in shown] == [404, 404]


def test_whom_it_is_referred_to_hears_the_report_and_nothing_said_before(
    session: Session, world: World, signed_in: Sign
) -> None:
    now = clock.now()
    ticket = referrals.leak(session, world, description="", voice=spoken(), now=now)
    before = say(session, world, ticket, operations.add)
    referrals.refer(session, world, ticket, now=clock.now())
    during = say(session, world, ticket, operations.add)
    deng, page = signed_in("contractor_deng"), f"/referrals/{ticket.number}"
    shown = PLAYER.findall(deng.get(page).text)
    assert len(shown) == 2
    assert shown[1] == f"{page}/voice/{during.voice.key if during.voice else ''}"
    assert [deng.get(address).status_code for address in shown] == [200, 200]
    assert deng.get(f"{page}/voice/{before.voice.key if before.voice else ''}").status_code == 404


def test_households_never_hear_each_other_and_who_dispatches_hears_all(
    session: Session, world: World, client: FlaskClient, settings: Settings, signed_in: Sign
) -> None:
    lead, merged = incidents.burst(session, world, 2, voice=spoken())
    said = say(session, world, lead, operations.add)
    assert said.voice is not None
    heard = PLAYER.findall(signed_in("dispatcher_mei").get(f"/tickets/{lead.number}").text)
    assert [address.split("/voice/")[0] for address in heard] == [
        f"/tickets/{number}" for number in (lead.number, merged.number, lead.number)
    ]
    page = link(settings, merged)
    assert len(PLAYER.findall(worlds.in_english(client).get(page).text)) == 1  # its own
    assert client.get(f"{page}/voice/{said.voice.key}").status_code == 404
    assert client.get(f"{link(settings, lead)}/voice/{said.voice.key}").status_code == 200
