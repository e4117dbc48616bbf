"""What makes a person reachable: name, sign-in name, mail address. Each is cleaned, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata

from propman.errors import Refused
from propman.personal import clean
from propman.text import N_

LONGEST_NAME = 60
LONGEST_EMAIL = 254

# Characters that have no place in one line: controls, line ends, and those that turn the direction of their neighbours.
# Unassigned and private ones stay: rare characters of people's names are among them.
_UNFIT_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


def person_name(text: str) -> str:
    """A name to show, of 1 to 60 characters on one line. Raises `Refused` naming the field "name"."""
    name = clean(text)
    if not any(unicodedata.category(letter)[0] in "LN" for letter in name):
        raise Refused(N_("Give the person's name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(N_("The name is too long: at most %(most)s characters."), field="name", most=LONGEST_NAME)
    if any(_unfit(letter) for letter in name):
        raise Refused(N_("The name holds characters that do not belong in a name."), field="name")
    return name


def normal_sign_in_name(text: str) -> str:
    """`text` in the one form under which a sign-in name is stored and looked up: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def sign_in_name(text: str) -> str:
    """A name to sign in with: 2 to 60 letters and digits with . _ or -, at least one of them a letter.

    The letter keeps names and telephone numbers apart. Raises `Refused` naming the field "sign_in_name".
    """
    name = normal_sign_in_name(clean(text))
    letters = [unicodedata.category(letter)[0] for letter in name if letter not in "._-"]
    if not 2 <= len(name) <= LONGEST_NAME or "L" not in letters or set(letters) - {"L", "N", "M"}:
        raise Refused(
            N_(
                "%(typed)s cannot be a sign-in name: use 2 to %(most)s letters and digits, "
                "with at least one letter and no spaces."
            ),
            field="sign_in_name",
            typed=text.strip()[:LONGEST_NAME],
            most=LONGEST_NAME,
        )
    return name


def email_address(text: str) -> str:
    """A mail address as people have them. Raises `Refused` naming the field "email"."""
    address = clean(text)
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Refused(N_("%(typed)s is not an e-mail address."), field="email", typed=address[:LONGEST_NAME])
    return address


def _unfit(letter: str) -> bool:
    return letter in _TURNS_DIRECTION or unicodedata.category(letter) in _UNFIT_CATEGORIES
