"""What every act here asks first: that texts fit, that days and figures can be meant, that whoever is named belongs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from propman.communities.models import Organisation
from propman.communities.operations.guards import no_slip
from propman.db import ID_LIMIT
from propman.errors import Refused
from propman.money import MOST_FEN
from propman.personal import clean
from propman.text import N_


def fit(text: str | None, *, field: str, most: int) -> str | None:
    """`text` on one line of at most `most` characters; nothing typed gives None. Raises `Refused` naming the field."""
    line = " ".join(clean(text or "").split())
    if len(line) > most:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=most)
    if not line.isprintable():
        raise Refused(N_("It holds characters that do not belong there."), field=field)
    return line or None


def needed(text: str | None, *, field: str, most: int) -> str:
    """As `fit`, for what may not be missing."""
    line = fit(text, field=field, most=most)
    if line is None:
        raise Refused(N_("Say something here."), field=field)
    return line


def within(number: int | None, least: int, most: int, *, field: str) -> None:
    """Raise `Refused` for a number outside `least` to `most`; None is none."""
    if number is not None and not least <= number <= most:
        raise Refused(N_("It must be a number from %(least)s to %(most)s."), field=field, least=least, most=most)


def amount(fen: int, *, field: str, least: int = 0) -> None:
    """Raise `Refused` for an amount of money below `least` fen or beyond all reason."""
    if not least <= fen < MOST_FEN:
        raise Refused(N_("This amount cannot be meant."), field=field)


def happened(on: date, today: date, *, field: str) -> None:
    """Raise `Refused` for a day on which something cannot have happened: a slip of the finger, or one yet to come."""
    no_slip(on, today, field=field)
    if on > today:
        raise Refused(N_("%(day)s is yet to come."), field=field, day=on.isoformat())


def not_before(on: date | None, first: date | None, sentence: str, *, field: str) -> None:
    """Raise `Refused` with `sentence`, which may hold %(day)s, where the day `on` lies before `first`."""
    if on is not None and first is not None and on < first:
        raise Refused(sentence, field=field, day=first.isoformat())


def belongs(session: Session, organisation_id: int, among: Select[Organisation], sentence: str, *, field: str) -> None:
    """Raise `Refused` with `sentence` for an organisation that is not `among` those who can be meant."""
    known = 0 < organisation_id < ID_LIMIT
    if not known or session.scalars(among.where(Organisation.id == organisation_id)).one_or_none() is None:
        raise Refused(sentence, field=field)
