"""The gate: what is no table, too large, broken or a bomb is refused in words, before anything is unpacked."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propman.errors import Refused
from propman.sheets import gate
from propman.sheets.gate import inspect
from propman.sheets.reading import read
from propman.sheets.tables import Kind
from tests.sheets.books import book, lying, members, number, packed, row, sheet, times_over

ONE = sheet(row(1, number("A1", 5)))
COMPOUND = gate.COMPOUND + bytes(504)


def member_with(**changes: int) -> bytes:
    """A workbook one of whose members says something else of itself, in the directory and before its bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members(ONE).items():
            info = zipfile.ZipInfo(name)
            for attribute, value in changes.items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
    return out.getvalue()


def encrypted() -> bytes:
    """A workbook whose members ask for a password."""
    data = bytearray(book(ONE))
    for signature, flags_at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            data[place + flags_at] |= 1
    return bytes(data)


REFUSED = {
    "nothing": (b"", 422, "empty"),
    "old .xls": (COMPOUND, 415, "old Excel format"),
    "encrypted .xlsx": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), 422, "password"),
    "encrypted members": (encrypted(), 422, "password"),
    "HTML named .xls": (b"\xef\xbb\xbf \r\n<html><table><tr><td>1</td></tr></table></html>", 415, "web page"),
    "HTML in GBK": ("<!DOCTYPE HTML><p>台账".encode("gbk"), 415, "web page"),
    "XML of Excel 2003": (b'<?xml version="1.0"?><Workbook/>', 415, "web page"),
    "PDF": (b"%PDF-1.7\n", 415, "no table"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(20), 415, "no table"),
    "word processor's file": (packed({"word/document.xml": "<document/>"}), 415, "no table"),
    "binary workbook": (packed({"xl/workbook.bin": "x"}), 415, "no table"),
    "random bytes": (random.Random(1).randbytes(2000), 415, "no table"),
    "text with NUL": (b"a,b\0\n", 415, "no table"),
    "UTF-16 without mark": ("部位,编码".encode("utf-16-le"), 415, "no table"),
    "half an archive": (book(ONE)[:-100], 422, "broken"),
    "only a signature": (b"PK\x03\x04", 422, "broken"),
    "member in LZMA": (member_with(compress_type=zipfile.ZIP_LZMA), 422, "broken"),
    "workbook without sheets": (book(), 422, "no visible sheet"),
    "all sheets hidden": (book(ONE, states=(' state="hidden"',)), 422, "no visible sheet"),
    "sheet without its member": (packed({k: v for k, v in members(ONE).items() if "sheet1" not in k}), 422, "broken"),
    "workbook that is no XML": (packed(members(ONE) | {"xl/workbook.xml": "text"}), 422, "broken"),
    "two sheets of one name": (
        packed({name: text.replace("Sheet2", "Sheet1") for name, text in members(ONE, ONE).items()}), 422, "broken",
    ),
    "member there twice": (packed(members(ONE) | {"XL/Worksheets/Sheet1.xml": "<worksheet/>"}), 422, "broken"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "status", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_is_refused_by_name(data: bytes, status: int, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        read(data, "台账.xls")
    assert (refusal.value.status, refusal.value.field) == (status, "file")
    assert "台账.xls" in str(refusal.value)


def test_size_limit_is_exact() -> None:
    line = b"a,b\r\n"
    most = line * (gate.MOST_BYTES // len(line))
    assert inspect(most, "x.csv") is Kind.CSV
    with pytest.raises(Refused, match="15 MB") as refusal:
        inspect(most + b"a", "x.csv")
    assert refusal.value.status == 413


def test_a_long_name_is_cut() -> None:
    with pytest.raises(Refused) as refusal:
        inspect(b"", "x" * 5000)
    assert len(str(refusal.value)) < 200


NOTHING = sheet(" " * 30_000_000)
BOMBS: dict[str, Callable[[], bytes]] = {
    "C47 one sheet that unpacks a thousandfold": lambda: book(NOTHING),
    "C48 a picture that does": lambda: packed(members(ONE) | {"xl/media/image1.png": bytes(30_000_000)}),
    "too many members": lambda: packed(members(ONE) | {f"xl/media/{i}.png": "" for i in range(gate.MOST_MEMBERS)}),
    "the same bytes over and over": lambda: times_over(book(sheet(" " * 200_000)), 1500),
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_bomb_is_refused_from_its_directory(make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = make()
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(Refused, match="more than can be read") as refusal:
        inspect(data, "x.xlsx")
    assert refusal.value.status == 413


def test_limit_of_what_is_unpacked_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book(ONE)
    unpacked = sum(len(content) for content in members(ONE).values())
    monkeypatch.setattr(gate, "MOST_UNPACKED", unpacked)
    assert inspect(data, "x.xlsx") is Kind.XLSX
    monkeypatch.setattr(gate, "MOST_UNPACKED", unpacked - 1)
    with pytest.raises(Refused, match="more than can be read"):
        inspect(data, "x.xlsx")


def test_directory_that_lies_about_a_size_is_found_out() -> None:
    """Unpacked is never more than was claimed; what then does not fit its checksum is broken."""
    honest = book(sheet(row(1, number("A1", 5)) + " " * 20_000))
    assert read(honest, "x.xlsx").tables[0].at("A1") == 5
    assert read(lying(honest, "xl/worksheets/sheet1.xml", claimed=30_000), "x.xlsx").tables[0].at("A1") == 5
    with pytest.raises(Refused, match="broken"):
        read(lying(honest, "xl/worksheets/sheet1.xml", claimed=10), "x.xlsx")


def test_bomb_behind_a_lying_directory_is_not_unpacked() -> None:
    bomb = book(NOTHING)
    assert inspect(lying(bomb, "xl/worksheets/sheet1.xml", claimed=1000), "x.xlsx") is Kind.XLSX
    with pytest.raises(Refused, match="broken"):
        read(lying(bomb, "xl/worksheets/sheet1.xml", claimed=1000), "x.xlsx")


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_directory_is_refused_and_nothing_else(data: st.DataObject) -> None:
    """The gate runs in the web process: whatever the bytes are, it answers."""
    damaged = bytearray(book(ONE))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        assert inspect(bytes(damaged), "x.xlsx") in set(Kind)
