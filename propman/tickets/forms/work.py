"""What is filled in as a repair is completed: what was done, and, folded away, what it took."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField
from wtforms.validators import Optional

from propman.tickets.forms.resident import MoveForm
from propman.tickets.operations.working import MOST_MINUTES, MOST_PIECES, PART_LENGTH, PartUsed, Work
from propman.web.fields import AmountField, NumberField, within, words_field

ROWS = 4


class PartForm(Form):
    """One kind of part. An empty row says nothing."""

    what = words_field(_l("What was used"), most=PART_LENGTH)
    pieces = NumberField(_l("How many"), validators=[Optional(), within(1, MOST_PIECES)],
                         render_kw={"inputmode": "numeric"})  # fmt: skip
    unit_fen = AmountField(_l("Price of one, yuan"))


class WorkForm(MoveForm):
    """What a repair took; all of it may stay empty."""

    minutes = NumberField(_l("Minutes worked"), validators=[Optional(), within(1, MOST_MINUTES)],
                          render_kw={"inputmode": "numeric"})  # fmt: skip
    parts = FieldList(FormField(PartForm), min_entries=ROWS, max_entries=ROWS)
    other_fen = AmountField(_l("Other cost, yuan"))

    @property
    def work(self) -> Work:
        """What was filled in; call after validation."""
        rows = [row.form for row in self.parts]
        used = [PartUsed(row.what.data or "", row.pieces.data, row.unit_fen.data) for row in rows if _filled(row)]
        return Work(self.minutes.data, used, self.other_fen.data)

    @property
    def work_wrong(self) -> bool:
        """Whether something of it was refused, so that the fold stands open."""
        return bool(self.minutes.errors or self.parts.errors or self.other_fen.errors)


def _filled(row: PartForm) -> bool:
    return bool(row.what.data) or row.pieces.data is not None or row.unit_fen.data is not None
