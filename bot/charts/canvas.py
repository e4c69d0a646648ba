"""A canvas for a phone's width: fitted text, boxes and fading bars, rendered as a PNG.

Two fonts come along (their licenses are beside them). Noto Sans 2.15, cut down to the letters of `_LATIN`, is set at
weights 400 and 700; a text with any other letter is in DejaVu Sans Condensed 2.37, which has many scripts. Both are
without hinting, which has no use at these sizes. Made with fontTools 4.68:

    fonttools varLib.instancer "NotoSans[wdth,wght].ttf" wdth=100 wght=400 --update-name-table -o regular.ttf
    pyftsubset regular.ttf --unicodes=... --no-hinting --layout-features=
    pyftsubset DejaVuSansCondensed.ttf --unicodes=* --no-hinting --notdef-outline --layout-features=*
"""

from __future__ import annotations

import bisect
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont, Layout

WIDTH = 320.0  # pixels; on a phone a picture is shown about as wide as this
DOTS = 2.5  # to a pixel
FINE = 2  # shapes are drawn so many times as large, for smooth edges
LONGEST = 500  # characters of one text: no room on a card holds more
MOST_MARKS = 2  # on one letter, as scripts have them; more would cover other lines
LARGEST = 100_000  # bytes of a picture
COLORS = 256  # of a PNG's palette
FONTS = Path(__file__).with_name("fonts")
_LATIN = re.compile(
    "[ -~\u00a0-\u02ff\u0370-\u03e1\u03f0-\u0482\u048a-\u052f\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122]*"
)
_Shape = Callable[[ImageDraw.ImageDraw], None]


class Pen(NamedTuple):
    """A text style."""

    color: str
    size: float = 13.0
    bold: bool = False


class Sheet:
    """Collects shapes and texts in pixels from the top left corner; the height is set when it is rendered.

    `inks` are all the colors, that of the paper first.
    """

    def __init__(self, *inks: str) -> None:
        self._inks = inks
        self._shapes: list[_Shape] = []
        self._texts: list[tuple[float, float, str, Pen, str]] = []

    def write(self, x: float, y: float, text: str, pen: Pen, align: str = "left") -> None:
        """Write one line of text with its baseline at `y`, above all shapes; `align` says which end of it `x` is."""
        self._texts.append((x, y, _clean(text), pen, {"left": "ls", "middle": "ms", "right": "rs"}[align]))

    def box(self, left: float, top: float, right: float, bottom: float, *, fill: str, radius: float = 0) -> None:
        """Draw a box, its corners round where there is a `radius`."""
        ends, round_ = _fine(left, top, right, bottom), radius * DOTS * FINE
        self._shapes.append(lambda pencil: pencil.rounded_rectangle(ends, round_, fill))

    def fade(self, left: float, top: float, right: float, bottom: float, *, fill: str, into: str) -> None:
        """Draw a box whose color turns into another from the left to the right."""
        start, end = map(ImageColor.getrgb, (fill, into))
        x0, y0, x1, y1 = _fine(left, top, right, bottom)

        def draw(pencil: ImageDraw.ImageDraw) -> None:
            for x in range(x0, x1):
                pencil.line((x, y0, x, y1), _between(start, end, (x - x0) / (x1 - x0)))

        self._shapes.append(draw)

    def png(self, height: float) -> bytes:
        """Return the sheet as a PNG with a palette. Raises ValueError if it is larger than `LARGEST`."""
        size = round(WIDTH * DOTS), round(height * DOTS)
        large = Image.new("RGB", (size[0] * FINE, size[1] * FINE), self._inks[0])
        pencil = ImageDraw.Draw(large)
        for shape in self._shapes:
            shape(pencil)
        image = large.reduce(FINE)
        pencil = ImageDraw.Draw(image)
        for x, y, text, pen, anchor in self._texts:
            pencil.text((x * DOTS, y * DOTS), text, pen.color, _font(text, pen), anchor)
        return _png(image.quantize(palette=_palette(self._inks), dither=Image.Dither.NONE))


