"""Hostile values by kind, and for each kind of field those that it must refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

LETTERS = st.text("abc漏水é", max_size=4)
HUGE = 30_000


def _amid(*bits: str) -> SearchStrategy[str]:
    """One of `bits` with letters on both sides."""
    return st.tuples(LETTERS, st.sampled_from(bits), LETTERS).map("".join)


VALUES: Mapping[str, SearchStrategy[str | bytes]] = {
    "nul": _amid("\x00"),
    "bad utf-8": st.tuples(
        st.sampled_from([b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", "报修".encode("gbk")]),
        st.sampled_from([b"", b"a"]),
    ).map(b"".join),
    "surrogate": st.tuples(LETTERS, st.integers(0xD800, 0xDFFF).map(chr)).map("".join),
    "huge": st.tuples(st.sampled_from("a漏[>"), st.sampled_from("a!@.")).map(lambda two: two[0] * HUGE + two[1]),
    "number": st.one_of(st.integers(min_value=10**30), st.integers(2**63, 2**64)).map(str),
    "negative": st.sampled_from([-1, -(2**63) - 1, -(10**30)]).map(str),
    "word": st.sampled_from(["abc", "true", "null", "[]", "{}", "NaN", "1e999", "0x1f", "1.5", "１e１", "²",
                             "2023-02-29", "10000-01-01", "0001-01-01", "24:00:01", "2026-13-01", "-2026-01-01"]),
    "rtlo": _amid("\u202egpj.exe", "\u2067x\u202e"),
    "nothing visible": st.text("\u200b\u200c\u200d\u2060\ufeff\u00ad", min_size=1, max_size=5),
    "rare": st.one_of(_amid("𠮷", "🏚️", "👩‍🔧"), st.integers(1, 60).map(lambda n: "e" + "\u0301" * n)),
    "sql": _amid("' OR 1=1 --", "1); DROP TABLE ticket; --", "' UNION SELECT password_hash FROM user_account --",
                 "(CASE WHEN 1=1 THEN 1 END)", "1;SELECT pg_sleep(9)", "%_\\", '"NEAR(', "a & | ! :*"),
    "code": _amid("{{7*7}}", "{% raw %}", "${7*7}", "{0.__class__}", "%s%n%(x)s", "<script>alert(1)</script>",
                  '"><img src=x onerror=alert(1)>', "</textarea><svg/onload=alert(1)>", "=1+1", "@SUM(A1)", "＝1",
                  "+cmd|' /C calc'!A0", "../../etc/passwd", "..%2f..%2fetc", "$(sleep 9)", "//evil.example"),
    "line end": st.sampled_from(["\r\nBcc: x@evil.example\r\n", "\n\n", "\r", "\u2028"]).map("a{}b".format),
    "empty": st.just(""),
}  # fmt: skip
"""Name -> values of that kind: text, or bytes that are no text."""

NEVER = frozenset({"nul", "bad utf-8", "surrogate"})
"""What no field and no address takes."""

EVERYTHING = frozenset(VALUES)


@dataclass(frozen=True)
class Tried:
    """Which of the values are tried where on one kind of database; `tricks` are fields given twice or as a file."""

    in_a_field: frozenset[str]
    in_an_address: frozenset[str]
    hidden: frozenset[str]
    tricks: bool

    def now(self, field: str) -> frozenset[str]:
        """What is tried in one field: every other kind, and one of those that are refused before any view is asked."""
        turn, kinds = crc32(field.encode()), sorted(self.in_a_field - NEVER)
        never = sorted(self.in_a_field & NEVER)
        return frozenset([*kinds[turn % 2 :: 2], never[turn % len(never)]])


# What the two databases might see with different eyes is tried on both, the rest on one, to save time.
TRIED = {
    "sqlite": Tried(
        in_a_field=EVERYTHING,
        in_an_address=EVERYTHING - {"surrogate", "rare", "nothing visible", "line end", "rtlo"},
        hidden=frozenset({"word", "empty"}),
        tricks=True,
    ),
    "postgresql": Tried(
        in_a_field=frozenset({"nul", "huge", "number", "rare", "sql", "empty"}),
        in_an_address=frozenset({"nul", "number", "sql"}),
        hidden=frozenset(),
        tricks=False,
    ),
}


@dataclass(frozen=True)
class Kind:
    """A kind of field: the values that it must refuse, leaving nothing; what becomes of the others is its business."""

    refused: frozenset[str]


ANYTHING = Kind(NEVER)
WORDS = Kind(NEVER | {"huge"})
TOLD = Kind(NEVER | {"huge", "empty", "nothing visible"})
NAME = Kind(TOLD.refused | {"rtlo"})
ENGLISH_NAME = Kind(NAME.refused - {"empty", "nothing visible"})
PHONE = EMAIL = COUNT = CHOICE_OR_NONE = DAY_OR_NONE = Kind(EVERYTHING - {"empty"})
PUBLIC_PHONE = Kind(PHONE.refused - {"word", "nothing visible"})  # "2023-02-29" could be dialled
SIGN_IN_NAME = Kind(EVERYTHING - {"empty", "word", "rare"})
NUMBERS = Kind(EVERYTHING - {"word"})  # ² is a 2 in another form
AMOUNT_OR_NONE = Kind(EVERYTHING - {"empty", "word"})  # 1.5 and ² are amounts
CHOICE = A_DAY = SECRET = Kind(EVERYTHING)
TICK = Kind(NEVER | {"empty"})
