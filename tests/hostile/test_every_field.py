"""hypothesis feeds every part of every address, every argument and every form field with what nobody should send.

A field gets half of the kinds of values, the next one the other half: each kind of value meets each kind of field on
many pages. No answer is a fault or tells how the program is made; what a field must refuse is refused and leaves
nothing; and the legal form, at the edge of what is legal, is accepted after all that. The table is `targets.py`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import product
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from tests.hostile.attack import Attack
from tests.hostile.conftest import House
from tests.hostile.targets import Target, targets
from tests.hostile.values import NEVER, TRIED, VALUES, Kind, Tried

LONGEST_IN_AN_ADDRESS = 3_000  # characters, 漏 taking nine bytes: more than any server lets in
Volley = Mapping[str, str | bytes]


@pytest.fixture(scope="module")
def table(house: House) -> list[Target]:
    return targets(house)


def volley_for(target: Target) -> Volley:
    """A value of every kind, drawn by hypothesis. What goes wrong with it is written down, so nothing is shrunk.

    The first example, the simplest of everything, is the same for every target; the second is another for each.
    """
    drawn: list[Volley] = []

    @settings(max_examples=2, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(dict(VALUES)))
    def draw(values: Volley) -> None:
        drawn.append(values)

    (seed(crc32(str(target).encode()))(draw) if settings().derandomize else draw)()
    return drawn[-1]


def on(house: House) -> Tried:
    """What is tried on this database."""
    return TRIED[make_url(house.settings.database_url).get_backend_name()]


def shown(value: str | bytes | list[str]) -> str:
    return repr(value if len(value) < 90 else value[:40])


def test_the_table_names_every_address(house: House, table: list[Target]) -> None:
    rules = {(rule.endpoint, method) for rule in house.app.url_map.iter_rules() for method in rule.methods or ()}
    named = {(target.endpoint, "POST") for target in table if target.form is not None}
    assert named == {pair for pair in rules if pair[1] == "POST"}
    assert {target.endpoint for target in table} == {endpoint for endpoint, _method in rules}
    for rule in house.app.url_map.iter_rules():
        assert all(set(target.args) == rule.arguments for target in table if target.endpoint == rule.endpoint)


def test_no_address_and_no_question_is_a_fault(house: House, table: list[Target]) -> None:
    wrong: list[str] = []
    for target in table:
        before, attack, values = house.rows(), Attack(house, target, wrong), volley_for(target)
        values = {kind: value[:LONGEST_IN_AN_ADDRESS] for kind, value in values.items()}
        ask = attack.get if attack.gets else attack.post
        for name, kind in product(target.args, sorted(on(house).in_an_address)):
            what = f"{name} in the address is {kind} {shown(values[kind])}"
            answer = ask(what, parts={name: values[kind]})
            if answer.status_code not in {308, 400, 404, 405}:
                attack.fault(what, answer, "opens something")
        for name in target.query if attack.gets else ():
            for kind, value in [
                *((kind, values[kind]) for kind in sorted(on(house).in_a_field)),
                ("given twice", ["1", "2"]),
            ]:
                what = f"?{name}= is {kind} {shown(value)}"
                answer = attack.get(what, **{name: value})
                if kind in {*NEVER, "given twice"} and answer.status_code != 400:
                    attack.fault(what, answer, "should be 400")
        if house.rows() != before:
            wrong.append(f"{target}: a wrong address changed something")
    assert not wrong, "\n".join(wrong)


def test_every_form_refuses_what_is_wrong_and_takes_what_is_right(house: House, table: list[Target]) -> None:
    wrong: list[str] = []
    for target in table:
        attack = Attack(house, target, wrong)
        if attack.gets:
            attack.get("as it is")
        if target.form is not None:
            values = volley_for(target)
            house.forget_counters()
            refuses(house, attack, values)
            house.forget_counters()
            answer = attack.post("the legal form")
            if answer.status_code != target.accepted:
                attack.fault("the legal form", answer, f"is not accepted: {said(answer)}")
            survives(house, attack, values)
    for target in table:
        if (attack := Attack(house, target, wrong)).gets and target.endpoint not in GONE:
            attack.get("with what was stored since")
    assert not wrong, "\n".join(wrong)
    assert house.read == named(table)


GONE = {"accounts.accept_invitation"}
"""Addresses that open nothing once their form was accepted."""


def refuses(house: House, attack: Attack, values: Volley) -> None:
    """What is illegal is answered with 4xx and leaves nothing."""
    before, tried = house.rows(), on(house)
    hidden = {
        name: (Kind(tried.hidden), legal) for name, legal in attack.form().items() if name in {"csrf_token", "key"}
    }
    for name, (kind, legal) in {**(attack.target.form or {}), **hidden}.items():
        sent = []
        for bad in sorted(kind.refused & tried.now(f"{attack.target} {name}")):
            what = f"{name} is {bad} {shown(values[bad])}"
            sent.append((what, attack.post(what, **{name: values[bad]})))
        if tried.tricks and name not in hidden:
            right = legal() if callable(legal) else legal
            sent.append((f"{name} is given twice", attack.post("given twice", **{name: [right, right]})))
            sent.append((f"{name} is a file", attack.post("a file", files={name: (io.BytesIO(b"x"), "x.txt")})))
        for what, answer in sent:
            if not 400 <= answer.status_code < 500 and not harmless(attack, answer):
                attack.fault(what, answer, "should be refused")
    for name in attack.target.files:
        answer = attack.post("another kind of file", files={name: (io.BytesIO(b"GIF89a"), "\u202egpj.exe")})
        if answer.status_code != 415:
            attack.fault(f"{name} is another kind of file", answer, "should be 415")
    if house.rows() != before:
        attack.wrong.append(f"{attack.target}: what was refused left something behind")


def harmless(attack: Attack, answer: TestResponse) -> bool:
    """A switch for this browser alone goes back where it came from, whatever it was asked."""
    return not attack.target.keyed and answer.status_code == 303


def survives(house: House, attack: Attack, values: Volley) -> None:
    """What is legal is no fault, whatever else it is. There is nothing to try where a form is accepted only once."""
    house.forget_counters()
    if attack.post("the legal form again").status_code != attack.target.accepted:
        return
    for name, (kind, _legal) in (attack.target.form or {}).items():
        for odd in sorted(on(house).now(f"{attack.target} {name}") - kind.refused):
            house.forget_counters()
            attack.post(f"{name} is {odd} {shown(values[odd])}", **{name: values[odd]})


def said(answer: TestResponse) -> str:
    """What the page says is wrong."""
    alerts = "".join(re.findall(r'role="alert".*?</ul>', answer.text, re.DOTALL))
    return " ".join(re.sub(r"<[^>]+>", " ", alerts).split())


def named(table: list[Target]) -> set[tuple[str, str]]:
    """Every (endpoint, name) of the table: what views may ask a request for."""
    found = set()
    for target in table:
        hidden = () if target.form is None else ("csrf_token", "key") if target.keyed else ("csrf_token",)
        found |= {(target.endpoint, name) for name in (*target.query, *(target.form or ()), *target.files, *hidden)}
    return found
