"""The pages of projects by HTTP: a renovation written down piece by piece, by who keeps it, for who sees it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.accounts.operations import add_membership
from propman.config import Settings
from propman.files.models import Photo
from propman.projects import queries
from propman.projects.models import FundingSource, Payment, Project, TransferStatus, WorkItem
from propman.roles import NOBODY, Role
from tests import renovations as made
from tests import stories
from tests import world as small
from tests.desk import Desk, said
from tests.renovations import ACCEPTED, COST, DAY, STARTED, TODAY, YUAN
from tests.statements import counted
from tests.world import World

SHARES = {FundingSource.BUDGET: COST - 300_000 * YUAN, FundingSource.BONDS: 300_000 * YUAN}


@pytest.fixture
def world(session: Session, settings: Settings) -> World:
    """The small world, with photographs where the application keeps them."""
    return small.build(session, files=settings.files_dir)


@pytest.fixture
def desk_of(session: Session, world: World, new_client: Callable[[], FlaskClient]) -> Callable[[str], Desk]:
    """Let somebody sign in."""
    return lambda who: Desk(small.sign_in(session, new_client(), world.people[who]))


@pytest.fixture
def clerk(desk_of: Callable[[str], Desk]) -> Desk:
    """The clerk of the street office, who keeps the projects of the street."""
    return desk_of("clerk_jie")


@pytest.fixture
def project(session: Session, world: World) -> Project:
    """The renovation of the community."""
    return made.project(session, world, shares=SHARES)


@pytest.fixture
def roof(session: Session, world: World, project: Project) -> WorkItem:
    """Its roof, accepted."""
    return made.accept(session, world, made.item(session, project, world))


def shown(page: TestResponse, number: str) -> bool:
    return f'value="{number}"' in page.text


def picture() -> tuple[io.BytesIO, str]:
    return io.BytesIO(stories.picture()), "屋面.jpg"


def only(session: Session, model: type) -> object:
    session.rollback()
    return session.scalars(select(model)).one()


# --- the whole story ---


def test_a_renovation_is_written_down_page_by_page(clerk: Desk, session: Session, world: World) -> None:
    assert "No projects yet" in clerk.read("/projects")
    page = clerk.read("/projects/new?q=hebai")
    assert "河柏小区" in page
    add = f"/projects/new/{world.community.id}"
    typed = {"number": "改〔2024〕17", "name": "河柏小区综合改造", "year": "2024", "owner_id": world.street_office.id,
             "started_on": "2024-05-06", "cost_fen": "1,000,000", "budget": "700000", "bonds": "３０万"}  # fmt: skip
    assert re.search(r'<select[^>]*name="owner_id"[^>]*>\s*<option[^>]*value=""', clerk.open(add).text)
    assert clerk.send(add, **{**typed, "owner_id": ""}).status_code == 422
    refused = clerk.send(add, **typed)
    assert "３０万 is not an amount in yuan" in said(refused)
    assert shown(refused, "３０万")
    page = clerk.sent(add, **{**typed, "bonds": "300,000.00 元"})
    assert "Public budget 700,000.00 yuan 70.0 %" in page
    project = only(session, Project)
    assert isinstance(project, Project)
    here = f"/projects/{project.id}"
    item = {"name": "3号楼屋面防水", "type_code": "B01", "place_id": world.building.id, "quantity": "820.5",
            "unit": "m²", "cost_fen": "200000", "contractor_id": world.contractor.id, "warranty_key": "",
            "contract_months": "72"}  # fmt: skip
    page = clerk.sent(f"{here}/items/new", **item)
    assert "820.5 m²" in page
    assert "WP5" in page
    assert "not accepted yet" in page
    roof = only(session, WorkItem)
    assert isinstance(roof, WorkItem)
    there = f"/projects/items/{roof.id}"
    page = clerk.sent(f"{there}/accept", accepted_on="2024-09-30", score="92", photos=[picture(), picture()])
    assert "2024-09-30 Mon · 92 of 100" in page
    clerk.sent(f"{there}/photos", kind="drawing", photos=picture())
    page = clerk.sent(f"{there}/retention", retention_fen="6000", due_on=TODAY.isoformat())
    assert "due since" in page
    assert "女儿墙" in clerk.sent(f"{there}/deduction", deducted_fen="2000", reason="女儿墙渗漏返修")
    page = clerk.sent(f"{there}/release", released_on=TODAY.isoformat())
    assert "To be paid out 4,000.00 yuan" in page
    assert "released on" in page
    page = clerk.sent(f"{there}/transfer", status="in_progress", utility_id=world.utility.id, happened_on="2024-10-08")
    page = clerk.sent(f"{there}/transfer", status="refused", happened_on="2024-10-20", document="退回单 5")
    assert "The utility refused it" in page
    pay = {"payee_id": world.contractor.id, "purpose": "进度款", "work_item_id": roof.id, "due_on": "2024-10-15",
           "due_fen": "150000"}  # fmt: skip
    page = clerk.sent(f"{here}/payments/new", **pay)
    assert re.search(r"overdue by \d+ days", page)
    payment = only(session, Payment)
    assert isinstance(payment, Payment)
    page = clerk.sent(f"/projects/payments/{payment.id}/paid", paid_on="2024-10-16", paid_fen="100000")
    assert "50,000.00 yuan still open" in page
    page = clerk.sent(f"/projects/payments/{payment.id}/paid", paid_on="2024-10-16", paid_fen="150000")
    assert "overdue" not in page
    assert "Due in all 150,000.00 yuan, paid 150,000.00 yuan, open 0.00 yuan." in page
    assert "1 of 1" in clerk.read("/projects")


def test_the_history_says_who_changed_what(clerk: Desk, project: Project, roof: WorkItem, world: World) -> None:
    facts = {"number": project.number, "name": "河柏小区改造", "year": "2024", "owner_id": world.street_office.id,
             "started_on": ""}  # fmt: skip
    page = clerk.sent(f"/projects/{project.id}/change", **facts)
    assert "Name 河柏小区综合改造 河柏小区改造 解街道" in page
    assert "Works began on 2024-05-06 – 解街道" in page
    page = clerk.sent(f"/projects/{project.id}/funding", cost_fen="1000000", residents="1000000")
    assert "Residents – 1,000,000.00 yuan 解街道" in page


def test_bad_input_is_named_and_kept(clerk: Desk, project: Project, roof: WorkItem, world: World) -> None:
    here, there = f"/projects/{project.id}", f"/projects/items/{roof.id}"
    cases: list[tuple[str, dict[str, object], list[str]]] = [
        (f"{here}/change", {"number": "", "name": "改造", "year": "soon", "owner_id": "0", "started_on": "2024-02-30"},
         ["Say something here", "soon is not a whole number", "Choose one of them", "2024-02-30 is not a day"]),
        (f"{here}/funding", {"cost_fen": "1000000", "budget": "999999.99"},
         ["The shares come to 999,999.99 yuan, the cost is 1,000,000.00 yuan"]),
        (f"{here}/payments/new", {"payee_id": world.contractor.id, "purpose": "", "due_on": "", "due_fen": "much"},
         ["Say something here", "Say on which day", "much is not an amount in yuan"]),
        (f"{here}/payments/new", {"payee_id": world.contractor.id, "purpose": "款", "due_on": "2024-10-01",
                                  "due_fen": "1000000.01"}, ["more than the project costs"]),
        (f"{here}/items/new", {"name": "屋面", "type_code": "B01", "place_id": world.far_building.id, "cost_fen": "1"},
         ["Choose one of them"]),
        (f"{there}/change", {"name": "屋面", "type_code": "B01", "place_id": world.building.id, "cost_fen": "1",
                             "warranty_key": "HEAT2", "quantity": "1.2345"},
         ["1.2345 is not a quantity"]),
        (f"{there}/change", {"name": "屋面", "type_code": "B01", "place_id": world.building.id, "cost_fen": "1",
                             "warranty_key": "HEAT2"}, ["Such a part is guaranteed by WP5, CONTRACT"]),
        (f"{there}/accept", {"accepted_on": (TODAY + DAY).isoformat(), "score": "101"},
         ["The score is a number from 0 to 100"]),
        (f"{there}/accept", {"accepted_on": (STARTED - DAY).isoformat()}, ["The works began only on 2024-05-06"]),
        (f"{there}/photos", {"kind": "drawing"}, ["Choose at least one photo"]),
        (f"{there}/retention", {"retention_fen": "300000", "due_on": TODAY.isoformat()}, ["no more can be kept back"]),
        (f"{there}/deduction", {"deducted_fen": "1", "reason": "坏"}, ["Only 0.00 yuan are kept back"]),
        (f"{there}/transfer", {"status": "transferred", "utility_id": world.utility.id, "happened_on": "2024-10-01"},
         ["Choose one of them"]),
        (f"{there}/transfer", {"status": "in_progress", "utility_id": "", "happened_on": "2024-10-01"},
         ["Choose one of them"]),
    ]  # fmt: skip
    for address, typed, sentences in cases:
        answer = clerk.send(address, **typed)
        assert answer.status_code == 422, (address, said(answer))
        for sentence in sentences:
            assert sentence in said(answer), (address, said(answer))
        plain = [value for name, value in typed.items() if isinstance(value, str) and name != "status"]
        assert all(value in answer.text for value in plain), (address, plain)


def test_a_form_sent_twice_acts_once(clerk: Desk, project: Project, world: World, session: Session) -> None:
    address = f"/projects/{project.id}/payments/new"
    page = clerk.open(address).text
    hidden = {name: small.value_of(page, name) for name in ("csrf_token", "key")}
    typed = {"payee_id": world.contractor.id, "purpose": "进度款", "due_on": "2024-10-15", "due_fen": "1"}
    for _ in range(2):
        assert clerk.client.post(address, data=hidden | typed).status_code == 303
    assert len(session.scalars(select(Payment)).all()) == 1
    assert clerk.client.post(address, data=hidden | {**typed, "due_fen": "2"}).status_code == 422


# --- who sees, who keeps ---


@pytest.mark.parametrize("who", ["manager_han", "committee_ju", "owner_ye", "readonly_cai", "auditor_shen"])
def test_who_only_sees_finds_no_button(
    desk_of: Callable[[str], Desk], project: Project, roof: WorkItem, world: World, session: Session, who: str
) -> None:
    made.pay(session, world, project)
    desk = desk_of(who)
    for address in ("/projects", f"/projects/{project.id}", f"/projects/items/{roof.id}"):
        page = desk.open(address)
        assert page.status_code == 200
        assert not re.findall(r'href="/projects/[^"]*(new|change|funding|paid|accept|photos|transfer)[^"]*"', page.text)
    for act in ("change", "funding", "payments/new", "items/new"):
        assert desk.open(f"/projects/{project.id}/{act}").status_code == 403


def test_what_is_out_of_scope_is_not_there(
    desk_of: Callable[[str], Desk], clerk: Desk, session: Session, world: World
) -> None:
    far = made.project(session, world, community=world.far_community)
    item = made.accept(session, world, made.item(session, far, world), photos=[made.photo()])
    payment = made.pay(session, world, far)
    key = queries.photographs_of(session, item.id)[0].photo.key
    addresses = [
        f"/projects/{far.id}", f"/projects/{far.id}/change", f"/projects/new/{world.far_community.id}",
        f"/projects/items/{item.id}", f"/projects/items/{item.id}/accept", f"/projects/payments/{payment.id}/paid",
        f"/projects/photos/{key}", f"/projects/photos/{key}/erase",
    ]  # fmt: skip
    for address in addresses:
        foreign, absent = clerk.open(address), clerk.open(re.sub(r"/\d+|/[0-9a-f]{32}", "/999999999", address))
        assert foreign.status_code == 404
        assert _bare(foreign) == _bare(absent)
    assert "远景" not in clerk.read("/projects")
    far_desk = desk_of("far_clerk")
    assert all(far_desk.open(address).status_code == 200 for address in addresses)


def test_who_sees_here_and_keeps_there_changes_nothing_here(
    desk_of: Callable[[str], Desk], session: Session, world: World
) -> None:
    """The clerk of the street also looks over the far county, read only."""
    add_membership(session, person=world.clerk_jie, role=Role.READONLY_OFFICIAL, organisation=None,
                   place=world.far_county, starts_on=TODAY, viewer=NOBODY, now=clock.now())  # fmt: skip
    far = made.project(session, world, community=world.far_community)
    item = made.accept(session, world, made.item(session, far, world), photos=[made.photo()])
    payment, key = made.pay(session, world, far), queries.photographs_of(session, item.id)[0].photo.key
    session.commit()
    desk = desk_of("clerk_jie")
    for address in (f"/projects/{far.id}", f"/projects/items/{item.id}", f"/projects/photos/{key}"):
        page = desk.open(address)
        assert page.status_code == 200
        assert b"/change" not in page.data
    for act in ("change", "funding", "payments/new", "items/new"):
        assert desk.open(f"/projects/{far.id}/{act}").status_code == 404
    for act in ("change", "accept", "photos", "retention", "deduction", "release", "transfer"):
        assert desk.open(f"/projects/items/{item.id}/{act}").status_code == 404
    for address in (f"payments/{payment.id}/paid", f"payments/{payment.id}/withdraw", f"photos/{key}/erase",
                    f"new/{world.far_community.id}"):  # fmt: skip
        assert desk.open(f"/projects/{address}").status_code == 404


def _bare(answer: TestResponse) -> str:
    return re.sub(r'name="csrf_token"[^>]*>', "", answer.text).replace(answer.headers["X-Request-Id"], "")


def test_photographs_open_to_who_sees_the_item_and_nobody_else(
    desk_of: Callable[[str], Desk], clerk: Desk, session: Session, world: World, roof: WorkItem, client: FlaskClient,
    settings: Settings,
) -> None:  # fmt: skip
    made.accept(session, world, roof, photos=[made.photo()])
    [hung] = queries.photographs_of(session, roof.id)
    address = f"/projects/photos/{hung.photo.key}"
    session.commit()
    for who, status in (("owner_ye", 200), ("manager_han", 200), ("dispatcher_mei", 403), ("far_clerk", 404)):
        assert desk_of(who).client.get(address, buffered=True).status_code == status
    assert client.get(address).status_code == 303
    for size, status in (("thumb", 200), ("huge", 400)):
        answer = clerk.client.get(f"{address}?size={size}", buffered=True)
        assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    good = clerk.client.get(address, buffered=True)
    assert (good.mimetype, good.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    assert "The photo is erased" in clerk.sent(f"{address}/erase")
    assert clerk.client.get(address).status_code == 404
    session.rollback()
    photo = session.scalars(select(Photo)).one()
    assert photo.files_deleted_at is not None
    assert not [path for path in Path(settings.files_dir).rglob("*") if photo.key in path.name]


def test_a_photo_that_is_none_is_named_and_nothing_is_accepted(clerk: Desk, session: Session, roof: WorkItem) -> None:
    address = f"/projects/items/{roof.id}/accept"
    answer = clerk.send(address, accepted_on="2024-10-01", score="80", photos=(io.BytesIO(b"GIF89a"), "x.gif"))
    assert answer.status_code == 415
    assert shown(answer, "2024-10-01")
    session.rollback()
    assert session.get_one(WorkItem, roof.id).accepted_on == ACCEPTED


def test_who_stands_there_already_can_stay_chosen(clerk: Desk, session: Session, world: World, roof: WorkItem) -> None:
    world.contractor.closed_on = TODAY
    session.commit()
    page = clerk.open(f"/projects/items/{roof.id}/change").text
    assert re.search(rf'<option selected value="{world.contractor.id}">', page)


# --- the list ---


def test_the_list_is_narrowed_by_its_address(clerk: Desk, session: Session, world: World, project: Project) -> None:
    other = made.project(session, world, community=world.unmanaged, number="2", name="无主改造", year=2023)
    made.pay(session, world, other, due_on=TODAY - DAY)
    assert "河柏小区综合改造" in clerk.read("/projects")
    for query, found in (("q=无主", "无主改造"), ("year=2023", "无主改造"), ("standing=overdue", "无主改造"),
                         (f"place={world.unmanaged.id}", "无主改造"), ("q=wuzhu&year=2023", "无主改造")):  # fmt: skip
        page = clerk.read(f"/projects?{query}")
        assert found in page
        assert "河柏小区综合改造" not in page
    assert "1 overdue" in clerk.read("/projects")
    assert "Nothing found" in clerk.read("/projects?q=nowhere")
    for nonsense in ("year=x&standing=x&place=x", "year=99999&place=99999999999999999999", "standing="):
        assert "河柏小区综合改造" in clerk.read(f"/projects?{nonsense}")
    for key in ("x", "1-2-3", "2024", "9" * 40):
        assert clerk.open(f"/projects?after={key}").status_code == 400


def test_pages_cost_the_same_however_long_they_are(
    app: Flask, clerk: Desk, session: Session, world: World, project: Project, roof: WorkItem
) -> None:
    addresses = ("/projects", f"/projects/{project.id}", f"/projects/items/{roof.id}",
                 f"/projects/items/{roof.id}/change")  # fmt: skip

    def grow(number: int) -> None:
        made.project(session, world, number=f"n{number}")
        item = made.accept(session, world, made.item(session, project, world))
        made.hand_over(session, world, item)
        made.pay(session, world, project, due_fen=YUAN, work_item_id=roof.id)
        made.accept(session, world, roof, photos=[made.photo()], on=date(2024, 10, 1))

    def costs() -> dict[str, int]:
        found = {}
        for address in addresses:
            with counted(app) as statements:
                assert clerk.open(address).status_code == 200
            found[address] = len(statements)
        return found

    grow(0)
    made.hand_over(session, world, roof)
    few = costs()
    for number in range(1, 8):
        grow(number)
    made.hand_over(session, world, roof, TransferStatus.REFUSED)
    assert costs() == few
    assert max(few.values()) <= 16, few


# --- ids named inside a form ---


def test_a_foreign_id_in_a_form_is_answered_as_none_at_all(
    clerk: Desk, session: Session, world: World, project: Project, roof: WorkItem
) -> None:
    far = made.project(session, world, community=world.far_community)
    far_item, far_office = made.item(session, far, world), made.far_owner(session, world)
    here, there = f"/projects/{project.id}", f"/projects/items/{roof.id}"
    facts = {"number": "9", "name": "名", "year": "2024", "owner_id": world.street_office.id, "cost_fen": "1"}
    item = {"name": "屋面", "type_code": "B01", "place_id": world.building.id, "cost_fen": "1"}
    pay = {"payee_id": world.contractor.id, "purpose": "款", "due_on": "2024-10-01", "due_fen": "1"}
    step = {"status": "in_progress", "happened_on": "2024-10-01"}
    cases = [
        (f"/projects/new/{world.community.id}", facts, "owner_id", far_office),
        (f"{here}/change", facts, "owner_id", far_office),
        (f"{here}/items/new", item, "place_id", world.far_building.id),
        (f"{here}/items/new", item, "contractor_id", world.company.id),
        (f"{there}/change", item, "claim_holder_id", far_office),
        (f"{here}/payments/new", pay, "payee_id", world.street_office.id),
        (f"{here}/payments/new", pay, "work_item_id", far_item.id),
        (f"{there}/transfer", step, "utility_id", world.company.id),
    ]
    for address, typed, field, foreign in cases:
        answers = [clerk.send(address, **{**typed, field: named}) for named in (foreign, 10**9, 2**63)]
        assert {answer.status_code for answer in answers} == {422}, (address, field)
        words = {said(answer) for answer in answers}
        assert len(words) == 1, (address, field)
        assert "Choose one of them" in words.pop()
