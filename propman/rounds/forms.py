"""What is filled in on a round: which inspections it is for, and the answers to the items of one point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, FileInput, ListWidget, NumberInput

from propman.catalogue.models import InspectionItem
from propman.data.inspections import ItemKind
from propman.errors import Refused
from propman.files.operations import Upload
from propman.rounds import labels
from propman.rounds.judging import MOST_COUNT, Result, Said, judge, plausible, refuse_nothing
from propman.rounds.operations.recording import LONGEST_NOTE, Reply
from propman.web import KeyedForm, at_most
from propman.web.fields import DECIMAL, NumberField, QuantityField, words_field
from propman.web.filters import language, name_of
from propman.web.forms import blame

DUTY_IDS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18}){0,99}")
LONGEST_CODE = 40  # as somebody writes it: with blanks and hyphens


class BeginForm(KeyedForm):
    """Which inspections of one community a round is for."""

    duties = SelectMultipleField(
        _l("Which inspections?"), choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose at least one inspection."))],
        validate_choice=False,
    )  # fmt: skip

    def validate_duties(self, field: SelectMultipleField) -> None:
        """Raises `StopValidation` for what names no duty. Which can be begun the operation says: a form that is sent
        again names one that is held by then.
        """
        if not all(DUTY_IDS.fullmatch(each) for each in field.data or ()):
            raise StopValidation(_("Choose inspections of this list."))

    @property
    def duty_ids(self) -> list[int]:
        """What is ticked, one by one or together; call after validation."""
        return sorted({int(one) for each in self.duties.data or () for one in each.split(",")})

    def offer(self, duty_ids: Iterable[str], chosen: Iterable[str], *, together: Iterable[str]) -> None:
        """Let these duties be chosen, and those ("17,18,19") together; `chosen` are to begin with."""
        self.duties.choices = [SelectChoice(each, "") for each in (*duty_ids, *together)]
        if not self.is_submitted():
            self.duties.data = list(chosen)


class CodeForm(FlaskForm):
    """The code of a label, scanned or typed."""

    class Meta:
        """It changes nothing."""

        csrf = False

    code = words_field(_l("Code of the label"), most=LONGEST_CODE,
                       description=_l("13 letters and digits, printed under the QR."))  # fmt: skip


class OnePhoto(MultipleFileField):
    """One photograph, read and drawn anew like several."""

    widget = FileInput()


class _Compulsory:
    """Marks a choice for the browser, which asks for it before it sends; `judge` says so here."""

    field_flags = {"required": True}  # noqa: RUF012 - read by WTForms

    def __call__(self, form: Any, field: Field) -> None:
        """Judges nothing by itself."""


NEEDED = {"data-needed": True}
"""Of what is compulsory unless the item does not apply: the page asks for it before it sends (`rounds.js`), since no
browser keeps the photographs of a form that is refused.
"""
LABEL = r"[ \-]*([0-9A-Za-z][ \-]*){13}"  # as `codes.normal` reads it, for the browser


class PointForm(KeyedForm):
    """The label that was seen at a point, and an answer to each of its items (`answering`)."""

    asked: Sequence[InspectionItem] = ()

    code = words_field(
        _l("Code of the label"), most=LONGEST_CODE,
        description=_l("Scan it with the camera of the phone, or type the 13 letters and digits under the QR."),
        render_kw={"pattern": LABEL},
    )  # fmt: skip
    challenge = HiddenField()
    device_at = HiddenField()  # set by the page itself, as is the position
    position = HiddenField()

    def of(self, what: str, item: InspectionItem) -> Field | None:
        """The field "number_17" of an item, where it has one."""
        return self._fields.get(f"{what}_{item.id}")

    def said(self, item: InspectionItem) -> Said:
        """What was answered to `item`; call after the fields were read."""

        def typed(what: str) -> Any:
            found = self.of(what, item)
            return found.data if found is not None else None

        choice = Result.NOT_APPLICABLE if typed("none") else Result(typed("choice")) if typed("choice") else None
        return Said(choice, typed("number"), typed("counted"), typed("total"), with_photo=bool(typed("photo")),
                    with_note=bool((typed("note") or "").strip()))  # fmt: skip

    def replies(self, photographs: Mapping[str, Sequence[Upload]]) -> dict[int, Reply]:
        """The answers with their notes and `photographs` by field, by item; call after validation."""
        return {
            item.id: Reply(self.said(item), self._fields[f"note_{item.id}"].data or None,
                           next(iter(photographs.get(f"photo_{item.id}", ())), None))
            for item in self.asked
        }  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; what is no answer is named beside its item, together with all else."""
        right = bool(super().validate(extra_validators))
        for item in self.asked:
            fields = [field for field in self if field.name.endswith(f"_{item.id}")]
            if any(field.errors for field in fields):
                continue
            try:
                judge(item, self.said(item))
            except Refused as refusal:
                refusal.field = f"{refusal.field}_{item.id}"
                blame(self, refusal)
                named = self._fields[refusal.field]  # the list of mistakes has seven of one sentence otherwise
                named.errors = [f"{name_of(item)}{_(': ')}{sentence}" for sentence in named.errors]
                right = False
        return right and self._says_why()

    def _says_why(self) -> bool:
        """Whether anything applies, or it was said why nothing does; it is asked for at the first item."""
        try:
            refuse_nothing([self.said(item) for item in self.asked])
        except Refused as refusal:
            refusal.field = f"{refusal.field}_{self.asked[0].id}"
            blame(self, refusal)
            return False
        return True

    def ask_again(self) -> None:
        """Name each photograph that came with what is refused: it is lost, and the item may be folded."""
        for item in self.asked:
            field = self._fields[f"photo_{item.id}"]
            if field.data and not field.errors:
                sentence = _("%(what)s: please choose the photo again, it could not be kept.", what=name_of(item))
                field.errors = [sentence]


