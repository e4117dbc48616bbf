"""What narrows the lists of the portal."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from propman.communities.forms import Search
from propman.portal.acts import KINDS
from propman.web import at_most
from propman.web.fields import DayField

LONGEST_NAME = 60


class FindActs(Search):
    """What narrows the audit: a kind, a person, a day."""

    kind = SelectField(_l("Kind"), choices=[], default="", invalid_choice_message=_l("The audit knows no such kind."))
    who = StringField(
        _l("Person"),
        [at_most(LONGEST_NAME)],
        description=_l("A name, its pinyin, or the number of an account."),
        render_kw={"type": "search", "maxlength": LONGEST_NAME},
    )
    day = DayField(_l("Day"), [Optional()])

    def offer(self) -> None:
        """Show every kind to choose from."""
        words = (SelectChoice(kind, gettext(word)) for kind, word in KINDS.items())
        self.kind.choices = [SelectChoice("", gettext("every kind")), *words]
