"""What is found on site: the condition under one thumb, photographs, and the label of a part."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.assets import operations, queries
from propman.assets.forms.tending import ConditionForm, PhotosForm
from propman.assets.models import AssetPhotoStage
from propman.assets.operations import add_photos
from propman.assets.views import blueprint
from propman.assets.views.loading import TENDS, load_part, page_of, today, where
from propman.assets.views.part import PART
from propman.communities.forms import ActForm
from propman.communities.views.acting import Answer, asked, by_whom
from propman.db import db
from propman.errors import NotFound
from propman.files.operations import Upload
from propman.web import act_once, answer_refusals, page_status, requires
from propman.web.photographs import developed, fingerprint_of, store


@blueprint.route(f"{PART}/condition", methods=["GET", "POST"])
@requires(TENDS, uploads=True)
def record_condition(asset_id: int) -> Answer | Response:
    """Write down how a part is, with photographs if wanted."""
    form = ConditionForm(found_on=today())
    part = load_part(asset_id, TENDS)

    def act(uploads: list[Upload]) -> int:
        note, found_on = form.note.data, form.found_on.data
        row = operations.record_condition(
            db.session(), asset_id=asset_id, score=form.score.data, found_on=found_on, note=note, **by_whom()
        )
        if uploads:
            _hang(asset_id, uploads, AssetPhotoStage.NOW, form)
        return row.id

    if form.validate_on_submit():
        with answer_refusals(form):
            photographs = developed(form)
            act_once(form, lambda: act(photographs["photos"]), **fingerprint_of(photographs))
            db.session.commit()
            flash(_("It is written down."), "success")
            return redirect(page_of(asset_id), code=303)
    page = render_template("assets/condition.html", form=form, part=load_part(asset_id, TENDS), where=where(part.place))
    return page, page_status() if form.is_submitted() else 200


@blueprint.route(f"{PART}/photos/add", methods=["GET", "POST"])
@requires(TENDS, uploads=True)
def add_pictures(asset_id: int) -> Answer | Response:
    """Hang photographs on a part: how it is now, or how it was at acceptance."""
    form = PhotosForm(taken_on=today(), stage=AssetPhotoStage.NOW)
    part = load_part(asset_id, TENDS)

    def act(uploads: list[Upload]) -> int:
        return _hang(asset_id, uploads, form.stage.data, form)

    if form.validate_on_submit():
        with answer_refusals(form):
            photographs = developed(form)
            act_once(form, lambda: act(photographs["photos"]), **fingerprint_of(photographs))
            db.session.commit()
            flash(_("The photos hang there."), "success")
            return redirect(page_of(asset_id), code=303)
    page = render_template("assets/photos.html", form=form, part=load_part(asset_id, TENDS), where=where(part.place))
    return page, page_status() if form.is_submitted() else 200


@blueprint.route(f"{PART}/photos/<key>/erase", methods=["GET", "POST"])
@requires(TENDS)
def erase_photo(asset_id: int, key: str) -> Answer | Response:
    """Erase a photograph of a part, because it shows what it should not."""
    part, form = load_part(asset_id, TENDS), ActForm()

    def act() -> int:
        operations.erase_part_photo(db.session(), asset_id=asset_id, key=key, **by_whom())
        return asset_id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The photo is erased."), "success")
            return redirect(page_of(asset_id), code=303)
    else:
        queries.own_picture(db.session(), part, key)
    lead = _("For a photo that shows a person, or something else that it should not. It is gone for good.")
    return asked(form, title=_("Erase a photo"), send=_("Erase"), above=part.name, back=page_of(asset_id), lead=lead)


@blueprint.post(f"{PART}/label")
@requires(TENDS)
def draw_label(asset_id: int) -> Answer | Response:
    """Give a part its code."""
    part, form = load_part(asset_id, TENDS), ActForm()

    def act() -> str:
        return operations.draw_part_code(db.session(), asset_id=asset_id, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is drawn. A label with it leads to the page of the part."), "success")
            return redirect(page_of(asset_id), code=303)
    return asked(form, title=_("Draw a code"), send=_("Draw a code"), above=part.name, back=page_of(asset_id))


@blueprint.route(f"{PART}/label/replace", methods=["GET", "POST"])
@requires(TENDS)
def replace_label(asset_id: int) -> Answer | Response:
    """Revoke the code of a part and give it another: the label was lost, or is misused."""
    part, form = load_part(asset_id, TENDS), ActForm()

    def act() -> str:
        return operations.replace_part_code(db.session(), asset_id=asset_id, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is replaced. The old label can come down."), "success")
            return redirect(page_of(asset_id), code=303)
    return asked(form, title=_("Replace the code"), send=_("Replace"), above=part.name, back=page_of(asset_id),
                 lead=_("The labels that hang there stop working at once."))  # fmt: skip


@blueprint.route(f"{PART}/label/<code>/revoke", methods=["GET", "POST"])
@requires(TENDS)
def revoke_label(asset_id: int, code: str) -> Answer | Response:
    """Take a code of this part out of use for good."""
    part, form = load_part(asset_id, TENDS), ActForm()
    if code not in {each.code for each in queries.labels_ever_on(db.session(), part.id)}:
        raise NotFound()

    def act() -> str:
        return operations.revoke_part_code(db.session(), asset_id=asset_id, code=code, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is revoked."), "success")
            return redirect(page_of(asset_id), code=303)
    return asked(form, title=_("Revoke the code"), send=_("Revoke"), above=part.name, back=page_of(asset_id),
                 lead=_("The label stops working at once, and this code never comes back."))  # fmt: skip


def _hang(asset_id: int, uploads: list[Upload], stage: AssetPhotoStage, form: ConditionForm | PhotosForm) -> int:
    """Hang developed photographs on a part."""
    taken_on = form.found_on.data if isinstance(form, ConditionForm) else form.taken_on.data
    pictures = [upload.picture for upload in uploads if upload.picture is not None]
    add_photos(db.session(), asset_id=asset_id, stage=stage, taken_on=taken_on, pictures=pictures, store=store(),
               **by_whom())  # fmt: skip
    return asset_id
