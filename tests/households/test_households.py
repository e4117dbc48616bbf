"""Households: joining by a slip or by confirmation, moving out, and what strangers learn: nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.operations import erase_person
from propman.config import Settings
from propman.errors import Refused
from propman.households import operations, queries
from propman.households.invariants import promises
from propman.households.models import Household, HouseholdSlip, Joined, JoinWish, Occupant
from propman.households.operations import joining
from propman.households.slips import code_of
from propman.households.views import trying
from propman.notify.models import Notice
from propman.personal import PersonalText
from propman.throttle import Counter
from tests import world as worlds
from tests.desk import Desk, said
from tests.world import World, viewer

NOW = clock.now()
TODAY = clock.local_date(NOW)
KEYS = {"t1": b"only for tests: a key of slips"}
BY = {"actor_id": None, "now": NOW}


@pytest.fixture
def flats(world: World, session: Session) -> list[Household]:
    return operations.add_households(session, place_id=world.entrance.id, numbers="301, 302，1201室", **BY)


def slip_of(session: Session, flat: Household, keys: dict[str, bytes] = KEYS) -> str:
    """The code on a fresh slip of the flat."""
    [slip] = operations.draw_slips(session, households=[flat], keys=keys, **BY)
    return code_of(slip.nonce, slip.key_id, keys) or ""


def told(session: Session) -> list[tuple[str, list[int]]]:
    """Who was told what in the inbox, by topic."""
    rows = session.execute(select(Notice.topic, Notice.recipient_id).where(Notice.topic.startswith("household.")))
    found = sorted((topic, who) for topic, who in rows)
    return [(topic, [who for _topic, who in each]) for topic, each in groupby(found, lambda row: row[0])]


def join(session: Session, code: str, user_id: int) -> Occupant:
    return operations.join_by_code(session, code=code, user_id=user_id, now=NOW)


def test_flats_are_entered_once_with_their_floor(flats: list[Household], world: World, session: Session) -> None:
    assert [(flat.number, flat.floor) for flat in flats] == [("301", 3), ("302", 3), ("1201", 12)]
    for typed, status in (("302-303", 409), ("", 422), ("nonsense", 422), ("1-9999", 422)):
        with pytest.raises(Refused) as refused:
            operations.add_households(session, place_id=world.entrance.id, numbers=typed, **BY)
        assert refused.value.status == status
    with pytest.raises(Refused, match="under its entrances"):
        operations.add_households(session, place_id=world.building.id, numbers="401", **BY)


def test_a_code_opens_its_flat_until_it_is_renewed_or_revoked(
    flats: list[Household], world: World, session: Session
) -> None:
    lin, wu = world.resident_lin.id, world.neighbour_wu.id
    code = slip_of(session, flats[0])
    occupant = join(session, f" {code[:4].lower()}-{code[4:]} ", lin)
    assert (occupant.household_id, occupant.starts_on) == (flats[0].id, TODAY)
    assert join(session, code, lin) is occupant
    join(session, code, wu)
    assert queries.flats_of(session, world.entrance, TODAY)[0].people == 2
    fresh = slip_of(session, flats[0])
    sentences = set()
    for wrong in (code, "0" * 13, "", "short", code_of("another", "t1", KEYS) or ""):
        with pytest.raises(Refused) as refused:
            join(session, wrong, wu)
        sentences.add((refused.value.sentence, refused.value.status, refused.value.field))
    assert len(sentences) == 1  # revoked, unknown and none are told apart by nobody
    operations.revoke_slip(session, household=flats[0], **BY)
    with pytest.raises(Refused):
        join(session, fresh, wu)


def test_a_slip_that_is_too_old_opens_nothing_and_is_drawn_anew(
    flats: list[Household], world: World, session: Session
) -> None:
    code = slip_of(session, flats[0])
    session.execute(update(HouseholdSlip).values(expires_on=TODAY))
    session.expire_all()
    with pytest.raises(Refused) as refused:
        join(session, code, world.resident_lin.id)
    assert refused.value.sentence.startswith("This code opens nothing")
    assert queries.flats_reached(session, [world.community.id], TODAY) == {world.community.id: (3, 0)}
    drawn = operations.draw_missing_slips(session, place_id=world.entrance.id, keys=KEYS, **BY)
    assert [slip.household_id for slip in drawn] == [flat.id for flat in flats]
    assert not operations.draw_missing_slips(session, place_id=world.entrance.id, keys=KEYS, **BY)
    assert queries.flats_reached(session, [world.community.id], TODAY) == {world.community.id: (3, 3)}


def test_a_household_holds_no_more_than_can_live_there(
    flats: list[Household], world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "MOST_PEOPLE", 1)
    code = slip_of(session, flats[0])
    there = join(session, code, world.resident_lin.id)
    with pytest.raises(Refused) as refused:
        join(session, code, world.neighbour_wu.id)
    assert refused.value.status == 409
    operations.move_out(session, occupant=there, actor_id=None, now=NOW)
    join(session, code, world.neighbour_wu.id)


def test_the_database_keeps_one_person_once_in_a_flat_and_one_slip(
    flats: list[Household], world: World, session: Session
) -> None:
    occupant = join(session, slip_of(session, flats[0]), world.resident_lin.id)
    first, second, place, lin = flats[0].id, flats[1].id, world.entrance.id, occupant.user_id
    community, number = world.community.id, flats[0].number
    session.commit()
    for twice in (
        Occupant(household_id=first, user_id=lin, joined=Joined.CODE, starts_on=TODAY),
        HouseholdSlip(household_id=first, key_id="t1", nonce="n", code_hash="h", made_at=NOW, expires_on=TODAY),
        Household(community_id=community, place_id=place, number=number),
        Occupant(household_id=second, user_id=lin, joined=Joined.CONFIRMED, starts_on=TODAY),
    ):
        session.add(twice)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_nothing_stored_opens_a_flat_without_the_key(flats: list[Household], session: Session) -> None:
    code = slip_of(session, flats[0])
    slip = session.scalars(select(HouseholdSlip)).one()
    stored = [str(value) for value in (slip.nonce, slip.code_hash, slip.key_id)]
    assert code not in stored
    assert code_of(slip.nonce, slip.key_id, {"t1": b"another key"}) != code
    assert code_of(slip.nonce, "gone", KEYS) is None


def test_moving_out_ends_it_and_the_history_stays(flats: list[Household], world: World, session: Session) -> None:
    code, lin = slip_of(session, flats[0]), world.resident_lin.id
    occupant = join(session, code, lin)
    session.execute(update(Occupant).values(starts_on=TODAY - timedelta(days=9)))
    session.expire_all()
    operations.move_out(session, occupant=occupant, actor_id=lin, now=NOW)
    operations.move_out(session, occupant=occupant, actor_id=lin, now=NOW)
    assert queries.homes(session, lin, TODAY) == []
    assert len(queries.homes(session, lin, TODAY - timedelta(days=1))) == 1
    again = join(session, code, lin)
    assert again.id != occupant.id
    assert not promises(session)["H01"]().broken


def test_who_is_confirmed_lives_there_and_the_typed_flat_is_emptied(
    flats: list[Household], world: World, session: Session
) -> None:
    lin, gao = world.resident_lin.id, world.grid_worker_gao.id
    wish = operations.ask_to_join(session, place=world.entrance, flat="999室", user_id=lin, now=NOW)
    again = operations.ask_to_join(session, place=world.entrance, flat="301", user_id=lin, now=NOW)
    assert [one.id for one in queries.wishes_at(session, world.entrance)] == [again.id] != [wish.id]
    with pytest.raises(Refused) as refused:
        operations.answer_wish(session, wish=again, household=flats[0], actor_id=lin, now=NOW)
    assert refused.value.status == 403
    occupant = operations.answer_wish(session, wish=again, household=flats[0], actor_id=gao, now=NOW)
    assert occupant is not None
    assert (occupant.user_id, occupant.confirmed_by_id) == (lin, gao)
    asked = sorted([gao, world.dispatcher_mei.id, world.manager_han.id])
    assert told(session) == [("household.asker.granted", [lin]), ("household.keeper.asked", asked)]
    with pytest.raises(Refused) as refused:
        operations.answer_wish(session, wish=again, household=None, actor_id=gao, now=NOW)
    assert refused.value.status == 409
    assert not session.scalars(select(PersonalText).where(PersonalText.body.in_(("999室", "301")))).all()
    for wrong in ("", "长" * 21, "a\u202eb"):
        with pytest.raises(Refused) as refused:
            operations.ask_to_join(session, place=world.entrance, flat=wrong, user_id=lin, now=NOW)
        assert refused.value.field == "flat"


def test_a_no_lets_nobody_in(flats: list[Household], world: World, session: Session) -> None:
    wish = operations.ask_to_join(session, place=world.entrance, flat="301", user_id=world.resident_lin.id, now=NOW)
    answered = operations.answer_wish(session, wish=wish, household=None, actor_id=world.manager_han.id, now=NOW)
    assert answered is None
    assert session.scalar(select(func.count()).select_from(Occupant)) == 0
    assert told(session)[0] == ("household.asker.refused", [world.resident_lin.id])


def test_erasing_a_person_ends_where_they_live_and_what_they_asked(
    flats: list[Household], world: World, session: Session, app: object
) -> None:
    lin = world.resident_lin
    join(session, slip_of(session, flats[0]), lin.id)
    operations.ask_to_join(session, place=world.entrance, flat="302", user_id=lin.id, now=NOW)
    erase_person(session, person=lin, viewer=viewer(session, world.administrator_guan), now=NOW)
    assert queries.homes(session, lin.id, TODAY) == []
    wish = session.scalars(select(JoinWish)).one()
    assert wish.flat is not None
    assert (wish.flat.body, wish.granted) == (None, False)
    assert not promises(session)["H01"]().broken


def test_the_recount_names_what_is_broken(flats: list[Household], world: World, session: Session) -> None:
    occupant = join(session, slip_of(session, flats[0]), world.resident_lin.id)
    session.add(Occupant(household_id=flats[0].id, user_id=occupant.user_id, joined=occupant.joined,
                         starts_on=TODAY, ends_on=TODAY + timedelta(days=1)))  # fmt: skip
    session.execute(update(Household).where(Household.id == flats[1].id).values(community_id=world.far_community.id))
    session.flush()
    assert len(promises(session)["H01"]().broken) == 2


@pytest.fixture
def resident(world: World, session: Session, client: FlaskClient, flats: list[Household]) -> Desk:
    session.commit()
    return Desk(worlds.sign_in(session, client, world.resident_lin))


def test_a_resident_joins_reports_from_the_flat_and_moves_out(
    resident: Desk, world: World, session: Session, flats: list[Household], settings: Settings
) -> None:
    code = slip_of(session, flats[0], dict(settings.tracking_keys))
    session.commit()
    assert f'value="{code}"' in resident.open(f"/flat?code={code}").text
    page = resident.sent("/flat/join", "/flat", code=code)
    assert "You belong to this household now." in page
    form = resident.open("/report").text
    assert 'value="301"' in form
    occupant = session.scalars(select(Occupant)).one()
    assert "You have moved out." in resident.sent(f"/flat/{occupant.id}/leave", "/flat")


def test_guessing_is_cut_short_and_a_right_code_counts_nothing(
    resident: Desk, session: Session, flats: list[Household], settings: Settings
) -> None:
    code = slip_of(session, flats[0], dict(settings.tracking_keys))
    session.commit()
    for _ in range(7):
        resident.sent("/flat/join", "/flat", code=code)
    wrong = [resident.send("/flat/join", "/flat", code=f"{number:013d}").status_code for number in range(7)]
    assert wrong == [422] * 5 + [429] * 2
    assert resident.send("/flat/join", "/flat", code=code).status_code == 429


def test_asking_says_the_same_whether_there_is_such_a_flat_or_not(
    resident: Desk, world: World, new_client: Callable[[], FlaskClient], session: Session
) -> None:
    told = [resident.sent("/flat/ask", "/flat", label=world.code, flat=flat) for flat in ("301", "999")]
    assert all("Your wish was passed on" in page for page in told)
    for label in ("0" * 13, world.far_code[:5]):
        answer = resident.send("/flat/ask", "/flat", label=label, flat="301")
        assert "No door carries this code" in said(answer)
    gao = Desk(worlds.sign_in(session, new_client(), world.grid_worker_gao))
    page = gao.read(f"/households/places/{world.entrance.id}")
    assert "says flat 999" in page
    wish = session.scalars(select(JoinWish).where(JoinWish.answered_at.is_(None))).one()
    household = session.scalars(select(Household).where(Household.number == "301")).one()
    gao.sent(f"/households/wishes/{wish.id}", household_id=str(household.id))
    assert "301" in resident.read("/flat")


def test_foreign_is_absent_for_those_who_confirm(
    world: World, session: Session, flats: list[Household], client: FlaskClient
) -> None:
    wish = operations.ask_to_join(session, place=world.entrance, flat="301", user_id=world.resident_lin.id, now=NOW)
    session.commit()
    far = Desk(worlds.sign_in(session, client, world.far_dispatcher))
    for address in (
        f"places/{world.entrance.id}", f"places/{world.entrance.id}/slips", f"{flats[0].id}", f"wishes/{wish.id}",
        "places/999999", "999999", "wishes/999999",
    ):  # fmt: skip
        assert far.open(f"/households/{address}").status_code == 404
    assert world.community.name not in far.read("/households")


def test_slips_are_drawn_once_and_printed_for_the_door(
    world: World, session: Session, flats: list[Household], client: FlaskClient
) -> None:
    session.commit()
    mei = Desk(worlds.sign_in(session, client, world.dispatcher_mei))
    place = f"/households/places/{world.entrance.id}"
    page = mei.sent(f"{place}/slips/draw", place)
    assert "3 slips are drawn" in page
    assert mei.open(f"{place}/slips").text.count("<svg") >= 3
    before = session.scalars(select(HouseholdSlip.code_hash).where(HouseholdSlip.revoked_at.is_(None))).all()
    flat = f"/households/{flats[0].id}"
    assert "new slip" in mei.sent(f"{flat}/slip/renew", flat)
    assert "opens nothing" in mei.sent(f"{flat}/slip/revoke", flat)
    session.rollback()
    after = session.scalars(select(HouseholdSlip.code_hash).where(HouseholdSlip.revoked_at.is_(None))).all()
    assert set(after) < set(before)
    assert "2 flats are entered" in mei.sent(f"{place}/add", place, numbers="401-402")
    assert mei.send(f"{place}/add", place, numbers="401").status_code == 409


def test_whoever_has_no_account_makes_one_with_the_slip(
    client: FlaskClient, world: World, session: Session, flats: list[Household], settings: Settings
) -> None:
    code = slip_of(session, flats[0], dict(settings.tracking_keys))
    session.commit()
    visitor = Desk(client)
    page = visitor.open(f"/join?code={code}").text
    assert f"/sign-in?next=/flat?code%3D{code}" in page or f"next=%2Fflat%3Fcode%3D{code}" in page
    typed = {"code": code, "name": "新来的", "phone": "139 9999 1234", "sign_in_name": "",
             "password": "a quiet house", "again": "a quiet house"}  # fmt: skip
    taken = typed | {"phone": world.resident_lin.phone or ""}
    wrong = visitor.send("/join", "/join", **(taken | {"code": "0" * 13}))
    assert (wrong.status_code, "already signs in" in wrong.text) == (422, False)  # a telephone is judged after the code
    assert "already signs in" in visitor.send("/join", "/join", **taken).text
    short = visitor.send("/join", "/join", **(typed | {"password": "short", "again": "short"}))
    assert short.status_code == 422
    assert session.scalar(select(func.count()).select_from(Occupant)) == 0
    session.rollback()
    session.execute(delete(Counter))
    session.commit()
    assert "you belong to this household now" in visitor.sent("/join", "/join", **typed)
    assert "301" in visitor.read("/flat")
    occupant = session.scalars(select(Occupant)).one()
    assert (occupant.household_id, occupant.user.name, occupant.user.language) == (flats[0].id, "新来的", "en")
    assert visitor.open(f"/join?code={code}").headers["Location"] == f"/flat?code={code}"


def test_guessing_without_an_account_is_cut_short_for_the_address(
    new_client: Callable[[], FlaskClient], session: Session, flats: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "TRIES_OF_AN_ADDRESS", 2)
    session.commit()
    typed = {"name": "谁", "sign_in_name": "whoever", "password": "a quiet house", "again": "a quiet house"}
    answers = [
        Desk(new_client()).send("/join", "/join", code=f"{number:013d}", **typed).status_code for number in range(4)
    ]
    assert answers == [422, 422, 429, 429]


def test_the_flat_stands_in_the_form_of_the_own_door_and_of_no_other(
    resident: Desk, world: World, session: Session, flats: list[Household]
) -> None:
    join(session, slip_of(session, flats[1]), world.resident_lin.id)
    session.commit()
    assert 'value="302"' in resident.open(f"/p/{world.code}/report").text
    assert 'value="302"' not in resident.open(f"/p/{world.far_code}/report").text
    assert f"/flat?label={world.code}" in resident.open(f"/p/{world.code}").text
