"""Reporting from the code on a label and signed in, by HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.accounts.operations import add_membership
from propman.communities.operations import close_place, revoke_code
from propman.files.models import Photo
from propman.roles import NOBODY, Role
from propman.throttle import Counter
from propman.tickets.models import Attachment, Channel, Ticket
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.tickets.buttons import text_of
from tests.world import World


def send(client: FlaskClient, address: str, **answers: Any) -> TestResponse:
    """Open the form at `address`, fill it in and send it; `key` in `answers` replaces the form's own."""
    page = client.get(address)
    form = {
        "csrf_token": worlds.token_of(page.text), "key": worlds.value_of(page.text, "key"), "category": "lights",
        "place": chosen(page.text), "description": "三楼楼道灯不亮", **answers,
    }  # fmt: skip
    return client.post(address, data={name: value for name, value in form.items() if value is not None})


def chosen(page: str) -> str:
    """The value that the select of the page offers by itself."""
    found = re.search(r'<option selected value="(\d+)"', page)
    assert found, "no place is chosen"
    return found.group(1)


def photo(data: bytes, name: str = "漏水.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def only_ticket(session: Session) -> Ticket:
    session.rollback()
    return session.scalars(select(Ticket)).one()


def how_many(session: Session, model: type[Any] = Ticket) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_code_sentence_and_category_make_a_ticket_and_show_its_receipt(
    world: World, client: FlaskClient, session: Session
) -> None:
    answer = send(client, f"/p/{world.code}/report")

    assert answer.status_code == 303
    ticket = only_ticket(session)
    assert (ticket.channel, ticket.category, ticket.place_id) == (Channel.CODE, "lights", world.entrance.id)
    assert ticket.description is not None
    assert ticket.description.body == "三楼楼道灯不亮"
    receipt = client.get(answer.headers["Location"])
    assert ticket.number in receipt.text
    assert re.search(r"\d{3} \d{3}", receipt.text)
    assert "<svg" in receipt.text


def test_receipt_says_by_when_somebody_is_there_and_promises_one_repair(world: World, client: FlaskClient) -> None:
    answer = send(client, f"/p/{world.code}/report", category="water", description="水管爆了")
    told = text_of(worlds.in_english(client).get(answer.headers["Location"]).text)
    assert "Somebody there:" in told
    assert told.count("It is repaired") == 1


def test_place_comes_from_the_label_and_can_be_changed_within_the_community_only(
    world: World, client: FlaskClient, session: Session
) -> None:
    worlds.in_english(client)
    outdoors = send(client, f"/p/{world.code}/report", place=str(world.community.id))
    assert outdoors.status_code == 303
    assert only_ticket(session).place_id == world.community.id

    for foreign in (world.far_entrance.id, world.county.id, 10**30, "x", ""):
        refused = send(client, f"/p/{world.code}/report", place=str(foreign))
        assert refused.status_code == 422, foreign
        assert "Please choose where it is." in refused.text
    assert how_many(session) == 1


@pytest.mark.parametrize(
    ("answers", "status", "sentence"),
    [
        ({"category": None}, 422, "Please choose what is broken."),
        ({"category": "made_up"}, 422, "Please choose what is broken."),
        ({"description": " "}, 422, "Please say in a sentence what is broken, or add a photo or a voice note."),
        (
            {"description": "\u200b\u2060"},
            422,
            "Please say in a sentence what is broken, or add a photo or a voice note.",
        ),
        ({"description": "长" * 2001}, 422, "Please keep it to 2000 characters."),
        ({"spot": "长" * 81}, 422, "Please keep it to 80 characters."),
        ({"name": "长" * 61}, 422, "Please keep it to 60 characters."),
        ({"phone": "12"}, 422, "12 is not a telephone number."),
        ({"phone": "1" * 50}, 422, "Please keep it to 40 characters."),
        ({"call_back": "y"}, 422, "To be called we need a telephone number."),
        ({"key": "short"}, 400, "This form has lost its key."),
    ],
)
def test_wrong_value_is_named_kept_and_stores_nothing(
    world: World, client: FlaskClient, session: Session, answers: dict[str, Any], status: int, sentence: str
) -> None:
    worlds.in_english(client)
    answers = {"spot": "东门旁边", **answers}

    refused = send(client, f"/p/{world.code}/report", **answers)

    assert refused.status_code == status
    assert sentence in refused.text
    for typed in answers.values():
        assert typed in {None, "y", "short", "made_up", " "} or typed in refused.text
    assert how_many(session) == how_many(session, Counter) == 0


def test_photo_alone_is_enough_and_keeps_its_name(world: World, client: FlaskClient, session: Session) -> None:
    answer = send(client, f"/p/{world.code}/report", description="", photos=[photo(stories.picture())])

    assert answer.status_code == 303
    attachment = session.scalars(select(Attachment)).one()
    assert attachment.file_name is not None
    assert attachment.file_name.body == "漏水.jpg"


@pytest.mark.parametrize(
    ("photos", "status"),
    [([b"no photo"], 415), ([b""], 422), ([stories.picture()] * 6, 422), ([stories.picture(), b"<svg/>"], 415)],
)
def test_photo_that_is_none_or_one_too_many_is_refused_and_nothing_stored(
    world: World, client: FlaskClient, session: Session, photos: list[bytes], status: int
) -> None:
    answer = send(client, f"/p/{world.code}/report", photos=[photo(data) for data in photos])

    assert answer.status_code == status
    assert "三楼楼道灯不亮" in answer.text
    assert how_many(session) == how_many(session, Photo) == 0


def test_call_me_instead_needs_a_number_and_no_words(world: World, client: FlaskClient, session: Session) -> None:
    answer = send(client, f"/p/{world.code}/report", description="", call_back="y", phone="138 0000 0001")

    assert answer.status_code == 303
    ticket = only_ticket(session)
    assert ticket.call_back
    assert ticket.caller_phone is not None
    assert ticket.caller_phone.body == "+8613800000001"


def test_same_form_sent_twice_makes_one_ticket_and_gives_the_same_receipt(
    world: World, client: FlaskClient, session: Session
) -> None:
    key, shot = worlds.new_key(), stories.picture()
    first = send(client, f"/p/{world.code}/report", key=key, photos=[photo(shot)])
    again = send(client, f"/p/{world.code}/report", key=key, photos=[photo(shot)])
    other = send(client, f"/p/{world.code}/report", key=key, photos=[photo(stories.picture("blue"))])

    assert first.headers["Location"] == again.headers["Location"]
    assert other.status_code == 422
    assert how_many(session) == 1


def test_emergency_needs_no_words_and_its_receipt_says_whom_to_call_first(
    world: World, client: FlaskClient, session: Session
) -> None:
    page = client.get(f"/p/{world.code}/report")
    assert "tel:96333" in page.text

    answer = send(client, f"/p/{world.code}/report", category="lift_trapped", description="")
    receipt = client.get(answer.headers["Location"]).text
    assert receipt.index("tel:119") < receipt.index("<h1>")
    assert only_ticket(session).priority == "P0"


def test_sixth_report_of_a_day_from_one_device_is_put_off_but_an_emergency_never(
    world: World, client: FlaskClient, session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    for _number in range(5):
        assert send(client, f"/p/{world.code}/report").status_code == 303

    sixth = send(client, f"/p/{world.code}/report", spot="六楼")
    assert sixth.status_code == 429
    assert "六楼" in sixth.text
    assert send(client, f"/p/{world.code}/report", category="gas_leak").status_code == 303
    assert send(new_client(), f"/p/{world.code}/report").status_code == 303
    assert how_many(session) == 7


def test_retry_is_not_counted(world: World, client: FlaskClient, session: Session) -> None:
    key = worlds.new_key()
    for _number in range(7):
        assert send(client, f"/p/{world.code}/report", key=key).status_code == 303
    session.rollback()
    counted_once = select(Counter.n).where(Counter.subject.startswith("report:"))
    assert session.scalars(counted_once).all() == [1, 1, 1]  # of the device, of it at the code, of the code


def test_thirty_reports_of_a_day_from_one_code(
    world: World, new_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("propman.tickets.views.resident.reporting.AT_A_CODE", 3)
    answers = [send(new_client(), f"/p/{world.code}/report").status_code for _number in range(4)]

    assert answers == [303, 303, 303, 429]


@pytest.mark.parametrize("code", ["0000000000000", "x", "revoked"])
def test_code_that_opens_nothing_says_what_to_do(
    world: World, client: FlaskClient, session: Session, code: str
) -> None:
    if code == "revoked":
        revoke_code(session, code=world.code, actor_id=None, now=clock.now())
        code = world.code
    for address in (f"/p/{code}", f"/p/{code}/report"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "/report" in answer.text
        assert "tel:119" in answer.text


def test_code_may_be_typed_in_small_letters(world: World, client: FlaskClient, session: Session) -> None:
    assert send(client, f"/p/{world.code.lower()}/report").status_code == 303


def test_signed_in_resident_reports_where_they_live(world: World, client: FlaskClient, session: Session) -> None:
    worlds.sign_in(session, client, world.resident_lin)
    answer = send(client, "/report")

    assert answer.status_code == 303
    ticket = only_ticket(session)
    assert (ticket.channel, ticket.reporter_id) == (Channel.ACCOUNT, world.resident_lin.id)
    assert answer.headers["Location"] == f"/reports/{ticket.number}/receipt"


def test_signed_in_person_at_a_label_reports_by_the_account(
    world: World, client: FlaskClient, session: Session
) -> None:
    worlds.sign_in(session, client, world.neighbour_wu)
    send(client, f"/p/{world.code}/report")

    assert only_ticket(session).reporter_id == world.neighbour_wu.id


def test_who_lives_nowhere_here_types_a_code(world: World, client: FlaskClient, session: Session) -> None:
    worlds.sign_in(session, client, world.auditor_shen)

    assert client.get("/report").status_code == 200
    assert client.get("/report?code=WRONG").status_code == 422
    answer = client.get(f"/report?code={world.code.lower()}")
    assert answer.headers["Location"] == f"/p/{world.code}/report"


def test_home_of_another_cannot_be_named(world: World, client: FlaskClient, session: Session) -> None:
    worlds.sign_in(session, client, world.resident_lin)
    page = client.get(f"/report?place={world.far_entrance.id}")

    assert chosen(page.text) == str(world.entrance.id)


def test_who_has_two_homes_chooses_one(world: World, client: FlaskClient, session: Session) -> None:
    add_membership(
        session, person=world.resident_lin, role=Role.RESIDENT, organisation=None, place=world.far_entrance,
        starts_on=clock.local_date(clock.now()), viewer=NOBODY, now=clock.now(),
    )  # fmt: skip
    worlds.sign_in(session, client, world.resident_lin)
    page = client.get("/report").text
    for home in (world.entrance, world.far_entrance):
        assert f"/report?place={home.id}" in page
        assert chosen(client.get(f"/report?place={home.id}").text) == str(home.id)
    assert f"/report?place={world.entrance.id}" in client.get(f"/report?place={world.other_entrance.id}").text


def test_a_home_that_closed_is_none_any_more(world: World, client: FlaskClient, session: Session) -> None:
    worlds.sign_in(session, client, world.resident_lin)
    page = client.get(f"/report?place={world.entrance.id}").text
    form = {
        "csrf_token": worlds.token_of(page), "key": worlds.value_of(page, "key"), "category": "lights",
        "place": str(world.building.id), "description": "三楼楼道灯不亮",
    }  # fmt: skip
    today = clock.local_date(clock.now())
    close_place(session, place_id=world.entrance.id, on=today, actor_id=None, now=clock.now())
    session.commit()
    answer = client.post(f"/report?place={world.entrance.id}", data=form)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/report")
    assert how_many(session) == 0


def test_community_that_closed_takes_no_report(world: World, client: FlaskClient, session: Session) -> None:
    today = clock.local_date(clock.now())
    close_place(session, place_id=world.unmanaged.id, on=today, actor_id=None, now=clock.now())
    answer = client.get(f"/p/{world.unmanaged_code}/report")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/p/{world.unmanaged_code}"


def test_a_report_costs_few_statements_however_much_was_reported(
    app: Flask, session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    lin, costs = worlds.sign_in(session, new_client(), world.resident_lin), []
    for more in (1, 12):
        for _number in range(more):
            stories.report(session, world, place=world.other_entrance)
        form = lin.get("/report").text
        sent = {"csrf_token": worlds.token_of(form), "key": worlds.value_of(form, "key"), "category": "water",
                "place": chosen(form), "description": "没水", "apart": "y"}  # fmt: skip
        address = re.search(r'action="(/report\?place=\d+)"', form)
        assert address
        with counted(app) as statements:
            assert lin.post(address.group(1), data=sent).status_code == 303
        costs.append(len([one for one in statements if not one.startswith("BEGIN")]))
    assert costs[0] == costs[1] <= 33, costs
