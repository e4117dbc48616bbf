"""Every address x method x role x {own, foreign, not there}, against the table in `expected.py`."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.accounts.models import Membership, SignInSession, User
from propman.accounts.operations import invite
from propman.catalogue.models import AssetType, CategoryQuestion, InspectionItem
from propman.communities.models import Engagement
from propman.communities.operations import add_season, draw_code, revoke_code
from propman.db import Base
from propman.files.operations import Upload
from propman.notify.models import Notice
from propman.roles import NOBODY
from propman.tickets import queries, tracking
from propman.tickets.models import Channel
from tests import stories
from tests import world as small
from tests.crossing import (
    backlog,
    desk,
    duties,
    households,
    outages,
    oversight,
    plans,
    projects,
    referrals,
    register,
    rounds,
    spotchecks,
)
from tests.crossing.expected import ANYBODY, TABLE, Row
from tests.voice.samples import spoken
from tests.world import World

PEOPLE = {
    "resident": "resident_lin", "grid_worker": "grid_worker_gao", "dispatcher": "dispatcher_mei",
    "company_manager": "manager_han", "worker": "worker_zhao", "contractor": "contractor_deng",
    "utility": "utility_shui", "neighbourhood_committee": "committee_ju", "owners_committee": "owner_ye",
    "street_office": "clerk_jie", "official": "official_qian", "readonly_official": "readonly_cai",
    "auditor": "auditor_shen", "administrator": "administrator_guan",
}  # fmt: skip
LAST = [
    "communities.replace_code",
    "communities.revoke_code",
    "accounts.revoke_session",
]  # they take away what others need
TAKES_AWAY = {
    "communities.withdraw_season",
    "assets.erase_photo",
    "assets.revoke_blanks",
    "projects.withdraw_payment",
    "projects.erase_photograph",
    "desk.delete_filter",
    "rota.delete_shift",
    "desk.delete_phrase",
    "rota.delete_departure",
    "rounds.erase_round_photo",
}
"""Who comes second finds it gone."""
STEPS = {"tickets.move", "tickets.erase", "tickets.judge", "tickets.pay"}
"""Pages of a step that some of those who see the report may not take, or not as it stands."""
EFFECT_WITHOUT_FORM = {"accounts.sign_out"}  # would end the session that the test goes on with
SCRATCH = {"audit_record", "counter", "sign_in_session"}  # denials, attempts, session touch
ABSENT_NUMBER = "2601-0000000"


@dataclass
class Things:
    """For each kind of thing the address parts of a near one, a far one, and one that is not there."""

    near: dict[str, dict[str, Any]]
    far: dict[str, dict[str, Any]]
    absent: dict[str, dict[str, Any]]
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def things(app: Flask, session: Session, new_client: Callable[[], FlaskClient], tmp_path: Path) -> Things:
    world = small.build(session, files=app.extensions["propman.settings"].files_dir)
    made = Things(*_things(app, session, world))
    for role in ANYBODY:
        browser = new_client()
        if role != "visitor":
            small.sign_in(session, browser, world.people[PEOPLE[role]])
        made.browsers[role] = browser
        made.tokens[role] = small.token_of(browser.get("/track").text)
    session.commit()
    for kind, person in (("near", world.resident_lin), ("far", world.far_resident)):
        own = select(SignInSession.id).where(SignInSession.user_id == person.id)
        getattr(made, kind)["session"] = {"session_id": session.scalars(own).first() or 0}
    if not made.far["session"]["session_id"]:
        small.sign_in(session, new_client(), world.far_resident)
        session.commit()
        own = select(SignInSession.id).where(SignInSession.user_id == world.far_resident.id)
        made.far["session"] = {"session_id": session.scalars(own).one()}
    return made


def _things(app: Flask, session: Session, world: World) -> tuple[dict[str, dict[str, Any]], ...]:
    keys = app.extensions["propman.settings"].tracking_keys
    photo = Upload(file_name="canary-name.jpg", data=stories.picture())
    near = stories.report(session, world, by=world.resident_lin, photos=(photo,), voice=spoken())
    stories.assign(session, world, near)
    far = stories.report(
        session, world, place=world.far_entrance, by=world.far_resident, photos=(photo,), voice=spoken()
    )
    call = stories.report(session, world, by=world.dispatcher_mei, channel=Channel.PHONE)
    far_call = stories.report(session, world, place=world.far_entrance, by=world.far_dispatcher, channel=Channel.PHONE)
    session.flush()

    def ticket_parts(ticket: Any) -> dict[str, Any]:
        pictures = queries.attachments_of(session, ticket)
        key = pictures[0].photo.key if pictures else "0" * 32
        return {"number": ticket.number, "key": key, "action": "withdraw"}

    def link_parts(ticket: Any) -> dict[str, Any]:
        return ticket_parts(ticket) | {"secret": tracking.secret(ticket.id, ticket.tracking_key_id, keys)}

    def voice(ticket: Any) -> dict[str, Any]:
        heard = queries.timeline(session, ticket)[0].voice
        return {"key": heard.key if heard else "0" * 32}

    def notice_of(person: User) -> int:
        return session.scalars(select(Notice.id).where(Notice.recipient_id == person.id)).first() or 0

    def role_of(person: User) -> int:
        return session.scalars(select(Membership.id).where(Membership.user_id == person.id)).one()

    def engagement_of(place_id: int) -> int:
        return session.scalars(select(Engagement.id).where(Engagement.community_id == place_id)).one()

    seasons = [
        add_season(session, place_id=place.id, from_year=2016, to_year=None, starts="10-20", ends="04-20",
                   source="文件", actor_id=None, now=clock.now()).id
        for place in (world.county, world.far_county)
    ]  # fmt: skip
    revoked = draw_code(session, place_id=world.building.id, actor_id=None, now=clock.now())
    revoke_code(session, code=revoked.code, actor_id=None, now=clock.now())
    _, token = invite(session, person=world.worker_sun, viewer=NOBODY, now=clock.now())
    secret_of_far = link_parts(far)["secret"]
    near_things = {
        "": {}, "file": {"filename": "favicon.svg"}, "code": {"code": world.code}, "link": link_parts(near),
        "ticket": ticket_parts(near), "call": {"number": call.number}, "invitation": {"token": token},
        "notice": {"notice_id": notice_of(world.resident_lin)}, "person": {"person_id": world.neighbour_wu.id},
        "message": {"notice_id": notice_of(world.resident_lin)},
        "role": {"person_id": world.neighbour_wu.id, "membership_id": role_of(world.neighbour_wu)},
        "place": {"place_id": world.community.id}, "street": {"place_id": world.street.id},
        "label": {"place_id": world.entrance.id, "code": world.code},
        "organisation": {"organisation_id": world.contractor.id},
        "engagement": {"engagement_id": engagement_of(world.community.id)},
        "heated": {"place_id": world.county.id}, "season": {"season_id": seasons[0]},
        "type": {"code": "B01"}, "attribute": {"code": "area"}, "rule": {"key": "WP5"},
        "setting": {"name": "part_season_counts"},
        "escalation": {"code": "resolve_due"},
        "row": {"kind": "types", "row_id": session.scalars(select(AssetType.id)).first()},
        "kind of rule": {"kind": "clocks"}, "inspection": {"code": "T01"},
        "part of an inspection": {"code": "T01", "kind": "items"},
        "inspected row": {"kind": "items", "row_id": session.scalars(select(InspectionItem.id)).first()},
        "dated rule": {"kind": "questions", "row_id": session.scalars(select(CategoryQuestion.id)).first()},
        "spoken": ticket_parts(near) | voice(near), "spoken link": link_parts(near) | voice(near),
    }  # fmt: skip
    far_things = {
        "": {}, "file": {}, "code": {"code": revoked.code},
        "link": link_parts(near) | {"secret": secret_of_far}, "ticket": ticket_parts(far),
        "call": {"number": far_call.number}, "invitation": {"token": "x" * 43},
        "notice": {"notice_id": notice_of(world.far_dispatcher)}, "message": {}, "person": {}, "role": {
            "person_id": world.neighbour_wu.id, "membership_id": role_of(world.far_resident)},
        "place": {}, "street": {}, "label": {"place_id": world.entrance.id, "code": world.far_code},
        "organisation": {}, "engagement": {},
        "heated": {"place_id": world.far_county.id}, "season": {"season_id": seasons[1]},
        "type": {}, "attribute": {}, "rule": {}, "setting": {}, "escalation": {}, "row": {}, "kind of rule": {},
        "dated rule": {}, "inspection": {}, "part of an inspection": {}, "inspected row": {},
        "spoken": ticket_parts(far) | voice(far),
        "spoken link": link_parts(near) | voice(near) | {"secret": secret_of_far},
    }  # fmt: skip
    nothing = {"number": ABSENT_NUMBER, "key": "0" * 32, "action": "withdraw"}
    absent = {
        "": {}, "file": {"filename": "absent.css"}, "code": {"code": "0" * 13},
        "link": nothing | {"secret": secret_of_far}, "ticket": nothing, "call": nothing,
        "invitation": {"token": "y" * 43}, "notice": {"notice_id": 10**9}, "message": {"notice_id": 10**9},
        "person": {"person_id": 10**9},
        "role": {"person_id": world.neighbour_wu.id, "membership_id": 10**9}, "place": {"place_id": 10**9},
        "street": {"place_id": 10**9}, "label": {"place_id": world.entrance.id, "code": "0" * 13},
        "organisation": {"organisation_id": 10**9}, "engagement": {"engagement_id": 10**9},
        "session": {"session_id": 10**9}, "heated": {"place_id": 10**9}, "season": {"season_id": 10**9},
        "type": {"code": "Z99"}, "attribute": {"code": "absent"}, "rule": {"key": "ABSENT"},
        "setting": {"name": "absent"},
        "escalation": {"code": "absent"},
        "row": {"kind": "types", "row_id": 10**9}, "kind of rule": {"kind": "absent"},
        "dated rule": {"kind": "questions", "row_id": 10**9}, "inspection": {"code": "T99"},
        "part of an inspection": {"code": "T99", "kind": "items"},
        "inspected row": {"kind": "items", "row_id": 10**9},
        "spoken": nothing, "spoken link": nothing | {"secret": secret_of_far},
    }  # fmt: skip
    rooms = [(near_things, far_things, absent)]
    rooms += [room.things(session, world) for room in (register, projects, referrals, desk, households, outages,
              oversight, backlog, duties, plans, rounds, spotchecks)]  # fmt: skip
    return tuple(dict(ChainMap(*of_all)) for of_all in zip(*rooms, strict=True))


@dataclass(frozen=True)
class Cell:
    endpoint: str
    method: str
    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} as {self.role}, {self.relation}"


def cells(app: Flask) -> Iterator[tuple[Cell, Row]]:
    for rule in app.url_map.iter_rules():
        row = TABLE[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for role in ANYBODY:
                for relation in ("near", "far", "absent") if row.names else ("near",):
                    yield Cell(rule.endpoint, method, role, relation), row


def expected(cell: Cell, row: Row) -> str:
    """What the specification says of a cell: sign-in, forbidden, missing or open."""
    if cell.role not in row.who:
        return "sign-in" if cell.role == "visitor" else "forbidden"
    own = cell.relation == "near" and (not row.names or cell.role in row.own)
    far = cell.relation == "far" and cell.role in row.far
    return "open" if own or far else "missing"


def verdict(answer: TestResponse) -> str:
    """What an answer is, in the words of `expected`; "open" is every answer of the view itself to a wrong form.

    503 is the view's own word too: /readyz says it while no job process runs.
    """
    if answer.status_code == 303 and "/sign-in" in answer.headers["Location"]:
        return "sign-in"
    if answer.status_code in {403, 404}:
        return {403: "forbidden", 404: "missing"}[answer.status_code]
    return "open" if answer.status_code in {200, 303, 400, 409, 422, 503} else f"answered {answer.status_code}"


def ask(app: Flask, things: Things, cell: Cell, row: Row) -> TestResponse | None:
    parts = getattr(things, cell.relation)[row.names]
    if row.names and not parts:
        return None  # administrators see all there is: nothing is foreign to them
    if cell.endpoint == "tickets.move":
        parts = {**parts, "action": "hold"}
    address = _address(app, cell.endpoint, parts)
    browser = things.browsers[cell.role]
    if cell.method == "GET":
        return browser.get(address, buffered=True)
    return browser.post(address, data={"csrf_token": things.tokens[cell.role]}, buffered=True)


def _address(app: Flask, endpoint: str, parts: dict[str, Any]) -> str:
    names = next(app.url_map.iter_rules(endpoint)).arguments
    return app.url_map.bind("localhost").build(endpoint, {name: parts[name] for name in names})


def says_the_same(cell: Cell, due: str) -> bool:
    """Whether a cell says nothing that the one beside it does not: the guard refuses a role before it asks the database
    what an address names, so of near, far and absent one is tried, and each in its turn.
    """
    turn = ("near", "far", "absent")[crc32(f"{cell.endpoint} {cell.method} {cell.role}".encode()) % 3]
    return due in {"sign-in", "forbidden"} and cell.relation != turn


def bare(answer: TestResponse) -> tuple[Any, ...]:
    """Status, headers and body without what differs from one request to the next."""
    page = answer.data.decode(errors="replace")  # a file, where there should have been a page
    body = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)
    body = body.replace(answer.headers.get("X-Request-Id", "no id"), "")
    kept = sorted(
        (n, v) for n, v in answer.headers if n not in {"X-Request-Id", "Set-Cookie", "Date", "Content-Length"}
    )
    return answer.status_code, kept, body


def digest(session: Session) -> dict[str, list[Any]]:
    """Every row of every table but the scratch ones."""
    session.commit()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in SCRATCH]
    rows = {t.name: sorted(map(str, session.execute(text(f'SELECT * FROM "{t.name}"')).all())) for t in tables}
    session.commit()
    return rows


def test_the_table_names_every_address(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(TABLE)


def test_everybody_gets_what_the_specification_says(app: Flask, session: Session, things: Things) -> None:
    wrong, foreign, denied = [], {}, 0
    before = digest(session)
    for cell, row in cells(app):
        due = expected(cell, row)
        if cell.endpoint in EFFECT_WITHOUT_FORM and cell.method == "POST":
            continue
        if due == "open" and cell.method == "POST":
            continue  # below, where it may change something
        if row.names and says_the_same(cell, due):
            continue
        answer = ask(app, things, cell, row)
        if answer is None:
            continue
        denied += due != "open"
        forbidden_step = cell.endpoint in STEPS and due == "open" and answer.status_code in {403, 409}
        if verdict(answer) != due and not forbidden_step:
            wrong.append(f"{cell}: {verdict(answer)} ({answer.status_code}), should be {due}")
        if due == "missing":
            same = foreign.setdefault((cell.endpoint, cell.method, cell.role), bare(answer))
            if bare(answer) != same:
                wrong.append(f"{cell}: tells a foreign thing from one that is not there")
    assert not wrong, "\n".join(wrong)
    assert digest(session) == before
    assert denied > 1000


def test_who_may_reaches_the_view_itself(app: Flask, session: Session, things: Things) -> None:
    wrong, reached = [], set()
    for cell, row in sorted(cells(app), key=lambda found: found[0].endpoint in {*LAST, *TAKES_AWAY}):
        if cell.method != "POST" or expected(cell, row) != "open" or cell.endpoint in EFFECT_WITHOUT_FORM:
            continue
        if cell.endpoint in TAKES_AWAY & reached:
            continue
        answer = ask(app, things, cell, row)
        if answer is None:
            continue
        forbidden_step = cell.endpoint in STEPS and answer.status_code == 403
        if verdict(answer) != "open" and not forbidden_step:
            wrong.append(f"{cell}: {verdict(answer)} ({answer.status_code})")
        reached.add(cell.endpoint)
    assert not wrong, "\n".join(wrong)
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    assert reached == posts - EFFECT_WITHOUT_FORM


def test_an_ended_membership_opens_nothing(session: Session, things: Things) -> None:
    """A role ends: the very next request is denied, though the session goes on."""
    assert things.browsers["dispatcher"].get("/queue").status_code == 200
    yesterday = clock.local_date(clock.now()) - timedelta(days=1)
    for post in session.scalars(select(Membership).where(Membership.role == "dispatcher")):
        post.ends_on = yesterday
    session.commit()
    assert things.browsers["dispatcher"].get("/queue").status_code == 403
