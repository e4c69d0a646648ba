"""Pictures of charts: readable, small, and drawn by a worker whose troubles cost the bot a picture and nothing else."""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts import canvas, layout, renderer
from bot.charts.renderer import COMMAND, ChartRenderer
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Amount, Query
from bot.core.render.chart import Bar, Chart, Line, Tick, chart_of

# As in the worker: a letter that no font here has is a box. The files that are looked at are small.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph")
# ruff: noqa: ASYNC110, ASYNC240
ROOT = Path(__file__).parent.parent
LARGEST = 100_000
OFFER = (Amount(low=150_000, high=150_000, text="150k"),)
KINDS = {
    "companies": Query(answer="pay", companies=("google",)),
    "levels": Query(answer="ladder"),
    "sources": Query(answer="pay"),
    "roles": Query(answer="compare", roles=("ml_engineer", "ai_engineer")),
    "offer": Query(answer="offer", companies=("google",), levels=("mid",), amounts=OFFER),
}
LONG = "The International Consolidated Business Machines Corp. of Ohio"


@pytest.fixture(scope="module")
def charts(advisor: Advisor) -> dict[str, Chart]:
    drawn = {kind: chart_of(query, advisor.knowledge) for kind, query in KINDS.items()}
    return {kind: chart for kind, chart in drawn.items() if chart is not None}


@pytest.fixture
def chart(charts: dict[str, Chart]) -> Chart:
    return charts["companies"]


def titled(chart: Chart, *titles: object) -> list[Chart]:
    return [replace(chart, title=str(title)) for title in titles]


def opened(png: bytes) -> Image.Image:
    assert len(png) <= LARGEST
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.width == 800
    return image.convert("RGB")


# ------------------------------------------------------------------ what is drawn


async def test_each_kind_is_a_small_picture_for_a_phone(charts: dict[str, Chart]) -> None:
    assert set(charts) == set(KINDS)
    artist = ChartRenderer()
    for chart in charts.values():
        png = await artist.draw(chart)
        assert png is not None
        assert 300 < opened(png).height < 800
        assert len(png) < LARGEST / 3
    await artist.close()
    assert not [module for module in ("matplotlib.pyplot", "tkinter") if module in sys.modules]


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


def test_all_text_is_at_least_13_pixels_at_a_width_of_400() -> None:
    pens = [value for value in vars(layout).values() if isinstance(value, canvas.Pen)]
    assert len(pens) >= 5
    assert min(pen.size for pen in pens) >= 13
    assert (canvas.WIDTH, canvas.DOTS) == (400, 2)


def test_what_was_asked_is_marked_by_more_than_color(chart: Chart, written: list[Any]) -> None:
    layout.draw(chart)
    pens = {said: pen for _, _, said, pen, _ in written}
    assert pens["Google"].bold
    assert not pens["Amazon"].bold
    plain = replace(chart, bars=tuple(replace(bar, marked=False) for bar in chart.bars))
    gray = [opened(layout.draw(one)).convert("L").tobytes() for one in (chart, plain)]
    assert gray[0] != gray[1]


