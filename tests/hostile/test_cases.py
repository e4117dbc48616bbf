"""Hostile inputs by the numbers of the threat catalogue: each row says what is sent and what must come of it.

C89-C93, texts that want to be markup, are in test_inert.py; C138-C141 in test_cross_site.py; C146-C150 in
test_guessing.py. C1-C69 are the business of tests/files, C142-C145 of tests/accounts.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker
from werkzeug.test import TestResponse

from propman import clock, idempotency
from propman.accounts.models import Membership, User
from propman.carriers.rounds import deliver_due
from propman.carriers.ways import senders
from propman.communities.models import Organisation, Place
from propman.db import Base, db
from propman.personal import PersonalText, TextKind
from propman.tickets import tracking
from propman.tickets.models import Ticket
from tests import stories
from tests import world as worlds
from tests.hostile.conftest import House, send

TOLD = {"category": "lights", "description": "楼道灯不亮"}
PERSON = {"name": "吴建国", "phone": "", "sign_in_name": "wu_jianguo", "email": ""}


@pytest.fixture(autouse=True)
def fresh_allowances(house: House) -> None:
    """No case is put off because of what another one tried."""
    house.forget_counters()


def report(house: House, **told: Any) -> TestResponse:
    """A report from the label at home, by a visitor."""
    return send(house.visitor(), f"/p/{house.world.code}/report", **{**TOLD, "place": house.world.entrance.id, **told})


def reported(house: House, **told: Any) -> Ticket:
    """The ticket that such a report made."""
    answer = report(house, **told)
    assert answer.status_code == 303, answer.text
    return house.session.scalars(select(Ticket).where(Ticket.number == answer.location.split("/")[2])).one()


def text_of(house: House, kind: TextKind) -> str | None:
    """The latest personal text of a kind."""
    query = select(PersonalText.body).where(PersonalText.kind == kind).order_by(PersonalText.id.desc())
    return house.session.scalars(query.limit(1)).first()


def count(house: House, model: type[Base]) -> int:
    house.session.commit()
    return house.session.scalar(select(func.count()).select_from(model)) or 0


# --- C76-C80: nobody is led out of the house ---

WAYS_OUT = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
    "https:/evil.example", "https://evil.example/", "http://localhost@evil.example/", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)", "data:text/html,x",
    "/\r\nSet-Cookie: a=b", "/ok\r\nLocation: //evil.example",
    "/\u2028//evil.example", "evil.example", "?x=//evil.example", "/" + "a" * 100_000,
]  # fmt: skip


def stays(answer: TestResponse) -> bool:
    """Whether a browser that follows `answer` comes to a page of ours, and to no header but ours."""
    target = answer.headers["Location"]
    there = urlsplit(urljoin("http://localhost/", target))
    plain = not any(letter in target for letter in "\\\r\n\t") and not target.startswith("//")
    return plain and (there.scheme, there.netloc) == ("http", "localhost")


@pytest.mark.parametrize("way", WAYS_OUT, ids=ascii)
def test_c76_to_c80_no_way_leads_out_of_the_house(house: House, way: str) -> None:
    house.forget_counters()
    who = {"who": house.world.neighbour_wu.phone, "password": worlds.PASSWORD}
    by_form = send(house.visitor(), "/sign-in", next=way, **who)
    by_address = send(house.visitor(), f"/sign-in?next={quote(way)}", next=way, **who)
    signed_in = house.browser("resident_lin").get("/sign-in", query_string={"next": way})
    language = send(house.visitor(), "/settings/language", lang="en", next=way)
    size = send(house.visitor(), "/settings/view", view="elder", next=way)
    for answer in (by_form, by_address, signed_in, language, size):
        assert answer.status_code == 303
        assert stays(answer), answer.headers["Location"]
        assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


def test_c80_a_path_with_two_slashes_in_front_is_no_other_site(house: House) -> None:
    """Whoever tidies the address must not make a site of it."""
    for path in ("//evil.example/", "//evil.example/p//x", "/p//x", "//evil.example/%2f..", "/\\evil.example"):
        answer = house.visitor().get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code == 404 or stays(answer)


# --- C81-C88: searches mean what they say ---

SEARCHES = {
    "/admin/people?q={}": "林秀英",
    "/admin/organisations?q={}": "安居物业",
    "/admin/places?q={}": "河柏小区",
    "/admin/organisations/new?q={}": "河柏小区",
}


LITERALLY = [
    "'", "%", "_", "\\", "%%", "' OR '1'='1", "x' UNION SELECT password_hash FROM user_account --", '"', "[a-z]", "?",
    "*", "1;SELECT pg_sleep(20)--", "randomblob(1000000000)", "NEAR(", "& | ! :*",
]  # fmt: skip


@pytest.mark.parametrize("address", SEARCHES)
def test_c81_to_c86_a_search_is_taken_literally(house: House, address: str) -> None:
    """What finds everything in SQL or in a full-text index finds nothing here, and at once."""
    admin, there = house.browser("administrator_guan"), SEARCHES[address]
    assert there in admin.get(address.format(quote(there))).text
    for words in LITERALLY:
        began = time.perf_counter()
        answer = admin.get(address.format(quote(words)))
        assert answer.status_code == 200
        assert there not in answer.text, words
        assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    "after", ["-1", "1" + "0" * 20, "١٢٣", "(CASE WHEN 1=1 THEN 1 END)", "password_hash", "1-1-1;", "9-9-9"]
)
def test_c83_a_page_that_is_none_is_refused_or_the_first(house: House, after: str) -> None:
    admin, mei = house.browser("administrator_guan"), house.browser("dispatcher_mei")
    due = {"/queue?after={}": {200, 400}, "/inbox?before={}": {400}, "/reports?before={}": {200}}
    for address, statuses in due.items():
        assert mei.get(address.format(quote(after))).status_code in statuses, address
    for address in ("/admin/people?after={}", "/admin/people?before={}", "/admin/organisations?after={}"):
        assert admin.get(address.format(quote(after))).status_code == 200
    assert mei.get("/queue?sort=password_hash&order=1;--&page=-1").status_code == 200


# --- C101-C105, C134-C137: mails and links ---


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\r\nBcc: x@evil.example", "a@b.example%0d%0aBcc:x@evil.example", "a@b.example,x@evil.example",
        "a@b.example;x@evil.example", "a@b.example x@evil.example", "=?utf-8?q?a=0aBcc?= <a@b.example>",
        "<a@b.example>", "a@b.example\u2028Bcc: x", '"a b"@b.example', "a@b", "a@@b.example", "@b.example",
        "a@" + "b." * 200 + "example", "a" * 65 + "@b.example", "a@localhost:25", "a@[127.0.0.1]",
    ],
    ids=ascii,
)  # fmt: skip
def test_c101_to_c105_what_is_more_or_less_than_one_address_is_refused(house: House, email: str) -> None:
    admin, before = house.browser("administrator_guan"), house.rows()
    answer = send(admin, "/admin/people/new", **{**PERSON, "email": email})
    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.text or "Please keep it to" in answer.text
    assert house.rows() == before


def test_c101_to_c105_nothing_that_is_told_gets_into_a_mail(house: House) -> None:
    """Recipients exactly as intended, links to this house alone, whatever report, headers and host said."""
    bad = "x\r\nBcc: x@evil.example\r\n\r\n<a href=https://evil.example>"
    data = {**TOLD, "place": house.world.entrance.id, "description": bad, "spot": bad[:80], "name": bad[:60]}
    headers = {"X-Forwarded-Host": "evil.example", "X-Original-URL": "//evil.example", "Forwarded": "host=evil.example"}
    client = house.visitor()
    token = worlds.token_of(client.get("/track", headers=headers).text)
    form = {"csrf_token": token, "key": worlds.new_key(), **data}
    made = client.post(f"/p/{house.world.code}/report", data=form, headers=headers)
    assert made.status_code == 303
    assert stays(made)
    number = made.location.split("/")[2]
    mails = [mail for mail in delivered(house) if number in str(mail["Subject"])]
    assert [str(mail["To"]) for mail in mails] == ["mei@example.org"]
    for mail in mails:
        assert set(mail.keys()) == {
            "From", "To", "Subject", "X-Propman-Dedupe", "Message-ID", "Date", "Auto-Submitted", "Content-Type",
            "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip
        words = mail.get_content()
        assert f"http://localhost/tickets/{number}" in words
        assert "evil" not in words + str(mail["Subject"])


def delivered(house: House) -> list[EmailMessage]:
    """Every mail that left, after everything that is due was sent."""
    with house.app.app_context():
        open_session = sessionmaker(db.engine, expire_on_commit=False)
        deliver_due(open_session, send=senders(house.settings, open_session), now=clock.now)
    files = sorted((house.settings.data_dir / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "localhost evil", "::1"]
)
def test_c134_to_c136_a_foreign_host_is_refused_bare(house: House, host: str) -> None:
    for path in ("/", "/sign-in", "/healthz", f"/p/{house.world.code}", "/nothing-here"):
        answer = house.visitor().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "Traceback" not in answer.text
        assert "<script" not in answer.text


def test_c137_links_name_this_house_whatever_the_request_said(house: House) -> None:
    """The receipt's link and the invitation come from the settings; what a proxy did not vouch for is not heard."""
    headers = {"Host": "127.0.0.1:9999", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    ticket = reported(house)
    secret = tracking.secret(ticket.id, ticket.tracking_key_id, house.settings.tracking_keys)
    page = house.visitor().get(f"/t/{ticket.number}/{secret}/receipt", headers=headers).text
    assert f"http://localhost/t/{ticket.number}/{secret}" in page
    assert "evil" not in page
    assert ":9999" not in page
    admin, person = house.browser("administrator_guan"), house.world.neighbour_wu
    assert send(admin, f"/admin/people/{person.id}/invite").status_code == 303
    page = admin.get(f"/admin/people/{person.id}", headers={"X-Forwarded-Host": "evil.example"}).text
    assert "http://localhost/invite/" in page
    assert "evil" not in page


# --- C108-C116: Unicode and encodings ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("المصباح لا يعمل", "المصباح لا يعمل", id="C108 right to left"),
        pytest.param("灯\u202egpj.exe", "灯\u202egpj.exe", id="C109 override"),
        pytest.param("\u200b\u2060", None, id="C110 nothing visible"),
        pytest.param(" \u3000\u00a0\r\n", None, id="C110 blanks"),
        pytest.param("🏚️ 𠮷 👩‍🔧", "🏚️ 𠮷 👩‍🔧", id="C111 four bytes"),
        pytest.param("cafe\u0301", "café", id="C112 composed"),
        pytest.param("a" + "\u0301" * 1999, "á" + "\u0301" * 1998, id="C112 two thousand marks"),
        pytest.param("a" + "\u0301" * 2000, None, id="C112 one mark more"),
        pytest.param("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行", id="line ends"),
        pytest.param("行\r\n" * 999 + "完", "行\n" * 999 + "完", id="as many letters as the browser lets in"),
    ],
)
def test_c108_to_c112_text_is_kept_composed_or_refused(house: House, typed: str, kept: str | None) -> None:
    before = house.rows()
    answer = report(house, description=typed)
    if kept is None:
        assert answer.status_code == 422
        assert house.rows() == before
    else:
        assert answer.status_code == 303
        assert text_of(house, TextKind.DESCRIPTION) == kept
        assert house.visitor().get(answer.location).status_code == 200


