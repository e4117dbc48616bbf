"""Two hundred thousand parts on PostgreSQL: every page sends as many statements as with two thousand and reads little.

What is counted are the blocks of 8 KB that each statement of a page touches (EXPLAIN ANALYZE, BUFFERS), so that a busy
machine changes nothing. Communities stay as large as they are; there are a hundred times as many of them. A page reads
at most one and a half times as much; or, where its fifty parts lie all over a county and each is another block of every
table and index, a few blocks for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.operations import add_place
from propman.db import db
from tests import world as worlds
from tests.assets.works import Works
from tests.world import World

FEW, MANY = 40, 4000  # communities of fifty parts
PER_COMMUNITY = 50
MORE = 1.5  # times as many blocks are allowed
SPARE = 12  # blocks: an index that has grown by a level, at each of the statements of a page
SCATTERED = 400  # blocks: what reads a table whole takes thousands

WHO = {"clerk_jie": "a street of few communities", "official_qian": "the whole county", "auditor_shen": "everything"}
PAGES = (
    "/register", "/register?after={middle}", "/register/places/{community}", "/register/places/{entrance}",
    "/register/parts", "/register/parts?place={community}", "/register/parts?type=B07",
    "/register/parts?work_class=upgrading", "/register/parts?warranty=90", "/register/parts?warranty=over",
    "/register/parts?warranty=unknown", "/register/parts?warranty=none", "/register/parts?condition=2",
    "/register/parts?condition=1", "/register/parts?never_looked_at=1", "/register/parts?no_maintainer=1",
    "/register/parts?no_maintainer=1&type=B07", "/register/parts?code=C-7", "/register/parts?gone=1",
    "/register/unwatched", "/parts/{part}",
)  # fmt: skip

PATHS = """
UPDATE place SET path = above.path || place.id || '/' FROM place above
WHERE above.id = place.parent_id AND place.path = ''
"""
WITHOUT = "NOT EXISTS (SELECT 1 FROM place inside WHERE inside.parent_id = place.id)"
SEED = (
    """
INSERT INTO place (kind, parent_id, path, name, sort_key)
SELECT 'community', :street, '', '大规模' || n, 'daguimo' || lpad(n::text, 6, '0')
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
""",
    PATHS,
    f"""
INSERT INTO place (kind, parent_id, path, name, sort_key)
SELECT 'building', place.id, '', n || '号楼', lpad(n::text, 6, '0') || 'haolou' FROM place, generate_series(1, 4) n
WHERE place.kind = 'community' AND place.name LIKE '大规模%' AND {WITHOUT}
""",
    PATHS,
    f"""
INSERT INTO place (kind, parent_id, path, name, sort_key)
SELECT 'entrance', place.id, '', n || '单元', lpad(n::text, 6, '0') || 'danyuan' FROM place, generate_series(1, 2) n
WHERE place.kind = 'building' AND {WITHOUT}
""",
    PATHS,
    """
INSERT INTO asset (community_id, place_id, code, type_code, name, attributes, ownership, criticality, maintainer_id,
                   work_item_id, no_project, warranty, warranty_last_on, condition, condition_on, removed_on, version)
SELECT c.id, (SELECT p.id FROM place p WHERE p.parent_id = c.id ORDER BY p.id OFFSET n % 4 LIMIT 1), 'C-' || n,
       (SELECT code FROM asset_type ORDER BY position OFFSET (n * 7 + c.id) % 37 LIMIT 1), '部位' || n, '{}',
       'owners', 'C', CASE WHEN (n + c.id) % 9 = 0 THEN NULL ELSE CAST(:company AS bigint) END,
       CASE WHEN (n + c.id) % 11 = 0 THEN NULL ELSE CAST(:item AS bigint) END,
       CASE WHEN (n + c.id) % 11 = 0 THEN 'earlier' END,
       CASE WHEN (n + c.id) % 11 = 0 THEN 'none' WHEN (n + c.id) % 13 = 0 THEN 'unknown' ELSE 'dated' END,
       CASE WHEN (n + c.id) % 11 = 0 OR (n + c.id) % 13 = 0 THEN NULL
            ELSE CURRENT_DATE + ((n * 37 + c.id * 101) % 2400 - 600)::int END,
       CASE WHEN (n + c.id) % 6 = 0 THEN NULL ELSE 1 + (n * 3 + c.id * 5) % 5 END,
       CASE WHEN (n + c.id) % 6 = 0 THEN NULL ELSE CURRENT_DATE - ((n * 13 + c.id * 7) % 700)::int END,
       CASE WHEN (n + c.id) % 97 = 0 THEN CURRENT_DATE - 5 END, 1
