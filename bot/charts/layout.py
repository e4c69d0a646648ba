"""Draws a chart: a dark card that can be read on any theme and on a phone, with rows of a name, its figure and a bar.

What was asked about is marked by colour, in bold and by an arrowhead. The axis begins at zero: a bar twice as long is
twice the money.
"""

from __future__ import annotations

from itertools import pairwise

from bot.charts.canvas import WIDTH, Pen, Sheet, width, wrapped
from bot.core.render.chart import Bar, Chart, Line, Tick

# The colours that mean something are Okabe and Ito's, which the colour-blind tell apart too.
PAPER, TRACK, BAND, GRID = "#1e1f22", "#2f3136", "#5f4a22", "#4e5058"
INK, FAINT = "#f2f3f5", "#b5bac1"
PLAIN, ASKED = "#56b4e9", "#f0a630"
TITLE, ASIDE, NAME, STRONG = Pen(INK, 15, bold=True), Pen(FAINT), Pen(INK), Pen(INK, bold=True)
MARKED = Pen(ASKED, bold=True)

EDGE = 14.0  # pixels left free at each side
INNER = WIDTH - 2 * EDGE
HEAD, TALL = 20.0, 17.0  # from one line of text to the next: of the title, of all else
BAR, GAP = 10.0, 8.0  # a bar's height, and from it to the next row
TIP = 14.0  # room for the arrow of a bar whose end is open
ARROW = 13.0  # what the arrowhead before a name takes
SPACE = 10.0  # between two texts in one line, at least
MOST_OF_A_ROW = 0.6  # a figure that needs more than this share of the width gets a line of its own


def draw(chart: Chart) -> bytes:
    """Return a chart as PNG."""
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
    for said in wrapped(chart.title, TITLE, INNER, 3):
        y += HEAD
        sheet.write(EDGE, y, said, TITLE)
    y = _paragraph(sheet, chart.axis, y + 1, 2)
    for line in chart.lines:
        y = _key(sheet, line, y + 2)
    return y + 7


def _paragraph(sheet: Sheet, said: str, y: float, lines: int) -> float:
    for part in wrapped(said, ASIDE, INNER, lines):
        y += TALL
        sheet.write(EDGE, y, part, ASIDE)
    return y


def _key(sheet: Sheet, line: Line, y: float) -> float:
    """Write what a line stands for, beside a piece of it."""
    pen = MARKED if line.asked else STRONG
    _stroke(sheet, EDGE + 3, y + 4, y + TALL + 4, line)
    for part in wrapped(f"{line.label}: {line.said}", pen, INNER - ARROW, 2):
        y += TALL
        sheet.write(EDGE + ARROW, y, part, pen)
    return y


def _row(sheet: Sheet, chart: Chart, bar: Bar, y: float, scale: float) -> float:
    """Draw a bar below its name, with the marks of the axis behind it and the lines across it; return where it ends."""
    top = _name(sheet, bar, y) + 5
    sheet.box(EDGE, top, WIDTH - EDGE, BAR, fill=TRACK)
    for tick in chart.ticks:
        sheet.stroke(EDGE + tick.value * scale, top, top + BAR, colour=GRID)
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
    """Write a bar's name at the left and its figure at the right, in lines of their own where one is long."""
    pen = MARKED if bar.marked else NAME
    left = EDGE + (ARROW if bar.marked else 0)
    taken = width(bar.said, STRONG) + SPACE
    beside = taken <= INNER * MOST_OF_A_ROW
    room = WIDTH - EDGE - left - (taken if beside else 0)
    if bar.marked:
        sheet.shape([(EDGE, y + TALL - 10), (EDGE + 8, y + TALL - 5), (EDGE, y + TALL)], fill=ASKED)
    if beside:
        sheet.write(WIDTH - EDGE, y + TALL, bar.said, STRONG, "right")
    parts = wrapped(bar.label, pen, room, 2) or [""]  # the figure stands in this line, name or no name
    for part in parts:
        y += TALL
        sheet.write(left, y, part, pen)
    y = _by(sheet, bar, left + width(parts[-1], pen) + 5, y, left + room)
    for part in () if beside else wrapped(bar.said, STRONG, INNER, 2):
        y += TALL
        sheet.write(WIDTH - EDGE, y, part, STRONG, "right")
    return y


def _by(sheet: Sheet, bar: Bar, x: float, y: float, right: float) -> float:
    """Write a bar's source behind its name, or below where it has no room there."""
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
    """Draw a single value among ranges: a diamond on a stem, as a bar from zero would look like a range."""
    middle, x = top + BAR / 2, EDGE + x
    sheet.box(EDGE, middle - 1.5, x, 3, fill=_fill(bar))
    corners = [(x - 8, middle), (x, middle - 8), (x + 8, middle), (x, middle + 8)]
    sheet.shape(corners, fill=_fill(bar), edge=INK if bar.marked else PAPER)
    if bar.and_above:
        _open_end(sheet, bar, x + 7, top)


def _open_end(sheet: Sheet, bar: Bar, x: float, top: float) -> None:
    """Draw the two arrowheads that mean "and above"."""
    for left in (x, x + 6):
        sheet.shape([(left, top), (left + 5, top + BAR / 2), (left, top + BAR)], fill=_fill(bar))


def _fill(bar: Bar) -> str:
    return ASKED if bar.marked else PLAIN


def _stroke(sheet: Sheet, x: float, top: float, bottom: float, line: Line) -> None:
    """Draw a piece of a line with an edge of paper, by which it stands out from a bar: an average's is dashed."""
    colour = ASKED if line.asked else INK
    sheet.stroke(x, top, bottom, colour=PAPER, thick=5)
    sheet.stroke(x, top, bottom, colour=colour, thick=2.4, dashed=not line.asked)


def _axis(sheet: Sheet, ticks: tuple[Tick, ...], y: float, scale: float) -> float:
    """Write the values of the axis, every second or third of them where they'd touch."""
    for step in range(1, len(ticks) + 1):
        spots = [_spot(tick, scale) for tick in ticks[::step]]
        if all(right[0] - left[1] >= SPACE for left, right in pairwise(spots)):
            break
    y += TALL - 4
    for (left, _), tick in zip(spots, ticks[::step], strict=True):
        sheet.write(left, y, tick.said, ASIDE)
    return y


def _spot(tick: Tick, scale: float) -> tuple[float, float]:
    """Return where the words of a mark begin and end: below it, but on the card."""
    wide = width(tick.said, ASIDE)
    left = min(max(EDGE + tick.value * scale - wide / 2, EDGE), WIDTH - EDGE - wide)
    return left, left + wide
