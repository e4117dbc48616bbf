"""How well a point of a round is proven, as a table; the challenge; and metres between places that everybody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from propman.communities import codes
from propman.rounds.proof import Asked, Given, Lack, Level, Position, Proof, draw, grade, metres_between, valid_until

KEYS = {"t1": b"the first key of the installation", "t2": b"the second key of the installation"}
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
ENDS = NOW + timedelta(hours=4)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SECONDS = str(int(ENDS.timestamp()))
LABEL, OTHER = "0123456789ABC", "ZYXWVTSRQPNMK"
GATE = Position(45.8038, 126.5350)  # in Harbin
CHALLENGE = draw(round_id=7, person_id=3, ends_at=ENDS, key_id="t1", keys=KEYS)

ASKED = Asked(round_id=7, person_id=3, codes={LABEL}, position=GATE)
GIVEN = Given(challenge=CHALLENGE, code=LABEL, device_at=NOW, received_at=NOW, photo_is_new=True, position=GATE)


def later(**more: float) -> datetime:
    return NOW + timedelta(**more)


SCANNED = Proof(Level.SCANNED)


def photo(lack: Lack) -> Proof:
    return Proof(Level.PHOTO, (lack,))


CASES: list[tuple[str, dict[str, Any], Proof]] = [
    ("label, photo and position", {}, SCANNED),
    ("the label alone", {"photo_is_new": None, "position": None}, SCANNED),
    ("typed by hand", {"code": "ol23-4567 89abc"}, SCANNED),
    ("a clock that is off by a quarter of an hour", {"device_at": later(minutes=-15)}, SCANNED),
    ("no time, as from a page without JavaScript", {"device_at": None}, SCANNED),
    ("no time after the shift", {"device_at": None, "received_at": later(hours=4)}, photo(Lack.EXPIRED)),
    ("in the last second", {"received_at": later(hours=4, seconds=-1), "device_at": later(hours=4)}, SCANNED),
    ("no label", {"code": None}, photo(Lack.NO_CODE)),
    ("an empty field", {"code": ""}, photo(Lack.NO_CODE)),
    ("the label of another door", {"code": OTHER}, photo(Lack.OTHER_CODE)),
    ("no label of ours", {"code": "http://example.cn/巡检"}, photo(Lack.OTHER_CODE)),
    ("after the shift", {"received_at": later(hours=4), "device_at": later(hours=4)}, photo(Lack.EXPIRED)),
    ("a clock that is slow", {"device_at": later(minutes=-15, seconds=-1)}, photo(Lack.CLOCK)),
    ("a clock that is fast", {"device_at": later(days=1)}, photo(Lack.CLOCK)),
    ("no challenge", {"challenge": ""}, photo(Lack.FOREIGN_CHALLENGE)),
    ("a longer shift, written in", {"challenge": CHALLENGE.replace(SECONDS, "1999999999")},
     photo(Lack.FOREIGN_CHALLENGE)),
    ("a photo used before", {"code": None, "photo_is_new": False},
     Proof(Level.POSITION, (Lack.NO_CODE, Lack.USED_PHOTO))),
    ("99 metres away", {"code": None, "photo_is_new": None, "position": Position(45.80469, 126.5350, 20)},
     Proof(Level.POSITION, (Lack.NO_CODE, Lack.NO_PHOTO))),
    ("101 metres away", {"code": None, "photo_is_new": None, "position": Position(45.80471, 126.5350, 20)},
     Proof(Level.NONE, (Lack.NO_CODE, Lack.NO_PHOTO, Lack.FAR))),
    ("known to 101 metres only", {"code": None, "photo_is_new": None, "position": Position(45.8038, 126.5350, 101)},
     Proof(Level.NONE, (Lack.NO_CODE, Lack.NO_PHOTO, Lack.ROUGH_POSITION))),
    ("not on earth", {"code": None, "photo_is_new": None, "position": Position(float("nan"), 126.5)},
     Proof(Level.NONE, (Lack.NO_CODE, Lack.NO_PHOTO, Lack.NO_POSITION))),
    ("nothing", {"code": None, "photo_is_new": None, "position": None},
     Proof(Level.NONE, (Lack.NO_CODE, Lack.NO_PHOTO, Lack.NO_POSITION))),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "proof"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_how_well_a_point_is_proven(changes: dict[str, Any], proof: Proof) -> None:
    assert grade(replace(GIVEN, **changes), ASKED, KEYS) == proof


def test_where_nobody_knows_where_a_point_is_no_position_proves_it() -> None:
    given = replace(GIVEN, code=None, photo_is_new=None)
    assert grade(given, replace(ASKED, position=None), KEYS).level is Level.NONE


def test_a_label_is_one_of_those_in_use_there() -> None:
    drawn = codes.draw()
    assert grade(replace(GIVEN, code=drawn.lower()), replace(ASKED, codes={LABEL, drawn}), KEYS) == SCANNED
    assert grade(GIVEN, replace(ASKED, codes=()), KEYS) == photo(Lack.OTHER_CODE)


# --- the challenge ---


def test_a_challenge_is_of_one_round_one_person_and_one_shift() -> None:
    again = draw(round_id=7, person_id=3, ends_at=ENDS.replace(microsecond=9), key_id="t1", keys=KEYS)
    assert again == CHALLENGE  # a retry
    assert valid_until(CHALLENGE, round_id=7, person_id=3, keys=KEYS) == ENDS
    assert valid_until(CHALLENGE, round_id=8, person_id=3, keys=KEYS) is None
    assert valid_until(CHALLENGE, round_id=7, person_id=4, keys=KEYS) is None
    of_another = draw(round_id=73, person_id=1, ends_at=ENDS, key_id="t1", keys=KEYS)
    assert valid_until(of_another, round_id=7, person_id=31, keys=KEYS) is None


def test_a_challenge_goes_with_its_key() -> None:
    newer = draw(round_id=7, person_id=3, ends_at=ENDS, key_id="t2", keys=KEYS)
    assert newer != CHALLENGE
    assert valid_until(newer, round_id=7, person_id=3, keys=KEYS) == ENDS
    assert valid_until(newer, round_id=7, person_id=3, keys={"t1": KEYS["t1"]}) is None
    with pytest.raises(KeyError):
        draw(round_id=7, person_id=3, ends_at=ENDS, key_id="t3", keys=KEYS)


@pytest.mark.parametrize("forged", ["", "t1", "t1..", CHALLENGE[:-1], CHALLENGE + "0", CHALLENGE.upper(), "\0" * 40,
                                    CHALLENGE.replace("t1.", "t2."), CHALLENGE + "\n", "t1.99999999999." + "0" * 32,
                                    CHALLENGE.replace(SECONDS, SECONDS.translate(WIDE)), "x" * 100_000])  # fmt: skip
def test_what_is_made_up_is_no_challenge(forged: str) -> None:
    assert valid_until(forged, round_id=7, person_id=3, keys=KEYS) is None


# --- metres ---


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (Position(36.12, -86.67), Position(33.94, -118.40), 2886.4),  # Nashville to Los Angeles, the usual example
        (Position(0, 0), Position(0, 180), 20015.1),  # half around
        (Position(90, 0), Position(-90, 77), 20015.1),
        (Position(45.0, 179.9995), Position(45.0, -179.9995), 0.0786),  # over the date line
        (GATE, GATE, 0),
    ],
)
def test_metres_between(one: Position, other: Position, kilometres: float) -> None:
    assert metres_between(one, other) / 1000 == pytest.approx(kilometres, rel=1e-3)
    assert metres_between(one, other) == pytest.approx(metres_between(other, one))
