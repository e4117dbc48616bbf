"""Finding places, and saying where they are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from propman.communities import operations, queries
from tests.communities.city import ACTOR, DAOLI, NOW, TODAY, community, county, place


def test_children_sort_by_pinyin_and_number_on_both_databases(session: Session) -> None:
    red = community(session)
    for name in ("10号楼", "3号楼", "乙栋", "甲栋", "A栋"):
        place(session, red, name)
    assert [each.name for each in queries.children(session, red.id, on=TODAY)] == [
        "3号楼",
        "10号楼",
        "A栋",
        "甲栋",
        "乙栋",
    ]


def test_an_address_reads_as_people_write_it(session: Session) -> None:
    entrance = place(session, place(session, community(session), "3号楼"), "2单元")
    whole = queries.line(session, entrance)
    assert queries.address(whole) == "红旗小区 3号楼 2单元"
    assert queries.address(whole[:5]) == "红旗小区"
    assert queries.address(whole[:4]) == "哈尔滨市 道里区 花园街道"
    assert queries.address(whole[:1]) == "黑龙江省"
    assert queries.address(()) == ""


def test_lines_of_many_places_cost_one_query(session: Session) -> None:
    red = community(session)
    buildings = [place(session, red, f"{number}号楼") for number in range(5)]
    session.flush()
    session.expunge_all()
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    found = queries.lines(session, buildings)
    assert [queries.address(found[each.id]) for each in buildings] == [f"红旗小区 {n}号楼" for n in range(5)]
    assert len(asked) == 1


def test_the_community_of_a_place_is_the_one_it_lies_in(session: Session) -> None:
    red = community(session)
    building = place(session, red, "3号楼")
    assert queries.community_of(session, place(session, building, "2单元")) == red
    assert queries.community_of(session, red) == red
    assert queries.community_of(session, county(session)) is None


def test_a_scope_holds_what_lies_under_its_path_and_nothing_beside_it(session: Session) -> None:
    red, blue = community(session), community(session, "蓝天小区", "松花江街道")
    place(session, red, "1号楼")

    def under(path: str) -> set[int]:
        return set(session.scalars(queries.under(path)))

    assert under(county(session).path) == {red.id, blue.id}
    assert under(red.path) == {red.id}
    assert under(red.path[:-1].rsplit("/", 1)[0] + "/") == {red.id}
    assert under(county(session, "230103").path) == set()
    assert set(session.scalars(queries.communities_under(blue.path))) == {blue}


FOUND = [
    ("红旗", ["红旗小区"]),
    ("hongqi", ["红旗小区"]),
    ("3号楼", ["3号楼"]),
    ("红旗 3", ["3号楼"]),
    ("红旗小区3号楼", ["3号楼"]),
    ("红旗３号楼2单元", ["2单元"]),
    ("3-2", ["2单元"]),
    ("hongqi 3 2", ["2单元"]),
    ("花园 红旗", ["红旗小区"]),
    ("red flag", ["红旗小区"]),
    ("蓝天", []),  # in another street
    ("蓝天 3", []),
    ("%", []),
    ("_", []),
    ("", []),
    ("已关闭", []),
]


def test_places_are_found_as_people_type_them_within_the_scope(session: Session) -> None:
    red, blue = community(session), community(session, "蓝天小区", "松花江街道")
    red.name_en = "Red Flag Compound"
    place(session, place(session, red, "3号楼"), "2单元")
    place(session, blue, "3号楼")
    closed = place(session, red, "已关闭楼")
    operations.close_place(session, place_id=closed.id, on=TODAY, actor_id=ACTOR, now=NOW)
    scope = [queries.line(session, red)[3].path]
    found = [(typed, queries.find_places(session, scope, typed, on=TODAY)) for typed, _ in FOUND]
    assert [(typed, [each.name for each in places]) for typed, places in found] == FOUND
    assert queries.find_places(session, [], "红旗", on=TODAY) == ()


def test_what_is_found_stands_by_depth_and_name_not_by_the_length_of_its_ids(session: Session) -> None:
    near, far = county(session), county(session, "230184")
    assert len(near.path) < len(far.path)
    for above, name in ((near, "北小区"), (far, "安小区")):
        place(session, place(session, above, f"{name}街道"), name)
    root = queries.province(session)
    assert root is not None
    found = queries.find_places(session, [root.path], "小区", on=TODAY)
    assert [each.name for each in found] == ["安小区街道", "北小区街道", "安小区", "北小区"]


def test_a_search_gives_no_more_than_asked_for(session: Session) -> None:
    red = community(session)
    for number in range(6):
        place(session, red, f"{number}号楼")
    assert len(queries.find_places(session, [red.path], "号楼", on=TODAY, limit=4)) == 4
    assert queries.find_places(session, [red.path], "楼" * 5000, on=TODAY + timedelta(1)) == ()
    assert DAOLI not in {each.division_code for each in queries.find_places(session, [red.path], "道里", on=TODAY)}