BROKEN = {
    "C113 NUL": b"%E6%BC%8F%00",
    "C114 surrogate": b"%ED%A0%80",
    "C115 bad UTF-8": b"%FF%FE",
    "C115 overlong": b"%C0%AF",
    "C115 bytes as they are": b"\xff\xfe",
    "C116 GBK": b"%B1%A8%D0%DE",
}


@pytest.mark.parametrize("case", BROKEN)
def test_c113_to_c116_bytes_that_are_no_text_are_refused(house: House, case: str) -> None:
    """As a field, as an argument, in an address; the same on both databases, and nothing is stored."""
    client, before = house.visitor(), house.rows()
    token = worlds.token_of(client.get("/track").text)
    form = f"csrf_token={token}&key={worlds.new_key()}&category=lights&place={house.world.entrance.id}&description="
    path = f"/p/{house.world.code}/report"
    typed = form.encode() + BROKEN[case]
    assert client.post(path, data=typed, content_type="application/x-www-form-urlencoded").status_code == 400
    name = BROKEN[case] + b"=x&"
    typed = name + form.encode() + b"x"
    assert client.post(path, data=typed, content_type="application/x-www-form-urlencoded").status_code == 400
    if b"%" in BROKEN[case]:
        assert client.get(f"/?code={BROKEN[case].decode()}").status_code == 400
        raw = bytes.fromhex(BROKEN[case].decode().replace("%", "")).decode("latin-1")
        assert client.get("/", environ_overrides={"PATH_INFO": f"/p/{raw}"}).status_code == 400
    assert house.rows() == before


