"""The filters of the queue, in the address bar: a dozen lists and ticks on the page that is opened most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from propman.tickets.queries import QueueFilter
from propman.tickets.workflow import HoldReason

NO = ("", "0", "false")
"""What a tick in the address bar may say for no."""

CHOSEN = {
    "waits": (_l("On hold, waiting"), _l("There is no such reason to wait.")),
    "state": (_l("State"), _l("There is no such state.")),
    "community": (_l("Community"), _l("There is no such community here.")),
    "category": (_l("What"), _l("There is no such category.")),
    "priority": (_l("Priority"), _l("There is no such priority.")),
    "assignee": (_l("Who goes"), _l("This person is not in your list.")),
}
"""What is chosen from a list: what it is called, and what is said of another answer."""

TICKS = {
    "mine": _l("Mine: I go, or I sent who goes"),
    "due_today": _l("Due today"),
    "late": _l("Overdue only"),
    "reopened": _l("Reopened only"),
    "referred": _l("Referred only"),
    "objected": _l("With an objection to decide on"),
    "added": _l("Something added after closing"),
    "urged": _l("Urged only"),
    "urge_late": _l("Urged, answer overdue"),
    "warranty": _l("Under warranty"),
    "flagged": _l("Paid although under warranty"),
}
IDS = {"part": _l("There is no such part."), "place": _l("There is no such place.")}
NAMES = frozenset({*CHOSEN, *TICKS, *IDS})
"""Everything that the queue can be asked."""

Choices = Sequence[tuple[str, str]]


class QueueForm:
    """What is asked, and what of it cannot be meant. "" leaves a thing open; `choices` are what each list offers."""

    def __init__(self, args: Mapping[str, str], choices: Mapping[str, Choices]) -> None:
        self.choices = choices
        self.typed = {name: args.get(name, "") for name in NAMES}
        self.errors: dict[str, list[str]] = {}
        self._judge()

    def _judge(self) -> None:
        """Name what is not offered, or is no id."""
        for name, (_word, sentence) in CHOSEN.items():
            if self.typed[name] and all(self.typed[name] != value for value, _label in self.choices[name]):
                self.errors[name] = [str(sentence)]
        for name, sentence in IDS.items():
            typed = self.typed[name].strip()
            if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
                self.errors[name] = [str(sentence)]

    def asked(self) -> dict[str, Any]:
        """What is asked, as the address bar says it, without what was refused."""
        good = {name: text for name, text in self.typed.items() if text.strip() and name not in self.errors}
        return {
            name: 1 if name in TICKS else text for name, text in good.items() if name not in TICKS or text not in NO
        }

    def wanted(self) -> QueueFilter:
        """The same for the query."""
        good = self.asked()
        return QueueFilter(
            state=good.get("state", QueueFilter.state),
            community_id=int(good["community"]) if "community" in good else None,
            category=good.get("category"),
            priority=good.get("priority"),
            assignee_id=int(good["assignee"]) if "assignee" in good else None,
            waits=HoldReason(good["waits"]) if "waits" in good else None,
            part_id=int(good["part"]) if "part" in good else None,
            place_id=int(good["place"]) if "place" in good else None,
            **{name: name in good for name in TICKS},
        )

    @property
    def ticks(self) -> Iterable[str]:
        """The names of the ticks, in their order."""
        return TICKS

    def label(self, name: str) -> str:
        """What the field `name` is called."""
        return str(CHOSEN[name][0] if name in CHOSEN else TICKS[name])

    def options(self, name: str) -> Markup:
        """The choices of the list `name` as HTML, the asked one chosen."""
        asked = self.typed[name]
        lines = [
            f'<option value="{escape(value)}"{" selected" if value == asked else ""}>{escape(word)}</option>'
            for value, word in self.choices[name]
        ]
        return Markup("".join(lines))  # noqa: S704 - each part was escaped
