"""Who somebody is, by session, by id, by what they sign in with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from propman.accounts.operations import disable_person, erase_person
from propman.accounts.queries import (
    eligible_assignees,
    emails_of,
    find_by_sign_in,
    members,
    names_of,
    people_page,
    person_for,
    viewer_of,
    visible_people,
)
from propman.errors import NotFound
from propman.roles import NOBODY, Post, Role, Viewer
from tests.accounts.world import NOON, TODAY, add_person, give_role, make_world

ADMINISTRATOR = Viewer(user_id=1, posts=(Post(Role.ADMINISTRATOR),))


def test_a_viewer_holds_the_posts_of_the_local_day(session: Session) -> None:
    """A post begins on its first day and is gone on its last; the day changes at midnight in Harbin, 16:00 UTC."""
    world = make_world(session)
    person = add_person(session, "周师傅", sign_in_name="worker_zhou")
    post = give_role(session, person, Role.WORKER, organisation=world.company, starts_on=TODAY)
    post.ends_on = TODAY + timedelta(days=1)
    midnight = NOON.replace(hour=16)
    moments = [NOON - timedelta(days=1), midnight - timedelta(days=1), NOON, midnight - timedelta(seconds=1), midnight]
    held = [len(viewer_of(session, user_id=person.id, now=now).posts) for now in moments]
    assert held == [0, 1, 1, 1, 0]


def test_posts_carry_organisation_place_and_path(session: Session) -> None:
    """A resident's place; a company's organisation alone; an office's and a committee's area."""
    world = make_world(session)
    person = add_person(session, sign_in_name="everything_en")
    give_role(session, person, Role.RESIDENT, place=world.building)
    give_role(session, person, Role.DISPATCHER, organisation=world.company)
    give_role(session, person, Role.STREET_OFFICE, organisation=world.office)
    give_role(session, person, Role.OWNERS_COMMITTEE, organisation=world.owners)
    give_role(session, person, Role.OFFICIAL, organisation=world.bureau, place=world.county)
    give_role(session, person, Role.AUDITOR)
    viewer = viewer_of(session, user_id=person.id, now=NOON, sign_in_session_id=7)
    assert viewer.posts == (
        Post(Role.RESIDENT, None, world.building.id, world.building.path),
        Post(Role.DISPATCHER, world.company.id),
        Post(Role.STREET_OFFICE, world.office.id, world.street.id, world.street.path),
        Post(Role.OWNERS_COMMITTEE, world.owners.id, world.community.id, world.community.path),
        Post(Role.OFFICIAL, world.bureau.id, world.county.id, world.county.path),
        Post(Role.AUDITOR),
    )
    assert (viewer.user_id, viewer.name, viewer.session_id) == (person.id, "林秀英", 7)


def test_disabled_erased_and_unknown_people_are_nobody(session: Session) -> None:
    """They see what a stranger sees."""
    disabled, erased = add_person(session, sign_in_name="disabled_di"), add_person(session, sign_in_name="erased_er")
    disable_person(session, person=disabled, viewer=NOBODY, now=NOON)
    erase_person(session, person=erased, viewer=NOBODY, now=NOON)
    for user_id in (disabled.id, erased.id, 99_999):
        assert viewer_of(session, user_id=user_id, now=NOON) is NOBODY


def test_a_person_without_posts_is_a_resident(session: Session) -> None:
    """They can report, and see their own reports."""
    person = add_person(session, sign_in_name="resident_lin")
    assert viewer_of(session, user_id=person.id, now=NOON).roles == {Role.RESIDENT}


def test_names_mark_the_erased(session: Session) -> None:
    """So that a page can say so, and not leave a hole."""
    kept, gone = add_person(session, "王芳", sign_in_name="kept"), add_person(session, sign_in_name="gone")
    erase_person(session, person=gone, viewer=NOBODY, now=NOON)
    assert names_of(session, {kept.id, gone.id, 99_999}) == {kept.id: "王芳", gone.id: None}
    assert names_of(session, set()) == {}


def test_mail_goes_to_people_who_may_sign_in(session: Session) -> None:
    """Not to those without an address, nor to those shut out."""
    reachable = add_person(session, sign_in_name="a1", email="a@example.com")
    shut = add_person(session, sign_in_name="a2", email="b@example.com")
    silent = add_person(session, sign_in_name="a3")
    disable_person(session, person=shut, viewer=NOBODY, now=NOON)
    assert emails_of(session, [reachable.id, shut.id, silent.id]) == {reachable.id: "a@example.com"}
    assert emails_of(session, []) == {}


def test_members_are_those_in_effect_and_active(session: Session) -> None:
    """Of this organisation, with these roles, by name in pinyin."""
    world = make_world(session)
    people = {name: add_person(session, name, sign_in_name=f"x{number}")
              for number, name in enumerate(["赵一", "安二", "钱三", "孙四", "李五", "周六"])}  # fmt: skip
    for name in ("赵一", "安二", "李五"):
        give_role(session, people[name], Role.WORKER, organisation=world.company)
    give_role(session, people["钱三"], Role.WORKER, organisation=world.other_company)
    give_role(session, people["孙四"], Role.COMPANY_MANAGER, organisation=world.company)
    give_role(session, people["周六"], Role.WORKER, organisation=world.company, starts_on=date(2026, 4, 1))
    disable_person(session, person=people["李五"], viewer=NOBODY, now=NOON)
    found = members(session, organisation_id=world.company.id, roles={Role.WORKER}, on=TODAY)
    assert [person.name for person in found] == ["安二", "赵一"]
    found = members(session, organisation_id=world.company.id, roles={Role.WORKER}, on=date(2026, 4, 1))
    assert [person.name for person in found] == ["安二", "赵一", "周六"]


def test_who_can_be_sent(session: Session) -> None:
    """Worker, dispatcher, manager; of a street office its people; nobody twice."""
    world = make_world(session)
    worker = add_person(session, "甲", sign_in_name="worker_a")
    give_role(session, worker, Role.WORKER, organisation=world.company)
    give_role(session, worker, Role.DISPATCHER, organisation=world.company)
    owner = add_person(session, "乙", sign_in_name="owner_b")
    give_role(session, owner, Role.OWNERS_COMMITTEE, organisation=world.owners)
    clerk = add_person(session, "丙", sign_in_name="clerk_c")
    give_role(session, clerk, Role.STREET_OFFICE, organisation=world.office)
    sent = {org.name: [person.name for person in eligible_assignees(session, organisation_id=org.id, on=TODAY)]
            for org in (world.company, world.owners, world.office, world.other_company)}  # fmt: skip
    assert sent == {"安居物业": ["甲"], "红旗小区业委会": [], "花园街道办事处": ["丙"], "乐业物业": []}


def test_a_person_is_found_by_number_or_name(session: Session) -> None:
    """In any notation; not by a part, not by the shown name, not by a trick."""
    person = add_person(session, sign_in_name="worker_zhou", phone="138 1234 5678")
    number = ["13812345678", "１３８１２３４５６７８", "+86 138-1234-5678"]
    name = ["Worker_Zhou", " worker_zhou ", "ＷＯＲＫＥＲ_zhou"]
    nobody = ["", "13812345679", "worker", "林秀英", "' OR 1=1 --", "%", "x" * 100_000]
    assert [find_by_sign_in(session, typed) for typed in number + name] == [person] * 6
    assert [find_by_sign_in(session, typed) for typed in nobody] == [None] * 7


def test_only_administrators_see_people(session: Session) -> None:
    """For anybody else nobody is there."""
    person = add_person(session, sign_in_name="resident_lin")
    assert list(session.scalars(visible_people(ADMINISTRATOR))) == [person]
    assert person_for(session, ADMINISTRATOR, person.id) is person
    for viewer in (NOBODY, Viewer(user_id=person.id), Viewer(user_id=2, posts=(Post(Role.AUDITOR),))):
        assert list(session.scalars(visible_people(viewer))) == []
        with pytest.raises(NotFound):
            person_for(session, viewer, person.id)
    for missing in (0, 99_999, 2**63, 10**30):
        with pytest.raises(NotFound):
            person_for(session, ADMINISTRATOR, missing)


def test_pages_of_people_lead_forth_and_back(session: Session) -> None:
    """Sorted by pinyin; namesakes apart by id; erased people left out."""
    for number, name in enumerate(["王", "安", "李", "李", "郑", "白", "孙"]):
        add_person(session, name, sign_in_name=f"p{number}")
    erase_person(session, person=add_person(session, "零", sign_in_name="gone"), viewer=NOBODY, now=NOON)
    forth, back = [], []
    page = people_page(session, ADMINISTRATOR, size=3)
    assert page.before is None
    while True:
        forth.append([person.name for person in page.people])
        if page.after is None:
            break
        page = people_page(session, ADMINISTRATOR, after=page.after, size=3)
    while page.before is not None:
        page = people_page(session, ADMINISTRATOR, before=page.before, size=3)
        back.append([person.name for person in page.people])
        assert page.after is not None
    assert forth == [["安", "白", "李"], ["李", "孙", "王"], ["郑"]]
    assert back == [["李", "孙", "王"], ["安", "白", "李"]]


FOUND = {
    "秀": ["林秀英"],
    "LINXIU": ["林秀英"],
    "xiu": [],
    "Mei": ["梅调度"],
    "1234": ["梅调度"],
    "12": [],
    "１３８ １２": ["梅调度"],
    "%": [],
    "_": ["梅调度"],
    "  ": ["林秀英", "梅调度"],
    "'; DROP": [],
}


def test_people_are_searched_by_what_one_remembers(session: Session) -> None:
    """A part of the name, its pinyin, the sign-in name, a few digits; wildcards are plain characters."""
    add_person(session, "林秀英", phone="13900000000")
    add_person(session, "梅调度", sign_in_name="dispatcher_mei", phone="13812345678")
    pages = {search: people_page(session, ADMINISTRATOR, search=search) for search in FOUND}
    assert {search: [person.name for person in page.people] for search, page in pages.items()} == FOUND


def test_a_page_mark_of_nobody_starts_at_the_beginning(session: Session) -> None:
    """An address somebody kept, of a person erased since."""
    add_person(session, sign_in_name="resident_lin")
    assert len(people_page(session, ADMINISTRATOR, after=99_999).people) == 1
    assert people_page(session, ADMINISTRATOR, before=99_999, search="nobody").people == []
