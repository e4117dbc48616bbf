"""Labels: blank ones bound on site, one in use on a part, racers that lose politely, codes that never come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations, queries
from propman.assets.models import PartCode
from propman.audit.queries import history_of
from propman.communities import operations as communities
from propman.communities.models import LabelSheet, PlaceCode
from propman.communities.queries import blank_labels, code_in_use
from propman.errors import NotFound, Refused
from tests.assets.test_parts import change
from tests.assets.works import Works, part

NOW = clock.now()
TODAY = clock.local_date(NOW)
FIRST, SECOND = "0" * 13, "1" * 13


def blanks(session: Session, works: Works, count: int = 1) -> list[str]:
    """The codes of fresh blank labels for the community."""
    sheet = communities.draw_blanks(session, community_id=works.world.community.id, count=count, actor_id=7, now=NOW)
    return [label.code for label in blank_labels(session, sheet.id)]


def bind(session: Session, code: str, asset_id: int) -> PlaceCode:
    """Bind as somebody on site."""
    return operations.bind_part_label(session, code=code, asset_id=asset_id, actor_id=7, now=NOW)


def test_a_code_on_a_part_leads_to_the_part_and_its_place(session: Session, works: Works) -> None:
    roof = part(session, works)
    operations.draw_part_code(session, asset_id=roof.id, actor_id=7, now=NOW, draw=lambda: FIRST)
    found = queries.behind(session, "oooo-ooooo-oooo")
    assert found is not None
    assert (found.part, found.place) == (roof, works.world.building)
    assert queries.label_of(session, roof.id) == found.label
    assert code_in_use(session, works.world.building.id) is None, "the code of a part is none of its place"
    change(session, roof, works, place_id=works.world.entrance.id)
    session.expire_all()
    found = queries.behind(session, FIRST)
    assert found is not None
    assert (found.place, found.label.place_id) == (works.world.entrance, works.world.entrance.id)


def test_codes_of_places_and_blank_ones_are_found_too(session: Session, works: Works) -> None:
    on_place = queries.behind(session, works.world.code)
    assert on_place is not None
    assert (on_place.place, on_place.part) == (works.world.entrance, None)
    [code] = blanks(session, works)
    blank = queries.behind(session, code.lower())
    assert blank is not None
    assert (blank.place, blank.part) == (None, None)
    assert blank.label.sheet is not None
    assert blank.label.sheet.community == works.world.community
    assert queries.behind(session, "9" * 13) is None
    assert queries.behind(session, "no code") is None


def test_a_part_has_one_label_in_use_and_replacing_revokes_the_old(session: Session, works: Works) -> None:
    roof = part(session, works)
    first = operations.draw_part_code(session, asset_id=roof.id, actor_id=7, now=NOW)
    with pytest.raises(Refused, match="has a label already") as refused:
        operations.draw_part_code(session, asset_id=roof.id, actor_id=7, now=NOW)
    assert refused.value.status == 409
    second = operations.replace_part_code(session, asset_id=roof.id, actor_id=7, now=NOW)
    assert queries.behind(session, first.code) is None
    assert queries.label_of(session, roof.id) == second
    assert set(queries.labels_ever_on(session, roof.id)) == {first, second}
    labels = [(line.old, line.new) for line in history_of(session, subject_kind="asset", subject_id=roof.id)
              if line.field == "label"]  # fmt: skip
    assert labels == [(None, second.code), (first.code, None), (None, first.code)]
    with pytest.raises(Refused, match="revoked already"):
        operations.revoke_part_code(session, asset_id=roof.id, code=first.code, actor_id=7, now=NOW)
    other = part(session, works)
    for asset_id, code in ((other.id, second.code), (roof.id, works.world.code), (roof.id, FIRST)):
        with pytest.raises(NotFound):
            operations.revoke_part_code(session, asset_id=asset_id, code=code, actor_id=7, now=NOW)


def test_a_revoked_code_of_a_part_never_comes_back(session: Session, works: Works) -> None:
    roof, other = part(session, works), part(session, works)
    operations.draw_part_code(session, asset_id=roof.id, actor_id=7, now=NOW, draw=lambda: FIRST)
    operations.revoke_part_code(session, asset_id=roof.id, code=FIRST, actor_id=7, now=NOW)
    given = iter((FIRST, FIRST, SECOND))
    label = operations.draw_part_code(session, asset_id=other.id, actor_id=7, now=NOW, draw=lambda: next(given))
    assert label.code == SECOND


def test_what_is_gone_gets_no_label_and_its_old_one_still_leads_to_it(session: Session, works: Works) -> None:
    roof, bare, [code] = part(session, works), part(session, works), blanks(session, works)
    old = operations.draw_part_code(session, asset_id=roof.id, actor_id=7, now=NOW)
    for each in (roof, bare):
        operations.remove_part(session, asset_id=each.id, on=TODAY, seen_version=each.version, actor_id=7, now=NOW)
    with pytest.raises(Refused, match="was removed"):
        operations.draw_part_code(session, asset_id=bare.id, actor_id=7, now=NOW)
    with pytest.raises(Refused, match="was removed"):
        bind(session, code, bare.id)
    found = queries.behind(session, old.code)
    assert found is not None
    assert found.part == roof


def test_a_blank_label_is_bound_once(session: Session, works: Works) -> None:
    roof, other = part(session, works), part(session, works)
    code, spare = blanks(session, works, 2)
    bind(session, code, roof.id)
    found = queries.behind(session, code)
    assert found is not None
    assert found.part == roof
    for again in (other.id, roof.id):
        with pytest.raises(Refused, match="bound in the meantime") as refused:
            bind(session, code, again)
        assert refused.value.status == 409
    with pytest.raises(Refused, match="has a label already"):
        bind(session, spare, roof.id)
    with pytest.raises(NotFound):
        bind(session, FIRST, other.id)
    with pytest.raises(NotFound):
        bind(session, spare, 10**9)


def test_a_blank_label_is_bound_to_a_place_without_one(session: Session, works: Works) -> None:
    world, [code, spare] = works.world, blanks(session, works, 2)
    communities.bind_label(session, code=code, place_id=world.other_entrance.id, actor_id=7, now=NOW)
    found = queries.behind(session, code)
    assert found is not None
    assert (found.place, found.part) == (world.other_entrance, None)
    for taken in (world.other_entrance.id, world.entrance.id):
        with pytest.raises(Refused, match="has a code already"):
            communities.bind_label(session, code=spare, place_id=taken, actor_id=7, now=NOW)
    with pytest.raises(Refused, match="carry a label"):
        communities.bind_label(session, code=spare, place_id=world.street.id, actor_id=7, now=NOW)


def test_blank_labels_are_drawn_for_a_community_up_to_ten_sheets_of_paper(session: Session, works: Works) -> None:
    world = works.world
    assert len(set(blanks(session, works, 210))) == 210
    for count in (0, -1, 211):
        with pytest.raises(Refused, match="1 to 210") as refused:
            blanks(session, works, count)
        assert refused.value.field == "count"
    with pytest.raises(Refused, match="for a community"):
        communities.draw_blanks(session, community_id=world.building.id, count=1, actor_id=7, now=NOW)


def test_a_lost_sheet_is_revoked_and_what_was_bound_stays(session: Session, works: Works) -> None:
    roof, codes = part(session, works), blanks(session, works, 3)
    bind(session, codes[0], roof.id)
    [sheet] = session.scalars(select(LabelSheet))
    assert communities.revoke_blanks(session, sheet_id=sheet.id, actor_id=7, now=NOW) == 2
    assert communities.revoke_blanks(session, sheet_id=sheet.id, actor_id=7, now=NOW) == 0
    assert [queries.behind(session, code) is not None for code in codes] == [True, False, False]
    with pytest.raises(NotFound):
        bind(session, codes[1], part(session, works).id)


# --- rivals ---


def race(engine: Engine, acts: list[Callable[[Session], object]]) -> list[str]:
    """Run `acts` at once, each in a transaction of its own; "ok" or the sentence of the refusal of each."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> str:
        with Session(engine) as mine:
            try:
                barrier.wait()
                act(mine)
                mine.commit()
            except Refused as refused:
                return str(refused)
        return "ok"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_rivals_for_one_blank_label_one_wins(session: Session, works: Works, engine: Engine) -> None:
    [code], ids = blanks(session, works), [part(session, works).id for _ in range(5)]
    place_id = works.world.other_entrance.id
    session.commit()
    acts: list[Callable[[Session], object]] = [lambda mine, one=one: bind(mine, code, one) for one in ids]
    acts.append(lambda mine: communities.bind_label(mine, code=code, place_id=place_id, actor_id=7, now=NOW))
    told = race(engine, acts)
    assert told.count("ok") == 1
    assert sum("in the meantime" in answer for answer in told) == 5
    assert (session.scalar(select(func.count()).select_from(PartCode)) or 0) <= 1


def test_of_rivals_for_one_part_one_wins(session: Session, works: Works, engine: Engine) -> None:
    codes, roof_id = blanks(session, works, 4), part(session, works).id
    session.commit()
    acts: list[Callable[[Session], object]] = [lambda mine, code=code: bind(mine, code, roof_id) for code in codes]
    acts.append(lambda mine: operations.draw_part_code(mine, asset_id=roof_id, actor_id=7, now=NOW))
    told = race(engine, acts)
    assert told.count("ok") == 1
    assert sum("has a label already" in answer for answer in told) == 4
    assert session.scalar(select(func.count()).select_from(PartCode)) == 1