def test_c113_a_file_name_that_is_no_text_leaves_nothing(house: House) -> None:
    before = house.rows()
    for name in (b"a\x00.jpg", b"\xff\xfe.jpg"):
        client = house.visitor()
        form = {"csrf_token": worlds.token_of(client.get("/track").text), "key": worlds.new_key(), **TOLD}
        form["place"] = str(house.world.entrance.id)
        parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{w}\r\n'.encode() for k, w in form.items()]
        head = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="' + name + b'"\r\n\r\n'
        body = b"".join(parts) + head + stories.picture() + b"\r\n--x--\r\n"
        answer = client.post(f"/p/{house.world.code}/report", data=body, content_type="multipart/form-data; boundary=x")
        assert 400 <= answer.status_code < 500
    assert house.rows() == before


@pytest.mark.parametrize(
    "body",
    [
        '{"a":' * 20_000,
        '{"key": "1", "key": "2"}',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": ' + "9" * 5000 + "}",
        '"\\ud800"',
        "true",
    ],
    ids=["C121 depth", "C122 twice", "C123 NaN", "C123 1e999", "C124 5000 digits", "C114 surrogate", "C126 true"],
)
def test_c121_to_c126_no_form_reads_json(house: House, body: str) -> None:
    before = house.rows()
    for path in (f"/p/{house.world.code}/report", "/sign-in", "/track", "/settings/language"):
        assert house.visitor().post(path, data=body, content_type="application/json").status_code == 400
    assert house.rows() == before


