"""A work item accepted, and its photographs: drawn anew before anything is written, shown to who sees the item."""

from __future__ import annotations

import logging

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.forms import ActForm
from propman.communities.views.acting import Answer, asked, by_whom
from propman.db import db
from propman.files.operations import delete_erased_files
from propman.projects import operations, queries
from propman.projects.forms.work_items import AcceptForm, PhotosForm
from propman.projects.views import blueprint
from propman.projects.views.loading import KEEPS, SEES, load_item, page_of_item, title_of_item
from propman.projects.views.work_items import ITEM
from propman.web import act_once, answer_refusals, current_viewer, requires
from propman.web.photographs import developed, fingerprint_of, sent, store

PHOTO = "/projects/photos/<key>"
log = logging.getLogger(__name__)


@blueprint.route(f"{ITEM}/accept", methods=["GET", "POST"])
@requires(KEEPS, uploads=True)
def accept_work_item(work_item_id: int) -> Answer | Response:
    """Record the acceptance of this item, or correct it."""
    found = load_item(work_item_id)
    form, above = AcceptForm(obj=found), title_of_item(found)

    if form.validate_on_submit():
        with answer_refusals(form):
            photos = developed(form)

            def act() -> int:
                return operations.accept_work_item(
                    db.session(), work_item_id=work_item_id, accepted_on=form.accepted_on.data,
                    score=form.score.data, photos=photos["photos"], store=store(), **by_whom(),
                ).id  # fmt: skip

            act_once(form, act, **fingerprint_of(photos))
            db.session.commit()
            flash(_("The acceptance is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Record the acceptance"), send=_("Keep it"), above=above,
                 back=page_of_item(work_item_id))  # fmt: skip


@blueprint.route(f"{ITEM}/photos", methods=["GET", "POST"])
@requires(KEEPS, uploads=True)
def add_photographs(work_item_id: int) -> Answer | Response:
    """Hang photographs on this item."""
    found = load_item(work_item_id)
    form, above = PhotosForm(), title_of_item(found)

    if form.validate_on_submit():
        with answer_refusals(form):
            photos = developed(form)

            def act() -> int:
                return operations.add_photographs(
                    db.session(), work_item_id=work_item_id, kind=form.kind.data, photos=photos["photos"],
                    store=store(), **by_whom(),
                ).id  # fmt: skip

            act_once(form, act, **fingerprint_of(photos))
            db.session.commit()
            flash(_("The photos are kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Add photos"), send=_("Add"), above=above, back=page_of_item(work_item_id))


@blueprint.get(PHOTO)
@requires(SEES)
def photo(key: str) -> Response:
    """A photograph of a work item, for those who see the item."""
    return sent(queries.photograph(db.session(), key, current_viewer(), clock.now()).photo)


@blueprint.route(f"{PHOTO}/erase", methods=["GET", "POST"])
@requires(KEEPS)
def erase_photograph(key: str) -> Answer | Response:
    """Erase a photograph that shows what it should not, with its files."""
    hung = queries.photograph(db.session(), key, current_viewer(), clock.now(), KEEPS)
    item_id, photo_id, form = hung.work_item_id, hung.photo_id, ActForm()
    above = title_of_item(load_item(item_id))

    def act() -> int:
        return operations.erase_photograph(db.session(), photo_id=photo_id, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            delete_erased_files(db.session(), store(), now=clock.now())
            db.session.commit()
            flash(_("The photo is erased."), "success")
            return redirect(page_of_item(item_id), code=303)
    return asked(form, title=_("Erase a photo"), send=_("Erase"), above=above, back=page_of_item(item_id),
                 lead=_("It is gone for good; the history says that it was there."))  # fmt: skip
