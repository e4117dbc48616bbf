"""The pages of a round, as a telephone sends them: setting out, a label, a point refused and recorded, who may look."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ImageOps
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import InspectionItem
from propman.communities.operations import engage
from propman.data.inspections import ItemKind
from propman.inspections.models import Duty
from propman.inspections.operations import Aim
from propman.inspections.schedule import End
from propman.rounds.judging import Result
from propman.rounds.models import Round, RoundAnswer, RoundDuty, RoundPoint
from propman.rounds.proof import Level
from tests import stories
from tests import world as small
from tests.files.scenes import photograph, scene
from tests.rounds import walks
from tests.world import World, in_english, sign_in, token_of, value_of

WORK = "/inspections/work"


@pytest.fixture
def zhao(session: Session, client: FlaskClient, world: World) -> FlaskClient:
    return sign_in(session, in_english(client), world.worker_zhao)


def set_out(session: Session, client: FlaskClient, world: World, *duties: Duty) -> Round:
    """Begin a round from the page."""
    page = client.get(WORK).text
    said = {"csrf_token": token_of(page), "key": value_of(page, "key"), "duties": [str(duty.id) for duty in duties]}
    answer = client.post(f"{WORK}/{world.community.id}", data=said)
    assert answer.status_code == 303, answer.text
    session.expire_all()
    return session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()


def address(point: RoundPoint, code: str = "") -> str:
    return f"/inspections/rounds/{point.round_id}/points/{point.id}" + (f"?code={code}" if code else "")


def answers(session: Session, template: str, *, wrong: str = "") -> dict[str, Any]:
    """What somebody types at a point of `template`: everything passes but the item `wrong`."""
    said: dict[str, Any] = {}
    for item in session.scalars(select(InspectionItem).where(InspectionItem.template == template)):
        if item.kind is ItemKind.CHECK:
            said[f"choice_{item.id}"] = "fail" if item.code == wrong else "pass"
        elif item.kind is ItemKind.NUMBER:
            said[f"number_{item.id}"] = str(item.least or 1)
        else:
            said |= {f"counted_{item.id}": "9", f"total_{item.id}": "9"}
        if item.photo:
            said[f"photo_{item.id}"] = (io.BytesIO(photograph(item.id)), f"{item.code}.jpg")
    return said


def send(client: FlaskClient, to: str, said: dict[str, Any], *, page: str | None = None) -> TestResponse:
    """Open the page of a point and send its form."""
    shown = page or client.get(to).text
    hidden = {name: value_of(shown, name) for name in ("key", "challenge")}
    return client.post(to.partition("?")[0], data={"csrf_token": token_of(shown), **hidden, **said},
                       content_type="multipart/form-data")  # fmt: skip


def test_a_round_by_label_ends_the_duty(session: Session, world: World, zhao: FlaskClient) -> None:
    """The camera of the telephone opens the page of the place, which leads to the point with the label."""
    duty = walks.due(session, world)
    session.commit()
    assert "Due today" in zhao.get(WORK).text
    found = set_out(session, zhao, world, duty)
    [point] = walks.points(session, found)
    way = address(point, world.code)
    assert way.replace("&", "&amp;") in zhao.get(f"/p/{world.code}").text
    typed = zhao.get(f"/inspections/rounds/{found.id}?code={world.code.lower()}")
    assert typed.headers["Location"].endswith(way)
    page = zhao.get(way).text
    assert f'value="{world.code}"' in page
    said = answers(session, "T05") | {"code": world.code, "device_at": str(int(clock.now().timestamp() * 1000))}
    answer = send(zhao, way, said, page=page)
    assert answer.status_code == 303, answer.text
    session.expire_all()
    assert (point.level, duty.ended_as) == (Level.SCANNED, End.DONE)
    shown = zhao.get(f"/inspections/rounds/{found.id}").text
    assert "proven by its label" in shown
    assert f"label ending in {world.code[-4:]}" in shown
    assert world.code not in shown  # typed elsewhere it would prove that somebody stood there
    picture = session.scalars(select(RoundAnswer).where(RoundAnswer.photo_id.is_not(None)).limit(1)).one().photo
    assert picture is not None
    assert zhao.get(f"/inspections/rounds/{found.id}/photos/{picture.key}?size=thumb").mimetype == "image/webp"
    assert zhao.get(f"/inspections/rounds/{found.id}/photos/{'0' * 32}").status_code == 404
    erase = f"/inspections/rounds/{found.id}/photos/{picture.key}/erase"
    asked = zhao.get(erase).text
    gone = zhao.post(erase, data={"csrf_token": token_of(asked), "key": value_of(asked, "key")})
    assert gone.status_code == 303
    assert zhao.get(f"/inspections/rounds/{found.id}/photos/{picture.key}").status_code == 404
    assert "The photo is erased" in zhao.get(f"/inspections/rounds/{found.id}").text


def test_a_round_is_of_the_community_in_its_address(session: Session, world: World, zhao: FlaskClient) -> None:
    """What the same worker may do elsewhere is begun there; here it is refused in words, and nothing is kept."""
    today = clock.local_date(clock.now())
    engage(session, community_id=world.unmanaged.id, organisation_id=world.company.id, starts_on=today,
           actor_id=world.administrator_guan.id, now=clock.now())  # fmt: skip
    here, there = walks.due(session, world), walks.due(
        session, world, "T20", "week", community_id=world.unmanaged.id, aims=[Aim(world.unmanaged.id, today)]
    )  # fmt: skip
    session.commit()
    page = zhao.get(WORK).text
    for chosen in ([there], [here, there]):
        said = {"csrf_token": token_of(page), "key": value_of(page, "key"), "duties": [str(one.id) for one in chosen]}
        answer = zhao.post(f"{WORK}/{world.community.id}", data=said)
        assert answer.status_code == 404
        assert "There is nothing at this address that you can see." in answer.text
        assert f"community-{world.community.id}" in answer.text, "the list stays"
        assert session.scalar(select(func.count()).select_from(Round)) == 0
    assert set_out(session, zhao, world, here).community_id == world.community.id


def test_a_phone_that_sent_no_time_is_said_where_its_clock_is_asked_for(
    session: Session, world: World, zhao: FlaskClient
) -> None:  # fmt: skip
    """Of what its label proves, and of nothing else; the level is the same."""
    duties = [walks.due(session, world), walks.due(session, world, "T21", "grade_1"),
              walks.due(session, world, "T06", "month", rule="FREQ=MONTHLY")]  # fmt: skip
    session.commit()
    found = set_out(session, zhao, world, *duties)
    time = str(int(clock.now().timestamp() * 1000))
    sent = {"T05": {"code": world.code}, "T21": {"code": world.code, "device_at": time}, "T06": {}}
    for point in walks.points(session, found):
        assert send(zhao, address(point), answers(session, point.template) | sent[point.template]).status_code == 303
    session.expire_all()
    said = {point.template: (point.level, point.untimed) for point in walks.points(session, found)}
    assert said == {"T05": (Level.SCANNED, True), "T21": (Level.SCANNED, False), "T06": (Level.NONE, False)}
    assert zhao.get(f"/inspections/rounds/{found.id}").text.count("the phone sent no time") == 1


def test_language_and_view_lead_back_to_ones_work(session: Session, world: World, zhao: FlaskClient) -> None:
    walks.due(session, world)
    session.commit()
    assert zhao.get(WORK).text.count(f'name="next" value="{WORK}"') == 2


def test_what_is_out_of_limits_is_asked_again_and_the_rest_is_kept(
    session: Session, world: World, zhao: FlaskClient
) -> None:  # fmt: skip
    duty = walks.due(session, world, "T06", "month", rule="FREQ=MONTHLY")
    session.commit()
    [point] = walks.points(session, set_out(session, zhao, world, duty))
    said = answers(session, "T06")
    number = next(name for name in said if name.startswith("number_"))
    note = number.replace("number", "note")
    count = next(name for name in said if name.startswith("counted_"))
    said |= {number: "700", note: "顶层消火栓", count: "10", "code": "0000000000000"}
    answer = send(zhao, address(point), said)
    assert answer.status_code == 422
    for words in (
        "Nobody measures that here",
        "more than there are",
        "顶层消火栓",
        'value="700"',
        'value="0000000000000"',
    ):
        assert words in answer.text, words
    assert answer.text.count('value="pass"') == answer.text.count("checked")
    session.expire_all()
    assert point.recorded_at is None
    again = {**said, number: "0.2", count: "9"}
    refused = send(zhao, address(point), again)
    assert (refused.status_code, "No label carries this code" in refused.text) == (422, True)
    assert send(zhao, address(point), again | {"code": ""}).status_code == 303


@pytest.mark.parametrize(("template", "schedule"), [("T06", "month"), ("T26", "winter_week")])  # with photos
def test_where_nothing_applies_it_is_said_why(
    session: Session, world: World, zhao: FlaskClient, template: str, schedule: str
) -> None:  # fmt: skip
    """Else a tap ends what was due, and nobody sees by what."""
    duty = walks.due(session, world, template, schedule)
    session.commit()
    [point] = walks.points(session, set_out(session, zhao, world, duty))
    items = queries.inspection_items(session, clock.local_date(clock.now()))[template]
    said = {f"choice_{item.id}" if item.kind is ItemKind.CHECK else f"none_{item.id}": Result.NOT_APPLICABLE.value
            for item in items}  # fmt: skip
    refused = send(zhao, address(point), said)
    assert refused.status_code == 422
    photos = sum(item.photo for item in items)
    assert refused.text.count("Please say why it does not apply, or show it in a photo.") == 2 * photos
    assert ("Does nothing apply here?" in refused.text) is (photos == 0)
    session.expire_all()
    assert point.recorded_at is None
    why = {f"note_{item.id}": "楼道封闭施工" for item in items if item.photo or not photos}
    assert send(zhao, address(point), said | why).status_code == 303
    words = re.search(r'class="notice (\w+)">[^\n]*Where nothing was looked at', zhao.get(WORK).text)
    assert words is not None, "told at once"
    assert words[1] == "soon"
    session.expire_all()
    assert point.result is Result.NOT_APPLICABLE


def test_photos_that_came_with_what_is_refused_are_asked_for_again_by_name(
    session: Session, world: World, zhao: FlaskClient
) -> None:  # fmt: skip
    """No browser keeps them. Also the one in a fold, which stands open then; none that was not sent."""
    duty = walks.due(session, world)
    session.commit()
    [point] = walks.points(session, set_out(session, zhao, world, duty))
    rows = session.scalars(select(InspectionItem).where(InspectionItem.template == "T05"))
    items, said = {item.code: item for item in rows}, answers(session, "T05", wrong="exits")
    folded = f"photo_{items['exits'].id}"
    said[folded] = (io.BytesIO(photograph(7)), "纸箱.jpg")
    del said[f"choice_{items['lights_signs'].id}"], said[f"photo_{items['clutter'].id}"]
    answer = send(zhao, address(point), said)
    told = html.unescape(answer.text)
    asked = {code for code, item in items.items() if f"{item.name_en}: please choose the photo again" in told}
    assert (answer.status_code, asked) == (422, {"exits", "fire_lane", "flying_wires"})
    [fold] = [each for each in told.split("<details")[1:] if f'id="{folded}"' in each.partition("</details>")[0]]
    assert " open" in fold.partition(">")[0]


def test_a_point_sent_twice_is_one(session: Session, world: World, zhao: FlaskClient) -> None:
    duty = walks.due(session, world, "T06", "month", rule="FREQ=MONTHLY")
    session.commit()
    [point] = walks.points(session, set_out(session, zhao, world, duty))
    page, said = zhao.get(address(point)).text, answers(session, "T06")
    assert [send(zhao, address(point), said, page=page).status_code for _each in range(2)] == [303, 303]
    other = send(zhao, address(point), said, page=page.replace(value_of(page, "key"), small.new_key()))
    assert other.status_code == 409
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(RoundAnswer)) == len({name.split("_")[1] for name in said})


def test_a_round_sent_twice_is_one_and_another_person_finds_it_taken(
    session: Session, world: World, zhao: FlaskClient, new_client: Callable[[], FlaskClient]
) -> None:
    duty = walks.due(session, world)
    session.commit()
    page, sun = zhao.get(WORK).text, sign_in(session, in_english(new_client()), world.worker_sun)
    said = {"csrf_token": token_of(page), "key": value_of(page, "key"), "duties": str(duty.id)}
    theirs = sun.get(WORK).text
    places = {zhao.post(f"{WORK}/{world.community.id}", data=said).headers["Location"] for _each in range(2)}
    assert len(places) == 1
    said = {"csrf_token": token_of(theirs), "key": value_of(theirs, "key"), "duties": str(duty.id)}
    answer = sun.post(f"{WORK}/{world.community.id}", data=said)
    assert answer.status_code == 409
    assert "Somebody is on a round" in answer.text
    assert "is on it until" in answer.text
    assert session.scalar(select(func.count()).select_from(Round)) == 1


def test_many_of_one_kind_are_one_line_which_is_ticked_by_who_wants_them(
    session: Session, world: World, zhao: FlaskClient
) -> None:
    """A few are ticked already. Forty would be held for a shift by somebody who walks three of them."""
    places = (world.community, world.building, world.entrance, world.other_entrance)
    aims = [[Aim(place.id, clock.local_date(clock.now()))] for place in places]
    many = [walks.due(session, world, aims=aim) for aim in aims]
    one = walks.due(session, world, "T06", "month", rule="FREQ=MONTHLY")
    session.commit()
    page, together = zhao.get(WORK).text, ",".join(str(duty.id) for duty in many)
    ticked = {found[1] for found in re.finditer(r'<input[^>]* checked [^>]*value="([0-9,]+)"', page)}
    assert ticked == {str(one.id)}
    assert "4 together" in page
    assert "not ticked beforehand, as these are many" in page
    said = {"csrf_token": token_of(page), "key": value_of(page, "key"), "duties": [together, str(many[0].id)]}
    assert zhao.post(f"{WORK}/{world.community.id}", data=said | {"duties": f"{together},x"}).status_code == 422
    assert zhao.post(f"{WORK}/{world.community.id}", data=said).status_code == 303
    held = session.scalars(select(RoundDuty.duty_id)).all()
    assert sorted(held) == sorted(duty.id for duty in many)


def test_the_page_of_a_duty_leads_on_whoever_may_do_it(
    session: Session, world: World, zhao: FlaskClient, new_client: Callable[[], FlaskClient]
) -> None:
    """To where it is begun; to the round, once it is on it; and nobody else."""
    duty, page = walks.due(session, world), "/inspections/duties/{}"
    session.commit()
    assert f"/inspections/work#community-{world.community.id}" in zhao.get(page.format(duty.id)).text
    official = sign_in(session, in_english(new_client()), world.official_qian)
    assert "#community-" not in official.get(page.format(duty.id)).text
    found = set_out(session, zhao, world, duty)
    shown = zhao.get(page.format(duty.id)).text
    assert ("#community-" in shown, f'button primary" href="/inspections/rounds/{found.id}"' in shown) == (False, True)


def test_a_round_is_its_persons_and_is_read_by_who_sees_inspections_there(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    found = walks.begin(session, world, walks.due(session, world))
    [point] = walks.points(session, found)
    session.commit()
    page = f"/inspections/rounds/{found.id}"
    for name, status in {"manager_han": 200, "official_qian": 200, "far_worker": 404, "contractor_deng": 404}.items():
        browser = sign_in(session, in_english(new_client()), world.people[name])
        answer = browser.get(page)
        assert (name, answer.status_code) == (name, status)
        assert "/close" not in answer.text
        assert browser.get(address(point)).status_code in {403, 404}
        token = token_of(browser.get("/track").text)
        gone = browser.post(f"{page}/close", data={"csrf_token": token, "key": small.new_key()})
        assert gone.status_code in {403, 404}
    session.expire_all()
    assert found.closed_at is None


def test_what_became_of_a_failed_item_is_told_to_all_and_linked_for_whom_its_report_opens(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    """A worker opens the jobs given to them, and of others reads how they stand: no link ends nowhere."""
    duty = walks.due(session, world)
    found = walks.walk(session, world, duty, failing="clutter")
    [ticket] = walks.walked_by(session, found).tickets.values()
    stories.assign(session, world, ticket, to=world.worker_sun)
    session.commit()
    way = f'href="/tickets/{ticket.number}"'
    opens = {"worker_sun", "grid_worker_gao", "manager_han", "official_qian", "auditor_shen"}
    for name in ("worker_zhao", *sorted(opens)):
        linked = name in opens
        browser = sign_in(session, in_english(new_client()), world.people[name])
        for page in (f"/inspections/rounds/{found.id}", f"/inspections/duties/{duty.id}"):
            shown = browser.get(page).text
            assert (name, page, way in shown) == (name, page, linked)
            told = " ".join(re.sub("<[^>]+>", " ", shown).split())
            assert re.search(rf"Report {ticket.number} assigned", told, re.IGNORECASE), told
        assert (name, browser.get(f"/tickets/{ticket.number}").status_code) == (name, 200 if linked else 404)


def test_a_photo_is_erased_by_who_went_and_who_gives_out_the_work(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    """It is evidence: a colleague, a building head and an official look at it, and ask."""
    found = walks.walk(session, world, walks.due(session, world))
    keys = [answer.photo.key for point in walks.points(session, found) for answer in point.answers if answer.photo]
    session.commit()
    page = f"/inspections/rounds/{found.id}"
    may = {
        "worker_sun": False,
        "official_qian": False,
        "grid_worker_gao": False,
        "worker_zhao": True,
        "clerk_jie": True,
    }
    for name, erases in may.items():
        browser = sign_in(session, in_english(new_client()), world.people[name])
        asked, shown = browser.get(f"{page}/photos/{keys[0]}/erase"), browser.get(page)
        assert (name, asked.status_code, "/erase" in shown.text) == (name, 200 if erases else 404, erases)
        if not erases:
            data = {"csrf_token": token_of(browser.get("/track").text), "key": small.new_key()}
            assert browser.post(f"{page}/photos/{keys[0]}/erase", data=data).status_code == 404
    session.expire_all()
    assert walks.photo_of(session, found).erased_at is None


def test_a_picture_in_a_mirror_and_one_for_several_items_are_said_beside_them(
    session: Session, world: World, zhao: FlaskClient
) -> None:  # fmt: skip
    """Nothing is refused, and what came in before stays as it was written down."""
    now, day = clock.now(), timedelta(days=1)
    one, mirrored = walks.taken(scene(5)), walks.taken(ImageOps.mirror(scene(5)))
    found = [walks.walk(session, world, walks.due(session, world, now=at), now=at, photo=shot)
             for at, shot in ((now - 2 * day, None), (now - day, one), (now, mirrored))]  # fmt: skip
    session.commit()
    answered = [
        [each for point in walks.points(session, walk) for each in point.answers if each.photo] for walk in found
    ]
    flags = [{(each.serves, each.earlier_id is not None, each.earlier_same_file) for each in some} for some in answered]
    assert flags == [{(None, False, None)}, {(3, False, None)}, {(3, True, False)}]
    pages = [zhao.get(f"/inspections/rounds/{walk.id}").text for walk in found]
    assert [page.count("The same picture serves 3 photos of this point") for page in pages] == [0, 3, 3]
    assert [page.count("or the same in a mirror, came in before") for page in pages] == [0, 0, 3]
    assert [walks.points(session, walk)[0].level for walk in found] == [Level.PHOTO, Level.PHOTO, Level.NONE]


def test_a_shift_that_is_over_is_loaded_again_and_a_round_is_ended(
    app: Flask, session: Session, world: World, zhao: FlaskClient
) -> None:
    past = clock.now() - timedelta(hours=13)
    found = walks.begin(session, world, walks.due(session, world, now=past), now=past)
    session.commit()
    page = f"/inspections/rounds/{found.id}"
    shown = zhao.get(page).text
    assert "The shift of this round is over" in shown
    data = {"csrf_token": token_of(shown), "key": value_of(shown, "key")}
    assert zhao.post(f"{page}/again", data=data).status_code == 303
    shown = zhao.get(page).text
    assert "The shift of this round is over" not in shown
    data = {"csrf_token": token_of(shown), "key": small.new_key()}
    assert zhao.post(f"{page}/close", data=data).status_code == 303
    assert zhao.post(f"{page}/close", data=data | {"key": small.new_key()}).status_code == 409
    assert "This round is over since" in zhao.get(page).text
