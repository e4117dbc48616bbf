"""Facts in the reader's language: numbers to call, and the steps of an explanation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from flask import Flask
from flask_babel import gettext
from sqlalchemy.orm import Session

from propman.catalogue.models import EmergencyNumber
from propman.catalogue.queries import category
from propman.tickets import queries
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.sla import Param, Step
from propman.web.filters import day, moment, name_of

Member = TypeVar("Member", bound=StrEnum)


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`: `numbers|calls`, `move.start|in_order`."""
    app.jinja_env.filters.update(said=said, calls=calls, calls_for=calls_for, in_order=in_order)


def what(session: Session, ticket: AnyTicket) -> str:
    """What is broken: the category of `ticket` as it was called when the ticket became known."""
    kind = category(session, ticket.category, queries.known_on(session, ticket))
    return name_of(kind) if kind else ticket.category


def calls(rows: Iterable[EmergencyNumber]) -> list[tuple[str, str]]:
    """Emergency numbers as the macros for telephones take them: name and number."""
    return [(name_of(row), row.number) for row in rows]


def calls_for(rows: Iterable[EmergencyNumber], category: str) -> list[tuple[str, str]]:
    """As `calls`, of those that the page of a `category` shows."""
    return calls(row for row in rows if category in row.categories.split(","))


def in_order(members: Iterable[Member]) -> list[Member]:
    """The members of an enumeration in the order in which it declares them."""
    members = list(members)
    return sorted(members, key=list(type(members[0])).index) if members else []


def said(step: Step) -> str:
    """One step of an explanation as a sentence."""
    return str(gettext(step.message, **{name: _in_words(value) for name, value in step.params.items()}))


def _in_words(value: Param) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(gettext(value)) if isinstance(value, str) else str(value)
