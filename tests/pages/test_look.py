"""What can be said of the look without a browser: contrast, weight, signs that exist, nothing inline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("templates/**/*.html")
}
SCHEMES = re.findall(r":root \{(.*?)\}", (ROOT / "static/css/base.css").read_text(encoding="utf-8"), re.DOTALL)

ON_GROUND = ("ink", "quiet", "accent", "idle", "ok", "soon", "over")
PAIRS = [
    *((colour, "ground") for colour in ON_GROUND),
    *((colour, "soft") for colour in ("ink", "quiet", "accent")),
    *((colour, f"{colour}-soft") for colour in ("idle", "ok", "soon", "over")),
    *(("ink", f"{tone}-soft") for tone in ("accent", "idle", "ok", "soon", "over")),
    ("accent", "over-soft"),  # links in the list of mistakes
    ("on-accent", "accent"),
    ("on-over", "over"),
]


def luminance(colour: str) -> float:
    """Relative luminance of "#rgb" or "#rrggbb", WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: int) -> None:
    """4.5:1 for text (WCAG 1.4.3), 3:1 for the edge of what can be touched (1.4.11), in both schemes."""
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", SCHEMES[scheme]))
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}
    assert contrast(colours["edge"], colours["ground"]) >= 3


def test_own_css_stays_small() -> None:
    """12.5 KB for all sheets together, as sent; those that only paper needs among them."""
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in ROOT.glob("static/css/*.css")) < 12_500


def test_templates_hold_no_inline_style_or_script() -> None:
    """The content security policy would refuse them in silence."""
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|javascript:")
    assert not {path: found.group() for path, text in TEMPLATES.items() if (found := inline.search(text))}


def test_every_sign_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))
    named = re.compile(r"""(?:\bicon\(|\bsign=)"([\w-]+)\"""")
    assert not {(path, sign) for path, text in TEMPLATES.items() for sign in named.findall(text) if sign not in drawn}
