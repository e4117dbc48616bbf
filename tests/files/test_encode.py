"""What comes of a photo: the pixels of what came in, upright, small, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from propman.files.darkroom import draw_anew
from propman.files.encode import Picture
from tests.files import samples
from tests.files.heic_samples import LARGE, heic

Maker = Callable[[], bytes]

# Pillow remarks on faulty EXIF; the photo is taken all the same.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=("WEBP",))


def is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return colour[0] > 150 and colour[2] < 100


def corners(picture: Picture) -> str:
    """The corners that are red, of picture and thumbnail alike: n and s, w and e."""
    found = []
    for image in (opened(picture.photo), opened(picture.thumb)):
        x, y = image.width - 3, image.height - 3
        places = {"nw": (2, 2), "ne": (x, 2), "sw": (2, y), "se": (x, y)}
        found.append(" ".join(name for name, place in places.items() if is_red(image.getpixel(place))))
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("make", samples.GOOD.values(), ids=samples.GOOD.keys())
def test_good_photo_is_taken(make: Maker) -> None:
    before = Image.open(BytesIO(make()))
    picture = draw_anew(make())
    photo, thumb = opened(picture.photo), opened(picture.thumb)
    assert photo.size == (picture.width, picture.height)
    assert max(photo.size) == min(1600, max(before.size))
    assert max(thumb.size) == min(320, max(before.size))
    assert abs(photo.width / photo.height - before.width / before.height) < 0.1 or min(photo.size) <= 2


@pytest.mark.parametrize("name", ["C1 JPEG", "C1 progressive JPEG", "C1 PNG", "C1 WebP", "C2 CMYK", "C4 MPO", "alpha",
                                  "C5 12 million pixels", "palette", "large palette"])  # fmt: skip
def test_colours_survive(name: str) -> None:
    assert corners(draw_anew(samples.GOOD[name]())) == "nw"


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    grey = opened(draw_anew(samples.GOOD["C3 16 bits"]()).photo).getpixel((30, 30))
    assert isinstance(grey, tuple)
    assert all(abs(value - 40000 / 256) < 4 for value in grey)


def test_transparent_parts_become_white() -> None:
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    for data in (samples.saved(clear, "PNG"), samples.saved(clear, "WEBP")):
        assert opened(draw_anew(data).photo).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(("value", "stored_corner"), [(1, "nw"), (2, "ne"), (3, "se"), (4, "sw"), (5, "nw"),
                                                      (6, "sw"), (7, "se"), (8, "ne")])  # fmt: skip
def test_photo_is_turned_upright(value: int, stored_corner: str) -> None:
    """C7: stored so that `value` turns the red corner to the top left; the table is EXIF's, not ours."""
    stored = Image.new("RGB", (400, 300), samples.BLUE)
    left = 0 if "w" in stored_corner else 200
    top = 0 if "n" in stored_corner else 150
    stored.paste(samples.RED, (left, top, left + 200, top + 150))
    picture = draw_anew(samples.saved(stored, "JPEG", exif=samples.exif(orientation=value)))
    assert corners(picture) == "nw"
    assert (picture.width > picture.height) == (value < 5)


@pytest.mark.parametrize("value", [0, 9, 99, 65535])
def test_unknown_orientation_is_ignored(value: int) -> None:
    assert corners(draw_anew(samples.jpeg(exif=samples.exif(orientation=value)))) == "nw"


@pytest.mark.parametrize("make", samples.CARRIES_A_MARK.values(), ids=samples.CARRIES_A_MARK.keys())
def test_nothing_but_pixels_survives(make: Maker) -> None:
    """C10-C28: place, device, comments, scripts, archives and everything behind the end of the picture."""
    assert samples.MARK in make()
    picture = draw_anew(make())
    for data in (picture.photo, picture.thumb):
        assert samples.MARK not in data
        assert samples.plain_chunks(data) == [b"VP8 "]
    assert corners(picture) == "nw"


@pytest.mark.parametrize("make", samples.FAULTY_EXIF.values(), ids=samples.FAULTY_EXIF.keys())
def test_faulty_exif_is_no_reason_to_refuse(make: Maker) -> None:
    assert corners(draw_anew(make())) == "nw"


def test_pixels_that_spell_code_are_drawn_anew() -> None:
    """C25: a picture whose raw pixels are a script does not keep them byte for byte."""
    code = b"<script>" + samples.MARK + b"</script>!!!"
    sent = samples.png_of_rows(len(code) // 3, 20, [b"\0" + code] * 20, level=0)
    assert samples.MARK in sent
    assert samples.MARK not in draw_anew(sent).photo


def test_the_same_file_gives_the_same_bytes() -> None:
    assert draw_anew(samples.jpeg()) == draw_anew(samples.jpeg())
    assert draw_anew(heic()) == draw_anew(heic())


class TestHeic:
    """C36: what telephones write, one picture or a grid of tiles, upright and without EXIF."""

    @pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 2)])
    def test_true_heic_is_taken(self, columns: int, rows: int) -> None:
        picture = draw_anew(heic(columns=columns, rows=rows))
        assert (picture.width, picture.height) == (64 * columns, 64 * rows)
        assert is_red(opened(picture.photo).getpixel((3, 3)))

    def test_grid_that_is_cut_at_its_edges_is_taken(self) -> None:
        picture = draw_anew(heic(columns=3, rows=2, claimed=(150, 100)))
        assert (picture.width, picture.height) == (150, 100)

    @pytest.mark.parametrize(("quarter_turns", "corner"), [(0, "nw"), (1, "sw"), (2, "se"), (3, "ne")])
    def test_heic_is_turned_upright_once(self, quarter_turns: int, corner: str) -> None:
        """Its own turn counts (to the left); the EXIF tag beside it says the same and must not turn it again."""
        exif = samples.exif(orientation=6).removeprefix(b"Exif\0\0")
        assert corners(draw_anew(heic(quarter_turns=quarter_turns, exif=exif))) == corner

    def test_exif_of_a_heic_does_not_survive(self) -> None:
        sent = heic(exif=samples.exif(place=True).removeprefix(b"Exif\0\0"))
        assert samples.MARK in sent
        assert samples.MARK not in draw_anew(sent).photo

    def test_heic_of_a_telephone_is_shrunk(self) -> None:
        picture = draw_anew(heic(LARGE))
        assert (picture.width, picture.height) == (1600, 1200)
