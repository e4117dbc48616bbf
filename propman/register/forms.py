"""What is asked about a file of parts: the file itself, what its columns are, and whether to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, StopValidation

from propman.assets.forms.lists import Question
from propman.register.columns import COLUMNS
from propman.register.labels import property_word
from propman.register.mapping import Mapped, Property
from propman.sheets.tables import letter
from propman.web import KeyedForm
from propman.web.fields import tidy

COLUMN = "column_"
LEFT_OUT = "-"


class FindAreaForm(Question):
    """Words that find the place that a file is for."""

    q = StringField(
        _l("For which community or area?"),
        description=_l("The name or its pinyin."),
        render_kw={"type": "search", "maxlength": 80},
        filters=[tidy],
    )


class UploadForm(KeyedForm):
    """A table of parts."""

    file = FileField(
        _l("Table"),
        description=_l("XLSX or CSV, up to 15 MB and 50,000 rows."),
        render_kw={"accept": ".xlsx,.xlsm,.csv,.txt"},
    )

    def validate_file(self, field: FileField) -> None:
        """Raises `StopValidation` where no file was chosen."""
        if not field.data or not field.data.filename:
            raise StopValidation(gettext("Choose a file."))


class OrderForm(KeyedForm):
    """Apply what the dry run showed: `plan` is what the person saw."""

    plan = HiddenField(validators=[Regexp(r"[0-9a-f]{64}\Z", message=_l("Open the page again and send it once more."))])
    sure = BooleanField(
        _l("I have looked at the dry run. Take it over as a whole."),
        [InputRequired(_l("Tick that you have looked at the dry run."))],
    )


class SureForm(KeyedForm):
    """One tick before something is taken away."""

    sure = BooleanField(_l("Yes, I am sure."), [InputRequired(_l("Tick that you are sure."))])


class WrittenAs(StrEnum):
    """The kinds of file that parts are written into."""

    XLSX = "xlsx"
    CSV = "csv"
    CSV_GBK = "csv_gbk"


class ExportForm(KeyedForm):
    """What kind of file to write."""

    kind = RadioField(
        _l("File"),
        [InputRequired(_l("Choose what kind of file."))],
        coerce=WrittenAs,
        default=WrittenAs.XLSX,
        choices=[
            SelectChoice(WrittenAs.XLSX.value, _l("Excel (XLSX)")),
            SelectChoice(WrittenAs.CSV.value, _l("Text (CSV, UTF-8)")),
            SelectChoice(WrittenAs.CSV_GBK.value, _l("Text (CSV, GBK), for older programs")),
        ],
        invalid_value_message=_l("Choose what kind of file."),
        invalid_choice_message=_l("Choose what kind of file."),
    )


class MappingForm(KeyedForm):
    """What each column of a sheet is; `of_columns` adds a field for each."""

    sheet = HiddenField()
    heading_row = HiddenField(
        validators=[Regexp(r"[0-9]{1,6}\Z", message=_l("Open the page again and send it once more."))]
    )

    @property
    def columns(self) -> list[SelectField]:
        """The fields of the columns, in their order."""
        return [field for name, field in self._fields.items() if name.startswith(COLUMN)]

    def said(self) -> dict[str, str | None]:
        """What each column is, by its letter; None: left out. Call after validation."""
        return {field.name.removeprefix(COLUMN): None if field.data == LEFT_OUT else field.data
                for field in self.columns}  # fmt: skip


def mapping_form(
    mapped: Sequence[Mapped], properties: Sequence[Property], examples: Mapping[int, Sequence[str]]
) -> type[MappingForm]:
    """The form for the columns of one sheet, each with what its heading says and a few of its values."""
    choices = _choices(properties)
    fields: dict[str, Any] = {}
    for each in mapped:
        shown = gettext(", ").join(examples.get(each.column, ()))
        fields[f"{COLUMN}{letter(each.column)}"] = SelectField(
            f"{each.letter}  {each.heading}",
            [_Chosen(choices)],
            default=(each.field or LEFT_OUT) if each.known else "",
            choices=choices,
            validate_choice=False,
            description=gettext("For example: %(values)s", values=shown)
            if shown
            else gettext("Nothing stands below it."),
        )
    return type("MappingOfSheet", (MappingForm,), fields)


class _Chosen:
    """One of the choices, and not the first, which says that nothing is chosen."""

    field_flags = {"required": True}  # noqa: RUF012 - read by WTForms

    def __init__(self, choices: Sequence[SelectChoice]) -> None:
        self.offered = {choice.value for choice in choices} - {""}

    def __call__(self, form: MappingForm, field: SelectField) -> None:
        if field.data not in self.offered:
            raise StopValidation(gettext("Choose one of the columns, or leave it out."))


def _choices(properties: Sequence[Property]) -> list[SelectChoice]:
    ours = gettext("Columns of the register")
    theirs = gettext("Properties of some types")
    return [
        SelectChoice("", gettext("Please choose.")),
        SelectChoice(LEFT_OUT, gettext("Leave it out")),
        *(SelectChoice(column.field, gettext(column.heading), optgroup=ours) for column in COLUMNS),
        *(SelectChoice(each.field, property_word(each), optgroup=theirs) for each in properties),
    ]
