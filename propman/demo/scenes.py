"""Seventeen things that break in an old community, each as a drawing: broken, or mended."""

from __future__ import annotations

from collections.abc import Callable

from propman.demo.sketch import DARK, HEIGHT, RUST, STEEL, WALLS, WATER, WIDTH, Sketch, shade

Scene = Callable[[Sketch, bool], None]


def pipe(sketch: Sketch, mended: bool) -> None:
    """A water pipe along a wall: it leaks, or has a clamp."""
    sketch.room()
    at = sketch.rng.randint(180, 360)
    sketch.box(0, 120, WIDTH, 158, STEEL, 2)
    sketch.box(430, 0, 466, 330, STEEL, 2)
    for x in (70, 420):
        sketch.box(x, 110, x + 26, 168, shade(STEEL, 0.8), 2)
    if mended:
        sketch.box(at - 38, 106, at + 38, 172, (86, 116, 150), 2)
        for x in (at - 24, at + 14):
            sketch.oval(x, 100, x + 12, 112, DARK)
        return
    sketch.blot(at, 366, 120, WATER, flat=0.3)
    sketch.crack(at, 118, 2, 4)
    for reach in (-34, -16, 4, 22):
        sketch.line(at, 156, at + reach, 240, at + reach * 1.6, 330, fill=WATER, width=5)
    sketch.drops(at, 180, 6)


def radiator(sketch: Sketch, mended: bool) -> None:
    """A radiator and a thermometer: cold, or warm."""
    sketch.room()
    for rib in range(9):
        left = 70 + rib * 34
        sketch.box(left, 150, left + 26, 320, (226, 226, 222), 2)
        if mended:
            sketch.line(left + 13, 130, left + 6, 112, left + 18, 92, left + 10, 72, fill=(214, 120, 72), width=4)
    sketch.box(40, 290, 400, 304, STEEL, 2)
    sketch.box(448, 70, 480, 280, (244, 244, 240), 2)
    warm = (196, 62, 48) if mended else (62, 104, 176)
    sketch.box(459, 110 if mended else sketch.rng.randint(200, 224), 469, 280, warm)
    sketch.oval(442, 264, 486, 308, warm, 2)
    for mark in range(90, 270, 20):
        sketch.line(484, mark, 496, mark, width=2)


def lamp(sketch: Sketch, mended: bool) -> None:
    """The lamp of a stairwell: dark, or lit."""
    wall = (222, 212, 176) if mended else (66, 66, 74)
    sketch.box(0, 0, WIDTH, HEIGHT, wall)
    if mended:
        sketch.shape(280, 90, 60, HEIGHT, 500, HEIGHT, fill=(248, 236, 188))
    for step in range(6):
        top = 250 + step * 30
        sketch.box(300 + step * 26, top, WIDTH, top + 30, shade(wall, 0.86 - step * 0.07))
    sketch.box(60, 150, 170, 400, shade(wall, 0.66), 2)
    at = 280 + sketch.rng.randint(-30, 30) * (not mended)
    sketch.line(at, 0, at, 56, width=4)
    sketch.oval(at - 34, 52, at + 34, 112, (255, 244, 170) if mended else (92, 94, 100), 2)
    if not mended:
        sketch.line(at - 14, 70, at, 88, at + 10, 74, fill=(150, 150, 150), width=2)


def wall(sketch: Sketch, mended: bool) -> None:
    """An outer wall: plaster off and cracked, or smooth."""
    base = sketch.rng.choice(WALLS)
    sketch.box(0, 0, WIDTH, HEIGHT, base)
    for left in (50, 400):
        sketch.box(left, 60, left + 110, 200, (126, 146, 162), 3)
        sketch.line(left + 55, 60, left + 55, 200)
    x, y = 280 + sketch.rng.randint(-40, 40), 230
    if mended:
        sketch.box(180, 110, 380, 390, shade(base, 1.06))
        return
    sketch.blot(x, y, 120, RUST)
    sketch.blot(x, y, 104, (170, 110, 84))
    for row in range(-3, 4):
        sketch.line(x - 80 + abs(row) * 14, y + row * 24, x + 80 - abs(row) * 14, y + row * 24, fill=(206, 190, 176))
    sketch.crack(x - 20, 20, 6, 4)
    sketch.crack(x + 90, 260, 5)


