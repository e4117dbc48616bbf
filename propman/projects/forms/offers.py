"""Things to choose from, by their ids or codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from propman.communities.models import Organisation

NEEDED = _l("Say something here.")
CHOOSE = _l("Choose one of them.")


def chosen_id(text: object) -> int | None:
    """The id that was chosen; none for nothing. Raises ValueError for what is no id."""
    return int(str(text)) if text else None


def one_of(label: Any, *, optional: bool = False, **more: Any) -> SelectField:
    """One of the things offered by their ids; without any if `optional`."""
    return SelectField(
        label,
        [Optional() if optional else InputRequired(CHOOSE)],
        coerce=chosen_id,
        choices=[],
        invalid_value_message=CHOOSE,
        invalid_choice_message=CHOOSE,
        **more,
    )


def offer(field: SelectField, named: Iterable[tuple[object, str]], *, nothing: str | None = None) -> None:
    """Let one of these be chosen, or `nothing` by that word."""
    none = [] if nothing is None else [SelectChoice("", nothing)]
    field.choices = [*none, *(SelectChoice(value, word) for value, word in named)]


def organisations(among: Iterable[Organisation]) -> list[tuple[object, str]]:
    """Organisations to choose from, each with its area."""
    return [
        (each.id, gettext("%(company)s (%(area)s)", company=each.name, area=each.place.name)) for each in among
    ]  # fmt: skip
