"""Whom one can send, as choices: who is reachable now stands first."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from propman.accounts.models import User
from propman.accounts.queries import Sendable
from propman.rota.duty import Duty


def choices(people: Iterable[User | Sendable], duty: Duty) -> list[SelectChoice]:
    """`people` in two groups where a rota is kept; else as they come."""
    if not duty.kept:
        return [SelectChoice(one.id, one.name or "") for one in people]
    groups = {True: _("Reachable now"), False: _("Not reachable now by the rota")}
    grouped = sorted(people, key=lambda one: one.id not in duty.reachable)
    return [SelectChoice(one.id, one.name or "", optgroup=groups[one.id in duty.reachable]) for one in grouped]
