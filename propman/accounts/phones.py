"""Telephone numbers: as people type them, as they are stored (E.164), and as much of them as a page may show.

Mobiles, landlines with their area code and 400 numbers are valid, short numbers such as 12345 are not; digits may be
full-width. A number without a country code is a Chinese one.
"""

from __future__ import annotations

import re
import unicodedata

from propman.errors import Refused
from propman.text import N_

LONGEST_TYPED = 40
_REGION = "CN"


def read(text: str) -> str | None:
    """The one number that `text` holds, as E.164 ("+8613812345678"); None if it is not a valid number."""
    import phonenumbers  # 6 MB: loaded at the first number

    typed = unicodedata.normalize("NFKC", text).strip()
    if len(typed) > LONGEST_TYPED or any(letter.isalpha() for letter in typed):
        return None
    try:
        number = phonenumbers.parse(typed, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def to_e164(text: str, *, field: str = "phone") -> str:
    """The number in `text` as E.164. Raises `Refused`, naming what was typed and the form's `field`."""
    number = read(text)
    if number is None:
        raise Refused(
            N_(
                "%(typed)s is not a telephone number. Give a mobile number, a landline number with its area code, "
                "or a 400 number."
            ),
            field=field,
            typed=text.strip()[:LONGEST_TYPED],
        )
    return number


def takes_sms(e164: str | None) -> bool:
    """Whether an SMS can reach `e164`: of Chinese numbers the mobile ones (13 to 19)."""
    if not e164:
        return False
    return not e164.startswith("+86") or re.fullmatch(r"\+861[3-9]\d{9}", e164) is not None


def shown(e164: str | None) -> str:
    """`e164` for people who may see it: Chinese numbers as dialled here, others with their country code. None is ""."""
    if not e164:
        return ""
    if re.fullmatch(r"\+861[3-9]\d{9}", e164):  # most are mobiles, and pages are full of them
        return f"{e164[3:6]} {e164[6:10]} {e164[10:]}"
    import phonenumbers

    number = phonenumbers.parse(e164, None)
    here = number.country_code == phonenumbers.country_code_for_region(_REGION)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, style))


def mask(e164: str | None) -> str:
    """`e164` with its middle hidden: enough for its owner to recognise it, too little to call. "" for None."""
    if not e164:
        return ""
    digits = e164.removeprefix("+86").removeprefix("+")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"
