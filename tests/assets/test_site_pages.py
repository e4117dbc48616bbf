"""Pages used on site: condition and photographs, take-over inspections, labels and what their codes lead to."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations, queries
from propman.assets.models import AssetPhotoStage, TakeOver, TakeOverItem
from propman.communities import operations as communities
from propman.communities.models import Engagement, PlaceCode
from propman.communities.queries import blank_labels
from propman.data.works import Criticality
from tests import world as small
from tests.assets.desk import Desk, photo
from tests.assets.works import Works, far_part, old_part, part
from tests.desk import said
from tests.world import token_of, value_of

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
DeskOf = Callable[[str], Desk]


# --- tending ---


def test_the_condition_is_written_down_with_a_photo_in_one_go(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, zhao = part(session, works), desk_of("worker_zhao")
    address = f"/parts/{roof.id}/condition"
    answer = zhao.send(address, found_on=TODAY.isoformat(), note="")
    assert (answer.status_code, "Choose how it was found." in said(answer)) == (422, True)
    words = zhao.sent(address, score="2", note="西侧起鼓", found_on=TODAY.isoformat(), photos=photo())
    assert "It is written down." in words
    assert re.search(r"2 poor condition .* 西侧起鼓", words)
    session.expire_all()
    _, [shot] = queries.pictures_of(session, roof)
    assert (shot.stage, shot.taken_on) == (AssetPhotoStage.NOW, TODAY)
    picture = zhao.open(f"/parts/{roof.id}/photos/{shot.photo.key}?size=thumb")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    for who, status in (("official_qian", 200), ("far_worker", 404), ("resident_lin", 403), ("", 303)):
        assert desk_of(who).open(f"/parts/{roof.id}/photos/{shot.photo.key}").status_code == status
    assert desk_of("owner_ye").open(address).status_code == 403


def test_a_form_sent_twice_counts_once(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, zhao = part(session, works), desk_of("worker_zhao")
    address = f"/parts/{roof.id}/condition"
    page = zhao.open(address).text
    for _ in range(3):
        hidden = {name: value_of(page, name) for name in ("csrf_token", "key")}
        typed = {"score": "3", "found_on": TODAY.isoformat(), "note": "", "photos": photo()}
        answer = zhao.client.post(address, data=hidden | typed, content_type="multipart/form-data")
        assert answer.status_code == 303
    assert len(queries.conditions_of(session, roof)) == 1
    assert len(queries.pictures_of(session, roof)[1]) == 1


def test_photographs_are_hung_then_and_now_and_erased(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, zhao = part(session, works), desk_of("worker_zhao")
    address = f"/parts/{roof.id}/photos/add"
    assert zhao.send(address, stage="now", taken_on=TODAY.isoformat()).status_code == 422
    zhao.sent(address, stage="baseline", taken_on="2024-09-30", photos=photo("blue"))
    session.expire_all()
    [shot], _ = queries.pictures_of(session, roof)
    erase = f"/parts/{roof.id}/photos/{shot.photo.key}/erase"
    assert zhao.open(f"/parts/{roof.id}/photos/{'0' * 32}/erase").status_code == 404
    assert "The photo is erased." in zhao.sent(erase)
    assert zhao.open(f"/parts/{roof.id}/photos/{shot.photo.key}").status_code == 404
    refused = zhao.send(address, stage="now", taken_on=TODAY.isoformat(), photos=(io.BytesIO(b"<svg/>"), "x.svg"))
    assert refused.status_code == 415


def test_a_part_gets_its_label_replaced_and_revoked(session: Session, works: Works, desk_of: DeskOf) -> None:
    roof, zhao = part(session, works), desk_of("worker_zhao")
    page = f"/parts/{roof.id}"
    zhao.sent(f"{page}/label", page)
    first = queries.label_of(session, roof.id)
    assert first is not None
    zhao.sent(f"{page}/label/replace")
    session.expire_all()
    second = queries.label_of(session, roof.id)
    assert second is not None
    assert first.code != second.code
    assert zhao.open(f"{page}/label/{'0' * 13}/revoke").status_code == 404
    assert "The code is revoked." in zhao.sent(f"{page}/label/{second.code}/revoke")
    assert [zhao.open(f"/p/{code}").status_code for code in (first.code, second.code)] == [404, 404]


# --- take-over ---


@pytest.fixture
def take_over(session: Session, works: Works) -> TakeOver:
    """An open inspection of the company that manages the community."""
    part(session, works)
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == works.world.community.id)).one()
    return operations.open_take_over(session, engagement_id=engagement.id, now=NOW)


def test_the_checklist_is_gone_through_line_by_line(
    session: Session, works: Works, desk_of: DeskOf, take_over: TakeOver
) -> None:
    mei, page = desk_of("dispatcher_mei"), f"/take-overs/{take_over.id}"
    lines = [line.id for line in queries.lines_of(session, take_over)]
    assert f"Not checked yet {len(lines)}" in mei.read(page)
    assert "第二十九条第一款第一项 not yet checked" in mei.read(page)
    answer = mei.send(f"{page}/lines/{lines[0]}", page, state="missing", note="", score="")
    assert (answer.status_code, "Say what is missing or wrong with it." in said(answer)) == (422, True)
    assert "autofocus" in answer.text, "the long page opens at the mistake"
    words = mei.sent(f"{page}/lines/{lines[0]}", page, state="missing", note="缺两张图", score="")
    assert "缺两张图" in words
    assert "Missing or defective 1" in words
    for line in lines[1:]:
        mei.sent(f"{page}/lines/{line}", page, state="handed_over")
    assert "Closed on" in mei.sent(f"{page}/close", page)
    late = mei.client.post(f"{page}/lines/{lines[1]}", data={
        "csrf_token": token_of(mei.open(page).text), "key": small.new_key(), "state": "handed_over"})  # fmt: skip
    assert (late.status_code, "stays as it was found" in said(late)) == (409, True)
    assert "Handed over" not in mei.open(page).text.replace("handed over", "")


def test_whoever_only_looks_finds_no_buttons(
    session: Session, works: Works, desk_of: DeskOf, take_over: TakeOver
) -> None:
    for who in ("official_qian", "committee_ju", "auditor_shen"):
        shown = desk_of(who).open(f"/take-overs/{take_over.id}")
        assert shown.status_code == 200
        assert ("/lines/" in shown.text) is (who == "official_qian")
    line = session.scalars(select(TakeOverItem.id)).first()
    for who in ("far_dispatcher", "grid_worker_gao"):
        desk = desk_of(who)
        assert desk.open(f"/take-overs/{take_over.id}").status_code == 404
        data = {"csrf_token": token_of(desk.open("/register").text), "key": small.new_key(), "state": "handed_over"}
        assert desk.client.post(f"/take-overs/{take_over.id}/lines/{line}", data=data).status_code == 404


def test_an_inspection_is_opened_by_hand(session: Session, works: Works, desk_of: DeskOf) -> None:
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == works.world.community.id)).one()
    clerk = desk_of("clerk_jie")
    assert "Not checked yet" in clerk.sent(f"/take-overs/open/{engagement.id}", "/take-overs")
    assert "No inspection yet." in desk_of("far_clerk").read("/take-overs")


# --- labels and what they lead to ---


def test_blank_labels_are_drawn_printed_and_revoked(session: Session, works: Works, desk_of: DeskOf) -> None:
    world, mei = works.world, desk_of("dispatcher_mei")
    page = f"/labels/places/{world.community.id}"
    answer = mei.send(f"{page}/blanks", page, count="0")
    assert (answer.status_code, "Draw 1 to 210 labels at once." in said(answer)) == (422, True)
    answer = mei.send(f"{page}/blanks", page, count="22")
    assert answer.status_code == 303
    printed = mei.open(answer.location).text
    assert printed.count('class="paper-label"') == 22
    assert printed.count('class="label-sheet"') == 2
    sheet = answer.location
    assert "revoked" in mei.sent(f"{sheet}/revoke")
    assert mei.open(sheet).text.count('class="paper-label"') == 0
    assert desk_of("far_dispatcher").open(sheet).status_code == 404
    assert desk_of("owner_ye").open(page).status_code == 403
    gao = desk_of("grid_worker_gao")
    assert gao.open(page).status_code == 404
    assert "Blank labels" not in gao.read(f"/labels/places/{world.building.id}")


def test_codes_that_are_missing_are_drawn_and_all_can_be_printed(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world, mei = works.world, desk_of("dispatcher_mei")
    for place in (world.entrance, world.building, world.community):
        part(session, works, place_id=place.id, name=f"屋面{place.name}")
    page = f"/labels/places/{world.community.id}"
    assert "3 codes are drawn." in mei.sent(f"{page}/draw", page)
    shown = mei.open(f"{page}/parts").text
    assert re.findall(r'paper-title">([^<]+)', shown) == ["屋面河柏小区", "屋面3号楼", "屋面2单元"]
    for code in session.scalars(select(PlaceCode.code).where(PlaceCode.carrier == "part")):
        assert f"{code[:4]} {code[4:8]} {code[8:]}" in shown
    assert re.findall(r'paper-title">([^<]+)', mei.open(f"{page}/places").text) == ["3号楼 2单元"]
    poster = mei.read(f"/labels/places/{world.entrance.id}/poster")
    for words in ("Something broken? Scan here.", "河柏小区 3号楼 2单元", "安居物业 0451-84660001", "119"):
        assert words in poster
    assert mei.open(f"/labels/places/{world.building.id}/poster").status_code == 404


@pytest.fixture
def blank(session: Session, works: Works) -> str:
    """The code of a blank label of the community."""
    sheet = communities.draw_blanks(session, community_id=works.world.community.id, count=2, actor_id=None, now=NOW)
    return blank_labels(session, sheet.id)[0].code


def test_a_blank_label_tells_visitors_whom_to_call(works: Works, desk_of: DeskOf, blank: str) -> None:
    for who in ("", "resident_lin", "owner_ye", "far_dispatcher"):
        words = desk_of(who).read(f"/p/{blank}")
        assert "This label is not bound yet" in words
        assert "安居物业 Call 0451-84660001" in words
        assert "Bind it" not in words
    assert desk_of("").open(f"/p/{blank}/report").status_code == 404
    leads = [f'href="/sign-in?next=/p/{blank}"' in desk_of(who).open(f"/p/{blank}").text for who in ("", "owner_ye")]
    assert leads == [True, False]


def test_a_blank_label_is_bound_on_site_without_scripts(
    session: Session, works: Works, desk_of: DeskOf, blank: str
) -> None:
    world, zhao = works.world, desk_of("worker_zhao")
    roof, far = part(session, works), far_part(session, works)
    words = zhao.read(f"/p/{blank}")
    assert "Where are you?" in words
    assert "河柏小区 3号楼" in words
    assert f"/p/{blank}?place={world.building.id}" in zhao.open(f"/p/{blank}?q=3号楼").text
    page, bind = f"/p/{blank}?place={world.building.id}", f"/labels/{blank}/bind"
    shown = zhao.open(page).text
    assert f'value="part-{roof.id}"' in shown
    assert f'value="place-{world.other_entrance.id}"' in shown
    assert f'value="place-{world.entrance.id}"' not in shown, "it has a label"
    whole = zhao.open(f"/p/{blank}?place={world.community.id}").text
    assert f'value="part-{roof.id}"' not in whole, "it is in a building, and that is one touch away"
    assert f"/p/{blank}?place={world.building.id}" in whole
    assert zhao.open(f"/p/{blank}?place={world.far_building.id}").status_code == 404
    for target, status in (("", 422), ("part-x", 422), (f"part-{far.id}", 404), (f"part-{10**9}", 404)):
        assert zhao.send(bind, page, target=target).status_code == status
    words = zhao.sent(bind, page, target=f"part-{roof.id}")
    assert "The label is bound." in words
    assert "Code in use" in words
    second = zhao.client.post(bind, data={"csrf_token": token_of(zhao.open("/register").text), "key": small.new_key(),
                                          "target": f"place-{world.other_entrance.id}"})  # fmt: skip
    assert (second.status_code, "Somebody was faster." in said(second)) == (409, True)


def test_a_blank_label_is_bound_to_a_place(session: Session, works: Works, desk_of: DeskOf, blank: str) -> None:
    world, gao = works.world, desk_of("grid_worker_gao")
    target = f"place-{world.other_entrance.id}"
    assert "3单元" in gao.sent(f"/labels/{blank}/bind", f"/p/{blank}?place={world.building.id}", target=target)
    assert "Report a fault" in desk_of("").read(f"/p/{blank}")


def test_the_code_on_a_part_opens_its_public_page_and_reports_its_place(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world = works.world
    roof = part(session, works, cost_fen=1234567, model="东方雨虹")
    code = operations.draw_part_code(session, asset_id=roof.id, actor_id=None, now=NOW).code
    visitor = desk_of("")
    words = visitor.read(f"/p/{code}")
    for expected in (
        "3号楼屋面",
        "河柏小区 3号楼",
        "Guaranteed to the end of 2029-09-30",
        "安居物业",
        "Report a fault",
    ):
        assert expected in words
    for hidden in ("12,345.67", "东方雨虹", "兆麟街道办事处", "register"):
        assert hidden not in words
    report = visitor.open(f"/p/{code}/report").text
    assert re.search(rf'<option selected value="{world.building.id}"', report)
    for who, led in (("worker_zhao", True), ("auditor_shen", True), ("far_worker", False), ("resident_lin", False)):
        assert (f'href="/parts/{roof.id}"' in desk_of(who).open(f"/p/{code}").text) is led, who
    operations.remove_part(session, asset_id=roof.id, on=TODAY, seen_version=roof.version, actor_id=None, now=NOW)
    assert "This part was removed" in visitor.read(f"/p/{code}")
    assert visitor.open(f"/?code={code}").location == f"/p/{code}"


def test_a_place_page_tells_what_is_guaranteed_and_nothing_else(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world = works.world
    part(session, works, name="三号楼屋面", cost_fen=99, model="东方雨虹")
    part(session, works, name="供热管", type_code="B12", work_item_id=works.heating.id, place_id=world.community.id)
    part(session, works, name="邻单元门", place_id=world.other_entrance.id)
    old_part(session, works, name="旧水箱")
    gone = part(session, works, name="拆了的")
    operations.remove_part(session, asset_id=gone.id, on=TODAY, seen_version=gone.version, actor_id=None, now=NOW)
    words = desk_of("").read(f"/p/{world.code}")
    assert "三号楼屋面 Roof waterproofing · guaranteed to the end of 2029-09-30" in words
    assert "not yet checked the rule" in words
    for absent in ("邻单元门", "旧水箱", "拆了的", "东方雨虹", "供热管"):
        assert absent not in words
    works.roof.contractor_id = world.contractor.id
    session.flush()
    words = desk_of("").read(f"/p/{world.code}")
    assert f"Roof waterproofing · guaranteed by {world.contractor.name} to the end of 2029-09-30" in words


def test_a_closed_place_still_opens_by_the_code_of_its_part(session: Session, works: Works, desk_of: DeskOf) -> None:
    world = works.world
    shed = communities.add_place(session, parent_id=world.community.id, name="9号楼", actor_id=None, now=NOW)
    roof = part(session, works, place_id=shed.id, criticality=Criticality.C)
    code = operations.draw_part_code(session, asset_id=roof.id, actor_id=None, now=NOW).code
    communities.close_place(session, place_id=shed.id, on=TODAY, actor_id=None, now=NOW)
    words = desk_of("").read(f"/p/{code}")
    assert "This place is closed." in words
    assert "Report a fault elsewhere in this community" in words
