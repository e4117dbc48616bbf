"""The filters of the queue, in the address bar: a dozen lists and ticks on the page that is opened most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from propman.tickets.labels import HOLD_REASONS, PRIORITIES, STATES
from propman.tickets.queries import ANY, AT_WORK, UNANSWERED, QueueFilter
from propman.tickets.workflow import HoldReason, State
from propman.web.written import escaped, options

NO = ("", "0", "false")
"""What a tick in the address bar may say for no."""

CHOSEN = {
    "state": (_l("State"), _l("There is no such state.")),
    "waits": (_l("On hold, waiting"), _l("There is no such reason to wait.")),
    "community": (_l("Community"), _l("There is no such community here.")),
    "category": (_l("What"), _l("There is no such category.")),
    "priority": (_l("Priority"), _l("There is no such priority.")),
    "assignee": (_l("Who goes"), _l("This person is not in your list.")),
}
"""What is chosen from a list, in the order of the page: what it is called, and what is said of another answer."""

TICKS = {
    "mine": _l("Mine: I go, or I sent who goes"),
    "due_today": _l("Due today"),
    "late": _l("Overdue only"),
    "reopened": _l("Reopened only"),
    "recheck": _l("Waiting for a re-check"),
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

SAID_ABOVE = {*TICKS, "state", "waits", *IDS}
"""What the page says elsewhere, as a ready-made filter or a notice: for the sake of these the filters stay closed."""

Choices = Sequence[tuple[str, str]]


class FilterList(NamedTuple):
    """A list to choose from as the page writes it: its name, label and options, as HTML; and what is wrong with it."""

    name: str
    label: str
    options: Markup
    errors: Sequence[str]


class QueueForm:
    """What is asked, and what of it cannot be meant. "" leaves a thing open. `choices` is what the lists offer that is
    not the same for everybody; `language` is the reader's.
    """

    def __init__(self, args: Mapping[str, str], choices: Mapping[str, Choices], language: str) -> None:
        self.choices, self.language = {**_fixed(language), **choices}, language
        self.typed = {name: args[name] for name in args if name in NAMES}
        self.errors: dict[str, list[str]] = {}
        self._judge()
        self.asked = self._asked()

    def _judge(self) -> None:
        """Name what is not offered, or is no id."""
        for name, (_word, sentence) in CHOSEN.items():
            typed = self.typed.get(name)
            if typed and all(typed != value for value, _label in self.choices[name]):
                self.errors[name] = [str(sentence)]
        for name, sentence in IDS.items():
            typed = self.typed.get(name, "").strip()
            if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
                self.errors[name] = [str(sentence)]

    def _asked(self) -> dict[str, Any]:
        """What is asked, as the address bar says it, without what was refused."""
        good = {name: text for name, text in self.typed.items() if text.strip() and name not in self.errors}
        return {
            name: 1 if name in TICKS else text for name, text in good.items() if name not in TICKS or text not in NO
        }

    def wanted(self) -> QueueFilter:
        """The same for the query."""
        good = self.asked
        return QueueFilter(
            state=good.get("state", QueueFilter.state),
            community_id=int(good["community"]) if "community" in good else None,
            category=good.get("category"),
            priority=good.get("priority"),
            assignee_id=int(good["assignee"]) if "assignee" in good else None,
            waits=HoldReason(good["waits"]) if "waits" in good else None,
            part_id=int(good["part"]) if "part" in good else None,
            place_id=int(good["place"]) if "place" in good else None,
            **{name: True for name in good if name in TICKS},
        )

    @property
    def opened(self) -> bool:
        """Whether the filters stand open: something is wrong there, or asked that nothing else on the page says."""
        return bool(self.errors) or not self.asked.keys() <= SAID_ABOVE

    @property
    def lists(self) -> list[FilterList]:
        """The lists to choose from; of people only where there are any."""
        words = _words(self.language)
        return [
            FilterList(name, words[name], options(self.choices[name], self.typed.get(name, "")),
                       self.errors.get(name, ()))
            for name in CHOSEN if name != "assignee" or len(self.choices[name]) > 1
        ]  # fmt: skip

    @property
    def ticks(self) -> Sequence[tuple[str, str]]:
        """Name and label of the ticks, as HTML."""
        words = _words(self.language)
        return [(name, words[name]) for name in TICKS]


@cache
def _words(_language: str) -> Mapping[str, str]:
    """What the fields are called, as HTML."""
    labels = {name: label for name, (label, _refused) in CHOSEN.items()} | TICKS
    return {name: escaped(str(label)) for name, label in labels.items()}


@cache
def _fixed(_language: str) -> Mapping[str, Choices]:
    """The lists that are the same for everybody."""
    everything = ("", str(_("All")))
    return {
        "state": [
            ("", str(_("Open"))),
            (AT_WORK, str(_("Open, without those on hold"))),
            *((state.value, str(STATES[state])) for state in State),
            (UNANSWERED, str(_("Closed by the system"))),
            (ANY, str(_("All, closed ones too"))),
        ],
        "waits": [everything, *((reason.value, str(word)) for reason, word in HOLD_REASONS.items())],
        "priority": [everything, *((code, str(word)) for code, word in PRIORITIES.items())],
    }
