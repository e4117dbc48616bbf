"""Saying that something is broken: from the code on a label, or signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from propman import clock, idempotency
from propman.accounts.tokens import hash_token
from propman.accounts.views import browser
from propman.assets.models import Asset
from propman.assets.queries import behind
from propman.catalogue.models import Category, EmergencyNumber
from propman.catalogue.queries import categories, category, emergency_numbers, questions
from propman.communities.codes import normal
from propman.communities.queries import (
    AnyPlace,
    address,
    community_of,
    divisions_among,
    label,
    line,
    lines,
    responsible_on,
)
from propman.db import Gate, db
from propman.errors import Refused
from propman.outages.queries import shown_at
from propman.roles import Permission
from propman.text import N_
from propman.throttle import Allowance, Spent
from propman.tickets.forms.answers import asking
from propman.tickets.forms.resident import CodeForm, ReportForm
from propman.tickets.models import Channel, Ticket
from propman.tickets.operations import open_ticket
from propman.tickets.queries import Incoming, homes_of, incoming, open_buildings, place_to_name, reporting_at_home
from propman.tickets.views import blueprint
from propman.tickets.views.held import key_id, secret_of
from propman.tickets.views.known import known_at
from propman.web import answer_refusals, current_viewer, page_status, requires
from propman.web.filters import language, name_of
from propman.web.photographs import developed, fingerprint_of, store
from propman.web.voices import digest_of, recorded

Answer = str | Response | tuple[str, int]

# Reports in a local day; emergencies are not counted.
OF_A_DEVICE = 20
OF_A_DEVICE_AT_A_CODE = 5
AT_A_CODE = 30
TOO_MANY = N_("%(most)s reports came from here today. Please call, or report the rest tomorrow. "
              "An emergency can always be reported.")  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Where a report comes in: about what; from which code, if any, and from which part."""

    place: AnyPlace
    community: AnyPlace
    code: str | None = None
    part: Asset | None = None
    flat: str = ""  # of whoever is signed in and lives there
    known: Incoming | None = None  # of the report that is sent, where it was asked for along with the home

    @property
    def action(self) -> str:
        """Where its form is sent."""
        if self.code is not None:
            return url_for("tickets.report", code=self.code)
        return url_for("tickets.report_here", place=self.place.id)


@blueprint.route("/p/<code>/report", methods=["GET", "POST"])
@requires(Permission.PUBLIC, uploads=True)
def report(code: str) -> Answer:
    """Report a fault at the place of a label, with or without an account."""
    found = behind(db.session(), code)
    place = found.place if found else None
    community = community_of(db.session(), place) if place else None
    if found is None or place is None or community is None:
        return unknown_code()
    if request.method == "GET" and not community.open_on(clock.local_date(clock.now())):
        return redirect(url_for("portal.place", code=code), code=303)
    homes = homes_of(db.session(), current_viewer(), clock.local_date(clock.now()))
    flat = next((home.flat for home in homes if home.place.id == place.id and home.flat), "")
    return _desk(Desk(place, community, normal(code), found.part, flat or ""))


@blueprint.route("/report", methods=["GET", "POST"])
@requires(Permission.REPORT, uploads=True)
def report_here() -> Answer:
    """Report a fault where one lives; whoever lives nowhere here types the code of a label."""
    wanted, today = request.args.get("place", ""), clock.local_date(clock.now())
    if request.method == "POST" and wanted:
        sent = reporting_at_home(db.session(), current_viewer(), wanted, named=request.form.get("place", ""),
                                 category=request.form.get("category", ""), now=clock.now())  # fmt: skip
        if sent is not None:
            return _desk(Desk(sent[0].place, sent[0].community, known=sent[1]))
    homes = homes_of(db.session(), current_viewer(), today)
    home = next((home for home in homes if str(home.place.id) == wanted), homes[0] if len(homes) == 1 else None)
    if home is None and homes and request.method == "POST":
        home = homes[0]  # what was typed is kept, and where it is, is asked again
    if home is not None:
        return _desk(Desk(home.place, home.community, flat=home.flat or ""))
    if request.method == "POST":
        return redirect(url_for("tickets.report_here"), code=303)
    form = CodeForm(request.args)
    found = label(db.session(), form.code.data or "")
    if found is not None:
        bound = "tickets.report" if found.place_id is not None else "portal.place"
        return redirect(url_for(bound, code=normal(form.code.data)), code=303)
    if form.code.data:
        form.code.errors = [_("No label carries this code. It has 13 letters and digits; look once more.")]
    places = lines(db.session(), [home.place for home in homes])
    where = {place_id: address(path) for place_id, path in places.items()}
    page = render_template("tickets/where.html", form=form, homes=homes, where=where)
    return page, 422 if form.code.errors else 200


def unknown_code() -> tuple[str, int]:
    """The page for a code that opens nothing, revoked or never drawn: it says what to do instead."""
    return render_template("tickets/no_code.html", numbers=_numbers()), 404


