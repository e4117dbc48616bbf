"""Answers to the questions of a category, as tables of cases."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from propman.data.reading import QuestionKind
from propman.errors import Refused
from propman.tickets.answering import Answer, read


@dataclass(frozen=True)
class Asked:
    kind: QuestionKind
    least: int | None = None
    most: int | None = None
    choices_zh: str | None = None


YES_NO = Asked(QuestionKind.YES_NO)
CHOICE = Asked(QuestionKind.CHOICE, choices_zh="一个房间\n全屋\n不清楚")
WARMTH = Asked(QuestionKind.NUMBER, 0, 40)
TEXT = Asked(QuestionKind.TEXT)


@pytest.mark.parametrize(
    ("asked", "words", "answer"),
    [
        (YES_NO, "yes", Answer(flag=True)), (YES_NO, "no", Answer(flag=False)), (CHOICE, "0", Answer(choice=0)),
        (CHOICE, "2", Answer(choice=2)), (WARMTH, "16.5", Answer(number=Decimal("16.5"))),
        (WARMTH, "０", Answer(number=Decimal(0))), (WARMTH, "40.000", Answer(number=Decimal(40))),
        (Asked(QuestionKind.NUMBER), "-5", Answer(number=Decimal(-5))), (TEXT, "下班后", Answer(text="下班后")),
        *((asked, "", None) for asked in (YES_NO, CHOICE, WARMTH, TEXT)),
    ],
)  # fmt: skip
def test_an_answer_is_read(asked: Asked, words: str, answer: Answer | None) -> None:
    assert read(asked, words, needed=False, field="q") == answer


@pytest.mark.parametrize(
    ("asked", "words", "sentence"),
    [
        (YES_NO, "maybe", "Choose one"), (YES_NO, "0", "Choose one"), (CHOICE, "3", "Choose one"),
        (CHOICE, "-1", "Choose one"), (CHOICE, "00", "Choose one"), (CHOICE, "全屋", "Choose one"),
        (WARMTH, "41", "from"), (WARMTH, "-1", "from"), (WARMTH, "warm", "no number"), (WARMTH, "1.2345", "no number"),
        (WARMTH, "1e1", "no number"), (Asked(QuestionKind.NUMBER, least=3), "2", "at least"),
        (Asked(QuestionKind.NUMBER, most=3), "4", "at most"), (TEXT, "长" * 201, "keep it"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_by_name(asked: Asked, words: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        read(asked, words, needed=False, field="q")
    assert refused.value.field == "q"


@pytest.mark.parametrize("asked", [YES_NO, CHOICE, WARMTH, TEXT])
def test_nothing_is_refused_where_an_answer_is_needed(asked: Asked) -> None:
    with pytest.raises(Refused, match="answer this"):
        read(asked, "", needed=True, field="q")
