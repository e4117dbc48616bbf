"""Every visible word goes through the catalogue, and the Chinese catalogue says all of them.

The pages are walked in a pseudo-language: each message m comes back as ⟦m⟧. What is to be read outside these brackets
and is no name, number or date of the world was never marked for translation.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_babel import get_babel
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import create_app
from propman.accounts.models import User
from propman.assets.models import Asset
from propman.audit.models import Change
from propman.callbacks.script import LANGUAGES, script
from propman.catalogue.models import (
    AssetAttribute,
    AssetType,
    CalendarDay,
    CalendarYear,
    Category,
    CategoryQuestion,
    ClockRule,
    EmergencyNumber,
    EscalationRule,
    InspectionItem,
    InspectionSchedule,
    InspectionTemplate,
    RoutingRule,
    SettingRow,
    WarrantyRule,
    WorkHours,
)
from propman.communities.models import HeatingSeason, Organisation, Place, PlaceCode
from propman.config import ROOT, Settings
from propman.data.phrases import shipped_phrases
from propman.data.works import read_take_over_items
from propman.db import db
from propman.desk.models import SavedFilter
from propman.inspections.models import Occasion
from propman.notify.models import Notice
from propman.notify.texts import letter
from propman.outages.models import Outage
from propman.personal import PersonalText
from propman.phrases.models import Phrase
from propman.portal.glossary import TERMS
from propman.projects.models import Payment, Project, Transfer, WorkItem
from propman.register.choices import CHOICES
from propman.register.columns import COLUMNS, PROPERTY_MARK
from propman.register.labels import ANSWERS
from propman.register.models import Import, ImportFault, ImportRow
from propman.sheets.reading import read as read_tables
from propman.spotchecks.models import SpotDraw
from propman.tickets.models import ImportedTicket
from propman.tickets.payer import TABLE
from propman.translations import FOLDER
from propman.translations.catalogue import add, collect
from tests import world as worlds
from tests.pages import tour
from tests.pages.tour import Stop
from tests.tickets.buttons import form_on, hidden_in, send

READ_ALOUD = {"alt", "title", "aria-label", "placeholder"}
READ_BY_SCRIPTS = {
    "data-label", "data-busy", "data-done", "data-many", "data-ready", "data-counter", "data-left", "data-over",
    "data-h", "data-min",
}  # fmt: skip
FIXED = ("propman", "English", "中文", "P0", "P1", "P2", "P3", "P4", "m²", "m³")
WEEKDAY = re.compile(r"(?<=\d )周[一二三四五六日]")
LINK = re.compile(r"http://localhost\S*")
AUDITED = re.compile(r"(?<!\S)/[\w…/-]*|\b[0-9a-f]{16}\b")  # the page that was refused, and the request
CELL = re.compile(r"(?<!\S)[A-Z]{1,2}\d*(?!\S)")  # of a table that was sent, or one of its columns
WORD = re.compile(r"[^\W\d_]+")

DATA = (
    Occasion.source,
    Place.name, Place.name_en, Organisation.name, User.name, User.email, User.sign_in_name, PersonalText.body,
    PlaceCode.code, Category.name_zh, EmergencyNumber.name_zh, EmergencyNumber.source, RoutingRule.reason_zh,
    RoutingRule.source, CalendarDay.name_zh, SettingRow.label_zh, Notice.last_fault,
    Change.old, Change.new, AssetType.name_zh, AssetType.code, AssetAttribute.name_zh,
    WarrantyRule.name_zh, WarrantyRule.source, Asset.name, Asset.code, Asset.spot, Asset.model,
    Asset.drawing_no, Project.name, Project.number, WorkItem.name, WorkItem.supplier, WorkItem.drawing_no,
    WorkItem.unit, Payment.purpose, Transfer.document, HeatingSeason.source, AssetType.source, AssetType.name_en,
    AssetAttribute.source, AssetAttribute.name_en, AssetAttribute.code, AssetAttribute.unit, WarrantyRule.key,
    WarrantyRule.name_en, Import.file_name, ImportFault.value, ImportRow.code, ImportRow.name,
    EscalationRule.code, EscalationRule.name_zh, EscalationRule.name_en, EscalationRule.source,
    SavedFilter.name, Phrase.text, Outage.words, ImportedTicket.source, ImportedTicket.status, ImportedTicket.channel,
    Category.code, Category.name_en, CategoryQuestion.code, CategoryQuestion.name_zh,
    CategoryQuestion.name_en, CategoryQuestion.unit, CategoryQuestion.source,
    EmergencyNumber.name_en, CalendarDay.source, CalendarYear.source, ClockRule.source, WorkHours.source,
    Category.source, SettingRow.source,
    *(getattr(InspectionTemplate, f"{what}_{one}") for what in ("name", "who", "basis", "evidence")
      for one in ("zh", "en")),
    InspectionTemplate.code, InspectionTemplate.source, InspectionSchedule.name_zh, InspectionSchedule.name_en,
    InspectionSchedule.code, InspectionSchedule.rule, InspectionItem.code, InspectionItem.name_zh,
    InspectionItem.name_en, InspectionItem.unit, InspectionItem.source, SpotDraw.seed,
)  # fmt: skip
"""Columns whose words are told by people or come with the dated rows, in their own language."""

SILENT = {"script", "style", "kbd"}
"""What holds no words: programs, colours, keys."""


# --- the catalogue ---


def chinese() -> Catalog:
    with (FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def said(message: Message) -> list[str]:
    """The translations of `message`: one, or one for each plural form."""
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def asked(message: Message) -> str:
    """What `message` says in English; of a plural the form for many, which Chinese uses for all numbers."""
    return message.id[1] if isinstance(message.id, tuple) else message.id


def places(text: str) -> set[str]:
    """The %(name)s places in `text`."""
    return set(re.findall(r"%\(\w+\)[a-z]", text))


def test_every_message_speaks_chinese() -> None:
    catalogue, found = chinese(), collect()
    missing = [asked(message) for message in found if message.id and message.id not in catalogue]
    empty = [asked(message) for message in catalogue if message.id and not all(said(message))]
    gone = [asked(message) for message in catalogue if message.id and message.id not in found]
    assert not missing, "run `python3 -m propman messages` and translate"
    assert not empty
    assert not gone, "run `python3 -m propman messages`"
    assert not [message.id for message in catalogue if message.fuzzy and message.id]


def test_a_singular_with_a_second_plural_is_refused() -> None:
    found = Catalog()
    add(found, ("%(num)d household.", "%(num)d households, yours is one of them."))
    add(found, ("%(num)d household.", "%(num)d households, yours is one of them."))
    with pytest.raises(ValueError, match="two plurals"):
        add(found, ("%(num)d household.", "%(num)d households, the caller is one of them."))


def test_no_translation_loses_a_place() -> None:
    wrong = {
        asked(message): text
        for message in chinese()
        if message.id
        for text in said(message)
        if text and places(text) != places(asked(message))
    }
    assert not wrong


SPEAK = {"Refused", "flash", "StopValidation", "ValidationError", "InputRequired", "OneOf"}
"""What is called with a sentence for people as its first argument."""


def test_every_sentence_for_people_is_marked() -> None:
    """Also those that no walk meets: what a form answers when all went well, and rare refusals."""
    bare, marked = [], 0
    for path in (ROOT / "propman").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAK and node.args:
                literal = isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
                bare += [f"{path.name}:{node.lineno}"] if literal else []
                marked += isinstance(node.args[0], ast.Call)
    assert not bare
    assert marked > 100


# --- the pages in the pseudo-language ---


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application with a catalogue in which every message is bracketed."""
    pseudo = Catalog(locale="zh")
    for message in collect():
        if message.id:
            pseudo.add(message.id, f"⟦{asked(message)}⟧" if isinstance(message.id, str) else (f"⟦{asked(message)}⟧",))
    target = tmp_path / "pseudo" / "zh" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, pseudo)
    forget_words()
    app = create_app(settings)
    get_babel(app).translation_directories[:] = [str(tmp_path / "pseudo")]
    yield app
    with app.app_context():
        db.engine.dispose()
    forget_words()


