"""How somebody wants to be told outside the inbox."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from propman.notify.timing import AT_ONCE, SmsWish, Wishes
from propman.web import KeyedForm
from propman.web.fields import ClockField


class WishesForm(KeyedForm):
    """At once or once a day, and when it is quiet."""

    digest_hour = SelectField(
        _l("Messages outside the inbox"),
        [Optional()],
        coerce=lambda value: int(value) if value not in {"", None, "None"} else None,
        choices=[],
        invalid_value_message=_l("Choose one of them."),
        invalid_choice_message=_l("Choose one of them."),
    )
    quiet_from = ClockField(
        _l("Quiet from"), [Optional()], description=_l("Nothing leaves in these hours but emergencies.")
    )
    quiet_until = ClockField(
        _l("Quiet until"), [Optional()], description=_l("May lie on the next day: 22:00 to 07:00.")
    )

    sms = SelectField(
        _l("SMS to my telephone"),
        [Optional()],
        coerce=lambda value: SmsWish(value or SmsWish.USUAL),
        choices=[],
        description=_l("In an emergency always."),
        invalid_value_message=_l("Choose one of them."),
        invalid_choice_message=_l("Choose one of them."),
    )

    def __init__(self, wishes: Wishes | None = None, *, with_sms: bool = False, **more: Any) -> None:
        super().__init__(obj=wishes, **more)
        self._before = wishes or AT_ONCE
        if not with_sms:
            del self.sms
        else:
            words = {
                SmsWish.USUAL: gettext("what matters, where I have no e-mail address"),
                SmsWish.ALL: gettext("what matters"),
                SmsWish.EMERGENCIES: gettext("only emergencies"),
            }
            self.sms.choices = [SelectChoice(wish, word) for wish, word in words.items()]
        hours = (SelectChoice(hour, gettext("once a day at %(hour)s", hour=f"{hour:02}:00")) for hour in range(24))
        self.digest_hour.choices = [SelectChoice("", gettext("at once")), *hours]

    def wishes(self) -> Wishes:
        """What was typed."""
        sms = self.sms.data if self.sms is not None else self._before.sms
        return Wishes(self.digest_hour.data, self.quiet_from.data, self.quiet_until.data, sms)