# --- C117-C120: one key, one effect ---


def test_c117_the_same_key_with_another_body_is_refused(house: House) -> None:
    client, key, path = house.visitor(), worlds.new_key(), f"/p/{house.world.code}/report"
    told = {**TOLD, "place": house.world.entrance.id}
    first = send(client, path, key=key, **told)
    before = house.rows()
    assert send(client, path, key=key, **told).location == first.location
    for other in (
        {"description": "水管漏"},
        {"category": "water"},
        {"place": house.world.other_entrance.id},
        {"spot": "3"},
    ):
        assert send(client, path, key=key, **{**told, **other}).status_code == 422
    assert house.rows() == before


def test_c118_the_same_key_of_somebody_else_is_another_report(house: House) -> None:
    """A key belongs to an account, or to the code of a label: nobody learns from a key what another one reported."""
    key, told = worlds.new_key(), {**TOLD}
    answers = [
        send(house.visitor(), f"/p/{house.world.code}/report", key=key, place=house.world.entrance.id, **told),
        send(house.visitor(), f"/p/{house.world.far_code}/report", key=key, place=house.world.far_entrance.id, **told),
        send(house.browser("resident_lin"), "/report", key=key, place=house.world.entrance.id, **told),
        send(house.browser("neighbour_wu"), "/report", key=key, place=house.world.other_entrance.id, **told),
    ]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 4


@pytest.mark.parametrize(
    "key",
    ["k" * 10_240, "0" * 32, "6" + "0" * 38, "6" + "0" * 40, "6" + "A" * 39, "６" * 40, "", " 6" + "0" * 39, "f" * 40],
    ids=len,
)
def test_c119_what_is_no_key_is_refused(house: House, key: str) -> None:
    before = house.rows()
    assert report(house, key=key).status_code == 400
    assert send(house.browser("administrator_guan"), "/admin/people/new", **PERSON, key=key).status_code == 400
    assert house.rows() == before


