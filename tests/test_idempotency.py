"""Keys: one effect for each, what is stored tells nothing, and what was forgotten is refused and not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import idempotency
from propman.db import Gate, draw_ids, put_together
from propman.errors import Refused
from propman.idempotency import AHEAD, KEPT, SENT_WITHIN, IdempotencyKey, fingerprint, new_key, once, once_along
from propman.personal import PersonalText, TextKind
from propman.throttle import Allowance, Counter, Spent

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOLD = {"category": "lights", "description": "灯不亮", "phone": "13812345678"}


class Desk:
    """Where forms are sent to; `done` counts what was done."""

    def __init__(self, session: Session) -> None:
        self.session, self.done = session, 0

    def act(self) -> dict[str, int]:
        self.done += 1
        return {"ticket_id": self.done}

    def send(self, key: str, payload: Mapping[str, object] = TOLD, *, now: datetime = NOW, who: str = "code:A") -> Any:
        """The answer to one form."""
        return once(self.session, principal=who, key=key, payload=payload, now=now, act=self.act)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def rows(session: Session) -> list[IdempotencyKey]:
    return list(session.scalars(select(IdempotencyKey)))


# --- what is stored ---


def test_the_key_itself_is_not_stored(desk: Desk, session: Session) -> None:
    key = new_key(NOW)
    desk.send(key)
    [row] = rows(session)
    assert key not in (row.principal, row.key_hash, row.fingerprint)


def test_who_reads_the_table_cannot_try_telephone_numbers(desk: Desk, session: Session) -> None:
    """All else is known, and the number right: without the key no digest of it is the one that is stored."""
    desk.send(new_key(NOW))
    [row] = rows(session)
    tried = {fingerprint(guess, TOLD) for guess in ("", row.key_hash, row.principal, "0" * 40, new_key(NOW))}
    plain = hashlib.sha256(str(TOLD).encode()).hexdigest()
    assert row.fingerprint not in tried | {plain}


def test_two_who_ask_the_same_leave_different_digests(desk: Desk, session: Session) -> None:
    """Or one report would show that another says the same."""
    desk.send(new_key(NOW))
    desk.send(new_key(NOW))
    assert len({row.fingerprint for row in rows(session)}) == 2


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, True),
        ({"a": "1"}, {"a": "1", "b": ""}, False),
        ({"a": b"picture"}, {"a": b"picture"}, True),
        ({"a": [b"one", b"two"]}, {"a": [b"two", b"one"]}, False),
        ({"a": "1", "b": ""}, {"a": "", "b": "1"}, False),
    ],
)
def test_a_digest_is_of_content_not_of_order(one: dict[str, object], two: dict[str, object], same: bool) -> None:
    assert (fingerprint("k", one) == fingerprint("k", two)) is same


# --- one effect ---


def test_a_retry_gets_the_first_answer_and_nothing_is_done_again(desk: Desk) -> None:
    key = new_key(NOW)
    assert [desk.send(key, now=NOW + timedelta(hours=hours)) for hours in range(3)] == [{"ticket_id": 1}] * 3
    assert desk.send(key, who="code:B") == {"ticket_id": 2}


def test_a_used_key_with_other_content_is_refused(desk: Desk) -> None:
    key = new_key(NOW)
    desk.send(key)
    with pytest.raises(Refused) as refusal:
        desk.send(key, {**TOLD, "phone": "13812345679"})
    assert (refusal.value.status, desk.done) == (422, 1)


# --- what is forgotten ---


def test_only_keys_used_long_ago_are_forgotten(desk: Desk, session: Session) -> None:
    for days in (0, 29, 31, 400):
        desk.send(new_key(NOW - timedelta(days=days)), now=NOW - timedelta(days=days))
    assert idempotency.forget(session, before=NOW - KEPT) == 2
    assert idempotency.forget(session, before=NOW - KEPT) == 0
    assert {NOW - row.used_at for row in rows(session)} == {timedelta(0), timedelta(days=29)}


@pytest.mark.parametrize("waited", [timedelta(0), SENT_WITHIN - SECOND])
def test_a_form_is_taken_as_soon_or_late_as_it_may_be_sent(desk: Desk, waited: timedelta) -> None:
    assert desk.send(new_key(NOW), now=NOW + waited) == {"ticket_id": 1}


def test_a_form_found_again_after_its_key_was_forgotten_does_nothing(desk: Desk, session: Session) -> None:
    """Whenever within its time it was sent first: from the moment that its row may be gone the key is refused."""
    for waited in (timedelta(0), SENT_WITHIN - SECOND):
        key = new_key(NOW)
        desk.send(key, now=NOW + waited)
        later = NOW + waited + KEPT + SECOND
        idempotency.forget(session, before=later - KEPT)
        assert rows(session) == []
        done = desk.done
        with pytest.raises(Refused) as refusal:
            desk.send(key, now=later)
        assert (refusal.value.status, desk.done) == (400, done)


def test_a_retry_is_answered_for_as_long_as_its_key_is_known(desk: Desk) -> None:
    key = new_key(NOW)
    desk.send(key)
    assert desk.send(key, now=NOW + SENT_WITHIN + SECOND) == {"ticket_id": 1}


def test_no_clock_within_two_days_of_another_opens_a_gap(desk: Desk, session: Session) -> None:
    """A page shown by a server whose clock runs ahead: its key dies before its row may go, as every key does."""
    key = new_key(NOW + timedelta(days=2))
    desk.send(key, now=NOW)
    later = NOW + KEPT + SECOND
    idempotency.forget(session, before=later - KEPT)
    with pytest.raises(Refused):
        desk.send(key, now=later)


@pytest.mark.parametrize(
    "key", ["", "0" * 32, "k" * 10_240, new_key(NOW)[:-1], new_key(NOW) + "0", new_key(NOW).upper() + "\n", "０" * 40,
            new_key(NOW + AHEAD + timedelta(seconds=1)), new_key(NOW - SENT_WITHIN)],
    ids=["empty", "zeros", "huge", "short", "long", "capitals", "full width", "of tomorrow", "too old"],
)  # fmt: skip
def test_what_is_no_key_for_today_does_nothing(desk: Desk, session: Session, key: str) -> None:
    with pytest.raises(Refused) as refusal:
        desk.send(key)
    assert (refusal.value.status, desk.done, rows(session)) == (400, 0, [])


# --- along with the rows that come in ---


class Door(Desk):
    """Where texts come in, each behind the gate of its key; `full` after two in a day, and `wide` after five."""

    refused_after: bool = False
    refused_before: bool = False

    def come_in(self, gate: Gate) -> None:
        if self.refused_before:
            raise Refused("it is shut by now")
        [text_id] = draw_ids(self.session, PersonalText)
        text = PersonalText(id=text_id, kind=TextKind.NOTE, body="灯不亮", written_at=NOW)
        put_together(self.session, text, {}, taken="id", behind=gate)
        self.done += 1
        if self.refused_after:
            raise Refused("not with this photograph")

    def send(self, key: str, payload: Mapping[str, object] = TOLD, *, now: datetime = NOW, who: str = "code:A") -> Any:
        allowances = [Allowance("wide", 5, NOW), Allowance("full", 2, NOW)]
        return once_along(self.session, principal=who, key=key, payload=payload, now=now, act=self.come_in,
                          answer={"text_id": 7}, allowances=allowances)  # fmt: skip


@pytest.fixture
def door(session: Session) -> Door:
    return Door(session)


def counts(session: Session) -> dict[str, int]:
    return {each.subject: each.n for each in session.scalars(select(Counter).execution_options(populate_existing=True))}


def test_key_counts_and_rows_come_in_together_and_a_retry_is_not_counted(door: Door, session: Session) -> None:
    key = new_key(NOW)
    assert [door.send(key) for _ in range(3)] == [{"text_id": 7}] * 3
    assert (door.done, len(rows(session)), counts(session)) == (1, 1, {"wide": 1, "full": 1})
    with pytest.raises(Refused):
        door.send(key, {**TOLD, "phone": "13812345679"})
    assert (door.done, counts(session)) == (1, {"wide": 1, "full": 1})


def test_where_a_count_is_full_nothing_comes_in_and_the_full_one_is_named(door: Door, session: Session) -> None:
    for _ in range(2):
        door.send(new_key(NOW))
    session.commit()
    with pytest.raises(Spent) as spent:
        door.send(new_key(NOW))
    assert (spent.value.most, door.done) == (2, 2)
    session.rollback()
    assert (len(rows(session)), counts(session)) == (2, {"wide": 2, "full": 2})


def test_a_retry_that_would_be_refused_by_now_is_answered_as_the_first_was(door: Door) -> None:
    key = new_key(NOW)
    door.send(key)
    door.refused_before = True
    assert door.send(key) == {"text_id": 7}
    with pytest.raises(Refused, match="shut by now"):
        door.send(new_key(NOW))
    with pytest.raises(Refused, match="other content"):
        door.send(key, {"category": "lift"})


def test_who_is_refused_behind_the_gate_is_not_answered_as_if_it_were_done(door: Door) -> None:
    door.refused_after = True
    with pytest.raises(Refused, match="photograph"):
        door.send(new_key(NOW))
