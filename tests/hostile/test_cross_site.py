"""C138-C141: what another site makes a browser send changes nothing, at any address that changes something."""

from __future__ import annotations

import json

import pytest

from tests.hostile.attack import Attack
from tests.hostile.conftest import House
from tests.hostile.targets import Target, targets


@pytest.fixture(scope="module")
def table(house: House) -> list[Target]:
    return targets(house)


def test_every_form_needs_the_token_of_its_own_browser(house: House, table: list[Target]) -> None:
    """Each is sent whole and legal, but for the token."""
    wrong: list[str] = []
    table = [target for target in table if target.form is not None]
    token_of_another = Attack(house, table[0], wrong).token
    before = house.rows()
    for target in table:
        attack = Attack(house, target, wrong)
        answers = {
            "without a token": attack.post("without a token", csrf_token=None),
            "with a made-up token": attack.post("made up", csrf_token=f"x{attack.token[1:]}"),
            "with another browser's token": attack.post("foreign", csrf_token=token_of_another),
            "as text that looks like JSON": attack.browser.post(
                attack.path().decode(), data=json.dumps(attack.form()), content_type="text/plain"
            ),
        }
        if target is table[0]:
            del answers["with another browser's token"]
        for how, answer in answers.items():
            if answer.status_code != 400:
                attack.fault(how, answer, "should be 400")
        if house.rows() != before:
            wrong.append(f"{target}: something changed without its token")
            before = house.rows()
    assert not wrong, "\n".join(wrong)


def test_what_changes_something_is_not_reached_by_a_link(house: House, table: list[Target]) -> None:
    """GET where only POST is an address is 405, and no header or argument makes it another method."""
    wrong: list[str] = []
    before = house.rows()
    for target in table:
        attack = Attack(house, target, wrong)
        due = {200, 303, 503} if attack.shows else {405}
        tricks = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", "X-Method-Override": "POST"}
        path, data = attack.path().decode(), attack.form()
        for how, answer in {
            "plain": attack.browser.get(path, buffered=True),
            "overridden": attack.browser.get(
                path, headers=tricks, query_string={**data, "_method": "POST"}, buffered=True
            ),
        }.items():
            if answer.status_code not in due | ({400, 422, 404} if how == "overridden" and attack.shows else set()):
                attack.fault(f"GET, {how}", answer, f"should be one of {due}")
        for method in ("PUT", "PATCH", "DELETE"):
            answer = attack.browser.open(path, method=method, data=data)
            if answer.status_code != 405:
                attack.fault(method, answer, "should be 405")
    assert not wrong, "\n".join(wrong)
    assert house.rows() == before
