"""What is said of a part. Which properties it may have depends on its type, which is chosen first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp

from propman.assets.labels import CRITICALITIES, FIELDS, NO_PROJECTS, OWNERSHIPS
from propman.assets.models import Asset, NoProject, Ownership
from propman.assets.operations import Part
from propman.assets.operations.guards import LONGEST, LONGEST_VALUE
from propman.assets.operations.parts import COLUMNS
from propman.catalogue.models import AssetAttribute, AssetType, WarrantyRule
from propman.communities.models import Organisation, Place
from propman.data.works import AttributeKind, Criticality
from propman.projects.forms.projects import SharesForm
from propman.projects.models import WorkItem
from propman.web.fields import AmountField, DayField, NumberField, QuantityField, words_field
from propman.web.filters import name_of

ATTRIBUTE = "attribute_"


def _chosen_id(text: object) -> int | None:
    """The id in `text`; None for nothing chosen, and 0, which is nobody's, for what is no id."""
    typed = "" if text is None else str(text)
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0


def _made_by(text: object) -> int | NoProject | None:
    """What made a part: the id of a work item, or the reason why none did."""
    typed = "" if text is None else str(text)
    return NoProject(typed) if typed in set(NoProject) else _chosen_id(typed)


@dataclass(frozen=True)
class Offer:
    """What may be chosen for a part of one community."""

    community: Place
    places: Sequence[Place]  # the buildings and entrances in it, in their order
    work_items: Sequence[WorkItem]
    maintainers: Sequence[Organisation]
    claim_holders: Sequence[Organisation]
    rules: Iterable[WarrantyRule]


class PartForm(SharesForm):
    """The fields that parts of every type have; `form_for` adds those of one type."""

    version = HiddenField(
        default="0", validators=[Regexp(r"[0-9]{1,9}\Z", message=_l("Open the page again and send it once more."))]
    )
    code = words_field(FIELDS["code"], InputRequired(_l("Give a code.")), most=LONGEST["code"])
    name = words_field(FIELDS["name"], InputRequired(_l("Give a name.")), most=LONGEST["name"])
    place_id = SelectField(FIELDS["place_id"], coerce=_chosen_id, validate_choice=False)
    spot = words_field(FIELDS["spot"], most=LONGEST["spot"])
    work_item_id = SelectField(
        FIELDS["work_item_id"],
        coerce=_made_by,
        validate_choice=False,
        description=_l("The work item of the renovation, from which its papers come; or why there is none."),
    )
    quantity = QuantityField(FIELDS["quantity"], [Optional()])
    unit = words_field(FIELDS["unit"], most=LONGEST["unit"])
    model = words_field(FIELDS["model"], most=LONGEST["model"])
    drawing_no = words_field(FIELDS["drawing_no"], most=LONGEST["drawing_no"])
    criticality = RadioField(
        FIELDS["criticality"],
        [InputRequired(_l("Choose what a failure does."))],
        coerce=Criticality,
        choices=[SelectChoice(each.value, word) for each, word in CRITICALITIES.items()],
        invalid_value_message=_l("Choose what a failure does."),
        invalid_choice_message=_l("Choose what a failure does."),
    )
    ownership = SelectField(
        FIELDS["ownership"],
        coerce=Ownership,
        choices=[SelectChoice(each.value, word) for each, word in OWNERSHIPS.items()],
        invalid_value_message=_l("Choose whose it is."),
        invalid_choice_message=_l("Choose whose it is."),
    )
    maintainer_id = SelectField(FIELDS["maintainer_id"], coerce=_chosen_id, validate_choice=False)
    claim_holder_id = SelectField(
        FIELDS["claim_holder_id"],
        coerce=_chosen_id,
        validate_choice=False,
        description=_l("Only where it is not the one of the work item or the owner of the project."),
    )
    cost_fen = AmountField(_l("Cost, in yuan"), [Optional()])
    accepted_on = DayField(
        FIELDS["accepted_on"],
        [Optional()],
        description=_l("Only where it is not the day of the work item. Inspections that count from it move with it."),
    )
    in_use_since = DayField(
        FIELDS["in_use_since"],
        [Optional()],
        description=_l(
            "As its registration says. The tests of a lift count from this day, not from the month of its "
            "statutory inspection, and move with it."
        ),
    )
    warranty_key = SelectField(
        FIELDS["warranty_key"],
        coerce=lambda text: str(text) if text else None,
        validate_choice=False,
        description=_l("Only where it is not the rule of the work item."),
    )
    contract_months = NumberField(
        FIELDS["contract_months"], [Optional()], description=_l("Only where it is not the term of the work item.")
    )
    design_life_years = NumberField(
        FIELDS["design_life_years"], [Optional()], description=_l("Only where it is not that of the work item.")
    )

    def offer(self, offer: Offer) -> None:
        """Show what may be chosen."""
        self.place_id.choices = list(_places(offer))
        self.work_item_id.choices = list(_makers(offer.work_items))
        for field, found in ((self.maintainer_id, offer.maintainers), (self.claim_holder_id, offer.claim_holders)):
            field.choices = [SelectChoice("", gettext("none")), *(SelectChoice(each.id, each.name) for each in found)]
        rules = (SelectChoice(rule.key, name_of(rule)) for rule in offer.rules)
        self.warranty_key.choices = [SelectChoice("", gettext("that of the work item")), *rules]

    @property
    def attributes(self) -> list[Field]:
        """The fields that only parts of this type have."""
        return [field for name, field in self._fields.items() if name.startswith(ATTRIBUTE)]

    def said(self, type_code: str) -> Part:
        """What was typed of a part of this type; call after validation."""
        told: dict[str, Any] = {name: field.data for name, field in self._fields.items() if name in COLUMNS}
        made_by = told.pop("work_item_id")
        return Part(
            **{**told, "place_id": told["place_id"] or 0},
            type_code=type_code,
            shares=self.shares(),
            work_item_id=None if isinstance(made_by, NoProject) else made_by,
            no_project=made_by if isinstance(made_by, NoProject) else None,
            attributes={field.name.removeprefix(ATTRIBUTE): field.data for field in self.attributes},
        )


