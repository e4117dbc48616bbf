"""What the desk lays beside the pages of reports. Nothing is asked of the database before a template wants it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import current_app, request, url_for
from markupsafe import Markup

from propman import clock
from propman.accounts.queries import Sendable
from propman.communities.models import Organisation
from propman.db import db
from propman.desk import queries
from propman.desk.forms import CallerForm
from propman.desk.views.sending import offered
from propman.idempotency import new_key
from propman.roles import Permission, Viewer
from propman.rota.duty import Duty
from propman.rota.queries import own_organisations
from propman.tickets.queries import WorkSum, work_by_year
from propman.tickets.workflow import State
from propman.web import current_viewer
from propman.web.filters import language
from propman.web.written import grouped

SENT_FROM = frozenset({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY})
"""In these states somebody can be sent to a report together with others, unless it is referred."""


class SendMany(NamedTuple):
    """The fields of `SendManyForm` while nothing is sent yet: written by hand, because the queue is opened most."""

    key: str
    back: str
    people: Markup


class Shelf:
    """For one page; the names are those that templates use."""

    @cached_property
    def viewer(self) -> Viewer:
        """Whoever is looking."""
        return current_viewer()

    @cached_property
    def keys_on(self) -> bool:
        """Whether single keys do something for whoever is looking."""
        return self.viewer.signed_in and queries.uses_keys(self.viewer)

    @property
    def keys_here(self) -> Markup:
        """The foot of a page on which keys do something: all that keys do, in a dialog."""
        return _keys(self.viewer.may(Permission.PHONE_INTAKE), language(), request.root_path)

    @cached_property
    def sends(self) -> bool:
        """Whether whoever is looking sends people."""
        return self.viewer.may(Permission.DISPATCH)

    def chips(self, asked: Mapping[str, Any]) -> list[tuple[str, str, bool, None]]:
        """The kept filters as the macro `chips` takes them; `asked` is what the queue is asked for now."""
        now_asked = question(asked)
        found = queries.questions_of(db.session(), self.viewer)
        return [(name, f"{url_for('tickets.queue')}?{kept}", kept == now_asked, None) for name, kept in found]

    def work_by_year(self, asset_id: int) -> dict[int, WorkSum]:
        """What the repairs of a part took, year by year, as far as whoever is looking may read it on their reports."""
        return work_by_year(db.session(), asset_id, self.viewer, clock.now())

    def caller_form(self) -> CallerForm:
        """The form above a phone report that looks a telephone up."""
        return CallerForm(formdata=None)

    def without_anybody(self, known: Mapping[int, Duty]) -> list[tuple[Organisation, Duty]]:
        """The own organisations of which nobody is reachable now, by what is `known` of them."""
        if not any(one.nobody for one in known.values()):
            return []
        own = own_organisations(db.session(), self.viewer)
        return [(one, known[one.id]) for one in own if known[one.id].nobody]

    def keep_address(self, asked: Mapping[str, Any]) -> str:
        """Where the present narrowing of the queue is kept under a name."""
        return url_for("desk.filters", ask=question(asked))

    sent_from = SENT_FROM

    def send_many(self, asked: Mapping[str, Any], people: list[Sendable], known: Mapping[int, Duty]) -> SendMany:
        """What the form under the queue holds that sends one of `people` to all that is ticked (`SendManyForm`)."""
        choices = ((str(one.value), one.label, one.optgroup) for one in offered(people, known))
        return SendMany(new_key(clock.now()), question(asked), grouped(choices))


@cache
def _keys(intake: bool, _language: str, _root: str) -> Markup:
    module: Any = current_app.jinja_env.get_template("desk/_keys.html").module
    return Markup(module.keys_here(intake))  # noqa: S704 - the output of a macro


def question(asked: Mapping[str, Any]) -> str:
    """What the queue is asked for as it stands behind a question mark, in one order."""
    return urlencode(sorted(asked.items()))
