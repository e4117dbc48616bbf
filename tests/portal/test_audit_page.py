"""The audit for those who look over it: complete, in order, without what is personal; by HTTP and from the rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.operations import Particulars, change_person, erase_person
from propman.accounts.queries import ids_named, names_shown
from propman.audit.models import AuditRecord, Change
from propman.audit.operations import current_request, record, record_change
from propman.audit.queries import CHANGED, Entry, Wanted, entries
from propman.communities import operations as communities
from propman.portal.acts import KINDS
from propman.register.operations import discard_import
from propman.roles import NOBODY, Role, Viewer
from propman.tickets.operations import erase_ticket
from tests import stories
from tests import world as worlds
from tests.assets import works as renovated
from tests.desk import Desk
from tests.register.office import GOOD, Office
from tests.world import World, viewer

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SILENT = {"demo_world_built"}
"""Acts of commands that name them by a constant."""


@pytest.fixture
def world(session: Session) -> World:
    return worlds.build(session)


@pytest.fixture
def auditor(session: Session, world: World) -> Viewer:
    return viewer(session, world.auditor_shen)


def words(page: str) -> str:
    """The visible words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def rows_of(page: str) -> list[str]:
    """The words of each line of the table."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [words(row) for row in body.split("</tr>") if "<td" in row]


# --- what is found ---


@pytest.fixture
def two_days(session: Session, world: World) -> list[str]:
    """An audit of two days and nothing before, as "act at …" and "field at …", the latest first."""
    session.execute(delete(AuditRecord))
    session.execute(delete(Change))
    guan, mei = world.administrator_guan.id, world.dispatcher_mei.id
    midnight = clock.at_local(clock.local_date(NOON))
    told: list[tuple[datetime, int, str]] = []
    acts: list[tuple[str, str, object, int | None, datetime]] = [
        ("signed_in", "user", mei, mei, midnight - SECOND),
        ("denied", "view", "portal.audit", mei, midnight),
        ("sign_in_failed", "user", mei, None, NOON),
        ("person_invited", "user", world.neighbour_wu.id, guan, NOON),
        ("signed_in", "user", guan, guan, NOON + SECOND),
    ]
    for act, kind, subject, actor, at in acts:
        record(session, act=act, subject_kind=kind, subject_id=subject, actor_id=actor, now=at)
        told.append((at, 0, act))
    token = current_request.set("ab" * 8)
    for field, kind, at in (("name", "place", NOON), ("phone", "organisation", midnight - 2 * SECOND)):
        record_change(session, subject_kind=kind, subject_id=world.company.id, field=field, old=None, new="新",
                      actor_id=guan, now=at)  # fmt: skip
        told.append((at, 1, field))
    current_request.reset(token)
    session.flush()
    return [name for _at, _source, name in sorted(told, key=lambda each: each[:2], reverse=True)]


def told(found: Iterable[Entry]) -> list[str]:
    return [entry.field or entry.kind for entry in found]


def test_the_latest_stands_first_whatever_it_is(session: Session, auditor: Viewer, two_days: list[str]) -> None:
    found = entries(session, auditor, Wanted())
    assert sorted(told(found.entries)) == sorted(two_days)
    moments = [entry.at for entry in found.entries]
    assert moments == sorted(moments, reverse=True)
    assert found.before is None


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_page_by_page_nothing_is_left_out_and_nothing_comes_twice(
    session: Session, auditor: Viewer, two_days: list[str], size: int
) -> None:
    """Also where several were written at the same moment, and while more is written."""
    whole = [entry.mark for entry in entries(session, auditor, Wanted()).entries]
    walked: list[str] = []
    before: str | None = None
    for number in range(len(whole)):
        page = entries(session, auditor, Wanted(), before=before, size=size)
        assert len(page.entries) <= size
        walked += [entry.mark for entry in page.entries]
        record(session, act="denied", subject_kind="view", subject_id=number, actor_id=None, now=NOON + 9 * SECOND)
        before = page.before
        if before is None:
            break
    assert walked == whole


NARROWED: list[tuple[Callable[[World], Wanted], str]] = [
    (lambda world: Wanted(kind="signed_in"), "signed_in signed_in"),
    (lambda world: Wanted(kind="changed:place"), "name"),
    (lambda world: Wanted(kind="changed:user"), ""),
    (lambda world: Wanted(kind="place"), ""),
    (lambda world: Wanted(person_ids=[world.dispatcher_mei.id]), "sign_in_failed denied signed_in"),
    (lambda world: Wanted(person_ids=[world.neighbour_wu.id]), "person_invited"),
    (lambda world: Wanted(person_ids=[]), ""),
    (lambda world: Wanted(day=clock.local_date(NOON) - timedelta(days=1)), "signed_in phone"),
    (lambda world: Wanted(day=clock.local_date(NOON) + timedelta(days=1)), ""),
    (lambda world: Wanted(request_id="ab" * 8), "name phone"),
    (lambda world: Wanted(kind="signed_in", day=clock.local_date(NOON)), "signed_in"),
    (lambda world: Wanted(kind="changed:place", request_id="cd" * 8), ""),
]


@pytest.mark.parametrize(("wanted", "found"), NARROWED)
def test_it_is_narrowed_by_kind_person_day_and_request(
    session: Session, world: World, auditor: Viewer, two_days: list[str], wanted: Callable[[World], Wanted], found: str
) -> None:
    assert told(entries(session, auditor, wanted(world)).entries) == found.split()


def test_whoever_may_not_see_it_finds_nothing(session: Session, world: World, two_days: list[str]) -> None:
    for person in world.people.values():
        may = person in {world.auditor_shen, world.administrator_guan}
        assert bool(entries(session, viewer(session, person), Wanted()).entries) is may, person.name
    assert entries(session, NOBODY, Wanted()).entries == ()


def test_a_mark_that_is_none_begins_at_the_top(session: Session, auditor: Viewer, two_days: list[str]) -> None:
    for mark in ("", "x1", "a", "a0", "a999999", "c99999999999999999999", "a１", "a1 OR 1=1"):
        assert len(entries(session, auditor, Wanted(), before=mark).entries) == len(two_days)


# --- who is named ---


def test_people_at_home_are_not_named_to_an_auditor(session: Session, world: World, auditor: Viewer) -> None:
    everybody = {person.id: person.name for person in world.people.values()}
    at_home = {world.resident_lin.id, world.neighbour_wu.id, world.far_resident.id}
    assert names_shown(session, auditor, everybody) == {
        person_id: name for person_id, name in everybody.items() if person_id not in at_home
    }
    guan = viewer(session, world.administrator_guan)
    assert names_shown(session, guan, everybody) == everybody
    assert ids_named(session, auditor, "林秀英") == ids_named(session, auditor, "linxiu") == ()
    assert ids_named(session, guan, "林秀英") == ids_named(session, guan, "lin xiu") == (world.resident_lin.id,)
    assert ids_named(session, auditor, "调度") == (world.far_dispatcher.id, world.dispatcher_mei.id)
    assert ids_named(session, guan, " ") == ids_named(session, guan, "%") == ()


def test_whoever_left_their_post_is_named_and_whoever_was_erased_is_not(
    session: Session, world: World, auditor: Viewer
) -> None:
    guan = viewer(session, world.administrator_guan)
    erase_person(session, person=world.worker_sun, viewer=guan, now=clock.now())
    erase_person(session, person=world.neighbour_wu, viewer=guan, now=clock.now())
    gone = [world.worker_sun.id, world.neighbour_wu.id]
    assert names_shown(session, auditor, gone) == {world.worker_sun.id: None}
    assert names_shown(session, guan, gone) == dict.fromkeys(gone)


# --- the page ---


@pytest.fixture
def looking(session: Session, client: FlaskClient, world: World) -> FlaskClient:
    """The browser of the auditor, in English."""
    return worlds.in_english(worlds.sign_in(session, client, world.auditor_shen))


def test_it_says_who_did_what_on_what_when_and_in_which_request(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    guan = worlds.in_english(worlds.sign_in(session, new_client(), world.administrator_guan))
    here = f"/admin/places/{world.building.id}/change"
    page = guan.get(here).text
    hidden = {name: worlds.value_of(page, name) for name in ("csrf_token", "key")}
    sent = guan.post(here, data=hidden | {"name": "8号楼"})
    (line, *_others) = rows_of(looking.get("/audit").text)
    change = session.scalars(select(Change).order_by(Change.id.desc())).first()
    assert change is not None
    assert str(clock.local(change.at))[:19] in line
    number = world.administrator_guan.id
    assert f"管理员, no. {number} place changed Name: 3号楼 → 8号楼 河柏小区 8号楼" in line
    assert sent.headers["X-Request-Id"] in line
    (same,) = rows_of(looking.get(f"/audit?request={sent.headers['X-Request-Id']}").text)
    assert same == line


def test_it_tells_denials_strangers_and_what_propman_does_itself(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    mei = worlds.sign_in(session, new_client(), world.dispatcher_mei)
    assert mei.get(f"/admin/people/{world.resident_lin.id}").status_code == 403
    assert mei.get("/tickets/2601-0000000").status_code == 404
    stranger, data = new_client(), {"who": world.resident_lin.phone, "password": "wrong"}
    data["csrf_token"] = worlds.token_of(stranger.get("/sign-in").text)
    stranger.post("/sign-in", data=data)
    lines = rows_of(looking.get("/audit").text)
    dispatcher = f"梅调度, no. {world.dispatcher_mei.id}"
    assert any(f"{dispatcher} denied: not allowed /admin/people/…" in line for line in lines)
    assert any(f"{dispatcher} denied: not found or out of sight /tickets/…" in line for line in lines)
    failed = f"sign-in failed: on an unknown browser a person at home, no. {world.resident_lin.id}"
    assert any(f"nobody signed in {failed}" in line for line in lines)
    built = rows_of(looking.get("/audit?kind=changed:place").text)
    assert all("propman itself" in line for line in built)


def test_what_is_personal_is_told_to_have_changed_and_nothing_more(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    guan = viewer(session, world.administrator_guan)
    for person, name in ((world.resident_lin, "林秀兰"), (world.worker_zhao, "赵师傅傅")):
        typed = Particulars(name=name, phone="13900001234" if person is world.resident_lin else "13900005678")
        change_person(session, person=person, particulars=typed, viewer=guan, now=clock.now())
    browsers = [looking, worlds.sign_in(session, new_client(), world.administrator_guan)]
    for number, browser in enumerate(browsers):
        page = browser.get("/audit?kind=changed:user").text
        assert len(rows_of(page)) == 6  # name, telephone and mail address of both
        assert "→" not in page
        for canary in ("3900001234", "3900005678", "138000", "example.org", "林秀英"):
            assert canary not in page
        assert ("林秀兰" in page) is (number == 1)
        assert "赵师傅傅" in page


def test_a_home_is_not_told_of_whoever_is_not_named(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    guan = worlds.in_english(worlds.sign_in(session, new_client(), world.administrator_guan))
    given = [guan.get("/audit?kind=membership_added").text, looking.get("/audit?kind=membership_added").text]
    at_home = f"no. {world.resident_lin.id}: resident"
    assert f"林秀英, {at_home} · 河柏小区 3号楼 2单元" in words(given[0])
    assert f"a person at home, {at_home} –" in words(given[1])
    for page in given:
        assert f"梅调度, no. {world.dispatcher_mei.id}: dispatcher · 安居物业" in words(page)
        assert f"高楼长, no. {world.grid_worker_gao.id}: building head or grid worker · 河柏小区 3号楼" in words(page)


def test_things_lead_where_the_viewer_may_go(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    ticket = stories.confirm(session, world, stories.report(session, world))
    erase_ticket(session, ticket=ticket, actor_id=world.dispatcher_mei.id, now=clock.now())
    communities.change_organisation(session, organisation_id=world.company.id, name="安居大物业", actor_id=None,
                                    now=clock.now())  # fmt: skip
    guan = worlds.sign_in(session, new_client(), world.administrator_guan)
    seen, administered = looking.get("/audit").text, guan.get("/audit").text
    assert f'href="/tickets/{ticket.number}"' in seen
    assert "/admin/" not in seen
    assert ticket.number not in administered  # whoever administers sees no reports
    for address in (f"/admin/organisations/{world.company.id}", f"/admin/people/{world.administrator_guan.id}"):
        assert f'href="{address}"' in administered


def test_imports_and_exports_of_parts_are_told_and_led_to(
    session: Session, looking: FlaskClient, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    office = Office(session, renovated.furnish(session, world))
    kept, gone = office.imported([GOOD]), office.send([GOOD], name="错表.xlsx")
    discard_import(session, import_id=gone.id, actor_id=world.clerk_jie.id, now=clock.now())
    mei = Desk(worlds.sign_in(session, new_client(), world.dispatcher_mei))
    assert mei.send("/register/export", kind="csv").status_code == 200
    guan = worlds.in_english(worlds.sign_in(session, new_client(), world.administrator_guan))
    administered, seen = guan.get("/audit").text, looking.get("/audit").text
    jie = f"解街道, no. {world.clerk_jie.id}"
    for line in (f"{jie} import ordered 台账.xlsx", f"{jie} parts imported 台账.xlsx",
                 f"{jie} file of parts thrown away no. {gone.id}",
                 f"梅调度, no. {world.dispatcher_mei.id} parts exported 1 part"):  # fmt: skip
        assert any(line in row for row in rows_of(administered)), line
    assert f'href="/register/imports/{kept.id}"' in administered
    assert any(f"parts imported no. {kept.id}" in row for row in rows_of(seen))  # whoever keeps nothing opens no import
    assert "/register/imports" not in seen


def test_filters_stay_in_the_address_from_page_to_page(session: Session, looking: FlaskClient, world: World) -> None:
    for number in range(120):
        record(session, act="denied", subject_kind="view", subject_id=f"page {number}",
               actor_id=world.dispatcher_mei.id, now=clock.now())  # fmt: skip
    address, seen = f"/audit?kind=denied&who={world.dispatcher_mei.id}&day={clock.local_date(clock.now())}", []
    for _ in range(3):
        page = looking.get(address).text
        seen += re.findall(r"page (\d+)", page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = unescape(following[1]) if following else ""
    assert not address
    assert seen == [str(number) for number in reversed(range(120))]
    assert 'value="denied"' in page
    assert "Back to the top" in page


WRONG = [
    ("kind=palace", 400, "The audit knows no such kind."),
    ("day=2026-02-30", 400, "2026-02-30 is not a day."),
    (f"who={'长' * 61}", 400, "Please keep it to 60 characters."),
    ("day=2026-3-9", 200, "Nothing like that was done."),
    ("day=0001-01-01", 400, "0001-01-01 cannot be meant. Look at the year."),
    ("day=9999-12-31", 200, "Nothing like that was done."),
    ("who=nobody", 200, "Nothing like that was done."),
    ("who=999999", 200, "Nothing like that was done."),
    ("who=9" + "9" * 40, 200, "Nothing like that was done."),
    ("request=ffff", 200, "Only what was done in request ffff."),
    ("request=%27--&before=a1%27&kind=&who=&day=", 200, "signed in"),
]


def test_what_is_asked_wrongly_is_named_and_left_out(looking: FlaskClient) -> None:
    for query, status, sentence in WRONG:
        answer = looking.get(f"/audit?{query}")
        assert (query, answer.status_code) == (query, status)
        assert sentence in words(answer.text)


def test_the_way_there_stands_on_every_page_of_whoever_may_go(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    for role, person in ((Role.AUDITOR, world.auditor_shen), (Role.ADMINISTRATOR, world.administrator_guan),
                         (Role.DISPATCHER, world.dispatcher_mei)):  # fmt: skip
        page = worlds.sign_in(session, new_client(), person).get("/").text
        assert page.count('href="/audit"') == (0 if role is Role.DISPATCHER else 2)


# --- its words ---


def acts_in_the_source() -> set[str]:
    """Every `act="…"` that is recorded, and "changed:…" for every kind of thing whose changes are kept."""
    found: set[str] = set()
    for path in (ROOT / "propman").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for writer in ast.walk(tree):
            for node in ast.walk(writer) if isinstance(writer, ast.FunctionDef) else ():
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    given = {one.arg: one.value for one in node.keywords}
                    if node.func.id == "record" and isinstance(given.get("act"), ast.Constant):
                        found.add(ast.literal_eval(given["act"]))
                    if node.func.id == "record_change":
                        found |= {f"{CHANGED}{kind}" for kind in kinds_of(given["subject_kind"], writer, path)}
    return found


def kinds_of(subject_kind: ast.expr, writer: ast.FunctionDef, path: Path) -> set[str]:
    """What `subject_kind` may be: a word, or the `__tablename__` of the rows that the function `writer` is given."""
    if isinstance(subject_kind, ast.Constant):
        return {ast.literal_eval(subject_kind)}
    assert isinstance(subject_kind, ast.Attribute)
    assert isinstance(subject_kind.value, ast.Name)
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    rows = get_type_hints(getattr(module, writer.name))[subject_kind.value.id]
    return {model.__tablename__ for model in get_args(rows) or (rows,)}


def test_every_act_has_a_word() -> None:
    assert acts_in_the_source() == set(KINDS) - SILENT
