"""The rules that a city may change, each kind alike: the list, one thing with its rows, adding, changing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.rules import rule_form
from propman.catalogue.operations.fitting import KINDS, Kind
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.catalogue.views.rule_words import WORDS
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import name_of

RULES = "/admin/rules/<kind>"
RULE = f"{RULES}/<int(max={ID_LIMIT - 1}):row_id>"
BY_YEAR = ("days",)


@blueprint.get(RULES)
@requires(Permission.ADMINISTER)
def rules(kind: str) -> str:
    """What of a kind is in force today, and what comes; of the calendar one year, that of `?year=` or this one."""
    session, on, year, model = db.session(), today(), None, _known(kind).model
    found = queries.standing(session, model, on)
    ahead = queries.to_come(session, model, on)
    resting = [row for row in queries.at_rest(session, model, on) if row not in ahead]
    years = []
    if kind in BY_YEAR:
        years = sorted({row.day.year for row in found} | {on.year, on.year + 1})
        asked_for = request.args.get("year", "")
        year = int(asked_for) if asked_for in {str(one) for one in years} else on.year
        found, ahead = ([row for row in rows if row.day.year == year] for rows in (found, ahead))
    return render_template(
        "catalogue/rules.html", kind=kind, words=WORDS[kind], all_words=WORDS, names=_names(), year=year, years=years,
        rows=sorted(found, key=_order), ahead=ahead, at_rest=[] if year else resting,
        status=_status(year, on) if year else None,
    )  # fmt: skip


@blueprint.get(RULE)
@requires(Permission.ADMINISTER)
def rule(kind: str, row_id: int) -> str:
    """One thing: the row in force, those before and those to come."""
    versions, on = _versions(kind, row_id), today()
    lasting = [row for row in versions if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)]
    return render_template(
        "catalogue/rule.html", kind=kind, words=WORDS[kind], names=_names(), versions=versions, latest=versions[0],
        standing=lasting[0] if lasting else None, ends=KINDS[kind].can_end,
    )  # fmt: skip


@blueprint.route(f"{RULES}/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_rule(kind: str) -> Answer | Response:
    """Add a thing of a kind; `?category=` and `?day=` propose what it is about."""
    _known(kind)
    words = WORDS[kind]
    if words.add is None:
        raise NotFound()
    form = rule_form(kind, proposed={"category": request.args.get("category")})
    _offer(form)
    begin_today(form)

    def act() -> int:
        return int(operations.add_rule(db.session(), kind=kind, said=form.payload(), **by_whom()).id)

    if form.validate_on_submit():
        with answer_refusals(form):
            target = url_for("catalogue.rule", kind=kind, row_id=act_once(form, act)["id"])
            db.session.commit()
            flash(_("It is added."), "success")
            return redirect(target, code=303)
    return asked(form, title=words.add(), send=_("Add"), above=words.title(), lists=_lists(form),
                 back=url_for("catalogue.rules", kind=kind))  # fmt: skip


@blueprint.route(f"{RULE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_rule(kind: str, row_id: int) -> Answer | Response:
    """Say otherwise of a thing, from a day on."""
    latest, words = _versions(kind, row_id)[0], WORDS[kind]
    form, above = rule_form(kind, latest), words.name(latest, _names())
    _offer(form)
    begin_today(form)
    back = url_for("catalogue.rule", kind=kind, row_id=row_id)

    def act() -> int:
        said = form.payload()
        return int(operations.change_rule(db.session(), kind=kind, row_id=row_id, said=said, **by_whom()).id)

    return kept(form, act, back) or asked(
        form,
        title=_("Say otherwise from a day on"),
        send=_("Keep the change"),
        above=above,
        back=back,
        lists=_lists(form),
    )


def _known(kind: str) -> Kind:
    """The kind of rule of this address. Raises `NotFound`."""
    if kind not in KINDS:
        raise NotFound()
    return KINDS[kind]


def _versions(kind: str, row_id: int) -> tuple[Any, ...]:
    """Every row of the thing that the row speaks of, the latest first. Raises `NotFound`."""
    session, model = db.session(), _known(kind).model
    row = session.get(model, row_id)
    if row is None:
        raise NotFound()
    return queries.versions(session, model, operations.same_thing(row))


def _order(row: Any) -> tuple[Any, ...]:
    """By category, then by place in the order; the calendar by day."""
    first = getattr(row, "category", "") or ""
    return (first, getattr(row, "position", 0), *(getattr(row, name) for name in row.named_by()))


def _names() -> Mapping[str, str]:
    return {row.code: name_of(row) for row in queries.categories(db.session(), today())}


def _offer(form: Any) -> None:
    """Let the categories of today be chosen or named, where the form asks for them."""
    if hasattr(form, "offer"):
        form.offer(queries.categories(db.session(), today()))


def _lists(form: Any) -> dict[str, list[str]]:
    """What can be named in a list of categories."""
    return {"categories": list(_names().values())} if "categories" in form else {}


def _status(year: int, on: date) -> Any:
    """The row that says whether the holidays of `year` are published, or None."""
    found = {row.year: row for row in queries.standing(db.session(), KINDS["years"].model, on)}
    return found.get(year)
