"""What a dispatcher fills in about who answers for a repair: the part and the day, and who pays."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Optional, Regexp

from propman.tickets.forms.resident import OneOf, words
from propman.tickets.operations import Answers
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.payer import Payer
from propman.web import KeyedForm
from propman.web.fields import DayField


class RunForm(KeyedForm):
    """What both forms carry: the run of the finding that the person saw, 0 where there was none."""

    run = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z", message=_l("Open the page again and send it once more."))])

    @property
    def seen_run(self) -> int:
        """The run as a number; call after validation."""
        return int(self.run.data)


class VerdictForm(RunForm):
    """Which part it is, when the defect arose, and whether misuse caused it."""

    asset_id = SelectField(
        _l("Which part is it?"),
        default="",
        validate_choice=False,
        validators=[OneOf(_l("Please choose one of the parts."))],
    )
    arose_on = DayField(_l("When did the defect arise?"), validators=[Optional()])
    misuse = BooleanField(_l("Wrong use or a third party caused it"))
    note = words(_l("What points to it?"), NOTE_LENGTH)

    @property
    def named(self) -> int | None:
        """The part that was chosen; None for "not known"."""
        return int(self.asset_id.data) if self.asset_id.data else None

    @property
    def day(self) -> date | None:
        """The day on which the defect arose, if one was given."""
        found: date | None = self.arose_on.data
        return found


class PayerForm(RunForm):
    """What only people know, and who pays if not whom the table names."""

    culprit_known = BooleanField(_l("Whoever caused it is known"))
    in_fee = BooleanField(_l("The service contract and its fee cover it"))
    fund = BooleanField(_l("There is a repair fund"))
    common_revenue = BooleanField(_l("There is income from common parts"))
    payer = SelectField(
        _l("Who pays?"), default="", validate_choice=False, validators=[OneOf(_l("Please choose who pays."))]
    )
    reason = words(_l("Why somebody else than the table says?"), NOTE_LENGTH)

    @property
    def answers(self) -> Answers:
        """What was answered."""
        return Answers(culprit_known=self.culprit_known.data, in_fee=self.in_fee.data, fund=self.fund.data,
                       common_revenue=self.common_revenue.data)  # fmt: skip

    @property
    def chosen(self) -> Payer | None:
        """Who is to pay; None for whom the table names."""
        return Payer(self.payer.data) if self.payer.data else None
