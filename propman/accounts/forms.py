"""The shape of what people type about accounts; what it means is for the operations to judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation

from propman.accounts.particulars import LONGEST_EMAIL, LONGEST_NAME
from propman.accounts.passwords import LONGEST, SHORTEST
from propman.accounts.phones import LONGEST_TYPED
from propman.web import KeyedForm, at_most
from propman.web.fields import DayField

LANGUAGES = {"zh": "中文", "en": "English"}


def _a_day(_form: Form, field: DayField) -> None:
    """What was typed and is no day is named already; an empty one is not."""
    if field.data is None and not field.errors:
        raise StopValidation(gettext("Give a day that exists, as year-month-day: 2026-03-09."))


class SignInForm(FlaskForm):
    """Who, and the password; `next` is where the person wanted to go."""

    who = StringField(
        _l("Telephone number or sign-in name"),
        [InputRequired(_l("Say who you are: your telephone number or sign-in name.")), at_most(200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class NewPassword(KeyedForm):
    """A password chosen for the first time, or again after an invitation."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password."))],
        description=_l("%(least)s to %(most)s characters; a short sentence is easy to keep.", least=SHORTEST,
                       most=LONGEST),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    again = PasswordField(
        _l("The same password again"),
        [InputRequired(_l("Type the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: Field) -> None:
        """Refuse a slip of the finger, which nobody sees behind the dots."""
        if field.data != self.password.data:
            raise StopValidation(gettext("The two passwords differ. Type the new one in both fields."))


class ChangePassword(NewPassword):
    """The present password, and the one to come."""

    current = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class ChooseLanguage(KeyedForm):
    """The language of pages and mails."""

    language = RadioField(_l("Language"), choices=LANGUAGES, invalid_choice_message=_l("Choose one of the languages."))


class PersonForm(KeyedForm):
    """What is written down of a person."""

    name = StringField(
        _l("Full name"), [InputRequired(_l("Give the person's name.")), at_most(LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    phone = TelField(
        _l("Telephone"), [at_most(LONGEST_TYPED)],
        description=_l("To sign in with, and to be called."), render_kw={"autocomplete": "off"},
    )  # fmt: skip
    sign_in_name = StringField(
        _l("Sign-in name"), [at_most(LONGEST_NAME)],
        description=_l("For somebody who does not want to sign in with a telephone number."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    email = EmailField(
        _l("E-mail"), [at_most(LONGEST_EMAIL)], description=_l("Messages go there too."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class FindPeople(FlaskForm):
    """The search above the list of people; it stays in the address."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    q = StringField(_l("Name or telephone"), render_kw={"type": "search", "maxlength": 60})


class FindForRole(FlaskForm):
    """Which role, and words that find its organisation or place."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    role = SelectField(_l("Role"), validate_choice=False)
    q = StringField(
        _l("Organisation or place"), description=_l("Part of its name, or its pinyin."),
        render_kw={"type": "search", "maxlength": 80},
    )  # fmt: skip


class RoleForm(KeyedForm):
    """A role given to a person, in one of the organisations and over one of the places that were found."""

    organisation_id = RadioField(
        _l("Organisation"), [Optional()], coerce=int, validate_choice=False, choices=[],
        invalid_value_message=_l("Choose one of the organisations."),
    )  # fmt: skip
    place_id = RadioField(
        _l("Place"), [Optional()], coerce=int, validate_choice=False, choices=[],
        invalid_value_message=_l("Choose one of the places."),
    )  # fmt: skip
    starts_on = DayField(_l("First day"), [_a_day])

    def offer(self, organisations: Mapping[int, str], places: Mapping[int, str]) -> None:
        """Show these, by id, to choose from; the only one is chosen already."""
        for field, choices in ((self.organisation_id, organisations), (self.place_id, places)):
            field.choices = dict(choices)
            if len(choices) == 1 and not self.is_submitted():
                (field.data,) = choices


class EndRoleForm(KeyedForm):
    """The first day on which a role is not held any more."""

    ends_on = DayField(_l("Not any more from"), [_a_day])

    @classmethod
    def proposing(cls, day: date) -> EndRoleForm:
        """The form with a day in it that the person may change."""
        return cls(ends_on=day)


class ActForm(KeyedForm):
    """One button: invite, shut out, let in, sign out everywhere."""


class EraseForm(KeyedForm):
    """A tick before what cannot be undone."""

    sure = BooleanField(
        _l("Yes, erase this person for good"),
        [DataRequired(_l("Tick the box if you are sure. Erasing cannot be undone."))],
    )
