"""The page of the search: a question in the address, a telephone never."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts import phones
from propman.catalogue.models import Category
from propman.catalogue.queries import categories
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.findable import tokens
from propman.findable.asking import LONGEST, MOST_WORDS, Alternative, Question, Token, read
from propman.roles import Permission
from propman.search.marking import Piece, marked, needles
from propman.search.queries import Hit, matching, of_telephone
from propman.text import N_
from propman.tickets.tracking import read_number
from propman.web import current_viewer, requires
from propman.web.filters import moment, name_of

blueprint = Blueprint("search", __name__)

_LEAST_DIGITS = 10  # of a telephone number; a ticket number without its month has seven
_PARTING = " \t+()-./·_,;:，；、：。\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_TELEPHONES = re.compile(rf"[+(]?\d(?:[{re.escape(_PARTING)}]*\d){{{_LEAST_DIGITS - 1},}}")
_CALLED = re.compile(r"^\s*(?:tel|phone|电话|手机)\s*[:：]?")
_SHORTEST_NAME = 2  # letters of the name of a category


@dataclass(frozen=True)
class Line:
    """A report that was found, in words."""

    hit: Hit
    what: str
    address: str
    at: str
    said: Sequence[Sequence[Piece]]  # description and spot, what was looked for apart


def install(app: Flask) -> None:
    """Register the page on `app`."""
    app.register_blueprint(blueprint)


@blueprint.get("/search")
@requires(Permission.SEE_TICKETS)
def search() -> tuple[str, int]:
    """The reports that answer what the address asks, the newest first, page by page."""
    typed, before_id = request.args.get("q", "").strip(), _before(request.args.get("before"))
    wrong = _wrong(typed)
    if not wrong and (telephone(typed) or names_telephone(typed)):
        wrong = _("A telephone number is not looked for from the address. Type it into the field and press Search.")
    if wrong or not typed:
        return _shown("" if names_telephone(typed) else typed, wrong=wrong), 400 if wrong else 200
    session, now = db.session(), clock.now()
    kinds = categories(session, clock.local_date(now))
    question = asked(typed, kinds)
    if question.too_much:
        return _shown(typed, wrong=_("Please look for %(most)s words at most.", most=MOST_WORDS)), 400
    found, next_before = matching(session, current_viewer(), question, now, before_id=before_id)
    return _shown(
        typed, question=question, lines=_lines(found, kinds, question), first=before_id is not None,
        next_before=next_before,
    ), 200  # fmt: skip


@blueprint.post("/search")
@requires(Permission.SEE_TICKETS)
def ask() -> Response | tuple[str, int]:
    """What was typed into the field. Changes nothing, so there is no key; a telephone number goes into no address."""
    typed = request.form.get("q", "").strip()
    phone = telephone(typed)
    wrong = _wrong(typed)
    if not wrong and not phone and names_telephone(typed):
        wrong = _("Please look for a telephone number alone, without other words.")
    if wrong:
        return _shown(typed, wrong=wrong), 400
    if not phone:
        return redirect(url_for("search.search", q=typed or None), code=303)
    session, now = db.session(), clock.now()
    found = of_telephone(session, current_viewer(), phone, now)
    kinds = categories(session, clock.local_date(now))
    return _shown(typed, question=Question(), lines=_lines(found, kinds, Question()), phone=True), 200


def telephone(typed: str) -> str:
    """The telephone number that `typed` is and nothing besides, in E.164; "" for everything else.

    However people part its digits, and with a word for what it is before it.
    """
    found = _TELEPHONES.findall(_CALLED.sub("", tokens.fold(typed)))
    if len(found) != 1 or _TELEPHONES.sub("", _CALLED.sub("", tokens.fold(typed))).strip(_PARTING):
        return ""
    return _read(found[0])


def names_telephone(typed: str) -> bool:
    """Whether a telephone number stands in `typed`, with whatever else."""
    folded = tokens.fold(typed)
    return any(_read(digits) for text in (folded, *folded.split()) for digits in _TELEPHONES.findall(text))


def _read(digits: str) -> str:
    if read_number(digits) is not None and not re.match(r"[\s+(]*[01]", digits):  # numbers begin with the year
        return ""
    return phones.read(re.sub(r"[^\d+()-]", " ", digits)) or ""


def asked(typed: str, kinds: Iterable[Category]) -> Question:
    """The question that `typed` asks; a word that stands in the name of a category finds its reports too."""
    number = read_number(typed)
    question = read(number or typed)
    if number is not None or question.too_much:
        return question
    names = [(kind.code, tokens.fold(f"{kind.name_zh} {kind.name_en}")) for kind in kinds]
    for term in question.terms:
        question = question.widened(term.word, _of_categories(term.word, names))
    return question


def _of_categories(word: str, names: Iterable[tuple[str, str]]) -> Iterable[Alternative]:
    if len(word) < _SHORTEST_NAME or word.isdigit():
        return ()
    within = re.compile(rf"(?<![a-z]){re.escape(word)}")
    return [(Token(tokens.category(code)),) for code, name in names if within.search(name)]


def _wrong(typed: str) -> str:
    """What is wrong with `typed` before anything of it is looked for; "" for nothing."""
    return _("Please keep it to %(most)s characters.", most=LONGEST) if len(typed) > LONGEST else ""


def _before(text: str | None) -> int | None:
    """The id in the address before which a page begins. Raises `Refused` (400) for what is none."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) or not 0 < int(text) < ID_LIMIT:
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400)
    return int(text)


def _lines(found: Sequence[Hit], kinds: Iterable[Category], question: Question) -> list[Line]:
    what, sought = {kind.code: name_of(kind) for kind in kinds}, needles(question)
    page = url_for("tickets.ticket", number="")
    return [
        Line(hit, what.get(hit.category, hit.category), page + hit.number, moment(hit.submitted_at),
             [marked(text, sought) for text in (hit.description, hit.spot) if text])
        for hit in found
    ]  # fmt: skip


def _shown(
    typed: str, *, wrong: str = "", question: Question | None = None, lines: Sequence[Line] = (), first: bool = False,
    next_before: int | None = None, phone: bool = False,
) -> str:  # fmt: skip
    return render_template(
        "search/search.html",
        typed=typed,
        longest=LONGEST,
        wrong=wrong,
        question=question,
        lines=lines,
        phone=phone,
        first=url_for("search.search", q=typed) if first else None,
        next=url_for("search.search", q=typed, before=next_before) if next_before else None,
    )
