"""Times of drawing a chart beside encoding an empty card as large, and how late the event loop is meanwhile.

`python -m tests.benchmarks.drawing`. The loop is held by what keeps the interpreter's lock: of the time that a tick is
late, at most that in which the thread that draws has used a processor. What else runs on the machine is no part of it.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PIL import Image

from bot.charts import layout
from bot.charts.renderer import ChartRenderer
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query
from bot.core.render.chart import Chart, chart_of
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library

QUESTIONS = ("google salary", "google vs amazon", "who pays most?", "pay by experience", "is 150k at google good?")
PICTURES, TICK = 50, 0.001


def main() -> None:
    charts = _charts(Library(DEFAULT_FOLDER).advisor)
    first = _seconds(lambda: layout.draw(charts[0]))
    pictures = list(map(layout.draw, charts))
    drawing = statistics.median(_seconds(partial(layout.draw, chart)) for chart in charts * 10)
    empty = statistics.median(_seconds(partial(_empty, picture)) for picture in pictures * 10)
    _say(f"first picture {first * 1e3:.1f} ms, a new one {drawing * 1e3:.1f}, an empty card encoded {empty * 1e3:.1f}")
    _say(f"a new picture / an empty card {drawing / empty:.1f}")
    asyncio.run(_ticking(charts))


def _charts(advisor: Advisor) -> list[Chart]:
    queries = [query for query in map(advisor.understand, QUESTIONS) if isinstance(query, Query)]
    charts = [chart for query in queries if (chart := chart_of(query, advisor.knowledge)) is not None]
    assert len(charts) == len(QUESTIONS)
    return charts


def _empty(png: bytes) -> None:
    """Encode an empty card as large as a picture, with Pillow's own encoder."""
    Image.new("P", Image.open(io.BytesIO(png)).size).save(io.BytesIO(), "PNG")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


async def _ticking(charts: list[Chart]) -> None:
    renderer = ChartRenderer()
    await renderer.draw(charts[0])
    (artist,) = (one for one in threading.enumerate() if one.name.startswith("charts"))
    assert artist.ident is not None
    clock = time.pthread_getcpuclockid(artist.ident)
    done = asyncio.Event()
    ticking = asyncio.create_task(_ticks(clock, done))
    for number in range(PICTURES):
        assert await renderer.draw(replace(charts[number % len(charts)], alt=str(number)))
    done.set()
    late = sorted(await ticking)
    cached = _seconds(lambda: renderer.ready(replace(charts[0], alt="0")))
    _say(f"a picture that is at hand {cached * 1e6:.0f} us")
    _say(f"ticks late by the drawing: median {statistics.median(late) * 1e3:.2f} ms, most {late[-1] * 1e3:.2f}")
    await renderer.close()


async def _ticks(clock: int, done: asyncio.Event) -> list[float]:
    late = []
    while not done.is_set():
        start, used = time.perf_counter(), time.clock_gettime(clock)
        await asyncio.sleep(TICK)
        over = time.perf_counter() - start - TICK
        late.append(max(min(over, time.clock_gettime(clock) - used - TICK), 0.0))
    return late


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
