"""Drives the demo in a real Chromium: types questions into the page, and reads the bot's replies there.

    python tests/demo_page.py SCREENSHOT.png [--width 960] [--ask '!salary google' --expect '$72,000']
    python tests/demo_page.py .github/answer.png --crop     # the picture in README.md, made anew

It speaks the DevTools protocol over aiohttp, which discord.py brings along, so that nothing is to be installed but
Chromium. The exit code is 0 when all went well; else one line says what did not.
"""

# Small files, and nobody else waits for the loop.
# ruff: noqa: ASYNC240

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)
QUESTION, FIGURES = "!salary google", ("$72,000", "$313,797")
# What README.md's picture shows: one company, and an amount held against it.
PICTURED = ("what does google pay?", "is 150k at google with 6 yoe good?")
# What visitors type first, and what has to be in the answer: every message in the demo's channel gets one.
MINUTE = {
    "what does google pay?": ("$72,000",),
    "and amazon?": ("$100,481",),
    "per month?": ("$8,373",),
    "google vs apple": ("Apple",),
    "who pays the most?": ("$313,797",),
    "is 150k at google with 6 yoe good?": ("$150,000",),
    "netflix?": ("Netflix",),
    "do I need a PhD?": ("MS",),
    "7 yoe in ml": ("$138,351",),
    "what skills raise pay?": ("PyTorch",),
    "hi": ("earn",),
    "what can you do?": ("salaries", "pay"),
    "best pizza in town?": ("only know",),
    "asdf": ("pay",),
}
CROPPED = 540, 2000, 2  # width, height and scale of the window: narrow, so that it can be read on a phone
PATIENCE = 30.0
INSTALLING = 600.0  # what a command may take that installs the bot first


class FailedError(Exception):
    """What the page or the demo did not do."""


