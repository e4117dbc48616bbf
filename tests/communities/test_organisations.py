"""Organisations: added where they belong, named once in their area, closed with a date, listed by page."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy.orm import Session

from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.kinds import AREA_KINDS, OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.data.reading import Trade
from propman.errors import NotFound, Refused
from tests.communities.city import (
    ACTOR,
    DAY,
    NOW,
    TODAY,
    community,
    company,
    county,
    engage,
    organisation,
    place,
    street,
)

UTILITY, CONTRACTOR, COMPANY = OrganisationKind.UTILITY, OrganisationKind.CONTRACTOR, OrganisationKind.PROPERTY_COMPANY


def add(session: Session, kind: OrganisationKind, area: Place, name: str = "某单位", **more: object) -> Organisation:
    return operations.add_organisation(
        session,
        kind=kind,
        name=name,
        place_id=area.id,
        actor_id=ACTOR,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def close(session: Session, which: Organisation) -> Organisation:
    return operations.close_organisation(session, organisation_id=which.id, on=TODAY, actor_id=ACTOR, now=NOW)


def areas(session: Session) -> dict[PlaceKind, Place]:
    entrance = place(session, place(session, community(session), "1号楼"), "1单元")
    return {each.kind: each for each in queries.line(session, entrance)}


def test_each_kind_belongs_to_the_areas_of_the_table_and_to_no_other(session: Session) -> None:
    here = areas(session)
    refused = set()
    for kind, area in product(OrganisationKind, PlaceKind):
        trade = Trade.WATER if kind is UTILITY else None
        try:
            add(session, kind, here[area], f"{kind} {area}", trade=trade)
        except Refused:
            refused.add((kind, area))
    second_office = {(OrganisationKind.STREET_OFFICE, PlaceKind.STREET)}  # the street has its office already
    allowed = {(kind, area) for kind, kinds in AREA_KINDS.items() for area in kinds} - second_office
    assert refused == set(product(OrganisationKind, PlaceKind)) - allowed


def test_a_street_has_one_office(session: Session) -> None:
    here = street(session)
    with pytest.raises(Refused, match="花园街道 already has its office: 花园街道办事处"):
        add(session, OrganisationKind.STREET_OFFICE, here, "又一个办事处")


TRADES = [
    (UTILITY, None, "Say what the utility supplies"),
    (UTILITY, Trade.HEAT, None),
    (CONTRACTOR, None, None),
    (CONTRACTOR, Trade.LIFT, None),
    (COMPANY, None, None),
    (COMPANY, Trade.LIFT, "Only a utility or a contractor"),
]


def test_a_trade_is_given_where_reports_are_routed_by_it(session: Session) -> None:
    for number, (kind, trade, sentence) in enumerate(TRADES):
        name = f"单位{number}"
        if sentence is None:
            assert add(session, kind, county(session), name, trade=trade).trade is trade
        else:
            with pytest.raises(Refused, match=sentence) as refused:
                add(session, kind, county(session), name, trade=trade)
            assert refused.value.field == "trade"


def test_names_are_unique_in_their_area_and_free_in_another(session: Session) -> None:
    first = company(session)
    with pytest.raises(Refused, match="already a 安居物业"):
        company(session)
    assert add(session, COMPANY, county(session, "230103"), "安居物业").id != first.id
    close(session, first)
    second = company(session)
    with pytest.raises(Refused, match="already a 安居物业"):
        operations.reopen_organisation(session, organisation_id=first.id, actor_id=ACTOR, now=NOW)
    close(session, second)
    operations.reopen_organisation(session, organisation_id=first.id, actor_id=ACTOR, now=NOW)
    assert first.open_on(TODAY)
    with pytest.raises(Refused, match="安居物业 is open"):
        operations.reopen_organisation(session, organisation_id=first.id, actor_id=ACTOR, now=NOW)


def test_a_correction_keeps_old_new_when_and_who(session: Session) -> None:
    water = organisation(session, UTILITY, "供水公司", trade=Trade.WATER, phone="12345")
    changed = {"name": "供热公司", "phone": "", "trade": Trade.HEAT}
    operations.change_organisation(session, organisation_id=water.id, actor_id=9, now=NOW + DAY, **changed)
    assert (water.name, water.phone, water.trade, water.sort_key) == ("供热公司", None, Trade.HEAT, "gongregongsi")
    lines = history_of(session, subject_kind="organisation", subject_id=water.id)[:3]
    assert {(line.field, line.old, line.new) for line in lines} == {
        ("name", "供水公司", "供热公司"),
        ("phone", "12345", None),
        ("trade", "water", "heat"),
    }
    assert {(line.at, line.actor_id) for line in lines} == {(NOW + DAY, 9)}
    with pytest.raises(Refused, match="Say what the utility supplies"):
        operations.change_organisation(session, organisation_id=water.id, name="供热公司", actor_id=9, now=NOW)


def test_a_company_does_not_close_while_it_is_engaged(session: Session) -> None:
    ours = company(session)
    engagement = engage(session, community(session), ours, TODAY)
    with pytest.raises(Refused, match="engaged in 红旗小区 beyond that day"):
        close(session, ours)
    operations.end_engagement(session, engagement_id=engagement.id, ends_on=TODAY + DAY, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="engaged in 红旗小区 beyond that day"):
        close(session, ours)
    operations.close_organisation(session, organisation_id=ours.id, on=TODAY + DAY, actor_id=ACTOR, now=NOW)
    assert not ours.open_on(TODAY + DAY)


def test_a_street_office_closes_with_its_street_and_not_before(session: Session) -> None:
    here = street(session)
    office = queries.street_office_of(session, here.id, TODAY)
    assert office is not None
    with pytest.raises(Refused, match="花园街道 is still open on that day"):
        close(session, office)
    operations.close_place(session, place_id=here.id, on=TODAY, actor_id=ACTOR, now=NOW)
    close(session, office)
    assert queries.street_office_of(session, here.id, TODAY) is None


def test_an_office_is_not_opened_again_beside_the_one_that_followed_it(session: Session) -> None:
    here = street(session)
    first = queries.responsible_on(session, place(session, here, "红旗小区").id, TODAY)
    for each in (*queries.children(session, here.id, on=TODAY), here):
        operations.close_place(session, place_id=each.id, on=TODAY, actor_id=ACTOR, now=NOW)
    close(session, first)
    operations.reopen_place(session, place_id=here.id, actor_id=ACTOR, now=NOW)
    add(session, OrganisationKind.STREET_OFFICE, here, "新办事处")
    with pytest.raises(Refused, match="already has its office: 新办事处"):
        operations.reopen_organisation(session, organisation_id=first.id, actor_id=ACTOR, now=NOW)


def test_the_last_office_of_a_closed_street_still_answers_for_what_was_there(session: Session) -> None:
    red = community(session)
    here = queries.place(session, red.parent_id or 0)
    office = queries.responsible_on(session, red.id, TODAY)
    assert here is not None
    for each in (red, here):
        operations.close_place(session, place_id=each.id, on=TODAY, actor_id=ACTOR, now=NOW)
    close(session, office)
    assert queries.responsible_on(session, red.id, TODAY + DAY) == office


def test_nothing_is_added_to_a_closed_area(session: Session) -> None:
    red = community(session)
    operations.close_place(session, place_id=red.id, on=TODAY, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="红旗小区 is closed or about to close"):
        add(session, OrganisationKind.OWNERS_COMMITTEE, red)


def test_a_community_needs_an_office_that_answers(session: Session) -> None:
    here = street(session)
    office = queries.street_office_of(session, here.id, TODAY)
    assert office is not None
    office.closed_on = TODAY  # by no act of this program
    session.flush()
    with pytest.raises(Refused, match="花园街道 has no street office yet"):
        place(session, here, "新小区")


# --- lists ---


def listed(session: Session, **asked: object) -> tuple[list[str], int | None, int | None]:
    page = queries.organisations(session, on=TODAY, **{"limit": 3, **asked})  # type: ignore[arg-type]
    return [row.name for row in page.rows], page.previous, page.next


def test_pages_follow_each_other_there_and_back(session: Session) -> None:
    ids = {name: company(session, name).id for name in ("丁", "甲", "丙", "乙", "戊", "己", "庚")}
    first = (["丙", "丁", "庚"], None, ids["庚"])
    second = (["己", "甲", "戊"], ids["己"], ids["戊"])
    assert listed(session) == first
    assert listed(session, after=ids["庚"]) == second
    assert listed(session, after=ids["戊"]) == (["乙"], ids["乙"], None)
    assert listed(session, before=ids["乙"]) == second
    assert listed(session, before=ids["己"]) == first
    assert listed(session, before=ids["丙"]) == listed(session, after=ids["乙"]) == ([], None, None)


def test_names_that_sort_alike_are_neither_lost_nor_shown_twice(session: Session) -> None:
    ids = [add(session, COMPANY, county(session, code), "同名").id for code in ("230102", "230103", "230104", "230108")]
    assert len({company(session, name).sort_key for name in ("一", "亿")}) == 1
    page = queries.organisations(session, on=TODAY, text="同名", limit=2)
    rest = queries.organisations(session, on=TODAY, text="同名", limit=2, after=page.next)
    assert [row.id for row in (*page.rows, *rest.rows)] == ids


def test_what_does_not_exist_is_not_found_and_a_page_behind_it_is_empty(session: Session) -> None:
    company(session)
    for number in (0, -1, 2**63, 999_999):
        assert listed(session, after=number) == listed(session, before=number) == ([], None, None)
        assert queries.organisation(session, number) is None
        with pytest.raises(NotFound):
            operations.close_organisation(session, organisation_id=number, on=TODAY, actor_id=ACTOR, now=NOW)


LISTED: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["安居物业", "供热公司"]),
    ({"kinds": [UTILITY]}, ["供热公司"]),
    ({"kinds": [UTILITY, COMPANY]}, ["安居物业", "供热公司"]),
    ({"text": "居"}, ["安居物业"]),
    ({"text": " anju "}, ["安居物业"]),
    ({"text": "%"}, []),
    ({"text": "没有"}, []),
    ({"text": "x" * 500}, []),
    ({"include_closed": True, "kinds": [CONTRACTOR]}, ["旧工程队"]),
]


def test_a_list_holds_what_was_asked_for(session: Session) -> None:
    company(session)
    organisation(session, UTILITY, "供热公司", trade=Trade.HEAT)
    close(session, organisation(session, CONTRACTOR, "旧工程队"))
    assert [(asked, listed(session, **asked)[0]) for asked, _ in LISTED] == LISTED


def test_the_overview_counts_what_is_there_and_what_is_missing(session: Session) -> None:
    red, blue = community(session), community(session, "蓝天小区")
    engage(session, red, company(session), TODAY)
    entrance = place(session, place(session, red, "1号楼"), "1单元")
    place(session, queries.place(session, entrance.parent_id or 0) or red, "2单元")
    operations.draw_code(session, place_id=entrance.id, actor_id=ACTOR, now=NOW)
    seen = queries.overview(session, TODAY)
    assert seen.lacking == dict.fromkeys(queries.Lack, 1)
    lacking = {lack: queries.lacking(session, lack, TODAY) for lack in queries.Lack}
    assert lacking[queries.Lack.MANAGER] == lacking[queries.Lack.BUILDINGS] == (blue,)
    assert [each.name for each in lacking[queries.Lack.CODE]] == ["2单元"]
    assert seen.places[PlaceKind.COMMUNITY] == 2
    assert seen.places[PlaceKind.ENTRANCE] == 2
    assert seen.organisations == {COMPANY: 1, OrganisationKind.STREET_OFFICE: 1}
