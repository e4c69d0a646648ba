"""A canvas in the pixels of a 400-pixel-wide phone: fitted text, boxes and strokes, rendered as a PNG."""

from __future__ import annotations

import bisect
import io
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon
from matplotlib.text import Text
from PIL import Image

WIDTH = 400.0
DPI = 144  # two dots a pixel; a point is 1/72 inch, so that sizes of text and strokes are in pixels too
DOTS = DPI / 72
LONGEST = 500  # characters of one text: no room on a card holds more
LARGEST = 100_000  # bytes of a picture
PALETTE_SIZES = (128, 16)
FONTS = ["DejaVu Sans", "STIXGeneral"]  # these come with matplotlib


class Pen(NamedTuple):
    """A text style."""

    color: str
    size: float = 13.0
    bold: bool = False


class Sheet:
    """Collects shapes in pixels from the top left corner; the height is set when it is rendered."""

    def __init__(self, paper: str) -> None:
        self._paper = paper
        self._artists: list[Artist] = []

    def write(self, x: float, y: float, text: str, pen: Pen, align: str = "left") -> None:
        """Write one line of text with its baseline at `y`. A dollar sign starts no formula."""
        line = Text(x, y, text, color=pen.color, fontproperties=_font(pen.size, pen.bold), parse_math=False)
        line.set_horizontalalignment(align)  # type: ignore[arg-type]
        line.set_verticalalignment("baseline")
        self._add(line)

    def box(self, left: float, top: float, right: float, height: float, *, fill: str, edge: str | None = None) -> None:
        """Draw a box with round corners, at least 3 pixels wide."""
        width = max(right - left, 3.0)
        style = f"round,pad=0,rounding_size={min(width, height) / 4}"
        box = FancyBboxPatch((left, top), width, height, boxstyle=style, facecolor=fill)
        box.set_edgecolor(edge or "none")
        box.set_linewidth(1.5 if edge else 0)
        self._add(box)

    def shape(self, corners: Sequence[tuple[float, float]], *, fill: str, edge: str | None = None) -> None:
        shape = Polygon(corners, closed=True, facecolor=fill, edgecolor=edge or "none", linewidth=1.5 if edge else 0)
        self._add(shape)

    def stroke(
        self, x: float, top: float, bottom: float, *, color: str, thick: float = 1, dashed: bool = False
    ) -> None:
        """Draw a vertical line."""
        line = Line2D([x, x], [top, bottom], color=color, linewidth=thick, solid_capstyle="butt")
        if dashed:
            line.set_dashes((2, 1))  # in units of its thickness
        self._add(line)

    def _add(self, artist: Artist) -> None:
        artist.set_zorder(len(self._artists))  # later shapes lie on top
        self._artists.append(artist)

    def png(self, height: float) -> bytes:
        """Return the sheet as a PNG with a palette."""
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=DPI, facecolor=self._paper)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        for artist in self._artists:
            axes.add_artist(artist)
        canvas.draw()
        size = canvas.get_width_height(physical=True)
        return _packed(Image.frombytes("RGBA", size, canvas.buffer_rgba().tobytes()).convert("RGB"))


def _packed(image: Image.Image) -> bytes:
    for colors in PALETTE_SIZES:
        out = io.BytesIO()
        # The octree takes 10 ms, a median cut 50; maximum compression would save 7% of the size in 80 ms more.
        image.quantize(colors, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
        if len(packed := out.getvalue()) <= LARGEST:
            return packed
    raise ValueError(f"a picture of {image.width} x {image.height} dots is too large")


@lru_cache(maxsize=16)
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FONTS, size=size, weight="bold" if bold else "normal")


_RULER = RendererAgg(1, 1, DPI)


@lru_cache(maxsize=1 << 12)
def width(text: str, pen: Pen) -> float:
    """Return the width of a text in pixels."""
    dots: float
    dots, _, _ = _RULER.get_text_width_height_descent(text, _font(pen.size, pen.bold), ismath=False)
    return dots / DOTS


def wrapped(text: str, pen: Pen, room: float, lines: int) -> list[str]:
    """Break a text into lines that fit the room, at spaces if possible; a text that is too long ends in an ellipsis."""
    broken: list[str] = []
    rest = " ".join(text[:LONGEST].split())
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
