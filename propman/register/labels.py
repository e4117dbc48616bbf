"""The words of imports: how they stand, what a row would do, and what is wrong with one, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l

from propman import money
from propman.assets.labels import CONDITIONS, CRITICALITIES, NO_PROJECTS, OWNERSHIPS
from propman.register.columns import BY_FIELD, PROPERTY, TOLD, Accepts
from propman.register.judging import Outcome
from propman.register.mapping import Property
from propman.register.models import ImportFault, ImportState
from propman.register.queries.references import CHANGED
from propman.register.rows import Catalogue
from propman.register.telling import PLACE
from propman.text import N_

STATES = {
    ImportState.UPLOADED: _l("columns to be named"),
    ImportState.CHECKING: _l("dry run under way"),
    ImportState.CHECKED: _l("dry run done"),
    ImportState.APPLYING: _l("being applied"),
    ImportState.APPLIED: _l("applied"),
    ImportState.UNDOING: _l("being undone"),
    ImportState.UNDONE: _l("undone"),
    ImportState.FAILED: _l("not understood"),
}
TONES = {
    ImportState.UPLOADED: "soon",
    ImportState.CHECKED: "soon",
    ImportState.APPLIED: "ok",
    ImportState.FAILED: "over",
}
OUTCOMES = {
    Outcome.NEW: _l("new"),
    Outcome.CHANGED: _l("changed"),
    Outcome.SAME: _l("unchanged"),
    Outcome.BAD: _l("wrong"),
}

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "ownership": {each.value: word for each, word in OWNERSHIPS.items()},
    "criticality": {each.value: word for each, word in CRITICALITIES.items()},
    "no_project": {each.value: word for each, word in NO_PROJECTS.items()},
    "condition": {str(score): word for score, word in CONDITIONS.items()},
}
"""By field what can be answered, in words."""


def language() -> str:
    """zh or en, whichever the reader has."""
    return "zh" if str(get_locale() or "zh") == "zh" else "en"


def field_word(field: str, properties: Iterable[Property]) -> str:
    """What a field is called."""
    if field in BY_FIELD:
        return str(gettext(BY_FIELD[field].heading))
    if field in TOLD:
        return str(gettext(TOLD[field][0]))
    if field == PLACE:
        return str(gettext("Place"))
    one = next((each for each in properties if each.field == field), None)
    return property_word(one) if one else field.removeprefix(PROPERTY)


def property_word(one: Property) -> str:
    """The name of a property."""
    return one.zh if language() == "zh" else one.en


def value_word(field: str, value: Any, catalogue: Catalogue) -> str:
    """A value as `telling.told` keeps it, in words; a dash for none."""
    if value is None:
        return "–"
    if field in ANSWERS:
        return str(ANSWERS[field].get(str(value), value))
    if field in {"type_code", "warranty_key"}:
        kinds = {each.code: each for each in (*catalogue.types, *catalogue.rules)}
        kind = kinds.get(str(value))
        return f"{value} {kind.zh if language() == 'zh' else kind.en}" if kind else str(value)
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if field in BY_FIELD and BY_FIELD[field].accepts is Accepts.AMOUNT:
        return str(gettext("%(amount)s yuan", amount=money.text(value)))
    return str(value)


def fault_word(fault: ImportFault) -> str:
    """Why a value is wrong."""
    facts = dict(fault.facts)
    if "answers" in facts:
        facts["answers"] = gettext(", ").join(str(word) for word in ANSWERS[str(facts["answers"])].values())
    return str(gettext(fault.reason, **facts))


def reference_word(what: str, count: int) -> str:
    """What stands in the way of undoing an import: the name of a table and how many of its rows."""
    sentences = {
        CHANGED: ngettext("%(num)d part was changed since", "%(num)d parts were changed since", count),
        "ticket": ngettext("%(num)d report is about a part", "%(num)d reports are about parts", count),
        "ticket_verdict": ngettext("%(num)d verdict on a warranty", "%(num)d verdicts on warranties", count),
        "referral": ngettext("%(num)d referral", "%(num)d referrals", count),
        "part_code": ngettext("%(num)d label hangs on a part", "%(num)d labels hang on parts", count),
        "asset_condition": ngettext("%(num)d condition was found since", "%(num)d conditions were found since", count),
        "asset_photo": ngettext("%(num)d photo", "%(num)d photos", count),
        "take_over_item": ngettext(
            "%(num)d line of a take-over inspection", "%(num)d lines of take-over inspections", count
        ),
        "imported_part": ngettext("%(num)d part of a later import", "%(num)d parts of later imports", count),
    }
    return str(sentences.get(what) or ngettext("%(num)d other record", "%(num)d other records", count))


LACKING = {
    "community": N_("the community"),
    "code": N_("the part code"),
    "type_code": N_("the type"),
    "name": N_("the name"),
    "ownership": N_("the owner"),
    "work_item": N_("the work item, or why there is none"),
}
"""What a file lacks for new parts, where it has no such column."""