def answering(items: Sequence[InspectionItem]) -> type[PointForm]:
    """The form of a point at which `items` are asked."""
    return _answering(tuple(items), language())


@lru_cache(maxsize=128)  # the rules are the same rows until they change, and there are two languages
def _answering(items: tuple[InspectionItem, ...], _language: str) -> type[PointForm]:
    fields = {f"{what}_{item.id}": field for item in items for what, field in _fields(item)}
    return type("PointForm", (PointForm,), {"asked": items, **fields})


def _fields(item: InspectionItem) -> Iterable[tuple[str, Any]]:
    name = name_of(item)
    if item.kind is ItemKind.CHECK:
        choices = [SelectChoice(one.value, str(labels.RESULTS[one])) for one in Result]
        yield "choice", RadioField(name, [_Compulsory(), Optional()], choices=choices, validate_choice=True,
                                   invalid_choice_message=_("Choose one of them."))  # fmt: skip
    elif item.kind is ItemKind.NUMBER:
        label = _("%(what)s, in %(unit)s", what=name, unit=item.unit) if item.unit else name
        most = f"{plausible(item).normalize():f}"  # what lies outside its limits fails, and is sent
        yield "number", QuantityField(label, [Optional()], description=labels.limits(item), render_kw=DECIMAL | NEEDED,
                                      widget=NumberInput(step="0.001", min="0", max=most))  # fmt: skip
        yield "none", BooleanField(_("Does not apply"))
    else:
        yield "counted", NumberField(_("In order"), [Optional()], description=labels.limits(item), render_kw=NEEDED,
                                     widget=NumberInput(min=0, max=MOST_COUNT))  # fmt: skip
        yield "total", NumberField(_("Of how many"), [Optional()], render_kw=NEEDED,
                                   widget=NumberInput(min=1, max=MOST_COUNT))  # fmt: skip
        yield "none", BooleanField(_("Does not apply"))
    yield "note", TextAreaField(_("Note: %(what)s", what=name), [at_most(LONGEST_NOTE)])
    yield "photo", OnePhoto(_("Photo: %(what)s", what=name), render_kw=NEEDED if item.photo else None)
