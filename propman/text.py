"""Marks sentences for translation where the web is not known; and the words that rules are written in."""

from enum import StrEnum


class Word(StrEnum):
    """The base of an enumeration that sets and tables are asked by on every page: each is the word that it stands for.

    It has the hash of that word, as it is equal to it. Enum's own is a function of Python, called at every look.
    """

    __hash__ = str.__hash__


def N_(sentence: str) -> str:  # noqa: N802 - the name translators' tools look for
    """Mark `sentence` (English, with %(name)s places) for the catalogue; returned unchanged, translated by the web."""
    return sentence
