"""A canvas for a phone's width: fitted text, boxes and strokes, rendered as a PNG.

Two fonts come along (their licenses are beside them). Noto Sans 2.15, cut down to the letters of `_LATIN`, is set at
weights 400 and 700; a text with any other letter is in DejaVu Sans Condensed 2.37, which has many scripts. Both are
without hinting, which has no use at these sizes. Made with fontTools 4.68:

    fonttools varLib.instancer "NotoSans[wdth,wght].ttf" wdth=100 wght=400 --update-name-table -o regular.ttf
    pyftsubset regular.ttf --unicodes=... --no-hinting --layout-features= --name-IDs=*
    pyftsubset DejaVuSansCondensed.ttf --unicodes=* --no-hinting --layout-features=* --name-IDs=*
"""

from __future__ import annotations

import bisect
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

WIDTH = 400.0
DOTS = 2  # to a pixel
FINE = 2  # shapes are drawn so many times as large, for smooth edges
LONGEST = 500  # characters of one text: no room on a card holds more
LARGEST = 100_000  # bytes of a picture
PALETTE_SIZES = (128, 16)
FONTS = Path(__file__).with_name("fonts")
_LATIN = re.compile(
    "[ -~\u00a0-\u02ff\u0370-\u03e1\u03f0-\u0482\u048a-\u052f\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122]*"
)


class Pen(NamedTuple):
    """A text style."""

    color: str
    size: float = 13.0
    bold: bool = False


class Sheet:
    """Collects shapes and texts in pixels from the top left corner; the height is set when it is rendered."""

    def __init__(self, paper: str) -> None:
        self._paper = paper
        self._shapes: list[Callable[[ImageDraw.ImageDraw], None]] = []
        self._texts: list[tuple[float, float, str, Pen, str]] = []

    def write(self, x: float, y: float, text: str, pen: Pen, align: str = "left") -> None:
        """Write one line of text with its baseline at `y`, above all shapes."""
        self._texts.append((x, y, _clean(text), pen, align))

    def box(self, left: float, top: float, right: float, height: float, *, fill: str, edge: str | None = None) -> None:
        """Draw a box with round corners, at least 3 pixels wide."""
        width = max(right - left, 3.0)
        corners = _fine((left, top), (left + width, top + height))
        radius, line = min(width, height) / 4 * DOTS * FINE, round(1.5 * DOTS * FINE) if edge else 0
        self._shapes.append(lambda pencil: pencil.rounded_rectangle(corners, radius, fill, edge, line))

    def shape(self, corners: Sequence[tuple[float, float]], *, fill: str, edge: str | None = None) -> None:
        points, line = _fine(*corners), round(1.5 * DOTS * FINE) if edge else 0
        self._shapes.append(lambda pencil: pencil.polygon(points, fill, edge, line))

    def stroke(
        self, x: float, top: float, bottom: float, *, color: str, thick: float = 1, dashed: bool = False
    ) -> None:
        """Draw a vertical line."""
        step, dash = (3 * thick, 2 * thick) if dashed else (bottom - top, bottom - top)
        while top < bottom:
            corners = _fine((x - thick / 2, top), (x + thick / 2, min(top + dash, bottom)))
            self._shapes.append(lambda pencil, corners=corners: pencil.rectangle(corners, color))  # type: ignore[misc]
            top += step

    def png(self, height: float) -> bytes:
        """Return the sheet as a PNG."""
        size = round(WIDTH * DOTS), round(height * DOTS)
        large = Image.new("RGB", (size[0] * FINE, size[1] * FINE), self._paper)
        pencil = ImageDraw.Draw(large)
        for shape in self._shapes:
            shape(pencil)
        image = large.reduce(FINE)
        pencil = ImageDraw.Draw(image)
        for x, y, text, pen, align in self._texts:
            pencil.text((x * DOTS, y * DOTS), text, pen.color, _font(text, pen), "rs" if align == "right" else "ls")
        return _packed(image)


def _fine(*points: tuple[float, float]) -> list[tuple[int, int]]:
    return [(round(x * DOTS * FINE), round(y * DOTS * FINE)) for x, y in points]


def _packed(image: Image.Image) -> bytes:
    for colors in PALETTE_SIZES:
        out = io.BytesIO()
        image.quantize(colors, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
        if len(packed := out.getvalue()) <= LARGEST:
            return packed
    raise ValueError(f"a picture of {image.width} x {image.height} dots is too large")


def _font(text: str, pen: Pen) -> ImageFont.FreeTypeFont:
    if _LATIN.fullmatch(text):
        return _loaded("NotoSans-Bold" if pen.bold else "NotoSans-Regular", pen.size)
    return _loaded("DejaVuSansCondensed", pen.size)


@lru_cache(maxsize=16)
def _loaded(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size * DOTS)


def _clean(text: str) -> str:
    """Return a text in one line, without what has no shape or changes the direction of writing."""
    shown = unicodedata.normalize("NFC", " ".join(text[:LONGEST].split()))
    return "".join(letter for letter in shown if unicodedata.category(letter)[0] != "C")


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
