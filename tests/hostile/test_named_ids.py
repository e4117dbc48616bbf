"""An id named inside a request is loaded in the scope of who sends it: somebody else's is answered as none at all."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from propman.files.operations import Upload
from propman.tickets import queries, tracking
from propman.tickets.models import Ticket
from tests import stories
from tests.hostile.conftest import House, send

ABSENT = 10**9
TOLD = {"category": "lights", "description": "楼道灯不亮"}


@pytest.fixture(scope="module")
def ticket(house: House) -> Ticket:
    """A new report at home, that somebody can be sent to."""
    found = stories.report(house.session, house.world, by=house.world.resident_lin)
    house.session.commit()
    return found


def bare(answer: TestResponse, named: object) -> tuple[object, ...]:
    """What an answer says, without what differs in each and without the id that was named."""
    body = re.sub(r'name="(csrf_token|key)"[^>]*value="[^"]*"', "", answer.text)
    body = body.replace(answer.headers["X-Request-Id"], "")
    body = re.sub(rf"\b(place|community|assignee|company)={named}\b", "", body)
    return answer.status_code, answer.headers.get("Location"), body


def asked(house: House, who: str, path: str, field: str, named: object, **typed: object) -> TestResponse:
    """One request by `who` that names an id: in the address where `path` has a place for it, else as a field."""
    browser = house.browser(who) if who else house.visitor()
    if typed == ASKED:
        return browser.get(path.format(named))
    return send(browser, path.format(named), **{**typed, field: named})


ASKED = {"get": True}
CASES = {
    "who is sent": ("dispatcher_mei", "/tickets/{ticket}/assign", "assignee_id", "far_worker", {"version": 1}, 422),
    "who is sent instead, by the street office": (
        "clerk_jie", "/tickets/{unmanaged}/assign", "assignee_id", "worker_zhao", {"version": 1}, 422,
    ),
    "to whom it is referred": (
        "dispatcher_mei", "/tickets/{ticket}/refer", "organisation_id", "far_company", {"version": 1}, 422,
    ),
    "place of a report from a label": ("", "/p/{code}/report", "place", "far_entrance", TOLD, 422),
    "place above one's community": ("", "/p/{code}/report", "place", "street", TOLD, 422),
    "place of a report from home": ("resident_lin", "/report", "place", "far_entrance", TOLD, 422),
    "home to report from": ("resident_lin", "/report?place={{}}", "", "far_entrance", ASKED, 200),
    "place of a caller": ("dispatcher_mei", "/intake", "place", "far_entrance", TOLD, 422),
    "place of a caller outside one's building": ("grid_worker_gao", "/intake", "place", "unmanaged", TOLD, 422),
    "community of a caller": ("dispatcher_mei", "/intake?community={{}}", "", "far_community", ASKED, 404),
    "community of a caller, sent": ("dispatcher_mei", "/intake?community={{}}", "place", "far_community", TOLD, 404),
    "community without one's company": ("dispatcher_mei", "/intake?community={{}}", "", "unmanaged", ASKED, 404),
    "community to filter by": ("dispatcher_mei", "/queue?community={{}}", "", "far_community", ASKED, 400),
    "place of a list of parts": ("dispatcher_mei", "/register/parts?place={{}}", "", "far_community", ASKED, 404),
    "place of parts that go into a file": (
        "dispatcher_mei", "/register/export?place={{}}", "", "far_community", ASKED, 404,
    ),
    "company to narrow parts by": ("dispatcher_mei", "/register/unwatched?company={{}}", "", "far_company", ASKED, 400),
    "person to filter by": ("dispatcher_mei", "/queue?assignee={{}}", "", "far_worker", ASKED, 400),
    "person to filter by, without an office": ("auditor_shen", "/queue?assignee={{}}", "", "far_worker", ASKED, 400),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_foreign_id_is_answered_as_none_at_all(house: House, ticket: Ticket, case: str) -> None:
    who, path, field, foreign, typed, due = CASES[case]
    parts = {"ticket": ticket.number, "code": house.world.code}
    if "{unmanaged}" in path:
        lonely = stories.report(house.session, house.world, place=house.world.unmanaged)
        parts["unmanaged"] = lonely.number
    path, foreign_id = path.format(**parts), getattr(house.world, foreign).id
    before = house.rows()
    answers = [bare(asked(house, who, path, field, each, **typed), each) for each in (foreign_id, ABSENT, 2**63)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == due
    assert house.rows() == before


def test_the_key_of_another_tickets_photo_opens_nothing(house: House) -> None:
    world, session = house.world, house.session
    photo = Upload(file_name="x.jpg", data=stories.picture())
    near = stories.report(session, world, by=world.resident_lin, photos=(photo,))
    far = stories.report(session, world, place=world.far_entrance, by=world.far_resident, photos=(photo,))
    own, foreign = (queries.attachments_of(session, each)[0].photo.key for each in (near, far))
    secret = tracking.secret(near.id, near.tracking_key_id, house.settings.tracking_keys)
    session.commit()
    doors = {
        "dispatcher_mei": f"/tickets/{near.number}/photos/",
        "auditor_shen": f"/tickets/{near.number}/photos/",  # sees the far ticket too, at its own address
        "resident_lin": f"/reports/{near.number}/photos/",
        "": f"/t/{near.number}/{secret}/photos/",
    }
    for who, door in doors.items():
        browser = house.browser(who) if who else house.visitor()
        assert browser.get(door + own, buffered=True).status_code == 200
        thumb = own.replace(own, f"{own}-thumb")
        answers = [bare(browser.get(door + key), key) for key in (foreign, "0" * 32, thumb, "..%2f" + own)]
        assert answers[0][0] == 404
        assert answers[0] == answers[1]
        assert {answer[0] for answer in answers} == {404}


@pytest.mark.parametrize(
    ("role", "field", "wrong_kind"),
    [
        ("worker", "organisation_id", "utility"),
        ("street_office", "organisation_id", "company"),
        ("resident", "place_id", "street"),
        ("official", "place_id", "entrance"),
        ("auditor", "organisation_id", "company"),
        ("administrator", "place_id", "province"),
    ],
)
def test_a_role_is_given_only_where_it_belongs(house: House, role: str, field: str, wrong_kind: str) -> None:
    """Nothing is foreign to administrators, but what is not there is refused, and what the role is not held in."""
    admin, person = house.browser("administrator_guan"), house.world.neighbour_wu
    path = f"/admin/people/{person.id}/roles/new?role={role}"
    before = house.rows()
    for named in (getattr(house.world, wrong_kind).id, ABSENT, 0, -1, 2**63):
        assert send(admin, path, **{field: named, "starts_on": "2026-01-01"}).status_code == 422
    assert house.rows() == before


def test_only_a_property_company_that_is_there_takes_a_community_over(house: House) -> None:
    world, admin = house.world, house.browser("administrator_guan")
    before = house.rows()
    for named in (world.utility.id, world.street_office.id, ABSENT, 0, -1, 2**63, ""):
        for act in ("engage", "change-over"):
            answer = send(
                admin, f"/admin/places/{world.unmanaged.id}/{act}", organisation_id=named, starts_on="2028-02-29"
            )
            assert answer.status_code == 422
    assert house.rows() == before
