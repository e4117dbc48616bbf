"""Passwords are bounded, hashed with argon2id, and compared as slowly for nobody as for somebody."""

from __future__ import annotations

import statistics
import time

import pytest

from propman.accounts import passwords
from propman.errors import Refused


def test_the_right_password_and_only_that() -> None:
    """Also typed full-width, as a Chinese keyboard may do."""
    stored = passwords.hash_password("Zaijian 2026!", cheap=True)
    assert passwords.verify("Zaijian 2026!", stored, cheap=True)[0]
    assert passwords.verify("Ｚａｉｊｉａｎ　２０２６！", stored, cheap=True)[0]
    assert not passwords.verify("zaijian 2026!", stored, cheap=True)[0]
    assert not passwords.verify("", stored, cheap=True)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "too short"),
        ("1234567", "too short"),
        ("密码" * 3, "too short"),
        ("x" * 129, "too long"),
        ("x" * 1_000_000, "too long"),
        ("aaaaaaaaaaaa", "repeats itself"),
        ("abababababab", "repeats itself"),
    ],
)
def test_a_password_that_is_none_is_refused(text: str, said: str) -> None:
    """With a sentence, beside its field, and without being hashed."""
    with pytest.raises(Refused, match=said) as refused:
        passwords.hash_password(text, cheap=True, field="password")
    assert refused.value.field == "password"


@pytest.mark.parametrize("text", ["12345678"[:8], "x" * 125 + "yzw", "十分好记的一句话"])
def test_the_bounds_themselves_pass(text: str) -> None:
    """8 and 128 characters."""
    assert passwords.verify(text, passwords.hash_password(text, cheap=True), cheap=True)[0]


def test_no_account_is_never_right() -> None:
    """Whatever is typed."""
    for text in ("", "12345678", "x" * 128, "x" * 129):
        assert passwords.verify(text, None, cheap=True) == (False, None)


def test_a_password_longer_than_any_is_not_even_hashed() -> None:
    """Half a megabyte would keep the machine busy."""
    stored = passwords._hasher(True).hash("x" * 129)
    assert passwords.verify("x" * 129, stored, cheap=True) == (False, None)


def test_no_account_takes_as_long_as_a_wrong_password() -> None:
    """At the real cost, with a margin for a busy machine."""
    stored = passwords.hash_password("a short sentence", cheap=False)

    def seconds(hashed: str | None) -> float:
        start = time.perf_counter()
        passwords.verify("another sentence", hashed, cheap=False)
        return time.perf_counter() - start

    pairs = [(seconds(stored), seconds(None)) for _ in range(15)]
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert known > 0.005
    assert abs(known - unknown) < max(0.005, known / 2)


def test_an_outdated_hash_is_renewed_but_never_weakened() -> None:
    """A demo run on a real database must not leave cheap hashes behind."""
    cheap = passwords.hash_password("a short sentence", cheap=True)
    right, better = passwords.verify("a short sentence", cheap, cheap=False)
    assert right
    assert better is not None
    assert passwords.verify("a short sentence", better, cheap=False) == (True, None)
    assert passwords.verify("a short sentence", better, cheap=True) == (True, None)


def test_the_cost_is_argon2id_with_19_mib() -> None:
    """OWASP's parameters."""
    assert passwords.hash_password("a short sentence", cheap=False).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
