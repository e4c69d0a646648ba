"""Lay out a chart: a dark card for any theme and for phones, with rows of a name, its figure and a bar.

What the question is about is marked by color, bold type and an arrowhead. The axis begins at zero, so a bar twice as
long is twice the money.
"""

from __future__ import annotations

from itertools import pairwise

from bot.charts.canvas import WIDTH, Pen, Sheet, width, wrapped
from bot.core.render.chart import Bar, Chart, Line, Tick

# Colors with a meaning are from the palette of Okabe and Ito, which is safe for color-blind people.
PAPER, TRACK, BAND, GRID = "#1e1f22", "#2f3136", "#5f4a22", "#4e5058"
INK, FAINT = "#f2f3f5", "#b5bac1"
PLAIN, ASKED = "#56b4e9", "#f0a630"
TITLE, ASIDE, NAME, STRONG = Pen(INK, 15, bold=True), Pen(FAINT), Pen(INK), Pen(INK, bold=True)
MARKED = Pen(ASKED, bold=True)

EDGE = 14.0  # pixels left free at each side
INNER = WIDTH - 2 * EDGE
HEAD, TALL = 20.0, 17.0  # line heights: of the title, of other text
BAR, GAP = 10.0, 8.0  # a bar's height, and from it to the next row
TIP = 14.0  # room for the arrowheads of an open-ended bar
ARROW = 13.0  # width of the arrowhead before a name
SPACE = 10.0  # minimum between two texts in one line
MOST_OF_A_ROW = 0.6  # a figure wider than this share of the width gets its own line


def draw(chart: Chart) -> bytes:
    """Return a chart as a PNG."""
    sheet, scale = Sheet(PAPER), _scale(chart)
    y = _head(sheet, chart, 6.0)
    for bar in chart.bars:
        y = _row(sheet, chart, bar, y, scale)
    y = _axis(sheet, chart.ticks, y, scale)
    y = _paragraph(sheet, chart.more, y + 2, 2)
    y = _paragraph(sheet, chart.credit, y + 2, 3)
    return sheet.png(y + 11)


def _scale(chart: Chart) -> float:
    """Return the pixels to a dollar."""
    ends = [end for bar in chart.bars for end in (bar.value, bar.high) if end is not None]
    return (INNER - TIP) / (max([*ends, *(line.high for line in chart.lines)]) or 1.0)


def _head(sheet: Sheet, chart: Chart, y: float) -> float:
    for text in wrapped(chart.title, TITLE, INNER, 3):
        y += HEAD
        sheet.write(EDGE, y, text, TITLE)
    y = _paragraph(sheet, chart.axis, y + 1, 2)
    for line in chart.lines:
        y = _key(sheet, line, y + 2)
    return y + 7


def _paragraph(sheet: Sheet, text: str, y: float, lines: int) -> float:
    for part in wrapped(text, ASIDE, INNER, lines):
        y += TALL
        sheet.write(EDGE, y, part, ASIDE)
    return y


def _key(sheet: Sheet, line: Line, y: float) -> float:
    """Write the legend of a reference line beside a sample of it."""
    pen = MARKED if line.asked else STRONG
    _stroke(sheet, EDGE + 3, y + 4, y + TALL + 4, line)
    for part in wrapped(f"{line.label}: {line.text}", pen, INNER - ARROW, 2):
        y += TALL
        sheet.write(EDGE + ARROW, y, part, pen)
    return y


def _row(sheet: Sheet, chart: Chart, bar: Bar, y: float, scale: float) -> float:
    """Draw a bar below its name, with ticks behind it and reference lines across it; return its lower end."""
    top = _name(sheet, bar, y) + 5
    sheet.box(EDGE, top, WIDTH - EDGE, BAR, fill=TRACK)
    for tick in chart.ticks:
        sheet.stroke(EDGE + tick.value * scale, top, top + BAR, color=GRID)
    for line in chart.lines:
        if line.low != line.high:
            sheet.box(EDGE + line.low * scale, top - 1, EDGE + line.high * scale, BAR + 5, fill=BAND)
    if any(other.value is None for other in chart.bars) and bar.value is not None:
        _dot(sheet, bar, bar.value * scale, top)
    else:
        _bar(sheet, bar, top, scale)
    for line in chart.lines:
        for end in {line.low, line.high}:
            _stroke(sheet, EDGE + end * scale, top - 1, top + BAR + 4, line)
    return top + BAR + GAP


