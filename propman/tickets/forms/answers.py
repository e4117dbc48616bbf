"""The questions of each category as fields of a report's form. Only those of the chosen category count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from flask_babel import gettext
from wtforms import Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from propman.catalogue.models import Category, CategoryQuestion
from propman.data.reading import QuestionKind
from propman.errors import Refused
from propman.personal import clean
from propman.tickets.answering import ANSWER_LENGTH, NO, YES, read
from propman.tickets.operations.answers import field_of
from propman.web import KeyedForm
from propman.web.filters import in_language, language, name_of
from propman.web.forms import blame

Form = TypeVar("Form", bound="AskingForm")


class AskingForm(KeyedForm):
    """A form with `category` and `call_back` that asks what the chosen category asks of its own."""

    asked: Sequence[CategoryQuestion] = ()
    waived: Collection[str] = ()  # categories in which nothing is needed
    category: Any
    call_back: Any

    @property
    def follows(self) -> str:
        """The number of the report that is followed in place of one of one's own: then nothing is needed either."""
        return ""

    def questions_of(self, category: str) -> list[Field]:
        """The fields of a category's questions, in their order."""
        return [self._fields[field_of(one.id)] for one in self.asked if one.category == category]

    def typed_answers(self) -> dict[int, str]:
        """What was typed, by the ids of the questions of the chosen category."""
        chosen = [one for one in self.asked if one.category == self.category.data]
        return {one.id: self._fields[field_of(one.id)].data or "" for one in chosen}

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; what is wrong with an answer is named beside its question, together with all else."""
        right = bool(super().validate(extra_validators))
        typed = self.typed_answers()
        waived = self.category.data in self.waived or self.call_back.data or self.follows
        for one in self.asked:
            if one.id in typed:
                try:
                    read(one, clean(typed[one.id]), needed=one.required and not waived, field=field_of(one.id))
                except Refused as refusal:
                    blame(self, refusal)
                    right = False
        return right


def asking(form: type[Form], questions: Sequence[CategoryQuestion], kinds: Sequence[Category]) -> type[Form]:
    """`form` with a field for each of `questions`; nothing is needed in the emergencies among `kinds`."""
    return _asking(form, tuple(questions), tuple(kinds), language())  # type: ignore[arg-type]


@lru_cache(maxsize=64)  # the rules are the same rows until they change, and there are two languages
def _asking(
    form: type[Form], questions: tuple[CategoryQuestion, ...], kinds: tuple[Category, ...], _language: str
) -> type[Form]:
    fields = {field_of(one.id): _field(one) for one in questions}
    waived = {kind.code for kind in kinds if kind.emergency}
    return type(form.__name__, (form,), {"asked": questions, "waived": waived, **fields})


class _Needed:
    """Marks a question that must be answered; the form judges that, for it knows the chosen category."""

    field_flags = {"needed": True}  # noqa: RUF012 - read by WTForms

    def __call__(self, form: Any, field: Field) -> None:
        """Judges nothing by itself."""


def _field(question: CategoryQuestion) -> Any:
    label, needed = name_of(question), [_Needed()] if question.required else []
    optional = {} if question.required else {"": gettext("no answer")}
    if question.kind is QuestionKind.YES_NO:
        return _one_of(label, needed, {**optional, YES: gettext("yes"), NO: gettext("no")})
    if question.kind is QuestionKind.CHOICE:
        words = in_language(question, "choices").split("\n")
        return _one_of(label, needed, optional | {str(number): word for number, word in enumerate(words)})
    if question.kind is QuestionKind.NUMBER:
        keys = {"inputmode": "decimal", "autocomplete": "off"}
        return StringField(label, needed, description=_bounds(question), render_kw=keys)
    return StringField(label, needed, render_kw={"maxlength": ANSWER_LENGTH})


def _one_of(label: str, needed: list[Any], words: dict[str, str]) -> RadioField:
    choices = [SelectChoice(value, word) for value, word in words.items()]
    return RadioField(label, needed, choices=choices, default="", validate_choice=False)


def _bounds(question: CategoryQuestion) -> str:
    """What can be typed: "0–40 ℃"."""
    bounds = [str(bound) for bound in (question.least, question.most) if bound is not None]
    return " ".join(part for part in ("–".join(bounds), question.unit or "") if part)