def test_c120_a_key_used_again_after_erasing_brings_nothing_back(house: House) -> None:
    """The retry finds the ticket that the key made, emptied; what was erased is not written down a second time."""
    world, key = house.world, worlds.new_key()
    told = {**TOLD, "category": "other", "place": world.entrance.id, "description": "我家门口的灯"}
    first = send(house.visitor(), f"/p/{world.code}/report", key=key, **told)
    ticket = house.session.scalars(select(Ticket).where(Ticket.number == first.location.split("/")[2])).one()
    stories.complete(house.session, world, ticket)
    mei = house.browser("dispatcher_mei")
    secret = tracking.secret(ticket.id, ticket.tracking_key_id, house.settings.tracking_keys)
    done = {"version": ticket.version, "stars": "5"}
    assert send(house.visitor(), f"/t/{ticket.number}/{secret}/confirm", **done).status_code == 303
    assert send(mei, f"/tickets/{ticket.number}/erase", sure="y").status_code == 303
    before = house.rows()
    again = send(house.visitor(), f"/p/{world.code}/report", key=key, **told)
    assert (again.status_code, again.location) == (303, first.location)
    assert house.rows() == before
    assert "我家门口的灯" not in str(before)


def test_c120_a_form_found_again_after_its_key_was_forgotten_brings_nothing_back(house: House) -> None:
    """Its report may be erased by then; a browser that kept the page for a month is told to open it again."""
    world, client = house.world, house.visitor()
    told = {**TOLD, "place": world.entrance.id, "key": worlds.new_key()}
    assert send(client, f"/p/{world.code}/report", **told).status_code == 303
    a_while = idempotency.KEPT + timedelta(hours=1)  # and not 31 days: with them the session ends, and its language
    with time_machine.travel(clock.now() + a_while, tick=True):
        assert idempotency.forget(house.session, before=clock.now() - idempotency.KEPT) > 0
        before = house.rows()
        again = send(client, f"/p/{world.code}/report", **told)
        assert again.status_code == 400
        assert "This page was opened more than 28 days ago." in again.text
        assert house.rows() == before


def test_erasing_wants_a_real_yes(house: House) -> None:
    """What a form never sends for a tick is none: erasing cannot be undone."""
    admin, mei, closed = house.browser("administrator_guan"), house.browser("dispatcher_mei"), None
    closed = stories.confirm(house.session, house.world, stories.report(house.session, house.world))
    before = house.rows()
    for sure in ("", "false"):
        assert send(admin, f"/admin/people/{house.world.neighbour_wu.id}/erase", sure=sure).status_code == 422
        assert send(mei, f"/tickets/{closed.number}/erase", sure=sure).status_code == 422
    assert house.rows() == before


# --- C127: what no form asks for ---


def test_c127_a_report_takes_nothing_that_was_not_asked(house: House) -> None:
    more = {
        "id": "1", "number": "2601-0000001", "state": "confirmed", "status": "confirmed", "priority": "P0",
        "stars": "5", "version": "9",
        "organisation_id": house.world.far_company.id, "assignee_id": house.world.worker_zhao.id,
        "community_id": house.world.far_community.id, "reporter_id": house.world.resident_lin.id, "private": "1",
        "submitted_at": "2020-01-01", "created_at": "2020-01-01", "channel": "phone", "tracking_key_id": "x",
        "due_at": "", "role": "administrator", "reopened": "9",
    }  # fmt: skip
    ticket, plain = reported(house, **more), reported(house)
    for name in ("state", "priority", "stars", "version", "organisation_id", "assignee_id", "community_id", "private",
                 "reporter_id", "channel", "tracking_key_id", "reopened", "due_kind"):  # fmt: skip
        assert getattr(ticket, name) == getattr(plain, name), name
    assert ticket.id != 1
    assert clock.now() - ticket.submitted_at < timedelta(minutes=10)