def _name(sheet: Sheet, bar: Bar, y: float) -> float:
    """Write a bar's name at the left and its figure at the right, on separate lines if one is long."""
    pen = MARKED if bar.marked else NAME
    left = EDGE + (ARROW if bar.marked else 0)
    taken = width(bar.text, STRONG) + SPACE
    beside = taken <= INNER * MOST_OF_A_ROW
    room = WIDTH - EDGE - left - (taken if beside else 0)
    if bar.marked:
        sheet.shape([(EDGE, y + TALL - 10), (EDGE + 8, y + TALL - 5), (EDGE, y + TALL)], fill=ASKED)
    if beside:
        sheet.write(WIDTH - EDGE, y + TALL, bar.text, STRONG, "right")
    parts = wrapped(bar.label, pen, room, 2) or [""]  # the figure needs this line even without a name
    for part in parts:
        y += TALL
        sheet.write(left, y, part, pen)
    y = _by(sheet, bar, left + width(parts[-1], pen) + 5, y, left + room)
    for part in () if beside else wrapped(bar.text, STRONG, INNER, 2):
        y += TALL
        sheet.write(WIDTH - EDGE, y, part, STRONG, "right")
    return y


def _by(sheet: Sheet, bar: Bar, x: float, y: float, right: float) -> float:
    """Write a bar's source after its name, or below it for lack of room."""
    if not bar.by:
        return y
    if x + width(f"· {bar.by}", ASIDE) <= right:
        sheet.write(x, y, f"· {bar.by}", ASIDE)
        return y
    return _paragraph(sheet, bar.by, y, 1)


def _bar(sheet: Sheet, bar: Bar, top: float, scale: float) -> None:
    """Draw a range, or a single value as a bar from zero."""
    low, high = (0.0, bar.value) if bar.value is not None else (bar.low or 0.0, bar.high or 0.0)
    left, right = EDGE + low * scale, EDGE + high * scale
    sheet.box(left, top, right, BAR, fill=_fill(bar), edge=INK if bar.marked else None)
    if bar.and_above:
        _open_end(sheet, bar, right + 1.5, top)


def _dot(sheet: Sheet, bar: Bar, x: float, top: float) -> None:
    """Draw a single value among ranges as a diamond on a stem, since a bar from zero would look like a range."""
    middle, x = top + BAR / 2, EDGE + x
    sheet.box(EDGE, middle - 1.5, x, 3, fill=_fill(bar))
    corners = [(x - 8, middle), (x, middle - 8), (x + 8, middle), (x, middle + 8)]
    sheet.shape(corners, fill=_fill(bar), edge=INK if bar.marked else PAPER)
    if bar.and_above:
        _open_end(sheet, bar, x + 7, top)


def _open_end(sheet: Sheet, bar: Bar, x: float, top: float) -> None:
    """Draw two arrowheads for "and above"."""
    for left in (x, x + 6):
        sheet.shape([(left, top), (left + 5, top + BAR / 2), (left, top + BAR)], fill=_fill(bar))


def _fill(bar: Bar) -> str:
    return ASKED if bar.marked else PLAIN


def _stroke(sheet: Sheet, x: float, top: float, bottom: float, line: Line) -> None:
    """Draw part of a reference line, outlined to stand out from a bar; the line of an average is dashed."""
    color = ASKED if line.asked else INK
    sheet.stroke(x, top, bottom, color=PAPER, thick=5)
    sheet.stroke(x, top, bottom, color=color, thick=2.4, dashed=not line.asked)


def _axis(sheet: Sheet, ticks: tuple[Tick, ...], y: float, scale: float) -> float:
    """Write the tick labels, only every second or third of them if they would touch."""
    for step in range(1, len(ticks) + 1):
        spans = [_span(tick, scale) for tick in ticks[::step]]
        if all(right[0] - left[1] >= SPACE for left, right in pairwise(spans)):
            break
    y += TALL - 4
    for (left, _), tick in zip(spans, ticks[::step], strict=True):
        sheet.write(left, y, tick.text, ASIDE)
    return y


def _span(tick: Tick, scale: float) -> tuple[float, float]:
    """Return the left and right ends of a tick's label: centered below it, but within the card."""
    length = width(tick.text, ASIDE)
    left = min(max(EDGE + tick.value * scale - length / 2, EDGE), WIDTH - EDGE - length)
    return left, left + length
