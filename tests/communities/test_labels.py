"""Codes on labels: one in use per place, never one twice, found as people copy them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.audit.queries import history_of
from propman.communities import codes, operations, queries
from propman.communities.models import Place, PlaceCode
from propman.db import engine_options, prepare_engine
from propman.errors import NotFound, Refused
from tests.communities.city import ACTOR, NOW, TODAY, community, county, place, street

FIRST, SECOND = "0" * 13, "1" * 13
LATER = NOW + timedelta(hours=1)


def draw(session: Session, where: Place, *given: str) -> PlaceCode:
    """Draw a code, by chance or the `given` ones in their order."""
    rest: Iterator[str] = iter(given)
    chance = (lambda: next(rest)) if given else codes.draw
    return operations.draw_code(session, place_id=where.id, actor_id=ACTOR, now=NOW, draw=chance)


def place_of(session: Session, code: str) -> Place | None:
    """The place that the label with `code` hangs on."""
    found = queries.label(session, code)
    return found.place if found else None


def test_a_code_leads_to_its_place_in_any_writing(session: Session) -> None:
    red = community(session)
    draw(session, red, "0123456789ABC")
    assert place_of(session, "o1234-56789-abc") == red
    for wrong in ("1123456789ABC", "0123456789AB", "", "\x00", "x" * 10_000, "0123456789ABC;"):
        assert place_of(session, wrong) is None


def test_a_revoked_code_leads_nowhere_and_never_comes_back(session: Session) -> None:
    red, blue = community(session), community(session, "蓝天小区")
    draw(session, red, FIRST)
    operations.revoke_code(session, code=FIRST, actor_id=ACTOR, now=LATER)
    assert place_of(session, FIRST) is None
    assert draw(session, blue, FIRST, FIRST, SECOND).code == SECOND
    with pytest.raises(Refused, match="revoked already"):
        operations.revoke_code(session, code=FIRST, actor_id=ACTOR, now=LATER)
    with pytest.raises(NotFound):
        operations.revoke_code(session, code="9" * 13, actor_id=ACTOR, now=LATER)


def test_chance_that_always_gives_the_same_is_not_trusted(session: Session) -> None:
    draw(session, community(session), FIRST)
    with pytest.raises(RuntimeError, match="source of chance"):
        draw(session, community(session, "蓝天小区"), *[FIRST] * 20)


def test_a_place_has_one_code_in_use(session: Session) -> None:
    red = community(session)
    draw(session, red, FIRST)
    with pytest.raises(Refused, match="红旗小区 has a code already"):
        draw(session, red)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(insert(PlaceCode).values(code=SECOND, place_id=red.id, made_at=NOW))


def test_replacing_revokes_the_old_code_and_history_tells_both(session: Session) -> None:
    red = community(session)
    old = draw(session, red, FIRST)
    new = operations.replace_code(session, place_id=red.id, actor_id=ACTOR, now=LATER, draw=lambda: SECOND)
    assert (old.revoked_at, new.revoked_at) == (LATER, None)
    assert queries.code_in_use(session, red.id) == new
    assert queries.codes_of(session, red.id) == (new, old)
    lines = history_of(session, subject_kind="place", subject_id=red.id)[:3]
    assert [(line.field, line.old, line.new) for line in lines] == [
        ("code", None, SECOND),
        ("code", FIRST, None),
        ("code", None, FIRST),
    ]


def test_a_place_without_a_code_gets_its_first_by_replacing(session: Session) -> None:
    red = community(session)
    assert operations.replace_code(session, place_id=red.id, actor_id=ACTOR, now=NOW).place_id == red.id


def test_labels_hang_on_communities_buildings_and_entrances_only(session: Session) -> None:
    red = community(session)
    building = place(session, red, "1号楼")
    for where in (red, building, place(session, building, "1单元")):
        assert codes.well_formed(draw(session, where).code)
    for where in (street(session, "松花江街道"), county(session)):
        with pytest.raises(Refused, match="carry a label"):
            draw(session, where)


def test_a_closed_place_gets_no_code_and_its_old_one_still_leads_to_it(session: Session) -> None:
    red = community(session)
    draw(session, red, FIRST)
    operations.close_place(session, place_id=red.id, on=TODAY, actor_id=ACTOR, now=NOW)
    assert place_of(session, FIRST) == red
    with pytest.raises(Refused, match="红旗小区 is closed"):
        operations.replace_code(session, place_id=red.id, actor_id=ACTOR, now=NOW)


def test_of_rivals_that_draw_for_one_place_one_wins(session: Session, database_url: str) -> None:
    red_id = community(session).id
    session.commit()
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)

    def act(_: int) -> bool:
        with Session(engine) as mine:
            try:
                operations.draw_code(mine, place_id=red_id, actor_id=1, now=NOW)
                mine.commit()
            except Refused:
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(act, range(6)))
    engine.dispose()
    assert won.count(True) == 1
    assert len(session.scalars(select(PlaceCode)).all()) == 1
