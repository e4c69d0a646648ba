"""Pictures of charts: readable, small, and drawn in a thread whose troubles cost the bot a picture and nothing else."""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.charts import canvas, layout, renderer
from bot.charts.renderer import MOST_OF_ONE, MOST_WAITING, ChartRenderer
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Amount, Query
from bot.core.render.chart import Bar, Chart, Line, chart_of

LARGEST = 100_000
OFFER = (Amount(low=150_000, high=150_000, text="150k"),)
QUERIES = {
    "company": Query(answer="pay", companies=("google",)),
    "companies": Query(answer="rank_companies", companies=("google",)),
    "levels": Query(answer="ladder"),
    "sources": Query(answer="rank_sources"),
    "offer": Query(answer="offer", companies=("google",), levels=("mid",), amounts=OFFER),
}
LONG = "The International Consolidated Business Machines Corp. of Ohio"


@pytest.fixture(scope="module")
def charts(advisor: Advisor) -> dict[str, Chart]:
    drawn = {kind: chart_of(query, advisor.knowledge) for kind, query in QUERIES.items()}
    return {kind: chart for kind, chart in drawn.items() if chart is not None}


@pytest.fixture
def chart(charts: dict[str, Chart]) -> Chart:
    return charts["companies"]


def variants(chart: Chart, *words: object) -> list[Chart]:
    """Charts that differ in their words alone."""
    return [replace(chart, alt=str(alt)) for alt in words]


def opened(png: bytes) -> Image.Image:
    assert len(png) <= LARGEST
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.width == 800
    return image.convert("RGB")


# ------------------------------------------------------------------ what is drawn


async def test_each_kind_is_a_small_picture_for_a_phone(charts: dict[str, Chart]) -> None:
    assert set(charts) == set(QUERIES)
    artist = ChartRenderer()
    for chart in charts.values():
        png = await artist.draw(chart)
        assert png is not None
        assert 100 < opened(png).height < 650
        assert len(png) < LARGEST / 4
    await artist.close()


def _luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colors by WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_and_bars_stand_out_from_the_card() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for text in (layout.INK, layout.FAINT, layout.ASKED):
        assert contrast(text, layout.PAPER) >= 4.5
    for bar, ground in itertools.product((layout.PLAIN, layout.ASKED), (layout.PAPER, layout.TRACK)):
        assert contrast(bar, ground) >= 3
    assert contrast(layout.INK, layout.PAPER) >= contrast(layout.FAINT, layout.PAPER)


def test_all_text_is_at_least_12_pixels_on_a_phone() -> None:
    pens = [value for value in vars(layout).values() if isinstance(value, canvas.Pen)]
    assert len(pens) >= 5
    assert min(pen.size for pen in pens) >= 12
    # Shown 312 pixels wide where the screen has 400; sharp up to 400.
    assert (canvas.WIDTH, canvas.WIDTH * canvas.DOTS) == (320, 800)


def test_what_was_asked_is_marked_by_more_than_color(chart: Chart, written: list[Any]) -> None:
    layout.draw(chart)
    pens = {text: pen for _, _, text, pen, _ in written}
    assert pens["1. Google"].bold
    assert not pens["2. Amazon"].bold
    plain = replace(chart, bars=tuple(replace(bar, marked=False) for bar in chart.bars))
    gray = [opened(layout.draw(one)).convert("L").tobytes() for one in (chart, plain)]
    assert gray[0] != gray[1]


