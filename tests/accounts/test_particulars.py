"""Names, sign-in names and mail addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from propman.accounts.particulars import email_address, person_name, sign_in_name
from propman.errors import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("林秀英", "林秀英"),
        (" 林 秀英 ", "林 秀英"),
        ("𠮷田", "𠮷田"),
        ("Анна Иванова", "Анна Иванова"),
        ("e\u0301va", "\u00e9va"),
        ("阿古拉·ᠠᠭᠤᠯᠠ", "阿古拉·ᠠᠭᠤᠯᠠ"),
        ("林" * 60, "林" * 60),
    ],
)
def test_names_of_people_pass(typed: str, kept: str) -> None:
    """Also rare characters and other scripts."""
    assert person_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("", 422),
        ("   ", 422),
        ("\u200b\u200d", 422),
        ("…", 422),
        ("林\n秀英", 422),
        ("林\r\nBcc: x@example.com", 422),
        ("林\u202e秀英", 422),
        ("林" * 61, 422),
        ("e" + "\u0301" * 2000, 422),
        ("林\x00", 400),
        ("林\ud800", 400),
    ],
)
def test_what_is_no_name_is_refused(typed: str, status: int) -> None:
    """Line ends, direction marks, nothing visible, too much."""
    with pytest.raises(Refused) as refused:
        person_name(typed)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Dispatcher_Mei", "dispatcher_mei"), ("张三", "张三"), ("ＡＢ１", "ab1"), ("a.b-c_9", "a.b-c_9"), ("ß1", "ss1")],
)
def test_sign_in_names_have_one_form(typed: str, kept: str) -> None:
    """Case and width do not matter."""
    assert sign_in_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["a", "13800000000", "１２３", "a b", "a/b", "a@b", "<b>", "a" * 61, "a\u202eb", "..", "🏠a"]
)
def test_a_sign_in_name_is_never_a_telephone_number_nor_markup(typed: str) -> None:
    """A letter keeps the two apart: nobody can take somebody else's number as a name."""
    with pytest.raises(Refused) as refused:
        sign_in_name(typed)
    assert refused.value.field == "sign_in_name"
    assert typed[:60] in str(refused.value)


@pytest.mark.parametrize("typed", ["mei@example.com", " Mei.Lin+1@wuye.example.cn ", "a@b-c.co"])
def test_mail_addresses_pass(typed: str) -> None:
    """Trimmed, nothing else."""
    assert email_address(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    ["mei", "mei@", "@example.com", "mei@example", "a b@example.com", "a@example.com\r\nBcc: b@example.com",
     "a@@example.com", "a@" + "a." * 20_000, "梅@example.com", "a@b.co, c@d.co", "x" * 250 + "@b.co"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    """Quickly, whatever its length."""
    with pytest.raises(Refused, match="is not an e-mail address"):
        email_address(typed)


@pytest.mark.parametrize("read", [person_name, sign_in_name, email_address])
def test_nul_is_refused_alike_everywhere(read: Callable[[str], str]) -> None:
    """One database would store it, the other would not."""
    with pytest.raises(Refused) as refused:
        read("a\x00b")
    assert refused.value.status == 400
