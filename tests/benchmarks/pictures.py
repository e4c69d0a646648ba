"""Times from a question to its text and picture, beside an echo bot: `python -m tests.benchmarks.pictures`.

Both are clients of the loopback Discord in this process; memory is that of this process, with the bot, the echo bot and
the server in it.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.charts.renderer import ChartRenderer
from bot.chat.services import Resources
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library
from tests.discord_server.messages import Channel, Message
from tests.wire import Loopback, living, loopback, plain

QUESTIONS = ("amazon", "apple", "facebook", "microsoft", "pay by experience", "who pays most?", "google vs amazon")
ECHOES = 50
PATIENCE = 60.0


async def main() -> None:
    library = Library(DEFAULT_FOLDER)
    async with loopback() as place, plain(place) as echo:
        running = asyncio.create_task(echo.start(place.server.token))
        await place.server.until(lambda: place.server.sessions, PATIENCE)
        echoed = [await _text(place, place.general, f"hello {n}") for n in range(ECHOES)]
        running.cancel()
    with tempfile.TemporaryDirectory() as folder:
        resources = Resources(renderer=ChartRenderer())
        async with loopback() as place, living(place, library, resources=resources, state=Path(folder)):
            await _report(place, statistics.median(echoed[5:]))


async def _report(place: Loopback, echo: float) -> None:
    _say(f"{'':28}{'text':>10}{'picture':>10}   (ms; an echo bot's answer takes {echo * 1e3:.1f})")
    cold = await _answer(place, "google")
    _say(f"{'first of the process':28}{cold[0] * 1e3:10.1f}{cold[1] * 1e3:10.1f}   text / echo {cold[0] / echo:.1f}")
    warm = [await _answer(place, question) for question in QUESTIONS]
    text, picture = (statistics.median(times) for times in zip(*warm, strict=True))
    _say(f"{'a new picture':28}{text * 1e3:10.1f}{picture * 1e3:10.1f}   text / echo {text / echo:.1f}")
    again = [await _answer(place, question) for question in QUESTIONS]
    text, picture = (statistics.median(times) for times in zip(*again, strict=True))
    _say(f"{'a picture that is at hand':28}{text * 1e3:10.1f}{picture * 1e3:10.1f}   text / echo {text / echo:.1f}")
    _say(f"memory: {_resident():.0f} MiB")


async def _answer(place: Loopback, question: str) -> tuple[float, float]:
    """Return the seconds until the text of an answer was there, and until its picture was."""
    start = time.perf_counter()
    asked = place.server.say(place.ada, place.general, f"!salary {question}")
    text = await _until(place, lambda: place.server.replies(asked), start)
    picture = await _until(place, lambda: _pictured(place, asked), start)
    return text, picture


async def _text(place: Loopback, channel: Channel, text: str) -> float:
    start = time.perf_counter()
    asked = place.server.say(place.ada, channel, text)
    return await _until(place, lambda: place.server.replies(asked), start)


def _pictured(place: Loopback, asked: Message) -> bool:
    return any(message.attachments for message in place.server.replies(asked))


async def _until(place: Loopback, condition: Callable[[], object], start: float) -> float:
    await place.server.until(condition, PATIENCE)
    return time.perf_counter() - start


def _resident() -> float:
    """Return the resident memory of this process in MiB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    asyncio.run(main())