def test_c127_no_administrator_s_form_takes_what_it_does_not_ask(house: House) -> None:
    admin, world = house.browser("administrator_guan"), house.world
    roles = count(house, Membership)
    more = {"id": "1", "password_hash": "x", "disabled_at": "", "role": "administrator", "language": "en",
            "erased_at": "2020-01-01", "created_at": "2020-01-01", "sort_key": "zzz",
            "organisation_id": world.company.id}  # fmt: skip
    made = send(admin, "/admin/people/new", **{**PERSON, "sign_in_name": "c127"}, **more)
    person = house.session.get_one(User, int(made.location.split("/")[-1]))
    assert (person.password_hash, person.disabled_at, person.erased_at, person.language) == (None, None, None, "zh")
    assert person.sort_key != "zzz"
    assert count(house, Membership) == roles
    more = {"id": "1", "kind": "province", "parent_id": world.far_street.id, "line_ids": "/", "closed_on": "2020-01-01",
            "division_code": "1", "sort_key": "zzz"}  # fmt: skip
    assert send(admin, f"/admin/places/{world.building.id}/add", name="C127单元", **more).status_code == 303
    place = house.session.scalars(select(Place).where(Place.name == "C127单元")).one()
    assert (place.kind.value, place.parent_id, place.closed_on) == ("entrance", world.building.id, None)
    assert place.path == f"{world.building.path}{place.id}/"
    more = {"kind": "street_office", "place_id": world.far_street.id, "closed_on": "2020-01-01", "trade": ""}
    path = f"/admin/organisations/{world.far_company.id}/change"
    assert send(admin, path, name="远景物业", phone="0451-84660002", **more).status_code == 303
    company = house.session.get_one(Organisation, world.far_company.id, populate_existing=True)
    assert (company.kind.value, company.place_id, company.closed_on) == ("property_company", world.far_county.id, None)


def test_c127_a_move_takes_nothing_that_was_not_asked(house: House) -> None:
    ticket = stories.report(house.session, house.world)
    more = {"state": "confirmed", "organisation_id": house.world.far_company.id, "stars": "5", "priority": "P0",
            "action": "decline", "at": "2020-01-01", "actor_id": house.world.far_worker.id, "until_on": "2030-01-01",
            "number": "x"}  # fmt: skip
    form = {"version": ticket.version, "assignee_id": house.world.worker_zhao.id, **more}
    assert send(house.browser("dispatcher_mei"), f"/tickets/{ticket.number}/assign", **form).status_code == 303
    house.session.refresh(ticket)
    assert (ticket.state.value, ticket.stars, ticket.organisation_id) == ("assigned", None, house.world.company.id)
    assert ticket.hold_until_on is None


# --- C128-C133: sizes, patterns, days, telephones ---


@pytest.mark.parametrize(
    ("case", "due"),
    [
        ({"description": "a" * 1_000_001}, 413),
        ({"description": "漏" * 400_000}, 413),
        ({"description": "\n" * 100_000 + "a"}, 422),
        ({"description": "a" * 2001}, 422),
        ({"spot": "a" * 81}, 422),
        ({"name": "a" * 61}, 422),
        ({f"x{number}": "a" for number in range(3000)}, 303),
    ],
    ids=["C128 1 MB", "C128 1.2 MB", "C129 newlines", "one more", "spot", "name", "3000 fields"],
)
def test_c128_and_c129_sizes(house: House, case: dict[str, str], due: int) -> None:
    before = house.rows()
    assert report(house, **case).status_code == due
    assert due == 303 or house.rows() == before


