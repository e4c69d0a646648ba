"""Lay out a chart: a dark card for any theme and for phones, with no title, axis or source.

Each row has its label, its figure, and a bar on a scale that all share and that begins at zero, so that a bar twice as
long is twice the money. What is marked has a bold label too, and an amount a line of its own: color never says it
alone.
"""

from __future__ import annotations

from itertools import pairwise

from bot.charts.canvas import WIDTH, Pen, Sheet, width, wrapped
from bot.core.render.chart import Bar, Chart, Line

PAPER, TRACK = "#232428", "#35373c"
INK, FAINT = "#f2f3f5", "#b5bac1"
PLAIN, ASKED = "#5aa9e6", "#f0a232"
NAME, FIGURE, MARKED = Pen(INK), Pen(INK, bold=True), Pen(ASKED, bold=True)
SMALL, SMALL_FIGURE, SMALL_MARKED = Pen(FAINT, 12), Pen(INK, 12, bold=True), Pen(ASKED, 12, bold=True)

EDGE = 14.0  # pixels left free at each side
INNER = WIDTH - 2 * EDGE
TALL = 17.0  # a line of text
BAR, GAP = 8.0, 9.0  # a bar's height, and from it to the next row
DOT = 5.0  # radius of a single figure among ranges
TAIL = 36.0  # length in which "and above" fades
OVER = 4.0  # how far a line stands out of a bar
SPACE = 10.0  # minimum between two texts in one line
KEY = 8.0  # width of the sample before a legend
MOST_OF_A_ROW = 0.6  # a figure wider than this share of the width gets its own line
USED = 0.92  # share of the scale up to the highest figure
# Of columns: the height, the space left free at each side and between two texts, the share of the space for one.
TALLEST, SIDE, BETWEEN, COLUMN = 96.0, 6.0, 3.0, 0.8
ROUND = 3.0  # radius of their corners


def draw(chart: Chart) -> bytes:
    """Return a chart as a PNG."""
    sheet = Sheet(PAPER, TRACK, INK, FAINT, PLAIN, ASKED)
    y = _columns(sheet, chart) if chart.columns and _fit(chart) else _rows(sheet, chart)
    for text in wrapped(chart.more, SMALL, INNER, 1):
        y += TALL + 4
        sheet.write(EDGE, y, text, SMALL)
    return sheet.png(y + EDGE)


def _scale(chart: Chart, length: float) -> float:
    """Return the pixels to a dollar."""
    ends = [end for bar in chart.bars for end in (bar.value, bar.high) if end is not None]
    return length / (max([*ends, *(line.high for line in chart.lines)]) or 1.0)


def _rows(sheet: Sheet, chart: Chart) -> float:
    scale, y = _scale(chart, INNER * USED), EDGE - 4
    for line in chart.lines:
        if line.asked:
            y = _amount(sheet, line, y, scale)
    beside = _legend_beside(sheet, chart, y)
    for bar in chart.bars:
        y = _row(sheet, chart, bar, y, scale)
    y -= GAP
    for line in chart.lines:
        if not line.asked and not beside:
            y = _legend(sheet, line, y + 6)
    return y


def _amount(sheet: Sheet, line: Line, y: float, scale: float) -> float:
    """Write an amount above its line."""
    (text,) = wrapped(line.text, MARKED, INNER, 1)
    half = width(text, MARKED) / 2
    middle = EDGE + (line.low + line.high) / 2 * scale
    sheet.write(min(max(middle, EDGE + half), WIDTH - EDGE - half), y + TALL - 2, text, MARKED, "middle")
    return y + TALL + 1


def _legend_beside(sheet: Sheet, chart: Chart, y: float) -> bool:
    """Write the legend beside the name of a bar that stands alone, if there is room; say whether it is written."""
    if len(chart.bars) > 1 or len(chart.lines) != 1 or chart.bars[0].text or chart.lines[0].asked:
        return False
    text = _words(chart.lines[0])
    taken = width(text, SMALL)
    if EDGE + width(chart.bars[0].label, FIGURE) + SPACE + KEY + taken > WIDTH - EDGE:
        return False
    _stroke(sheet, WIDTH - EDGE - taken - KEY + 1, y + TALL - 10, y + TALL + 1, chart.lines[0])
    sheet.write(WIDTH - EDGE, y + TALL, text, SMALL, "right")
    return True


def _legend(sheet: Sheet, line: Line, y: float) -> float:
    """Write what a line means, after a sample of it."""
    _stroke(sheet, EDGE + 1, y + TALL - 9, y + TALL + 2, line)
    for text in wrapped(_words(line), SMALL, INNER - KEY, 2):
        y += TALL
        sheet.write(EDGE + KEY, y, text, SMALL)
    return y


def _words(line: Line) -> str:
    return f"{line.label}: {line.text}"


