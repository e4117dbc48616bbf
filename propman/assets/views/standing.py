"""The warranty of a part in words: until when, by which rule, how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from propman.assets.queries import Guarantee
from propman.assets.warranty import SENTENCES, add_months, rolled
from propman.catalogue.models import WarrantyRule
from propman.catalogue.queries import work_calendar
from propman.data.works import WarrantyBasis
from propman.web.filters import day, name_of


@dataclass(frozen=True)
class Told:
    """What a page says of a warranty. `tone` as in the macros; `rolled` where the last day is a day of rest.

    `unsure` names what it rests on that nobody has checked: the rule, the seasons.
    """

    sentence: str
    tone: str
    last_on: date | None
    days_left: int | None
    rolled: date | None
    rule: WarrantyRule | None
    rule_says: str | None
    notes: tuple[str, ...]
    unsure: tuple[str, ...]


def tell(session: Session, given: Guarantee, today: date, soon: int) -> Told:
    """Put a guarantee into words, as they stand `today`; `soon` days before its end it turns yellow."""
    last_on = given.end.last_on
    days_left = (last_on - today).days if last_on else None
    shown = rolled(last_on, work_calendar(session, today).is_workday) if last_on else None
    return Told(
        sentence=_sentence(given, days_left),
        tone=_tone(days_left, soon),
        last_on=last_on,
        days_left=days_left,
        rolled=shown if shown != last_on else None,
        rule=given.rule if given.papers.made else None,
        rule_says=rule_in_words(given.rule) if given.rule and given.papers.made else None,
        notes=tuple(_notes(given)),
        unsure=unsure_in_words([given]),
    )


def rule_in_words(rule: WarrantyRule) -> str:
    """A version of a rule as people say it: "Roof waterproofing …: at least 60 months (in force from 2000-01-30)"."""
    least = {
        WarrantyBasis.MONTHS: ngettext("at least %(num)d month", "at least %(num)d months", rule.minimum or 0),
        WarrantyBasis.SEASONS: ngettext(
            "at least %(num)d heating season", "at least %(num)d heating seasons", rule.minimum or 0
        ),
        WarrantyBasis.DESIGN_LIFE: _("for the design life"),
        WarrantyBasis.CONTRACT: _("as the contract says"),
    }[rule.basis]
    since = rule.valid_from.isoformat()
    return str(_("%(rule)s: %(least)s (in force from %(day)s)", rule=name_of(rule), least=least, day=since))


def floor_in_words(accepted_on: date, contract_months: int) -> str:
    """That the law guarantees longer than the contract, and until when the contract would."""
    last_on = day(add_months(accepted_on, contract_months))
    return str(
        _("The contract gives less than the law, to the end of %(day)s: what the law gives counts.", day=last_on)
    )


def unsure_in_words(given: Iterable[Guarantee]) -> tuple[str, ...]:
    """What some of these guarantees rest on that nobody has checked: rules, heating seasons."""
    given = list(given)
    rules = [each.rule for each in given if each.papers.made and each.rule is not None]
    unsure = [_("the rule")] if any(rule.verified_on is None for rule in rules) else []
    unsure += [] if all(each.end.verified for each in given) else [_("the heating seasons")]
    return tuple(str(each) for each in unsure)


def _sentence(given: Guarantee, days_left: int | None) -> str:
    if days_left is None:
        reason = given.end.reason
        return str(_(SENTENCES[reason])) if reason else ""
    last_on = day(given.end.last_on)
    if days_left < 0:
        ended: str = ngettext(
            "The warranty ended on %(last_on)s, %(num)d day ago.",
            "The warranty ended on %(last_on)s, %(num)d days ago.",
            -days_left,
            last_on=last_on,
        )
        return ended
    if days_left == 0:
        return str(_("Guaranteed to the end of today, %(last_on)s.", last_on=last_on))
    left: str = ngettext(
        "Guaranteed to the end of %(last_on)s: %(num)d day left.",
        "Guaranteed to the end of %(last_on)s: %(num)d days left.",
        days_left,
        last_on=last_on,
    )
    return left


def _tone(days_left: int | None, soon: int) -> str:
    if days_left is None:
        return "idle"
    if days_left < 0:
        return "over"
    return "soon" if days_left <= soon else "ok"


def _notes(given: Guarantee) -> list[str]:
    notes = []
    if given.end.floor and given.papers.accepted_on and given.papers.contract_months:
        notes.append(floor_in_words(given.papers.accepted_on, given.papers.contract_months))
    if given.end.last_on is None and given.end.at_least is not None:
        notes.append(_("The contract alone guarantees it to the end of %(day)s.", day=day(given.end.at_least)))
    return [str(note) for note in notes]
