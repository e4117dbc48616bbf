"""The ruler measures what it says: on data that keeps every promise, pages that answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.orm import Session

from propman import checks, clock, create_app
from propman.db import db, engine_options
from propman.files.store import FileStore
from propman.personal import PersonalText
from tests.conftest import postgresql_database
from tests.performance import lives, measuring, province, seeding
from tests.performance.pages import PAGES, Ground
from tests.performance.served import settings

TICKETS = 200


def test_seeded_reports_keep_every_promise_and_every_page_is_measured(
    postgresql: Connection, postgresql_template: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module, sizes in (
        (province, {"COMMUNITIES": 40, "COMPANIES": 3}), (seeding, {"LEFT_OPEN": 60, "OF_THIS_MONTH": 40}),
        (measuring, {"BLOCKS": 1, "OF_A_BLOCK": 1, "WARM": 1, "NULLS": 1}),
    ):  # fmt: skip
        for name, size in sizes.items():
            monkeypatch.setattr(module, name, size)
    with postgresql_database(postgresql, postgresql_template) as url:
        laid_out = seeding.seed(url, TICKETS, clock.now())
        engine = create_engine(url, **engine_options(url))
        findings = checks.recount_snapshot(engine, store=FileStore(tmp_path), now=clock.now())
        assert [line for line in checks.lines(findings) if "FAIL" in line] == []
        app = create_app(settings(url))
        with Session(engine) as session:
            found = session.scalars(select(PersonalText.id).where(PersonalText.body.contains(lives.WORD))).all()
            assert len(found) == TICKETS // lives.EVERY
            for page in PAGES:
                cost = measuring.measure(Ground(app, session, laid_out), page)
                assert min(cost.ratio, cost.statements, cost.buffers) > 1, page.name
        engine.dispose()
        with app.app_context():
            db.engine.dispose()
