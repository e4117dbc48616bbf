"""The administration pages by HTTP: a city set up, corrected and taken down again, with nothing lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.models import Change
from propman.communities import operations, queries
from propman.communities.models import Engagement, Organisation, Place, PlaceCode
from tests import stories
from tests import world as small
from tests.desk import Desk, said
from tests.statements import costs

TODAY = clock.local_date(clock.now())
DAY = timedelta(days=1)


def place(session: Session, name: str, inside: int) -> Place:
    session.rollback()
    return session.scalars(select(Place).where(Place.name == name, Place.parent_id == inside)).one()


def test_a_city_is_set_up_page_by_page(desk: Desk, session: Session, world: small.World) -> None:
    county = world.county.id
    assert "道里区" in desk.read("/admin/places?q=daoli")
    assert "靖宇街道 is added" in desk.sent(f"/admin/places/{county}/add", name="靖宇街道")
    street = place(session, "靖宇街道", county).id
    assert "靖宇街道办事处" in desk.read(f"/admin/places/{street}")
    desk.sent(f"/admin/places/{street}/add", name=" 北环小区 ", name_en="North Ring", households="320")
    community = place(session, "北环小区", street)
    assert (community.households, community.name_en) == (320, "North Ring")
    here = f"/admin/places/{community.id}"
    desk.sent(f"{here}/add", name="1号楼")
    building = place(session, "1号楼", community.id).id
    desk.sent(f"/admin/places/{building}/add", name="2单元")
    entrance = f"/admin/places/{place(session, '2单元', building).id}"
    desk.sent(f"{entrance}/code", page=entrance)
    code = session.scalars(select(PlaceCode).order_by(PlaceCode.made_at.desc())).first()
    assert code is not None
    assert f"/p/{code.code}" in desk.open(entrance).text
    kind = {"kind": "property_company", "name": "北环物业", "phone": "0451-8466 0000"}
    added = desk.sent(f"/admin/places/{county}/organisations/new", **kind)
    assert "北环物业 is added" in added
    company = session.scalars(select(Organisation).where(Organisation.name == "北环物业")).one()
    chosen = {"organisation_id": company.id, "starts_on": TODAY.isoformat()}
    page = desk.sent(f"{here}/engage", **chosen)
    assert "Answers today 北环物业" in page
    assert "北环小区" in desk.read(f"/admin/organisations/{company.id}")


def test_a_company_that_has_managed_it_for_years_is_entered_with_its_first_day(
    desk: Desk, session: Session, world: small.World
) -> None:
    here = f"/admin/places/{world.unmanaged.id}"
    asked = desk.open(f"{here}/engage").text
    assert re.search(r"<option selected value=\"\">Choose…</option>", asked)
    assert asked.count("<option selected") == 1
    assert f'value="{TODAY}"' in asked
    assert "Choose one of the companies" in said(desk.send(f"{here}/engage", organisation_id="", starts_on=str(TODAY)))
    since = {"organisation_id": world.company.id, "starts_on": "2023-05-01"}
    assert "Answers today 安居物业" in desk.sent(f"{here}/engage", **since)
    assert "安居物业 2023-05-01" in desk.read(here)


def test_it_is_not_entered_over_days_on_which_the_office_answered(
    desk: Desk, session: Session, world: small.World
) -> None:
    stories.report(session, world, place=world.unmanaged)
    since = {"organisation_id": world.company.id, "starts_on": "2023-05-01"}
    answer = desk.send(f"/admin/places/{world.unmanaged.id}/engage", **since)
    assert answer.status_code == 422
    assert f"Reports have come from 无主小区 since {TODAY}" in said(answer)
    assert queries.engagements_of(session, world.unmanaged.id) == ()


def test_what_is_missing_leads_to_where_it_is_missing(desk: Desk, world: small.World) -> None:
    page = desk.open("/admin").text
    assert all(f'<a href="/admin/places?lack={lack}">' in page for lack in queries.Lack)
    assert "无主小区" in desk.read("/admin/places?lack=manager")
    assert "3单元" in desk.read("/admin/places?lack=code")
    assert "无主小区" in desk.read("/admin/places?lack=buildings")


def test_a_name_is_corrected_and_the_history_says_by_whom(desk: Desk, session: Session, world: small.World) -> None:
    here = f"/admin/places/{world.community.id}"
    page = desk.sent(f"{here}/change", name="河柏家园", name_en="", households="")
    assert "Name 河柏小区 河柏家园 管理员" in page
    assert "propman itself" in page  # the world was set up by nobody
    change = session.scalars(select(Change).order_by(Change.id.desc())).first()
    assert change is not None
    assert change.actor_id == world.administrator_guan.id


def test_a_community_changes_hands_and_loses_its_company(desk: Desk, session: Session, world: small.World) -> None:
    here = f"/admin/places/{world.community.id}"
    far = world.far_company.id
    soon = (TODAY + 5 * DAY).isoformat()
    page = desk.sent(f"{here}/change-over", organisation_id=far, starts_on=soon)
    assert "The change of company is kept" in page
    session.rollback()
    new, old = queries.engagements_of(session, world.community.id)
    assert (old.ends_on, new.starts_on, new.organisation_id) == (TODAY + 5 * DAY, TODAY + 5 * DAY, far)
    engagements = f"/admin/engagements/{new.id}"
    session.commit()
    desk.sent(f"{engagements}/withdraw", page=here)
    desk.sent(f"/admin/engagements/{old.id}/end", ends_on=TODAY.isoformat())
    assert f"Answers today {world.street_office.name}" in desk.read(here)


def test_a_label_is_replaced_and_revoked(desk: Desk, session: Session, world: small.World) -> None:
    here = f"/admin/places/{world.entrance.id}"
    assert "The code is replaced" in desk.sent(f"{here}/code/replace")
    assert desk.open(f"/p/{world.code}").status_code == 404
    session.rollback()
    fresh = queries.code_in_use(session, world.entrance.id)
    assert fresh is not None
    page = desk.sent(f"{here}/code/{fresh.code}/revoke")
    assert f"{fresh.code}, revoked" in page
    assert "Draw a code" in page


def test_a_street_is_taken_down_from_the_inside_out_and_put_up_again(desk: Desk, world: small.World) -> None:
    here = f"/admin/places/{world.unmanaged.id}"
    page = desk.sent(f"{here}/close", closes_on=TODAY.isoformat())
    assert "Closed from" in page
    above = f"/admin/places/{world.street.id}"
    assert "无主小区" not in desk.read(above).split("Changes")[0]
    assert "无主小区" in desk.read(f"{above}?closed=1").split("Changes")[0]
    assert "It is open again" in desk.sent(f"{here}/reopen", page=here)


def test_an_organisation_is_corrected_closed_and_opened_again(desk: Desk, session: Session, world: small.World) -> None:
    here = f"/admin/organisations/{world.utility.id}"
    page = desk.sent(f"{here}/change", name="城市供水公司", phone="12345", trade="water")
    assert "Trade heating water 管理员" in page
    assert "Closed from" in desk.sent(f"{here}/close", closes_on=TODAY.isoformat())
    assert "城市供水公司" not in desk.read("/admin/organisations")
    assert "城市供水公司" in desk.read("/admin/organisations?closed=y&kind=utility")
    assert "It is open again" in desk.sent(f"{here}/reopen", page=here)


REFUSED = [
    ("/admin/places/{street}/add", {"name": " "}, "Give a name."),
    ("/admin/places/{street}/add", {"name": "长" * 81}, "Please keep it to 80 characters."),
    ("/admin/places/{street}/add", {"name": "河柏小区"}, "There is already a 河柏小区 here."),
    ("/admin/places/{street}/add", {"name": "新", "households": "许多"}, "许多 is not a whole number."),
    ("/admin/places/{street}/add", {"name": "新", "households": "0"}, "from 1 to 100000"),
    ("/admin/places/{street}/close", {"closes_on": ""}, "Say from which day on it is closed."),
    ("/admin/places/{street}/close", {"closes_on": "明天"}, "明天 is not a day."),
    ("/admin/places/{street}/close", {"closes_on": "2026-02-30"}, "2026-02-30 is not a day."),
    ("/admin/places/{street}/close", {"closes_on": "0206-01-01"}, "0206-01-01 cannot be meant."),
    ("/admin/places/{street}/close", {"closes_on": TODAY.isoformat()}, "lies inside it and is still open"),
    (
        "/admin/places/{community}/engage",
        {"organisation_id": "", "starts_on": "2026-13-01"},
        "2026-13-01 is not a day.",
    ),
    ("/admin/places/{community}/engage", {"organisation_id": "999999", "starts_on": "2030-01-01"}, "Choose one of the"),
    (
        "/admin/places/{community}/engage",
        {"organisation_id": "{company}", "starts_on": "2020-01-01"},
        "is engaged here",
    ),
    (
        "/admin/places/{unmanaged}/engage",
        {"organisation_id": "{company}", "starts_on": "1949-09-30"},
        "cannot be meant",
    ),
    (
        "/admin/places/{community}/engage",
        {"organisation_id": "{company}", "starts_on": "2030-01-01"},
        "is engaged here",
    ),
    ("/admin/places/{community}/change-over", {"organisation_id": "{company}", "starts_on": "2030-01-01"}, "already"),
    ("/admin/places/{county}/organisations/new", {"name": "某"}, "Choose what it is."),
    ("/admin/places/{county}/organisations/new", {"kind": "street_office", "name": "某"}, "Choose what it is."),
    ("/admin/places/{county}/organisations/new", {"kind": "utility", "name": "某"}, "Say what the utility supplies"),
    (
        "/admin/places/{county}/organisations/new",
        {"kind": "utility", "name": "某", "trade": "steam"},
        "one of the trades",
    ),
    ("/admin/organisations/{company}/change", {"name": "某", "phone": "打给我"}, "打给我 is not a telephone number"),
    ("/admin/organisations/{company}/close", {"closes_on": TODAY.isoformat()}, "It is engaged in 河柏小区"),
]


def test_a_refused_form_names_what_is_wrong_keeps_what_was_typed_and_stores_nothing(
    desk: Desk, session: Session, world: small.World
) -> None:
    ids = {name: getattr(world, name).id for name in ("street", "community", "unmanaged", "county", "company")}
    tables = (Place, Organisation, Engagement, Change)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    for address, typed, sentence in REFUSED:
        answer = desk.send(address.format(**ids), **{name: value.format(**ids) for name, value in typed.items()})
        assert (address, answer.status_code) == (address, 422)
        assert sentence in said(answer), (address, typed)
        kept = [
            value for name, value in typed.items() if name in {"name", "households", "closes_on", "starts_on", "phone"}
        ]
        assert all(f'value="{value.strip()}"' in answer.text for value in kept if value.strip()), (address, typed)
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_a_lost_answer_and_a_second_press_change_nothing_more(desk: Desk, session: Session, world: small.World) -> None:
    address = f"/admin/places/{world.street.id}/add"
    page = desk.open(address).text
    typed = {"name": "新小区", **{name: small.value_of(page, name) for name in ("csrf_token", "key")}}
    answers = [desk.client.post(address, data=typed) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    place(session, "新小区", world.street.id)  # exactly one
    assert desk.client.post(address, data=typed | {"name": "另一个小区"}).status_code == 422


def test_a_key_opens_no_second_door(desk: Desk, session: Session, world: small.World) -> None:
    here, far = f"/admin/places/{world.street.id}", f"/admin/places/{world.far_street.id}"
    used = {name: small.value_of(desk.open(f"{here}/add").text, name) for name in ("csrf_token", "key")}
    typed = used | {"kind": "neighbourhood_committee", "name": "某居委会"}
    assert desk.client.post(f"{here}/organisations/new", data=typed).status_code == 303
    for address in (f"{far}/organisations/new", f"{here}/change", f"{here}/add"):
        answer = desk.client.post(address, data=typed)
        assert (address, answer.status_code) == (address, 422)
        assert "already sent with other content" in said(answer)


def test_a_form_without_its_key_is_refused(desk: Desk, session: Session, world: small.World) -> None:
    address = f"/admin/places/{world.street.id}/add"
    assert desk.send(address, name="新小区", key="").status_code == 400
    assert session.scalars(select(Place).where(Place.name == "新小区")).first() is None


GONE = [
    "/admin/places/999999",
    "/admin/places/0",
    "/admin/places/9223372036854775807",
    "/admin/places/9223372036854775808",
    "/admin/places/-1",
    "/admin/places/99999999999999999999999999",
    "/admin/places/999999/add",
    "/admin/places/999999/engage",
    "/admin/places/{entrance}/add",  # nothing lies in an entrance
    "/admin/places/{city}/add",  # divisions come with propman
    "/admin/places/{county}/change",
    "/admin/places/{county}/close",
    "/admin/places/{street}/engage",  # only a community is managed
    "/admin/places/{street}/change-over",
    "/admin/places/{street}/code/replace",  # no label hangs on a street
    "/admin/places/{community}/code/{code}/revoke",  # another place's code
    "/admin/places/{entrance}/code/0000000000000/revoke",
    "/admin/places/{entrance}/organisations/new",
    "/admin/organisations/999999",
    "/admin/organisations/999999/close",
    "/admin/engagements/999999/end",
]


def test_what_is_not_there_is_not_found(desk: Desk, world: small.World) -> None:
    ids = {name: getattr(world, name).id for name in ("entrance", "city", "county", "street", "community")}
    for address in GONE:
        assert (address, desk.open(address.format(code=world.code, **ids)).status_code) == (address, 404)


def test_odd_addresses_of_lists_open_them_all_the_same(desk: Desk) -> None:
    for address in (
        "/admin/places?lack=nothing",
        "/admin/places?q=%25_%5C'",
        "/admin/places?q=" + "长" * 5000,
        "/admin/places?q=" + "1+" * 40,
        "/admin/organisations?after=abc&kind=palace&closed=maybe",
        "/admin/organisations?after=99999999999999999999",
        "/admin/organisations?before=0&q=%25",
        "/admin/organisations/new?q=" + "x" * 5000,
    ):
        assert (address, desk.open(address).status_code) == (address, 200)


def test_lists_cost_the_same_however_long_they_are(
    desk: Desk, app: Flask, session: Session, world: small.World
) -> None:
    addresses = [
        f"/admin/places/{world.community.id}",
        f"/admin/places/{world.street.id}",
        "/admin/places?q=小区",
        "/admin/places?lack=manager",
        "/admin/organisations",
        "/admin",
    ]

    few = costs(app, desk, addresses)
    for number in range(25):
        street, actor = world.street.id, {"actor_id": world.administrator_guan.id, "now": clock.now()}
        operations.add_place(session, parent_id=street, name=f"第{number}小区", **actor)
        operations.add_place(session, parent_id=world.community.id, name=f"{number + 50}号楼", **actor)
        kind = world.company.kind
        operations.add_organisation(session, kind=kind, name=f"第{number}物业", place_id=world.county.id, **actor)
    session.commit()
    assert costs(app, desk, addresses) == few
    assert max(few) <= 16


def test_pages_of_organisations_follow_each_other(desk: Desk, session: Session, world: small.World) -> None:
    for number in range(60):
        actor = {"actor_id": None, "now": clock.now()}
        name = f"{number:02}物业"
        operations.add_organisation(session, kind=world.company.kind, name=name, place_id=world.county.id, **actor)
    first = desk.open("/admin/organisations?kind=property_company").text
    next_page = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "00物业" in first
    assert "39物业" in first
    assert "40物业" not in first
    second = desk.open(next_page).text
    assert "40物业" in second
    assert "39物业" not in second
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "00物业" in desk.read(back)