def lift(sketch: Sketch, mended: bool) -> None:
    """A lift: stuck with its doors ajar, or closed and ready."""
    sketch.room()
    sketch.box(150, 40, 410, 350, shade(STEEL, 0.7), 3)
    gap = 0 if mended else sketch.rng.randint(26, 44)
    sketch.box(166, 60, 394, 350, (30, 30, 34))
    sketch.box(166, 60, 280 - gap, 350, STEEL, 2)
    sketch.box(280 + gap, 60, 394, 350, STEEL, 2)
    sketch.box(450, 160, 500, 260, (232, 232, 228), 2)
    sketch.oval(464, 176, 486, 198, (90, 170, 96) if mended else (188, 70, 60), 1)
    sketch.oval(464, 222, 486, 244, STEEL, 1)
    if not mended:
        sketch.box(200, 230, 360, 290, (232, 190, 62), 3)
        sketch.line(220, 246, 340, 246, width=5)
        sketch.line(220, 268, 310, 268, width=5)


def manhole(sketch: Sketch, mended: bool) -> None:
    """A manhole in the yard: open, or covered."""
    sketch.street()
    x, y = 280 + sketch.rng.randint(-50, 50), 310
    sketch.oval(x - 120, y - 56, x + 120, y + 56, (96, 98, 100), 3)
    if not mended:
        sketch.oval(x - 98, y - 44, x + 98, y + 44, (18, 18, 20), 2)
        sketch.shape(x + 110, y + 30, x + 200, y + 60, x + 180, y + 84, x + 100, y + 56, fill=(88, 88, 92))
        return
    sketch.oval(x - 104, y - 47, x + 104, y + 47, (136, 138, 142), 2)
    for bar in range(-60, 61, 30):
        sketch.line(x + bar - 24, y - 22, x + bar + 24, y + 22, fill=(92, 94, 98), width=4)


def drain(sketch: Sketch, mended: bool) -> None:
    """A gully in a cellar floor: overflowing, or clear."""
    sketch.room()
    sketch.box(90, 0, 132, 330, (176, 180, 180), 2)
    if not mended:
        sketch.blot(300, 360, 240, (104, 88, 58), flat=0.28)
        sketch.blot(260 + sketch.rng.randint(0, 80), 362, 110, (84, 70, 46), flat=0.3)
    sketch.oval(230, 330, 370, 392, STEEL, 3)
    for bar in range(248, 360, 20):
        sketch.line(bar, 344, bar, 378, width=5)
    if not mended:
        for x in (250, 300, 342):
            sketch.blot(x, 352, 13, (130, 112, 80))


def door(sketch: Sketch, mended: bool) -> None:
    """The door of an entrance: ajar, or closed."""
    _door(sketch, ajar=not mended, broken=False)


def pane(sketch: Sketch, mended: bool) -> None:
    """The same door with its glass broken, or whole."""
    _door(sketch, ajar=False, broken=not mended)


def _door(sketch: Sketch, *, ajar: bool, broken: bool) -> None:
    sketch.room()
    sketch.box(160, 40, 400, 345, (64, 68, 74), 3)
    sketch.box(174, 54, 386, 345, (24, 24, 28) if ajar else (86, 124, 108), 3)
    if ajar:
        lean = sketch.rng.randint(10, 28)
        sketch.shape(174, 54, 330, 54 + lean, 330, 352, 174, 345, fill=(86, 124, 108))
        sketch.shape(196, 84, 310, 90 + lean, 310, 220, 196, 210, fill=(176, 200, 210))
    else:
        sketch.box(200, 84, 360, 210, (176, 200, 210), 2)
    if broken:
        shift = sketch.rng.randint(-14, 30)
        star = (230, 110, 262, 128, 300, 106, 276, 160, 296, 202, 246, 182, 214, 204, 232, 150)
        sketch.shape(*(at + shift * (index % 2 == 0) for index, at in enumerate(star)), fill=(24, 24, 28))
    sketch.box(430, 150, 480, 240, (58, 60, 66), 2)
    sketch.oval(446, 162, 464, 180, (96, 96, 96) if ajar else (110, 190, 120))


