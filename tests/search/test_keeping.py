"""The words of a report are found from the moment it is written, and not a moment longer than it says them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from propman import clock, migrate
from propman.communities.operations import change_place
from propman.findable.models import TicketWords
from propman.search.invariants import promises
from propman.tickets import operations
from propman.tickets.models import Ticket
from tests import stories
from tests import world as worlds
from tests.world import World


def kept(session: Session, ticket: Ticket) -> frozenset[str]:
    session.expire_all()
    return session.scalars(select(TicketWords.words).where(TicketWords.ticket_id == ticket.id)).one()


def holds(session: Session) -> bool:
    finding = promises(session)["S01"]()
    return bool(finding.checked and not finding.broken)


def test_a_report_is_kept_with_its_words_and_names(session: Session, world: World) -> None:
    ticket = stories.report(
        session, world, description="水管爆裂 burst", spot="三单元门口", name="林秀英", phone="13812345678"
    )
    found = kept(session, ticket)
    assert {"水管", "爆裂", "burst", "三单", "门口", "河柏", "号楼", "3号", "§clights", f"§a{world.street.id}"} <= found
    assert not {"林秀", "秀英", "13812345678", f"§a{world.province.id}"} & found
    assert holds(session)


def test_what_the_reporter_adds_is_found_and_a_note_is_not(session: Session, world: World) -> None:
    ticket = stories.report(session, world)
    now, mei = clock.now(), worlds.viewer(session, world.dispatcher_mei)
    of = {"ticket": ticket, "now": now}
    operations.note_down(session, viewer=mei, seen_version=ticket.version, note="住户难缠", **of)
    operations.ask(session, viewer=mei, seen_version=ticket.version, note="几层灯坏", **of)
    lin = stories.holder(ticket)
    operations.answer(session, viewer=lin, seen_version=ticket.version, note="在地下室", store=world.store, **of)
    operations.add(session, viewer=lin, seen_version=ticket.version, note="又冒火花", store=world.store, **of)
    found = kept(session, ticket)
    assert {"地下", "火花"} <= found
    assert not {"难缠", "几层"} & found
    assert holds(session)


def test_a_corrected_report_is_found_where_it_is(session: Session, world: World) -> None:
    ticket = stories.report(session, world)
    correction = operations.Correction("lift_fault", ticket.priority, world.other_entrance.id, None)
    operations.correct(session, ticket=ticket, viewer=worlds.viewer(session, world.dispatcher_mei), now=clock.now(),
                       seen_version=ticket.version, correction=correction, note="是电梯")  # fmt: skip
    found = kept(session, ticket)
    assert {"§clift§fault", f"§a{world.other_entrance.id}", "3单"} <= found
    assert not {"§clights", f"§a{world.entrance.id}", "2单"} & found
    assert holds(session)


def test_a_renamed_place_is_found_by_its_new_name(session: Session, world: World) -> None:
    ticket, far = stories.report(session, world), stories.report(session, world, place=world.far_entrance)
    change_place(
        session, place_id=world.community.id, name="新柳小区", name_en="New Willow", actor_id=None, now=clock.now()
    )
    assert {"新柳", "willow"} <= kept(session, ticket)
    assert "河柏" not in kept(session, ticket)
    assert "新柳" not in kept(session, far)
    assert holds(session)


def test_nothing_of_its_words_is_left_once_it_is_erased(session: Session, world: World) -> None:
    ticket = stories.report(session, world, description="秘密花园", spot="阁楼上面")
    stays = stories.report(session, world, description="公开长椅")
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    session.commit()
    assert not {"秘密", "阁楼"} & kept(session, ticket)
    assert "§clights" in kept(session, ticket)
    if session.get_bind().dialect.name == "sqlite":
        shadows = session.execute(text("SELECT block FROM ticket_words_index_data")).scalars().all()
        written = b"".join(bytes(each) for each in shadows)
        assert "长椅".encode() in written or "开长".encode() in written  # the index is readable as this test reads it
        for gone in ("秘密", "密花", "阁楼"):
            assert gone.encode() not in written
    assert "公开" in kept(session, stays)
    assert holds(session)


def test_reports_of_before_get_their_rows_and_the_recount_sees_a_wrong_one(
    session: Session, world: World, database_url: str
) -> None:
    tickets = [stories.report(session, world, description=f"第{number}次漏水") for number in "一二三"]
    session.execute(text("DELETE FROM ticket_words"))
    assert promises(session)["S01"]().broken
    assert operations.keep_missing(session, most=2) == tickets[1].id
    session.commit()
    migrate.upgrade(database_url)
    assert operations.keep_missing(session) is None
    assert holds(session)
    session.get_one(TicketWords, tickets[0].id).words = frozenset({"漏水"})
    session.flush()
    [broken] = promises(session)["S01"]().broken
    assert broken.startswith(f"ticket {tickets[0].id} lacks")


@pytest.mark.parametrize("long", ["长" * 2000, "word " * 400, "".join(chr(0x4E00 + one) for one in range(2000))])
def test_the_longest_report_can_be_kept(session: Session, world: World, long: str) -> None:
    stories.report(session, world, description=long[:2000])
    assert holds(session)
