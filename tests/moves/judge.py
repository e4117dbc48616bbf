"""What the history of a crowd must show, in plain code over rows that are read without propman's own queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from propman.db import UtcDateTime
from propman.tickets.invariants import promises
from tests.moves import oracle
from tests.moves.crowd import AGAIN, Entry, Seen

QUIET = oracle.TALK  # asked for without having seen the latest move


@dataclass(frozen=True)
class Event:
    """One row of a report's story."""

    ticket_id: int
    version: int
    action: str
    from_state: str | None
    to_state: str
    party: str
    at: datetime
    lead_id: int | None


def events_in(connection: Connection) -> dict[int, list[Event]]:
    """The stories, by report, each in the order of its versions."""
    columns = "ticket_id, version, action, from_state, to_state, party, at, lead_id"
    query = text(f"SELECT {columns} FROM ticket_event ORDER BY 1, 2")
    stories: dict[int, list[Event]] = defaultdict(list)
    for row in connection.execute(query.columns(at=UtcDateTime())):
        stories[row.ticket_id].append(Event(*row))
    return stories


def broken(history: Iterable[Entry], connection: Connection) -> list[str]:
    """A sentence for everything that must not be."""
    stories, entries = events_in(connection), list(history)
    versions = {row.id: row.version for row in connection.execute(text("SELECT id, version FROM ticket"))}
    states = {row.id: row.state for row in connection.execute(text("SELECT id, state FROM ticket"))}
    found = list(_versions(stories, versions, states))
    found += _one_for_one(entries, stories)
    found += _not_stale(entries, stories)
    found += _in_order(entries)
    found += _had_rivals(entries, stories)
    return found


def _versions(stories: dict[int, list[Event]], versions: dict[int, int], states: dict[int, str]) -> Iterator[str]:
    """1 to n, each once; each begins where the one before ended, and the report stands where the last one led."""
    for ticket_id, story in stories.items():
        numbers = [event.version for event in story]
        if numbers != list(range(1, versions[ticket_id] + 1)):
            yield f"report {ticket_id} at version {versions[ticket_id]} has the versions {numbers}"
        for before, after in zip(story, story[1:], strict=False):
            if after.from_state != before.to_state:
                yield f"report {ticket_id}: version {after.version} begins in {after.from_state}"
            row = oracle.MOVES.get(after.action)
            if row is not None and after.from_state not in row.leaves:
                yield f"report {ticket_id}: {after.action} of {after.from_state}"
        if story[-1].to_state != states[ticket_id]:
            yield f"report {ticket_id} stands in {states[ticket_id]}, its last move led to {story[-1].to_state}"


def _one_for_one(entries: list[Entry], stories: dict[int, list[Event]]) -> Iterator[str]:
    """Each acknowledged move is there, once; and each that is there was acknowledged once, or made by the system."""
    acknowledged = Counter((entry.ticket_id, entry.version, entry.action) for entry in entries if entry.status == 200)
    stored = Counter(
        (event.ticket_id, event.version, event.action)
        for story in stories.values() for n, event in enumerate(story)
        if event.party != "system" and event.action != "submit" and not _went_along(event, story[:n], stories)
    )  # fmt: skip
    for move, n in (acknowledged - stored).items():
        yield f"acknowledged and not there ({n}): {move}"
    for move, n in (stored - acknowledged).items():
        yield f"there and never acknowledged ({n}): {move}"
    for move, n in acknowledged.items():
        if n > 1:
            yield f"acknowledged {n} times: {move}"


def _went_along(event: Event, before: list[Event], stories: dict[int, list[Event]]) -> bool:
    """Whether a merged report was merged with another because its lead was, with that very move.

    Both at one time, but where the last move of one was later by the clock of a rival: then it is at that time.
    """
    if event.action != "merge" or event.from_state != "merged" or before[-1].lead_id is None:
        return False
    lead = stories[before[-1].lead_id]
    return any(
        one.action == "merge" and one.lead_id == event.lead_id
        and (one.at == event.at or event.at == before[-1].at or one.at == last.at)
        for last, one in pairwise(lead)
    )  # fmt: skip


