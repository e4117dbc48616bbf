"""Refused: the rules say no. The sentence is fit for the person and names what is wrong."""

from __future__ import annotations

from propman.text import N_


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A rule says no.

    In: an English `sentence` marked with `N_`, holding %(name)s places for `params`; `status` is the HTTP answer it
    deserves (422 unless said); `field` names the form field that is wrong, where there is one.
    """

    def __init__(self, sentence: str, *, status: int = 422, field: str | None = None, **params: object) -> None:
        super().__init__(sentence % params if params else sentence)
        self.sentence = sentence
        self.params = params
        self.status = status
        self.field = field


class NotFound(Refused):
    """Nothing here for this viewer: the same answer whether the thing is foreign or does not exist."""

    def __init__(self) -> None:
        super().__init__(N_("There is nothing at this address that you can see."), status=404)


class Stale(Refused):
    """Somebody else moved first: the version the person saw is no longer the one that stands."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this in the meantime. Look at what stands now, then decide."), status=409
        )
