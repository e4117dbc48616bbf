"""The inbox: one's own messages only, at once, page by page, with a count that stays cheap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.errors import NotFound
from propman.notify import operations, queries
from propman.notify.models import Channel, Notice
from propman.roles import NOBODY, Viewer
from tests.statements import sent_to

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORKER_ZHAO, NEIGHBOUR_WU = Viewer(user_id=7), Viewer(user_id=8)


def tell(session: Session, *, to: Viewer, count: int = 1, by: Channel = Channel.INBOX) -> list[int]:
    """Tell one person of `count` new events; the ids of the notices, oldest first."""
    newest = session.scalar(select(Notice.id).order_by(Notice.id.desc()).limit(1)) or 0
    assert to.user_id is not None
    for number in range(count):
        operations.tell(
            session, event_ref=f"ticket_event:{newest + number}", topic="ticket.worker.assign",
            channels={to.user_id: (by,)}, facts={"number": "2611-0000001"}, link="/tickets/2611-0000001", now=NOW,
        )  # fmt: skip
    return list(session.scalars(select(Notice.id).where(Notice.id > newest).order_by(Notice.id)))


def test_a_message_is_in_the_inbox_before_any_worker_has_marked_it(session: Session) -> None:
    [notice_id] = tell(session, to=WORKER_ZHAO)
    [notice] = queries.inbox(session, viewer=WORKER_ZHAO).notices
    assert (notice.id, notice.sent_at) == (notice_id, None)


def test_nobody_reads_the_inbox_of_another(session: Session) -> None:
    [notice_id] = tell(session, to=WORKER_ZHAO)
    for stranger in (NEIGHBOUR_WU, NOBODY):
        assert not queries.inbox(session, viewer=stranger).notices
        with pytest.raises(NotFound):
            operations.mark_read(session, viewer=stranger, notice_id=notice_id, now=NOW)


def test_an_email_is_not_a_message_of_the_inbox(session: Session) -> None:
    [notice_id] = tell(session, to=WORKER_ZHAO, by=Channel.EMAIL)
    assert not queries.inbox(session, viewer=WORKER_ZHAO).notices
    assert queries.unread_count(session, viewer=WORKER_ZHAO) == 0
    with pytest.raises(NotFound):
        operations.mark_read(session, viewer=WORKER_ZHAO, notice_id=notice_id, now=NOW)


def test_opening_a_message_twice_keeps_the_first_time(session: Session) -> None:
    [notice_id] = tell(session, to=WORKER_ZHAO)
    for minute in (0, 5):
        at = NOW.replace(minute=minute)
        assert operations.mark_read(session, viewer=WORKER_ZHAO, notice_id=notice_id, now=at).read_at == NOW
    assert queries.unread_count(session, viewer=WORKER_ZHAO) == 0


def test_reading_all_leaves_what_came_after_the_page_was_made(session: Session) -> None:
    *_, newest_seen = tell(session, to=WORKER_ZHAO, count=3)
    tell(session, to=WORKER_ZHAO)
    tell(session, to=NEIGHBOUR_WU)
    assert operations.mark_all_read(session, viewer=WORKER_ZHAO, newest_id=newest_seen, now=NOW) == 3
    assert queries.unread_count(session, viewer=WORKER_ZHAO) == 1
    assert queries.unread_count(session, viewer=NEIGHBOUR_WU) == 1


def test_pages_follow_each_other_without_gap_or_repeat(session: Session) -> None:
    ids = tell(session, to=WORKER_ZHAO, count=2 * queries.PAGE)
    pages, before = [], None
    while True:
        page = queries.inbox(session, viewer=WORKER_ZHAO, before=before)
        pages.append([notice.id for notice in page.notices])
        if (before := page.before) is None:
            break
    assert [len(page) for page in pages] == [queries.PAGE, queries.PAGE]
    assert sum(pages, []) == sorted(ids, reverse=True)


def test_the_unread_count_stops_at_a_hundred_and_is_one_query_over_its_index(session: Session) -> None:
    tell(session, to=WORKER_ZHAO, count=queries.MOST_COUNTED + 5)
    engine = session.get_bind()
    with sent_to(engine) as statements:
        assert queries.unread_count(session, viewer=WORKER_ZHAO) == queries.MOST_COUNTED
    [statement] = statements
    if engine.dialect.name == "sqlite":
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (7, "inbox", 100, 0)).all()
        assert "ix_notice_unread" in str(plan)
