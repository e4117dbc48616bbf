"""Many buildings and entrances at once: what is typed, what is made of it, and that it is all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from propman.audit.models import Change
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.kinds import NUMBER_UNITS, PlaceKind, numbered_names
from propman.communities.models import Place
from propman.communities.numbering import numbers
from propman.errors import Refused
from tests import world as small
from tests.communities.city import ACTOR, NOW, TODAY, community, place, street
from tests.desk import Desk, said
from tests.statements import counted

# --- what was typed ---

MEANS = {
    "7": "7",
    "1-3": "1 2 3",
    "1-3, 5, 甲3": "1 2 3 5 甲3",
    "１－３，５、甲３；9": "1 2 3 5 甲3 9",
    "1～2 4—5 7至8 10到11": "1 2 4 5 7 8 10 11",
    "1 - 3": "1 2 3",
    "3-3": "3",
    "1\n2\r\n3": "1 2 3",
    ", 1,,2 ,": "1 2",
    "1号楼、2号楼-4号楼，甲5号": "1 2 3 4 甲5",
    "a1-a3 B7": "A1 A2 A3 B7",
    "A1-3": "A1 A2 A3",
    "3A, 3B, 甲乙12": "3A 3B 甲乙12",
    "1a-3a": "1A 2A 3A",
    "001-003": "1 2 3",
    "3, 1": "3 1",
    "9998-9999": "9998 9999",
}


@pytest.mark.parametrize("typed", MEANS)
def test_numbers_are_read_as_people_write_them(typed: str) -> None:
    assert " ".join(numbers(typed, unit="号楼", most=200)) == MEANS[typed]


MEANS_NOTHING = {
    "": "Say which numbers",
    " ， \n": "Say which numbers",
    "three": "THREE is no number",
    "1, 二": "二 is no number",
    "1-": "1- is no number",
    "-3": "-3 is no number",
    "1-2-3": "1-2-3 is no number",
    "1-甲3": "1-甲3 is no number",
    "甲1-乙3": "甲1-乙3 is no number",
    "1-3A": "1-3A is no number",
    "3栋": "3栋 is no number",
    "12345": "12345 is no number",
    "1.5": "1.5 is no number",
    "<b>1</b>": "<B>1</B> is no number",
    "3-1": "3-1 ends before it begins",
    "1-3, 2, 3, 9": "In the list twice: 2, 3.",
    "a1 A1": "In the list twice: A1.",
    "1-11": "too much for one step",
    "1-9, 11-12": "too much for one step",
    "0-9999": "too much for one step",
}


@pytest.mark.parametrize("typed", MEANS_NOTHING)
def test_what_is_no_list_of_numbers_is_named(typed: str) -> None:
    with pytest.raises(Refused, match=MEANS_NOTHING[typed]) as refused:
        numbers(typed, unit="号楼", most=10)
    assert refused.value.field == "numbers"


def test_ten_numbers_are_ten() -> None:
    assert len(numbers("1-10", unit="号楼", most=10)) == len(numbers("1-9, 11", unit="号楼", most=10)) == 10


def test_an_entrance_may_be_typed_with_its_own_unit() -> None:
    assert numbers("1单元-2单元 3单", unit="单元", most=10) == ("1", "2", "3")


def test_what_is_numbered_has_its_usual_name() -> None:
    assert numbered_names(PlaceKind.BUILDING, "12") == ("12号楼", "Building 12")
    assert numbered_names(PlaceKind.ENTRANCE, "1") == ("1单元", "Entrance 1")
    assert numbered_names(PlaceKind.BUILDING, "甲3") == ("甲3号楼", None)
    assert set(NUMBER_UNITS) == {PlaceKind.BUILDING, PlaceKind.ENTRANCE}


# --- what is made of it ---


def add_many(session: Session, inside: Place, typed: str, entrances: int = 0) -> tuple[Place, ...]:
    return operations.add_places(
        session, parent_id=inside.id, numbers=typed, entrances=entrances, actor_id=ACTOR, now=NOW
    )


def names_inside(session: Session, here: Place) -> list[str]:
    return [each.name for each in queries.children(session, here.id, on=TODAY)]


def test_buildings_come_with_their_entrances(session: Session) -> None:
    red = community(session)
    added = add_many(session, red, "1-3, 甲3", entrances=2)
    assert len(added) == 12
    assert names_inside(session, red) == ["1号楼", "2号楼", "3号楼", "甲3号楼"]
    for building in queries.children(session, red.id, on=TODAY):
        assert names_inside(session, building) == ["1单元", "2单元"]
        assert building.path == f"{red.path}{building.id}/"
        (first, _) = queries.children(session, building.id, on=TODAY)
        assert (first.kind, first.path) == (PlaceKind.ENTRANCE, f"{building.path}{first.id}/")
        assert queries.address(queries.line(session, first)) == f"红旗小区 {building.name} 1单元"
    assert queries.find_places(session, [red.path], "红旗 2号楼 2单元", on=TODAY)[0].name == "2单元"


def test_they_are_stored_as_if_each_had_been_added_alone(session: Session) -> None:
    red, blue = community(session), community(session, "蓝天小区")
    one = place(session, place(session, red, "7号楼", name_en="Building 7"), "1单元", name_en="Entrance 1")
    many = add_many(session, blue, "7", entrances=1)[1]
    for alone, among in ((one.parent, many.parent), (one, many)):
        assert alone is not None
        assert among is not None
        kept = ("kind", "name", "name_en", "sort_key", "households", "closed_on")
        assert [getattr(alone, name) for name in kept] == [getattr(among, name) for name in kept]
        histories = [history_of(session, subject_kind="place", subject_id=each.id) for each in (alone, among)]
        assert histories[0] == histories[1] != ()


def test_a_building_gets_more_entrances(session: Session) -> None:
    building = place(session, community(session), "1号楼")
    place(session, building, "1单元")
    assert [each.name for each in add_many(session, building, "2-4", entrances=9)] == ["2单元", "3单元", "4单元"]
    assert names_inside(session, building) == ["1单元", "2单元", "3单元", "4单元"]


def test_what_is_there_already_is_named_and_nothing_is_added(session: Session) -> None:
    red = community(session)
    for name in ("2号楼", "甲3号楼", "5号楼"):
        place(session, red, name)
    closed = place(session, red, "4号楼")
    operations.close_place(session, place_id=closed.id, on=TODAY, actor_id=ACTOR, now=NOW)
    changes = session.scalar(select(func.count()).select_from(Change))
    with pytest.raises(Refused, match="Here already: 2号楼, 甲3号楼. Nothing was added") as refused:
        add_many(session, red, "1-4, 甲3", entrances=2)
    assert refused.value.field == "numbers"
    session.flush()
    assert names_inside(session, red) == ["2号楼", "5号楼", "甲3号楼"]
    assert session.scalar(select(func.count()).select_from(Change)) == changes
    assert [each.name for each in add_many(session, red, "1, 3-4")] == ["1号楼", "3号楼", "4号楼"]


TOO_MANY = [("1-200", 0, 200), ("1-201", 0, 0), ("1-40", 4, 200), ("1-41", 4, 0), ("1", 199, 200), ("1", 200, 0)]


@pytest.mark.parametrize(("typed", "entrances", "made"), TOO_MANY)
def test_two_hundred_places_are_the_most_at_once(session: Session, typed: str, entrances: int, made: int) -> None:
    red = community(session)
    if made:
        assert len(add_many(session, red, typed, entrances)) == made
    else:
        with pytest.raises(Refused, match="at most 200 at once|too much for one step"):
            add_many(session, red, typed, entrances)
        session.flush()
        assert names_inside(session, red) == []


def test_only_buildings_and_entrances_are_numbered(session: Session) -> None:
    here = street(session)
    with pytest.raises(Refused, match="Only buildings and entrances"):
        add_many(session, here, "1-3")
    with pytest.raises(Refused, match="Nothing can be added inside 1单元"):
        add_many(session, place(session, place(session, community(session), "1号楼"), "1单元"), "1")
    shut = community(session, "蓝天小区")
    operations.close_place(session, place_id=shut.id, on=TODAY, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="蓝天小区 closes on"):
        add_many(session, shut, "1")


def test_of_rivals_that_add_the_same_numbers_one_wins_whole(session: Session, engine: Engine) -> None:
    red = community(session)
    red_id, spans = red.id, ["1-20", "10-30", "20-25", "5, 20"]  # each holds the number 20
    session.commit()
    barrier = Barrier(len(spans))

    def add(typed: str) -> str:
        with Session(engine) as mine:
            try:
                barrier.wait()
                operations.add_places(mine, parent_id=red_id, numbers=typed, entrances=1, actor_id=ACTOR, now=NOW)
                mine.commit()
            except Refused as refused:
                return str(refused)
        return typed

    with ThreadPoolExecutor(len(spans)) as pool:
        told = list(pool.map(add, spans))
    (winner,) = (answer for answer in told if answer in spans)
    assert sum("20号楼" in answer for answer in told) == len(spans) - 1
    assert names_inside(session, red) == [f"{number}号楼" for number in numbers(winner, unit="号楼", most=200)]


# --- the page ---


def test_a_community_is_filled_on_one_page(desk: Desk, session: Session, world: small.World) -> None:
    here = f"/admin/places/{world.unmanaged.id}"
    asked = desk.open(f"{here}/add").text
    assert f'action="{here}/add-many"' in asked
    assert f'action="{here}/add"' in asked
    hidden = {name: small.value_of(asked, name) for name in ("csrf_token", "key")}
    typed = hidden | {"numbers": "1-6, 甲3", "entrances": "3"}
    for _ in range(2):  # the answer was lost, and the form is sent again
        answer = desk.client.post(f"{here}/add-many", data=typed)
        assert answer.location == here
        assert "28 places are added." in desk.read(here)
    inside = queries.children(session, world.unmanaged.id, on=TODAY)
    assert [each.name for each in inside] == [*(f"{number}号楼" for number in range(1, 7)), "甲3号楼"]
    assert [len(queries.children(session, each.id, on=TODAY)) for each in inside] == [3] * 7
    changed = desk.client.post(f"{here}/add-many", data=typed | {"numbers": "7-9"})
    assert changed.status_code == 422
    assert "already sent with other content" in said(changed)
    entrances = f"/admin/places/{inside[0].id}"
    assert 'name="entrances"' not in desk.open(f"{entrances}/add").text
    assert "1 place is added." in desk.sent(f"{entrances}/add-many", numbers="4")


def test_a_refused_list_is_kept_and_the_other_form_stays_empty(
    desk: Desk, session: Session, world: small.World
) -> None:
    here = f"/admin/places/{world.community.id}"
    before = session.scalar(select(func.count()).select_from(Place))
    for typed, sentence in (
        ({"numbers": "1-5", "entrances": "2"}, "Here already: 3号楼."),
        ({"numbers": "1-50", "entrances": "9"}, "That would be 500 places"),
        ({"numbers": "7, 七", "entrances": "2"}, "七 is no number and no range."),
        ({"numbers": "", "entrances": "2"}, "Say which numbers"),
        ({"numbers": "7", "entrances": "31"}, "Entrances must be a number from 0 to 30."),
        ({"numbers": "7", "entrances": "viele"}, "viele is not a whole number."),
        ({"numbers": "7 " * 201, "entrances": ""}, "Please keep it to 400 characters."),
    ):
        answer = desk.send(f"{here}/add-many", **typed)
        assert (typed, answer.status_code) == (typed, 422)
        assert sentence in said(answer)
        assert f'value="{typed["entrances"]}"' in answer.text
        assert said(answer).count("not sent yet") == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Place)) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite, without a way to go, asks row by row
def test_many_cost_little_more_than_few(desk: Desk, world: small.World) -> None:
    app, costs = desk.client.application, []
    for typed in ("101-102", "103-130"):
        with counted(app) as sent:
            desk.sent(f"/admin/places/{world.community.id}/add-many", numbers=typed, entrances="3")
        costs.append(len(sent))
    assert costs[1] <= costs[0] + 5


def test_streets_and_communities_have_names_and_no_numbers(desk: Desk, world: small.World) -> None:
    for inside in (world.county.id, world.street.id):
        assert "add-many" not in desk.open(f"/admin/places/{inside}/add").text
        assert desk.open(f"/admin/places/{inside}/add-many").status_code == 404
