"""The words of rounds: what an answer says, how well a point is proven, and why not better."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman.data.inspections import ItemKind
from propman.rounds.judging import Result
from propman.rounds.models import RoundAnswer
from propman.rounds.proof import Lack, Level
from propman.web.filters import quantity

RESULTS = {Result.PASS: _l("pass"), Result.FAIL: _l("fail"), Result.NOT_APPLICABLE: _l("not applicable")}
TONES = {Result.PASS: "ok", Result.FAIL: "over", Result.NOT_APPLICABLE: "idle"}
SIGNS = {Result.PASS: "check", Result.FAIL: "cross", Result.NOT_APPLICABLE: "pause"}
LEVELS = {
    Level.SCANNED: _l("proven by its label"),
    Level.PHOTO: _l("proven by a new photo"),
    Level.POSITION: _l("proven by a position"),
    Level.NONE: _l("not proven"),
}
LACKS = {
    Lack.NO_CODE: _l("no label was scanned"),
    Lack.OTHER_CODE: _l("the label is of another place or part"),
    Lack.FOREIGN_CHALLENGE: _l("the form was not one of this round"),
    Lack.EXPIRED: _l("the shift was over"),
    Lack.CLOCK: _l("the clock of the device was wrong"),
    Lack.NO_PHOTO: _l("no photo"),
    Lack.USED_PHOTO: _l("the photo was used before"),
    Lack.NO_POSITION: _l("no position to compare"),
    Lack.ROUGH_POSITION: _l("the position is too rough"),
    Lack.FAR: _l("the position is far away"),
}


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        result_word=lambda result: str(RESULTS[result]),
        result_tone=lambda result: TONES[result],
        result_sign=lambda result: SIGNS[result],
        proof_word=lambda level: str(LEVELS[level]),
        lack_word=lambda lack: str(LACKS[lack]),
        answer_figure=answered,
    )


def answered(answer: RoundAnswer) -> str:
    """What was measured or counted: "3.1 m", "8 of 9"; nothing for a plain choice."""
    if answer.number is not None:
        return f"{quantity(answer.number)} {answer.item.unit or ''}".strip()
    if answer.total is None:
        return ""
    return str(_("%(counted)s of %(total)s", counted=answer.counted, total=answer.total))


def limits(item: Any) -> str:
    """What passes: "at least 4 m", "from 0 to 15 mm", "96 % or more are in order"."""
    least, most = (None if one is None else quantity(one) for one in (item.least, item.most))
    if item.kind is ItemKind.COUNT:
        return str(_("passes from %(least)s %% on", least=least)) if least is not None else ""
    unit = f" {item.unit}" if item.unit else ""
    if least is not None and most is not None:
        return str(_("passes from %(least)s to %(most)s", least=least, most=most + unit))
    if least is not None:
        return str(_("passes from %(least)s on", least=least + unit))
    return str(_("passes up to %(most)s", most=most + unit)) if most is not None else ""
