"""The difference hash: what leaves it near, what takes it far away, and by what a near one is looked up."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from random import Random

import pytest
from PIL import Image, ImageOps

from propman.files.darkroom import draw_anew
from propman.files.fingerprints import (
    BANDS,
    NEAR,
    bands,
    contradictions,
    difference,
    distance,
    in_a_mirror,
    is_telling,
    near_bands,
)
from propman.files.pillow import greys
from tests.files import samples
from tests.files.scenes import brightened, cropped, made_smaller, photograph, saved_anew, scene

SCENES = range(40)
RANDOM = Random(8)


def hashed(image: Image.Image) -> int:
    return difference(greys(image))


def test_a_bit_says_whether_the_right_neighbour_is_brighter() -> None:
    row = bytes([10, 20, 20, 5, 6, 7, 0, 0, 1])  # up, same, down, up, up, down, same, up
    assert difference(bytes(63) + row) == 0b10011001
    assert difference(row + bytes(63)) == (0b10011001 << 56) - (1 << 64)  # signed, as the databases hold it
    with pytest.raises(ValueError, match="9 x 8"):
        difference(bytes(64))


CHANGES: dict[str, tuple[Callable[[Image.Image], Image.Image], int, int]] = {
    # what is done to a picture, the farthest that it may get, and for how many of forty that is near enough
    "saved anew": (saved_anew, NEAR, 40),
    "made smaller": (made_smaller, NEAR, 40),
    "brightened by a tenth": (brightened, NEAR, 40),
    "cropped by 2 %": (cropped(0.02), NEAR, 40),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_picture_stays_near(change: str) -> None:
    changed, farthest, near = CHANGES[change]
    distances = [distance(hashed(scene(seed)), hashed(changed(scene(seed)))) for seed in SCENES]
    print(f"{change}: distances up to {max(distances)}, middle {sorted(distances)[20]}")
    assert max(distances) <= farthest
    assert sum(each <= NEAR for each in distances) == near


def test_much_cropped_and_other_scenes_are_far() -> None:
    """What the hash cannot do: a tenth cut off is mostly another picture."""
    hashes = [hashed(scene(seed)) for seed in SCENES]
    cut = [distance(one, hashed(cropped(0.1)(scene(seed)))) for seed, one in zip(SCENES, hashes, strict=True)]
    others = [distance(one, other) for at, one in enumerate(hashes) for other in hashes[:at]]
    print(f"cropped by 10 %: {sum(each <= NEAR for each in cut)} of 40 near; other scenes: {min(others)} and more")
    assert min(others) > NEAR
    assert sum(each <= NEAR for each in cut) < 20


@pytest.mark.parametrize("change", CHANGES)
def test_in_a_mirror_it_is_near_the_hash_of_its_own(change: str) -> None:
    """And other scenes are as far as ever."""
    changed, farthest, _near = CHANGES[change]
    own = [difference(in_a_mirror(greys(scene(seed)))) for seed in SCENES]
    turned = [hashed(changed(ImageOps.mirror(scene(seed)))) for seed in SCENES]
    assert max(distance(one, other) for one, other in zip(own, turned, strict=True)) <= farthest
    assert min(distance(one, other) for at, one in enumerate(own) for other in turned[:at]) > NEAR
    assert min(distance(one, hashed(scene(seed))) for seed, one in zip(SCENES, own, strict=True)) > NEAR


DULL = {
    "a dark cellar": Image.new("RGB", (400, 300), (3, 3, 4)),
    "a white wall": saved_anew(Image.new("RGB", (400, 300), (250, 250, 248))),
    "brighter to the right": Image.linear_gradient("L").rotate(90),
    "brighter in the middle": Image.radial_gradient("L").point(lambda grey: 255 - grey),
    "sky above, ground below": Image.linear_gradient("L"),
}


@pytest.mark.parametrize("name", DULL)
def test_a_dull_picture_is_not_told_from_others(name: str) -> None:
    assert not is_telling(hashed(DULL[name]))


def test_most_scenes_are_told_from_others() -> None:
    assert all(is_telling(hashed(scene(seed))) for seed in SCENES)


def test_whatever_is_near_shares_a_quarter_that_is_looked_up() -> None:
    """The pigeonhole, tried: up to six of 64 bits differ, anywhere."""
    for _ in range(2000):
        one = RANDOM.getrandbits(64) - (1 << 63)
        other = one
        for bit in RANDOM.sample(range(64), RANDOM.randint(0, NEAR)):
            other ^= (1 << bit) if bit < 63 else -(1 << 63)
        assert distance(one, other) <= NEAR
        looked_up = near_bands(one)
        assert any(value in looked_up[band] for band, value in enumerate(bands(other)))
    assert [len(values) for values in near_bands(0)] == [17, 17, 17, 1]


def test_quarters_are_the_hash() -> None:
    assert bands(-1) == (65535,) * BANDS
    assert bands(1 << 48) == (1, 0, 0, 0)
    assert bands(0b10011001) == (0, 0, 0, 0b10011001)
    assert (distance(-1, 0), distance(5, 5), distance(-(1 << 63), 0)) == (64, 0, 1)


def test_grain_contradicts_nothing() -> None:
    """A wall whose greys differ by one level: which way round is chance."""
    grain = bytes(100 + RANDOM.randrange(2) for _ in range(72))
    assert contradictions(grain, difference(bytes(72))) == 0
    assert contradictions(greys(scene(1)), hashed(scene(1))) == 0
    assert contradictions(greys(scene(1)), hashed(scene(2))) > NEAR


def test_the_darkroom_takes_both_fingerprints_of_an_upright_picture() -> None:
    sent = samples.saved(scene(3).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=samples.exif(orientation=6))
    prints, upright = draw_anew(sent).prints, draw_anew(photograph(3)).prints
    assert prints is not None
    assert upright is not None
    assert (prints.received, upright.received) == (sha256(sent).hexdigest(), sha256(photograph(3)).hexdigest())
    assert distance(prints.difference, upright.difference) <= NEAR
    assert distance(upright.difference, hashed(scene(3))) <= NEAR
