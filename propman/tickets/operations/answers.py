"""What the questions of a category were answered, judged against those in force, and kept with the ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman.catalogue.models import Category
from propman.catalogue.queries import questions
from propman.personal import TextKind, clean, write
from propman.tickets.answering import Answer, read
from propman.tickets.models import Ticket, TicketAnswer


def field_of(question_id: int) -> str:
    """The name of the field that asks a question."""
    return f"question_{question_id}"


def read_answers(
    session: Session, *, kind: Category, typed: Mapping[int, str], call_back: bool, on: date
) -> dict[int, Answer]:
    """What was `typed`, by the ids of the questions of `kind` in force on `on`; answers to others are left out.

    Nothing is needed in an emergency, nor of whoever asks to be called. Raises `Refused` naming the field.
    """
    waived = kind.emergency or call_back
    asked = questions(session, on, kind.code)
    found = {
        one.id: read(one, clean(typed.get(one.id, "")), needed=one.required and not waived, field=field_of(one.id))
        for one in asked
    }
    return {question_id: answer for question_id, answer in found.items() if answer is not None}


def keep_answers(session: Session, *, ticket: Ticket, answers: Mapping[int, Answer], now: datetime) -> None:
    """Store `answers` with `ticket`, words as personal content. Flushes."""
    for question_id, answer in answers.items():
        words = write(session, kind=TextKind.DESCRIPTION, body=answer.text, now=now)
        session.add(TicketAnswer(
            ticket_id=ticket.id, question_id=question_id, flag=answer.flag, choice=answer.choice, number=answer.number,
            text_id=words.id if words else None,
        ))  # fmt: skip
    session.flush()
