"""What was answered to the questions of a category, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from propman.tickets.models import TicketAnswer
from propman.web.filters import in_language, name_of, quantity


def answers_told(answers: Iterable[TicketAnswer]) -> list[tuple[str, str]]:
    """Each question with its answer, as `facts` takes them."""
    return [(name_of(answer.question), _told(answer)) for answer in answers]


def _told(answer: TicketAnswer) -> str:
    question = answer.question
    if answer.flag is not None:
        return str(_("yes") if answer.flag else _("no"))
    if answer.number is not None:
        return " ".join(part for part in (quantity(answer.number), question.unit) if part)
    if answer.choice is not None:
        return in_language(question, "choices").split("\n")[answer.choice]
    erased = answer.text is None or answer.text.body is None
    return str(_("erased")) if erased or answer.text is None else str(answer.text.body)