def camera(sketch: Sketch, mended: bool) -> None:
    """A camera on a pole: hanging by its cable, or in place."""
    sketch.street()
    sketch.box(264, 40, 284, HEIGHT, (98, 102, 108), 2)
    if mended:
        sketch.line(284, 96, 330, 96, width=8)
        sketch.box(324, 74, 430, 122, (232, 232, 230), 3)
        sketch.oval(412, 84, 440, 112, (30, 34, 44), 2)
        return
    sway = sketch.rng.randint(-14, 22)
    sketch.line(284, 90, 312, 120, 316 + sway, 190, width=3)
    sketch.shape(300 + sway, 190, 344 + sway, 196, 332 + sway, 296, 288 + sway, 290, fill=(214, 214, 210))
    sketch.oval(292 + sway, 272, 330 + sway, 306, (30, 34, 44), 2)


def meter_box(sketch: Sketch, mended: bool) -> None:
    """A box of electricity meters: open with loose wires, or closed."""
    sketch.room()
    sketch.box(150, 60, 410, 310, (176, 178, 170), 3)
    if mended:
        sketch.box(166, 76, 394, 294, (196, 198, 190), 3)
        sketch.shape(290, 110, 246, 200, 276, 200, 262, 262, 318, 168, 286, 168, fill=(226, 178, 40))
        return
    sketch.box(166, 76, 394, 294, (40, 42, 46))
    for left in (184, 258, 332):
        sketch.box(left, 96, left + 52, 160, (220, 220, 214), 2)
        for colour in ((190, 60, 50), (60, 110, 180), (220, 180, 60)):
            end = left + sketch.rng.randint(-20, 60)
            sketch.line(left + 26, 160, left + sketch.rng.randint(0, 50), 220, end, 330, fill=colour, width=4)
    sketch.shape(260, 300, 300, 262, 340, 308, fill=(70, 44, 34))


def fire_lane(sketch: Sketch, mended: bool) -> None:
    """The lane for fire engines: blocked by a car, or free."""
    sketch.street()
    sketch.shape(120, HEIGHT, 240, 190, 330, 190, 470, HEIGHT, fill=(104, 106, 108))
    for y in range(210, 420, 40):
        spread = (y - 190) * 0.62
        sketch.line(285 - spread, y, 285 + spread, y + 26, fill=(222, 182, 50), width=6)
    if mended:
        return
    body = sketch.rng.choice(((168, 60, 56), (70, 96, 140), (228, 228, 224)))
    sketch.box(150, 270, 430, 340, body, 3)
    sketch.shape(196, 272, 236, 222, 350, 222, 386, 272, fill=(112, 134, 150))
    for x in (190, 340):
        sketch.oval(x, 312, x + 52, 364, (28, 28, 30), 3)


def rubbish(sketch: Sketch, mended: bool) -> None:
    """The place for waste: overflowing, or tidy."""
    sketch.street()
    for left, colour in ((90, (78, 120, 86)), (200, (70, 96, 146)), (310, (110, 112, 116))):
        sketch.box(left, 200, left + 90, 330, colour, 3)
        sketch.box(left - 6, 186, left + 96, 204, shade(colour, 0.8), 2)
    if mended:
        return
    for _ in range(16):
        x, y = sketch.rng.randint(60, 500), sketch.rng.randint(300, 390)
        sketch.blot(x, y, sketch.rng.randint(16, 34), sketch.rng.choice(((52, 54, 58), (196, 186, 160), (150, 60, 56))))


