"""A referral in words, the same for whoever referred it and for whom it was referred to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from propman.tickets.labels import REFERRAL_ENDS
from propman.tickets.models import Referral, ReferralEnd
from propman.tickets.views.recourse_words import Badge
from propman.web.filters import day, left, moment

END_TONES = {ReferralEnd.REFUSED: "soon", ReferralEnd.PROVEN: "ok"}
END_SIGNS = {ReferralEnd.PROVEN: "done", ReferralEnd.TAKEN_BACK: "reopen"}


@dataclass(frozen=True)
class ReferralLine:
    """A referral as pages tell it; `deadline` says until when an answer is due, or since when it is missing."""

    row: Referral
    badge: Badge
    sentence: str
    deadline: str | None


def referral_line(row: Referral, now: datetime) -> ReferralLine:
    """`row` in words, as it stands `now`. Its organisation is loaded."""
    sent = {"organisation": row.organisation.name, "day": day(row.sent_at)}
    sentence = _("Referred once more to %(organisation)s on %(day)s.", **sent) if row.insists_on_id else _(
        "Referred to %(organisation)s on %(day)s.", **sent
    )  # fmt: skip
    return ReferralLine(row, referral_badge(row, now), str(sentence), _deadline(row))


def referral_badge(row: Referral, now: datetime) -> Badge:
    """How a referral stands: a word with colour and sign."""
    if row.end_kind is not None:
        return Badge(
            str(REFERRAL_ENDS[row.end_kind]), END_TONES.get(row.end_kind, "idle"), END_SIGNS.get(row.end_kind, "cross")
        )
    return open_referral_badge(row.accepted_at, row.answer_due_at, now)


def open_referral_badge(accepted_at: datetime | None, answer_due_at: datetime, now: datetime) -> Badge:
    """The same of one that has not ended, by when it was accepted and until when an answer is due."""
    if accepted_at is not None:
        return Badge(str(_("accepted")), "ok", "check")
    if answer_due_at < now:
        return Badge(str(_("no answer in time")), "over", "warn")
    return Badge(str(_("waiting for an answer")), "soon", "clock")


def _deadline(row: Referral) -> str | None:
    if row.accepted_at is not None or row.ended_at is not None:
        return None
    return str(_("An answer is due by %(at)s: %(left)s.", at=moment(row.answer_due_at), left=left(row.answer_due_at)))