def _not_stale(entries: list[Entry], stories: dict[int, list[Event]]) -> Iterator[str]:
    """Who moves has seen all that was decided before; only the passing on that belongs to the day comes with it."""
    for entry in entries:
        if entry.status != 200 or entry.action in QUIET:
            continue
        between = stories[entry.ticket_id][entry.asked_seen : (entry.version or 1) - 1]
        while between and between[-1].party == "system" and between[-1].action in {"handed_over", "resume"}:
            between = between[:-1]
        if any(event.action != "note" for event in between):
            yield f"{entry} was acknowledged over {[event.action for event in between]}"


def _in_order(entries: list[Entry]) -> Iterator[str]:
    """What was acknowledged before somebody looked is seen, and what comes later has a later version."""
    by_ticket: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.status == 200:
            by_ticket[entry.ticket_id].append(entry)
    for entry in entries:
        for before in by_ticket[entry.ticket_id]:
            if before.ended < entry.seen.began and (before.version or 0) > entry.seen.version:
                yield f"version {before.version} was acknowledged and then not seen: {entry}"
            if entry.status == 200 and before.ended < entry.began and (before.version or 0) >= (entry.version or 0):
                yield f"{before} and later {entry}"


def _had_rivals(entries: list[Entry], stories: dict[int, list[Event]]) -> Iterator[str]:
    """Whoever was told that somebody moved first was: unless what they saw did not allow it anyhow."""
    for entry in entries:
        if entry.status != 409 or not _looked_legal(entry.action, entry.seen):
            continue
        if entry.action in {"note", "add"} and not _after_midnight(entry, stories):
            yield f"told to be late with what is never too late: {entry}"
        rivals = [event for event in stories[entry.ticket_id] if event.version > entry.asked_seen]
        if not any(event.action != "note" for event in rivals) and not _note_in_flight(entry, entries):
            yield f"told that somebody was first, and nobody was: {entry}"


def _note_in_flight(entry: Entry, entries: list[Entry]) -> bool:
    """Whether a note was written while `entry` was under way: one that stood before would have overtaken nobody."""
    notes = (one for one in entries if one.action == "note" and one.status == 200 and one.ticket_id == entry.ticket_id)
    return any(note.began < entry.ended and entry.began < note.ended for note in notes)


def _after_midnight(entry: Entry, stories: dict[int, list[Event]]) -> bool:
    """Whether a rival had the time of a later day, and so the rights of that day: who began before it looks again."""
    return any(oracle.day(event.at) > oracle.day(entry.now) for event in stories[entry.ticket_id])


def _looked_legal(action: str, seen: Seen) -> bool:
    row = oracle.MOVES[action]
    if seen.state not in row.leaves or row.referred not in {None, seen.referral is not None}:
        return False
    if action == "answer":
        return seen.asked
    if action == "object" or "objection" in action:
        return False  # who objects or decides a second time is told so by a rule, whoever was first
    if (action == "hold" and seen.objected) or (action == "withdraw" and seen.led) or action == "agree":
        return False
    if action == "merge" and seen.led:
        return False  # those that it leads go along, and one of them may have moved first
    if seen.state == "confirmed" and action in {"call", "reopen"}:
        return False  # by telephone it is asked of what the system closed alone
    if action in {"urge", "answer_urge"}:
        return seen.urged is (action == "answer_urge")
    if action == "request_extension":
        return seen.extension is None
    return action not in {"grant_extension", "refuse_extension"} or seen.extension is not None


def recounted(engine: Engine) -> list[str]:
    """What propman's own recount finds broken in the stored reports."""
    with Session(engine) as session:
        findings = [recount() for recount in promises(session).values()]
    return [f"{finding.id}: {line}" for finding in findings for line in finding.broken]


def counted(entries: list[Entry]) -> dict[str, object]:
    """The figures of a history."""
    answers = Counter(entry.status for entry in entries)
    moves = Counter(entry.action for entry in entries if entry.status == 200)
    return {
        "moves asked for": len(entries), "answered": {**dict(sorted(answers.items()))},
        "told to try again": answers[AGAIN], "kinds made": len(moves),
    }  # fmt: skip
