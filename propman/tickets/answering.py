"""Reading what was typed in answer to a question of a category. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from propman.data.reading import QuestionKind
from propman.errors import Refused
from propman.text import N_

ANSWER_LENGTH = 200
YES, NO = "yes", "no"
_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,9})(?:[.](?P<part>[0-9]{1,3})0*)?")


class Question(Protocol):
    """What of a question decides about its answer; `choices_zh` are lines."""

    @property
    def kind(self) -> QuestionKind:
        """What the answer is."""

    @property
    def least(self) -> int | None:
        """The least number that can be meant."""

    @property
    def most(self) -> int | None:
        """The greatest number that can be meant."""

    @property
    def choices_zh(self) -> str | None:
        """What can be chosen."""


@dataclass(frozen=True)
class Answer:
    """One answer; exactly one of these is there."""

    flag: bool | None = None
    choice: int | None = None
    number: Decimal | None = None
    text: str | None = None


def read(question: Question, words: str, *, needed: bool, field: str) -> Answer | None:
    """The answer in `words` (cleaned); None for nothing where it is not `needed`.

    Raises `Refused` naming `field`: nothing where an answer is needed, what was not offered, no number or one beyond
    the limits, too many words.
    """
    if not words:
        if needed:
            raise Refused(N_("Please answer this."), field=field)
        return None
    if question.kind is QuestionKind.TEXT:
        if len(words) > ANSWER_LENGTH:
            raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=ANSWER_LENGTH)
        return Answer(text=words)
    if question.kind is QuestionKind.NUMBER:
        return Answer(number=_number(question, words, field))
    if question.kind is QuestionKind.YES_NO and words in {YES, NO}:
        return Answer(flag=words == YES)
    offered = [str(number) for number, _ in enumerate((question.choices_zh or "").split("\n"))]
    if question.kind is QuestionKind.CHOICE and words in offered:
        return Answer(choice=offered.index(words))
    raise Refused(N_("Choose one of them."), field=field)


def _number(question: Question, words: str, field: str) -> Decimal:
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", words).replace("\u2212", "-"))
    if found is None:
        raise Refused(N_("%(typed)s is no number here: digits and at most three decimals."), field=field,
                      typed=words[:40])  # fmt: skip
    number = Decimal(f"{found['sign']}{found['whole']}.{found['part'] or 0}")
    least, most = question.least, question.most
    if (least is not None and number < least) or (most is not None and number > most):
        if least is None or most is None:
            sentence = N_("It must be at least %(bound)s.") if most is None else N_("It must be at most %(bound)s.")
            raise Refused(sentence, field=field, bound=least if most is None else most)
        raise Refused(N_("It must be a number from %(least)s to %(most)s."), field=field, least=least, most=most)
    return number
