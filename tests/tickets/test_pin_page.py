"""Number and PIN of a report, and what puts off people who guess, by HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.config import Settings
from tests import stories
from tests import world as worlds
from tests.tickets.links import enter, link, pin, without_ids, wrong
from tests.world import World


def test_number_and_pin_are_read_as_people_write_them(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    right = pin(settings, ticket)
    number = ticket.number.replace("-", " ").translate({ord("0") + digit: ord("０") + digit for digit in range(10)})

    assert enter(client, number, f" {right[:3]} {right[3:]}").status_code == 303


@pytest.mark.parametrize(
    ("number", "given", "sentence"),
    [
        ("", "123456", "A number has four digits"),
        ("26110", "123456", "A number has four digits"),
        ("2611-0000000", "12345", "A PIN has six digits."),
        ("2611-0000000", "一二三四五六", "A PIN has six digits."),
        ("9" * 5000, "1" * 5000, "A PIN has six digits."),
    ],
)
def test_what_cannot_be_a_number_or_pin_is_named(
    world: World, client: FlaskClient, number: str, given: str, sentence: str
) -> None:
    refused = enter(worlds.in_english(client), number, given)

    assert refused.status_code == 422
    assert sentence in refused.text


def test_wrong_pin_and_missing_number_are_answered_alike(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    missing = "2601-0000000"
    first, second = (enter(client, number, wrong(pin(settings, ticket))) for number in (ticket.number, missing))

    assert first.status_code == second.status_code == 422
    assert without_ids(first).replace(ticket.number, "") == without_ids(second).replace(missing, "")


@pytest.mark.parametrize("exists", [True, False])
def test_five_wrong_pins_put_the_device_off_until_tomorrow(
    world: World, client: FlaskClient, session: Session, settings: Settings,
    new_client: Callable[[], FlaskClient], exists: bool,
) -> None:  # fmt: skip
    ticket = stories.report(session, world)
    number, right = (ticket.number if exists else "2601-0000000"), pin(settings, ticket)
    answers = [enter(client, number, wrong(right)).status_code for _number in range(5)]

    assert answers == [422] * 5
    assert enter(client, number, right).status_code == 429
    assert enter(new_client(), number, right).status_code == (303 if exists else 422)
    assert client.get(link(settings, ticket)).status_code == 200


def test_right_pins_use_up_nothing(world: World, client: FlaskClient, session: Session, settings: Settings) -> None:
    ticket = stories.report(session, world)
    enter(client, ticket.number, wrong(pin(settings, ticket)))
    for _number in range(8):
        assert enter(client, ticket.number, pin(settings, ticket)).status_code == 303


def test_thirty_wrong_pins_of_many_devices_put_everybody_off(
    world: World, session: Session, settings: Settings, new_client: Callable[[], FlaskClient]
) -> None:
    ticket = stories.report(session, world)
    right = pin(settings, ticket)
    for _device in range(6):
        client = new_client()
        for _number in range(5):
            enter(client, ticket.number, wrong(right))

    assert enter(new_client(), ticket.number, right).status_code == 429
    assert new_client().get(link(settings, ticket)).status_code == 200


def test_pin_entry_opens_again_the_next_local_day(
    world: World, client: FlaskClient, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = stories.report(session, world)
    for _number in range(5):
        enter(client, ticket.number, wrong(pin(settings, ticket)))
    tomorrow = clock.day_span(clock.local_date(clock.now()))[1]
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert enter(client, ticket.number, pin(settings, ticket)).status_code == 303
