"""The words of the figures, in the reader's language, and what each of them counts: the pages print both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from propman.inspections.labels import ENDS as ENDS
from propman.oversight.models import Reason
from propman.oversight.queries import By, duties, found
from propman.oversight.queries.lists import CORRECTIONS
from propman.oversight.rules import Weights
from propman.spotchecks.labels import LISTS as SPOT_LISTS
from propman.spotchecks.labels import OUTCOMES as OUTCOMES
from propman.spotchecks.queries import Which

RATES = (
    ("response", _l("Response rate")),
    ("solution", _l("Solution rate")),
    ("satisfaction", _l("Satisfaction rate")),
    ("reached", _l("Valid call-backs")),
    ("on_time", _l("Completed in time")),
    ("reopened", _l("Reopened share")),
)
"""The rates by name, in the order of the columns; the composite stands before them."""

VOLUMES = (
    ("reported", _l("Reports received")),
    ("completed", _l("Completed")),
    ("closed_by_system", _l("Closed unanswered")),
    ("declined", _l("Declined")),
    ("cancelled", _l("Withdrawn")),
    ("merged", _l("Merged")),
    ("excluded", _l("Answers left out")),
    ("later", _l("Later answers")),
)

STOCK = (
    ("open", _l("Open")),
    ("open_7", _l("up to 7 days")),
    ("open_30", _l("8–30 days")),
    ("open_90", _l("31–90 days")),
    ("open_older", _l("over 90 days")),
    ("on_hold", _l("of these on hold")),
)

DUTY_COUNTS = (
    ("due", _l("Inspections due")),
    ("done", _l("Done in time")),
    ("late", _l("Done late")),
    ("missed", _l("Missed")),
    ("excused", _l("Excused")),
    ("skipped", _l("Left out for a holiday")),
    ("made_up", _l("Made up for")),
)
"""What is counted of inspections, in the order of the columns of a file."""

DUTY_COLUMNS = tuple(each for each in DUTY_COUNTS if each[0] not in {"due", "done"})
"""Of these the columns on a page, where compliance itself says how many were due and how many of them done in time."""

DUTY_RATES = (
    ("compliance", _l("Compliance")),
    ("decided", _l("Without excused ones")),
)

DUTY_LISTS = {
    **dict(DUTY_COUNTS),
    "decided": _l("Due, without what was excused or left out"),
    duties.WAITING: _l("Due and not decided yet"),
    duties.CORRECTIONS: _l("Due in an earlier month"),
}

AGES = (_l("up to 3 days"), _l("4–7 days"), _l("8–30 days"), _l("over 30 days"))
"""How old a finding had become, or is, in the order of `queries.found.DAYS`."""

HALF = (_l("half within 3 days"), _l("half within 7 days"), _l("half within 30 days"), _l("half after 30 days"))
"""In which of them the median lies."""

FOUND_RATES = (
    ("per_stop", _l("Findings per stop")),
    ("days", _l("Days to the cure")),
)

FOUND_COUNTS = (
    ("cured", _l("Findings cured")),
    *zip(found.CURED, AGES, strict=True),
)
"""What is counted of the cure, in the order of the columns."""

LEFT = (
    ("missed", _l("Missed")),
    ("late", _l("Done late")),
    ("excuses", _l("Waiting to be excused")),
    ("uncured", _l("Findings not cured")),
    ("short", _l("Plans that ask for less")),
    ("stopped", _l("Plans paused, ended or with something taken out")),
)
"""What a week left, in the order of the columns (`queries.weekly.LEFT`)."""

FOUND_LISTS = {
    "stops": _l("Stops: points that were recorded"),
    "findings": _l("Findings: items that failed"),
    "cured": _l("Findings cured"),
    "open": _l("Findings not cured"),
}

CHECKED_COUNTS = tuple((which.value, SPOT_LISTS[which]) for which in (Which.DISAGREED, Which.NOT_CHECKED))
"""What is counted of spot checks, in the order of the columns."""

LISTED = {
    "on_time_n": _l("Completed with a deadline"),
    "on_time_yes": _l("Completed in time"),
    "reopened": _l("Reopened"),
    "response_n": _l("Asked whether somebody was in touch in time"),
    "response_yes": _l("Somebody was in touch in time"),
    "solution_n": _l("Asked whether it is fixed"),
    "solution_yes": _l("It is fixed"),
    "satisfaction_n": _l("Stars, or not fixed"),
    "satisfied": _l("Satisfied"),
    "satisfied_basically": _l("Satisfied or basically satisfied"),
    "basically": _l("Basically satisfied"),
    "unsatisfied": _l("Not satisfied"),
    "settled": _l("Call-backs that came to an end"),
    "reached": _l("Call-backs that reached somebody"),
    "open": _l("Open"),
    CORRECTIONS: _l("Corrections of closed months"),
    **dict(VOLUMES),
}
"""What a list is called. Ages stand with `STOCK`."""


REASONS = {
    Reason.UNREASONABLE: _l("The demand is unreasonable"),
    Reason.OUT_OF_SCOPE: _l("It is outside the tasks of whoever repaired"),
    Reason.POLICY_BARRED: _l("The rules forbid what was wanted"),
}

TABLES = {
    By.PLACES: _l("By place"),
    By.COMPANIES: _l("By company"),
    By.CATEGORIES: _l("By kind of fault"),
    By.TEMPLATES: _l("By template"),
}

Headings = tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Words:
    """`RATES`, `VOLUMES`, `STOCK` and `TABLES` in one language, escaped."""

    rates: Headings
    volumes: Headings
    stock: Headings
    tables: Mapping[By, Markup]


@cache
def words(language: str) -> Words:
    """What heads the figures, in `language`, which is the reader's: looked up once, and not once for a page."""
    del language  # by which they are remembered
    rates, volumes, stock = (
        tuple((name, escape(str(word))) for name, word in each) for each in (RATES, VOLUMES, STOCK)
    )
    return Words(rates, volumes, stock, {by: escape(str(word)) for by, word in TABLES.items()})