def _fine(*ends: float) -> tuple[int, ...]:
    return tuple(round(end * DOTS * FINE) for end in ends)


def _between(start: tuple[int, ...], end: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(start, end, strict=True))


@lru_cache(maxsize=4)
def _palette(inks: tuple[str, ...]) -> Image.Image:
    """Return the palette of some colors and the steps between each two, which smooth edges need.

    Known beforehand it takes 1 ms and keeps the colors; one looked for in each picture takes 8 ms.
    """
    colors: list[tuple[int, ...]] = [ImageColor.getrgb(ink) for ink in inks]
    pairs = list(combinations(colors, 2))
    steps = (COLORS - len(colors)) // len(pairs) + 1
    colors += [_between(*pair, step / steps) for pair in pairs for step in range(1, steps)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for color in colors for part in color])
    return palette


def _png(image: Image.Image) -> bytes:
    """Return an image with a palette as a PNG.

    Pillow's own encoder gives the same but keeps all threads waiting for 8 ms, where zlib lets them go on.
    """
    data, colors = image.tobytes(), image.getpalette() or []
    rows = b"".join(b"\0" + data[at : at + image.width] for at in range(0, len(data), image.width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", image.width, image.height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(colors)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    packed = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    if len(packed) > LARGEST:
        raise ValueError(f"a picture of {image.width} x {image.height} dots is too large")
    return packed


def _font(text: str, pen: Pen) -> FreeTypeFont:
    if _LATIN.fullmatch(text):
        return _loaded("NotoSans-Bold" if pen.bold else "NotoSans-Regular", pen.size, Layout.BASIC)
    # Joins letters and writes from the right to the left where the machine has FriBiDi.
    return _loaded("DejaVuSansCondensed", pen.size, None)


@lru_cache(maxsize=16)
def _loaded(name: str, size: float, layout: Layout | None) -> FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size * DOTS, layout_engine=layout)


def _clean(text: str) -> str:
    """Return a text in one line, without what has no shape, turns the writing round, or is heaped on a letter."""
    shown, marks = "", 0
    for letter in unicodedata.normalize("NFC", " ".join(text[:LONGEST].split())):
        kind = unicodedata.category(letter)[0]
        marks = marks + 1 if kind == "M" else 0
        shown += letter if kind != "C" and marks <= MOST_MARKS else ""
    return shown


def width(text: str, pen: Pen) -> float:
    """Return the width of a text in pixels."""
    text = _clean(text)
    return _font(text, pen).getlength(text) / DOTS


def wrapped(text: str, pen: Pen, room: float, lines: int) -> list[str]:
    """Break a text into lines that fit the room, at spaces if possible; a text that is too long ends in an ellipsis."""
    broken: list[str] = []
    rest = _clean(text)
    while rest and len(broken) < lines - 1:
        taken = _fitting(rest, pen, room)
        broken.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    return [*broken, _cut(rest, pen, room)] if rest else broken


def _fitting(text: str, pen: Pen, room: float) -> int:
    """Return how many characters fit, up to a space if possible."""
    most = _most(text, "", pen, room)
    space = text.rfind(" ", 0, most + 1) if most < len(text) else most
    # A word that would leave more than half of the line empty is broken.
    return space if space > most // 2 else most


def _cut(text: str, pen: Pen, room: float) -> str:
    most = _most(text, "", pen, room)
    return text if most == len(text) else f"{text[: _most(text, '…', pen, room)].rstrip()}…"


def _most(text: str, end: str, pen: Pen, room: float) -> int:
    """Return how many characters of a text, at least one, fit together with its end."""
    most = bisect.bisect_right(range(1, len(text) + 1), room, key=lambda n: width(text[:n] + end, pen))
    while most > 1 and width(text[:most] + end, pen) > room:  # where letters join, more of them can be narrower
        most -= 1
    return max(most, 1)
