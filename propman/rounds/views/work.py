"""My inspections: what is due today and this week, what is late or missed, rounds under way; and setting out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.models import Place
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.inspections.schedule import End
from propman.inspections.views.told import inside, what
from propman.roles import Permission
from propman.rounds import operations, queries
from propman.rounds.forms import BeginForm
from propman.rounds.operations.rounds import MOST_DUTIES
from propman.rounds.queries import Work
from propman.rounds.views import blueprint
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

ID = f"int(max={ID_LIMIT - 1})"
Answer = Response | str | tuple[str, int]


FEW = 3  # of one kind that are shown one by one; more are one line, which opens


@dataclass(frozen=True)
class Like:
    """What is due by one schedule, as a round through twenty buildings. `together` ticks all that can be begun."""

    works: Sequence[Work]
    together: str

    @property
    def folded(self) -> bool:
        """Whether it is one line for all of them."""
        return len(self.works) > FEW


@dataclass(frozen=True)
class Here:
    """What there is to do in one community, by when it is due; `form` begins a round there."""

    community: Place
    groups: Sequence[tuple[str, Sequence[Like]]]
    form: BeginForm


@blueprint.get("/inspections/work")
@requires(Permission.INSPECT)
def work() -> Answer:
    """What this person may inspect, and where they are on a round."""
    return _page(None)


@blueprint.post(f"/inspections/work/<{ID}:community_id>")
@requires(Permission.INSPECT)
def begin(community_id: int) -> Answer:
    """Set out on a round in one community."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    here = [each for each in queries.work_of(session, viewer, now) if each.duty.community_id == community_id]
    form = _form(here, clock.local_date(now))
    if form.validate_on_submit():
        with answer_refusals(form):
            made = act_once(form, lambda: operations.begin_round(
                session, community_id=community_id, duty_ids=form.duty_ids, viewer=viewer, now=now
            ).id)  # fmt: skip
            session.commit()
            flash(_("You are on your round. Record each point where you stand."), "success")
            return redirect(url_for("rounds.round_page", round_id=made["id"]), code=303)
    if not here:
        raise NotFound()
    return _page((community_id, form)), page_status()


def _page(tried: tuple[int, BeginForm] | None) -> str:
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found, today = queries.work_of(session, viewer, now), clock.local_date(now)
    places: dict[int, list[Work]] = {}
    for each in found:
        places.setdefault(each.duty.community_id, []).append(each)
    here = []
    for community_id, works in places.items():
        form = tried[1] if tried and tried[0] == community_id else _form(works, today)
        here.append(Here(works[0].duty.community, _groups(works, today), form))
    return render_template(
        "rounds/work.html", here=here, under_way=queries.rounds_under_way(session, viewer, now), now=now,
        what=what([each.duty for each in found]), where=inside([each.duty.target.place for each in found]), today=today,
        tried=tried, untouched=queries.looked_at_nothing(session, [each.duty.id for each in found]),
    )  # fmt: skip


def _form(works: Sequence[Work], today: date) -> BeginForm:
    """Ticked to begin with is what is due or late, but for what is many of one kind: a round holds what it is for, and
    nobody walks forty at once.
    """
    form = BeginForm()
    alike = [like for _name, group in _groups(works, today) for like in group]
    few = [work.duty for like in alike if not like.folded for work in like.works if _can_begin(work, today)]
    due = [str(duty.id) for duty in few if duty.ended_as is None and duty.do_on <= today]
    form.offer([str(work.duty.id) for work in works if _can_begin(work, today)], due[:MOST_DUTIES],
               together=[like.together for like in alike if like.folded and like.together])  # fmt: skip
    return form


def _can_begin(each: Work, today: date) -> bool:
    return each.round is None and (each.duty.ended_as is End.MISSED or each.duty.opens_on <= today)


def _groups(works: Sequence[Work], today: date) -> list[tuple[str, list[Like]]]:
    """By when it is due, the most urgent first; what is alike stands together."""
    named: dict[str, dict[tuple[str, str], list[Work]]] = {}
    for each in works:
        plan = each.duty.target.plan
        named.setdefault(_group(each, today), {}).setdefault((plan.template, plan.schedule), []).append(each)
    order = ["late", "today", "now", "missed", "coming"]
    return [(name, [_alike(some, today) for some in named[name].values()]) for name in order if name in named]


def _alike(works: Sequence[Work], today: date) -> Like:
    begun = [str(work.duty.id) for work in works if _can_begin(work, today)]
    return Like(works, ",".join(begun[:MOST_DUTIES]))


def _group(each: Work, today: date) -> str:
    if each.duty.ended_as is End.MISSED:
        return "missed"
    if each.duty.closes_on < today:
        return "late"
    if each.duty.do_on <= today:
        return "today"
    return "now" if each.duty.opens_on <= today else "coming"
