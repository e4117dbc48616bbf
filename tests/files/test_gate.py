"""The gate: what is not a still photo of the four kinds, too large or broken is refused in words."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propman.errors import Refused
from propman.files.darkroom import draw_anew
from propman.files.gate import MOST_BYTES, Kind, inspect
from tests.files import bombs, samples
from tests.files.heic_samples import heic
from tests.files.memory import measured

Maker = Callable[[], bytes]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


@pytest.mark.parametrize("make", samples.NOT_A_PHOTO.values(), ids=samples.NOT_A_PHOTO.keys())
def test_what_is_not_a_still_photo_is_refused(make: Maker) -> None:
    with pytest.raises(Refused, match="Photo 4 ") as refusal:
        inspect(make(), number=4)
    assert (refusal.value.status, refusal.value.field) == (415, "photos")


def test_a_gif_in_a_heic_box_is_refused() -> None:
    """A brand says what the file claims to be; what cannot be decoded is refused all the same."""
    for data in (samples.mp4(b"mif1"), samples.mp4(b"heic"), heic()[:-20], heic(claimed=(32, 32))):
        with pytest.raises(Refused) as refusal:
            draw_anew(data)
        assert refusal.value.status == 422


def test_moving_heic_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        inspect(heic(brand=b"msf1"))
    assert refusal.value.status == 415


@pytest.mark.parametrize("make", samples.BROKEN.values(), ids=samples.BROKEN.keys())
def test_broken_photo_is_refused(make: Maker) -> None:
    with pytest.raises(Refused, match="Photo 2 ") as refusal:
        draw_anew(make(), number=2)
    assert refusal.value.status == 422


def test_size_limit_is_exact() -> None:
    """C68, C69."""
    plain = samples.jpeg()
    assert inspect(plain + bytes(MOST_BYTES - len(plain))) is Kind.JPEG
    with pytest.raises(Refused, match="15 MB") as refusal:
        inspect(plain + bytes(MOST_BYTES - len(plain) + 1))
    assert refusal.value.status == 413


@pytest.mark.parametrize("colour", [0, 2, 6])
def test_pixel_limit_of_a_png_is_exact(colour: int) -> None:
    assert inspect(samples.png_of(25_000, 1000, bits=8, colour=colour)) is Kind.PNG
    with pytest.raises(Refused, match="more than 25 million pixels") as refusal:
        inspect(samples.png_of(25_001, 1000, bits=8, colour=colour))
    assert refusal.value.status == 413


def test_jpeg_may_be_larger_when_it_can_be_drawn_small() -> None:
    assert inspect(bombs.claimed(10_000, 5000)) is Kind.JPEG
    assert inspect(bombs.claimed(5000, 5000, progressive=True)) is Kind.JPEG
    for data in (
        bombs.claimed(10_001, 5000),
        bombs.claimed(5001, 5000, progressive=True),
        without_interleaving(5001, 5000),
    ):
        with pytest.raises(Refused) as refusal:
            inspect(data)
        assert refusal.value.status == 413


def without_interleaving(width: int, height: int) -> bytes:
    """A JPEG of plain coding whose first scan holds one colour only: it must be held whole like a progressive one."""
    plain = bombs.claimed(width, height)
    at = plain.index(b"\xff\xda")
    return plain[:at] + samples.segment(0xDA, b"\1\1\0\0\x3f\0") + plain[at + 14 :]


def test_heic_pixels_are_counted() -> None:
    with pytest.raises(Refused, match="more than 25 million pixels") as refusal:
        draw_anew(heic(columns=2, rows=1, claimed=(6000, 5000)))
    assert refusal.value.status == 413


# Run in a process of its own, so that the memory is the gate's and nobody else's.
BOMB_SQUAD = """
import sys, time
from propman.errors import Refused
from propman.files.gate import inspect
from propman.files.pillow import Image
from tests.files.memory import highest
Image.preinit()
data = sys.stdin.buffer.read()
before, started = highest(), time.perf_counter()
try:
    inspect(data)
except Refused as refusal:
    print(refusal.status, round(1000 * (time.perf_counter() - started)), highest() - before)
"""


@measured
@pytest.mark.parametrize("name", bombs.ALL)
def test_bomb_is_refused_from_its_header(name: str) -> None:
    """C42-C46, and scans without end: in milliseconds and without memory."""
    bomb = bombs.ALL[name]()
    done = subprocess.run([sys.executable, "-c", BOMB_SQUAD], input=bomb, capture_output=True, check=True)
    status, milliseconds, megabytes = map(int, done.stdout.split())
    print(f"{name}, {len(bomb)} bytes: {status} after {milliseconds} ms, +{megabytes} MB")
    assert status in {413, 415, 422}
    assert milliseconds < 300
    assert megabytes <= 8


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["jpeg", "png", "webp"]), st.integers(0), st.integers(1, 30))
def test_no_damage_gets_past_a_refusal(kind: str, seed: int, changes: int) -> None:
    """A photo with random bytes changed is drawn or refused; nothing else ever happens."""
    chance = random.Random(seed)
    data = bytearray({"jpeg": samples.jpeg, "png": samples.png, "webp": samples.webp}[kind]())
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    status = 200
    try:
        draw_anew(bytes(data))
    except Refused as refusal:
        status = refusal.status
    assert status in {200, 413, 415, 422}