PATTERNS = [
    "a" * 50_000 + "!", "a@" + "a." * 20_000, "[" * 20_000, "(" * 20_000, ">" * 20_000, "1" * 50_000 + "x",
    " " * 50_000 + "x", "1 " * 25_000 + "x", "-" * 50_000, "+8" * 20_000, "1-" * 20_000 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", PATTERNS, ids=lambda text: f"{text[:2]}…{text[-1]}")
def test_c130_and_c131_no_pattern_takes_long(house: House, text: str) -> None:
    """Every kind of field that is read by a pattern; measured as this process's own work."""
    admin, mei = house.browser("administrator_guan"), house.browser("dispatcher_mei")
    company = f"/admin/organisations/{house.world.company.id}/change"
    asks = [
        lambda: report(house, phone=text),
        lambda: send(admin, "/admin/people/new", **{**PERSON, "email": text, "phone": text}),
        lambda: send(admin, "/admin/people/new", **{**PERSON, "sign_in_name": text}),
        lambda: send(admin, company, name="安居物业", phone=text),
        lambda: send(house.visitor(), "/track", number=text, pin=text),
        lambda: send(house.visitor(), "/sign-in", who=text, password=text),
        lambda: mei.get("/queue", query_string={"category": text, "after": text}),
        lambda: mei.get("/search", query_string={"q": text}),
        lambda: admin.get("/admin/places", query_string={"q": text}),
        lambda: house.visitor().get("/", query_string={"code": text}),
    ]
    for number, ask in enumerate(asks):
        began = time.thread_time()
        assert ask().status_code < 500
        assert time.thread_time() - began < 2, f"question {number}"


DAYS = [
    "2023-02-29", "2026-13-01", "2026-00-10", "10000-01-01", "0000-01-01", "0001-01-01", "24:00:01", "2026-1-1x",
    "tomorrow", "１-1-1", "-1", "2026-11-31", "9999-12-31", "1900-01-01", "2026-01-01; DROP",
]  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
def test_c132_a_day_that_cannot_be_meant_is_refused_by_name(house: House, day: str) -> None:
    world, admin, mei = house.world, house.browser("administrator_guan"), house.browser("dispatcher_mei")
    ticket = stories.report(house.session, world)
    person = f"/admin/people/{world.neighbour_wu.id}/roles"
    post = house.session.scalars(select(Membership).where(Membership.user_id == world.neighbour_wu.id)).first()
    assert post is not None
    before = house.rows()
    asks = [
        (
            mei,
            f"/tickets/{ticket.number}/hold",
            {"until_on": day, "cause": "parts", "note": "等", "version": ticket.version},
        ),
        (admin, f"/admin/places/{world.far_entrance.id}/close", {"closes_on": day}),
        (admin, f"/admin/organisations/{world.contractor.id}/close", {"closes_on": day}),
        (admin, f"/admin/places/{world.unmanaged.id}/engage", {"organisation_id": world.company.id, "starts_on": day}),
        (admin, f"{person}/new?role=worker", {"organisation_id": world.company.id, "starts_on": day}),
        (admin, f"{person}/{post.id}/end", {"ends_on": day}),
    ]
    for browser, path, typed in asks:
        answer = send(browser, path, **typed)
        assert answer.status_code == 422, path
    assert house.rows() == before


def test_c132_the_leap_day_is_a_day(house: House) -> None:
    world, admin = house.world, house.browser("administrator_guan")
    form = {"organisation_id": world.contractor.id, "starts_on": "2024-02-29"}
    assert send(admin, f"/admin/people/{world.worker_sun.id}/roles/new?role=contractor", **form).status_code == 303
    assert send(admin, f"/admin/places/{world.far_entrance.id}/close", closes_on="2024-02-29").status_code == 303
    assert send(admin, f"/admin/places/{world.far_entrance.id}/reopen").status_code == 303


PHONES = [
    "打给我", "1380000000a", "138000000001380000", "1" * 19, "13800000000 13900000000", "13800000000/13900000000",
    "13800000000,13900000000", "+999 123", "110", "tel:13800000000", "0451", "(((((", "+86", "1380000000０0", "－1",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
def test_c133_what_is_not_one_telephone_is_refused_by_name(house: House, phone: str) -> None:
    admin, mei, before = house.browser("administrator_guan"), house.browser("dispatcher_mei"), house.rows()
    told = {**TOLD, "place": house.world.entrance.id, "phone": phone}
    for answer in (
        report(house, phone=phone),
        send(mei, "/intake", **told),
        send(admin, "/admin/people/new", **{**PERSON, "phone": phone}),
    ):
        assert answer.status_code == 422
        assert "is not a telephone number" in answer.text
    assert house.rows() == before


@pytest.mark.parametrize(
    "phone", ["138 1234 5678", "１３８－１２３４－５６７８", "+86 138 1234 5678", "008613812345678", "138-1234-5678"]
)
def test_c133_one_number_in_any_notation_is_one_number(house: House, phone: str) -> None:
    reported(house, phone=phone)
    assert text_of(house, TextKind.PHONE) == "+8613812345678"


# --- C151, C152: what no browser sends; what nobody is told about the machine ---

ODD_HEADERS = [
    {"Accept-Language": "x" * 20_000}, {"Accept-Language": "zh;q=NaN, \xff;q=9e999, en;q=-1,,;;"},
    {"Accept-Encoding": "é"}, {"Cookie": "propman=\xff\xfe; propman-device=../../x; =; ;;"},
    {"Cookie": "propman=" + "a." * 4000}, {"Range": "bytes=" + ",".join(f"{each}-" for each in range(500))},
    {"If-None-Match": '"' * 5000}, {"If-Modified-Since": "31 Feb 10000"}, {"Referer": "javascript:alert(1)"},
    {"User-Agent": "\xff" * 5000}, {"Content-Encoding": "gzip"}, {"Expect": "100-continue"}, {"Origin": "null"},
    {"X-Request-Id": "<script>"},
]  # fmt: skip


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=lambda headers: next(iter(headers)))
def test_c151_odd_headers_are_no_fault(house: House, headers: dict[str, str]) -> None:
    for path in ("/", "/static/favicon.svg", f"/p/{house.world.code}", "/track"):
        answer = house.app.test_client().get(path, headers=headers, buffered=True)
        assert answer.status_code in {200, 206, 304, 416}
        assert "<script>" not in answer.headers.get("X-Request-Id", "")


def test_c151_bodies_that_are_no_form_are_refused(house: House) -> None:
    client, before, path = house.visitor(), house.rows(), f"/p/{house.world.code}/report"
    token = worlds.token_of(client.get("/track").text)
    form = f"csrf_token={token}&key={worlds.new_key()}&category=lights&description=x"
    urlencoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'.format
    bodies = [
        ("".join(part(f"f{number}", "v") for number in range(2000)) + "--x--\r\n", multipart, 413),
        (part("description", "a" * 600_000) + "--x--", multipart, 413),
        ('--x\r\nContent-Disposition: form-data; name="a"' + "\r" * 50_000, multipart, 400),
        (form, "multipart/form-data", 400),
        (form, "multipart/form-data; boundary=" + "b" * 5000, 400),
        (form, "text/xml", 400),
        (form.replace("&", ";"), urlencoded, 400),
        (gzip.compress(form.encode()), urlencoded, 400),
    ]
    for body, kind, due in bodies:
        assert client.post(path, data=body, content_type=kind).status_code == due, kind
    assert house.rows() == before


def test_c152_machines_and_strangers_learn_nothing(house: House) -> None:
    client = house.visitor()
    assert client.get("/healthz").text == client.get("/readyz").text == ""
    for path in (
        "/metrics",
        "/setup",
        "/debug",
        "/console",
        "/.env",
        "/.git/config",
        "/server-status",
        "/static/../propman.sqlite3",
    ):
        assert client.get(path).status_code == 404
    plain, asked = client.get("/track"), client.get("/track?debug=1&__debugger__=yes&cmd=resource&f=style.css")
    assert plain.status_code == asked.status_code == 200
    assert "Werkzeug" not in str(plain.headers)
    for name in ("Remote-User", "X-Remote-User", "X-Forwarded-User", "Authorization"):
        assert client.get("/admin", headers={name: "administrator"}).status_code == 303


def test_c152_a_fault_shows_a_number_and_no_reason(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: the page is ours, the reason goes to the log alone."""

    def fail(*_anything: object, **_more: object) -> Iterator[None]:
        raise ValueError("SELECT secret FROM canary")

    monkeypatch.setitem(house.app.config, "TESTING", False)
    monkeypatch.setattr("propman.portal.views.about.categories", fail)
    answer = house.visitor().get("/emergency")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    for told in ("canary", "ValueError", "Traceback", ".py"):
        assert told not in answer.text


def test_the_answers_that_are_kept_hold_no_word_of_anybody(house: House) -> None:
    """Keys keep ids; whatever was told is in rows of its own that can be emptied."""
    reported(house, description="秘密的话", name="秘密的名字", phone="13812345678")
    kept = house.session.scalars(select(idempotency.IdempotencyKey)).all()
    assert kept
    assert "秘密" not in json.dumps([[row.answer, row.principal, row.fingerprint] for row in kept], ensure_ascii=False)