def form_for(kind: AssetType, known: Mapping[str, AssetAttribute]) -> type[PartForm]:
    """The form for parts of one type, with a field for each property that the type lists."""
    listed = [code for code in (kind.attributes or "").split(",") if code in known]
    return type("FormOfType", (PartForm,), {f"{ATTRIBUTE}{code}": _attribute(known[code]) for code in listed})


def of_part(part: Asset, known: Mapping[str, AssetAttribute]) -> dict[str, Any]:
    """What stands in the form of a part that is there."""
    columns = ("code", "name", "place_id", "spot", "quantity", "unit", "model", "drawing_no", "criticality",
               "ownership", "maintainer_id", "claim_holder_id", "cost_fen", "accepted_on", "in_use_since",
               "warranty_key", "contract_months", "design_life_years")  # fmt: skip
    shown = {"version": str(part.version), **{name: getattr(part, name) for name in columns}}
    shares = {source.value: fen for source, fen in part.shares.items()}
    attributes = {
        f"{ATTRIBUTE}{code}": _as_typed(known[code], value) for code, value in part.attributes.items() if code in known
    }
    return {**shown, **shares, "work_item_id": part.no_project or part.work_item_id, **attributes}


def _attribute(attribute: AssetAttribute) -> Field:
    label = f"{name_of(attribute)} ({attribute.unit})" if attribute.unit else name_of(attribute)
    if attribute.kind is AttributeKind.NUMBER:
        return QuantityField(label, [Optional()])
    if attribute.kind is AttributeKind.DAY:
        return DayField(label, [Optional()])
    if attribute.kind is AttributeKind.FLAG:
        choices = [SelectChoice("", _l("not said")), SelectChoice("yes", _l("yes")), SelectChoice("no", _l("no"))]
        return SelectField(label, coerce=_flag, choices=choices, validate_choice=False)
    return words_field(label, most=LONGEST_VALUE)


def _as_typed(attribute: AssetAttribute, value: Any) -> Any:
    """A stored value as the field of its kind holds it."""
    if attribute.kind is AttributeKind.NUMBER:
        return Decimal(str(value))
    if attribute.kind is AttributeKind.DAY:
        return date.fromisoformat(value)
    return {True: "yes", False: "no"}[value] if attribute.kind is AttributeKind.FLAG else value


def _flag(text: object) -> bool | None:
    return {"yes": True, "no": False}.get(str(text))


def _places(offer: Offer) -> Iterable[SelectChoice]:
    yield SelectChoice(offer.community.id, gettext("%(community)s: outdoors, shared", community=offer.community.name))
    buildings = {place.id: place for place in offer.places if place.parent_id == offer.community.id}
    for building in buildings.values():
        whole = gettext("%(building)s: the whole building", building=building.name)
        yield SelectChoice(building.id, whole, optgroup=building.name)
        for place in offer.places:
            if place.parent_id == building.id:
                yield SelectChoice(place.id, f"{building.name} {place.name}", optgroup=building.name)


def _makers(items: Iterable[WorkItem]) -> Iterable[SelectChoice]:
    yield SelectChoice("", gettext("Please choose."))
    for item in items:
        yield SelectChoice(item.id, f"{item.number}. {item.name}", optgroup=f"{item.project.year} {item.project.name}")
    for reason, word in NO_PROJECTS.items():
        yield SelectChoice(reason.value, str(word), optgroup=gettext("No project made it"))
