"""Glossary, table of moves and emergency numbers, by HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from propman.config import ROOT
from propman.portal.glossary import TERMS
from propman.tickets.workflow import MOVES, markdown
from tests import world as worlds


@pytest.mark.parametrize("address", ["/glossary", "/workflow", "/emergency"])
def test_anybody_may_read_it(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


def test_glossary_has_each_word_once_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/glossary").text

    assert len({term.zh for term in TERMS}) == len({term.en for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert f'<span lang="zh-CN">{term.zh}</span>' in page


def test_page_of_moves_has_a_row_for_each(client: FlaskClient) -> None:
    page = worlds.in_english(client).get("/workflow").text

    assert page.count('<th scope="row"') == len(MOVES)
    assert "It is not fixed" in page


def test_printed_table_is_the_one_that_the_program_obeys() -> None:
    printed = (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8")

    assert printed == markdown(), "print it anew: python -c 'from propman.tickets.workflow import markdown; ...'"


def test_numbers_that_nobody_has_checked_are_marked(client: FlaskClient) -> None:
    page = worlds.in_english(client).get("/emergency").text

    assert "tel:96333" in page
    assert "not yet checked" in page
