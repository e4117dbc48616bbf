"""The shape of what an administrator types about types of parts, their attributes and warranty rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from propman.catalogue.forms.rows import DatedForm, NamesField, RowForm, one_of
from propman.catalogue.models import AssetAttribute, AssetType, EscalationRule, SettingRow, WarrantyRule
from propman.catalogue.operations import (
    AssetAttributeFacts,
    AssetTypeFacts,
    EscalationRuleFacts,
    SettingFacts,
    WarrantyRuleFacts,
)
from propman.catalogue.operations.guards import MOST_YEARS
from propman.catalogue.operations.settings import bounds
from propman.catalogue.operations.works import LONGEST_UNIT, MOST_MINIMUM
from propman.catalogue.words import (
    ATTRIBUTE_KIND_WORDS,
    CLASS_WORDS,
    CRITICALITY_WORDS,
    LEVEL_WORDS,
    MAINTAINER_WORDS,
    TIME_LIMIT_WORDS,
    TRADE_WORDS,
)
from propman.data.escalation import ANY_PRIORITY, MOST_MINUTES, Level, TimeLimit
from propman.data.reading import Trade
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WorkClass
from propman.limits import Priority
from propman.web.fields import NumberField, within, words_field


class AssetTypeForm(RowForm):
    """What is said of a type of part. Its code is chosen once."""

    code = words_field(_l("Code"), InputRequired(_l("Give a code.")), most=10, description=_l("For example B26"))
    work_class = one_of(_l("Class"), WorkClass, CLASS_WORDS)
    criticality = one_of(_l("What a failure does"), Criticality, CRITICALITY_WORDS)
    life_from = NumberField(_l("Service life from, in years"), [Optional(), within(1, MOST_YEARS)])
    life_to = NumberField(_l("Service life to, in years"), [Optional(), within(1, MOST_YEARS)])
    maintainer = one_of(_l("Usual maintainer"), UsualMaintainer, MAINTAINER_WORDS, of=SelectField)
    trade = SelectField(
        _l("Trade"),
        [Optional()],
        coerce=lambda value: Trade(value) if value else None,
        choices=[],
        invalid_value_message=_l("Choose one of the trades."),
        invalid_choice_message=_l("Choose one of the trades."),
        description=_l("Of the utility or licensed firm that keeps it."),
    )
    warranty_keys = NamesField(
        _l("Warranty rules"),
        [InputRequired(_l("Name at least one warranty rule."))],
        description=_l("One a line, the usual one first."),
    )
    attributes = NamesField(_l("What such a part carries"), [Optional()], description=_l("One a line."))
    categories = NamesField(
        _l("Reports that can mean such a part"),
        [InputRequired(_l("Name at least one category of reports."))],
        description=_l("One a line."),
    )

    def __init__(self, *, adding: bool = False, row: AssetType | None = None, **more: Any) -> None:
        super().__init__(data=_said_of(row), **more)
        if not adding:
            del self.code
        none = SelectChoice("", gettext("none"))
        words = (SelectChoice(trade.value, gettext(word)) for trade, word in TRADE_WORDS.items())
        self.trade.choices = [none, *words]

    def offer(self, rules: Iterable[Any], attributes: Iterable[Any], categories: Iterable[Any]) -> None:
        """Let these rows be named in the lists."""
        self.warranty_keys.offer({row.key: row for row in rules})
        self.attributes.offer({row.code: row for row in attributes})
        self.categories.offer({row.code: row for row in categories})

    def facts(self) -> AssetTypeFacts:
        """What was typed, as the operations take it."""
        return AssetTypeFacts(**self.said())


class AssetAttributeForm(RowForm):
    """What is said of an attribute. Its code and what its values are, are chosen once."""

    code = words_field(_l("Code"), InputRequired(_l("Give a code.")), most=40, description=_l("For example pipe_depth"))
    kind = one_of(_l("Its values are"), AttributeKind, ATTRIBUTE_KIND_WORDS)
    unit = words_field(_l("Unit"), most=LONGEST_UNIT, description=_l("Of a number: m², kW, …"))

    def __init__(self, *, row: AssetAttribute | None = None, **more: Any) -> None:
        super().__init__(obj=row, **more)
        self._kind = row.kind if row is not None else None
        if row is not None:
            del self.code, self.kind

    def facts(self) -> AssetAttributeFacts:
        """What was typed, as the operations take it."""
        return AssetAttributeFacts(**({"kind": self._kind} | self.said()))


class WarrantyRuleForm(RowForm):
    """What is said of a warranty rule; what it is counted in stays."""

    minimum = NumberField(
        _l("At least"),
        [InputRequired(_l("Say how many at least.")), within(1, MOST_MINIMUM)],
    )

    def __init__(self, row: WarrantyRule, **more: Any) -> None:
        super().__init__(data=_columns(row), **more)  # not the row itself: its key is no key of a form
        if row.minimum is None:
            del self.minimum
        else:
            self.minimum.description = _l("In months, or in heating seasons where it is counted by them.")

    def facts(self) -> WarrantyRuleFacts:
        """What was typed, as the operations take it."""
        return WarrantyRuleFacts(**({"minimum": None} | self.said()))


class SettingForm(DatedForm):
    """The number of a setting; what it is called and counted in stays."""

    value = NumberField(_l("Value of the setting"), [InputRequired(_l("Say the value."))])

    def __init__(self, row: SettingRow, **more: Any) -> None:
        super().__init__(obj=row, **more)
        least, most = bounds(row.unit)
        self.value.validators = [*self.value.validators, within(least, most)]

    def facts(self) -> SettingFacts:
        """What was typed, as the operations take it."""
        return SettingFacts(**self.said())


class EscalationRuleForm(RowForm):
    """What is said of a reminder or escalation. Its code is chosen once."""

    code = words_field(
        _l("Code"), InputRequired(_l("Give a code.")), most=40, description=_l("For example resolve_late")
    )
    time_limit = one_of(_l("Time limit"), TimeLimit, TIME_LIMIT_WORDS)
    priority = SelectField(
        _l("Priority"),
        [InputRequired(_l("Choose one of them."))],
        choices=[],
        invalid_choice_message=_l("Choose one of them."),
    )
    share_left = NumberField(
        _l("Percent of the limit left"),
        [Optional(), within(1, 99)],
        description=_l(
            "Before the deadline: 25 is when a quarter is left. Leave it empty for a moment at or after it."
        ),
    )
    minutes_after = NumberField(
        _l("Minutes after the deadline"),
        [Optional(), within(0, MOST_MINUTES)],
        description=_l(
            "0 is at the deadline. Counted as the limit is: in working time, but day and night for P0 and P1."
        ),
    )
    level = one_of(_l("Who is told"), Level, LEVEL_WORDS)

    def __init__(self, *, row: EscalationRule | None = None, **more: Any) -> None:
        super().__init__(data=_columns(row) if row is not None else {}, **more)
        if row is not None:
            del self.code
        any_of_them = SelectChoice(ANY_PRIORITY, gettext("at every priority"))
        self.priority.choices = [any_of_them, *(SelectChoice(each.value, each.value) for each in Priority)]

    def facts(self) -> EscalationRuleFacts:
        """What was typed, as the operations take it."""
        return EscalationRuleFacts(**self.said())


def _columns(row: AssetType | WarrantyRule | EscalationRule) -> dict[str, Any]:
    """What the columns of a row hold, but its key."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "key"}


def _said_of(row: AssetType | None) -> dict[str, Any]:
    """What a row says, by the names of the form's fields, its lists as codes."""
    if row is None:
        return {}
    plain = _columns(row)
    lists = {
        name: tuple(filter(None, (plain[name] or "").split(",")))
        for name in ("attributes", "warranty_keys", "categories")
    }
    return plain | lists
