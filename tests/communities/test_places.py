"""Places: added where they belong, named once, closed with a date, found by address."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from propman.audit.models import Change
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.data.reading import read_divisions
from propman.db import engine_options, prepare_engine
from propman.errors import NotFound, Refused
from tests.communities.city import ACTOR, DAY, NOW, TODAY, community, company, county, engage, place, street


def close(session: Session, which: Place, on: date) -> Place:
    return operations.close_place(session, place_id=which.id, on=on, actor_id=ACTOR, now=NOW)


def names(places: tuple[Place, ...]) -> list[str]:
    return [each.name for each in places]


# --- divisions ---


def test_divisions_are_loaded_once_each_below_its_parent(session: Session) -> None:
    assert operations.load_divisions(session, now=NOW) == 135
    assert operations.load_divisions(session, now=NOW) == 0
    kinds = dict(session.execute(select(Place.kind, func.count()).group_by(Place.kind)).all())
    assert kinds == {PlaceKind.PROVINCE: 1, PlaceKind.PREFECTURE: 13, PlaceKind.COUNTY: 121}
    daoli = county(session)
    assert names(queries.line(session, daoli)) == ["黑龙江省", "哈尔滨市", "道里区"]
    assert daoli.path == "/".join(["", *(str(each.id) for each in queries.line(session, daoli)), ""])
    assert queries.province(session) == queries.line(session, daoli)[0]


def test_two_loads_at_once_add_every_division_once(session: Session, database_url: str) -> None:
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)

    def load(_: int) -> int:
        with Session(engine) as mine, mine.begin():
            return operations.load_divisions(mine, now=NOW)

    with ThreadPoolExecutor(3) as pool:
        added = list(pool.map(load, range(3)))
    engine.dispose()
    assert sum(added) == 135
    places = {each.id: each for each in session.scalars(select(Place))}
    above = {None: "/", **{each.id: each.path for each in places.values()}}
    assert all(each.path == f"{above[each.parent_id]}{each.id}/" for each in places.values())


def test_a_division_that_was_renamed_gets_its_new_name_and_keeps_its_history(session: Session) -> None:
    daoli = county(session)
    daoli.name, daoli.sort_key = "旧道里区", "jiudaoliqu"
    session.flush()
    assert operations.load_divisions(session, now=NOW) == 0
    assert (daoli.name, daoli.sort_key) == ("道里区", "daoliqu")
    (change,) = history_of(session, subject_kind="place", subject_id=daoli.id)
    assert (change.field, change.old, change.new, change.actor_id) == ("name", "旧道里区", "道里区", None)


def test_divisions_carry_the_names_and_codes_of_the_register(session: Session) -> None:
    operations.load_divisions(session, now=NOW)
    stored = session.execute(select(Place.division_code, Place.name, Place.name_en)).all()
    assert sorted(stored) == sorted((row.code, row.full_name, row.name_en) for row in read_divisions())


# --- adding ---


def test_what_is_added_gets_the_kind_that_belongs_there(session: Session) -> None:
    here = street(session)
    red = place(session, here, "红旗小区", households=320)
    building = place(session, red, "3号楼")
    entrance = place(session, building, "2单元", name_en="Entrance 2")
    kinds = [each.kind for each in queries.line(session, entrance)[3:]]
    assert kinds == [PlaceKind.STREET, PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE]
    assert entrance.path == f"{building.path}{entrance.id}/"
    assert (red.households, entrance.name_en) == (320, "Entrance 2")


def test_a_new_street_has_its_office_from_the_first_moment(session: Session) -> None:
    here = street(session)
    office = queries.street_office_of(session, here.id, TODAY)
    assert office is not None
    assert office.name == "花园街道办事处"


def test_nothing_is_added_inside_the_province_or_a_prefecture(session: Session) -> None:
    for code in ("230000", "230100"):
        with pytest.raises(Refused, match="Nothing can be added inside"):
            place(session, county(session, code), "新区")


def test_nothing_is_added_inside_an_entrance(session: Session) -> None:
    entrance = place(session, place(session, community(session), "1号楼"), "1单元")
    with pytest.raises(Refused, match="Nothing can be added inside 1单元"):
        place(session, entrance, "101")


def test_two_open_neighbours_never_share_a_name(session: Session) -> None:
    first = community(session)
    with pytest.raises(Refused, match="already a 红旗小区") as refused:
        community(session)
    assert refused.value.field == "name"
    close(session, first, TODAY)
    assert community(session).id != first.id
    assert community(session, street_name="松花江街道").name == "红旗小区"  # in another street


def test_a_name_is_stored_on_one_line_in_one_form(session: Session) -> None:
    assert place(session, county(session), "  Cafe\u0301\n 街道 ").name == "Café 街道"


def test_no_place_has_an_id_that_no_database_gives(session: Session) -> None:
    for number in (0, -1, 2**63, 10**30):
        assert queries.place(session, number) is None
        with pytest.raises(NotFound):
            operations.add_place(session, parent_id=number, name="某", actor_id=ACTOR, now=NOW)


# --- changing ---


def test_renaming_keeps_id_and_path_and_writes_down_old_new_when_and_who(session: Session) -> None:
    red = community(session)
    path = red.path
    operations.change_place(
        session, place_id=red.id, name="红旗家园", name_en="Red Flag", households=12, actor_id=ACTOR, now=NOW + DAY
    )
    assert (red.name, red.sort_key, red.path) == ("红旗家园", "hongqijiayuan", path)
    changes = history_of(session, subject_kind="place", subject_id=red.id)
    assert [(each.field, each.old, each.new) for each in changes] == [
        ("households", None, "12"),
        ("name_en", None, "Red Flag"),
        ("name", "红旗小区", "红旗家园"),
        ("name", None, "红旗小区"),
    ]
    assert {(each.at, each.actor_id) for each in changes[:3]} == {(NOW + DAY, ACTOR)}


def test_saving_a_place_unchanged_writes_no_history(session: Session) -> None:
    red = community(session)
    before = session.scalar(select(func.count()).select_from(Change))
    operations.change_place(session, place_id=red.id, name=" 红旗小区 ", actor_id=ACTOR, now=NOW)
    assert session.scalar(select(func.count()).select_from(Change)) == before


def test_a_place_is_not_renamed_to_its_neighbours_name(session: Session) -> None:
    red = community(session)
    other = community(session, "蓝天小区")
    with pytest.raises(Refused, match="already a 红旗小区"):
        operations.change_place(session, place_id=other.id, name="红旗小区", actor_id=ACTOR, now=NOW)
    assert red.name == "红旗小区"


def test_divisions_are_not_changed_by_hand(session: Session) -> None:
    daoli = county(session)
    by_hand: list[Callable[[], object]] = [
        lambda: operations.change_place(session, place_id=daoli.id, name="新", actor_id=ACTOR, now=NOW),
        lambda: close(session, daoli, TODAY),
        lambda: operations.reopen_place(session, place_id=daoli.id, actor_id=ACTOR, now=NOW),
    ]
    for act in by_hand:
        with pytest.raises(Refused, match="道里区 comes with propman"):
            act()


# --- closing ---


def test_a_place_is_open_until_the_day_it_closes_on(session: Session) -> None:
    red = community(session)
    close(session, red, TODAY + 5 * DAY)
    assert red.open_on(TODAY + 4 * DAY)
    assert not red.open_on(TODAY + 5 * DAY)
    here = red.parent_id or 0
    assert names(queries.children(session, here, on=TODAY + 4 * DAY)) == ["红旗小区"]
    assert queries.children(session, here, on=TODAY + 5 * DAY) == ()
    assert names(queries.children(session, here, on=TODAY + 5 * DAY, include_closed=True)) == ["红旗小区"]


def test_nothing_closes_while_something_inside_it_is_open(session: Session) -> None:
    red = community(session)
    building = place(session, red, "1号楼")
    with pytest.raises(Refused, match="1号楼 lies inside it"):
        close(session, red, TODAY)
    close(session, building, TODAY + DAY)
    with pytest.raises(Refused, match="1号楼 lies inside it"):
        close(session, red, TODAY)
    assert close(session, red, TODAY + DAY).closed_on == TODAY + DAY


def test_nothing_inside_outlives_what_it_lies_in(session: Session) -> None:
    red = community(session)
    building = place(session, red, "1号楼")
    close(session, building, TODAY)
    close(session, red, TODAY + DAY)
    with pytest.raises(Refused, match="红旗小区, which it lies in, closes before"):
        close(session, building, TODAY + 2 * DAY)
    with pytest.raises(Refused, match="红旗小区 closes on"):
        operations.reopen_place(session, place_id=building.id, actor_id=ACTOR, now=NOW)
    with pytest.raises(Refused, match="红旗小区 closes on"):
        place(session, red, "2号楼")


@pytest.mark.parametrize(("ends_on", "refused"), [(None, True), (TODAY + 3 * DAY, True), (TODAY + 2 * DAY, False)])
def test_a_community_does_not_close_under_its_manager(session: Session, ends_on: date | None, refused: bool) -> None:
    red = community(session)
    engage(session, red, company(session), TODAY, ends_on)
    if refused:
        with pytest.raises(Refused, match="安居物业 is engaged here beyond that day"):
            close(session, red, TODAY + 2 * DAY)
    else:
        assert close(session, red, TODAY + 2 * DAY).closed_on == TODAY + 2 * DAY


def test_a_closing_can_be_undone_unless_its_name_has_been_given_away(session: Session) -> None:
    red = community(session)
    close(session, red, TODAY)
    operations.reopen_place(session, place_id=red.id, actor_id=ACTOR, now=NOW)
    assert red.closed_on is None
    with pytest.raises(Refused, match="红旗小区 is open"):
        operations.reopen_place(session, place_id=red.id, actor_id=ACTOR, now=NOW)
    close(session, red, TODAY)
    community(session)
    with pytest.raises(Refused, match="already a 红旗小区"):
        operations.reopen_place(session, place_id=red.id, actor_id=ACTOR, now=NOW)
    changes = history_of(session, subject_kind="place", subject_id=red.id)
    assert [(each.old, each.new) for each in changes if each.field == "closed_on"] == [
        (None, "2026-03-10"),
        ("2026-03-10", None),
        (None, "2026-03-10"),
    ]