Kept = type(cache(len))


def forget_words() -> None:
    """Let the process forget what it keeps: some of it is words of the catalogue that was in use then."""
    for name, module in list(sys.modules.items()):
        if name.startswith("propman."):
            for kept in vars(module).values():
                if isinstance(kept, Kept):
                    kept.cache_clear()


class Reader(HTMLParser):
    """Collects what a person can read or hear on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        given = {name: value or "" for name, value in attrs}
        self.words += [text for name, text in given.items() if name in READ_ALOUD | READ_BY_SCRIPTS]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            self.words.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def read(page: str) -> list[str]:
    """Every text of `page`, attribute or not."""
    reader = Reader()
    reader.feed(page)
    return [" ".join(text.split()) for text in reader.words if text.strip()]


def outside(text: str) -> str:
    """What of `text` stands outside all brackets."""
    depth, kept = 0, []
    for letter_ in text:
        depth += letter_ == "⟦"
        if not depth:
            kept.append(letter_)
        depth -= letter_ == "⟧"
    return "".join(kept)


def typed_in_imports(session: Session) -> Iterator[str]:
    """What the tables that were sent say in cells and headings, and what their rows would do, but for our own codes."""
    for found in session.scalars(select(Import)):
        yield from (text for sheet in found.outline.get("sheets", ()) for row in sheet["first"] for text in row[1:])
        yield from (sheet["name"] for sheet in found.outline.get("sheets", ()))
        yield from (each["heading"] for each in found.headings.values())
    for told in session.scalars(select(ImportRow.told)):
        values = (value for field, value in told.items() if field not in ANSWERS)
        yield from (str(one) for value in values for one in (value if isinstance(value, list) else [value]) if one)


class Words:
    """Knows the data of a world, and tells what is neither data nor translated."""

    def __init__(self, session: Session) -> None:
        rows = [text for column in DATA for text in session.scalars(select(column).where(column.is_not(None)))]
        rows += [text for row in read_take_over_items() for text in (row.name_zh, row.source)]
        rows += [rule.source for rule in TABLE]
        rows += [text for texts in shipped_phrases().values() for text in texts]
        rows += [" ".join((code[:4], code[4:8], code[8:])) for code in session.scalars(select(PlaceCode.code))]
        units = select(AssetAttribute.name_zh, AssetAttribute.unit).where(AssetAttribute.unit.is_not(None))
        rows += [f"{name} ({unit})" for name, unit in session.execute(units)]
        listed = select(CategoryQuestion.choices_zh).where(CategoryQuestion.choices_zh.is_not(None))
        rows += [line for choices in session.scalars(listed) for line in choices.split("\n")]
        rows += [str(value) for held in session.scalars(select(Asset.attributes)) for value in held.values()]
        rows += typed_in_imports(session)
        known = {" ".join(row.split()) for row in (*rows, *FIXED)}
        self.known = sorted(known, key=len, reverse=True)

    def untranslated(self, texts: Iterable[str], passing: Iterable[str] = ()) -> set[str]:
        """The texts with a word that stands outside the brackets and is no data, nor `passing`: what was typed."""
        return {text for text in texts if WORD.search(self._rest(outside(text), passing))}

    def _rest(self, text: str, passing: Iterable[str]) -> str:
        text = AUDITED.sub(" ", WEEKDAY.sub(" ", LINK.sub(" ", text)))
        for data in sorted((*self.known, *filter(None, passing)), key=len, reverse=True):
            text = text.replace(data, " ")
        return CELL.sub(" ", text)


class Anything(dict[str, str]):
    """Stands in for every thing of the world, where only the shape of an address matters."""

    def __missing__(self, name: str) -> str:
        return "1"


class Walker:
    """Opens the stops of the tour, each person with a browser of their own."""

    def __init__(self, session: Session, world: worlds.World, things: dict[str, Any],
                 new_client: Callable[[], FlaskClient]) -> None:  # fmt: skip
        self.session, self.world, self.things, self.new_client = session, world, things, new_client
        self.browsers: dict[str, FlaskClient] = {}

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            self.browsers[who] = self.new_client()
            if who:
                worlds.sign_in(self.session, self.browsers[who], self.world.people[who])
        return self.browsers[who]

    def open(self, stop: Stop) -> TestResponse:
        """The page of `stop`, after sending its form if it has one."""
        address, client = self.fill(stop.address), self.browser(stop.who)
        page = client.get(address)
        if stop.sent is None:
            return page
        assert page.status_code == 200, f"{stop}: the form is not there ({page.status_code})"
        action = self.fill(stop.to or stop.address)
        if f' href="{action}"' in page.text:  # it has a page of its own
            page = client.get(action)
        form = form_on(page.text, action, *(stop.sent or {})) or form_on(page.text, action)
        assert form, f"{stop}: no form goes to {action}"
        return send(client, action, hidden_in(form), **self.typed(stop))

    def typed(self, stop: Stop) -> dict[str, str]:
        return {name: self.fill(text) for name, text in (stop.sent or {}).items()}

    def fill(self, text: str) -> str:
        return text.format_map(self.things)


@pytest.fixture
def walker(session: Session, settings: Settings, new_client: Callable[[], FlaskClient]) -> Walker:
    world = worlds.build(session, files=settings.files_dir)
    return Walker(session, world, tour.furnish(session, world, settings), new_client)


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_one_database
def test_the_tour_leads_past_every_page(app: Flask) -> None:
    """A new page wants a stop in tests/pages/tour.py, and a new form one more, where it is refused."""
    rules = [(rule.endpoint, rule.methods or set()) for rule in app.url_map.iter_rules()]

    def endpoints(addresses: Iterable[str], method: str) -> set[str]:
        map_ = app.url_map.bind("localhost")
        return {map_.match(each.format_map(Anything()).partition("?")[0], method=method)[0] for each in addresses}

    opened = endpoints((stop.address for stop in tour.PAGES if stop.status == 200), "GET")
    assert opened == {endpoint for endpoint, methods in rules if "GET" in methods} - tour.NO_PAGES
    refused = endpoints((stop.to or stop.address for stop in tour.REFUSED if stop.sent is not None), "POST")
    assert {endpoint for endpoint, methods in rules if {"GET", "POST"} <= methods} - tour.ONE_BUTTON <= refused


@on_one_database
def test_no_page_shows_a_word_that_was_not_translated(app: Flask, session: Session, walker: Walker) -> None:
    found: dict[str, set[str]] = {}
    wrong = []
    words = Words(session)
    for stop in (*tour.PAGES, *tour.REFUSED):
        answer = walker.open(stop)
        if answer.status_code != stop.status:
            wrong.append(f"{stop}: {answer.status_code}, should be {stop.status}")
        asked_for = walker.fill(stop.address).partition("q=")[2]
        passing = [asked_for, *walker.typed(stop).values()]
        if stop.address == "/glossary":  # says each word in both languages
            passing += [word for term in TERMS for word in (term.zh, term.en)]
        if stop.address.startswith("/call-backs/"):  # so does the script
            script_lines = (line for language in LANGUAGES for line in script(language))
            passing += [part for line in script_lines for part in re.split(r"\{\w+\}", line) if len(part) > 1]
        page = answer.text.replace(answer.headers["X-Request-Id"], "")
        page = page.replace("<mark>", "").replace("</mark>", "")  # a search marks part of what was said
        for text in words.untranslated(read(page), passing):
            found.setdefault(text, set()).add(str(stop))
    assert not wrong, "\n".join(wrong)
    assert not found, "\n".join(f"{text!r} on {min(stops)}" for text, stops in sorted(found.items()))


@on_one_database
def test_no_table_that_is_downloaded_holds_a_word_that_was_not_translated(session: Session, walker: Walker) -> None:
    """But for the headings and answers of the table of parts, which are the same in every language that reads it."""
    words, ours = Words(session), [PROPERTY_MARK, *(answer.zh for answers in CHOICES.values() for answer in answers)]
    ours += [text for column in COLUMNS for text in (*column.headings, column.example, *(column.units or ()))]
    for stop in tour.FILES:
        tables = read_tables(walker.open(stop).data, "x.xlsx").tables
        cells = [str(value) for table in tables for row in table.rows for value in row.values if value is not None]
        assert any("⟦" in cell for cell in cells), stop
        assert not words.untranslated([*cells, *(table.name for table in tables)], ours), stop


@on_one_database
def test_no_error_page_shows_a_word_that_was_not_translated(app: Flask, session: Session) -> None:
    words = Words(session)
    with app.test_request_context():
        for template in sorted(Path(app.root_path).parent.glob("templates/errors/[0-9e]*.html")):
            page = render_template(f"errors/{template.name}", status=418)
            assert "⟦" in page
            assert not words.untranslated(read(page)), template.name


@on_one_database
def test_no_letter_says_a_word_that_was_not_translated(app: Flask, session: Session) -> None:
    words, topics = Words(session), set(app.extensions["propman.notice_texts"])
    assert len(topics) > 10
    with app.test_request_context():
        for topic in topics:
            notice = Notice(topic=topic, facts={"number": "2611-0482915"}, link="/reports/2611-0482915")
            subject, body = letter([notice], language="zh", base_url="http://localhost")
            bare = body.replace(notice.link, "")
            assert not words.untranslated([subject, *bare.splitlines()]), topic
