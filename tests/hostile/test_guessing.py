"""C146-C150: guessing a PIN, by many at once and by the time an answer takes. Passwords are in tests/accounts."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from propman import clock
from tests import stories
from tests import world as worlds
from tests.hostile.conftest import House
from tests.tickets.links import link, pin, without_ids, wrong

MISSING = "2601-0000000"


@dataclass(frozen=True)
class Known:
    """What opens a ticket, and a PIN that does not. Plain values: a session left open would keep SQLite's writer."""

    number: str
    pin: str
    wrong_pin: str
    link: str
    secret: str


@pytest.fixture
def known(house: House) -> Known:
    """Of a new ticket, on which nobody has guessed yet."""
    house.forget_counters()
    ticket = stories.report(house.session, house.world)
    right, door = pin(house.settings, ticket), link(house.settings, ticket)
    found = Known(ticket.number, right, wrong(right), door, door.split("/")[-1])
    house.session.commit()
    return found


def guesser(house: House, *, device: str | None = None) -> Callable[[str, str], TestResponse]:
    """A browser that tries numbers and PINs, and keeps no name of its device but the one given."""
    client = house.app.test_client()
    token = worlds.token_of(client.get("/track").text)

    def guess(number: str, pin: str) -> TestResponse:
        client.delete_cookie("propman-device")
        if device is not None:
            client.set_cookie("propman-device", device)
        # not by way of `Browser.open`: threads must not share the session of the test
        return FlaskClient.open(
            client, "/track", method="POST", data={"csrf_token": token, "number": number, "pin": pin}
        )

    return guess


def at_once(guesses: list[Callable[[], TestResponse]]) -> Counter[int]:
    with ThreadPoolExecutor(12) as pool:
        return Counter(answer.status_code for answer in pool.map(lambda guess: guess(), guesses))


@pytest.mark.parametrize("exists", [True, False])
def test_c147_of_many_guesses_at_once_on_one_device_five_are_compared(house: House, known: Known, exists: bool) -> None:
    number = known.number if exists else MISSING
    guessers = [guesser(house, device="d" * 43) for _ in range(12)]
    answers = at_once([lambda each=each: each(number, known.wrong_pin) for each in guessers * 2])
    assert answers == {422: 5, 429: 19}
    assert guesser(house, device="d" * 43)(number, known.pin).status_code == 429


@pytest.mark.parametrize("exists", [True, False])
def test_c147_of_many_guesses_at_once_by_nameless_devices_thirty_are_compared(
    house: House, known: Known, exists: bool
) -> None:
    """Whoever throws the cookie away is a new device each time, and meets the limit of all together."""
    number = known.number if exists else MISSING
    guessers = [guesser(house) for _ in range(12)]
    answers = at_once([lambda each=each: each(number, known.wrong_pin) for each in guessers * 4])
    assert answers == {422: 30, 429: 18}
    assert guesser(house)(number, known.pin).status_code == 429
    assert house.visitor().get(known.link).status_code == 200


def test_one_address_does_not_go_through_all_numbers(house: House, known: Known) -> None:
    """Each has its thirty tries, but whoever tries one PIN at every number has sixty in a quarter of an hour."""
    with time_machine.travel(clock.now(), tick=False):
        guess = guesser(house)
        answers = [guess(f"2611-{number:07}", known.wrong_pin).status_code for number in range(62)]
        assert answers == [422] * 60 + [429] * 2
        assert house.visitor().get(known.link).status_code == 200


def test_c148_made_up_addresses_and_names_of_devices_give_no_more_tries(house: House, known: Known) -> None:
    client = house.visitor()
    token = worlds.token_of(client.get("/track").text)
    statuses = []
    for number in range(32):
        client.delete_cookie("propman-device")
        client.set_cookie("propman-device", ["", "x", "../..", "d" * 44, f"{number:043}", "é", "'--"][number % 7])
        headers = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.1.0.{number}", "User-Agent": str(number)}
        data = {"csrf_token": token, "number": known.number, "pin": known.wrong_pin}
        statuses.append(client.post("/track", data=data, headers=headers).status_code)
    assert statuses == [422] * 30 + [429] * 2


def test_c149_and_c150_a_missing_number_is_answered_alike_in_every_round(house: House, known: Known) -> None:
    """Status, headers and page, from the first wrong PIN to the one that is put off."""
    there, missing = guesser(house, device="a" * 43), guesser(house, device="b" * 43)
    for _number in range(7):
        first, second = there(known.number, known.wrong_pin), missing(MISSING, known.wrong_pin)
        assert first.status_code == second.status_code
        assert without_ids(first).replace(known.number, "") == without_ids(second).replace(MISSING, "")
        assert [name for name, _ in first.headers] == [name for name, _ in second.headers]


def test_c149_and_c150_a_missing_number_takes_as_long(house: House, known: Known) -> None:
    """In pairs, so that a busy machine slows down both; the medians may differ by 5 ms or by half."""
    first: list[float] = []
    second: list[float] = []
    guess = guesser(house)

    def seconds(number: str) -> float:
        began = time.perf_counter()
        assert guess(number, known.wrong_pin).status_code == 422
        return time.perf_counter() - began

    for number in range(50):
        if number % 25 == 0:
            house.forget_counters()
        first.append(seconds(known.number))
        second.append(seconds(MISSING))
    there, missing = statistics.median(first), statistics.median(second)
    print(f"wrong PIN {there * 1000:.1f} ms, missing number {missing * 1000:.1f} ms")
    assert abs(there - missing) < max(0.005, there / 2)


def test_c149_a_wrong_secret_and_a_missing_number_are_one_answer(house: House, known: Known) -> None:
    client, answers, made_up = house.visitor(), [], "a" * 26
    tries = [(known.number, made_up), (MISSING, known.secret), (MISSING, made_up), (known.number, known.secret[:-1])]
    for number, given in tries:
        for tail in ("", "/receipt", "/photos/" + "0" * 32):
            answer = client.get(f"/t/{number}/{given}{tail}")
            answers.append((answer.status_code, without_ids(answer).replace(number, "").replace(given, "")))
    assert {status for status, _page in answers} == {404}
    assert len({page for (_status, page) in answers[::3]}) == 1
