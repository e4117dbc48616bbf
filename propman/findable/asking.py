"""What somebody types becomes a question to the index. Pure: whatever is typed are words, never an operator.

A question is a list of terms, all of which must be there; a term is there if one of its alternatives is; an alternative
is a list of tokens, all of which must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from propman.findable import tokens as made
from propman.findable.tokens import HAN, RUN, fold

LONGEST = 200
MOST_WORDS = 8
MOST_TOKENS = 40
_SHORTEST_PREFIX = 3
_NUMBER = re.compile(r"\d{4}[-\u2010-\u2015\u2212]\d{1,7}|\d{11}")
_BEGINNING = re.compile(r"\d{6,10}")
_ONE_CHARACTER = re.compile(rf"[{HAN}]")


@dataclass(frozen=True)
class Token:
    """One token; `begins`: every token that begins with it will do."""

    text: str
    begins: bool = False


Alternative = tuple[Token, ...]


@dataclass(frozen=True)
class Term:
    """One word as it was typed (folded), and what of it is looked for."""

    word: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Question:
    """What was asked: terms, and words of one Chinese character, which find nothing and are left out."""

    terms: tuple[Term, ...] = ()
    left_out: tuple[str, ...] = ()
    too_much: bool = False  # more words than are looked for

    def widened(self, word: str, alternatives: Iterable[Alternative]) -> Question:
        """The same, where for the term `word` one of `alternatives` will do as well."""
        more = tuple(alternatives)
        terms = (replace(term, alternatives=term.alternatives + more) if term.word == word else term
                 for term in self.terms)  # fmt: skip
        return replace(self, terms=tuple(terms))

    def narrowed(self, alternatives: Iterable[Alternative]) -> Question:
        """The same, where one of `alternatives` must be there besides."""
        return replace(self, terms=(*self.terms, Term("", tuple(alternatives))))


def read(text: str) -> Question:
    """The question that `text` asks; none of its terms if there is no word in it."""
    terms, left_out = [], []
    for chunk in dict.fromkeys(_chunks(fold(text[:LONGEST]))):
        if _ONE_CHARACTER.fullmatch(chunk):
            left_out.append(chunk)
        elif found := _alternatives(chunk):
            terms.append(Term(chunk, found))
    size = sum(len(each) for term in terms for each in term.alternatives)
    return Question(tuple(terms), tuple(left_out), len(terms) > MOST_WORDS or size > MOST_TOKENS)


def _chunks(text: str) -> Iterator[str]:
    """The words of folded `text`, apart at blanks and at all that is neither letter nor figure, but for a number."""
    for chunk in text.split():
        if _NUMBER.fullmatch(chunk):
            yield chunk
        else:
            yield from (word for word in re.split(r"[\W_]+", chunk) if word)


def _alternatives(chunk: str) -> tuple[Alternative, ...]:
    """What is looked for for one word: the number that it can be the beginning of, or what it says."""
    digits = re.sub(r"\D", "", chunk)
    if _NUMBER.fullmatch(chunk):
        return ((Token(made.number(digits), begins=len(digits) < 11),),)
    said = tuple(dict.fromkeys(_token(word) for word in made.words(chunk)))
    numbered = ((Token(made.number(chunk), begins=True),),) if _BEGINNING.fullmatch(chunk) else ()
    return ((said,) if said else ()) + numbered


def _token(word: str) -> Token:
    """A word of letters finds what begins with it; Chinese and figures find themselves."""
    whole = RUN.fullmatch(word)
    latin = whole is not None and whole[2] is not None and word[0].isalpha()
    return Token(word, begins=latin and len(word) >= _SHORTEST_PREFIX)


def for_postgresql(question: Question) -> str:
    """`question` as a `tsquery`; tokens hold no quote."""

    def one(token: Token) -> str:
        return f"'{token.text}'{':*' if token.begins else ''}"

    return _written(question, one, " & ", " | ")


def for_sqlite(question: Question) -> str:
    """`question` as an FTS5 query; tokens hold no quote."""

    def one(token: Token) -> str:
        return f'"{token.text}"{" *" if token.begins else ""}'

    return _written(question, one, " AND ", " OR ")


def _written(question: Question, one: Callable[[Token], str], both: str, either: str) -> str:
    terms = (either.join(f"({both.join(map(one, each))})" for each in term.alternatives) for term in question.terms)
    return both.join(f"({term})" for term in terms)
