"""What is typed about work items: the work itself, its acceptance, retention money and transfer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from propman.catalogue.models import AssetType, WarrantyRule
from propman.communities.models import Organisation
from propman.projects.forms.offers import CHOOSE, NEEDED, offer, one_of, organisations
from propman.projects.labels import ITEM_FIELDS, PHOTO_KINDS, STEPS
from propman.projects.models import PhotoKind, TransferStatus
from propman.projects.operations import ItemFacts
from propman.projects.operations.acceptance import FULL_SCORE
from propman.projects.operations.retention import LONGEST_REASON
from propman.projects.operations.transfers import LONGEST_DOCUMENT
from propman.projects.operations.work_items import (
    LONGEST_DRAWING,
    LONGEST_NAME,
    LONGEST_SUPPLIER,
    LONGEST_UNIT,
    MOST_MONTHS,
    MOST_YEARS,
)
from propman.projects.queries import allowed_warranties
from propman.web import KeyedForm, at_most
from propman.web.fields import AmountField, DayField, NumberField, QuantityField, within, words_field
from propman.web.filters import name_of


class ItemForm(KeyedForm):
    """What is said about a work item."""

    name = words_field(ITEM_FIELDS["name"], InputRequired(NEEDED), most=LONGEST_NAME)
    type_code = SelectField(
        ITEM_FIELDS["type_code"], [InputRequired(CHOOSE)], choices=[], invalid_choice_message=CHOOSE
    )
    place_id = one_of(ITEM_FIELDS["place_id"])
    quantity = QuantityField(ITEM_FIELDS["quantity"], [Optional()])
    unit = words_field(ITEM_FIELDS["unit"], most=LONGEST_UNIT, description=_l("m², m, set, …"))
    cost_fen = AmountField(_l("Cost, in yuan"), [InputRequired(_l("Say what it costs, in yuan."))])
    contractor_id = one_of(ITEM_FIELDS["contractor_id"], optional=True)
    claim_holder_id = one_of(ITEM_FIELDS["claim_holder_id"], optional=True,
                              description=_l("Who can claim on the contractor while the warranty lasts."))  # fmt: skip
    supplier = words_field(ITEM_FIELDS["supplier"], most=LONGEST_SUPPLIER)
    drawing_no = words_field(ITEM_FIELDS["drawing_no"], most=LONGEST_DRAWING)
    warranty_key = SelectField(ITEM_FIELDS["warranty_key"], [Optional()], choices=[], invalid_choice_message=CHOOSE)
    contract_months = NumberField(
        ITEM_FIELDS["contract_months"],
        [Optional(), within(1, MOST_MONTHS)],
        description=_l("Where the contract gives a term. What is shorter than the law does not count."),
    )
    design_life_years = NumberField(
        ITEM_FIELDS["design_life_years"],
        [Optional(), within(1, MOST_YEARS)],
        description=_l("For what is guaranteed for its design life."),
    )

    def offer(self, types: Sequence[AssetType], rules: Iterable[WarrantyRule], places: Iterable[tuple[int, str]],
              contractors: Iterable[Organisation], owners: Iterable[Organisation]) -> None:  # fmt: skip
        """Let these be chosen; the usual rule of a type is its first."""
        self.usual = {kind.code: allowed_warranties(kind)[0] for kind in types}
        offer(
            self.type_code, [(kind.code, f"{kind.code} {name_of(kind)}") for kind in types], nothing=_l("please choose")
        )
        offer(self.warranty_key, [(rule.key, f"{rule.key} {name_of(rule)}") for rule in rules],
               nothing=_l("the usual one of the type"))  # fmt: skip
        offer(self.place_id, places)
        offer(self.contractor_id, organisations(contractors), nothing=_l("not known"))
        offer(self.claim_holder_id, organisations(owners), nothing=_l("the owner of the project"))

    def facts(self) -> ItemFacts:
        """What was typed, as the operations take it."""
        said = {name: self[name].data for name in ItemFacts.__dataclass_fields__}
        usual = self.usual.get(self.type_code.data, "")
        return ItemFacts(**{**said, "warranty_key": said["warranty_key"] or usual})


class AcceptForm(KeyedForm):
    """The day of acceptance, how good it was, and how it looked."""

    accepted_on = DayField(ITEM_FIELDS["accepted_on"], [InputRequired(_l("Say on which day it was accepted."))],
                           description=_l("The day of accepted completion: the warranty starts with it."))  # fmt: skip
    score = NumberField(
        ITEM_FIELDS["score"],
        [Optional(), NumberRange(0, FULL_SCORE, _l("The score is a number from 0 to %(most)s.", most=FULL_SCORE))],
    )
    photos = MultipleFileField(ITEM_FIELDS["baseline"])


class PhotosForm(KeyedForm):
    """More photographs of a work item."""

    kind = RadioField(
        _l("What they show"),
        [InputRequired(CHOOSE)],
        coerce=PhotoKind,
        choices=[SelectChoice(kind.value, word) for kind, word in PHOTO_KINDS.items()],
        invalid_value_message=CHOOSE,
        invalid_choice_message=CHOOSE,
    )
    photos = MultipleFileField(_l("Photos"))


class RetentionForm(KeyedForm):
    """How much is kept back, and until when."""

    retention_fen = AmountField(_l("Retention money, in yuan"), [InputRequired(_l("Say how much, in yuan."))],
                                description=_l("0 if none is kept back."))  # fmt: skip
    due_on = DayField(ITEM_FIELDS["retention_due_on"], [Optional()])


class DeductionForm(KeyedForm):
    """What is deducted for defects, and why."""

    deducted_fen = AmountField(_l("Deducted, in yuan"), [InputRequired(_l("Say how much, in yuan."))],
                               description=_l("0 takes it back."))  # fmt: skip
    reason = TextAreaField(ITEM_FIELDS["deduction_reason"], [Optional(), at_most(LONGEST_REASON)])


class ReleaseForm(KeyedForm):
    """On which day the retention money was paid out."""

    released_on = DayField(_l("Released on"), [InputRequired(_l("Say on which day."))])


class TransferForm(KeyedForm):
    """The next step on the way to a utility."""

    status = RadioField(
        _l("What happened"), [InputRequired(CHOOSE)], coerce=TransferStatus, choices=[],
        invalid_value_message=CHOOSE, invalid_choice_message=CHOOSE,
    )  # fmt: skip
    utility_id = one_of(_l("Utility"))
    happened_on = DayField(_l("On which day"), [InputRequired(_l("Say on which day."))])
    document = words_field(
        _l("Document"), most=LONGEST_DOCUMENT, description=_l("Number and name of the paper that says so.")
    )

    def offer(self, steps: Iterable[TransferStatus], utilities: Iterable[Organisation]) -> None:
        """Let one of these steps be taken; a utility is asked for where it is handed over."""
        steps = list(steps)
        offer(self.status, [(step.value, str(STEPS[step])) for step in steps])
        if TransferStatus.IN_PROGRESS in steps:
            offer(self.utility_id, organisations(utilities))
        else:
            del self.utility_id

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operation knows."""
        return dict(self.payload())
