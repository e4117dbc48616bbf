"""What a workbook says beside its values: its sheets, what is hidden, merged or an error, and how far it all goes.

Read from the XML (ECMA-376 Part 1, 18.2 and 18.3) as it streams by, so that a sheet that claims a million columns is
known before anybody makes room for it. Declarations of types and entities are refused, so nothing expands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

from propman.sheets.gate import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from propman.sheets.tables import NOT_COMPUTED, Span, address, located

MOST_MERGED: Final = 100_000
WORKSHEET: Final = "/worksheet"  # the end of the type of a relationship; charts and macros have others
YES: Final = {"1", "true"}
_Attributes = dict[str, str]


class Broken(Exception):  # noqa: N818 - the gate says it in words
    """A part of the workbook is missing, or not as the standard has it."""


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its name, the member that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Outline:
    """The worksheets in their order, and whether days count from 1904."""

    sheets: tuple[Sheet, ...]
    date_1904: bool


def outline(workbook: bytes, relationships: bytes) -> Outline:
    """What xl/workbook.xml and its relationships say. Raises `Broken`."""
    named: list[_Attributes] = []
    date_1904 = False

    def in_workbook(tag: str, attributes: _Attributes) -> None:
        nonlocal date_1904
        if tag == "sheet":
            named.append({key.rpartition(":")[2]: value for key, value in attributes.items()})
        elif tag == "workbookPr":
            date_1904 = attributes.get("date1904") in YES

    parts: dict[str, str] = {}

    def in_relationships(tag: str, attributes: _Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith(WORKSHEET):
            parts[attributes.get("Id", "")] = normpath(join("/xl", attributes.get("Target", ""))).lstrip("/")

    _feed(_parser(in_workbook), [workbook])
    _feed(_parser(in_relationships), [relationships])
    sheets = (Sheet(one.get("name", ""), parts.get(one.get("id", ""), ""), is_hidden(one)) for one in named)
    worksheets = tuple(sheet for sheet in sheets if sheet.part)
    if len({sheet.name for sheet in worksheets}) < len(worksheets):
        raise Broken("two sheets of one name")
    return Outline(worksheets, date_1904)


def is_hidden(sheet: _Attributes) -> bool:
    """Whether a sheet is hidden, also "veryHidden", which only a program can undo."""
    return sheet.get("state", "visible") != "visible"


@dataclass
class Layout:
    """What is known of a sheet once its XML has streamed through `scan`."""

    last_row: int = 0
    last_column: int = 0
    too_far: str | None = None  # the address of a value beyond what is read
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Span] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def scan(chunks: Iterable[bytes]) -> Layout:
    """The layout of the sheet whose XML comes in `chunks`. Raises `Broken`."""
    scanner = _Scanner()
    scanner.walk(chunks)
    scanner.end_cell()
    found = scanner.layout
    if found.last_row * found.last_column > MOST_CELLS and found.too_far is None:
        found.too_far = address(found.last_row, found.last_column)
    found.merged = _within(found)
    return found


def _within(found: Layout) -> list[Span]:
    """The merged blocks as far as the sheet goes, from the top down; `Broken` where they lie upon each other."""
    clipped = [
        Span(
            span.first_row,
            span.first_column,
            min(span.last_row, found.last_row),
            min(span.last_column, found.last_column),
        )
        for span in found.merged
        if span.first_row <= found.last_row and span.first_column <= found.last_column
    ]
    if sum(span.cells for span in clipped) > found.last_row * found.last_column:
        raise Broken("merged cells that lie upon each other")
    return sorted(clipped, key=lambda span: (span.first_row, span.first_column))


class _Scanner:
    """Walks over the elements of a sheet. A cell that says no address follows the one before it."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.row = self.column = 0
        self.type: str | None = None
        self.filled = self.formula = False
        self.stored: list[str] | None = None  # the text of the value, where it matters here
        self.parser = _parser(self.start)

    def walk(self, chunks: Iterable[bytes]) -> None:
        """Walk over the XML that comes in `chunks`."""
        _feed(self.parser, chunks)

    def start(self, tag: str, attributes: _Attributes) -> None:
        """One element begins."""
        if tag == "c":
            self.end_cell()
            self.start_cell(attributes)
        elif tag in {"v", "is"}:
            self.filled = True
            if self.type == "e" or (self.formula and self.type != "str"):
                self.stored = []
                self.parser.CharacterDataHandler = self.stored.append
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self.end_cell()
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
            if attributes.get("hidden") in YES and self.row <= MOST_ROWS:
                self.layout.hidden_rows.add(self.row)
        elif tag == "mergeCell":
            self.layout.merged.append(_span(attributes.get("ref", "")))
            if len(self.layout.merged) > MOST_MERGED:
                raise Broken("more merged cells than anybody makes")
        elif tag == "col" and attributes.get("hidden") in YES:
            first, last = _number(attributes.get("min"), 1), _number(attributes.get("max"), 1)
            self.layout.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))

    def start_cell(self, attributes: _Attributes) -> None:
        """A cell begins: where, and of which type."""
        where = attributes.get("r")
        self.row, self.column = _located(where) if where else (self.row, self.column + 1)
        self.type = attributes.get("t")

    def end_cell(self) -> None:
        """Note the cell that has been walked over, if it holds anything."""
        if not (self.filled or self.formula):
            return
        found = self.layout
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            found.too_far = found.too_far or address(self.row, self.column)
        found.last_row, found.last_column = max(found.last_row, self.row), max(found.last_column, self.column)
        if self.type == "e" or not self.filled or self.stored == []:
            stored = "".join(self.stored or ()).strip()[:20]
            found.faults[self.row, self.column] = stored or NOT_COMPUTED
        if self.stored is not None:
            self.stored = self.parser.CharacterDataHandler = None
        self.filled = self.formula = False


def _parser(start: Callable[[str, _Attributes], None]) -> expat.XMLParserType:
    """A parser that tells `start` each element by its name without prefix.

    It raises `Broken` for a declaration of types, and for a CDATA section, whose text the reader would lose.
    """
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Broken("declares what no workbook declares")

    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = parser.StartCdataSectionHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:  # ValueError: an encoding that expat does not know
        raise Broken(str(error)) from error


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9):
        raise Broken("a row or column that is no number")
    return int(text)


def _located(where: str) -> tuple[int, int]:
    try:
        return located(where)
    except ValueError as error:
        raise Broken(str(error)) from error


def _span(ref: str) -> Span:
    first, _, last = ref.partition(":")
    return Span(*_located(first), *_located(last or first))
