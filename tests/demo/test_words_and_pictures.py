"""What people say and show in the demo world fits the category, the season and the form."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from propman.data.reading import read_categories
from propman.demo import sentences
from propman.demo.drawings import VARIANTS, picture
from propman.demo.plots import WEIGHTS, season_month
from propman.demo.scenes import SCENES
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.operations.intake import DESCRIPTION_LENGTH, SPOT_LENGTH

CATEGORIES = sorted(row.code for row in read_categories())


def test_every_shipped_category_has_words_and_a_weight() -> None:
    assert sorted(sentences.categories()) == sorted(WEIGHTS) == CATEGORIES


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_has_at_least_six_sentences(category: str) -> None:
    entries = [entry for season in sentences.MONTHS for entry in sentences.written()[category].get(season, ())]
    assert len(entries) >= 6
    assert len({say for _, _, say, _ in entries}) == len(entries)


@pytest.mark.parametrize("month", range(1, 13))
def test_words_of_every_month_fit_the_form_and_name_a_scene(month: int) -> None:
    rng = Random(month)
    for category in CATEGORIES:
        for _ in range(30):
            fault = sentences.fault(rng, category, month=month, building="3号楼")
            assert fault.scene in {"", *SCENES}
            assert 0 < len(fault.report) <= DESCRIPTION_LENGTH
            assert len(fault.spot) <= SPOT_LENGTH
            assert 0 < len(fault.done) <= NOTE_LENGTH
            assert "{" not in fault.report + fault.spot + fault.done


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 10, 19), 9),  # the last day without heating
        (date(2026, 10, 20), 10),
        (date(2026, 4, 20), 4),  # the last day with heating
        (date(2026, 4, 21), 5),
        (date(2026, 7, 1), 7),
    ],
)
def test_heating_is_not_missed_where_there_is_none(day: date, month: int) -> None:
    assert season_month(day) == month


def test_forty_drawings_differ_and_what_is_mended_looks_different() -> None:
    drawn = {
        (name, variant, mended): picture(name, mended=mended, variant=variant).photo
        for name in SCENES
        for variant in range(VARIANTS)
        for mended in (False, True)
    }
    assert len(set(drawn.values())) >= 40
    for name, variant, mended in drawn:
        assert mended or drawn[name, variant, False] != drawn[name, variant, True]
