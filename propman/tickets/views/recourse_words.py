"""Who answers for a repair, in words: the verdict on its warranty, and who pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from propman.assets.views.standing import floor_in_words, rule_in_words
from propman.assets.warranty import SENTENCES, Reason, Verdict
from propman.tickets.labels import WARRANTY
from propman.tickets.payer import PAYER_WORDS, TABLE, Payer
from propman.tickets.queries.rows import AnyPayer, AnyVerdict
from propman.web.filters import moment
from propman.web.speech import Speech, speech

TONES = {Verdict.COVERED: "ok", Verdict.NOT_COVERED: "idle", Verdict.UNKNOWN: "soon"}
SIGNS = {Verdict.COVERED: "check", Verdict.NOT_COVERED: "cross", Verdict.UNKNOWN: "info"}


class Badge(NamedTuple):
    """As the macro `badge` of _macros/ticket.html takes it."""

    label: str
    tone: str
    sign: str


@dataclass(frozen=True)
class VerdictLine:
    """A verdict as a page tells it. `left` says how long the cover lasts yet, `unsure` what
    nobody has checked."""

    row: AnyVerdict
    badge: Badge
    sentence: str
    left: str | None
    rule: str | None
    source: str | None
    unsure: tuple[str, ...]
    notes: tuple[str, ...]
    found: str  # when and by whom


@dataclass(frozen=True)
class PayerLine:
    """Who pays, as a page tells it: a sentence, why, the law; and who decided so."""

    row: AnyPayer
    sentence: str
    why: str
    source: str
    found: str  # when and by whom


def warranty_badge(verdict: Verdict) -> Badge:
    """The verdict as a badge: a word with colour and sign."""
    return _badge(verdict, speech())


def _badge(verdict: Verdict, speak: Speech) -> Badge:
    return Badge(speak.of(WARRANTY)[verdict], TONES[verdict], SIGNS[verdict])


def verdict_line(row: AnyVerdict, today: date) -> VerdictLine:
    """`row` in words, as things stand `today`."""
    facts, speak = row.facts, speech()
    accepted_on = date.fromisoformat(facts["accepted_on"]) if facts.get("accepted_on") else None
    unsure = [speak("the rule")] if row.rule is not None and row.rule.verified_on is None else []
    unsure += [speak("the heating seasons")] if facts.get("seasons_verified") is False else []
    notes = [floor_in_words(accepted_on, facts["contract_months"])] if accepted_on and facts.get("floor") else []
    if facts.get("alike", 1) > 1:
        notes.append(
            ngettext(
                "%(num)d part could be meant.", "%(num)d parts could be meant, and they stand alike.", facts["alike"]
            )
        )
    return VerdictLine(
        row=row,
        badge=_badge(row.verdict, speak),
        sentence=speak(SENTENCES[row.reason], accepted_on=speak.day(accepted_on), last_on=speak.day(row.last_on)),
        left=_left(row.last_on, today) if row.reason != Reason.MISUSE else None,
        rule=rule_in_words(row.rule) if row.rule else None,
        source=row.rule.source if row.rule else None,
        unsure=tuple(unsure),
        notes=tuple(notes),
        found=_found(row, speak),
    )


def payer_line(row: AnyPayer) -> PayerLine:
    """`row` in words."""
    rule, speak = TABLE[row.rule - 1], speech()
    asks = speak(rule.asks)
    why = speak("Rule %(number)s of %(most)s: %(asks)s.", number=rule.number, most=len(TABLE), asks=asks)
    if row.payer is not row.proposed:
        why = speak("By rule %(number)s it would be %(payer)s: %(asks)s.", number=rule.number, asks=asks,
                    payer=speak(PAYER_WORDS[row.proposed]))  # fmt: skip
    return PayerLine(
        row=row, sentence=speak("To be paid by %(payer)s.", payer=speak(PAYER_WORDS[row.payer])), why=why,
        source=rule.source, found=_found(row, speak),
    )  # fmt: skip


def payer_word(payer: Payer) -> str:
    """Who pays, as part of a sentence."""
    return speech()(PAYER_WORDS[payer])


def _left(last_on: date | None, today: date) -> str | None:
    if last_on is None:
        return None
    left = (last_on - today).days
    if left < 0:
        return str(ngettext("over since %(num)d day", "over since %(num)d days", -left))
    if left == 0:
        return str(_("today is the last day"))
    return str(ngettext("%(num)d day left", "%(num)d days left", left))


def _found(row: AnyVerdict | AnyPayer, speak: Speech) -> str:
    who = (row.actor.name or speak("erased")) if row.actor else speak("by the rules alone")
    return speak("%(at)s, %(who)s", at=moment(row.decided_at), who=who)
