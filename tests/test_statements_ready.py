"""A statement that stands ready asks for any number of ids with the same text."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from propman.communities.models import Place
from propman.db import among
from tests.world import World

_NAMED = select(Place.__table__.c.id).where(
    among(Place.__table__.c.id, "ids"), Place.__table__.c.id > bindparam("least")
)


@pytest.mark.parametrize("wanted", [[], [0], [1, 2, 3], [3, 10**15, 2, 2]])
def test_the_rows_of_the_ids_that_are_asked_for(session: Session, world: World, wanted: list[int]) -> None:
    known = set(session.scalars(select(Place.id)))
    found = session.execute(_NAMED, {"ids": wanted, "least": 0}).scalars().all()
    assert sorted(found) == sorted(known & set(wanted))


def test_its_text_is_the_same_for_any_number(session: Session) -> None:
    text = str(_NAMED.compile(session.get_bind()))
    assert "POSTCOMPILE" not in text
