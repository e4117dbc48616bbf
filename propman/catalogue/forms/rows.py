"""What the forms of this room share: the fields of every dated row, lists of things, one of a few, ending, checking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from propman.catalogue.operations.rows import LONGEST_SOURCE
from propman.web import KeyedForm
from propman.web.fields import DayField, words_field
from propman.web.filters import name_of

_TYPED = frozenset({"csrf_token", "key", "code"})


class NamesField(TextAreaField):
    """Things of the catalogue, one a line, by their code or their name in either language; held as codes.

    `known` maps each code to its row.
    """

    known: Mapping[str, Any]

    def offer(self, known: Mapping[str, Any]) -> None:
        """Let these be named; what the field holds is shown by name."""
        self.known = known

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self._named(code) for code in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed until `offer` says what it can mean."""
        self.data = tuple(valuelist[0].split("\n")) if valuelist else ()

    def read(self) -> None:
        """Turn what was typed into codes. Raises `ValidationError` naming the first line that means nothing."""
        by_name = {word: code for code, row in self.known.items() for word in (code, row.name_zh, row.name_en)}
        lines = [" ".join(line.split()) for line in self.data or ()]
        for line in lines:
            if line and line not in by_name:
                raise ValidationError(gettext("%(name)s is not in the catalogue.", name=line[:40]))
        self.data = tuple(by_name[line] for line in lines if line)

    def pre_validate(self, form: Any) -> None:
        """Called by the form before its validators."""
        self.read()

    def _named(self, code: str) -> str:
        row = self.known.get(code)
        return name_of(row) if row is not None else code


def one_of(label: Any, kind: type[StrEnum], words: Mapping[Any, str], *, of: Any = RadioField) -> Any:
    """One of the members of `kind`; what is none is named."""
    sentence = _l("Choose one of them.")
    return of(
        label,
        [InputRequired(sentence)],
        coerce=kind,
        choices=[SelectChoice(member.value, _l(words[member])) for member in kind],
        invalid_value_message=sentence,
        invalid_choice_message=sentence,
    )


_RESTS_ON = ("source", "verified_on", "valid_from")


class DatedForm(KeyedForm):
    """What every dated row says: its source, who checked it, from which day on it is so. It comes last on the page."""

    source = words_field(_l("Source"), InputRequired(_l("Say where it is written.")), most=LONGEST_SOURCE)
    verified_on = DayField(
        _l("Checked against its source on"), [Optional()], description=_l("Leave it empty if nobody has checked it.")
    )
    valid_from = DayField(
        _l("In force from"),
        [InputRequired(_l("Say from which day on it is so."))],
        description=_l("What stood before stays on record, and counts for the days before."),
    )

    def __iter__(self) -> Iterator[Any]:
        """The fields: what names the row, what it says, what that rests on."""
        named = [name for name in ("category", "code", "name_zh", "name_en") if name in self._fields]
        said = [name for name in self._fields if name not in {*named, *_RESTS_ON}]
        return iter([self._fields[name] for name in (*named, *said, *_RESTS_ON)])

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operations know."""
        return {name: value for name, value in self.payload().items() if name not in _TYPED}


class RowForm(DatedForm):
    """What every dated row says that has names. They come first."""

    name_zh = words_field(_l("Name in Chinese"), InputRequired(_l("Give a name.")), most=60)
    name_en = words_field(_l("Name in English"), InputRequired(_l("Give a name.")), most=100)


class EndForm(KeyedForm):
    """From which day on something of the catalogue is out of use; empty, it stays."""

    ends_on = DayField(_l("Out of use from"), [Optional()], description=_l("Leave it empty, and it stays in use."))


class VerifyForm(KeyedForm):
    """On which day a row was compared with its source."""

    verified_on = DayField(_l("Checked against its source on"), [InputRequired(_l("Say on which day."))])
