"""Draws: what was drawn when from how much, so that anybody can draw it again; and drawing by hand."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.labels import person_word
from propman.db import ID_LIMIT, db
from propman.inspections.queries import keeping
from propman.inspections.queries.keeping import MOST_NAMED
from propman.roles import Permission
from propman.sheets.writing import TEXT, Column, Sheet, Written
from propman.spotchecks import labels, operations, queries, rules
from propman.spotchecks.forms import DrawForm
from propman.spotchecks.views import blueprint
from propman.spotchecks.views.asked import FARTHEST
from propman.spotchecks.views.checks import file_of
from propman.spotchecks.views.told import opening, told
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.numbers import whole

ID = f"int(max={ID_LIMIT - 1})"
DRAWS = "/spot-checks/draws"
LONGEST_SEARCH = 80
Answer = Response | str | tuple[str, int]


@blueprint.get(DRAWS)
@requires(Permission.SEE_SPOT_DRAWS)
def draws() -> Answer:
    """All draws of the area, the newest first, with what came of them."""
    skip = whole(request.args.get("skip", "0"), FARTHEST)
    start, today = skip or 0, clock.local_date(clock.now())
    found = queries.draws(db.session(), current_viewer(), today, skip=start, most=queries.PAGE + 1)
    page = render_template(
        "spotchecks/draws.html", draws=found[: queries.PAGE], today=today,
        previous=url_for("spotchecks.draws", skip=max(start - queries.PAGE, 0)) if start else None,
        next=url_for("spotchecks.draws", skip=start + queries.PAGE) if len(found) > queries.PAGE else None,
    )  # fmt: skip
    return page, 400 if skip is None else 200


@blueprint.get(f"{DRAWS}/<{ID}:draw_id>")
@requires(Permission.SEE_SPOT_DRAWS)
def draw(draw_id: int) -> Answer:
    """One draw: its seed, from how much, and each thing that was drawn."""
    session, viewer, today = db.session(), current_viewer(), clock.local_date(clock.now())
    found = queries.load_draw(session, draw_id, viewer, today)
    checks = queries.of_draw(session, found)
    by_month, by_hand = queries.draws_so_far(session, found.area)
    return render_template(
        "spotchecks/draw.html", draw=found, today=today,
        lines=told(checks, queries.mine(session, viewer, checks), opening(checks)),
        frames=queries.frames_of(session, found), by_month=by_month, by_hand=by_hand,
    )  # fmt: skip


@blueprint.get(f"{DRAWS}/<{ID}:draw_id>/frame")
@requires(Permission.SEE_SPOT_DRAWS)
def frame(draw_id: int) -> Response:
    """Everything that was drawn from, in the order of the draw, as a file."""
    session = db.session()
    found = queries.load_draw(session, draw_id, current_viewer(), clock.local_date(clock.now()))
    frames = queries.frames_of(session, found)
    drawn = rules.sample(found.seed, {each.whose: each.things for each in frames}, found.share, found.most)

    def rows() -> Iterator[list[Written]]:
        for each in frames:
            ranked = sorted((rules.rank(found.seed, each.kind, thing), thing) for thing in each.things)
            for place, (rank, thing) in enumerate(ranked, start=1):
                yield [str(labels.KINDS[each.kind]), f"{each.kind} {thing}", person_word(each.person.name), place, rank,
                       _("yes") if thing in drawn.get(each.whose, ()) else _("no")]  # fmt: skip

    headings = (_("Kind"), _("Name in the draw"), _("Whose"), _("Place"), "SHA-256", _("In the sample"))
    columns = tuple(Column(word, 18, "General" if at == 3 else TEXT) for at, word in enumerate(headings))
    return file_of(Sheet(_("Drawn from"), columns, rows()), _("Spot checks, draw %(number)s", number=found.id))


@blueprint.get(f"{DRAWS}/new")
@requires(Permission.SPOT_CHECK)
def choose_community() -> Answer:
    """For which community? Whoever has only one goes on at once."""
    text = (request.args.get("q") or "")[:LONGEST_SEARCH]
    today = clock.local_date(clock.now())
    found = keeping.communities(db.session(), current_viewer(), text, today, Permission.SPOT_CHECK)
    if len(found) == 1 and not text:
        return redirect(url_for("spotchecks.draw_by_hand", community_id=found[0].id), code=303)
    return render_template("spotchecks/choose_community.html", found=found[:MOST_NAMED], text=text,
                           more=len(found) > MOST_NAMED)  # fmt: skip


@blueprint.route(f"{DRAWS}/new/<{ID}:community_id>", methods=["GET", "POST"])
@requires(Permission.SPOT_CHECK)
def draw_by_hand(community_id: int) -> Answer:
    """Draw once more in one community, with a reason."""
    session, viewer, now, form = db.session(), current_viewer(), clock.now(), DrawForm()
    queries.community_to_draw(session, viewer, community_id, clock.local_date(now))
    if form.validate_on_submit():
        with answer_refusals(form):
            made = act_once(form, lambda: operations.draw_by_hand(
                session, community_id=community_id, viewer=viewer, reason=form.reason.data or "", now=now
            ).id)  # fmt: skip
            session.commit()
            flash(_("It is drawn. Who looks again is told."), "success")
            return redirect(url_for("spotchecks.draw", draw_id=made["id"]), code=303)
    community = queries.community_to_draw(session, viewer, community_id, clock.local_date(now))
    by_month, by_hand = queries.draws_so_far(session, community)
    page = render_template("spotchecks/draw_by_hand.html", community=community, form=form, days=rules.BY_HAND.days,
                           by_month=by_month, by_hand=by_hand)  # fmt: skip
    return page, page_status() if form.is_submitted() else 200
