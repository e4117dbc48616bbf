"""Notices go half a year after they reached their reader, never before, and are counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from propman.db import engine_options, prepare_engine
from propman.notify import delivery, operations, queries
from propman.notify.models import Channel, ForgottenNotices, Notice
from propman.roles import Viewer

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
REF = "ticket_event:1"
Moments = dict[str, datetime]


def told(session: Session, channel: Channel = Channel.EMAIL, *, ref: str = REF, to: int = 7, **at: datetime) -> int:
    """One notice, a year old; `at` says what became of it."""
    operations.tell(
        session, event_ref=ref, topic="t", channels={to: [channel]}, facts={}, link="/", now=NOW - 365 * DAY
    )
    notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert notice is not None
    for name, moment in at.items():
        setattr(notice, name, moment)
    session.flush()
    return notice.id


def newest(session: Session) -> int:
    """A notice that was just written, so that the ones before it are not the newest."""
    return told(session, ref="ticket_event:999", to=99)


LONG_AGO, LATELY = NOW - 200 * DAY, NOW - 100 * DAY


@pytest.mark.parametrize(
    ("channel", "at", "gone"),
    [
        (Channel.EMAIL, {"sent_at": LONG_AGO}, True),
        (Channel.EMAIL, {"sent_at": LATELY}, False),
        (Channel.EMAIL, {}, False),  # it waits, for whatever reason
        (Channel.EMAIL, {"dead_at": LONG_AGO}, False),
        (Channel.EMAIL, {"claimed_until": LONG_AGO}, False),
        (Channel.INBOX, {"sent_at": LONG_AGO, "read_at": LONG_AGO}, True),
        (Channel.INBOX, {"sent_at": LONG_AGO, "read_at": LATELY}, False),
        (Channel.INBOX, {"sent_at": LONG_AGO}, False),  # nobody has opened it yet
        (Channel.INBOX, {"read_at": LONG_AGO}, False),
        (Channel.INBOX, {"dead_at": LONG_AGO, "read_at": LONG_AGO}, False),
    ],
)
def test_only_what_reached_its_reader_long_ago_goes(
    session: Session, channel: Channel, at: Moments, gone: bool
) -> None:
    one = told(session, channel, **at)
    newest(session)
    assert operations.forget(session, before=NOW - 184 * DAY) == gone
    session.expire_all()
    assert (session.get(Notice, one) is None) is gone
    assert queries.told(session)[REF] == 1


def test_what_went_is_counted_for_each_event_also_over_several_runs(session: Session) -> None:
    for to in range(3):
        told(session, to=to, sent_at=LONG_AGO)
    later = told(session, to=3, sent_at=LATELY)
    told(session, ref="ticket_event:2", sent_at=LONG_AGO)
    newest(session)
    assert operations.forget(session, before=NOW - 184 * DAY) == 4
    assert operations.forget(session, before=NOW - 184 * DAY) == 0
    assert session.get(Notice, later) is not None
    assert operations.forget(session, before=NOW - 50 * DAY) == 1
    rows = session.execute(select(ForgottenNotices.event_ref, ForgottenNotices.n).order_by("event_ref"))
    assert rows.all() == [(REF, 4), ("ticket_event:2", 1)]
    assert queries.told(session) == {REF: 4, "ticket_event:2": 1, "ticket_event:999": 1}


def test_an_id_is_not_given_again(session: Session) -> None:
    """The audit names notices that were sent again by their id."""
    last = told(session, sent_at=LONG_AGO)
    operations.forget(session, before=NOW)
    assert told(session, ref="ticket_event:2") > last


def test_the_inbox_of_its_reader_is_shorter_and_whole(session: Session) -> None:
    told(session, Channel.INBOX, sent_at=LONG_AGO, read_at=LONG_AGO)
    unread = told(session, Channel.INBOX, ref="ticket_event:2", sent_at=LONG_AGO)
    operations.forget(session, before=NOW)
    page = queries.inbox(session, viewer=Viewer(user_id=7))
    assert [notice.id for notice in page.notices] == [unread]


def test_a_late_mark_of_a_carrier_brings_nothing_back(session: Session) -> None:
    one = session.get_one(Notice, told(session, sent_at=LONG_AGO))
    newest(session)
    session.expunge(one)
    operations.forget(session, before=NOW)
    delivery.mark_sent(session, notice=one, now=NOW)
    assert queries.told(session)[REF] == 1


def test_two_who_forget_at_once_count_each_once(session: Session, database_url: str) -> None:
    for to in range(300):
        told(session, to=to, ref=f"ticket_event:{to % 7}", sent_at=LONG_AGO)
    newest(session)
    before = queries.told(session)
    session.commit()

    def run(_number: int) -> int:
        engine = create_engine(database_url, **engine_options(database_url))
        prepare_engine(engine)
        with Session(engine) as own, own.begin():
            gone = operations.forget(own, before=NOW - 184 * DAY)
        engine.dispose()
        return gone

    with ThreadPoolExecutor(4) as several:
        assert sum(several.map(run, range(4))) == 300
    session.rollback()
    assert queries.told(session) == before
