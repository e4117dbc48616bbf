"""What a resident fills in: a report, number and PIN, and the three moves of a reporter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from propman.accounts.phones import LONGEST_TYPED, to_e164
from propman.errors import Refused
from propman.files.operations import Upload
from propman.tickets.forms.answers import AskingForm
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.operations.intake import DESCRIPTION_LENGTH, NAME_LENGTH, SPOT_LENGTH, Report
from propman.tickets.tracking import read_number, read_pin
from propman.voice.operations import Spoken
from propman.web import VersionForm, at_most

STARS = (
    SelectChoice("5", _l("very good")),
    SelectChoice("4", _l("good")),
    SelectChoice("3", _l("acceptable")),
    SelectChoice("2", _l("poor")),
    SelectChoice("1", _l("very poor")),
)


class OneOf:
    """The answer is one of the field's choices; else its sentence, in place of WTForms' own."""

    def __init__(self, sentence: object) -> None:
        self.sentence = sentence

    def __call__(self, form: FlaskForm, field: SelectField) -> None:
        """Raises `StopValidation` for an answer that was not offered."""
        if field.data not in [choice.value for choice in field.choices or ()]:
            raise StopValidation(str(self.sentence))


def words(label: object, most: int) -> TextAreaField:
    """Free text of at most `most` characters; a line end is one, as it is for the browser (HTML, maxlength)."""
    return TextAreaField(label, validators=[at_most(most)], filters=[_one_line_end])


def spoken() -> FileField:
    """A voice note in place of words, or beside them."""
    return FileField(_l("Voice note"))


def _one_line_end(typed: str | None) -> str | None:
    return typed.replace("\r\n", "\n") if typed else typed


class ReportForm(AskingForm):
    """A report: what, where, one sentence, a photo or a voice note; a telephone number if wanted."""

    category = RadioField(
        _l("What is broken?"), validate_choice=False, validators=[OneOf(_l("Please choose what is broken."))]
    )
    place = SelectField(_l("Where?"), validate_choice=False, validators=[OneOf(_l("Please choose where it is."))])
    spot = StringField(_l("Where exactly?"), validators=[at_most(SPOT_LENGTH)])
    description = words(_l("Say it in a sentence"), DESCRIPTION_LENGTH)
    photos = MultipleFileField(_l("Photos"))
    voice = spoken()
    phone = TelField(_l("Telephone"), validators=[at_most(LONGEST_TYPED)], render_kw={"autocomplete": "tel"})
    name = StringField(_l("Your name"), validators=[at_most(NAME_LENGTH)], render_kw={"autocomplete": "name"})
    call_back = BooleanField(_l("Call me instead: I would rather tell it by telephone"))
    apart = BooleanField(_l("Mine is another fault than what is known here already: keep it apart"))
    follow = HiddenField(validators=[at_most(40)])  # the number of a report that is followed instead

    @property
    def follows(self) -> str:
        """The number of the report that is followed, or what was sent in its place."""
        return read_number(self.follow.data or "") or self.follow.data or ""

    def validate_phone(self, field: TelField) -> None:
        """Raises `StopValidation` for what is no telephone number, so that it is named with all else that is wrong."""
        try:
            if (field.data or "").strip():
                to_e164(field.data)
        except Refused as refusal:
            raise StopValidation(gettext(refusal.sentence, **refusal.params)) from None

    def report(self, photos: Sequence[Upload], voice: Spoken | None) -> Report:
        """What was told, with the `photos` and the `voice` note that came with it."""
        return Report(
            category=self.category.data,
            description=self.description.data or "",
            spot=self.spot.data or "",
            name=self.name.data or "",
            phone=self.phone.data or "",
            call_back=self.call_back.data,
            photos=photos,
            voice=voice,
            answers=self.typed_answers(),
            apart=self.apart.data,
            follows=self.follows,
        )


class CodeForm(FlaskForm):
    """The code on a label, typed by hand."""

    class Meta(FlaskForm.Meta):
        """A question in the address bar needs no token."""

        csrf = False

    code = StringField(_l("Code on the label"))


class TrackForm(FlaskForm):
    """Number and PIN of a report, in any of the ways in which people write them."""

    number = StringField(_l("Number of the report"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    pin = StringField(_l("PIN"), render_kw={"inputmode": "numeric", "autocomplete": "off"})

    def validate_number(self, field: StringField) -> None:
        """Raises `StopValidation` for what cannot be a number."""
        if read_number(field.data or "") is None:
            raise StopValidation(str(_l("A number has four digits, a hyphen and seven digits: 2611-0482915.")))

    def validate_pin(self, field: StringField) -> None:
        """Raises `StopValidation` for what cannot be a PIN."""
        if read_pin(field.data or "") is None:
            raise StopValidation(str(_l("A PIN has six digits.")))

    def answer(self) -> tuple[str, str]:
        """Number and PIN in their one spelling; call after validation."""
        return read_number(self.number.data) or "", read_pin(self.pin.data) or ""


class MoveForm(VersionForm):
    """What every move carries."""

    @property
    def brings(self) -> dict[str, Any]:
        """What its operation takes beside words and photographs; call after validation."""
        return {}


IN_TIME = (
    SelectChoice("", _l("no answer")), SelectChoice("yes", _l("yes")), SelectChoice("no", _l("no")),
)  # fmt: skip


def in_time() -> RadioField:
    """Whether somebody was in touch in time; it may be left out."""
    return RadioField(_l("Did somebody get in touch with you in time?"), choices=IN_TIME, default="",
                      validate_choice=False, validators=[OneOf(_l("Please choose one of the answers."))])  # fmt: skip


def yes_or_no(answer: str | None) -> bool | None:
    """What was chosen of `IN_TIME`; None for no answer."""
    return {"yes": True, "no": False}.get(answer or "")


class ConfirmForm(MoveForm):
    """It is fixed: stars, and words if wanted."""

    stars = RadioField(
        _l("How was it?"),
        choices=STARS,
        validate_choice=False,
        validators=[OneOf(_l("Please give 1 to 5 stars."))],
    )
    in_time = in_time()
    note = words(_l("A few words"), NOTE_LENGTH)


class ReopenForm(MoveForm):
    """It is not fixed: why, written or spoken, and photos if wanted."""

    note = words(_l("What is still wrong?"), NOTE_LENGTH)
    in_time = in_time()
    photos = MultipleFileField(_l("Photos"))
    voice = spoken()


class AnswerForm(MoveForm):
    """What was asked: words, a voice note, photos, or all of them."""

    note = words(_l("Your answer"), NOTE_LENGTH)
    photos = MultipleFileField(_l("Photos"))
    voice = spoken()


class AddForm(MoveForm):
    """What the reporter wants known besides: words, a voice note, photos, or all of them."""

    note = words(_l("What should we know?"), NOTE_LENGTH)
    photos = MultipleFileField(_l("Photos"))
    voice = spoken()


class WithdrawForm(MoveForm):
    """Take the report back; words if wanted."""

    note = words(_l("Why?"), NOTE_LENGTH)