def test_an_open_end_and_an_amount_are_drawn(charts: dict[str, Chart]) -> None:
    for kind in ("levels", "offer"):
        closed = replace(charts[kind], bars=tuple(replace(bar, and_above=False) for bar in charts[kind].bars))
        assert layout.draw(closed) != layout.draw(charts[kind])
    without = replace(charts["offer"], lines=())
    assert layout.draw(without) != layout.draw(charts["offer"])


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is written on a sheet from now on: where, what, how."""
    found: list[Any] = []
    write = canvas.Sheet.write

    def noting(self: canvas.Sheet, x: float, y: float, said: str, pen: canvas.Pen, align: str = "left") -> None:
        found.append((x, y, said, pen, align))
        write(self, x, y, said, pen, align)

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
        text=f"${high:,.0f} and above" if single else f"${low:,.0f} – ${high:,.0f}",  # noqa: RUF001
        by=draw(NAMES),
        value=high if single else None,
        low=None if single else low,
        high=None if single else high,
        and_above=draw(st.booleans()),
        marked=draw(st.booleans()),
    )


@st.composite
def any_chart(draw: Callable[..., Any]) -> Chart:
    bars = tuple(draw(st.lists(any_bar(), min_size=1, max_size=12)))
    top = max((bar.value or bar.high or 0.0) for bar in bars)
    low, high = sorted((draw(MONEY), draw(MONEY)))
    line = Line(label=draw(NAMES), text=f"${low:,.0f}", low=low, high=high, asked=draw(st.booleans()))
    return Chart(
        kind="offer",
        title=draw(NAMES),
        bars=bars,
        axis="US dollars a year",
        ticks=tuple(Tick(top * n / 4, f"${top * n / 4:,.0f}") for n in range(5)),
        credit=f"Sources: {', '.join(bar.by for bar in bars)}",
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
    for x, y, said, pen, align in written:
        wide = canvas.width(said, pen)
        left = x - wide if align == "right" else x
        assert left >= layout.EDGE - 1
        assert left + wide <= canvas.WIDTH - layout.EDGE + 1, said
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
        "\u202eabc",
        "_^{}",
    )
    for name in names:
        opened(layout.draw(replace(chart, bars=(replace(chart.bars[0], label=name), *chart.bars[1:]))))
    assert names[0] in {said for _, _, said, _, _ in written}


def test_text_is_broken_at_spaces_or_ends_in_an_ellipsis() -> None:
    pen = layout.NAME
    for said, lines in ((LONG, 2), (LONG, 1), ("x" * 900, 3), ("a b c", 2), ("", 2)):
        parts = canvas.wrapped(said, pen, 180, lines)
        assert len(parts) <= lines
        assert all(canvas.width(part, pen) <= 180 for part in parts)
    assert canvas.wrapped(LONG, pen, 180, 4) == ["The International", "Consolidated Business", "Machines Corp. of Ohio"]
    assert canvas.wrapped(LONG, pen, 180, 1)[0].endswith("…")


def test_a_picture_that_stays_too_large_is_none() -> None:
    noise = Image.frombytes("RGB", (800, 800), os.urandom(800 * 800 * 3))
    with pytest.raises(ValueError, match="too large"):
        canvas._packed(noise)


# ------------------------------------------------------------------ the worker

# Draws at once, and notes what: a worker for the tests of what is around it.
QUICK = """
import pickle, sys
while True:
    chart = pickle.load(sys.stdin.buffer)
    if chart.title == "bad": raise ValueError("can't draw\\nthis")
    if chart.title == "slow": import time; time.sleep(60)
    open(sys.argv[1], "a").write(chart.title + "\\n")
    sys.stdout.buffer.write((1000).to_bytes(4) + chart.title.encode().ljust(1000))
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes"


@pytest.fixture
def quick(notes: Path) -> tuple[str, ...]:
    return (sys.executable, "-c", QUICK, str(notes))


def pid_of(artist: ChartRenderer) -> int:
    process = artist._worker._process
    assert process is not None
    return process.pid


async def started(artist: ChartRenderer) -> int:
    while artist._worker._process is None:
        await asyncio.sleep(0.02)
    return artist._worker._process.pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")


def gone(pid: int, patience: float = 10.0) -> bool:
    until = time.monotonic() + patience
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


async def test_the_same_chart_asked_by_many_is_drawn_once(chart: Chart, quick: tuple[str, ...], notes: Path) -> None:
    artist = ChartRenderer(command=quick)
    assert artist.ready(chart) is None
    same = [replace(chart) for _ in range(20)]
    pictures = await asyncio.gather(*(artist.draw(one) for one in same))
    assert len(set(pictures)) == 1
    assert artist.ready(chart) is pictures[0]
    assert await artist.draw(chart) is pictures[0]
    assert len(notes.read_text(encoding="utf-8").splitlines()) == 1
    await artist.draw(replace(chart, credit="other figures, another picture"))
    assert len(notes.read_text(encoding="utf-8").splitlines()) == 2
    await artist.close()


async def test_the_pictures_kept_have_a_bound(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick, room=3_500)
    first, *others = titled(chart, *range(5))
    for one in others:
        await artist.draw(first)
        await artist.draw(one)
    assert artist._cache.currsize == 3_000
    assert artist.ready(first)  # looked at again and again
    assert [artist.ready(one) is not None for one in others] == [False, False, True, True]
    await artist.close()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((sys.executable, "-c", "raise SystemExit('no font')"), "no font"),
        ((sys.executable, "-c", "import sys; sys.stdin.read(1)"), "bytes"),
        (("/nonexistent/python",), "No such file"),
    ],
)
async def test_a_worker_that_ends_costs_a_picture_a_line_and_after_some_a_pause(
    chart: Chart, caplog: pytest.LogCaptureFixture, command: tuple[str, ...], reason: str
) -> None:
    artist = ChartRenderer(command=command, pause=0.5)
    for one in titled(chart, *range(5)):
        assert await artist.draw(one) is None
    assert len(caplog.records) == 3
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert all(reason in record.getMessage() for record in caplog.records), caplog.text
    assert caplog.records[-1].getMessage().endswith("none for 0.5 seconds")
    await asyncio.sleep(0.6)
    assert await artist.draw(chart) is None
    assert len(caplog.records) == 4
    await artist.close()