def _desk(desk: Desk) -> Answer:
    now = clock.now()
    today = clock.local_date(now)
    kinds = categories(db.session(), today)
    form = _form(desk, kinds, today, chosen=request.form.get("category") if request.method == "POST" else None)
    place = _named(desk, form, today)
    form.place.choices = [] if place is None else [SelectChoice(str(place.id), place.name)]  # all of them once shown
    if form.validate_on_submit() and place is not None:
        with answer_refusals(form):
            device = browser.device()
            kind = category(db.session(), form.category.data, today)
            emergency = kind is not None and kind.emergency
            ticket = _send(desk, form, place, emergency=emergency, device=device, now=now)
            receipt = _receipt(ticket)
            db.session.commit()
            return browser.remember_device(redirect(receipt, code=303), device)
    form = _whole(form, desk, kinds, today)
    form.follow.data = ""  # what could not be followed is not followed by the next form that is sent
    here = line(db.session(), desk.place)
    page = render_template(
        "tickets/report.html", form=form, desk=desk, kinds=kinds, numbers=_numbers(here),
        known=known_at(desk.place, kinds, now), where=address(here),
        outages=shown_at(db.session(), desk.place, desk.community, now),
        responsible=responsible_on(db.session(), desk.community.id, today),
    )  # fmt: skip
    return page, page_status() if form.is_submitted() else 200


def _named(desk: Desk, form: ReportForm, today: date) -> AnyPlace | None:
    """The place that the form was sent with, if one can report there."""
    if not form.is_submitted():
        return None
    return place_to_name(db.session(), desk.community, form.place.data or "", today, desk.known)


def _form(desk: Desk, kinds: tuple[Category, ...], today: date, chosen: str | None = None) -> ReportForm:
    """The form, with the questions of every category, or of the `chosen` one alone: no others count."""
    asked = [one for one in questions(db.session(), today) if chosen in {None, one.category}]
    form = asking(ReportForm, asked, kinds)(place=str(desk.place.id), category=_wanted(today), spot=desk.flat)
    form.category.choices = _tiles(kinds, language())
    return form


def _whole(sent: ReportForm, desk: Desk, kinds: tuple[Category, ...], today: date) -> ReportForm:
    """The form as it is shown: with every question and every place, what was typed, and what is wrong with it."""
    form = _form(desk, kinds, today)
    form.place.choices = _places(desk, today)
    for field in sent:
        form[field.name].errors = field.errors
    form.form_errors = sent.form_errors
    return form


def _send(desk: Desk, form: ReportForm, place: AnyPlace, *, emergency: bool, device: str, now: datetime) -> Ticket:
    """Record the report once for its key. Raises `Refused` (429) once as many came as a day allows, from a device or
    from a code; an emergency is never counted, nor a retry.
    """
    viewer, session, made = current_viewer(), db.session(), list[Ticket]()
    photos, voice = developed(form), recorded(form)
    told = form.report(photos["photos"], voice)
    known = desk.known or incoming(session, place=place, category=told.category, now=now)
    reporter = f"user:{viewer.user_id}" if viewer.signed_in else f"code:{desk.code}"

    def act(gate: Gate) -> None:
        made.append(open_ticket(
            session, report=told, known=known, place=place, viewer=viewer,
            channel=Channel.ACCOUNT if viewer.signed_in else Channel.CODE, tracking_key_id=key_id(), store=store(),
            now=now, scanned_id=desk.part.id if desk.part else None, behind=gate,
        ))  # fmt: skip

    payload = form.payload() | fingerprint_of(photos) | digest_of(voice)
    try:
        answer = idempotency.once_along(
            session, principal=reporter, key=form.key.data or "", payload=payload, now=now, act=act,
            answer={"ticket_id": known.ids[0]}, allowances=() if emergency else _allowances(reporter, device, now),
        )  # fmt: skip
    except Spent as spent:
        raise Refused(TOO_MANY, status=429, most=spent.most) from None
    return made[0] if made else session.get_one(Ticket, answer["ticket_id"])


def _allowances(reporter: str, device: str, now: datetime) -> list[Allowance]:
    """How many reports a day allows: from a device, from a code."""
    today = clock.day_span(clock.local_date(now))[0]
    this = hash_token(device)[:32]
    limits = {f"report:device:{this}": OF_A_DEVICE}
    if reporter.startswith("code:"):
        limits |= {f"report:{reporter}:{this}": OF_A_DEVICE_AT_A_CODE, f"report:{reporter}": AT_A_CODE}
    return [Allowance(subject, most, today) for subject, most in limits.items()]


def _receipt(ticket: Ticket) -> str:
    if current_viewer().signed_in:
        return url_for("tickets.report_receipt", number=ticket.number)
    return url_for("tickets.receipt", number=ticket.number, secret=secret_of(ticket))


def _wanted(on: date) -> str | None:
    """The category that the address asks for, if there is such a one."""
    wanted = request.args.get("category")
    return wanted if wanted and category(db.session(), wanted, on) else None


@lru_cache(maxsize=64)  # the rules are the same rows until they change, and there are two languages
def _tiles(kinds: tuple[Category, ...], _language: str) -> list[SelectChoice]:
    return [SelectChoice(kind.code, name_of(kind)) for kind in kinds]


def _places(desk: Desk, on: date) -> list[SelectChoice]:
    """What can be named: outdoors, every building as a whole, every entrance, grouped by building."""
    choices = [
        SelectChoice(str(desk.community.id), _("%(community)s: outdoors, shared", community=desk.community.name))
    ]
    for one in open_buildings(db.session(), desk.community, on):
        whole = _("%(building)s: the whole building", building=one.building.name)
        choices.append(SelectChoice(str(one.building.id), whole, optgroup=one.building.name))
        choices += [
            SelectChoice(str(place.id), f"{one.building.name} {place.name}", optgroup=one.building.name)
            for place in one.entrances
        ]
    return choices


def _numbers(above: Sequence[AnyPlace] = ()) -> tuple[EmergencyNumber, ...]:
    """The numbers to call at once, also those of the divisions `above` the place."""
    return emergency_numbers(db.session(), clock.local_date(clock.now()), areas=divisions_among(above))
