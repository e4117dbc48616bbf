"""Who is told of what happens to duties, and the sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import ways_to
from propman.communities.models import Place
from propman.inspections.models import Digest, Excuse, Occasion
from propman.inspections.models.occasions import Move
from propman.inspections.queries import excuses, occasions
from propman.inspections.reminding import Level
from propman.inspections.upon import Kind
from propman.notify import operations as outbox
from propman.notify.models import Channel
from propman.text import N_

OPENED = {
    Kind.LIGHT: N_("Light snow from %(starts)s. The tasks of snow clearing and their days stand here."),
    Kind.HEAVY: N_("Moderate to heavy snow from %(starts)s. The tasks of snow clearing and their days stand here."),
    Kind.BLIZZARD: N_("Blizzard from %(starts)s. The tasks of snow clearing and their days stand here."),
    Kind.STORM: N_("Storm from %(starts)s. What is to be inspected afterwards stands here."),
    Kind.PRESSURE_TEST: N_("Pressure test of the heating from %(starts)s. What is to be inspected stands here."),
    Kind.FLOOD_SEASON: N_("Flood season from %(starts)s. What is to be inspected stands here."),
}
DIGEST = {
    "missed": N_("Inspections: %(missed)s missed, %(late)s late."),
    "late": N_("Inspections: %(late)s late."),
    "soon": N_("Inspections: %(soon)s due soon."),
    "seasons": N_("Inspections: the season of %(seasons)s begins soon."),
}
"""By the worst of what is told."""
DATED, CLASSED, CALLED_OFF = "occasion.dated", "occasion.classed", "occasion.called_off"
GOES_ON = "occasion.goes_on"
PROVISIONAL = "calendar.provisional"
EXCUSE_ASKED, EXCUSE_GRANTED, EXCUSE_REFUSED = "excuse.asked", "excuse.granted", "excuse.refused"
TEXTS = {
    **{f"occasion.opened.{kind}": text for kind, text in OPENED.items()},
    **{f"digest.{worst}": text for worst, text in DIGEST.items()},
    DATED: N_("An event lasts from %(starts)s to %(ends)s: what is open upon it has other days now."),
    CLASSED: N_("The event of %(starts)s is of another class: what is open upon it has the days of that class now."),
    GOES_ON: N_("Is the event of %(starts)s over? What counts from its end is due once you give its last day."),
    CALLED_OFF: N_("The event of %(starts)s is called off: what was open upon it is not to be done."),
    PROVISIONAL: N_("The holidays of %(year)s are still provisional here. Please enter them as they were published."),
    EXCUSE_ASKED: N_("Inspection %(template)s, due on %(due)s, is to be excused. Please decide by %(last)s."),
    EXCUSE_GRANTED: N_("Inspection %(template)s, due on %(due)s, is excused."),
    EXCUSE_REFUSED: N_("Inspection %(template)s, due on %(due)s, is not excused: it stays due, until %(last)s."),
}
"""Topic -> sentence. Codes and days are the same in both languages."""


def tell_excuse_asked(session: Session, *, excuse: Excuse, now: datetime) -> int:
    """Tell the nearest people above who may decide; how many rows."""
    community = session.get_one(Place, excuse.duty.community_id)
    people = excuses.deciders(session, community, [excuse.asked_by_id], excuse.asked_for_id, clock.local_date(now))
    return _of_excuse(session, EXCUSE_ASKED, excuse, people, now)


def tell_excuse_decided(session: Session, *, excuse: Excuse, now: datetime) -> int:
    """Tell who asked; how many rows."""
    topic = EXCUSE_GRANTED if excuse.granted else EXCUSE_REFUSED
    return _of_excuse(session, topic, excuse, [excuse.asked_by_id], now)


def _of_excuse(session: Session, topic: str, excuse: Excuse, people: list[int], now: datetime) -> int:
    duty = excuse.duty
    return outbox.tell(
        session, event_ref=f"{topic}:{excuse.id}", topic=topic, link=f"/inspections/excuses/{excuse.id}",
        channels=ways_to(session, people, mailed=True, texted=False), now=now, subject=f"duty-{duty.id}",
        facts={"template": duty.target.plan.template, "due": short(duty.do_on), "last": short(duty.cut_off_on)},
    )  # fmt: skip


def tell_occasion(session: Session, *, occasion: Occasion, move: Move, but: int | None, now: datetime) -> int:
    """Tell everybody whom an event concerns what happened to it, but for who did it; how many rows."""
    people = occasions.told(session, occasion, clock.local_date(now)) - {but}
    topic = f"occasion.opened.{occasion.kind}" if move is Move.OPENED else f"occasion.{move}"
    return outbox.tell(
        session, event_ref=f"occasion:{occasion.id}:{occasion.version}", topic=topic,
        channels=ways_to(session, sorted(people), mailed=True, texted=False), link=f"/inspections/events/{occasion.id}",
        facts={"starts": short(occasion.starts_on), "ends": short(occasion.ends_on) if occasion.ends_on else "?"},
        now=now,
    )  # fmt: skip


def tell_digest(session: Session, *, digest: Digest, people: Mapping[int, Mapping[str, int]], now: datetime) -> int:
    """Tell each of `people`, by their id, of how many inspections at each level, in one notice; how many rows."""
    ways = ways_to(session, sorted(people), mailed=True, texted=False)
    messages = []
    for person, counts in sorted(people.items()):
        facts = {
            "soon": counts.get(Level.OPENS, 0) + counts.get(Level.TOMORROW, 0), "late": counts.get(Level.LATE, 0),
            "missed": counts.get(Level.MISSED, 0) + counts.get(Level.OFFICE, 0), "seasons": counts.get("seasons", 0),
        }  # fmt: skip
        topic = next(f"digest.{worst}" for worst in DIGEST if facts[worst])
        link = f"/inspections/reminders/{digest.id}"
        messages.append(outbox.Message(topic, {person: ways[person]}, facts, link))
    return outbox.tell_all(session, event_ref=digest.event_ref, messages=messages, now=now)


def tell_goes_on(session: Session, *, occasion: Occasion, person: int, now: datetime) -> int:
    """Ask who wrote it down last whether an event is over, once a day; how many rows."""
    return outbox.tell(
        session, event_ref=f"{GOES_ON}:{occasion.id}:{clock.local_date(now)}", topic=GOES_ON, now=now,
        channels=ways_to(session, [person], mailed=True, texted=False), link=f"/inspections/events/{occasion.id}",
        facts={"starts": short(occasion.starts_on)},
    )  # fmt: skip


def tell_provisional(
    session: Session, *, year: int, week: date, channels: Mapping[int, Collection[Channel]], now: datetime
) -> int:
    """Tell of a year whose holidays are provisional, once for the week that begins on `week`; how many rows."""
    return outbox.tell(
        session, event_ref=f"{PROVISIONAL}:{year}:{week}", topic=PROVISIONAL, channels=channels,
        facts={"year": str(year)}, link=f"/admin/rules/days?year={year}", now=now,
    )  # fmt: skip


def short(day: date) -> str:
    """A day as a notice has it."""
    return f"{day:%m-%d}"
