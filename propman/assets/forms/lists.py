"""What narrows the lists of the register. A question changes nothing, and stays in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from propman.assets.labels import CLASSES, CONDITIONS
from propman.assets.queries import PartFilter, Warranted
from propman.catalogue.models import AssetType
from propman.communities.models import Organisation, Place
from propman.data.works import WorkClass
from propman.web.fields import tidy
from propman.web.filters import name_of

NO = ("", "0", "false")
"""What a tick in the address bar may say for no."""
WITHIN = (30, 90, 180, 365)
"""Days that a list can be asked for: what ends within them."""


class OneOf:
    """The answer is one of the field's choices; else its sentence, in place of WTForms' own."""

    def __init__(self, sentence: object) -> None:
        self.sentence = sentence

    def __call__(self, form: FlaskForm, field: SelectField) -> None:
        """Raises `StopValidation` for an answer that was not offered."""
        if (field.data or "") not in {str(choice.value) for choice in field.iter_choices()}:
            raise StopValidation(str(self.sentence))


def _select(label: object, sentence: object) -> SelectField:
    return SelectField(label, default="", validate_choice=False, validators=[OneOf(sentence)], choices=[])


class Question(FlaskForm):
    """A question in the address bar needs no token."""

    class Meta(FlaskForm.Meta):
        """Nothing to protect."""

        csrf = False

    def asked(self) -> dict[str, Any]:
        """What is asked, as the address bar says it, without what was refused; call after validation."""
        good = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return {name: 1 if value is True else value for name, value in good.items()}


class FindForm(Question):
    """Words that find a place, or the code of a part."""

    q = StringField(
        _l("Find a place or a part"),
        description=_l("A place by its name or pinyin (3号楼 2单元), a part by its code."),
        render_kw={"type": "search", "maxlength": 80},
        filters=[tidy],
    )


class PartsForm(Question):
    """The filters of the list of parts. "" leaves a thing open."""

    code = StringField(_l("Code of the part"), description=_l("In full."), filters=[tidy], render_kw={"maxlength": 40})
    type = _select(_l("Type"), _l("There is no such type."))
    work_class = _select(_l("Class"), _l("There is no such class."))
    condition = _select(_l("Condition"), _l("There is no such condition."))
    warranty = _select(_l("Warranty"), _l("There is no such answer about a warranty."))
    no_maintainer = BooleanField(_l("Without a maintainer"), false_values=NO)
    never_looked_at = BooleanField(_l("Never looked at"), false_values=NO)
    gone = BooleanField(_l("Removed ones"), false_values=NO)

    def offer(self, kinds: Iterable[AssetType]) -> None:
        """Show what may be chosen."""
        everything = SelectChoice("", gettext("All"))
        self.type.choices = [everything, *(
            SelectChoice(kind.code, f"{kind.code} {name_of(kind)}", optgroup=str(CLASSES[kind.work_class]))
            for kind in kinds
        )]  # fmt: skip
        self.work_class.choices = [everything, *(SelectChoice(each.value, str(word)) for each, word in CLASSES.items())]
        self.condition.choices = [everything, *(
            SelectChoice(str(score), str(word) if score == 1 else gettext("%(condition)s or worse", condition=word))
            for score, word in CONDITIONS.items() if score < max(CONDITIONS)
        )]  # fmt: skip
        self.warranty.choices = [
            everything,
            *(SelectChoice(str(days), gettext("ends within %(days)s days", days=days)) for days in WITHIN),
            SelectChoice(Warranted.OVER.value, gettext("over")),
            SelectChoice(Warranted.UNKNOWN.value, gettext("cannot be told")),
            SelectChoice(Warranted.NONE.value, gettext("none: no project made it")),
        ]

    def wanted(self, place: Place | None, kinds: Iterable[AssetType]) -> PartFilter:
        """The same for the query; call after validation."""
        good = self.asked()
        warranty = good.get("warranty", "")
        return PartFilter(
            place=place,
            code=good.get("code"),
            types=_types(good, kinds),
            condition=int(good["condition"]) if "condition" in good else None,
            warranted=Warranted(warranty) if warranty in set(Warranted) else None,
            ends_within=int(warranty) if warranty.isdigit() else None,
            no_maintainer="no_maintainer" in good,
            never_looked_at="never_looked_at" in good,
            gone="gone" in good,
        )


class UnwatchedForm(Question):
    """Of which company's communities."""

    company = _select(_l("Managed by"), _l("There is no such company here."))

    def offer(self, companies: Iterable[Organisation]) -> None:
        """Show what may be chosen."""
        self.company.choices = [SelectChoice("", gettext("All")), *(SelectChoice(str(each.id), each.name)
                                                                   for each in companies)]  # fmt: skip


def _types(good: dict[str, Any], kinds: Iterable[AssetType]) -> frozenset[str] | None:
    """The codes of types that are asked for: of one type, of a class, or of both at once; None leaves them open."""
    if "type" not in good and "work_class" not in good:
        return None
    wanted = WorkClass(good["work_class"]) if "work_class" in good else None
    return frozenset(
        kind.code
        for kind in kinds
        if good.get("type") in {None, kind.code} and (wanted is None or kind.work_class is wanted)
    )
