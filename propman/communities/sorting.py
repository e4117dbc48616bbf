"""The key by which names are sorted and looked up: pinyin, so that both databases put them in the same order. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
_NUMBER = re.compile(r"\d+")


def sort_key(name: str) -> str:
    """`name` as pinyin in small letters without blanks: 红旗小区 -> "hongqixiaoqu"; 3号楼 before 10号楼.

    At most `LONGEST` characters. Only letters and digits remain, which every collation orders alike.
    """
    from pypinyin import lazy_pinyin  # a tenth of a second: paid by who adds a name, not by every start

    text = unicodedata.normalize("NFKC", name)
    padded = _NUMBER.sub(lambda number: str(int(number[0][:9])).zfill(6), text)
    syllables = "".join(lazy_pinyin(padded))
    return "".join(letter for letter in syllables.casefold() if letter.isalnum())[:LONGEST]
