"""The columns and their words: no two mean the same, the Chinese ones are the catalogue's, the page lists them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po

from propman.assets import labels
from propman.assets.models import Asset, NoProject, Ownership
from propman.assets.operations.guards import LONGEST, LONGEST_VALUE, MOST_QUANTITY
from propman.assets.operations.parts import LONGEST_LIFE, LONGEST_TERM
from propman.communities.models import Organisation, Place
from propman.communities.operations.guards import EARLIEST, YEARS_AHEAD
from propman.data.works import Criticality, read_asset_attributes
from propman.projects.labels import SOURCES
from propman.projects.models import FundingSource, Project
from propman.register import cells
from propman.register.choices import CHOICES, meant
from propman.register.columns import BY_FIELD, COLUMNS, SHARES, TOLD, markdown
from propman.register.judging import KEPT, PLAIN
from propman.register.mapping import Dictionary, Property
from propman.register.rows import Catalogue
from propman.register.writing import Words
from propman.sheets.headings import heading, plain
from propman.translations import FOLDER

ROOT = Path(__file__).resolve().parents[2]


def chinese() -> dict[str, str]:
    with (FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="zh")}


def properties() -> list[Property]:
    return [Property(row.code, row.name_zh, row.name_en, row.kind, row.unit) for row in read_asset_attributes()]


def test_no_heading_means_two_columns() -> None:
    headings = [(plain(text), column.field) for column in COLUMNS for text in column.headings]
    headings += [(plain(text), field) for field, (name, zh, also) in TOLD.items() for text in (name, zh, *also)]
    fields = Counter(word for word, _ in set(headings))
    assert [word for word, count in fields.items() if count > 1] == []


def test_the_headings_are_called_as_the_pages_call_them() -> None:
    said = chinese()
    wrong = [column.field for column in COLUMNS if said.get(column.heading) != column.zh]
    wrong += [field for field, (name, zh, _) in TOLD.items() if said.get(name) != zh]
    assert wrong == []


def test_the_answers_are_called_as_the_pages_call_them() -> None:
    said = chinese()
    shown = {
        "ownership": {kind.value: word for kind, word in labels.OWNERSHIPS.items()},
        "criticality": {kind.value: word for kind, word in labels.CRITICALITIES.items()},
        "no_project": {kind.value: word for kind, word in labels.NO_PROJECTS.items()},
        "condition": {str(score): word for score, word in labels.CONDITIONS.items()},
    }
    for field, choices in CHOICES.items():
        words = {code: str(word._args[0]) for code, word in shown[field].items()}
        assert {each.code: (each.en, each.zh) for each in choices} == {
            code: (word, said[word]) for code, word in words.items()
        }


def test_every_answer_is_one_of_the_models() -> None:
    assert {each.code for each in CHOICES["ownership"]} == set(Ownership)
    assert {each.code for each in CHOICES["no_project"]} == set(NoProject)
    assert {each.code for each in CHOICES["criticality"]} == set(Criticality)
    assert {each.code for each in CHOICES["condition"]} == set("12345")


def test_no_word_is_two_answers() -> None:
    for field, choices in CHOICES.items():
        for choice in choices:
            for word in choice.words:
                assert meant(field, word) == choice, (field, word)


def test_texts_are_as_long_as_their_columns() -> None:
    for name, most in LONGEST.items():
        assert BY_FIELD[name].most == most
    assert BY_FIELD["project"].most == max(Project.number.type.length, Project.name.type.length)  # type: ignore[attr-defined]
    for field in ("maintainer", "claim_holder"):
        assert BY_FIELD[field].most == Organisation.name.type.length  # type: ignore[attr-defined]
    for field in ("building", "entrance", "street"):
        assert BY_FIELD[field].most == Place.name.type.length  # type: ignore[attr-defined]


def test_bounds_are_those_of_the_operations() -> None:
    assert (BY_FIELD["contract_months"].greatest, BY_FIELD["design_life_years"].greatest) == (
        LONGEST_TERM,
        LONGEST_LIFE,
    )
    assert (cells.MOST_QUANTITY, cells.LONGEST_PROPERTY) == (MOST_QUANTITY, LONGEST_VALUE)
    assert (cells.EARLIEST, cells.YEARS_AHEAD) == (EARLIEST, YEARS_AHEAD)


def test_every_column_of_a_part_can_come_with_a_file() -> None:
    own = {"id", "community_id", "version", "warranty", "warranty_last_on", "condition", "condition_on"}
    assert {column.key for column in Asset.__table__.columns} - own == set(KEPT)
    assert {*PLAIN} <= BY_FIELD.keys()


def test_every_source_of_money_has_a_column() -> None:
    assert list(SHARES.values()) == list(FundingSource)
    assert [column.field for column in COLUMNS if column.field in SHARES] == list(SHARES)
    assert {field: BY_FIELD[field].heading for field in SHARES} == {
        f"{source}_fen": str(word._args[0]) for source, word in SOURCES.items()
    }


def test_what_is_written_is_recognised() -> None:
    """In both languages, the properties whose names are columns' too included."""
    known = Dictionary(properties())
    for language in ("zh", "en"):
        words = Words(language, Catalogue((), (), properties()))
        for column in COLUMNS:
            [found] = known.mapped([heading(1, words.heading(column.field))])
            assert (found.field, found.known) == (column.field, True)
        for one in properties():
            [found] = known.mapped([heading(1, words.property_heading(one))])
            assert (found.field, found.known) == (one.field, True), one
        for field in TOLD:
            [found] = known.mapped([heading(1, words.heading(field))])
            assert (found.field, found.known) == (None, True)


def test_the_page_lists_the_columns() -> None:
    page = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
    assert markdown() in page, "print propman.register.columns.markdown() into the page"
    assert "、".join(zh for _, zh, _ in TOLD.values()) in page