def found_list_name(name: str) -> str:
    """What the list `name` of `queries.found.LISTS` is called."""
    kind, _dash, age = name.partition("_")
    word = str(FOUND_LISTS[kind])
    return f"{word}: {AGES[list(found.DAYS).index(age)]}" if age else word


def checked_list_name(name: str) -> str:
    """What the list `name` of `queries.checked.LISTS` is called."""
    return str(_("Spot checks: %(list)s", list=SPOT_LISTS[Which(name)]))


def list_name(name: str) -> str:
    """What the list `name` is called."""
    if name in LISTED:
        return str(LISTED[name])
    return str(_("Open: %(age)s", age=dict(STOCK)[name]))


@cache
def definitions(language: str, weights: Weights) -> list[tuple[str, str]]:
    """Each figure and what it counts, by the weights and the setting that hold, in `language`, the reader's."""
    del language  # as for `words`
    three = _("Three stars count.") if weights.basically else _("Three stars do not count.")
    return [
        (_("Month"), _("An event counts in the month in which it was written down here (Beijing time). What comes "
                       "later counts in its own month, so a closed month never changes.")),
        (_("Response rate"), _("Somebody was in touch in time, of all who answered that question.")),
        (_("Solution rate"), _("Fixed, of all who answered that question. A reopening says “not fixed”.")),
        (_("Satisfaction rate"), _("Four and five stars, of all who gave stars. %(three)s What is not fixed is not "
                                   "satisfied.", three=three)),
        (_("One answer"), _("Of each completion one answer counts: of the first month that has one, the reporter's "
                            "own, else that of the call-back. It counts for whoever completed the repair. Later ones "
                            "are listed. A question that was left out leaves its rate alone; closed unanswered is no "
                            "answer; “fixed here too” of a merged household judges no repair of its own.")),
        (_("Answers left out"), _("For a reason, approved by another organisation above in the month of the answer: "
                                  "they leave solution and satisfaction.")),
        (_("Valid call-backs"), _("Reached, of the call-backs that were tried and came to an end in the month.")),
        (_("Completed in time"), _("Before the deadline, of what was completed with one.")),
        (_("Reopened share"), _("Reopenings of the month, of its completions. It can exceed 100 %.")),
        (_("Composite"), _("Response %(response)s, solution %(solution)s, satisfaction %(satisfaction)s of 100. "
                           "Nothing to measure where one of the three has nothing.",
                           response=weights.response, solution=weights.solution, satisfaction=weights.satisfaction)),
        (_("Open"), _("Not repaired when the last month ended, or now; days since the report.")),
        (_("Interval"), _("Where the share lies with 95 % certainty (Wilson). Few answers make it wide.")),
        (_("Imported reports"), _("What was brought in from another system enters no rate and no closed month.")),
    ]  # fmt: skip


@cache
def definitions_of_duties(language: str) -> list[tuple[str, str]]:
    """Each figure of inspections and what it counts, in `language`, the reader's."""
    del language  # as for `words`
    return [
        (_("Month"), _("An inspection counts once: in the month of its due day or, if its end was written down later, "
                       "in the month of that. So a closed month never changes.")),
        (_("Inspections due"), _("All that have an end: done in time, done late, missed, excused, left out for a "
                                 "holiday. Nothing takes one away.")),
        (_("In time"), _("Within 10 % of the interval on either side of the due day, as whole days, unless the plan "
                         "says otherwise.")),
        (_("Done late"), _("After that, up to half the interval and at most 30 days after the due day.")),
        (_("Missed"), _("Nobody did it by then; it stays missed. What is done afterwards is a make-up, which counts in "
                        "the month in which it was written down.")),
        (_("Compliance"), _("Done in time, of all that were due; what was excused or left out stays among these.")),
        (_("Without excused ones"), _("Done in time, of those done in time, done late or missed.")),
        (_("Who answers for it"), _("Whoever managed the community on the day of the end or, of what was missed, on "
                                    "the last day on which it could be done.")),
        (_("Findings per stop"), _("Items that failed, of the points that were recorded; one point can have several. "
                                   "Both count in the month in which the point came in, for whoever managed the "
                                   "community then.")),
        (_("Days to the cure"), _("From a finding to the first re-check that it passed, as a mean, and where half of "
                                  "them lie. It counts in the month of the re-check, for whoever held the report.")),
        (_("Findings not cured"), _("As it is now, in whichever month they were found.")),
        (_("Agreement"), _("Of the spot checks that could be done, the share in which the second person found what was "
                           "recorded. It counts in the month in which the spot check was recorded, for the "
                           "organisation for which the first one was there; if that was none, for whoever answers.")),
        (_("Interval"), _("Where the share lies with 95 % certainty (Wilson). Few inspections make it wide.")),
    ]  # fmt: skip
