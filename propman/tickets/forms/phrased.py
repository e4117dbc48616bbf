"""A move whose words can be chosen among ready-made ones."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from propman.tickets.forms.resident import MoveForm


class Phrased(MoveForm):
    """Offers sentences; the view puts them in. What is none of them counts as nothing chosen."""

    phrase = SelectField(_l("Ready-made sentence"), default="", choices=[], validate_choice=False)
