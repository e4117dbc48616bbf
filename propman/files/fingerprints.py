"""Two fingerprints of a photograph, by which one that is used again is found. Pure.

The SHA-256 of the bytes as they were received finds the same file. The difference hash finds the same picture after it
was saved anew, made smaller or a little brighter: it says of 8 x 8 spots whether the one to the right is brighter
(Neal Krawetz, "Kind of Like That", The Hacker Factor Blog, 2013-01-21: 9 x 8 greys, row by row).

It is a hint for a person and no proof: two pictures from one spot may look alike, one that is cropped by much does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BITS: Final = 64
WIDTH, HEIGHT = 9, 8  # of the greys
NEAR: Final = 6  # of 64 bits: how many may differ in one picture
BANDS: Final = 4
BAND_BITS: Final = BITS // BANDS
CLEAR: Final = 4  # of 255: by how much two greys differ that no saving anew changes round
TELLING: Final = 8  # of 56: how many bits at least differ from those of the row below


@dataclass(frozen=True)
class Fingerprints:
    """Of the bytes that came in: their SHA-256 in hex; of the picture: its difference hash, as a signed number, and the
    one that it has in a mirror, which is compared and not kept.
    """

    received: str
    difference: int
    mirrored: int


def difference(greys: bytes) -> int:
    """The difference hash of 9 x 8 `greys` (0 black, 255 white, row by row), first bit highest, as a signed number of
    64 bits, which both databases hold. Raises `ValueError` for another number of greys.
    """
    if len(greys) != WIDTH * HEIGHT:
        raise ValueError(f"{WIDTH} x {HEIGHT} greys are needed, not {len(greys)}")
    bits = 0
    for at in range(WIDTH * HEIGHT):
        if at % WIDTH < WIDTH - 1:
            bits = bits << 1 | (greys[at] < greys[at + 1])
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits


def in_a_mirror(greys: bytes) -> bytes:
    """The 9 x 8 `greys` of the picture with left and right changed round: each row backwards.

    One that is mirrored is found by a hash of its own, as PDQ makes one for each way to turn and mirror a picture
    (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019, dihedral transforms).
    The bits alone do not tell it: two equal greys are 0 both ways round.
    """
    return b"".join(greys[at : at + WIDTH][::-1] for at in range(0, len(greys), WIDTH))


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ."""
    return _unsigned(one ^ other).bit_count()


def contradictions(greys: bytes, bits: int) -> int:
    """How many bits are not those of the same picture, whose `greys` come from a file that was saved anew: only where
    two neighbours clearly differ, since grain decides between those that hardly do.
    """
    differing = _unsigned(difference(greys) ^ bits)
    pairs = [at for at in range(WIDTH * HEIGHT) if at % WIDTH < WIDTH - 1]
    return sum(
        differing >> (BITS - 1 - number) & 1 and abs(greys[at] - greys[at + 1]) >= CLEAR
        for number, at in enumerate(pairs)
    )


def is_telling(bits: int) -> bool:
    """Whether a picture has enough in it to be told from others by its difference hash.

    A dark cellar, a white wall, and any picture that only grows brighter to one side or to its middle give the same few
    hashes, whose rows are all alike. They are found by their bytes alone: else every dark cellar were the one before.
    """
    rows = _unsigned(bits)
    return ((rows >> 8) ^ (rows & (1 << 56) - 1)).bit_count() >= TELLING


def bands(bits: int) -> tuple[int, ...]:
    """The four quarters of the hash, 16 bits each, the highest first: what it is looked up by."""
    return tuple(_unsigned(bits) >> at & (1 << BAND_BITS) - 1 for at in range(BITS - BAND_BITS, -1, -BAND_BITS))


def near_bands(bits: int) -> tuple[tuple[int, ...], ...]:
    """For each quarter, the values of which a hash at a distance of up to `NEAR` has at least one.

    Pigeonhole: of 6 bits that differ, either one of the first three quarters has at most one, or each of these has two,
    and the last has none (Norouzi, Punjani, Fleet: "Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012).
    Whole quarters of seven, which need no flipped bits, would have 9 bits and give 18 times as many rows to compare.
    """
    *firsts, last = bands(bits)
    return (*(tuple(_within_a_bit(value)) for value in firsts), (last,))


def _within_a_bit(value: int) -> Iterator[int]:
    yield value
    for bit in range(BAND_BITS):
        yield value ^ 1 << bit


def _unsigned(bits: int) -> int:
    return bits & (1 << BITS) - 1