def test_an_open_end_and_an_amount_are_drawn(charts: dict[str, Chart]) -> None:
    for kind in ("offer",):
        closed = replace(charts[kind], bars=tuple(replace(bar, and_above=False) for bar in charts[kind].bars))
        assert layout.draw(closed) != layout.draw(charts[kind])
    without = replace(charts["offer"], lines=())
    assert layout.draw(without) != layout.draw(charts["offer"])


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is written on a sheet from now on: where, what, how."""
    found: list[Any] = []
    write = canvas.Sheet.write

    def noting(self: canvas.Sheet, x: float, y: float, text: str, pen: canvas.Pen, align: str = "left") -> None:
        found.append((x, y, text, pen, align))
        write(self, x, y, text, pen, align)

    monkeypatch.setattr(canvas.Sheet, "write", noting)
    return found


NAMES = st.one_of(
    st.sampled_from((LONG, "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauten", "$x^2$ \\frac{1}{2} $")),
    st.text(max_size=60),
)
MONEY = st.sampled_from((0.0, 1.0, 72_000.0, 313_797.0, 9_999_999_999.0))


@st.composite
def any_bar(draw: Callable[..., Any]) -> Bar:
    low, high = sorted((draw(MONEY), draw(MONEY)))
    single = draw(st.booleans())
    return Bar(
        label=draw(NAMES),
        text=f"${high:,.0f} and above" if single else f"${low:,.0f} – ${high:,.0f}",
        value=high if single else None,
        low=None if single else low,
        high=None if single else high,
        and_above=draw(st.booleans()),
        marked=draw(st.booleans()),
    )


@st.composite
def any_chart(draw: Callable[..., Any]) -> Chart:
    bars = tuple(draw(st.lists(any_bar(), min_size=1, max_size=12)))
    low, high = sorted((draw(MONEY), draw(MONEY)))
    line = Line(label=draw(NAMES), text=f"${low:,.0f}", low=low, high=high, asked=draw(st.booleans()))
    return Chart(
        kind=draw(st.sampled_from(("companies", "levels", "sources", "offer"))),
        bars=bars,
        alt="",
        lines=draw(st.sampled_from(((), (line,)))),
        more=draw(st.sampled_from(("", "3 more are not shown"))),
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chart=any_chart())
def test_no_text_is_cut_or_lies_on_another(chart: Chart, written: list[Any]) -> None:
    written.clear()
    boxes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas.Sheet, "png", lambda _, height: str(height).encode())
        height = float(layout.draw(chart))
    for x, y, text, pen, align in written:
        wide = canvas.width(text, pen)
        left = x - wide * {"left": 0, "middle": 0.5, "right": 1}[align]
        assert left >= layout.SIDE - 2
        assert left + wide <= canvas.WIDTH - layout.SIDE + 2, text
        assert y > pen.size
        assert y < height - 5
        boxes.append((left, y - pen.size, left + wide, y + 1))
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_any_name_is_drawn_as_it_is(chart: Chart, written: list[Any]) -> None:
    names = (
        "$avvy $$ $x^2$ \\frac{1}{2",
        "株式会社日立製作所",
        "شركة أرامكو",
        "\N{FIRE}",
        "\x00\x07",
        "\ud800",
        "\u202eabc",
        "_^{}",
        "e\u0301" * 90,
        "a" + "\u0301" * 5_000,
        "W" * 5_000,
        "ש" * 5_000,
    )
    for name in names:
        opened(layout.draw(replace(chart, bars=(replace(chart.bars[0], label=name), *chart.bars[1:]))))
    assert names[0] in {text for _, _, text, _, _ in written}


def test_direction_marks_and_control_characters_are_not_written(chart: Chart) -> None:
    plain, odd = (replace(chart, bars=(replace(chart.bars[0], label=one),)) for one in ("abc", "a\u202eb\x07c\u2067"))
    assert layout.draw(plain) == layout.draw(odd)


def test_marks_are_not_heaped_on_a_letter(chart: Chart) -> None:
    few, many = (replace(chart, bars=(replace(chart.bars[0], label="x" + "\u0301" * n),)) for n in (2, 5_000))
    assert layout.draw(few) == layout.draw(many)


def test_a_chart_is_drawn_alike_each_time_and_in_each_thread(charts: dict[str, Chart]) -> None:
    alone = [layout.draw(chart) for chart in charts.values()]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(layout.draw, [*charts.values()] * 4)) == alone * 4


def test_colors_are_kept(chart: Chart) -> None:
    image = opened(layout.draw(chart))
    assert image.getpixel((0, 0)) == ImageColor.getrgb(layout.PAPER)
    found = [pixel for _, pixel in image.getcolors(1 << 20) or [] if isinstance(pixel, tuple)]
    for ink in (layout.TRACK, layout.INK, layout.FAINT, layout.PLAIN, layout.ASKED):
        wanted = ImageColor.getrgb(ink)
        off = min(max(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) for pixel in found)
        assert off <= 6, ink


def test_text_is_broken_at_spaces_or_ends_in_an_ellipsis() -> None:
    pen = layout.NAME
    for text, lines in ((LONG, 2), (LONG, 1), ("x" * 900, 3), ("a b c", 2), ("", 2)):
        parts = canvas.wrapped(text, pen, 180, lines)
        assert len(parts) <= lines
        assert all(canvas.width(part, pen) <= 180 for part in parts)
    assert canvas.wrapped(LONG, pen, 180, 4) == ["The International", "Consolidated Business", "Machines Corp. of Ohio"]
    assert canvas.wrapped(LONG, pen, 180, 1)[0].endswith("…")


def test_a_picture_that_is_too_large_is_none() -> None:
    noise = Image.frombytes("P", (800, 800), os.urandom(800 * 800))
    noise.putpalette(bytes(range(256)) * 3)
    with pytest.raises(ValueError, match="too large"):
        canvas._png(noise)


# ------------------------------------------------------------------ the thread


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of the charts that are drawn from now on, which takes no time: a thousand bytes each."""
    drawn: list[str] = []

    def draw(chart: Chart) -> bytes:
        drawn.append(chart.alt)
        if chart.alt == "bad":
            raise ValueError("can't draw this")
        return chart.alt.encode().ljust(1000)

    monkeypatch.setattr(renderer, "draw", draw)
    return drawn