async def test_after_a_failure_a_fresh_worker_draws(
    chart: Chart, quick: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    artist = ChartRenderer(command=quick)
    bad, good, other, last = titled(chart, "bad", "good", "other", "last")
    for one in (good, other, last):  # no pause: failures count in a row
        assert await artist.draw(bad) is None
        assert await artist.draw(one) is not None
    assert [record.getMessage() for record in caplog.records] == ["a chart was not drawn: this"] * 3
    await artist.close()


async def test_a_worker_that_hangs_is_given_up_and_those_behind_it_go_on(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick, patience=3.0)
    slow, good = titled(chart, "slow", "good")
    hanging = asyncio.create_task(artist.draw(slow))
    pid = await started(artist)
    assert await hanging is None
    assert await artist.draw(good) is not None
    assert gone(pid)
    await artist.close()


async def test_a_worker_killed_while_idle_costs_nothing(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick)
    one, other = titled(chart, 1, 2)
    assert await artist.draw(one) is not None
    process = artist._worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    while process.returncode is None:
        await asyncio.sleep(0.02)
    assert await artist.draw(other) is not None
    await artist.close()


async def test_who_leaves_does_not_take_the_picture_from_the_others(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick)
    leaving, staying = (asyncio.create_task(artist.draw(chart)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying is not None
    await artist.close()


async def test_too_many_at_once_go_without(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick)
    pictures = await asyncio.gather(*(artist.draw(one) for one in titled(chart, *range(renderer.MOST_WAITING + 4))))
    assert [picture is None for picture in pictures].count(True) == 4
    await artist.close()


async def test_closing_ends_the_worker_and_what_is_under_way(chart: Chart, quick: tuple[str, ...]) -> None:
    artist = ChartRenderer(command=quick)
    slow = asyncio.create_task(artist.draw(replace(chart, title="slow")))
    pid = await started(artist)
    await artist.close()
    assert await slow is None
    assert gone(pid)
    assert await artist.draw(chart) is None
    await ChartRenderer().close()


async def test_the_loop_goes_on_while_a_worker_starts_and_draws(chart: Chart) -> None:
    artist = ChartRenderer()
    ticks = [time.monotonic()]
    await artist.warm()
    drawing = asyncio.create_task(artist.draw(chart))
    while not drawing.done():
        await asyncio.sleep(0.005)
        ticks.append(time.monotonic())
    assert drawing.result()
    assert max(b - a for a, b in itertools.pairwise(ticks)) < 0.5  # a busy machine; matplotlib alone takes longer
    await artist.close()


async def test_the_worker_has_nothing_of_the_bots_and_hears_no_ctrl_c(
    chart: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    artist = ChartRenderer()
    assert await artist.draw(chart) is not None
    pid = pid_of(artist)
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert os.getsid(pid) == pid
    loaded = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    assert "matplotlib" in loaded
    assert not [name for name in ("pydantic", "rapidfuzz", "aiohttp") if f"/{name}" in loaded]
    await artist.close()


# Ends the worker if it opens a file to write, or makes a folder, anywhere but where nothing can be.
READ_ONLY = """
import os, sys
def hook(event, args):
    if event == "os.mkdir" and not str(args[0]).startswith(os.devnull): os._exit(3)
    if event == "open" and isinstance(args[0], str) and not args[0].startswith(os.devnull):
        if args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT): os._exit(4)
sys.addaudithook(hook)
from bot.charts.worker import main
main()
"""


async def test_the_worker_writes_no_file(chart: Chart, caplog: pytest.LogCaptureFixture) -> None:
    artist = ChartRenderer(command=(sys.executable, "-B", "-c", READ_ONLY))
    assert await artist.draw(chart) is not None
    process = artist._worker._process
    assert process is not None
    process.kill()
    _, said = await process.communicate()
    assert said == b""
    assert not caplog.records
    await artist.close()


# Starts a worker as the bot does, says its pid, and then either waits to be killed or ends without a goodbye.
PARENT = """
import asyncio, os, pickle, sys
from bot.charts.renderer import ChartRenderer
chart = pickle.load(sys.stdin.buffer)
async def main():
    artist = ChartRenderer(command=tuple(sys.argv[2:]))
    drawing = asyncio.create_task(artist.draw(chart))
    if sys.argv[1] == "drawn": await drawing
    else: await asyncio.sleep(1)
    print(artist._worker._process.pid, "matplotlib" in sys.modules, flush=True)
    os._exit(1)
asyncio.run(main())
"""
HANGING = "import time, bot.charts.worker as w; w._artist = lambda: lambda chart: time.sleep(99); w.main()"


@pytest.mark.parametrize(("when", "command"), [("drawn", COMMAND), ("hanging", (sys.executable, "-c", HANGING))])
def test_a_bot_that_is_gone_leaves_no_worker(chart: Chart, when: str, command: tuple[str, ...]) -> None:
    import pickle  # noqa: PLC0415 - here alone

    ended = subprocess.run(  # noqa: S603 - the program itself
        [sys.executable, "-c", PARENT, when, *command],
        input=pickle.dumps(chart),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    pid, loaded = ended.stdout.split()
    assert loaded == b"False"
    assert gone(int(pid))


def test_one_picture_without_a_loop(chart: Chart) -> None:
    png = renderer.once(chart)
    assert png is not None
    opened(png)