def ceiling(sketch: Sketch, mended: bool) -> None:
    """A ceiling below the roof: a wet stain and a bucket, or dry."""
    sketch.room()
    sketch.shape(0, 0, WIDTH, 0, WIDTH - 70, 130, 70, 130, fill=(240, 238, 230))
    sketch.line(280, 40, 280, 84, width=4)
    sketch.oval(250, 80, 310, 110, (250, 244, 210), 2)
    if mended:
        return
    x = sketch.rng.randint(170, 380)
    sketch.blot(x, 70, 88, (196, 168, 118), flat=0.55)
    sketch.blot(x + 10, 74, 56, (170, 138, 90), flat=0.5)
    sketch.drops(x, 120, 8)
    sketch.shape(x - 46, 300, x + 46, 300, x + 34, 376, x - 34, 376, fill=(66, 108, 160))
    sketch.oval(x - 46, 288, x + 46, 312, WATER, 2)


def stairs(sketch: Sketch, mended: bool) -> None:
    """Stairs with a rail: bars missing and a step broken off, or whole."""
    sketch.room()
    missing = set() if mended else set(sketch.rng.sample(range(1, 6), 3))
    for step in range(7):
        left, top = 60 + step * 66, 370 - step * 42
        sketch.box(left, top, WIDTH, HEIGHT, (178 - step * 6, 174 - step * 6, 166 - step * 6), 2)
        if step not in missing:
            sketch.line(left + 33, top, left + 33, top - 96, width=5)
    sketch.line(80, 290, 280 if missing else 540, 166 if missing else 2, fill=(120, 74, 48), width=9)
    if missing:
        sketch.line(300, 176, 420, 150, fill=(120, 74, 48), width=9)
        sketch.shape(192, 286, 244, 286, 216, 330, fill=(96, 90, 84))


def icicles(sketch: Sketch, mended: bool) -> None:
    """The edge of a roof: heavy with ice, or cleared."""
    sketch.box(0, 0, WIDTH, HEIGHT, (190, 206, 222))
    sketch.box(0, 150, WIDTH, HEIGHT, (204, 190, 172))
    for left in (60, 230, 400):
        sketch.box(left, 210, left + 100, 350, (116, 136, 152), 3)
    sketch.box(0, 100, WIDTH, 152, (108, 74, 62), 2)
    if mended:
        return
    sketch.box(0, 76, WIDTH, 106, (244, 248, 252))
    for left in range(4, WIDTH - 20, 30):
        length = sketch.rng.randint(40, 170)
        sketch.shape(left, 150, left + 24, 150, left + 12, 150 + length, fill=(226, 240, 250))
        sketch.line(left + 8, 152, left + 11, 140 + length, fill=(250, 252, 255), width=2)


def tap(sketch: Sketch, mended: bool) -> None:
    """A kitchen tap at home: dripping, or dry."""
    sketch.room()
    for x in range(0, WIDTH, 70):
        sketch.line(x, 0, x, 250, fill=(236, 236, 232), width=2)
    sketch.box(60, 250, 500, 290, (206, 210, 212), 2)
    sketch.box(120, 290, 440, 380, (178, 184, 188), 3)
    sketch.line(280, 250, 280, 150, 300, 116, 350, 116, 364, 150, 364, 176, fill=STEEL, width=18)
    sketch.box(250, 236, 310, 254, shade(STEEL, 0.8), 2)
    if not mended:
        sketch.drops(362, 186, 4)
        sketch.blot(230 + sketch.rng.randint(-30, 30), 396, 130, WATER, flat=0.16)
        sketch.drops(276, 252, 5)


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        pipe, radiator, lamp, wall, lift, manhole, drain, door, pane, camera, meter_box, fire_lane, rubbish, ceiling,
        stairs, icicles, tap,
    )
}  # fmt: skip
"""Every scene by its name."""