@pytest.fixture
def held(drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No chart is drawn before this is set, as it is at the end of the test."""
    go = threading.Event()

    def wait(chart: Chart) -> bytes:
        assert go.wait(60)
        drawn.append(chart.alt)
        return chart.alt.encode()

    monkeypatch.setattr(renderer, "draw", wait)
    yield go
    go.set()


async def test_the_same_chart_asked_by_many_is_drawn_once(chart: Chart, drawn: list[str]) -> None:
    artist = ChartRenderer()
    assert artist.ready(chart) is None
    same = [replace(chart) for _ in range(20)]
    pictures = await asyncio.gather(*(artist.draw(one) for one in same))
    assert len(set(pictures)) == 1
    assert artist.ready(chart) is pictures[0]
    assert await artist.draw(chart) is pictures[0]
    assert len(drawn) == 1
    await artist.draw(replace(chart, alt="other figures, another picture"))
    assert len(drawn) == 2
    await artist.close()


async def test_the_pictures_kept_have_a_bound(chart: Chart, drawn: list[str]) -> None:
    artist = ChartRenderer(room=3_500)
    first, *others = variants(chart, *range(5))
    for one in others:
        await artist.draw(first)
        await artist.draw(one)
    assert len(drawn) == 5
    assert artist._cache.currsize == 3_000
    assert artist.ready(first)  # looked at again and again
    assert [artist.ready(one) is not None for one in others] == [False, False, True, True]
    await artist.close()


async def test_a_failure_costs_a_picture_and_a_line(
    chart: Chart, drawn: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    artist = ChartRenderer()
    bad, good = variants(chart, "bad", "good")
    assert await artist.draw(bad) is None
    assert await artist.draw(good) is not None
    assert drawn == ["bad", "good"]
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.WARNING, "a chart was not drawn: can't draw this")
    await artist.close()


async def test_who_leaves_does_not_take_the_picture_from_the_others(chart: Chart, drawn: list[str]) -> None:
    artist = ChartRenderer()
    leaving, staying = (asyncio.create_task(artist.draw(chart)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying is not None
    assert len(drawn) == 1
    await artist.close()


async def test_too_many_at_once_go_without_and_no_server_takes_all_the_room(
    chart: Chart, held: threading.Event
) -> None:
    artist = ChartRenderer()
    owners = [*[1] * 10, *range(2, 20)]
    drawing = [
        asyncio.create_task(artist.draw(one, owner))
        for one, owner in zip(variants(chart, *range(len(owners))), owners, strict=True)
    ]
    await asyncio.sleep(0)
    held.set()
    pictures = await asyncio.gather(*drawing)
    assert [picture is not None for picture in pictures[:10]] == [True] * MOST_OF_ONE + [False] * 6
    assert len([picture for picture in pictures if picture is not None]) == MOST_WAITING
    # What is done makes room.
    assert None not in await asyncio.gather(*(artist.draw(one, 1) for one in variants(chart, "a", "b", "c", "d")))
    await artist.close()


async def test_closing_gives_up_what_is_under_way(chart: Chart, held: threading.Event, drawn: list[str]) -> None:
    artist = ChartRenderer()
    slow = [asyncio.create_task(artist.draw(one)) for one in variants(chart, 1, 2)]
    await asyncio.sleep(0)
    await artist.close()
    assert [await one for one in slow] == [None, None]
    assert await artist.draw(chart) is None
    held.set()
    artist._thread.shutdown()
    assert "2" not in drawn