class Page:
    """One page of the browser, driven over its DevTools socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events in between are of no interest here."""
        self._calls += 1
        await self._socket.send_json({"id": self._calls, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == self._calls:
                if "error" in answer:
                    raise FailedError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    async def evaluate(self, script: str) -> Any:
        result = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    async def until(self, script: str, what: str) -> Any:
        """Wait until a script returns something true, and return that."""
        for _ in range(int(PATIENCE / 0.1)):
            value = await self.evaluate(script)
            if value:
                return value
            await asyncio.sleep(0.1)
        seen = await self.evaluate("document.body.innerText")
        raise FailedError(f"{what} did not come; the page says: {' '.join(str(seen).split())[-600:]}")

    async def type(self, text: str) -> None:
        await self.evaluate("document.querySelector('#channel-composer-input').focus()")
        await self.call("Input.insertText", text=text)
        for kind, typed in (("keyDown", "\r"), ("keyUp", "")):
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": typed}
            await self.call("Input.dispatchKeyEvent", type=kind, **key)

    async def picture(self, file: Path, clip: dict[str, float] | None = None) -> None:
        part = {} if clip is None else {"clip": {**clip, "scale": 1}}
        shot = await self.call("Page.captureScreenshot", format="png", **part)
        file.write_bytes(base64.b64decode(shot["data"]))


@contextlib.asynccontextmanager
async def browser(width: int, height: int, scale: int) -> AsyncIterator[Page]:
    """Start Chromium with a profile of its own, and end it."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise FailedError(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank")
        quiet = subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(program, *flags, stdout=quiet, stderr=quiet)
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = [page for page in await answer.json(content_type=None) if page["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket)
                    await page.call(
                        "Emulation.setDeviceMetricsOverride",
                        width=width,
                        height=height,
                        deviceScaleFactor=scale,
                        mobile=False,
                    )
                    await page.call("Emulation.setFocusEmulationEnabled", enabled=True)
                    yield page
        finally:
            process.terminate()
            await process.wait()


async def _port(file: Path) -> int:
    """Return the port that the browser chose, once it has written it down."""
    for _ in range(int(PATIENCE / 0.1)):
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            return int(file.read_text().split()[0])
        await asyncio.sleep(0.1)
    raise FailedError("the browser did not start")


@contextlib.asynccontextmanager
async def started_demo(options: argparse.Namespace) -> AsyncIterator[str]:
    """Start the demo, give its page's address, and end it as Ctrl-C does: by a signal to the whole group."""
    own = (sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(options.port))
    command = ("bash", "-c", options.command) if options.command else own
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, start_new_session=True)
    try:
        yield await asyncio.wait_for(_address(process), INSTALLING if options.command else PATIENCE)
        os.killpg(process.pid, signal.SIGINT)
        code = await asyncio.wait_for(process.wait(), PATIENCE)
        if code != 0:
            raise FailedError(f"the demo ended with exit code {code} on Ctrl-C")
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        sys.stdout.write(line.decode())
        for word in line.decode().split():
            if word.startswith("http://127.0.0.1"):
                return word
    raise FailedError(f"the demo ended with exit code {await process.wait()} before it gave an address")


# The channel's messages as [text of each], newest last.
_MESSAGES = "[...document.querySelectorAll('#channel-message-list .channel-message')].map(m => m.innerText)"

# The page takes a message once it has its state and no earlier one is on its way.
READY = """
    document.querySelector('#preview-app')?.getAttribute('aria-busy') === 'false'
    && !document.querySelector('#channel-composer').hidden && !document.querySelector('#send-message').disabled
"""

_SHOWN = "[...document.querySelectorAll('#channel-message-list .channel-message')].at(-1).scrollIntoView(false)"

# The page's own tools are no part of a message, and its buttons stand above pictures, where Discord's stand below.
_BARE = """
    document.querySelector('#channel-composer').style.visibility = 'hidden';
    document.querySelectorAll('.attachment-media-actions').forEach(tool => tool.remove());
    document.querySelectorAll('.message-components + .message-attachments').forEach(
        picture => picture.previousElementSibling.before(picture));
"""

_CHARTS = """
    [...document.querySelectorAll('#channel-message-list .message-attachments img')].filter(
        chart => chart.complete && chart.naturalWidth).length
"""

# The last messages with a margin, `count` of them; nothing where the window does not hold them with all their buttons.
_EXCHANGE = """
    ((messages, {{top, bottom}}) => {{
        const [asked, told] = [messages.at(0), messages.at(-1)].map(message => message.getBoundingClientRect());
        const buttons = [...messages.at(-1).querySelectorAll('.message-components button')];
        const whole = asked.top >= top && told.bottom <= bottom && buttons.length > 0
            && buttons.every(button => button.getBoundingClientRect().bottom <= told.bottom);
        return whole && {{x: asked.x + 8, y: asked.y - 8, width: asked.width - 8, height: told.bottom - asked.y + 16}};
    }})(
        [...document.querySelectorAll('#channel-message-list .channel-message')].slice(-{count}),
        document.querySelector('#channel-message-list').getBoundingClientRect())
"""


async def ask(page: Page, question: str, expected: Sequence[str], *, of_all: bool = True) -> None:
    """Type a question and wait for a reply that holds what is expected, all of it or one of it."""
    await page.until(READY, "the composer")
    before = await page.until(f"{_MESSAGES}.length", "the channel's history")
    await page.type(question)
    wanted = json.dumps(list(expected))
    each = "every" if of_all else "some"
    await page.until(
        f"(({_MESSAGES}).slice({before} + 1).some(m => {wanted}.{each}(w => m.includes(w))))",
        f"the reply to {question!r} with {', '.join(expected)}",
    )


async def drive(options: argparse.Namespace) -> None:
    window = CROPPED if options.crop else (options.width, options.height, 1)
    async with started_demo(options) as address, browser(*window) as page:
        await page.call("Page.navigate", url=address)
        for question, figures in (MINUTE if options.minute else {}).items():
            await ask(page, question, figures, of_all=False)
        questions = options.ask or (PICTURED if options.crop else [QUESTION])
        for question in questions:
            await ask(page, question, options.expect or (FIGURES if question == QUESTION else ("$",)))
        await page.evaluate("document.querySelector('#new-messages:not([hidden])')?.click()")
        await page.until("[...document.images].every(image => image.complete)", "the reply's picture")
        if options.crop:
            await page.until(f"{_CHARTS} >= {len(questions)}", "a chart in each reply")
            await page.evaluate(_BARE)
        await page.evaluate(_SHOWN)
        await asyncio.sleep(0.5)  # the page scrolls to the reply
        exchange = _EXCHANGE.format(count=2 * len(questions))
        clip = await page.until(exchange, "a window for all of the replies") if options.crop else None
        await page.picture(options.screenshot, clip)
        if options.crop:  # it is kept, so it is made small
            Image.open(options.screenshot).quantize().save(options.screenshot, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("screenshot", type=Path)
    parser.add_argument("--ask", action="append")
    parser.add_argument("--expect", action="append")
    parser.add_argument(
        "--crop", action="store_true", help="picture only what is asked and told, larger, all with charts"
    )
    parser.add_argument("--minute", action="store_true", help="first type what visitors type in their first minute")
    parser.add_argument("--command", help="a line for bash that starts the demo, such as README.md's")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--width", type=int, default=960)
    parser.add_argument("--height", type=int, default=900)
    options = parser.parse_args()
    try:
        asyncio.run(asyncio.wait_for(drive(options), INSTALLING + 5 * PATIENCE))
    except (FailedError, TimeoutError, OSError, aiohttp.ClientError) as error:
        sys.stderr.write(f"demo page: {str(error) or type(error).__name__}\n")
        return 1
    sys.stdout.write(f"demo page: fine; picture in {options.screenshot}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
