"""The register in a browser: labels and posters on paper, a label bound on site without scripts, one thumb."""

from __future__ import annotations

import re

import pytest

from propman import clock
from propman.assets import queries
from propman.communities import operations as communities
from propman.communities.queries import blank_labels
from tests.assets.works import Works, part
from tests.browser.house import DESK, PHONE, House, Visitors

A4 = (594.96, 841.92)  # points; browsers round to whole pixels
FINGER = 44  # px


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """The sizes of the pages of a PDF, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


def printed(visitors: Visitors, address: str, *, scripts: bool = True) -> list[tuple[float, float]]:
    """The sizes of the sheets that come out when a dispatcher prints a page."""
    page = visitors.open("dispatcher_mei", size=DESK, scripts=scripts)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    return pages_of(page.pdf(prefer_css_page_size=True, print_background=False))


def sheet(house: House, count: int) -> str:
    """The address of a fresh sheet of so many blank labels."""
    with house.session() as session:
        made = communities.draw_blanks(session, community_id=house.world.community.id, count=count, actor_id=None,
                                       now=clock.now())  # fmt: skip
        session.commit()
        return f"/labels/sheets/{made.id}"


@pytest.mark.parametrize(("labels", "sheets"), [(1, 1), (20, 1), (21, 1), (22, 2), (42, 2), (43, 3)])
def test_twenty_one_labels_fill_a_sheet_of_a4(house: House, visitors: Visitors, labels: int, sheets: int) -> None:
    found = printed(visitors, sheet(house, labels))
    assert len(found) == sheets
    assert all(size == pytest.approx(A4, abs=1) for size in found)


def test_labels_stand_where_the_paper_is_cut(house: House, visitors: Visitors) -> None:
    """63.5 × 38.1 mm each, three beside each other and seven below, with the code at 30 mm."""
    page = visitors.open("dispatcher_mei", size=DESK)
    page.goto(sheet(house, 21))
    page.emulate_media(media="print")
    boxes = page.evaluate(
        """() => Array.from(document.querySelectorAll(".paper-label")).map((label) => {
          const box = label.getBoundingClientRect(), code = label.querySelector("svg").getBoundingClientRect();
          return [box.left, box.top, box.width, box.height, code.width, label.scrollHeight].map((px) => px * 25.4 / 96);
        })"""
    )
    left, top = boxes[0][:2]
    for number, (x, y, width, height, code, inside) in enumerate(boxes):
        assert (width, height, code) == pytest.approx((63.5, 38.1, 30), abs=0.3)
        assert (x - left, y - top) == pytest.approx((number % 3 * 66, number // 3 * 38.1), abs=0.5)
        assert inside <= height + 0.3, "nothing is cut off"


def test_a_poster_is_one_sheet_in_both_languages(house: House, visitors: Visitors) -> None:
    address = house.at("/labels/places/{entrance}/poster")
    assert len(printed(visitors, address)) == 1
    page = visitors.open("dispatcher_mei", size=DESK, language="en")
    page.goto(address)
    assert len(pages_of(page.pdf(prefer_css_page_size=True))) == 1


def test_the_page_of_a_part_can_be_printed(house: House, visitors: Visitors) -> None:
    assert 1 <= len(printed(visitors, house.at("/parts/{part}"))) <= 4


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_blank_label_is_bound_on_site(house: House, visitors: Visitors, scripts: bool) -> None:
    with house.session() as session:
        world = house.world
        works = Works(world, *[None] * 6)  # type: ignore[arg-type]
        name = "新补的栏杆" + ("甲" if scripts else "乙")
        fresh = part(session, works, name=name, no_project="later", place_id=world.building.id)
        made = communities.draw_blanks(
            session, community_id=world.community.id, count=1, actor_id=None, now=clock.now()
        )
        [label] = blank_labels(session, made.id)
        session.commit()
        code, part_id = label.code, fresh.id
    page = visitors.open("worker_zhao", size=PHONE, scripts=scripts)
    page.goto(f"/p/{code}")
    page.locator(".item-title a", has_text=re.compile("3号楼$")).first.click()
    choice = page.locator("label.check", has_text=name)
    box = choice.bounding_box()
    assert box is not None
    assert box["height"] >= FINGER - 3
    choice.click()
    with page.expect_navigation():
        page.get_by_role("button", name="绑定").click()
    assert page.url == f"{house.base}/parts/{part_id}"
    page.goto(f"/p/{code}")
    assert name in page.locator("h1").inner_text()
    with house.session() as session:
        found = queries.label_of(session, part_id)
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_condition_is_written_down_with_one_thumb(house: House, visitors: Visitors, scripts: bool) -> None:
    page = visitors.open("worker_zhao", scripts=scripts)
    page.goto(house.at("/parts/{old_part}/condition"))
    tiles = page.locator(".scores label")
    boxes = [tile.bounding_box() for tile in tiles.all()]
    assert len(boxes) == 5
    assert all(box is not None and min(box["width"], box["height"]) >= FINGER for box in boxes)
    assert all(box is not None and box["y"] + box["height"] <= PHONE[1] for box in boxes), "without scrolling"
    poor = boxes[3]
    assert poor is not None
    page.touchscreen.tap(poor["x"] + poor["width"] / 2, poor["y"] + poor["height"] / 2)
    with page.expect_navigation():
        page.get_by_role("button", name="记录").click()
    assert "2 较差" in page.locator("main").inner_text()
