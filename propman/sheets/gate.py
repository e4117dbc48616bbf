"""The gate: what a file is and how much it would unpack to, told from its first bytes and its directory.

Nothing is unpacked here. The file's name is only repeated in the refusals; what it ends in is not asked.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

from propman.errors import Refused
from propman.sheets.tables import Kind, letter
from propman.text import N_

MOST_BYTES: Final = 15_000_000
MOST_UNPACKED: Final = 120_000_000  # 20,000 rows of 25 columns make 26 million
MOST_TIMES: Final = 100  # unpacked to packed; a sheet of equal rows reaches about 25
MOST_MEMBERS: Final = 2_000

MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 2_000_000  # of the rectangle from A1 to the last cell: the reader holds all of them

ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files, and of encrypted new ones
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO: the stream in which the workbook lies
NO_TEXT: Final = (b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ")
DIRECTORY_ENTRY: Final = b"PK\x01\x02"
WORKBOOK: Final = "xl/workbook.xml"
PLAIN_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # ECMA-376 Part 2 allows no other


def inspect(data: bytes, name: str) -> Kind:
    """Let the file `data` that somebody calls `name` in, or not: gives its kind. What has no signature is CSV for now.

    Raises `Refused` for the field `file`: 415 for what is no XLSX and cannot be CSV, 413 for too many bytes, packed or
    unpacked, 422 for one that is empty, broken or protected by a password.
    """
    if not data:
        raise refused(N_("The file %(file)s is empty."), name)
    if len(data) > MOST_BYTES:
        sentence = N_("The file %(file)s is larger than %(most)s MB. Please split it.")
        raise refused(sentence, name, status=413, most=MOST_BYTES // 1_000_000)
    if data.startswith(COMPOUND):
        raise password(name) if ENCRYPTED in data else old_format(name)
    if data.startswith(NO_TEXT):
        raise no_table(name)
    if not data.startswith(ZIP):
        return Kind.CSV
    _inspect_directory(data, name)
    return Kind.XLSX


def _inspect_directory(data: bytes, name: str) -> None:
    """The central directory of the ZIP `data`, before any of its members is opened."""
    if data.count(DIRECTORY_ENTRY) > MOST_MEMBERS:  # whatever the directory says about their number
        raise too_much(name)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(name) from error
    if WORKBOOK not in {member.filename.lower() for member in members}:
        raise no_table(name)
    if any(member.flag_bits & 0x1 for member in members):
        raise password(name)
    if any(member.compress_type not in PLAIN_METHODS for member in members):
        raise broken(name)
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MOST_UNPACKED, MOST_TIMES * len(data)):
        raise too_much(name)


def refused(sentence: str, name: str, *, status: int = 422, **params: object) -> Refused:
    """The refusal of the file called `name`, for the form field `file`."""
    return Refused(sentence, status=status, field="file", file=name[:80], **params)


def no_table(name: str) -> Refused:
    """The refusal of what is neither XLSX nor text."""
    return refused(N_("%(file)s is no table that can be read here. Please send .xlsx or .csv."), name, status=415)


def old_format(name: str) -> Refused:
    """The refusal of an .xls, .et or .doc."""
    sentence = N_("%(file)s is in the old Excel format. Please open it, save it as .xlsx and send that.")
    return refused(sentence, name, status=415)


def web_page(name: str) -> Refused:
    """The refusal of HTML or XML that calls itself .xls, as some systems export it."""
    sentence = N_("%(file)s is a web page that calls itself a table. Please open it in Excel, save it as .xlsx and "
                  "send that.")  # fmt: skip
    return refused(sentence, name, status=415)


def password(name: str) -> Refused:
    """The refusal of what only its password opens."""
    return refused(N_("%(file)s is protected by a password. Please save it without one and send that."), name)


def too_much(name: str) -> Refused:
    """The refusal of a file that unpacks to more than is let in, or that asks for too much memory or time."""
    sentence = N_("%(file)s holds more than can be read here. Please split it, or save the sheet alone as .csv.")
    return refused(sentence, name, status=413)


def too_far(name: str, cell: str) -> Refused:
    """The refusal of a table that goes beyond what is read, down to `cell` at least."""
    sentence = N_("%(file)s is filled up to cell %(cell)s. Tables are read up to row %(rows)s and column %(column)s, "
                  "and %(cells)s cells in all. Please delete what is not meant, or split the file.")  # fmt: skip
    limits = {"rows": MOST_ROWS, "column": letter(MOST_COLUMNS), "cells": MOST_CELLS}
    return refused(sentence, name, status=413, cell=cell, **limits)


def broken(name: str) -> Refused:
    """The refusal of a file that stops short or contradicts itself."""
    sentence = N_("%(file)s is broken and cannot be read. Please open it, save it as .xlsx and send that.")
    return refused(sentence, name)


def unavailable() -> Refused:
    """The refusal of any file for want of a process to open it in."""
    return Refused(N_("Tables cannot be read at the moment. Please try again later."), status=503, field="file")