def _row(sheet: Sheet, chart: Chart, bar: Bar, y: float, scale: float) -> float:
    """Draw a bar below its name, with the lines across it; return where the next row begins."""
    top = _name(sheet, bar, y) + 7
    sheet.box(EDGE, top, WIDTH - EDGE, top + BAR, fill=TRACK, radius=BAR / 2)
    alike = all(other.value is not None for other in chart.bars)
    if bar.value is not None and not (alike and not any(line.asked for line in chart.lines)):
        _dot(sheet, bar, EDGE + bar.value * scale, top)
    else:
        _bar(sheet, bar, top, scale)
    for line in chart.lines:
        for end in {line.low, line.high}:
            _stroke(sheet, EDGE + end * scale, top - OVER, top + BAR + OVER, line)
    return top + BAR + GAP


def _name(sheet: Sheet, bar: Bar, y: float) -> float:
    """Write a bar's name at the left and its figure at the right, on separate lines if one is long."""
    pen = FIGURE if bar.marked else NAME
    taken = width(bar.text, FIGURE) + SPACE if bar.text else 0.0
    beside = taken <= INNER * MOST_OF_A_ROW
    if bar.text and beside:
        sheet.write(WIDTH - EDGE, y + TALL, bar.text, FIGURE, "right")
    for part in wrapped(bar.label, pen, INNER - taken if beside else INNER, 2) or [""]:
        y += TALL
        sheet.write(EDGE, y, part, pen)
    for part in () if beside else wrapped(bar.text, FIGURE, INNER, 2):
        y += TALL
        sheet.write(WIDTH - EDGE, y, part, FIGURE, "right")
    return y


def _bar(sheet: Sheet, bar: Bar, top: float, scale: float) -> None:
    """Draw a range, or a single figure as a bar from zero."""
    low, high = (0.0, bar.value) if bar.value is not None else (bar.low or 0.0, bar.high or 0.0)
    left, right = EDGE + low * scale, EDGE + high * scale
    if bar.and_above:
        _tail(sheet, bar, right - BAR / 2, top)
    # So short a range is as wide as it is high, but within the card.
    left = min(left, right - BAR) if right - BAR > EDGE else left
    sheet.box(left, top, max(right, left + BAR), top + BAR, fill=_fill(bar), radius=BAR / 2)


def _dot(sheet: Sheet, bar: Bar, x: float, top: float) -> None:
    """Draw a single figure as a dot, since a bar from zero would look like a range."""
    if bar.and_above:
        _tail(sheet, bar, x, top)
    middle = top + BAR / 2
    sheet.box(x - DOT, middle - DOT, x + DOT, middle + DOT, fill=_fill(bar), radius=DOT)


def _tail(sheet: Sheet, bar: Bar, x: float, top: float) -> None:
    sheet.fade(x, top, min(x + TAIL, WIDTH - EDGE - BAR / 2), top + BAR, fill=_fill(bar), into=TRACK)


def _fill(bar: Bar) -> str:
    return ASKED if bar.marked else PLAIN


def _stroke(sheet: Sheet, x: float, top: float, bottom: float, line: Line) -> None:
    """Draw a part of a line, apart from the bar that it crosses: an amount's is whole, an average's dashed."""
    half = 1.5 if line.asked else 1.0
    sheet.box(x - half - 1, top, x + half + 1, bottom, fill=PAPER)
    if line.asked:
        sheet.box(x - half, top, x + half, bottom, fill=ASKED)
        return
    dash = (bottom - top) / 4
    for start in (top, top + 1.5 * dash, top + 3 * dash):
        sheet.box(x - half, start, x + half, start + dash, fill=INK)


def _fit(chart: Chart) -> bool:
    """Tell whether the texts of columns have room beside each other."""
    room = (WIDTH - 2 * SIDE) / len(chart.bars)
    texts = ([bar.text for bar in chart.bars], [bar.label for bar in chart.bars])
    widths = [[width(text, SMALL_MARKED) for text in line] for line in texts]
    apart = all((one + other) / 2 + BETWEEN <= room for line in widths for one, other in pairwise(line))
    return not chart.lines and apart and all(max(line[0], line[-1]) <= room for line in widths)


def _columns(sheet: Sheet, chart: Chart) -> float:
    """Draw columns that stand on a line, with their figures on top and their names below."""
    scale, room = _scale(chart, TALLEST), (WIDTH - 2 * SIDE) / len(chart.bars)
    foot = EDGE + TALL + TALLEST
    for number, bar in enumerate(chart.bars):
        middle, half = SIDE + (number + 0.5) * room, room * COLUMN / 2
        top = foot - max((bar.value or bar.high or 0.0) * scale, 2 * ROUND)
        sheet.box(middle - half, top, middle + half, foot, fill=_fill(bar), radius=ROUND)
        sheet.box(middle - half, max(top + ROUND, foot - ROUND), middle + half, foot, fill=_fill(bar))
        sheet.write(middle, top - 6, bar.text, SMALL_FIGURE, "middle")
        sheet.write(middle, foot + TALL, bar.label, SMALL_MARKED if bar.marked else SMALL, "middle")
    sheet.box(SIDE, foot, WIDTH - SIDE, foot + 1, fill=FAINT)
    return foot + TALL + 1
