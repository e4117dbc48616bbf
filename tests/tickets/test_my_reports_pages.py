"""The reports of a signed-in person, and the photographs of tickets, by HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.config import Settings
from propman.files.models import Photo
from propman.files.operations import Upload, delete_erased_files
from propman.tickets import operations, tracking
from propman.tickets.models import Ticket
from propman.tickets.queries import lists
from propman.tickets.workflow import State
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.world import World


@pytest.fixture
def lin(session: Session, client: FlaskClient, world: World) -> FlaskClient:
    """The browser of resident_lin, who reports by her account."""
    return worlds.sign_in(session, client, world.resident_lin)


def test_own_reports_are_listed_newest_first_and_nobody_elses(world: World, lin: FlaskClient, session: Session) -> None:
    first, second = (stories.report(session, world, by=world.resident_lin) for _number in range(2))
    foreign = stories.report(session, world, by=world.neighbour_wu)
    page = lin.get("/reports").text

    assert page.index(second.number) < page.index(first.number)
    assert foreign.number not in page


def test_list_goes_on_page_by_page(
    world: World, lin: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    monkeypatch.setattr("propman.tickets.views.resident.reports.PAGE", 2)
    numbers = [stories.report(session, world, by=world.resident_lin).number for _number in range(3)]
    first = lin.get("/reports").text
    middle = session.scalars(select(Ticket.id).where(Ticket.number == numbers[1])).one()

    assert f"/reports?before={middle}" in first
    rest = lin.get(f"/reports?before={middle}").text
    assert numbers[0] in rest
    assert numbers[1] not in rest


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 40, "1' OR 1=1"])
def test_wrong_page_mark_does_no_harm(lin: FlaskClient, before: str) -> None:
    assert lin.get("/reports", query_string={"before": before}).status_code == 200


def test_without_reports_the_page_says_what_to_do(lin: FlaskClient) -> None:
    assert 'href="/report"' in lin.get("/reports").text


@pytest.mark.parametrize("address", ["/reports/{}", "/reports/{}/receipt", "/reports/{}/photos/" + "0" * 32])
def test_report_of_another_is_answered_as_missing(
    world: World, lin: FlaskClient, session: Session, address: str
) -> None:
    foreign = stories.report(session, world, by=world.neighbour_wu)

    assert lin.get(address.format(foreign.number)).status_code == 404
    assert lin.get(address.format("2601-0000000")).status_code == 404


def test_ticket_seen_by_post_is_not_ones_own_report(world: World, client: FlaskClient, session: Session) -> None:
    ticket = stories.report(session, world, by=world.resident_lin)
    worlds.sign_in(session, client, world.dispatcher_mei)

    assert client.get(f"/reports/{ticket.number}").status_code == 404


def test_reporter_confirms_by_the_account(world: World, lin: FlaskClient, session: Session) -> None:
    ticket = stories.complete(session, world, stories.report(session, world, by=world.resident_lin))
    page = lin.get(f"/reports/{ticket.number}").text
    form = page.partition(f'action="/reports/{ticket.number}/confirm"')[2]
    answers = {name: worlds.value_of(form, name) for name in ("key", "version")} | {"stars": "5"}
    answer = lin.post(f"/reports/{ticket.number}/confirm", data=answers | {"csrf_token": worlds.token_of(page)})

    assert answer.status_code == 303
    session.rollback()
    assert ticket.state is State.CONFIRMED


def test_receipt_of_an_account_shows_number_and_pin(
    world: World, lin: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world, by=world.resident_lin)
    pin = tracking.pin(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
    page = lin.get(f"/reports/{ticket.number}/receipt").text

    assert ticket.number in page
    assert f"{pin[:3]} {pin[3:]}" in page


def test_query_count_of_the_list_does_not_grow(world: World, lin: FlaskClient, session: Session, app: Flask) -> None:
    counts = []
    for more in (1, 5):
        for _number in range(more):
            stories.report(session, world, by=world.resident_lin)
        with counted(app) as statements:
            lin.get("/reports")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 12


# --- photographs ---


def photographed(session: Session, world: World) -> tuple[Ticket, str]:
    ticket = stories.report(session, world, by=world.resident_lin, photos=[Upload(stories.picture(), "漏水.jpg")])
    return ticket, session.scalars(select(Photo.key)).one()


def test_photo_is_sent_as_a_picture_that_nobody_caches_or_runs(
    world: World, lin: FlaskClient, session: Session
) -> None:
    ticket, key = photographed(session, world)
    for size in ("", "?size=thumb"):
        answer = lin.get(f"/reports/{ticket.number}/photos/{key}{size}")
        assert answer.status_code == 200
        assert answer.mimetype == "image/webp"
        assert answer.data[:4] == b"RIFF"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_photo_opens_by_link_by_account_and_by_post_and_for_nobody_else(
    world: World, session: Session, settings: Settings, new_client: Callable[[], FlaskClient]
) -> None:
    ticket, key = photographed(session, world)
    secret = tracking.secret(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
    assert new_client().get(f"/t/{ticket.number}/{secret}/photos/{key}").status_code == 200
    for person, staff, own in (
        (world.resident_lin, 403, 200),
        (world.neighbour_wu, 403, 404),
        (world.dispatcher_mei, 200, 404),
        (world.far_dispatcher, 404, 404),
        (world.worker_sun, 404, 404),
        (world.official_qian, 200, 404),
    ):
        client = worlds.sign_in(session, new_client(), person)
        assert client.get(f"/tickets/{ticket.number}/photos/{key}").status_code == staff, person.name
        assert client.get(f"/reports/{ticket.number}/photos/{key}").status_code == own, person.name


def test_photo_of_ones_own_report_opens_as_its_reporter_not_by_a_post_elsewhere(
    world: World, client: FlaskClient, session: Session
) -> None:
    ticket = stories.report(session, world, by=world.far_dispatcher, photos=[Upload(stories.picture(), "漏水.jpg")])
    key = session.scalars(select(Photo.key)).one()
    worlds.sign_in(session, client, world.far_dispatcher)

    assert client.get(f"/tickets/{ticket.number}/photos/{key}").status_code == 404
    assert client.get(f"/reports/{ticket.number}/photos/{key}").status_code == 200


@pytest.mark.parametrize("key", ["0" * 32, "..%2f..%2fetc%2fpasswd", "x", "漏水.jpg"])
def test_key_that_is_none_of_this_ticket_opens_nothing(
    world: World, lin: FlaskClient, session: Session, key: str
) -> None:
    ticket, _key = photographed(session, world)

    assert lin.get(f"/reports/{ticket.number}/photos/{key}").status_code == 404


def test_photo_of_another_ticket_opens_nothing_here(world: World, lin: FlaskClient, session: Session) -> None:
    _ticket, key = photographed(session, world)
    other = stories.report(session, world, by=world.resident_lin)

    assert lin.get(f"/reports/{other.number}/photos/{key}").status_code == 404


def test_size_that_is_none_is_refused(world: World, lin: FlaskClient, session: Session) -> None:
    ticket, key = photographed(session, world)

    assert lin.get(f"/reports/{ticket.number}/photos/{key}?size=huge").status_code == 400


def test_erased_photo_is_gone_and_the_page_says_so(world: World, lin: FlaskClient, session: Session) -> None:
    ticket, key = photographed(session, world)
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    for _again in range(2):
        assert lin.get(f"/reports/{ticket.number}/photos/{key}").status_code == 404
        page = worlds.in_english(lin).get(f"/reports/{ticket.number}").text
        assert "The words were erased." in page
        assert key not in page
        delete_erased_files(session, world.store, now=clock.now())


def test_a_key_used_on_one_report_does_nothing_on_another(world: World, lin: FlaskClient, session: Session) -> None:
    """What is said twice in the same words of two reports is two things; a key answers for one."""
    first, second = (stories.report(session, world, by=world.resident_lin) for _number in range(2))
    page = lin.get(f"/reports/{first.number}").text
    typed = {name: worlds.value_of(page, name) for name in ("csrf_token", "key", "version")} | {"note": "还在漏"}
    assert lin.post(f"/reports/{first.number}/add", data=typed).status_code == 303
    assert lin.post(f"/reports/{second.number}/add", data=typed).status_code == 422