FROM place c, generate_series(1, CAST(:parts AS int)) n
WHERE c.kind = 'community' AND c.name LIKE '大规模%'
AND NOT EXISTS (SELECT 1 FROM asset known WHERE known.community_id = c.id)
""",
)


def seed(session: Session, works: Works, first: int, last: int, street: Any) -> None:
    """Communities with buildings, entrances and parts, from number `first` to `last`, made by the database itself."""
    given = {"street": street.id, "first": first, "last": last, "parts": PER_COMMUNITY,
             "company": works.world.company.id, "item": works.roof.id}  # fmt: skip
    session.execute(text("SET LOCAL statement_timeout = 0"))
    for statement in SEED:
        names = {name: value for name, value in given.items() if f":{name}" in statement}
        session.execute(text(statement), names)
    session.commit()
    engine = cast(Engine, session.get_bind())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))  # as the database does by itself after a while


@contextmanager
def heard(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements that `app` sends to its database inside the block, each with its parameters."""
    with app.app_context():
        engine = db.engine
    sent: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        sent.append((call[2], call[3]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def blocks(session: Session, statement: str, parameters: Any, *, small: bool) -> int:
    """How many blocks the database touches for one SELECT of a page; for anything else none.

    If `small`, by the indexes that serve among many: a table of ten blocks would else be read whole for every page.
    """
    if not statement.lstrip().upper().startswith("SELECT"):
        return 0
    session.execute(text(f"SET LOCAL enable_seqscan = {'off' if small else 'on'}"))
    explained = session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters
    )
    found = explained.scalar()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def visits(
    app: Flask, session: Session, browsers: dict[str, FlaskClient], things: dict[str, Any], *, small: bool
) -> dict[tuple[str, str], tuple[int, int]]:
    """Statements and blocks of each page, for each person."""
    found = {}
    for who, browser in browsers.items():
        for address in PAGES:
            with heard(app) as sent:
                page = browser.get(address.format_map(things))
            assert page.status_code == 200, (who, address, page.status_code)
            found[who, address] = (len(sent), sum(blocks(session, *each, small=small) for each in sent))
            session.rollback()
    return found


def things_of(session: Session, world: World) -> dict[str, Any]:
    """A community in the middle, and what is in it."""
    query = "SELECT min(id) FROM place WHERE kind = 'community' AND name LIKE '大规模%' AND parent_id = :street"
    community = session.execute(text(query), {"street": world.street.id}).scalar_one()
    inside = session.execute(
        text("SELECT e.id FROM place e JOIN place b ON b.id = e.parent_id WHERE b.parent_id = :id LIMIT 1"),
        {"id": community},
    ).scalar_one()
    part = session.execute(text("SELECT min(id) FROM asset WHERE community_id = :id"), {"id": community}).scalar_one()
    return {"community": community, "entrance": inside, "part": part, "middle": community}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_pages_read_as_much_with_two_hundred_thousand_parts_as_with_two_thousand(
    app: Flask, session: Session, works: Works, new_client: Callable[[], FlaskClient]
) -> None:
    world = works.world
    other = add_place(session, parent_id=world.county.id, name="新区街道", actor_id=None, now=clock.now())
    seed(session, works, 1, FEW // 2, world.street)
    seed(session, works, FEW // 2 + 1, FEW, other)
    browsers = {who: worlds.sign_in(session, new_client(), world.people[who]) for who in WHO}
    few = visits(app, session, browsers, things_of(session, world), small=True)
    seed(session, works, FEW + 1, MANY, other)
    parts = session.execute(text("SELECT count(*) FROM asset")).scalar_one()
    assert parts >= MANY * PER_COMMUNITY
    many = visits(app, session, browsers, things_of(session, world), small=False)
    print()
    for (who, address), (statements, read) in many.items():
        print(f"{who:14} {address:45} {statements:3} statements {few[who, address][1]:6} -> {read:6} blocks")
    assert {page: statements for page, (statements, _) in many.items()} == {
        page: statements for page, (statements, _) in few.items()
    }
    slow = {
        page: (few[page][1], read)
        for page, (_, read) in many.items()
        if read > max(MORE * few[page][1] + SPARE, SCATTERED)
    }
    assert not slow
